"""Redis' and Valkey's log, and the error replies that redis-cli prints.

`16188:M 23 Nov 2026 07:19:58.069 * Background saving started by pid 16197`
`16188:signal-handler (1795414801) Received SIGTERM scheduling shutdown...`
`(error) NOAUTH Authentication required.`

Source: serverLogRaw and serverLogFromHandler in src/server.c, cliFormatReplyTTY in src/redis-cli.c. The time has no zone.
`#` is the level of warnings and of errors alike, so what went wrong is told by its words. The logo that a start may print
belongs to the line before it.
"""

from __future__ import annotations

from assistant.clock import NS, LocalTime, Time, ZonedTime
from assistant.events import times
from assistant.events.open_record import OpenRecord
from assistant.events.record import Emit, Format, Record
from assistant.intake.lazily import lazily
from assistant.model import Event, Severity, Value

_HEAD = lazily(
    r"(?P<pid>\d{1,8}):(?P<role>[XCSM]) (?P<day>\d{1,2}) (?P<month>[A-Z][a-z]{2}) (?P<year>\d{4}) "
    r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)(?:\.(?P<ms>\d{3}))? (?P<level>[.\-*#]) (?P<message>.*)$"
)
_HANDLER = lazily(r"(?P<pid>\d{1,8}):signal-handler \((?P<epoch>\d{9,11})\) (?P<message>.*)$")
_OLD = lazily(
    r"\[(?P<pid>\d{1,8})\] (?P<day>\d\d) (?P<month>[A-Z][a-z]{2}) (?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)\.(?P<ms>\d{3}) (?P<level>[.\-*#]) (?P<message>.*)$"
)
_REPLY = lazily(
    r"(?:\(error\) )?(?P<message>(?P<code>OOM|MISCONF|NOAUTH|WRONGPASS|DENIED|NOPERM|LOADING|READONLY|BUSY|CLUSTERDOWN|MOVED|ASK|"
    r"MASTERDOWN|NOREPLICAS|EXECABORT|WRONGTYPE|NOSCRIPT|ERR) .*)$"
)
# what redis-cli prints into a pipe: the reply without its mark
_BARE_REPLY = lazily(
    r"(?:OOM command not allowed|MISCONF (?:Redis|Valkey|Errors)|NOAUTH (?:Authentication|HELLO)|WRONGPASS invalid|LOADING (?:Redis|Valkey)|"
    r"READONLY You can't write|BUSY (?:Redis|Valkey|Running)|CLUSTERDOWN |MASTERDOWN |NOREPLICAS Not enough|"
    r"(?:MOVED|ASK) \d{1,5} \S{1,80}:\d{1,5}$|DENIED (?:Redis|Running)|NOPERM |WRONGTYPE Operation|EXECABORT )"
)
_LOGO = lazily(r" {8,24}_\._ {0,60}$")
_LOGO_LINE = lazily(r" {1,24}[_.`|(,'-]")
_LOGO_LINES = 18
_FAILED = lazily(
    r"(?i)\b(?:error|errors|failed|failure|fatal|abort(?:ed|ing)?|can't|cannot|could not|unable|out of memory|oom|crash(?:ed)?|panic|"
    r"corrupt(?:ed)?|assertion|denied|unrecoverable|bad file format)\b|REDIS BUG REPORT|VALKEY BUG REPORT"
)
_LEVELS = {".": Severity.DEBUG, "-": Severity.DEBUG, "*": Severity.NOTICE, "#": Severity.WARN}
_ROLES = {"X": "sentinel", "C": "child", "S": "replica", "M": "master"}


def parse(record: Record) -> Event | None:
    """One line of the log, or one error reply; None for anything else."""
    text = record.text
    attributes: dict[str, Value] = {}
    time: Time | None = record.envelope.time
    pid = record.envelope.pid
    severity = Severity.ERROR
    if text.startswith("(error) ") or (text[:1].isupper() and _BARE_REPLY().match(text)):
        reply = _REPLY().match(text)
        if reply is None:
            return None
        attributes |= {"db.response.status_code": reply["code"], "redis.client": True}
        message = reply["message"]
    elif handler := _HANDLER().match(text):
        time, pid = ZonedTime(int(handler["epoch"]) * NS), int(handler["pid"])
        message, severity = handler["message"], Severity.NOTICE
    elif match := _HEAD().match(text) or _OLD().match(text):
        found = match.groupdict()
        time, pid, message = _time(found) or time, int(found["pid"]), found["message"]
        severity = _LEVELS[found["level"]]
        if severity >= Severity.WARN and not message.startswith("WARNING") and _FAILED().search(message[:300]):
            severity = Severity.ERROR
        if "role" in found:
            attributes["redis.role"] = _ROLES[found["role"]]
    else:
        return None
    return Event("redis", record.evidence(), message, time, severity, "redis", record.envelope.host, pid, attributes)


def _time(found: dict[str, str | None]) -> LocalTime | None:
    month = times.MONTHS.get((found["month"] or "").lower())
    if month is None:
        return None
    fraction, year = found["ms"] or "", found.get("year")
    day, hour, minute, second = (int(found[name] or 0) for name in ("day", "hour", "minute", "second"))
    ns = times.wall(int(year or 1972), month, day, hour, minute, second, fraction)
    return None if ns is None else LocalTime(ns, has_year=year is not None, digits=len(fraction))


class RedisReader:
    """Keeps the last record open for the logo that a start may print behind it."""

    def __init__(self) -> None:
        self._open: OpenRecord | None = None
        self._logo = 0  # lines of the logo that may still come

    def read(self, record: Record, emit: Emit) -> bool:
        """Claim a line of the log, and the lines of the logo."""
        event = parse(record)
        if event is not None:
            self.close(emit)
            self._open = OpenRecord(event, record)
            return True
        if self._open is None or not self._open.is_from(record):
            return False
        if _LOGO().match(record.text):
            self._logo = _LOGO_LINES
        if not self._logo or not _LOGO_LINE().match(record.text):
            return False
        self._logo -= 1
        self._open.add(record)
        return True

    def close(self, emit: Emit) -> None:
        """The last record."""
        self._logo = 0
        if self._open is not None:
            emit(self._open.finished())
        self._open = None


FORMAT = Format("redis", 25, RedisReader)
