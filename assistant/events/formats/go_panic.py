"""Go: a panic or a fatal error with the stacks of its goroutines.

`panic: assignment to entry in nil map`
`fatal error: all goroutines are asleep - deadlock!`
`2026/03/02 10:11:12 http: panic serving 192.0.2.7:40640: runtime error: index out of range [3] with length 1`

Source: src/runtime/panic.go (printpanics, fatalthrow), src/runtime/proc.go (checkdead), src/runtime/traceback.go, net/http's server.go (serve).
One `go.panic` per record; its message is what was printed before the first stack. `go.recovered` says that net/http caught it: the
request failed, the process lives. Everything else ends the process with exit status 2.
"""

from __future__ import annotations

from assistant.events import times
from assistant.events.record import EVIDENCE_LIMIT, Emit, Format, Record
from assistant.intake.lazily import lazily
from assistant.model import Event, Evidence, Severity, Value

_PANIC = lazily(r"(?:panic: |fatal error: |SIG(?:QUIT|ABRT): )(?P<message>.*)$")
_FATAL = lazily(
    r"fatal error: (?:all goroutines are asleep|concurrent map |out of memory|runtime: |stack overflow|unexpected signal|sync: |"
    r"newosproc|malloc|found bad pointer|checkmark|sweep |schedule|cannot allocate|runtime\.|unlock of unlocked|index out of range|bad )"
)
_BEFORE = (
    "runtime: out of memory",
    "runtime: goroutine stack exceeds",
    "runtime: failed to create new OS thread",
    "runtime: cannot ",
)
_SERVING = lazily(r" ?http: panic serving (?P<client>\S{1,80}): (?P<message>.*)$")
_GOROUTINE = lazily(r"goroutine \d{1,10}(?: gp=\S{1,20} m=\S{1,20}(?: mp=\S{1,20})?)? \[[^\]]{1,120}\](?::| \{)$")
_CALL = lazily(
    r"(?:created by )?[\w./\-%~]{1,300}(?:\.\(\*?[\w.\[\]]{1,100}\))?[\w.\-\[\]]{0,200}(?:\(.{0,400}\)|(?: in goroutine \d{1,10})?)$"
)
_PLACE = lazily(r"\t(?P<path>\S{1,400}\.(?:go|s)):(?P<line>\d{1,7})(?: \+0x[0-9a-f]{1,16}| fp=| m=|$)")
_OTHER = lazily(
    r"\[signal SIG\w{1,8}: |\tpanic: |runtime(?: stack|): ?|\.\.\.(?:\d{1,9} frames elided|additional frames elided)|exit status 2$|"
    r"\s{0,4}(?:rax|rbx|rcx|rdx|rdi|rsi|rbp|rsp|r\d{1,2}|rip|rflags|cs|fs|gs) +0x|goroutine running on other thread|main\.main\(|\[originating from goroutine"
)
_SIGNAL = lazily(r"\[signal (?P<signal>SIG\w{1,8}): ")
_STD = ("/usr/lib/go", "/usr/local/go/", "/usr/lib/golang")
_MAX = 2_000


class GoPanicReader:
    """Collects the record that is open."""

    def __init__(self) -> None:
        self._records: list[Record] = []
        self._dropped = 0

    def read(self, record: Record, emit: Emit) -> bool:
        """Claim a line of a panic."""
        text = record.text
        if self._records and self._continues(record):
            if len(self._records) < _MAX:
                self._records.append(record)
            return True
        if self._records:
            self._finish(emit)
        if record.envelope.ident == "kernel" or not _begins(text):
            return False
        self._records = [record]
        return True

    def _continues(self, record: Record) -> bool:
        text = record.text
        if record.envelope.container != self._records[0].envelope.container:
            return False
        if text.startswith(("fatal error: ", "panic: ")):  # "runtime: out of memory" stands before its fatal error
            return self._records[-1].text.startswith("runtime: ")
        if _GOROUTINE().match(text) or _PLACE().match(text) or _OTHER().match(text):
            return True
        last = self._records[-1].text
        in_stack = _GOROUTINE().match(last) or _PLACE().match(last) or last.startswith("runtime stack:")
        return bool(
            in_stack
            and " " not in text.partition("(")[0].removeprefix("created by ")[:300].partition(" in goroutine")[0]
            and _CALL().match(text)
        )

    def _finish(self, emit: Emit) -> None:
        records, self._records = self._records, []
        if records:
            emit(_panic(records))

    def close(self, emit: Emit) -> None:
        """A record whose end was cut off."""
        self._finish(emit)


def _begins(text: str) -> bool:
    first = text[:1]
    if first == "p":
        return text.startswith("panic: ")
    if first == "f":
        return _FATAL().match(text) is not None
    if first == "r":
        return text.startswith(_BEFORE)
    if first == "g":
        return _GOROUTINE().match(text) is not None
    return (
        "http: panic serving " in text[:60]
        and (stamp := times.iso(text)) is not None
        and _SERVING().match(text, stamp[1]) is not None
    )


def _panic(records: list[Record]) -> Event:
    first = records[0]
    envelope, time = first.envelope, first.envelope.time
    attributes: dict[str, Value] = {}
    messages: list[str] = []
    stamp = times.iso(first.text)
    serving = _SERVING().match(first.text, stamp[1]) if stamp else None
    if serving is not None and stamp is not None:
        time = stamp[0]
        attributes["client.address"] = serving["client"].rpartition(":")[0]
        messages.append(first.text[stamp[1] :].strip())
    attributes["go.recovered"] = serving is not None
    in_stack = False
    for record in records:
        text = record.text
        if _GOROUTINE().match(text):
            in_stack = True
        elif not in_stack and (
            text.startswith(("panic: ", "fatal error: ", "\tpanic: ", "runtime: ", "SIG")) or "[signal " in text[:10]
        ):
            messages.append(text.strip())
            if signal := _SIGNAL().match(text):
                attributes["signal"] = signal["signal"]
        elif in_stack and "code.file.path" not in attributes and (place := _own(text)):
            attributes["code.file.path"], attributes["code.line.number"] = place
    head = next((message for message in messages if message.startswith(("panic: ", "fatal error: "))), "")
    attributes["exception.message"] = serving["message"] if serving else head.partition(": ")[2]
    attributes["exception.type"] = "panic" if serving else head.partition(": ")[0]
    attributes["cut"] = not messages
    message = "\n".join(messages) or "goroutine stacks without the line before them"
    shown = "\n".join(record.line.text for record in records[:60])[:EVIDENCE_LIMIT]
    evidence = Evidence(first.source, first.line.number, records[-1].line.last, shown)
    severity = Severity.ERROR if serving or not messages else Severity.FATAL
    return Event("go.panic", evidence, message, time, severity, "go", envelope.host, envelope.pid, attributes)


def _own(text: str) -> tuple[str, int] | None:
    """The place of a frame that is neither Go's own nor a module's."""
    place = _PLACE().match(text)
    if place is None or place["path"].startswith(_STD) or "/pkg/mod/" in place["path"]:
        return None
    return place["path"], int(place["line"])


FORMAT = Format("go.panic", 43, GoPanicReader)
