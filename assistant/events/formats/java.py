"""Java: exceptions with their causes, and the layouts of Logback, Spring Boot and Log4j.

`2026-03-02T10:11:12.123+01:00  INFO 4242 --- [shop] [           main] c.e.shop.App : Started App in 2.1 seconds`
`2026-03-02 10:11:12,123 ERROR [http-nio-8080-exec-1] com.example.Shop - order 7 failed`
`Exception in thread "main" java.lang.OutOfMemoryError: Java heap space`
`Nov 24, 2026 4:01:40 PM com.example.Shop pay` with `SEVERE: order 7 failed` below it (java.util.logging)

Source: java.lang.Throwable.printStackTrace, ThreadGroup.uncaughtException; Spring Boot's defaults.xml; the patterns of the
Logback and Log4j manuals. A stack trace is one `java.exception`, whose message is its first line and every `Caused by`; the log
line before it is an event of its own, and lends it its time. A trace may be cut at either end.
"""

from __future__ import annotations

from assistant.clock import Time
from assistant.events import stamps, times
from assistant.events.record import EVIDENCE_LIMIT, Emit, Format, Record
from assistant.intake.lazily import lazily
from assistant.model import Event, Evidence, Severity, Value

_LEVELS = {
    "TRACE": Severity.TRACE, "DEBUG": Severity.DEBUG, "INFO": Severity.INFO, "WARN": Severity.WARN,
    "WARNING": Severity.WARN, "ERROR": Severity.ERROR, "FATAL": Severity.FATAL, "SEVERE": Severity.ERROR,
}  # fmt: skip
_LEVEL = "TRACE|DEBUG|INFO|WARN|ERROR|FATAL"
_SPRING = lazily(
    rf" {{0,3}}(?P<level>{_LEVEL}) {{1,3}}(?P<pid>\d{{1,8}}) --- (?:\[(?P<app>[^\]]{{1,80}})\] )?\[(?P<thread>[^\]]{{1,80}})\] "
    r"(?:\[[^\]]{0,80}\] )?(?P<logger>[\w.$\[\]/\-]{1,80}) {0,60}: (?P<message>.*)$"
)
_THREAD_FIRST = lazily(
    rf" {{0,2}}\[(?P<thread>[^\]]{{1,80}})\] (?P<level>{_LEVEL}) {{1,3}}(?P<logger>[A-Za-z_][\w.$]{{0,120}})(?: -|:) (?P<message>.*)$"
)
_LEVEL_FIRST = lazily(
    rf" {{1,2}}\[?(?P<level>{_LEVEL})\]? {{1,3}}\[(?P<thread>[^\]]{{1,80}})\] (?P<logger>[A-Za-z_][\w$]*\.[\w.$]{{1,120}})"
    r"(?::\d{1,6})?(?: -|:) (?P<message>.*)$"
)
_JBOSS = lazily(
    rf" (?P<level>{_LEVEL}) {{1,3}}\[(?P<logger>[\w.$]{{1,120}})\] \((?P<thread>[^)]{{1,80}})\) (?P<message>.*)$"
)
_JUL = lazily(
    r"(?P<month>[A-Z][a-z]{2}) (?P<day>\d{1,2}), (?P<year>\d{4})(?:,| at)? (?P<clock>\d{1,2}:\d\d:\d\d)[ \u202f](?P<half>[AP]M) "
    r"(?P<class>[A-Za-z_$][\w.$]{0,200})(?: (?P<method>[\w$<>]{1,120}))?$"
)
_JUL_MESSAGE = lazily(r"(?P<level>SEVERE|WARNING|INFO|CONFIG|FINE|FINER|FINEST): (?P<message>.*)$")
_JUL_LEVELS = {
    "SEVERE": Severity.ERROR, "WARNING": Severity.WARN, "INFO": Severity.INFO, "CONFIG": Severity.DEBUG,
    "FINE": Severity.DEBUG, "FINER": Severity.TRACE, "FINEST": Severity.TRACE,
}  # fmt: skip
_CLOCK = lazily(r"\d\d:\d\d:\d\d[.,]\d{3}(?= \[)")
_CLASS = r"(?:[a-zA-Z_$][\w$]{0,80}\.){1,12}[A-Za-z_$][\w$]{0,120}"
_THROWN = lazily(rf"(?P<type>{_CLASS})(?:: (?P<message>.*))?$")
_IN_THREAD = lazily(rf'Exception in thread "(?P<thread>[^"]{{0,200}})" (?P<type>{_CLASS})(?:: (?P<message>.*))?$')
_FRAME = lazily(r"\s{0,16}at (?P<place>[\w.$/<>@\-]{1,300})\((?P<where>[^)]{1,200})\)")
_WHERE = lazily(r"([\w$]{1,120}\.(?:java|kt|scala|groovy)):(\d{1,7})$")
_CAUSE = lazily(
    rf"\s{{0,16}}(?:Caused by|Suppressed): (?:\[CIRCULAR REFERENCE: ?)?(?P<type>{_CLASS})(?:: (?P<message>.*))?$"
)
_MORE = lazily(r"\s{0,16}\.\.\. \d{1,6} (?:more|common frames omitted)")
_WORDS = ("Exception", "Error", "Throwable")


