"""Points in time as a model names them, compared with the times that log lines bear.

Both are taken as they are written: the clock on the wall of whoever wrote the log. A time without a date (`00:17`)
means that time on any day; a plain number means seconds since boot.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.clock import NS, BootTime, LocalTime, Time, ZonedTime
from assistant.events import stamps, times

_DAY = 86_400 * NS
_DATED = re.compile(r"(\d{4})[-/](\d\d?)[-/](\d\d?)(?:[T ,]+(\d\d?):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?")
_CLOCK = re.compile(r"(\d\d?):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?")
_BOOT = re.compile(r"\[? *(\d{1,10}(?:\.\d{1,9})?) *\]?s?")
_LIKELY = re.compile(
    r"\d{4}[-/]\d\d[-/]\d\d[T ]|\d\d/[A-Z][a-z]{2}/\d{4}:|[A-Z][a-z]{2} [ \d]\d \d\d:|\[ *\d{1,10}\.\d{6}\]"
)
_HEAD = 240  # characters of a line in which its time is looked for
_ABBREVIATED = re.compile(r"([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d\d?):(\d\d)(?::(\d\d))?")


@dataclass(frozen=True, slots=True)
class Moment:
    """`ns` on a wall clock, on a clock without a date (`daily`), or since boot (`boot`)."""

    ns: int
    daily: bool = False
    boot: bool = False
    has_year: bool = True


def read(text: str) -> Moment | None:
    """A moment as a model wrote it; None when it is none."""
    text = text.strip()
    if match := _DATED.match(text):
        year, month, day, hour, minute, second, fraction = match.groups()
        ns = times.wall(
            int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0), fraction or ""
        )
        return None if ns is None else Moment(ns)
    if match := _ABBREVIATED.match(text):
        name, day, hour, minute, second = match.groups()
        month = times.MONTHS.get(name.lower())
        ns = times.wall(1972, month, int(day), int(hour), int(minute), int(second or 0)) if month else None
        return None if ns is None else Moment(ns, has_year=False)
    if match := _CLOCK.match(text):
        hour, minute, second, fraction = match.groups()
        ns = times.wall(1970, 1, 1, int(hour), int(minute), int(second or 0), fraction or "")
        return None if ns is None else Moment(ns, daily=True)
    if match := _BOOT.fullmatch(text):
        return Moment(round(float(match[1]) * NS), boot=True)
    return None


def of_line(text: str) -> Time | None:
    """The time that a line bears at its beginning, as far as it can be told."""
    found = stamps.read(text)
    if found is None:
        match = _LIKELY.search(text[:_HEAD])
        found = stamps.read(text[:_HEAD], match.start()) if match else None
    return found[0] if found else None


def order(time: Time, moment: Moment) -> int | None:
    """Less than 0 when the time comes before the moment, 0 when at it, more when after; None where nothing tells."""
    if isinstance(time, BootTime) or moment.boot:
        return _sign(time.ns - moment.ns) if isinstance(time, BootTime) and moment.boot else None
    wall = time.ns + (time.offset * 60 * NS if isinstance(time, ZonedTime) else 0)
    if moment.daily:
        return _sign(wall % _DAY - moment.ns)
    if (isinstance(time, LocalTime) and not time.has_year) or not moment.has_year:
        return _sign(_in_leap_year(wall) - _in_leap_year(moment.ns))
    return _sign(wall - moment.ns)


def within(time: Time, after: Moment | None, before: Moment | None) -> bool | None:
    """Whether a time lies between two moments, both included; None where nothing tells."""
    first = order(time, after) if after else 0
    last = order(time, before) if before else 0
    if first is None or last is None:
        return None
    if after and before and after.daily and before.daily and after.ns > before.ns:  # over midnight
        return first >= 0 or last <= 0
    return first >= 0 and last <= 0


def _in_leap_year(ns: int) -> int:
    """The same day and time in 1972."""
    from datetime import UTC, datetime  # noqa: PLC0415 - rarely needed

    when = datetime.fromtimestamp(ns // NS, UTC)
    moved = times.wall(1972, when.month, when.day, when.hour, when.minute, when.second)
    return (moved or 0) + ns % NS


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)
