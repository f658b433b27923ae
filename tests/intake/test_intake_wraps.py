from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pasting import LOGS, SEED_LOGS, cut_characters, cut_columns, cut_words, lines_of, texts_of

from assistant.intake.wraps import find_wrap

QUIET = sorted(path.name for path in LOGS.iterdir() if path.suffix != ".md")
WORDS = st.text("abcdefghij 0123456789/=_-.,:\"'()[]上游", min_size=0, max_size=140)


@pytest.mark.parametrize("name", QUIET)
def test_an_unwrapped_log_is_never_joined(name: str) -> None:
    body = (LOGS / name).read_text(encoding="utf-8")
    assert texts_of(body) == body.split("\n")[:-1]


@pytest.mark.parametrize("name", QUIET)
@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 7, 10, 15])
def test_no_stretch_of_an_unwrapped_log_is_joined(name: str, count: int) -> None:
    texts = (LOGS / name).read_text(encoding="utf-8").split("\n")[:-1]
    for start in range(0, min(len(texts), 400), max(1, count // 2)):
        assert find_wrap(texts[start : start + count]) is None, texts[start : start + count]


@pytest.mark.parametrize("width", [40, 60, 80, 100, 120, 132, 200])
def test_records_of_one_width_do_not_swallow_the_next_line(width: int) -> None:
    rows = [
        f"[4016034.5413{i:02d}] [{3609160 + i}]     0 {3609160 + i}     2580      281".ljust(width, "x")
        for i in range(20)
    ]
    for extra in (
        "Killed",
        "what is this?",
        "上述日志说明什么",
        "root@host:~# ",
        "        free:13102 free_pcp:62",
        "Done.",
    ):
        assert texts_of("\n".join([*rows, extra])) == [*rows, extra]
        assert texts_of("\n".join([rows[0], extra])) == [rows[0], extra]


def test_a_repeated_record_of_two_lines_stays_two_lines() -> None:
    pair = [
        "2025-05-11 23:52:08 DEBUG 7 --- [main] org.hibernate.SQL                        :",
        "    select id from orders where id=?",
    ]
    assert texts_of("\n".join(pair * 12)) == pair * 12
    pair[1] = "status code was 502"
    assert texts_of("\n".join(pair * 12)) == pair * 12


@given(st.lists(WORDS, max_size=30))
def test_words_without_record_heads_are_never_joined(lines: list[str]) -> None:
    assert find_wrap([line for line in lines if not re.match(r"[\[{\d\"'(]|.*=", line)]) is None


SOURCES = {path.name: path.read_text(encoding="utf-8").splitlines() for path in LOGS.glob("*.log")}
SOURCES["seed"] = "".join(SEED_LOGS).splitlines()
STRAY = ["Killed", "done", "status code was 502", "exit 1", "retrying in 5s", "caused by timeout", "  detail: x", "SELECT 1", "上述日志", "nginx gives 502",
         "error: foo=1, bar", "http://x/y returned 500", "key: value", "/etc/nginx/nginx.conf:3", "502"]  # fmt: skip


@settings(max_examples=400)
@given(
    st.sampled_from(sorted(SOURCES)),
    st.integers(0, 2000),
    st.integers(1, 20),
    st.lists(st.tuples(st.integers(0, 20), st.sampled_from(STRAY)), max_size=3),
)
def test_stray_lines_between_records_are_never_joined(
    name: str, start: int, count: int, strays: list[tuple[int, str]]
) -> None:
    source = SOURCES[name]
    texts = source[start % len(source) :][:count]
    for where, stray in strays:
        texts.insert(where, stray)
    assert find_wrap(texts) is None


@settings(max_examples=200)
@given(
    st.sampled_from(["nginx-messages.log", "oom-dump.log"]),
    st.integers(0, 2000),
    st.integers(1, 20),
    st.integers(40, 200),
)
def test_records_that_a_pager_cut_off_are_never_joined(name: str, start: int, count: int, width: int) -> None:
    source = SOURCES[name]
    assert find_wrap([text[:width] for text in source[start % len(source) :][:count]]) is None


@pytest.mark.parametrize("cut", [cut_characters, cut_columns])
@pytest.mark.parametrize("turn", [1, 2, 3])
def test_the_seed_reads_back_from_any_width(turn, cut) -> None:
    lines = SEED_LOGS[turn - 1].splitlines()
    for width in range(40, 201):
        pieces = [piece for line in lines for piece in cut(line, width)]
        assert texts_of("\n".join(pieces)) == lines, width


def test_numbers_are_those_of_the_physical_lines() -> None:
    lines = SEED_LOGS[0].splitlines()
    pieces = [piece for line in lines for piece in cut_columns(line, 80)]
    read = lines_of("\n".join(pieces))
    assert read[0].number == 1
    assert read[-1].last == len(pieces)
    for line in read:
        assert "".join(pieces[line.number - 1 : line.last]) == line.text


@pytest.mark.parametrize("width", [60, 72, 76, 80, 100])
def test_a_mail_program_eats_the_space_at_the_break(width: int) -> None:
    lines = SEED_LOGS[0].splitlines()
    pieces = [piece for line in lines for piece in cut_words(line, width)]
    assert texts_of("\n".join(pieces)) == lines


def test_one_record_in_three_pieces() -> None:
    line = SEED_LOGS[0].splitlines()[0]
    assert texts_of("\n".join(cut_columns(line, 120))) == [line]


def test_a_question_below_a_wrapped_log_is_not_part_of_it() -> None:
    lines = SEED_LOGS[0].splitlines()
    pieces = [piece for line in lines for piece in cut_columns(line, 80)]
    assert texts_of("\n".join([*pieces, "", "why?"])) == [*lines, "", "why?"]


@given(st.integers(40, 160), st.lists(st.text("abc 01/=,", min_size=0, max_size=300), min_size=6, max_size=25))
def test_joining_loses_no_character(width: int, tails: list[str]) -> None:
    lines = [f"2025/05/11 23:52:{i % 60:02d} [error] 7#7: *{i} {tail}" for i, tail in enumerate(tails)]
    pieces = [piece for line in lines for piece in cut_characters(line, width)]
    assert "".join(texts_of("\n".join(pieces))).replace(" ", "") == "".join(lines).replace(" ", "")
