"""Lines of no known format: shapes, counts, bursts, rare ones, in bounded memory."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from seed import knowledge, report_of

from assistant.answer import explain
from assistant.events.templates import MAX_TEMPLATES, TemplateCounter
from assistant.model import Evidence


def count(*lines: str) -> TemplateCounter:
    counter = TemplateCounter()
    for number, line in enumerate(lines, 1):
        counter.add(line, Evidence(1, number, number, line))
    return counter


def test_nothing_gives_nothing():
    assert count().top() == ()


def test_different_lines_stay_different():
    assert len(count("disk is full", "the moon is made of green cheese", "x=1").top()) == 3


def test_words_and_numbers_that_differ_are_one_shape():
    (found,) = count(*(f"shard {n} moved from node-{n % 3} to node-{n % 5} in {n} ms" for n in range(100))).top()
    assert (found.count, found.first.line, found.last.line) == (100, 1, 100)


def test_a_burst_is_the_fullest_minute():
    quiet = [f"2026-03-02 10:{minute:02d}:00 queue is slow" for minute in range(20)]
    burst = [f"2026-03-02 10:30:{second:02d} queue is slow" for second in range(50)]
    (found,) = count(*quiet, *burst).top()
    assert (found.count, found.burst) == (70, 50)
    assert found.burst_time.iso() == "2026-03-02T10:30:00"
    assert (
        "50 of 70 within one minute from 2026-03-02 10:30:00"
        in explain(report_of("\n".join([*quiet, *burst])), knowledge(), "en").markdown
    )


def test_lines_without_a_time_have_no_burst():
    (found,) = count(*["queue is slow"] * 50).top()
    assert (found.count, found.burst, found.burst_time) == (50, 0, None)


def test_what_came_once_among_many_is_named():
    lines = [f"tick {number} took {number} ms" for number in range(60)]
    lines.insert(31, "zorbs are aligned")
    for language, words in (("en", "came only once"), ("zh", "只出现过一次")):
        answer = explain(report_of("\n".join(lines)), knowledge(), language).markdown
        assert words in answer
        assert "zorbs are aligned` [1:32]" in answer


def test_memory_is_bounded():
    counter = count(*("".join(chr(97 + (n // 26**k) % 26) for k in range(4)) * 3 for n in range(3000)))
    assert counter.lines == 3000
    assert len(counter._shapes) <= 2 * MAX_TEMPLATES


def test_lines_that_are_not_shown_are_counted():
    words = ["".join(chr(97 + (n // 26**k) % 26) for k in range(3)) * 2 for n in range(60)]
    answer = explain(report_of("\n".join(words)), knowledge(), "en").markdown
    assert "60 lines in no known format" in answer
    assert "more in shapes that are not shown" in answer


@given(st.lists(st.text(max_size=80), max_size=30))
def test_every_line_is_counted(lines):
    counter = count(*lines)
    assert sum(found.count for found in counter.top(1000)) == len(lines)