def parse_line(record: Record) -> Event | None:
    """One log line, or None."""
    text = record.text
    time: Time | None = record.envelope.time
    end = 0
    if text[:1].isdigit():
        if (stamp := times.iso(text)) is not None:
            time, end = stamp
        elif clock := _CLOCK().match(text):
            end = clock.end()
        else:
            return None
    elif time is None or "--- [" not in text:
        return None
    match = (
        _SPRING().match(text, end)
        or _LEVEL_FIRST().match(text, end)
        or _THREAD_FIRST().match(text, end)
        or _JBOSS().match(text, end)
    )
    if match is None:
        return None
    found = match.groupdict()
    pid = int(found["pid"]) if found.get("pid") else record.envelope.pid
    attributes: dict[str, Value] = {"log.logger": match["logger"], "thread.name": match["thread"].strip()}
    severity, host = _LEVELS[match["level"]], record.envelope.host
    return Event("java.log", record.evidence(), match["message"], time, severity, "java", host, pid, attributes)


class JavaReader:
    """Claims log lines, and collects the one stack trace that is open."""

    def __init__(self) -> None:
        self._trace: list[Record] = []
        self._last: Event | None = None
        self._jul: Record | None = None  # the first of java.util.logging's two lines

    def read(self, record: Record, emit: Emit) -> bool:
        """Claim a log line or a line of a stack trace."""
        text = record.text
        if self._trace and (_FRAME().match(text) or _CAUSE().match(text) or _MORE().match(text)):
            self._trace.append(record)
            return True
        if _IN_THREAD().match(text) or _thrown(text) or _CAUSE().match(text) or _java_frame(text):
            self._finish(emit)
            self._trace.append(record)
            return True
        self._finish(emit)
        head, self._jul = self._jul, None
        event = _two_lines(head, record) if head is not None else None
        if event is None and _JUL().match(text):
            self._jul = record
            return True
        event = event or parse_line(record)
        if event is None:
            return False
        self._last = event
        emit(event)
        return True

    def _finish(self, emit: Emit) -> None:
        records, self._trace = self._trace, []
        if records:
            emit(_exception(records, self._last))

    def close(self, emit: Emit) -> None:
        """A trace whose end was cut off."""
        self._finish(emit)


def _two_lines(head: Record, record: Record) -> Event | None:
    """The record of java.util.logging's SimpleFormatter: time, class and method, then level and message."""
    first, second = _JUL().match(head.text), _JUL_MESSAGE().match(record.text)
    if first is None or second is None:
        return None
    found = stamps.read(
        f"{times.MONTHS[first['month'].lower()]}/{first['day']}/{first['year']} {first['clock']} {first['half']}"
    )
    attributes: dict[str, Value] = {"log.logger": first["class"]}
    if first["method"]:
        attributes["code.function.name"] = first["method"]
    old, new = head.evidence(), record.evidence()
    evidence = Evidence(old.source, old.line, new.last, f"{old.text}\n{new.text}"[:EVIDENCE_LIMIT])
    time, severity, host = (found[0] if found else None), _JUL_LEVELS[second["level"]], head.envelope.host
    return Event("java.log", evidence, second["message"], time, severity, "java", host, head.envelope.pid, attributes)


def _thrown(text: str) -> bool:
    """A line that is nothing but an exception of a Java package; Python writes shorter ones."""
    match = _THROWN().match(text)
    if match is None or not match["type"].endswith(_WORDS):
        return False
    return match["type"].startswith(
        ("java.", "javax.", "jakarta.", "org.", "com.", "io.", "net.", "sun.", "kotlin.", "scala.")
    )


def _java_frame(text: str) -> bool:
    """A frame with a Java source, so that a trace without its head is known too."""
    frame = _FRAME().match(text)
    return frame is not None and (_WHERE().match(frame["where"]) is not None or frame["where"] == "Native Method")


def _exception(records: list[Record], last: Event | None) -> Event:
    first, end = records[0], records[-1]
    kinds: list[str] = []
    messages: list[str] = []
    attributes: dict[str, Value] = {}
    for record in records:
        text = record.text
        match = _IN_THREAD().match(text) or _CAUSE().match(text) or _THROWN().match(text)
        if match is not None:
            if "Suppressed: " not in text[:40]:
                kinds.append(match["type"])
            messages.append(text.strip())
            if "thread" in match.groupdict():
                attributes["thread.name"] = match["thread"]
        elif "code.file.path" not in attributes and (frame := _FRAME().match(text)):
            attributes["code.function.name"] = frame["place"]
            if where := _WHERE().match(frame["where"]):
                attributes["code.file.path"], attributes["code.line.number"] = where[1], int(where[2])
    attributes["exception.type"] = kinds[0] if kinds else ""
    attributes["java.cause"] = kinds[-1] if kinds else ""  # the innermost exception: what went wrong first
    attributes["cut"] = not kinds or messages[0].startswith("Caused by")
    shown = [record.line.text for record in records]
    evidence = Evidence(first.source, first.line.number, end.line.last, "\n".join(shown[:60])[:EVIDENCE_LIMIT])
    time = first.envelope.time or (last.time if last is not None else None)
    message = "\n".join(messages) or "stack trace without its first line"
    severity, host, pid = Severity.ERROR, first.envelope.host, last.pid if last is not None else None
    return Event("java.exception", evidence, message, time, severity, "java", host, pid, attributes)


FORMAT = Format("java", 48, JavaReader)
