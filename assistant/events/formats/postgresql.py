"""PostgreSQL's server log, and what its command-line programs print of the server's answers.

`2026-11-23 07:15:02.083 CET [12755] FATAL:  password authentication failed for user "app"`
`psql: error: connection to server at "127.0.0.1", port 5432 failed: FATAL:  sorry, too many clients already`

Source: send_message_to_server_log and log_line_prefix in src/backend/utils/error/elog.c, message in
src/interfaces/libpq. Whatever the prefix is, a level, a colon and two blanks follow it; DETAIL, HINT, QUERY, CONTEXT,
LOCATION and STATEMENT are lines of their own with the same prefix, and further lines begin with a tab. All of them are
one event whose message is the primary one.
"""

from __future__ import annotations

from dataclasses import replace

from assistant.clock import Time
from assistant.events import times
from assistant.events.open_record import OpenRecord
from assistant.events.record import Emit, Format, Record
from assistant.intake.lazily import lazily
from assistant.model import Event, Severity, Value

_LEVELS = {
    "PANIC": Severity.FATAL, "FATAL": Severity.ERROR, "ERROR": Severity.ERROR, "WARNING": Severity.WARN,
    "NOTICE": Severity.NOTICE, "LOG": Severity.INFO, "INFO": Severity.INFO, "DEBUG": Severity.DEBUG,
    "比致命错误还过分的错误": Severity.FATAL, "致命错误": Severity.ERROR, "错误": Severity.ERROR, "警告": Severity.WARN,
    "注意": Severity.NOTICE, "日志": Severity.INFO, "信息": Severity.INFO, "调试": Severity.DEBUG,
}  # fmt: skip
_PARTS = {
    "DETAIL": "postgresql.detail", "HINT": "postgresql.hint", "QUERY": "postgresql.query",
    "CONTEXT": "postgresql.context", "LOCATION": "code.location", "STATEMENT": "db.query.text",
    "BACKTRACE": "code.stacktrace",
    "详细信息": "postgresql.detail", "提示": "postgresql.hint", "查询": "postgresql.query",
    "上下文": "postgresql.context", "位置": "code.location", "语句": "db.query.text",
}  # fmt: skip
_WORD = rf"(?P<level>{'|'.join((*_LEVELS, *_PARTS))})\d?:  ?"
_HEAD = lazily(
    rf"(?P<prefix>.{{0,300}}?)(?:(?<=[\s:\]])|^){_WORD}(?=\S)(?:(?P<state>[0-9A-Z]{{5}}): )?(?P<message>.*)$"
)
# without a prefix, as before PostgreSQL 10 by default: two blanks behind the colon are its mark
_BARE = lazily(
    r"(?P<level>PANIC|FATAL|ERROR|LOG|WARNING|DETAIL|HINT|STATEMENT|CONTEXT):  (?=\S)(?:(?P<state>(?=[A-Z]*\d)[0-9A-Z]{5}): )?(?P<message>.*)$"
)
_ZONE = lazily(r" ?[A-Z]{2,5}(?=[\s:\[])| [+-]\d\d(?=[\s:\[])")
_PID = lazily(r"\[(\d{1,8})(?:-\d{1,8})?\]")
_USER = lazily(r"(?:^|[\s:])([\w.$-]{1,63})@([\w.$-]{1,63})(?=[\s:,\]])")
_FIELD = lazily(r"\b(user|db|app|client|host|state)=([^,\s]{1,100})")
_REMOTE = lazily(r"(?:^:?|[\s,])([0-9a-fA-F][0-9a-fA-F.:]{2,44}|::[0-9a-fA-F.:]{1,43})\((\d{1,5})\)")
_CLIENT = lazily(
    r"(?:psql|pg_\w{2,20}|createdb|createuser|dropdb|vacuumdb|reindexdb|clusterdb): (?P<level>error|fatal|warning): (?P<message>.*)$"
)
_NAMES = {
    "user": "user.name", "db": "db.namespace", "app": "postgresql.application", "client": "client.address",
    "host": "client.address", "state": "db.response.status_code",
}  # fmt: skip
MAX_TEXT = 4_000  # characters of a message or detail of several lines
# What the postmaster reports at level LOG although something failed
_FAILURES = ("could not ", "was terminated by signal ", "was terminated by exception ")


