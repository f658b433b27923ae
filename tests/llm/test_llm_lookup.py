"""Searching and reading lines for a model: what fits, what does not, and when it stops."""

from __future__ import annotations

import itertools
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from asking import ask
from conftest import HEAD, Settings, calling
from hypothesis import given
from hypothesis import strategies as st

from assistant.clock import NS, BootTime, LocalTime, ZonedTime
from assistant.errors import ModelError
from assistant.intake import make_source, read
from assistant.llm import lookup, moments, textcalls, tokens
from assistant.model import Source

NAMES = {"search_lines", "timeline"}


def source(text, index=1):
    return Source(index, f"paste {index}", text.encode(), f"hash {index}")


def found(text, pattern, limit=20, after=None, before=None):
    between = tuple(moments.read(each) if each else None for each in (after, before))
    result = lookup.search([source(text)], lookup.words_of(pattern), limit, lambda: False, between)
    return [number for _, number, _ in result.lines], result


# --- words


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("", ()),
        ("AND", ()),
        ("oom", ("oom",)),
        ("OOM Killed oom", ("oom", "killed")),
        ('"killed process" AND frobd', ("killed process", "frobd")),
        ("'out of' memory", ("out of", "memory")),
        ('a "b', ("a", '"b')),
        ("(a|b)* .+", ("(a|b)*", ".+")),
        ("内存 耗尽", ("内存", "耗尽")),
    ],
)
def test_words_of_a_pattern(pattern, words):
    assert lookup.words_of(pattern) == words


LOG = """2025-05-12 00:17:53 web-1 ERROR cannot reach the store
Traceback (most recent call last):
StoreError: no answer
2025-05-12 00:18:00 web-1 INFO back again, no answer needed
2025-05-13 00:17:59 web-2 ERROR store: no answer
[4016034.541405] store: no answer"""


@pytest.mark.parametrize(
    ("pattern", "after", "before", "lines"),
    [
        ("nothing", None, None, []),
        (".*", None, None, []),
        ("NO answer", None, None, [3, 4, 5, 6]),
        ('"no answer" store', None, None, [3, 5, 6]),
        ("no answer", "00:18", None, [4]),
        ("no answer", None, "00:17:59", [3, 5]),
        ("no answer", "2025-05-13", None, [5]),
        ("no answer", "2025-05-12 00:17:00", "2025-05-12T00:17:59", [3]),
        ("no answer", "4016034", "4016035.5", [6]),
        ("", "00:18:00", "00:18:30", [4]),
        ("answer", "23:00", "00:17:55", [3]),
    ],
)
def test_lines_that_fit(pattern, after, before, lines):
    assert found(LOG, pattern, after=after, before=before)[0] == lines


def test_a_line_without_a_time_has_that_of_the_line_above():
    assert found(LOG, "StoreError", after="00:17", before="00:17:55")[0] == [3]
    assert found("StoreError: no answer", "answer", after="00:17")[1].untimed == 1


def test_what_is_not_shown_is_counted():
    text = "\n".join(f"line {n} word" for n in range(1000))
    numbers, result = found(text, "word", limit=3)
    assert (numbers, result.count, result.last[1]) == ([1, 2, 3], 1000, 1000)


def test_lines_between():
    text = "\n".join(f"line {n}" for n in range(1, 100))
    result = lookup.lines_between(source(text, 4), 10, 12, lambda: False)
    assert result.lines == [(4, 10, "line 10"), (4, 11, "line 11"), (4, 12, "line 12")]
    assert result.looked < 20


