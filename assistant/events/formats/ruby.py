"""Ruby: uncaught exceptions with their causes, the standard Logger, Rails' requests and Sidekiq's jobs.

`app/pay.rb:8:in `order': order 7 failed (RuntimeError)` and, since Ruby 3.4, `app/pay.rb:8:in 'Shop#order': … (RuntimeError)`
`E, [2026-11-24T16:02:08.305960 #18202] ERROR -- shop: order 7 failed`
`Started GET "/orders/7" for 192.0.2.1 at 2026-11-24 16:02:08 +0000` · `Completed 500 Internal Server Error in 12ms (…)`
`ActiveRecord::ConnectionNotEstablished (connection refused):` · `2026-11-24T16:02:08.305Z pid=7 tid=1x class=Mail jid=2a WARN: boom`

Source: error.c and eval_error.c of Ruby, lib/logger/formatter.rb; Rails' rack/logger.rb, action_controller/log_subscriber.rb
and action_dispatch/middleware/debug_exceptions.rb; Sidekiq's logger.rb. An exception is one `ruby.exception`: its causes follow it,
the last is the first that went wrong.
"""

from __future__ import annotations

from dataclasses import dataclass

from assistant.clock import Time
from assistant.events import times
from assistant.events.record import EVIDENCE_LIMIT, Emit, Format, Record
from assistant.intake.lazily import lazily
from assistant.model import Event, Evidence, Severity, Value

_LEVELS = {
    "DEBUG": Severity.DEBUG, "INFO": Severity.INFO, "WARN": Severity.WARN, "ERROR": Severity.ERROR,
    "FATAL": Severity.FATAL, "ANY": Severity.INFO,
}  # fmt: skip
_CLASS = r"[A-Z]\w{0,80}(?:::[A-Z]\w{0,80}){0,8}"
_PLACE = (
    r"(?P<path>(?:<internal:[^>\n]{1,200}>|[^\s:'\"][^:\n]{0,250})):(?P<line>\d{1,7}):in [`'](?P<method>[^'\n]{1,200})'"
)
_HEAD = lazily(rf"{_PLACE}: (?P<message>.{{0,4000}}?)(?: \((?P<type>{_CLASS})\))?$")
_FRAME = lazily(rf"(?:\t|\s{{1,8}})(?:from |\d{{1,5}}: from )?{_PLACE}$")
_LEVELS_OMITTED = lazily(r"\s{1,8}\.\.\. {1,2}\d{1,9} levels\.\.\.$")
_UNDER = lazily(r"\s{0,200}\^{1,200}\s*$")  # error_highlight's mark under the line of code that failed
_LOGGER = lazily(
    r"(?P<letter>[DIWEFA]), \[(?P<time>[^ \]]{19,35}) #(?P<pid>\d{1,10})\] {1,2}(?P<level>DEBUG|INFO|WARN|ERROR|FATAL|ANY) -- (?P<prog>[^:]{0,80}): (?P<message>.*)$"
)
_TAGS = lazily(r"(?:\[[^\]\s]{1,64}\] ){1,4}")
_STARTED = lazily(
    r'Started (?P<method>[A-Z]{3,10}) "(?P<path>[^"]{1,4000})" for (?P<client>\S{1,64}) at (?P<time>.{19,40})$'
)
_COMPLETED = lazily(r"Completed (?P<status>\d{3}) (?P<reason>[\w '-]{0,60}?) ?in (?P<ms>\d{1,9}(?:\.\d{1,3})?)ms")
_PROCESSING = lazily(
    r"(?:Processing by [\w:]{1,120}#\w{1,80} as |  Parameters: \{|  Render(?:ed|ing) |Redirected to |  .{0,80}\(\d+\.\d+ms\)  )"
)
_RAISED = lazily(rf"(?P<type>{_CLASS}) \((?P<message>.{{0,2000}})\):\s*$")
_APP_FRAME = lazily(r"(?:app|lib|config|vendor|/\S)[\w./@+-]{0,250}:\d{1,7}:in [`'].{1,200}'$")
_SIDEKIQ = lazily(
    r" ?pid=(?P<pid>\d{1,10}) tid=\w{1,12} ?(?:class=(?P<worker>[\w:]{1,120}) )?(?P<rest>(?:\w{2,12}=\S{1,64} ){0,4})(?P<level>DEBUG|INFO|WARN|ERROR|FATAL): (?P<message>.*)$"
)
_SERVER_ERROR = 500
_MAX_LINES = 200


@dataclass(slots=True)
class _Block:
    """One exception with its frames. `tail` is its outermost frame."""

    records: list[Record]
    kind: str
    message: str
    place: tuple[str, str, str] | None
    tail: str = ""


