"""Which limit runs when, on a clock that the test turns."""

from __future__ import annotations

import pytest
from conftest import Settings

from assistant.llm import limits
from assistant.llm.failures import Failure
from assistant.llm.items import Attempt, Piece, ToolUse
from assistant.llm.limits import Deadlines, Limits
from assistant.llm.wire import Wire

LIMITS = Limits.of(Settings(timeout=60))


class Clock:
    def __init__(self, monkeypatch):
        self.now = 1000.0
        monkeypatch.setattr(limits.time, "monotonic", lambda: self.now)
        self.wire = Wire()
        self.deadlines = Deadlines(LIMITS, self.wire, "a.test")

    def after(self, seconds, item):
        self.now += seconds
        self.deadlines.check()
        self.deadlines.seen(item)

    def dies(self, seconds):
        """Whether so many seconds of silence are too many, and one less is not."""
        self.now += seconds - 1
        self.deadlines.check()
        self.now += 1.5
        with pytest.raises(Failure) as caught:
            self.deadlines.check()
        return caught.value.reason.en


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch)


def test_libraries_that_load_are_waited_for(clock):
    clock.now += 100_000
    clock.deadlines.check()
    assert clock.deadlines.left() == 0.25


def test_a_connection(clock):
    clock.after(0, Attempt("m"))
    assert clock.dies(3.5) == "a.test cannot be reached: no connection in time"


def test_the_first_words_may_take_long_and_the_limit_is_named(clock):
    clock.wire.connected.set()
    clock.after(0, Attempt("m"))
    clock.after(50, Piece(""))  # a sign of life, no word
    assert clock.dies(60) == "a.test did not answer in time: no word within 60 s (ASSISTANT_TIMEOUT)"


@pytest.mark.parametrize("word", [Piece("a"), Piece("", held=True)])
def test_once_words_came_a_pause_is_short(clock, word):
    clock.wire.connected.set()
    clock.after(0, Attempt("m"))
    clock.after(15, word)
    clock.after(0.2, Piece(""))
    assert clock.dies(5) == "a.test did not answer in time"


def test_what_was_slow_to_begin_may_hesitate_sooner(clock):
    clock.wire.connected.set()
    clock.after(0, Attempt("m"))
    clock.after(48, Piece("word"))
    clock.dies(12)


def test_a_slow_model_may_stay_slow(clock):
    clock.wire.connected.set()
    clock.after(0, Attempt("m"))
    for _ in range(5):
        clock.after(3, Piece("word "))
    clock.dies(24)


def test_a_tool_has_its_own_limit_and_the_next_words_too(clock):
    clock.wire.connected.set()
    clock.after(0, Attempt("m"))
    clock.after(1, Piece("", held=True))
    clock.after(1, ToolUse("search_lines"))
    clock.after(10, Attempt("m"))
    clock.after(40, Piece("word"))
    clock.after(1, ToolUse("search_lines"))
    clock.dies(LIMITS.tool)


def test_an_answer_ends_however_busily_it_comes(clock):
    clock.wire.connected.set()
    clock.after(0, Attempt("m"))
    for _ in range(299):
        clock.after(1, Piece("word "))
    with pytest.raises(Failure, match="in time"):
        clock.after(1, Piece("word "))
