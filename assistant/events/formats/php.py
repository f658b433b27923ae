"""php-fpm's log and PHP's own error log.

`[24-Nov-2026 13:55:27] WARNING: [pool www] child 2392 exited on signal 11 (SIGSEGV) after 1.335125 seconds from start`
`[24-Nov-2026 13:55:27 UTC] PHP Fatal error:  Uncaught RuntimeException: no stock in /srv/shop/order.php:7`

Source: sapi/fpm/fpm/zlog.c, main/main.c (php_log_err_with_severity). PHP's log names its zone, php-fpm's does not. A stack trace
belongs to the error above it. Inside nginx's or Apache's error log the same texts stand behind `PHP message:`.
"""

from __future__ import annotations

from assistant.clock import NS, LocalTime, Time, ZonedTime
from assistant.events import stamps
from assistant.events.open_record import OpenRecord
from assistant.events.record import Emit, Format, Record
from assistant.intake.lazily import lazily
from assistant.model import Event, Severity

_HEAD = lazily(
    r"\[(?P<time>\d\d-[A-Z][a-z]{2}-\d{4} \d\d:\d\d:\d\d(?:\.\d{1,6})?)(?: (?P<zone>[A-Za-z][\w/+-]{1,40}))?\] "
)
_FPM = lazily(
    r"(?P<level>DEBUG|NOTICE|WARNING|ERROR|ALERT): (?:pid \d{1,10}, \w{1,60}\(\), line \d{1,6}: )?(?P<message>.*)$"
)
_PHP = lazily(
    r"PHP (?P<level>Fatal error|Parse error|Recoverable fatal error|Warning|Notice|Deprecated|Catchable fatal error|Core error|Compile error|Startup|Strict Standards)?:? {0,2}(?P<message>.*)$"
)
_LEVELS = {
    "DEBUG": Severity.DEBUG, "NOTICE": Severity.NOTICE, "WARNING": Severity.WARN, "ERROR": Severity.ERROR,
    "ALERT": Severity.ALERT, "Warning": Severity.WARN, "Notice": Severity.INFO, "Deprecated": Severity.INFO,
    "Strict Standards": Severity.INFO,
}  # fmt: skip
_TRACE = lazily(r"(?:Stack trace:|#\d{1,5} |  thrown in |PHP Stack trace:|PHP {1,4}\d{1,5}\. )")


def parse(record: Record) -> Event | None:
    """One record, or None."""
    text, envelope = record.text, record.envelope
    head = _HEAD().match(text) if text.startswith("[") else None
    if head is not None:
        rest, time = text[head.end() :], _time(head["time"], head["zone"])
    elif text.startswith("PHP ") or envelope.ident.startswith("php"):
        rest, time = text, envelope.time
    else:
        return None
    if php := _PHP().match(rest):
        level = php["level"] or ""
        if not level and head is None:
            return None
        severity = _LEVELS.get(level, Severity.ERROR)
        message = f"PHP {level}: {php['message']}" if level else php["message"]
        return Event("php.error", record.evidence(), message, time, severity, "php", envelope.host, envelope.pid)
    if (fpm := _FPM().match(rest)) is not None:
        severity = _LEVELS[fpm["level"]]
        return Event(
            "php-fpm", record.evidence(), fpm["message"], time, severity, "php-fpm", envelope.host, envelope.pid
        )
    return None


def _time(text: str, zone: str | None) -> Time | None:
    found = stamps.read(text)
    if found is None or found[0] is None or zone not in ("UTC", "GMT"):
        return found[0] if found else None
    local = found[0]
    return ZonedTime(local.ns, 0) if isinstance(local, LocalTime) and local.ns > NS else local


class PhpReader:
    """Keeps the last error open for its stack trace."""

    def __init__(self) -> None:
        self._open: OpenRecord | None = None

    def read(self, record: Record, emit: Emit) -> bool:
        """Claim a record, or a line of the trace under one."""
        event = parse(record)
        if event is None:
            if self._open is not None and self._open.is_from(record) and _TRACE().match(record.text):
                self._open.add(record)
                return True
            return False
        self.close(emit)
        self._open = OpenRecord(event, record)
        return True

    def close(self, emit: Emit) -> None:
        """The last record."""
        if self._open is not None:
            emit(self._open.finished())
        self._open = None


FORMAT = Format("php", 26, PhpReader)