def test_a_file_that_is_gone_is_named(tmp_path):
    path = tmp_path / "gone.log"
    path.write_text("a word\n")
    gone = make_source(1, "gone.log", path, is_paste=False)
    path.unlink()
    result = lookup.search([gone, source("a word", 2)], ("word",), 5, lambda: False)
    assert (result.unread, result.count) == (["gone.log"], 1)


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """A file of 60 MB; what is measured does not depend on its length."""
    path = tmp_path_factory.mktemp("large") / "large.log"
    block = "".join(
        f"2025-05-12 00:{n // 60 % 60:02d}:{n % 60:02d} web-{n % 7} INFO request {n} served\n" for n in range(10_000)
    )
    with path.open("w") as file:
        for _ in range(60_000_000 // len(block)):
            file.write(block)
    return make_source(1, "large.log", path, is_paste=False)


def test_it_stops_when_nobody_waits(large):
    start = time.monotonic()
    looks = itertools.count()
    lookup.search([large], ("nothing",), 5, lambda: next(looks) < 0)
    whole, total = time.monotonic() - start, next(looks)
    start, looks = time.monotonic(), itertools.count()
    with pytest.raises(lookup.Stopped):
        lookup.search([large], ("nothing",), 5, lambda: next(looks) == 5)
    assert next(looks) == 6
    assert total > 100
    assert time.monotonic() - start < whole / 2


def test_the_user_does_not_wait_for_a_search(large, raw, monkeypatch):
    pytest.importorskip("langchain")
    tokens.count("loaded before the clock runs")
    monkeypatch.setattr("asking.SOURCES", (large,))
    monkeypatch.setattr(lookup, "read", lambda source: itertools.cycle(itertools.islice(read(source), 100_000)))
    answer = ask(Settings(base_url=raw(HEAD, calling(("search_lines", {"pattern": "nothing"}))).url), kind="follow-up")
    searching, closed = threading.Event(), []
    answer.tell = lambda _: searching.set()

    def close():
        searching.wait(30)
        time.sleep(0.3)
        closed.append(time.monotonic())
        answer.close()

    threading.Thread(target=close, daemon=True).start()
    with pytest.raises(ModelError, match="已停止"):
        next(answer)
    assert time.monotonic() - closed[0] < 0.35  # a few milliseconds, on a machine that has nothing else to do
    deadline = time.monotonic() + 2
    while any(each.name == "model" for each in threading.enumerate()) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not any(each.name == "model" for each in threading.enumerate())


def test_it_stops_when_its_time_is_over(large, monkeypatch):
    monkeypatch.setattr(lookup, "_MOST_SECONDS", 0.05)
    result = lookup.search([large], ("served",), 5, lambda: False)
    assert result.out_of_time
    assert len(result.lines) == 5
    assert 5 < result.looked < 900_000


def test_memory_does_not_grow_with_the_log(large):
    import tracemalloc  # noqa: PLC0415 - only here

    tracemalloc.start()
    try:
        lookup.lines_between(large, 400_000, 400_010, lambda: False)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 40 << 20


# --- moments


@pytest.mark.parametrize("text", ["", "yesterday", "-1", "25:00", "2025-13-01", "12", "0:99", "later than 00:17"])
def test_what_is_no_moment(text):
    assert moments.read(text) is None or text == "12"


@pytest.mark.parametrize(
    ("text", "moment", "order"),
    [
        ("2025-05-12 00:17:53", "2025-05-12 00:17:53", 0),
        ("2025/05/12 00:17", "2025-05-12 00:17:53", 1),
        ("2025-05-12T00:18", "2025-05-12 00:17:53", -1),
        ("00:17:53.5", "2025-05-12 00:17:53", -1),
        ("May 12 00:17:00", "2025-05-12 00:17:53", 1),
        ("2025-05-11", "2025-05-12 00:17:53", 1),
    ],
)
def test_the_order_of_times(text, moment, order):
    wall = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert moments.order(LocalTime(int(wall.timestamp()) * NS), moments.read(text)) == order
    zoned = ZonedTime(int((wall - timedelta(hours=8)).timestamp()) * NS, offset=480)
    assert moments.order(zoned, moments.read(text)) == order  # as it is written, not as it would be elsewhere


def test_clocks_that_cannot_be_compared():
    assert moments.order(BootTime(5 * NS), moments.read("00:17")) is None
    assert moments.order(LocalTime(5 * NS), moments.read("4016034.5")) is None
    assert moments.order(BootTime(5 * NS), moments.read("[ 6.0]")) == -1


@pytest.mark.parametrize(
    ("line", "when"),
    [
        ("nothing here", None),
        ('203.0.113.7 - - [12/May/2025:00:17:53 +0800] "GET / HTTP/1.1" 200', "2025-05-12T00:17:53+08:00"),
        ("web-1  | 2025-05-12T00:17:53Z INFO up", "2025-05-12T00:17:53Z"),
        ('{"time": "2025-05-12T00:17:53.25Z"}', "2025-05-12T00:17:53.25Z"),
        ("May 12 00:17:53 host frobd[731]: up", "--05-12T00:17:53"),
        ("[4016034.541405] up", "4016034.541405s"),
    ],
)
def test_the_time_of_a_line(line, when):
    time_ = moments.of_line(line)
    assert (time_ and time_.iso()) == when


@given(st.text(max_size=40))
def test_no_text_breaks_the_reading_of_a_moment(text):
    moments.read(text)
    moments.of_line(text)


# --- calls as text


@pytest.mark.parametrize(
    "text",
    ["", "The kernel killed it.", "{", "[]", "null", "{}", '{"a": 1}', '{"name": "other", "arguments": {}}', "```json\n[1]\n```",
     '{"name": "timeline", "arguments": {}} and more', 'I call {"name": "timeline", "arguments": {}}'],
)  # fmt: skip
def test_what_is_no_call(text):
    assert textcalls.parse(text, NAMES) is None


@pytest.mark.parametrize("text", ["The answer", "根因是", "**Root cause**", "- a", "1. b", "| a |", "```bash\nls\n```"])
def test_what_cannot_become_a_call(text):
    assert not textcalls.may_begin(text)


@given(
    st.text(max_size=80),
    st.dictionaries(st.text(max_size=8), st.one_of(st.text(max_size=20), st.integers()), max_size=3),
)
def test_every_form_of_a_call_is_read_and_seen_coming(word, more):
    import json  # noqa: PLC0415 - only here

    call = {"name": "search_lines", "arguments": {**more, "pattern": word}}
    text = json.dumps(call, ensure_ascii=False)
    for form in (text, f"<tool_call>\n{text}\n</tool_call>", f"[TOOL_CALLS][{text}]", f"<tool_call>{text}"):
        if "</tool_call>" in text:
            continue
        assert textcalls.parse(form, NAMES) == [("search_lines", call["arguments"])]
        assert textcalls.looks_like_calls(form)
        assert all(textcalls.may_begin(form[:end]) for end in range(len(form)))


@given(st.text(max_size=200))
def test_no_text_breaks_the_reading_of_a_call(text):
    assert textcalls.parse(text, NAMES) is None
    textcalls.looks_like_calls(text)
