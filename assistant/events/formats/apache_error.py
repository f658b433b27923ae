"""Apache httpd's error log, 2.4 and 2.2, and what it prints before the log is open.

`[Tue Nov 24 13:55:15.058464 2026] [proxy:error] [pid 2098:tid 2132] (111)Connection refused: AH00957: http: attempt to connect …`
`[Tue Nov 24 13:55:15 2026] [error] [client 192.0.2.1] File does not exist: /var/www/favicon.ico`
`AH00526: Syntax error on line 17 of /etc/apache2/apache2.conf:`

Source: server/log.c (log_error_core) and the ErrorLogFormat directive; the AH numbers are in docs/log-message-tags. Local time
without a zone. `errno` stands in brackets before its text.
"""

from __future__ import annotations

from assistant.events import times
from assistant.events.open_record import OpenRecord
from assistant.events.record import Emit, Format, Record
from assistant.intake.lazily import lazily
from assistant.model import Event, Severity, Value

_HEAD = lazily(
    r" \[(?:(?P<module>[a-z0-9_]{0,40}):)?(?P<level>emerg|alert|crit|error|warn|notice|info|debug|trace[1-8])\] "
    r"(?:\[pid (?P<pid>\d{1,10})(?::tid \d{1,20})?\] )?"
)
_CLIENT = lazily(r"\[(?:client|remote) (?P<client>[^\]]{1,100})\] ")
_ERRNO = lazily(r"\((?P<code>\d{1,5})\)(?P<words>[^:]{1,120}): ")
_CODE = lazily(r"(?P<code>AH\d{5}): ")
_BARE = lazily(
    r"(?:httpd: |apache2: )?(?:\((?P<errno>\d{1,5})\)(?P<words>[^:]{1,120}): )?(?P<code>AH\d{5}): (?P<message>.*)$"
)
_BARE_FATAL = ("AH00526", "AH00072", "AH00015", "AH00014", "AH00016", "AH00020", "AH00534", "AH00543", "AH00013")
_LEVELS = {
    "emerg": Severity.FATAL, "alert": Severity.ALERT, "crit": Severity.CRIT, "error": Severity.ERROR,
    "warn": Severity.WARN, "notice": Severity.NOTICE, "info": Severity.INFO, "debug": Severity.DEBUG,
}  # fmt: skip
_MAX_LINES = 60


def parse(record: Record) -> Event | None:
    """One record, or None."""
    text = record.text
    if text.startswith("["):
        return _logged(record)
    if "AH0" not in text[:80]:
        return None
    match = _BARE().match(text)
    if match is None:
        return None
    attributes: dict[str, Value] = {"apache.code": match["code"]}
    message = match["message"]
    if match["errno"]:
        attributes |= {"error.code": int(match["errno"]), "error.type": match["words"]}
        message = f"({match['errno']}){match['words']}: {message}"
    severity = Severity.FATAL if match["code"] in _BARE_FATAL else Severity.WARN
    envelope = record.envelope
    return Event(
        "apache.error",
        record.evidence(),
        message,
        envelope.time,
        severity,
        "apache",
        envelope.host,
        envelope.pid,
        attributes,
    )


def _logged(record: Record) -> Event | None:
    text = record.text
    stamp = times.ctime(text)
    if stamp is None or (head := _HEAD().match(text, stamp[1])) is None:
        return None
    attributes: dict[str, Value] = {}
    if head["module"]:
        attributes["apache.module"] = head["module"]
    end = _client(text, head.end(), attributes)
    prefix = ""
    if errno := _ERRNO().match(text, end):
        attributes |= {"error.code": int(errno["code"]), "error.type": errno["words"]}
        end, prefix = _client(text, errno.end(), attributes), errno[0]
    if code := _CODE().match(text, end):
        attributes["apache.code"] = code["code"]
        end = code.end()
    severity = _LEVELS.get(head["level"], Severity.TRACE)
    pid = int(head["pid"]) if head["pid"] else record.envelope.pid
    message = prefix + text[end:]
    return Event(
        "apache.error", record.evidence(), message, stamp[0], severity, "apache", record.envelope.host, pid, attributes
    )


def _client(text: str, start: int, attributes: dict[str, Value]) -> int:
    """Takes `[client …]`, which stands before the errno in 2.2 and behind it in 2.4; where the rest begins."""
    if (match := _CLIENT().match(text, start)) is None:
        return start
    client = match["client"]
    attributes["client.address"] = client.rpartition(":")[0] if client.count(":") == 1 else client
    return match.end()


class ApacheReader:
    """A record of the start-up may go on in the line below: `Syntax error on line 17 of …:` and what it is."""

    def __init__(self) -> None:
        self._open: OpenRecord | None = None

    def read(self, record: Record, emit: Emit) -> bool:
        """Claim a record, or the line that ends an open one."""
        event = parse(record)
        if event is not None:
            self.close(emit)
            if event.message.endswith(":"):
                self._open = OpenRecord(event, record)
            else:
                emit(event)
            return True
        if self._open is None:
            return False
        self._open.add(record, record.text)
        self.close(emit)
        return True

    def close(self, emit: Emit) -> None:
        """An open record whose second line never came."""
        if self._open is not None:
            emit(self._open.finished())
        self._open = None


FORMAT = Format("apache.error", 8, ApacheReader)
