"""RabbitMQ's log: 3.9 and later, 3.7 and 3.8 (lager), 3.6 (reports), and what a failed start or a command prints.

`2026-11-24 12:53:30.812096+00:00 [error] <0.683.0> Channel error on connection <0.673.0> (127.0.0.1:38280 -> 127.0.0.1:5672 …`
`2021-03-02 10:11:12.017 [warning] <0.811.0> closing AMQP connection <0.811.0> (…):`
`=ERROR REPORT==== 2-Mar-2018::10:11:12 ===` · `ERROR: could not bind to distribution port 25672, it is in use by another node: …`

Source: rabbit_logger_text_fmt.erl and rabbit_prelaunch_errors.erl in deps/rabbit/apps/rabbitmq_prelaunch/src, captured with 3.10.8. Since 3.9 each
line of a message carries the head again, with the same time and process: they are one event. Before, further lines come bare.
The banner of the start stands between the lines.
"""

from __future__ import annotations

from assistant.clock import LocalTime, Time
from assistant.events import times
from assistant.events.open_record import OpenRecord
from assistant.events.record import Emit, Format, Record
from assistant.intake.lazily import lazily
from assistant.model import Event, Severity, Value

_LEVELS = {
    "debug": Severity.DEBUG, "info": Severity.INFO, "notice": Severity.NOTICE, "warning": Severity.WARN,
    "error": Severity.ERROR, "critical": Severity.CRIT, "alert": Severity.ALERT, "emergency": Severity.FATAL,
}  # fmt: skip
_HEAD = lazily(
    rf" \[(?P<level>{'|'.join(_LEVELS)})\] (?P<process><\d{{1,10}}\.\d{{1,10}}\.\d{{1,10}}>)(?:@[\w:/]{{1,120}})? ?(?P<message>.*)$"
)
_REPORT = lazily(
    r"=(?P<level>INFO|WARNING|ERROR|CRASH|SUPERVISOR|PROGRESS) REPORT==== (?P<day>\d{1,2})-(?P<month>[A-Z][a-z]{2})-(?P<year>\d{4})::"
    r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)(?:\.\d{1,6})? ===$"
)
_REPORTS = {"INFO": Severity.INFO, "PROGRESS": Severity.INFO, "WARNING": Severity.WARN}
_BROKER = "  Starting broker..."
_BOOT = "BOOT FAILED"
_BOOT_LINES = 40
_BANNER = lazily(
    r"  #{2,10}|  (?:Erlang|TLS Library|Release series support status|Doc guides|Support|Tutorials|Monitoring|Logs|Config file\(s\)): |"
    r"        (?:<stdout>|/)| completed with \d{1,4} plugins\.$"
)
_COMMAND = lazily(
    r"(?:Error: unable to perform an operation on node '[^']{1,120}'|ERROR: node with name \"[^\"]{1,120}\" (?:is )?already running on .{1,200}|"
    r"ERROR: epmd error for host .{1,200}|ERROR: could not bind to distribution port \d{1,5}.{0,200}|Protocol 'inet_tcp': .{1,200}|"
    r"ERROR: Cookie file .{1,300})"
)
_BARE = " \t*={[<('"
_WORDS = ("DIAGNOSTICS", "ERROR: ", "Most common", "In addition", "Current node", "Stream ")
_ENDS = (
    "Kernel pid terminated (",
    '{"Kernel pid terminated"',
    "init terminating in do_boot",
    '{"init terminating in do_boot"',
)
_PORT = lazily(r"<[\d.]{5,32}> \((?P<address>\[?[0-9a-fA-F.:]{2,45}\]?):(?P<port>\d{1,5}) -> ")


class RabbitReader:
    """Joins the lines of one message."""

    def __init__(self) -> None:
        self._open: OpenRecord | None = None
        self._head: tuple[Time | None, str, str] | None = None
        self._bare = 0  # bare lines that may still belong to the record

    def read(self, record: Record, emit: Emit) -> bool:
        """Claim a line with a head, or what belongs to the record before it."""
        text = record.text
        first = text[:1]
        if first.isdigit() or text.startswith(_BROKER) or (first == "[" and record.envelope.time is not None):
            return self._line(record, emit)
        if first == "=" and (report := _REPORT().match(text)):
            self._start(_report(record, report.groupdict()), record, emit, bare=_BOOT_LINES)
            return True
        if text == _BOOT:
            self._start(_event(record, _BOOT, None, Severity.ERROR, {}), record, emit, bare=_BOOT_LINES)
            return True
        if self._open is not None and self._open.is_from(record) and self._goes_on(text):
            self._open.add(record, text.strip())
            return True
        if first in ("E", "P") and _COMMAND().match(text):
            self._start(_event(record, text, None, Severity.ERROR, {}), record, emit, bare=_BOOT_LINES)
            return True
        return False

    def _goes_on(self, text: str) -> bool:
        """Whether a line without a head belongs to the open record."""
        if _BANNER().match(text):
            return True
        if text.startswith(_ENDS):
            return True
        first = text[:1]
        if self._bare and text[:2] != '{"' and (first in _BARE or first.islower() or text.startswith(_WORDS)):
            self._bare -= 1
            return True
        self._bare = 0
        return False

    def _line(self, record: Record, emit: Emit) -> bool:
        text = record.text
        start = len(_BROKER) if text.startswith(_BROKER) else 0
        stamp = times.iso(text, start)
        if stamp is None:
            return False
        match = _HEAD().match(text, stamp[1])
        if match is None:
            return False
        head = (stamp[0], match["level"], match["process"])
        if head == self._head and self._open is not None and self._open.is_from(record):
            self._open.add(record, match["message"].strip())
            return True
        attributes: dict[str, Value] = {"erlang.process": match["process"]}
        event = _event(record, match["message"].strip(), stamp[0], _LEVELS[match["level"]], attributes)
        if peer := _PORT().search(event.message[:200]):
            attributes["client.address"], attributes["client.port"] = peer["address"], int(peer["port"])
        # 3.7 and 3.8 leave the zone out and print further lines bare
        self._start(event, record, emit, bare=int(event.message.endswith(":") and isinstance(stamp[0], LocalTime)))
        self._head = head
        return True

    def _start(self, event: Event, record: Record, emit: Emit, bare: int) -> None:
        self.close(emit)
        self._open, self._bare = OpenRecord(event, record), bare

    def close(self, emit: Emit) -> None:
        """The last record."""
        if self._open is not None:
            emit(self._open.finished())
        self._open, self._head, self._bare = None, None, 0


def _report(record: Record, found: dict[str, str | None]) -> Event:
    month = times.MONTHS.get((found["month"] or "").lower(), 1)
    day, year, hour, minute, second = (int(found[name] or 0) for name in ("day", "year", "hour", "minute", "second"))
    ns = times.wall(year, month, day, hour, minute, second)
    severity = _REPORTS.get(found["level"] or "", Severity.ERROR)
    time = None if ns is None else LocalTime(ns)
    return _event(record, f"{found['level']} REPORT", time, severity, {})


def _event(record: Record, message: str, time: Time | None, severity: Severity, attributes: dict[str, Value]) -> Event:
    envelope = record.envelope
    return Event(
        "rabbitmq",
        record.evidence(),
        message,
        time or envelope.time,
        severity,
        "rabbitmq",
        envelope.host,
        envelope.pid,
        attributes,
    )


FORMAT = Format("rabbitmq", 33, RabbitReader)
