"""Which records of the logs a question asks for: level, status, time, process, address, path, words.

`parse` reads the question; `placed` puts its times of day on the day of the log that they fall into (a log may run over
midnight); `Selection.takes` is asked for each record. Times are compared as they stand in the log, no zone is added; a
record without a time of day is in no span of time.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from assistant.clock import NS, BootTime, LocalTime, Time, ZonedTime
from assistant.i18n import Text
from assistant.model import Event, Severity

_CLOCK = r"(\d{1,2}:\d{2}(?::\d{2})?)(?!\d)"
_BETWEEN = re.compile(rf"{_CLOCK}\s*(?:and|to|till|until|-|–|~|到|至|和|与)\s*{_CLOCK}", re.IGNORECASE)
_AFTER = re.compile(
    rf"(?:after|since|from|later than|past)\s+(?:about\s+)?{_CLOCK}|{_CLOCK}\s*(?:之后|以后|后|起|开始|以来)",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    rf"(?:before|until|till|earlier than|up to)\s+{_CLOCK}|{_CLOCK}\s*(?:之前|以前|前)(?!后)", re.IGNORECASE
)
_AROUND = re.compile(
    rf"(?:around|near|at|about)\s+{_CLOCK}|{_CLOCK}\s*(?:左右|前后|附近|那会|那时|的时候|时)?", re.IGNORECASE
)
_CLASS = re.compile(r"(?<![\w.])([1-5])xx(?![\w])", re.IGNORECASE)
_STATUS = re.compile(r"(?<![\w.:/-])([1-5]\d\d)(?:s|'s)?(?![\w:/-]|\.\d)")
_PID = re.compile(r"\b(?:pid|process(?: id)?|tid|worker)\s*[#=:]?\s*(\d{2,8})\b|进程号?\s*(\d{2,8})", re.IGNORECASE)
_ADDRESS = re.compile(r"(?<![\w.])(\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?)(?![\w.])")
_PORT = re.compile(r"(?:\bport|端口)\s*[:=]?\s*(\d{2,5})\b|(?<=\s):(\d{2,5})\b", re.IGNORECASE)
_QUOTED = re.compile(r"[\"“「『`]([^\"”」』`\n]{2,120})[\"”」』`]|'([^'\n]{3,120})'")
_GREP = re.compile(
    r"(?:\bgrep|containing|contains?|含有?|包含|关键字|关键词)\s*[:：]?\s*([\w./:@-]{2,80})", re.IGNORECASE
)
_PATH = re.compile(r"(?<![\w.])(/[\w.%~-]+(?:/[\w.%~-]*)*)")
_METHOD = re.compile(r"\b(GET|POST|PUT|DELETE|PATCH|HEAD|OPTIONS)\b")
_LEVELS = (
    (Severity.CRIT, re.compile(r"\b(crit(ical)?s?|fatals?|panics?|emerg|alerts?)\b|致命|严重错误|紧急", re.IGNORECASE)),
    (Severity.ERROR, re.compile(r"\berr(or)?s?\b|错误|报错|出错|异常", re.IGNORECASE)),
    (Severity.WARN, re.compile(r"\bwarn(ing)?s?\b|警告|告警", re.IGNORECASE)),
)
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Selection:
    """What is asked for; empty fields ask for nothing. Times are seconds of the day."""

    level: Severity | None = None
    only_level: bool = False  # that level, not the ones above
    statuses: tuple[tuple[int, int], ...] = ()
    after: int | None = None
    before: int | None = None
    pid: int | None = None
    words: tuple[str, ...] = ()
    span: tuple[int | None, int | None] = (None, None)  # the same times as nanoseconds of the log's own clock
    service: str = ""
    source: int | None = None
    said: tuple[Text, ...] = field(default=(), compare=False)

    def __bool__(self) -> bool:
        return self != Selection()

    @property
    def narrow(self) -> bool:
        """Whether something other than a level is asked for."""
        return bool(replace(self, level=None, only_level=False, said=()))

    def takes(self, event: Event) -> bool:
        """Whether a record is one of those."""
        if self.level is not None and not self._has_level(event):
            return False
        if self.statuses and not self._has_status(event):
            return False
        if (self.after is not None or self.before is not None) and not self._in_time(event):
            return False
        if (
            self.pid is not None
            and event.pid != self.pid
            and not re.search(rf"(?<!\d){self.pid}(?!\d)", event.evidence.text)
        ):
            return False
        if self.source is not None and event.evidence.source != self.source:
            return False
        if self.service and self.service not in (event.service.lower(), event.kind.split(".")[0]):
            return False
        return all(_stands_in(word.lower(), event.evidence.text.lower()) for word in self.words)

    def _has_level(self, event: Event) -> bool:
        if self.only_level and self.level is Severity.WARN:
            return Severity.WARN <= event.severity < Severity.ERROR
        return self.level is not None and event.severity >= self.level

    def _has_status(self, event: Event) -> bool:
        status = event.attributes.get("http.response.status_code")
        return isinstance(status, int) and any(low <= status <= high for low, high in self.statuses)

    def _in_time(self, event: Event) -> bool:
        moment = wall(event.time)
        if moment is not None and self.span != (None, None):
            first, last = self.span
            return (first is None or moment >= first) and (last is None or moment <= last)
        second = second_of_day(event.time)
        if second is None:
            return False
        low, high = self.after or 0, _DAY if self.before is None else self.before
        return low <= second <= high if low <= high else second >= low or second <= high


def _stands_in(word: str, text: str) -> bool:
    """Whether a word stands in a line; a path or a port ends where it ends (`/q7` is not in `/q70`)."""
    if word[:1] not in "/:":
        return word in text
    return re.search(rf"{re.escape(word)}(?![\w-])", text) is not None


def wall(time: Time | None) -> int | None:
    """The date and clock that a record shows, as nanoseconds; None without a date."""
    if isinstance(time, ZonedTime):
        return time.ns + time.offset * 60 * NS
    return time.ns if isinstance(time, LocalTime) else None


def placed(found: Selection, times: Sequence[Time | None]) -> Selection:
    """The times of day of a selection on the days that the logs cover; `times` are their first and last ones.

    Of several days the first one inside the logs is meant; when none is inside, the one that is nearest.
    """
    walls = [moment for time in times if (moment := wall(time)) is not None]
    if not walls or (found.after is None and found.before is None):
        return found
    low, high = min(walls), max(walls)
    after = None if found.after is None else _on_a_day(found.after, low, high)
    before = None if found.before is None else _on_a_day(found.before, low if after is None else max(low, after), high)
    return replace(found, span=(after, None if before is None else before + NS - 1))


def _on_a_day(second: int, low: int, high: int) -> int:
    day = _DAY * NS
    days = [(low // day + number) * day + second * NS for number in range(-1, min(400, (high - low) // day + 3))]
    inside = [moment for moment in days if low - NS < moment <= high]
    return inside[0] if inside else min(days, key=lambda moment: min(abs(moment - low), abs(moment - high)))


def second_of_day(time: Time | None) -> int | None:
    """The clock time that a record shows, in seconds; None without one."""
    if time is None or isinstance(time, BootTime):
        return None
    clock = time.iso().partition("T")[2][:8]
    return _seconds(clock)


def parse(question: str, services: tuple[str, ...] = ()) -> Selection:
    """What a question asks for. `services` are the programs of the session."""
    found = _times(question)
    for level, pattern in _LEVELS:
        if pattern.search(question):
            found = replace(found, level=level, only_level=level is Severity.WARN)
            break
    rest = _ADDRESS.sub(" ", question)
    statuses = [(int(match[1]) * 100, int(match[1]) * 100 + 99) for match in _CLASS.finditer(rest)]
    statuses += [(int(match[1]), int(match[1])) for match in _STATUS.finditer(rest)]
    pid = _PID.search(question)
    number = next((int(group) for group in (pid.groups() if pid else ()) if group), None)
    if number is not None:
        statuses = [pair for pair in statuses if pair != (number, number)]
    words = [match[1] for match in _ADDRESS.finditer(question)]
    words += [next(filter(None, match.groups())) for match in _QUOTED.finditer(question)]
    words += [match[1] for match in _GREP.finditer(question)]
    words += [f":{next(filter(None, match.groups()))}" for match in _PORT.finditer(question)]
    words += [match[1] for match in _PATH.finditer(rest) if len(match[1]) > 1]
    words += [match[1] for match in _METHOD.finditer(question)]
    low = question.lower()
    service = next((name for name in services if name and re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", low)), "")
    return replace(
        found, statuses=tuple(dict.fromkeys(statuses)), pid=number, words=tuple(dict.fromkeys(words)), service=service
    )


def _times(question: str) -> Selection:
    if match := _BETWEEN.search(question):
        return Selection(after=_seconds(match[1]), before=_end(match[2]))
    after, before = _AFTER.search(question), _BEFORE.search(question)
    if after or before:
        low = next(filter(None, after.groups())) if after else None
        high = next(filter(None, before.groups())) if before else None
        return Selection(after=_seconds(low) if low else None, before=_seconds(high) if high else None)
    if match := _AROUND.search(question):
        clock = match[1] or match[2]
        second = _seconds(clock)
        if second is not None:
            exact = 0 if clock.count(":") == 2 else 59  # noqa: PLR2004 - a clock with seconds
            return Selection(after=second, before=second + exact)
    return Selection()


def _end(clock: str) -> int | None:
    second = _seconds(clock)
    return None if second is None else second + (0 if clock.count(":") == 2 else 59)  # noqa: PLR2004 - as above


def _seconds(clock: str) -> int | None:
    parts = [int(part) for part in clock.split(":") if part.isdigit()]
    if len(parts) < 2 or parts[0] > 24 or parts[1] > 59:  # noqa: PLR2004 - hours and minutes
        return None
    return parts[0] * 3600 + parts[1] * 60 + (parts[2] if len(parts) > 2 else 0)  # noqa: PLR2004 - seconds
