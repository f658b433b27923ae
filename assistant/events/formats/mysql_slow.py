"""The slow query log of MySQL and MariaDB: one `mysql.slow` a statement.

    # Time: 2026-11-24T16:02:08.305927Z            (MariaDB: # Time: 261124 16:02:08)
    # User@Host: shop[shop] @ localhost []  Id:     8
    # Query_time: 12.000314  Lock_time: 0.000012 Rows_sent: 1  Rows_examined: 1000000
    SET timestamp=1795536128;
    select …;

Source: MYSQL_QUERY_LOG::write in sql/log.cc of MariaDB, File_query_log::write_slow in sql/log.cc of MySQL. A statement's time is
taken from SET timestamp, when it began to be sent; `# Time:` stands only where the second changed.
"""

from __future__ import annotations

from assistant.clock import NS, ZonedTime
from assistant.events.record import EVIDENCE_LIMIT, Emit, Format, Record
from assistant.intake.lazily import lazily
from assistant.model import Event, Evidence, Severity, Value

_TIME = lazily(r"# Time: (?:\d{4}-\d\d-\d\dT|\d{6} {1,2}\d{1,2}:\d\d:\d\d)")
_USER = lazily(r"# User@Host: (?P<user>[^\[ ]{0,80})\[[^\]]{0,80}\] @ (?P<host>\S{0,255})")
_QUERY = lazily(
    r"# Query_time: (?P<query>\d{1,9}\.\d{1,9}) {1,3}Lock_time: (?P<lock>\d{1,9}\.\d{1,9}) {1,3}Rows_sent: (?P<sent>\d{1,15}) {1,3}Rows_examined: (?P<examined>\d{1,15})"
)
_STAMP = lazily(r"SET timestamp=(\d{10})(?:\.\d{1,6})?;$")
_BANNER = lazily(
    r"(?:\S{1,200}, Version: \S.{0,200} started with:|Tcp port: \d{1,5} {1,3}Unix socket: .{0,200}|Time\s{1,20}Id Command\s{1,8}Argument)$"
)
_MAX_LINES = 60


class SlowReader:
    """Keeps one statement open until the next one's head."""

    def __init__(self) -> None:
        self._lines: list[Record] = []
        self._facts: dict[str, Value] = {}
        self._statement: list[str] = []
        self._ns: int | None = None
        self._took = ""

    def read(self, record: Record, emit: Emit) -> bool:
        """Claim a head line, or a line of the statement under it."""
        text = record.text
        if _TIME().match(text) or (user := _USER().match(text)):
            if self._facts.get("query.seconds") is not None or _TIME().match(text):
                self.close(emit)
            self._lines.append(record)
            if not _TIME().match(text) and (user := _USER().match(text)):
                self._facts |= {"db.user": user["user"], "client.address": user["host"] or "localhost"}
            return True
        if not self._lines:
            return _BANNER().match(text) is not None
        if len(self._lines) < _MAX_LINES:
            self._lines.append(record)
        if match := _QUERY().match(text):
            self._facts |= {
                "query.seconds": float(match["query"]), "lock.seconds": float(match["lock"]),
                "rows.sent": int(match["sent"]), "rows.examined": int(match["examined"]),
            }  # fmt: skip
            self._took = (
                f"query took {match['query']} s, waited {match['lock']} s for locks, examined {match['examined']} rows"
            )
        elif match := _STAMP().match(text):
            self._ns = int(match[1]) * NS
        elif not text.startswith("#") and not text.lower().startswith("use "):
            self._statement.append(text.strip())
            if text.rstrip().endswith(";"):
                self.close(emit)
        return True

    def close(self, emit: Emit) -> None:
        """The last statement."""
        lines, self._lines, facts, self._facts = self._lines, [], self._facts, {}
        statement, self._statement, ns, self._ns = " ".join(self._statement), [], self._ns, None
        if not lines or "query.seconds" not in facts:
            return
        first, last = lines[0], lines[-1]
        shown = "\n".join(record.line.text for record in lines)[:EVIDENCE_LIMIT]
        evidence = Evidence(first.source, first.line.number, last.line.last, shown)
        facts["db.query.text"] = statement[:300]
        message = f"{self._took}: {statement[:300]}"
        time = ZonedTime(ns, 0) if ns is not None else first.envelope.time
        emit(Event("mysql.slow", evidence, message, time, Severity.WARN, "mysql", "", None, facts))


FORMAT = Format("mysql.slow", 34, SlowReader)
