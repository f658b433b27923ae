"""Reading the lines of a session again for a model: one pass, constant memory, bounded time, stopped when nobody waits.

A pattern is words that a line must all hold, in any order, whatever their case; words between quotes belong together.
There are no regular expressions, so that no pattern is slow.
"""

from __future__ import annotations

import re
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from assistant.clock import Time
from assistant.errors import UnreadableInput
from assistant.intake import read
from assistant.llm import moments
from assistant.model import Source

_CHECK_EVERY = 4096  # lines between two looks at whether anybody still waits: a few milliseconds
_MOST_SECONDS = 10.0  # of one look-up: about a gigabyte
_LOOK_BACK = 200  # lines above a line without a time in which the time that holds for it is looked for
_WORD = re.compile(r'"([^"]{1,200})"|\'([^\']{1,200})\'|(\S{1,200})')


class Stopped(Exception):
    """Nobody waits for the result any more."""


@dataclass(slots=True)
class Found:
    """Lines that were wanted. `count` is how many there are, `lines` those that are shown, `last` the last of them."""

    lines: list[tuple[int, int, str]] = field(default_factory=list)  # source, line, text
    last: tuple[int, int, str] | None = None
    count: int = 0
    looked: int = 0
    untimed: int = 0  # that hold the words, but whose time cannot be compared
    unread: list[str] = field(default_factory=list)  # sources that are gone
    out_of_time: bool = False


def words_of(pattern: str) -> tuple[str, ...]:
    """The words that a line must hold, in lower case.

    >>> words_of('oom AND "killed process"')
    ('oom', 'killed process')
    """
    found = (next(part for part in match if part) for match in _WORD.findall(pattern))
    return tuple(dict.fromkeys(word.lower() for word in found if word not in {"AND", "&&", "&", "+"}))


def search(
    sources: Sequence[Source],
    words: Sequence[str],
    limit: int,
    is_cut: Callable[[], bool],
    between: tuple[moments.Moment | None, moments.Moment | None] = (None, None),
) -> Found:
    """The first `limit` lines that hold all words (and lie between two moments), and how many more there are.

    Raises:
        Stopped: `is_cut` said so.
    """
    found = Found()
    timed = any(between)
    above: deque[str] = deque(maxlen=_LOOK_BACK)
    first, rest = (words[0], words[1:]) if words else ("", ())
    for source in sources:
        above.clear()
        for number, text in _lines(source, found, is_cut):
            if timed:
                above.append(text)
            low = text.lower()
            if first not in low or not text or not all(word in low for word in rest):
                continue
            if timed and not _fits(above, between, found):
                continue
            found.count += 1
            found.last = (source.index, number, text)
            if len(found.lines) < limit:
                found.lines.append(found.last)
        if found.out_of_time:
            break
    return found


def lines_between(source: Source, first: int, last: int, is_cut: Callable[[], bool]) -> Found:
    """The lines of one source from `first` to `last`.

    Raises:
        Stopped: `is_cut` said so.
    """
    found = Found()
    for number, text in _lines(source, found, is_cut):
        if number > last:
            break
        if number >= first:
            found.count += 1
            found.lines.append((source.index, number, text))
    return found


def _lines(source: Source, found: Found, is_cut: Callable[[], bool]) -> Iterator[tuple[int, str]]:
    """Numbers and texts, until the time for one look-up is over."""
    until = time.monotonic() + _MOST_SECONDS
    if is_cut():
        raise Stopped
    try:
        for count, line in enumerate(read(source), 1):
            found.looked += 1
            if count % _CHECK_EVERY == 0:
                if is_cut():
                    raise Stopped
                if time.monotonic() > until:
                    found.out_of_time = True
                    return
            yield line.number, line.text
    except UnreadableInput:
        found.unread.append(source.name)


def _fits(above: Sequence[str], between: tuple[moments.Moment | None, moments.Moment | None], found: Found) -> bool:
    """Whether the last line lies between two moments; one without a time has that of the nearest line above it."""
    when: Time | None = next((time for text in reversed(above) if (time := moments.of_line(text))), None)
    inside = moments.within(when, *between) if when else None
    found.untimed += inside is None
    return bool(inside)