class PostgresReader:
    """Keeps the last record open, because its details come on lines of their own."""

    def __init__(self) -> None:
        self._open: OpenRecord | None = None
        self._name = ""  # the attribute that a further line goes on with

    def read(self, record: Record, emit: Emit) -> bool:
        """Claim a line of the server, and what belongs to the record before it."""
        text = record.text
        if text[:1] in ("\t", " ") and self._open is not None and self._open.is_from(record):
            self._part(self._open, record, self._name, text.strip())
            return True
        event, part = _parse(record)
        if event is None:
            return False
        if part and self._open is not None and self._open.event.pid == event.pid and self._open.is_from(record):
            self._part(self._open, record, part, event.message)
            return True
        self._finish(emit)
        self._name = ""
        self._open = OpenRecord(event, record)
        return True

    def _part(self, open_record: OpenRecord, record: Record, name: str, text: str) -> None:
        """Put a detail into its attribute; a line that goes on belongs to the last one, or to the message."""
        open_record.add(record)
        self._name = name
        event = open_record.event
        if not name:
            open_record.event = replace(event, message=f"{event.message}\n{text}"[:MAX_TEXT])
            return
        before = event.attributes.get(name)
        value = f"{before}\n{text}"[:MAX_TEXT] if before else text
        open_record.event = replace(event, attributes={**event.attributes, name: value})

    def _finish(self, emit: Emit) -> None:
        if self._open is not None:
            emit(self._open.finished())
        self._open = None

    def close(self, emit: Emit) -> None:
        """The last record."""
        self._finish(emit)


def _parse(record: Record) -> tuple[Event | None, str]:
    """The event of a line, and the attribute's name when the line is a detail of another one."""
    text, envelope = record.text, record.envelope
    time: Time | None = envelope.time
    attributes: dict[str, Value] = {}
    pid = envelope.pid
    if text[:1].isdigit() and (stamp := times.iso(text)) is not None:
        zone = _ZONE().match(text, stamp[1])
        match = _HEAD().match(text, zone.end() if zone else stamp[1])
        if match is None or not _plausible(match["prefix"]):
            return None, ""
        time = stamp[0]
        pid = _prefix(match["prefix"], attributes) or pid
    elif envelope.ident.startswith("postgres") and text.startswith("["):
        match = _HEAD().match(text)
        if match is None:
            return None, ""
    elif (match := _BARE().match(text)) is None:
        client = _CLIENT().match(text)
        if client is None:
            return None, ""
        severity = Severity.WARN if client["level"] == "warning" else Severity.ERROR
        return _event(record, client["message"], time, severity, pid, {"postgresql.client": True}), ""
    level = match["level"]
    if match["state"] and any(letter.isdigit() for letter in match["state"]):
        attributes["db.response.status_code"] = match["state"]
    message = match["message"]
    if level in _PARTS:
        return _event(record, message, time, Severity.INFO, pid, attributes), _PARTS[level]
    severity = _LEVELS[level]
    if severity is Severity.INFO and any(words in message for words in _FAILURES):
        severity = Severity.ERROR
    return _event(record, message, time, severity, pid, {"postgresql.level": level, **attributes}), ""


def _plausible(prefix: str) -> bool:
    """A prefix that PostgreSQL could have written: the process id in brackets, or as good as nothing."""
    return _PID().search(prefix) is not None or not prefix.strip(" :")


def _prefix(prefix: str, attributes: dict[str, Value]) -> int | None:
    """Read what log_line_prefix put before the level; returns the process id."""
    for field in _FIELD().finditer(prefix):
        attributes[_NAMES[field[1]]] = field[2]
    if (user := _USER().search(prefix)) and "=" not in prefix:
        attributes["user.name"], attributes["db.namespace"] = user[1], user[2]
    if remote := _REMOTE().search(prefix):
        attributes["client.address"], attributes["client.port"] = remote[1], int(remote[2])
    pid = _PID().search(prefix)
    return int(pid[1]) if pid else None


def _event(
    record: Record, message: str, time: Time | None, severity: Severity, pid: int | None, attributes: dict[str, Value]
) -> Event:
    return Event(
        "postgresql", record.evidence(), message, time, severity, "postgresql", record.envelope.host, pid, attributes
    )


FORMAT = Format("postgresql", 45, PostgresReader)
