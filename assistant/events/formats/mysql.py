"""The error log of MariaDB and MySQL, 5.5 and later, and the errors that their command-line client prints.

`2026-11-23  7:22:34 0 [Note] InnoDB: Starting shutdown...` (MariaDB 10.1 and later)
`2026-11-23T06:22:34.017123Z 0 [System] [MY-010931] [Server] /usr/sbin/mysqld: ready for connections.` (MySQL 5.7, 8)
`130507 19:00:01 [ERROR] Aborting` (5.5) · `ERROR 1040 (HY000): Too many connections` (client)

Source: print_buffer_to_file in sql/log.cc of MariaDB, log_sink_trad in sql/server_component/log_builtins.cc of MySQL,
put_error in client/mysql.cc. MariaDB writes local time, MySQL UTC. The number before the level is the connection's (in MySQL 5.6
the process's). A deadlock's dump is joined to the line that announces it.
"""

from __future__ import annotations

from assistant.clock import LocalTime, Time
from assistant.events import times
from assistant.events.open_record import OpenRecord
from assistant.events.record import Emit, Format, Record
from assistant.intake.lazily import lazily
from assistant.model import Event, Severity, Value

_LEVELS = {
    "note": Severity.INFO, "system": Severity.INFO, "warning": Severity.WARN, "error": Severity.ERROR,
}  # fmt: skip
_STAMP = lazily(
    r"(?:(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)|(?P<short>\d{6})) {1,2}(?P<hour>\d{1,2}):(?P<minute>\d\d):(?P<second>\d\d) "
)
_LEVEL = lazily(
    r" ?(?:(?P<thread>\d{1,20}) )?\[(?P<level>Note|Warning|ERROR|System)\] (?:\[(?P<code>MY-\d{6})\] \[(?P<part>\w{1,32})\] )?"
    r"(?P<message>.*)$"
)
_CLIENT = lazily(
    r"ERROR (?P<code>\d{4}) \((?P<state>[0-9A-Z]{5})\)(?: at line \d{1,9}(?: in file: '[^']{1,200}')?)?: (?P<message>.*)$"
)
_SAFE = lazily(r"mysqld_safe (?P<message>.*)$")
_OLD = lazily(r" ?(?P<message>InnoDB: .*)$")  # 5.5 gives InnoDB's lines no level
_PROCESS = lazily(r" as process (\d{1,8})")
_DUMP = lazily(r"InnoDB: (?:$|\*\*\* |Transactions deadlock detected)")
_DUMPED = lazily(
    r"\*\*\* |TRANSACTION \d|mysql tables in use|LOCK WAIT|\d{1,9} lock struct|(?:MariaDB|MySQL) thread id|"
    r"RECORD LOCKS|TABLE LOCK|Record lock| \d{1,4}: len \d"
)
_THREAD = ("MariaDB thread id ", "MySQL thread id ")
_LOOSE = lazily(
    r"Version: '|recovered pages: |tables to flush: | \(\d{1,9}\.\d s(?:econds)?\); ?$"
)  # printed without a head
_CENTURY = 2_000


def parse(record: Record) -> Event | None:
    """One line with a head of its own, or None."""
    text, envelope = record.text, record.envelope
    time: Time | None = envelope.time
    attributes: dict[str, Value] = {}
    if text.startswith("ERROR "):
        return _client(record)
    start = 0
    if stamp := _STAMP().match(text):
        time, start = _time(stamp.groupdict()) or time, stamp.end()
        if plain := _SAFE().match(text, start) or (_OLD().match(text, start) if stamp["short"] else None):
            bad = any(word in plain["message"] for word in ("rror", "annot", "nable to"))
            return _event(record, plain["message"], time, Severity.ERROR if bad else Severity.INFO, attributes)
    elif text[10:11] == "T" and (iso := times.iso(text)) is not None:
        time, start = iso
    elif time is None:
        return None
    match = _LEVEL().match(text, start)
    if match is None or (start == 0 and match["thread"] is None):
        return None
    if match["thread"]:
        attributes["thread.id"] = int(match["thread"])
    if match["code"]:
        attributes["mysql.code"] = match["code"]
        attributes["mysql.subsystem"] = match["part"]
    if process := _PROCESS().search(match["message"][:300]):
        attributes["process.pid"] = int(process[1])
    return _event(record, match["message"], time, _LEVELS[match["level"].lower()], attributes)


def _client(record: Record) -> Event | None:
    """An error that the client prints."""
    match = _CLIENT().match(record.text)
    if match is None:
        return None
    attributes: dict[str, Value] = {
        "error.code": int(match["code"]), "db.response.status_code": match["state"], "mysql.client": True,
    }  # fmt: skip
    return _event(record, match["message"], record.envelope.time, Severity.ERROR, attributes)


def _event(record: Record, message: str, time: Time | None, severity: Severity, attributes: dict[str, Value]) -> Event:
    envelope = record.envelope
    return Event("mysql", record.evidence(), message, time, severity, "mysql", envelope.host, envelope.pid, attributes)


def _time(found: dict[str, str | None]) -> LocalTime | None:
    short = found["short"] or ""
    if short:
        year, month, day = _CENTURY + int(short[:2]), int(short[2:4]), int(short[4:])
    else:
        year, month, day = (int(found[name] or 0) for name in ("year", "month", "day"))
    hour, minute, second = (int(found[name] or 0) for name in ("hour", "minute", "second"))
    ns = times.wall(year, month, day, hour, minute, second)
    return None if ns is None else LocalTime(ns)


class MysqlReader:
    """Keeps the last record open: a start ends with a line of its own, a deadlock is dumped over many."""

    def __init__(self) -> None:
        self._open: OpenRecord | None = None
        self._dumping = False
        self._statement = False  # the next line is the statement of the dumped transaction

    def read(self, record: Record, emit: Emit) -> bool:
        """Claim a line of the log, and what belongs to the record before it."""
        event = parse(record)
        if event is not None:
            dump = _DUMP().match(event.message) is not None
            if self._dumping and dump and self._open is not None and self._open.is_from(record):
                self._open.add(record)
                return True
            self.close(emit)
            self._open, self._dumping = OpenRecord(event, record), dump
            return True
        if self._open is None or not self._open.is_from(record):
            return False
        text = record.text
        if not (_LOOSE().match(text) or (self._dumping and (self._statement or _DUMPED().match(text)))):
            return False
        self._statement = text.startswith(_THREAD)
        self._open.add(record)
        return True

    def close(self, emit: Emit) -> None:
        """The last record."""
        if self._open is not None:
            emit(self._open.finished())
        self._open, self._dumping, self._statement = None, False, False


FORMAT = Format("mysql", 35, MysqlReader)
