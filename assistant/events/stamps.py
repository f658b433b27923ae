"""Any time that a line may begin with, for lines whose format is not known.

`read` tells where the time ends even where it cannot tell which time it is: `03/04/05 10:11:12` has several readings,
and none of them is taken. A day is never guessed to come before a month, or the other way round, unless the numbers or
the separator settle it.
"""

from __future__ import annotations

from assistant.clock import NS, LocalTime, Time, ZonedTime
from assistant.events import times
from assistant.intake.lazily import lazily

_CLOCK = r"(\d\d?):(\d\d):(\d\d)(?:[.,:](\d{1,9}))?"
_NUMBERS = lazily(rf"(\d{{1,4}})([/.-])(\d{{1,2}})\2(\d{{2,4}})[ T,]{{1,2}}{_CLOCK}(?: ?([AaPp])\.?[Mm]\b\.?)?")
_DENSE = lazily(r"(\d{4})-(\d\d)-(\d\d)-(\d\d)\.(\d\d)\.(\d\d)(?:\.(\d{1,6}))?")
_COMPACT = lazily(r"(\d{2}|\d{4})(\d\d)(\d\d)[ T_-] ?(\d?\d):?(\d\d):?(\d\d)(?:[.,:](\d{1,6}))?(?![\d:])")
_NO_YEAR = lazily(rf"(\d\d)-(\d\d) {_CLOCK}(?= )")
_DAY_MONTH = lazily(rf"(\d{{1,2}})[ -]([A-Z][a-z]{{2}})[ -](\d{{4}})[ :]{_CLOCK}")
_CTIME = lazily(
    rf"[A-Z][a-z]{{2}},? ([A-Z][a-z]{{2}}) {{1,2}}(\d{{1,2}}) (?:(\d{{4}}) )?{_CLOCK}(?: [A-Z]{{2,5}})?(?: (\d{{4}}))?"
)
_EPOCH = lazily(r"(\d{10}|\d{13})(?:\.(\d{1,9}))?(?=[\s\]:,|])")
_TAI = lazily(r"@4([0-9a-f]{15})([0-9a-f]{8})")
_ONLY_CLOCK = lazily(r"\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?=[\s\]:|])")
_NOON = 12
_TAI_OFFSET = 10  # TAI64 labels count from 1970 TAI; daemontools' own difference to UTC
_CENTURY = 100
_PIVOT = 70  # two digits of a year: 70 is 1970, 69 is 2069


def read(text: str, start: int = 0) -> tuple[Time | None, int] | None:
    """The time that stands at `start` and where it ends; the time is None when it cannot be told which."""
    first = text[start : start + 1]
    if first.isdigit():
        return _digits(text, start)
    if first.isupper():
        return times.syslog(text, start) or _ctime(text, start)
    if first == "@":
        match = _TAI().match(text, start)
        return (
            (ZonedTime((int(match[1], 16) - _TAI_OFFSET) * NS + int(match[2], 16), 0, 9), match.end())
            if match
            else None
        )
    if first == "[":
        return times.since_boot(text, start)
    return None


def _digits(text: str, start: int) -> tuple[Time | None, int] | None:
    if found := times.iso(text, start) or times.clf(text, start):
        return found
    if match := _DENSE().match(text, start):
        year, month, day, hour, minute, second, fraction = match.groups()
        return _wall(int(year), int(month), int(day), (hour, minute, second), fraction), match.end()
    if match := _NUMBERS().match(text, start):
        return _numbers(*match.groups()), match.end()
    if match := _DAY_MONTH().match(text, start):
        day, name, year, hour, minute, second, fraction = match.groups()
        if (month := times.MONTHS.get(name.lower())) is None:
            return None
        return _wall(int(year), month, int(day), (hour, minute, second), fraction), match.end()
    if match := _NO_YEAR().match(text, start):
        month, day, hour, minute, second, fraction = match.groups()
        return _wall(1972, int(month), int(day), (hour, minute, second), fraction, has_year=False), match.end()
    if match := _EPOCH().match(text, start):
        seconds, fraction = match[1][:10], match[1][10:] or match[2] or ""
        return ZonedTime(int(seconds) * NS + int(fraction.ljust(9, "0") or "0"), 0, len(fraction)), match.end()
    if match := _COMPACT().match(text, start):
        year, month, day, hour, minute, second, fraction = match.groups()
        return _wall(_year(year), int(month), int(day), (hour, minute, second), fraction), match.end()
    match = _ONLY_CLOCK().match(text, start)
    return (None, match.end()) if match else None


def _ctime(text: str, start: int) -> tuple[Time | None, int] | None:
    match = _CTIME().match(text, start)
    if match is None or (month := times.MONTHS.get(match[1].lower())) is None:
        return None
    year = match[3] or match[8]
    clock = (match[4], match[5], match[6])
    return _wall(int(year or 1972), month, int(match[2]), clock, match[7], has_year=year is not None), match.end()


def _numbers(one: str, separator: str, two: str, three: str, *rest: str | None) -> Time | None:
    """Three numbers as a date: the only reading that is one, or the one that its separator means."""
    hour, minute, second, fraction, half = rest
    clock = (_half_day(hour or "0", half), minute or "0", second or "0")
    readings = []
    if len(three) == 4:  # noqa: PLR2004 - a year
        if separator != "." and len(one) <= 2:  # noqa: PLR2004 - a day or a month
            readings.append((int(three), int(one), int(two)))  # month first
        readings.append((int(three), int(two), int(one)))  # day first: always so with dots
        if half:
            readings = readings[:1]  # a clock with AM and PM belongs to dates with the month first
    elif len(one) <= 2:  # noqa: PLR2004 - as above
        readings += [
            (_year(one), int(two), int(three)),
            (_year(three), int(one), int(two)),
            (_year(three), int(two), int(one)),
        ]
    found = {time.ns: time for reading in readings if (time := _wall(*reading, clock, fraction)) is not None}
    return next(iter(found.values())) if len(found) == 1 else None


def _half_day(hour: str, half: str | None) -> str:
    if not half:
        return hour
    return str(int(hour) % _NOON + (_NOON if half.lower() == "p" else 0))


def _year(text: str) -> int:
    number = int(text)
    if number >= _CENTURY:
        return number
    return number + (1900 if number >= _PIVOT else 2000)


def _wall(
    year: int, month: int, day: int, clock: tuple[str, str, str], fraction: str | None, *, has_year: bool = True
) -> Time | None:
    digits = fraction or ""
    ns = times.wall(year, month, day, int(clock[0]), int(clock[1]), int(clock[2]), digits)
    return None if ns is None else LocalTime(ns, has_year=has_year, digits=len(digits))