class RubyReader:
    """Claims log lines, requests and one open exception. Rails prints an exception with blank lines in it."""

    def __init__(self) -> None:
        self._trace: list[_Block] = []
        self._rails = False  # the open exception is one of Rails' log, not of the interpreter
        self._time: Time | None = None
        self._request: tuple[str, str] | None = None

    def read(self, record: Record, emit: Emit) -> bool:
        """Claim a line."""
        text, time, severity, pid = record.text, record.envelope.time, None, record.envelope.pid
        if logged := _LOGGER().match(text):
            stamp = times.iso(logged["time"])
            time, severity, pid = (stamp[0] if stamp else time), _LEVELS[logged["level"]], int(logged["pid"])
            text = logged["message"]
            tags = _TAGS().match(text)
            text = text[tags.end() :] if tags else text
            if not text.strip() and not self._trace:
                return True  # Rails begins an exception with an empty record
        elif (self._request is not None or self._trace) and (tags := _TAGS().match(text)):
            text = text[tags.end() :]
        if self._trace and self._goes_on(text, record.line.number):
            self._add(record, text)
            return True
        if self._begins(text, logged=severity is not None):
            if self._rails or text.strip() in (block.message for block in self._trace):
                self._finish(emit)  # not a cause of what is open
            self._time = time or self._time
            self._open(record, text)
            return True
        event = self._event(record, text, time, severity, pid)
        if event is None:
            if self._trace:
                self._finish(emit)
            return False
        self._finish(emit)
        self._time = event.time or self._time
        emit(event)
        return True

    def _begins(self, text: str, *, logged: bool) -> bool:
        """The head of an exception: the interpreter's, or Rails' (which stands in a request or a log line)."""
        head = _HEAD().match(text) if ":in " in text[:400] else None
        if head is not None and (head["type"] is not None or head["path"].endswith(".rb")):
            self._rails = False
            return True
        self._rails = (logged or self._request is not None) and _RAISED().match(text) is not None
        return self._rails

    def _goes_on(self, text: str, number: int) -> bool:
        block = self._trace[-1]
        if self._rails:
            return not text.strip() or _APP_FRAME().match(text.strip()) is not None
        if _FRAME().match(text) or _LEVELS_OMITTED().match(text):
            return True
        if len(block.records) == 1:  # error_highlight: a blank line, the line of code, marks under it
            return not self._rails and number == block.records[0].line.last + 2 and not text[:1].isdigit()
        return _UNDER().match(text) is not None

    def _add(self, record: Record, text: str) -> None:
        block = self._trace[-1]
        if len(block.records) < _MAX_LINES:
            block.records.append(record)
        else:
            block.records[-1] = record
        if frame := _FRAME().match(" " + text.strip() if self._rails else text):
            block.tail = frame[0].strip()
            block.place = block.place or (frame["path"], frame["line"], frame["method"])

    def _open(self, record: Record, text: str) -> None:
        """A block for the exception whose head this is."""
        match = _RAISED().match(text) if self._rails else _HEAD().match(text)
        found = match.groupdict() if match else {}
        place = (found["path"], found["line"], found["method"]) if "path" in found else None
        self._trace.append(_Block([record], found.get("type") or "RuntimeError", text.strip(), place))

    def _event(
        self, record: Record, text: str, time: Time | None, severity: Severity | None, pid: int | None
    ) -> Event | None:
        host, attributes = record.envelope.host, dict[str, Value]()
        if started := _STARTED().match(text):
            self._request = (started["method"], started["path"].partition("?")[0])
            stamp = times.iso(started["time"])
            time = time or (stamp[0] if stamp else None)
            attributes["client.address"] = started["client"]
        elif done := _COMPLETED().match(text):
            method, path = self._request or ("", "")
            self._request = self._request or ("", "")  # the exception stands behind it
            status = int(done["status"])
            attributes |= {"http.response.status_code": status, "duration.ms": float(done["ms"])}
            attributes |= {"http.request.method": method, "url.path": path} if path else {}
            bad = Severity.ERROR if status >= _SERVER_ERROR else Severity.INFO
            return Event(
                "http.access", record.evidence(), text, time or self._time, bad, "rails", host, pid, attributes
            )
        elif severity is None:
            if self._request is not None and _PROCESSING().match(text):
                return Event("ruby.log", record.evidence(), text.strip(), self._time, Severity.INFO, "ruby", host, pid)
            stamp = times.iso(text) if text[:2] == "20" else None
            job = _SIDEKIQ().match(text, stamp[1] if stamp else 0) if stamp or time else None
            if job is None:
                return None
            time, severity, pid, text = (
                stamp[0] if stamp else time,
                _LEVELS[job["level"]],
                int(job["pid"]),
                job["message"],
            )
            attributes |= {"code.namespace": job["worker"]} if job["worker"] else {}
        return Event(
            "ruby.log",
            record.evidence(),
            text,
            time or self._time,
            severity or Severity.INFO,
            "ruby",
            host,
            pid,
            attributes,
        )

    def _finish(self, emit: Emit) -> None:
        """Emit what is open. A block that ends in the same frame as the one before it is its cause."""
        blocks, self._trace = self._trace, []
        while blocks:
            chain = [blocks.pop(0)]
            while blocks and blocks[0].tail and blocks[0].tail == chain[0].tail:
                chain.append(blocks.pop(0))
            emit(_exception(chain, self._time))

    def close(self, emit: Emit) -> None:
        """An exception at the end."""
        self._finish(emit)


def _exception(chain: list[_Block], time: Time | None) -> Event:
    records = [record for block in chain for record in block.records]
    while not records[-1].text.strip():
        records.pop()
    first, last = records[0], records[-1]
    attributes: dict[str, Value] = {"exception.type": chain[0].kind, "ruby.cause": chain[-1].kind}
    if (place := chain[0].place) is not None:
        attributes |= {"code.file.path": place[0], "code.line.number": int(place[1]), "code.function.name": place[2]}
    shown = "\n".join(record.line.text for record in records[:60])[:EVIDENCE_LIMIT]
    evidence = Evidence(first.source, first.line.number, last.line.last, shown)
    message = "\n".join(block.message for block in chain)
    host, pid = first.envelope.host, first.envelope.pid
    return Event("ruby.exception", evidence, message, time, Severity.ERROR, "ruby", host, pid, attributes)


FORMAT = Format("ruby", 46, RubyReader)
