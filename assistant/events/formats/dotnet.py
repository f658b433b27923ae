""".NET: uncaught exceptions with their inner ones, and the console logger of ASP.NET Core.

`Unhandled exception. System.InvalidOperationException: no stock` followed by `   at Shop.Pay(Int32 id) in /src/Pay.cs:line 12`
`fail: Microsoft.AspNetCore.Server.Kestrel[13]` with its message indented below

Source: the runtime's Exception.ToString and unhandled-exception message (dotnet/runtime), the SimpleConsoleFormatter of
Microsoft.Extensions.Logging. The console logger prints no time unless it is told to. What stands behind `--->` is the inner
exception, printed before the frames of the outer one.
"""

from __future__ import annotations

from assistant.clock import Time
from assistant.events import stamps
from assistant.events.record import EVIDENCE_LIMIT, Emit, Format, Record
from assistant.intake.lazily import lazily
from assistant.model import Event, Evidence, Severity, Value

_LEVELS = {
    "trce": Severity.TRACE, "dbug": Severity.DEBUG, "info": Severity.INFO, "warn": Severity.WARN,
    "fail": Severity.ERROR, "crit": Severity.CRIT,
}  # fmt: skip
_LOG = lazily(
    r"(?P<level>trce|dbug|info|warn|fail|crit): (?P<logger>[A-Za-z_][\w.`<>+]{1,200})\[(?P<id>\d{1,10})\](?: (?P<message>.+))?$"
)
_TYPE = r"(?:[A-Z]\w{0,80}\.){1,10}[A-Z]\w{0,120}(?:`\d)?"
_THROWN = lazily(
    rf"\s{{0,12}}(?:Unhandled exception\. |Unhandled Exception: |-{{1,3}}> )?(?:\(Inner Exception #\d{{1,3}}\) )?(?P<type>{_TYPE})(?: \(\w{{1,20}}\))?: (?P<message>.*)$"
)
_BARE = lazily(rf"(?:Unhandled exception\. |Unhandled Exception: )(?P<type>{_TYPE})$")
_FRAME = lazily(
    r"\s{1,12}at (?P<place>[\w.`<>+\[\],|$~ -]{1,300})\([^)]{0,400}\)(?: in (?P<path>[^\n]{1,300}):line (?P<line>\d{1,7}))?\s*$"
)
_SEAM = lazily(r"\s{0,12}--- End of (?:inner exception stack trace|stack trace from previous location).{0,60}---$")
_HEADS = ("Unhandled exception. ", "Unhandled Exception: ")
_ENDINGS = ("Exception", "Error", "Fault")
_MAX_LINES = 200
_MESSAGE = 4  # lines that the message of an uncaught exception may have


class DotnetReader:
    """Keeps one log record and the one exception inside or after it open."""

    def __init__(self) -> None:
        self._head: tuple[Record, Severity, dict[str, Value], Time | None] | None = None
        self._message: list[str] = []
        self._last: Record | None = None
        self._trace: list[Record] = []

    def read(self, record: Record, emit: Emit) -> bool:
        """Claim a head, what is indented under it, or the lines of an exception."""
        text = record.text
        if match := _LOG().match(_after_time(text)[0]):
            self._finish(emit)
            time = _after_time(text)[1] or record.envelope.time
            self._head = (
                record,
                _LEVELS[match["level"]],
                {"log.logger": match["logger"], "event.id": int(match["id"])},
                time,
            )
            self._message, self._last = [match["message"]] if match["message"] else [], record
            return True
        if self._trace and (_FRAME().match(text) or _SEAM().match(text) or (text[:1].isspace() and _is_thrown(text))):
            self._grow(record)
            return True
        if self._message_goes_on(text):
            self._grow(record)
            return True
        if text.startswith(_HEADS) and (_THROWN().match(text) or _BARE().match(text)):
            self._finish(emit)
            self._trace.append(record)
            return True
        if self._head is not None and text.startswith("      "):
            self._last = record
            if _is_thrown(text):
                self._trace.append(record)
            elif self._trace:
                self._grow(record)
            elif len(self._message) < _MAX_LINES:
                self._message.append(text.strip())
            return True
        self._finish(emit)
        if _is_thrown(text) and text[:7] == "System.":
            self._trace.append(record)
            return True
        return False

    def _message_goes_on(self, text: str) -> bool:
        """An uncaught exception's message may have several lines before the first frame."""
        trace = self._trace
        if not trace or self._last is not None or len(trace) >= _MESSAGE or not text.strip() or _LOG().match(text):
            return False
        return trace[0].text.startswith(_HEADS) and not any(_FRAME().match(each.text) for each in trace)

    def _grow(self, record: Record) -> None:
        if len(self._trace) < _MAX_LINES:
            self._trace.append(record)
        else:
            self._trace[-1] = record

    def _finish(self, emit: Emit) -> None:
        head, self._head, last, self._last = self._head, None, self._last, None
        message, self._message, trace, self._trace = self._message, [], self._trace, []
        time = trace[0].envelope.time if trace else None
        if head is not None and last is not None:
            record, severity, attributes, time = head
            text = "\n".join(message) or (trace[0].text.strip() if trace else str(attributes["log.logger"]))
            old = record.evidence()
            end = trace[0].line.number - 1 if trace else last.line.last
            evidence = Evidence(
                old.source, old.line, max(end, old.line), "\n".join((old.text, *message))[:EVIDENCE_LIMIT]
            )
            emit(
                Event(
                    "dotnet.log",
                    evidence,
                    text,
                    time,
                    severity,
                    "dotnet",
                    record.envelope.host,
                    record.envelope.pid,
                    attributes,
                )
            )
        if trace:
            emit(_exception(trace, time))

    def close(self, emit: Emit) -> None:
        """The last record."""
        self._finish(emit)


def _after_time(text: str) -> tuple[str, Time | None]:
    """The console logger prints a time in front when it is given a format for one."""
    found = stamps.read(text) if text[:1].isdigit() else None
    return (text[found[1] :].lstrip(), found[0]) if found else (text, None)


def _is_thrown(text: str) -> bool:
    match = _THROWN().match(text)
    return match is not None and match["type"].split("`")[0].endswith(_ENDINGS)


def _exception(records: list[Record], time: Time | None) -> Event:
    kinds, messages = [], []
    attributes: dict[str, Value] = {}
    for record in records:
        if match := _THROWN().match(record.text) or _BARE().match(record.text):
            kinds.append(match["type"])
            messages.append(record.text.strip())
        elif "code.function.name" not in attributes and (frame := _FRAME().match(record.text)):
            attributes["code.function.name"] = frame["place"].strip()
            if frame["path"]:
                attributes |= {"code.file.path": frame["path"], "code.line.number": int(frame["line"])}
    attributes |= {
        "exception.type": kinds[0],
        "dotnet.cause": kinds[-1],
        "unhandled": records[0].text.startswith(_HEADS),
    }
    first, last = records[0], records[-1]
    shown = "\n".join(record.line.text for record in records[:60])[:EVIDENCE_LIMIT]
    evidence = Evidence(first.source, first.line.number, last.line.last, shown)
    host, pid = first.envelope.host, first.envelope.pid
    return Event(
        "dotnet.exception", evidence, "\n".join(messages), time, Severity.ERROR, "dotnet", host, pid, attributes
    )


FORMAT = Format("dotnet", 47, DotnetReader)
