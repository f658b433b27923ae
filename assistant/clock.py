"""Times that know which clock they were read from.

A log line's time is one of three things, and they are three types: a wall clock with its zone, a wall clock whose
zone the line does not say, and seconds since boot. Two times are ordered or subtracted only when they are of the same
type (and, for seconds since boot, of the same boot); anything else raises `IncomparableClocks`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone

from assistant.errors import IncomparableClocks

NS = 1_000_000_000
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - a LocalTime has no zone by definition


@dataclass(frozen=True, slots=True)
class _Instant:
    """Nanoseconds on some clock, with what is needed to print it as it was read."""

    ns: int

    def _check(self, other: Time) -> int:
        """The other's nanoseconds, on this clock's terms; raises IncomparableClocks."""
        if type(other) is not type(self) or self.scope() != other.scope():
            raise IncomparableClocks(f"{self!r} and {other!r} are read from different clocks")
        return other.ns

    def scope(self) -> str:
        """Which of several clocks of this type it was read from."""
        return ""

    def __lt__(self, other: Time) -> bool:
        return self.ns < self._check(other)

    def __le__(self, other: Time) -> bool:
        return self.ns <= self._check(other)

    def __gt__(self, other: Time) -> bool:
        return self.ns > self._check(other)

    def __ge__(self, other: Time) -> bool:
        return self.ns >= self._check(other)

    def __sub__(self, other: Time) -> float:
        """Seconds between two times of the same clock."""
        return (self.ns - self._check(other)) / NS


@dataclass(frozen=True, slots=True)
class ZonedTime(_Instant):
    """Nanoseconds since the epoch, and the offset (minutes east of UTC) that the line was written with."""

    offset: int = field(default=0, compare=False)
    digits: int = field(default=0, compare=False)  # fractional digits that the line had

    def iso(self) -> str:
        """ISO 8601 with offset."""
        zone = timezone(timedelta(minutes=self.offset))
        when = datetime.fromtimestamp(self.ns // NS, UTC).astimezone(zone)
        return when.strftime("%Y-%m-%dT%H:%M:%S") + _fraction(self.ns, self.digits) + _offset(self.offset)


@dataclass(frozen=True, slots=True)
class LocalTime(_Instant):
    """A wall-clock time whose zone the line does not say; `ns` counts as if it were UTC.

    `has_year` is false where the line has no year (syslog); the year is then assumed by the reader.
    """

    has_year: bool = field(default=True, compare=False)
    digits: int = field(default=0, compare=False)

    def _check(self, other: Time) -> int:
        # explicit base class: `super()` without arguments fails in slotted dataclasses
        ns = _Instant._check(self, other)  # noqa: SLF001 - the base's own method
        if self.has_year and isinstance(other, LocalTime) and other.has_year:
            return ns
        # A line without a year belongs to the year that brings the two nearest: logs of one incident are days apart,
        # not months, also over New Year.
        return min((_in_other_year(ns, years) for years in self._years(other)), key=lambda moved: abs(moved - self.ns))

    def _years(self, other: Time) -> range:
        mine, theirs = ((_EPOCH + timedelta(seconds=item.ns // NS)).year for item in (self, other))
        return range(mine - theirs - 1, mine - theirs + 2)

    def iso(self) -> str:
        """ISO 8601 without offset."""
        when = _EPOCH + timedelta(seconds=self.ns // NS)
        pattern = "%Y-%m-%dT%H:%M:%S" if self.has_year else "--%m-%dT%H:%M:%S"
        return when.strftime(pattern) + _fraction(self.ns, self.digits)


@dataclass(frozen=True, slots=True)
class BootTime(_Instant):
    """Nanoseconds since some boot, on a clock that stops in suspend. `boot` names the boot as far as it is known."""

    boot: str = ""
    digits: int = field(default=6, compare=False)

    def scope(self) -> str:
        """The boot, as far as it is known."""
        return self.boot

    def iso(self) -> str:
        """Seconds since boot, as the kernel prints them."""
        return f"{self.ns // NS}{_fraction(self.ns, self.digits)}s"


Time = ZonedTime | LocalTime | BootTime


def _in_other_year(ns: int, years: int) -> int:
    """The same month, day and time, `years` later; Feb 29 becomes Mar 1 where there is none."""
    when = _EPOCH + timedelta(seconds=ns // NS)
    try:
        moved = when.replace(year=when.year + years)
    except ValueError:
        moved = when.replace(year=when.year + years, month=3, day=1)
    return int((moved - _EPOCH).total_seconds()) * NS + ns % NS


def comparable(a: Time | None, b: Time | None) -> bool:
    """Whether two times may be ordered and subtracted."""
    return a is not None and b is not None and type(a) is type(b) and a.scope() == b.scope()


def elapsed(a: object, b: object) -> float | None:
    """Seconds from `b` to `a`; None when they are no times of one clock."""
    if not isinstance(a, ZonedTime | LocalTime | BootTime) or not isinstance(b, ZonedTime | LocalTime | BootTime):
        return None
    return a - b if comparable(a, b) else None


def elapsed_in_zone(a: object, b: object) -> tuple[float, int] | None:
    """Seconds from `b` to `a` if the one without a zone was written in the zone of the other, and that zone's offset.

    This is an assumption (logs of one host mostly agree); whoever uses it says so. None when both or neither have one.
    """
    if isinstance(a, LocalTime) and isinstance(b, ZonedTime):
        return a - LocalTime(b.ns + b.offset * 60 * NS), b.offset
    if isinstance(a, ZonedTime) and isinstance(b, LocalTime):
        return LocalTime(a.ns + a.offset * 60 * NS) - b, a.offset
    return None


def offset_name(minutes: int) -> str:
    """`+08:00`, `-03:30`, `+00:00`."""
    return "+00:00" if minutes == 0 else _offset(minutes)


def _fraction(ns: int, digits: int) -> str:
    return "." + f"{ns % NS:09d}"[:digits] if digits else ""


def _offset(minutes: int) -> str:
    if minutes == 0:
        return "Z"
    sign, minutes = ("+", minutes) if minutes > 0 else ("-", -minutes)
    return f"{sign}{minutes // 60:02d}:{minutes % 60:02d}"
