"""Rust: panics, aborts, the error that main returned, and the lines of tracing-subscriber and env_logger.

`thread 'main' panicked at src/main.rs:12:9:` and its message in the next line; before Rust 1.73 in one line, between quotes
`2026-03-02T10:11:12.123456Z ERROR shop::db: query failed order=7`
`[2026-03-02T10:11:12Z ERROR shop::db] query failed`

Source: library/std/src/panicking.rs (default_hook), library/std/src/process.rs (Termination for Result), library/std/src/alloc.rs;
tracing-subscriber's fmt/format/mod.rs (Full), env_logger's fmt/mod.rs. `rust.panic` is a record with its backtrace, `rust.log` a line.
"""

from __future__ import annotations

from assistant.events import times
from assistant.events.record import EVIDENCE_LIMIT, Emit, Format, Record
from assistant.intake.lazily import lazily
from assistant.model import Event, Evidence, Severity, Value

_LEVELS = {
    "TRACE": Severity.TRACE, "DEBUG": Severity.DEBUG, "INFO": Severity.INFO, "WARN": Severity.WARN, "ERROR": Severity.ERROR,
}  # fmt: skip
_PANIC = lazily(
    r"(?:\w{1,8} )?thread '(?P<thread>[^']{1,120})' (?:\(\d{1,10}\) )?panicked at (?:'(?P<message>.{0,4000})', )?(?P<path>[^\s:',]{1,300}):(?P<line>\d{1,7}):\d{1,6}:?$"
)
_OVERFLOW = lazily(r"thread '(?P<thread>[^']{1,120})' (?:\(\d{1,10}\) )?has overflowed its stack$")
_ABORT = lazily(
    r"memory allocation of \d{1,20} bytes failed$|fatal runtime error: |thread panicked while (?:panicking|processing panic)|thread caused non-unwinding panic"
)
_RETURNED = lazily(
    r'Error: (?:Os \{ code: (?P<code>\d{1,5}), kind: (?P<kind>\w{1,40}), message: "|\w{1,60}\(Os \{ code: (?P<code2>\d{1,5}), kind: (?P<kind2>\w{1,40}))'
)
_OS = lazily(r"Os \{ code: (?P<code>\d{1,5}), kind: (?P<kind>\w{1,40})")
_TRACE = lazily(
    r"stack backtrace:$|\s{1,4}\d{1,4}: |\s{6,20}at |note: (?:run with `RUST_BACKTRACE|Some details are omitted)| {1,8}\[\.\.\. omitted|\s{1,3}(?:left|right): "
)
_TRACING = lazily(
    r"(?P<pad> {0,2})(?P<level>TRACE|DEBUG|INFO|WARN|ERROR) (?P<spans>[^\n]{0,400}?: )??(?P<target>[a-z_]\w{0,60}(?:::\w{1,60}){0,12}): (?P<message>.*)$"
)
_ENV = lazily(
    r"\[(?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z) (?P<level>TRACE|DEBUG|INFO|WARN|ERROR) {1,2}(?P<target>[a-zA-Z_]\w{0,60}(?:::\w{1,60}){0,12})\] (?P<message>.*)$"
)


def parse_line(record: Record) -> Event | None:
    """A line of a logger, or None."""
    text = record.text
    if text[:1] == "[":
        match = _ENV().match(text)
        stamp = times.iso(match["time"]) if match else None
    elif text[10:11] == "T" and text[:1].isdigit():
        stamp = times.iso(text)
        match = _TRACING().match(text, stamp[1]) if stamp and text[stamp[1] - 1] == "Z" else None
    else:  # its stamp is of the same form as the one that `docker logs -t` writes, and is then taken off
        match = _TRACING().match(text) if record.envelope.time else None
        stamp = (
            (record.envelope.time, 0)
            if match and record.envelope.time and ("::" in match["target"] or match["pad"])
            else None
        )
    if match is None or stamp is None:
        return None
    attributes: dict[str, Value] = {"log.logger": match["target"]}
    host, pid = record.envelope.host, record.envelope.pid
    return Event(
        "rust.log",
        record.evidence(),
        match["message"],
        stamp[0],
        _LEVELS[match["level"]],
        "rust",
        host,
        pid,
        attributes,
    )


class RustReader:
    """Claims log lines, and collects the panic that is open."""

    def __init__(self) -> None:
        self._records: list[Record] = []

    def read(self, record: Record, emit: Emit) -> bool:
        """Claim a line."""
        text = record.text
        if self._records and self._continues(record):
            if len(self._records) < 400:  # noqa: PLR2004 - a backtrace may go on, what it adds is not kept
                self._records.append(record)
            return True
        self.close(emit)
        first = text[:1]
        if first in "tfmEw" and (
            _PANIC().match(text) or _OVERFLOW().match(text) or _ABORT().match(text) or _RETURNED().match(text)
        ):
            self._records = [record]
            return True
        event = parse_line(record) if first in "[ TDIWE" or first.isdigit() else None
        if event is None:
            return False
        emit(event)
        return True

    def _continues(self, record: Record) -> bool:
        first, text = self._records[0], record.text
        if record.envelope.container != first.envelope.container:
            return False
        if _TRACE().match(text):
            return True
        if len(self._records) != 1:
            return False
        if first.text.endswith(" has overflowed its stack"):
            return text.startswith("fatal runtime error: ")
        return first.text.endswith(":") and "panicked at " in first.text and _PANIC().match(text) is None

    def close(self, emit: Emit) -> None:
        """The panic that is open."""
        records, self._records = self._records, []
        if records:
            emit(_panic(records))


def _panic(records: list[Record]) -> Event:
    first = records[0]
    attributes: dict[str, Value] = {"exception.type": "panic"}
    message = first.text
    if match := _PANIC().match(first.text):
        message = match["message"] or (records[1].text if len(records) > 1 else "panicked (the message is missing)")
        attributes |= {
            "thread.name": match["thread"],
            "code.file.path": match["path"],
            "code.line.number": int(match["line"]),
        }
        attributes["cut"] = match["message"] is None and len(records) == 1
    elif match := _OVERFLOW().match(first.text):
        attributes |= {"thread.name": match["thread"], "exception.type": "stack overflow"}
    elif _RETURNED().match(first.text):
        attributes["exception.type"] = "Error"
    else:
        attributes["exception.type"] = "abort"
    if code := _OS().search(message[:2000]):
        attributes |= {"error.errno": int(code["code"]), "error.type": code["kind"]}
    attributes["exception.message"] = message
    shown = "\n".join(record.line.text for record in records[:60])[:EVIDENCE_LIMIT]
    evidence = Evidence(first.source, first.line.number, records[-1].line.last, shown)
    envelope = first.envelope
    return Event(
        "rust.panic", evidence, message, envelope.time, Severity.FATAL, "rust", envelope.host, envelope.pid, attributes
    )


FORMAT = Format("rust", 44, RustReader)
