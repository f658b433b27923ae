"""Timestamps at the start of a log line, each read into the clock it was written by.

`parse` looks at the first characters only and returns the time and where it ends. Forms and their traps follow the
list in docs/design.md: a form without a year gives `LocalTime(has_year=False)`, one without a zone never gets one.
"""

from __future__ import annotations

from calendar import timegm

from assistant.clock import NS, BootTime, LocalTime, Time, ZonedTime
from assistant.intake.lazily import lazily

MONTHS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}
# Abbreviations that `dmesg -T` prints in other locales (glibc's ab_mon), where they differ from the English ones.
MONTHS |= {
    "janv": 1, "fév": 2, "févr": 2, "mars": 3, "avril": 4, "avr": 4, "mai": 5, "juin": 6, "juil": 7, "août": 8,
    "sept": 9, "déc": 12, "mär": 3, "okt": 10, "dez": 12, "ene": 1, "abr": 4, "ago": 8, "dic": 12, "gen": 1, "mag": 5,
    "giu": 6, "lug": 7, "set": 9, "ott": 10, "fev": 2, "out": 10, "mrt": 3, "mei": 5,
}  # fmt: skip

_ISO = lazily(
    r"(\d{4})[-/](\d\d)[-/](\d\d)(?:[T_]|  ?)(\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?"
    r"(?: ?(Z|UTC|GMT)\b| ?([+-])(\d\d):?(\d\d)\b)?"
)
_SYSLOG = lazily(r"([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?= )")
_CTIME = lazily(
    r"\[(?:[^\W\d]{1,12}\.?,? )?(?:(\d{1,2})\.? )?([^\W\d]{3,9}\.?|\d{1,2}月)(?: {1,2}(\d{1,2}),?)? "
    r"(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))? (\d{4})\]"
)
_CLF = lazily(r"(\d\d)/([A-Z][a-z]{2})/(\d{4}):(\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?(?: ([+-])(\d\d)(\d\d))?")
_BOOT = lazily(r"\[ *(\d{1,10})\.(\d{6})\]")


def wall(year: int, month: int, day: int, hour: int, minute: int, second: int, fraction: str = "") -> int | None:
    """Nanoseconds since the epoch as if in UTC; None when the numbers are no date."""
    if not (1 <= month <= 12 and 1 <= day <= 31 and hour < 24 and minute < 60 and second <= 60):  # noqa: PLR2004
        return None
    return timegm((year, month, day, hour, minute, second)) * NS + int(fraction.ljust(9, "0") or "0")


def iso(text: str, position: int = 0) -> tuple[Time, int] | None:
    """`2025-05-11T23:52:08.123+02:00`, `2025/05/11 23:52:08`, `2025-05-11 23:52:08,123`."""
    match = _ISO().match(text, position)
    if match is None:
        return None
    year, month, day, hour, minute, second, fraction, utc, sign, zone_hours, zone_minutes = match.groups()
    fraction = fraction or ""
    ns = wall(int(year), int(month), int(day), int(hour), int(minute), int(second), fraction)
    if ns is None:
        return None
    if utc:
        return ZonedTime(ns, 0, len(fraction)), match.end()
    if sign:
        offset = (int(zone_hours) * 60 + int(zone_minutes)) * (1 if sign == "+" else -1)
        return ZonedTime(ns - offset * 60 * NS, offset, len(fraction)), match.end()
    return LocalTime(ns, has_year=True, digits=len(fraction)), match.end()


def syslog(text: str, position: int = 0) -> tuple[Time, int] | None:
    """`May 11 23:52:08`: no year, no zone."""
    match = _SYSLOG().match(text, position)
    if match is None or (month := MONTHS.get(match[1].lower())) is None:
        return None
    fraction = match[6] or ""
    # 1972 is a leap year, so that Feb 29 exists
    ns = wall(1972, month, int(match[2]), int(match[3]), int(match[4]), int(match[5]), fraction)
    return None if ns is None else (LocalTime(ns, has_year=False, digits=len(fraction)), match.end())


def ctime(text: str, position: int = 0) -> tuple[Time | None, int] | None:
    """`[Sun May 11 23:52:08 2025]`, also localised; the time is None when the month's name is not known."""
    match = _CTIME().match(text, position)
    if match is None or (day := match[1] or match[3]) is None:
        return None
    name = match[2].lower().rstrip(".")
    month = int(name[:-1]) if name.endswith("月") else MONTHS.get(name) or MONTHS.get(name[:3])
    if month is None:
        return None, match.end()
    fraction = match[7] or ""
    ns = wall(int(match[8]), month, int(day), int(match[4]), int(match[5]), int(match[6]), fraction)
    return (None if ns is None else LocalTime(ns, digits=len(fraction))), match.end()


def clf(text: str, position: int = 0) -> tuple[Time, int] | None:
    """`11/May/2025:23:52:08 +0800`, as access logs print it between brackets."""
    match = _CLF().match(text, position)
    if match is None or (month := MONTHS.get(match[2].lower())) is None:
        return None
    fraction = match[7] or ""
    ns = wall(int(match[3]), month, int(match[1]), int(match[4]), int(match[5]), int(match[6]), fraction)
    if ns is None:
        return None
    if match[8]:
        offset = (int(match[9]) * 60 + int(match[10])) * (1 if match[8] == "+" else -1)
        return ZonedTime(ns - offset * 60 * NS, offset, len(fraction)), match.end()
    return LocalTime(ns, digits=len(fraction)), match.end()


def since_boot(text: str, position: int = 0, boot: str = "") -> tuple[BootTime, int] | None:
    """`[4016034.541336]`: seconds since boot, as printk writes them."""
    match = _BOOT().match(text, position)
    if match is None:
        return None
    return BootTime(int(match[1]) * NS + int(match[2]) * 1000, boot), match.end()
