"""Node.js: errors as they are printed, V8's end when the heap is full, and the runtime's warnings.

`Error: connect ECONNREFUSED 127.0.0.1:5432` and its frames `    at … (node:net:1611:16) {`, `  code: 'ECONNREFUSED',`, `}`
`FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory`
`(node:4242) UnhandledPromiseRejectionWarning: Error: no price`

Source: lib/internal/util/inspect.js (formatError), src/node_errors.cc (PrintException, OOMErrorHandler), lib/internal/process/warning.js,
V8's src/heap/heap.cc (the lines of the last collections). An error is one `node.error`; its message is its first line with every
`[cause]`. `node.uncaught` says that it ended the process: only then the source line with its caret, or `Node.js v20…`, is printed.
A first line in words that other programs use too is known by the frame below it.
"""

from __future__ import annotations

from assistant.clock import Time
from assistant.events.record import EVIDENCE_LIMIT, Emit, Format, Record
from assistant.intake.lazily import lazily
from assistant.model import Event, Evidence, Severity, Value

_PLACE = lazily(
    r"(?:(?:node:|internal/|/|file:///|[A-Z]:\\)[^\s:][^:\n]{0,300}|<anonymous_script>|\[eval\]|evalmachine\.<anonymous>):\d{1,7}$"
)
_CARET = lazily(r"[ \t]{0,400}\^{1,400}$")
_HEAD = lazily(
    r"(?:(?P<before>[^{\"]{0,120}?)[: ])??(?P<type>[A-Za-z_$]?[\w$.]{0,80}(?:[Ee]rror|Exception|Rejection))(?: \[(?P<code>\w{1,60})\])?: ?(?P<message>.*)$"
)
_BARE = lazily(r"(?:Uncaught )?(?P<type>[A-Z][\w$]{0,80}(?:Error|Exception))(?: \[(?P<code>\w{1,60})\])?$")
_SYSCALL = lazily(
    r"(?:^|[: ])\w{0,60}Error: (?P<call>listen|connect|read|write|bind|spawn|kill|accept|send|getaddrinfo|query[A-Z]\w{0,12}) (?P<code>E[A-Z0-9_]{2,20})\b"
)
_ERRNO = lazily(r"(?:^|: )Error: (?P<code>E[A-Z]{3,14}): [a-z][^,]{2,80}, (?P<call>[a-z]\w{1,20})\b")
_WORDS = lazily(
    r"(?:Uncaught )?(?:(?:ReferenceError|RangeError|AggregateError|UnhandledPromiseRejection|\w{1,60} \[ERR_\w{1,60}\])(?: \[\w{1,60}\])?: |"
    r"Error: (?:Cannot find module '|socket hang up$)|"
    r"TypeError: (?:Cannot (?:read|set) propert|Cannot destructure|fetch failed$|[\w$.()\[\]]{1,200} is not (?:a function|iterable|a constructor))|"
    r"SyntaxError: (?:Unexpected (?:token|end of|identifier|string|number|non-whitespace)|Invalid or unexpected token|Cannot use import statement|"
    r"Identifier '|Missing initializer|await is only valid|Expected property name|Bad control character))"
)
_FRAME = lazily(
    r"\s{0,16}at (?:(?P<name>[^()]{1,200}) \()?(?P<path>(?:node:|internal/|/|file://|[A-Za-z]:[\\/]|webpack|<anonymous>|eval|async |index )[^()]{0,300}?)"
    r"(?::(?P<line>\d{1,7}):\d{1,7})?\)?(?P<block> \{)?$"
)
_INSIDE = lazily(
    r"\s{0,16}(?:at |\.\.\. \d{1,4} (?:more items|lines matching)|\[\.\.\. lines matching)|Require stack:$|- (?:/|[A-Z]:\\|<repl>)|Emitted '\w{1,40}' event (?:on|at)"
)
_CAUSE = lazily(r"\s{1,16}\[(?:cause|errors?|cause\])\]?: (?:\[)?(?P<text>[A-Za-z_$].*)$")
_NESTED = lazily(r"\s{2,16}(?P<text>[A-Z][\w$]{0,60}Error(?: \[\w{1,60}\])?: .*)$")
_PAIR = lazily(
    r"\s{2,16}(?P<key>code|errno|syscall|address|port|hostname|path): (?:'(?P<text>[^']{0,300})'|(?P<number>-?\d{1,10})),?$"
)
_VERSION = lazily(r"Node\.js v\d{1,3}\.\d{1,3}\.\d{1,4}\S{0,20}$")
_WARNING = lazily(r"\(node:(?P<pid>\d{1,8})\) (?:\[(?P<code>\w{1,60})\] )?(?P<type>[A-Z]\w{0,60}): (?P<message>.*)$")
_HINT = "(Use `node --trace-"
_V8_HEAD = ("<--- Last few GCs --->", "<--- JS stacktrace --->", "----- Native stack trace -----", "FATAL ERROR: ")
_V8_GC = lazily(r"\[(?P<pid>\d{1,8}):0x[0-9a-f]{1,16}\] {1,12}\d{1,12} ms: ")
_V8_SIZE = lazily(r"-> (?P<used>\d{1,6}(?:\.\d)?) \((?P<total>\d{1,6}(?:\.\d)?)\) MB")
_V8_FRAME = lazily(r" ?\d{1,2}: 0x[0-9a-f]{1,16} ")
_V8_FATAL = lazily(r"FATAL ERROR: (?P<message>.*)$")
_NAMES = {
    "code": "error.code", "errno": "error.errno", "syscall": "error.syscall", "address": "server.address", "port": "server.port",
    "hostname": "server.address", "path": "file.path",
}  # fmt: skip
_MAX = 400  # lines of one error


def _is_head(text: str) -> bool:
    """Whether a line begins an error whatever follows it: words that only Node.js and V8 have."""
    if "Error" not in text and "UnhandledPromiseRejection" not in text:
        return False
    if text[:1].isdigit() or (text[:1] in "{[(" and not text.startswith("[ioredis]")):
        return False
    if _WORDS().match(text) is not None:
        return True
    return " E" in text and (_SYSCALL().search(text[:300]) is not None or _ERRNO().search(text[:300]) is not None)


class NodeReader:
    """Collects the one error that is open."""

    def __init__(self) -> None:
        self._records: list[Record] = []
        self._state = ""  # "source" before the first line, "error", "block" inside the braces, "v8"
        self._lines = 0
        self._maybe: Record | None = (
            None  # the last line that nobody claimed here: the error's first line when a frame follows
        )
        self._time: Time | None = None

    def read(self, record: Record, emit: Emit) -> bool:
        """Claim a line of an error, or a warning."""
        text = record.text
        if self._state and self._continues(record, emit):
            return True
        first = text[:1]
        if first == "(" and text.startswith(("(node:", _HINT)):
            self._finish(emit)
            return self._warning(record, emit)
        if first in "<-F [" and (text.startswith(_V8_HEAD[:3]) or _V8_GC().match(text) or _heap(text)):
            self._finish(emit)
            self._open(record, "v8")
            if "FATAL" in text:
                self._lines = 1
            return True
        if _PLACE().match(text) and (first in "n<[e" or "js:" in text or ".ts:" in text):
            self._finish(emit)
            self._open(record, "source")
            return True
        if _is_head(text):
            self._finish(emit)
            self._open(record, "error" if not text.endswith(" {") else "block")
            return True
        frame = _FRAME().match(text) if first in " \ta" and text.lstrip().startswith("at ") else None
        if frame is not None and _javascript(frame["path"], frame["line"]):
            self._finish(emit)
            before = self._maybe
            if (
                before is not None
                and before.line.last + 1 >= record.line.number
                and before.envelope.container == record.envelope.container
            ):
                self._records = [before]
            self._open(record, "block" if frame["block"] else "error")
            return True
        self._finish(emit)
        self._maybe = record if first not in " \t{" and ("rror" in text or "xception" in text) else None
        return False

    def _open(self, record: Record, state: str) -> None:
        self._records.append(record)
        self._state, self._lines, self._maybe = state, 0, None

    def _continues(self, record: Record, emit: Emit) -> bool:
        text = record.text
        if record.envelope.container != self._records[0].envelope.container or len(self._records) > _MAX:
            return False
        if self._state in ("v8", "source"):
            claimed = self._v8_line(text) if self._state == "v8" else self._source_line(text)
        elif _VERSION().match(text):
            self._records.append(record)
            self._finish(emit)
            return True
        elif self._state == "block":
            claimed = text[:1] in " \t" or text in ("}", "},")
            self._state = "error" if text == "}" else "block"
        else:
            claimed = _INSIDE().match(text) is not None
            if claimed and text.endswith(" {"):
                self._state = "block"
        if claimed:
            self._records.append(record)
        return claimed

    def _v8_line(self, text: str) -> bool:
        if text.startswith("FATAL ERROR: "):
            self._lines += 1
            return self._lines == 1
        return text.startswith(_V8_HEAD[:3]) or bool(_V8_GC().match(text) or _V8_FRAME().match(text))

    def _source_line(self, text: str) -> bool:
        """The source line, its caret, and the error itself."""
        self._lines += 1
        if len(self._records) > 1 and _CARET().match(self._records[-1].text):
            self._state = "block" if text.endswith(" {") else "error"
        elif self._lines > 3:  # noqa: PLR2004 - the source line and the caret are two
            self._state = ""
            return False
        return True

    def _warning(self, record: Record, emit: Emit) -> bool:
        match = _WARNING().match(record.text)
        if match is None:
            return record.text.startswith(_HINT)
        if match["type"] == "UnhandledPromiseRejectionWarning":
            self._open(record, "error")
            return True
        attributes: dict[str, Value] = {"exception.type": match["type"]}
        if match["code"]:
            attributes["error.code"] = match["code"]
        message, time, host = f"{match['type']}: {match['message']}", record.envelope.time, record.envelope.host
        emit(
            Event(
                "node.log", record.evidence(), message, time, Severity.WARN, "node", host, int(match["pid"]), attributes
            )
        )
        return True

    def _finish(self, emit: Emit) -> None:
        records, state, self._records, self._state = self._records, self._state, [], ""
        if not records:
            return
        event = _v8(records) if state == "v8" else _error(records)
        emit(event)

    def close(self, emit: Emit) -> None:
        """An error whose end was cut off."""
        self._finish(emit)


def _heap(text: str) -> bool:
    return text.startswith("FATAL ERROR: ") and "JavaScript heap out of memory" in text


def _javascript(path: str, line: str | None) -> bool:
    """Whether a frame's place is one of V8's; Java and .NET print others."""
    if path.startswith(("node:", "internal/", "file://", "<anonymous>", "webpack", "eval")):
        return True
    return line is not None and path.rpartition(".")[2].partition("?")[0] in (
        "js",
        "mjs",
        "cjs",
        "ts",
        "mts",
        "cts",
        "tsx",
        "jsx",
    )


def _evidence(records: list[Record]) -> Evidence:
    text = "\n".join(record.line.text for record in records[:60])[:EVIDENCE_LIMIT]
    return Evidence(records[0].source, records[0].line.number, records[-1].line.last, text)


def _v8(records: list[Record]) -> Event:
    attributes: dict[str, Value] = {"node.uncaught": True, "exception.type": "FATAL ERROR"}
    message, pid = "the JavaScript heap is nearly full (the record's end is missing)", None
    for record in records:
        if fatal := _V8_FATAL().match(record.text):
            message = fatal["message"]
        elif found := _V8_GC().match(record.text):
            pid = int(found["pid"])
            attributes["process.pid"] = pid
        for size in _V8_SIZE().finditer(record.text[:600]):
            attributes["v8.heap_used_mb"] = float(size["used"])
    envelope = records[0].envelope
    attributes["exception.message"] = message
    return Event(
        "node.error", _evidence(records), message, envelope.time, Severity.FATAL, "node", envelope.host, pid, attributes
    )


def _error(records: list[Record]) -> Event:
    attributes: dict[str, Value] = {}
    messages: list[str] = []
    rows = [record.text for record in records]
    place = _PLACE().match(rows[0]) is not None
    if place:
        caret = next((number for number, row in enumerate(rows[1:4], 1) if _CARET().match(row)), 0)
        rows = rows[caret + 1 :]
    if rows and rows[0][:1] not in " \t" and not _FRAME().match(rows[0]):
        _head(rows[0], attributes, messages)
    for row in rows[1:] if messages else rows:
        if pair := _PAIR().match(row):
            value: Value = int(pair["number"]) if pair["number"] is not None else pair["text"]
            attributes.setdefault(_NAMES[pair["key"]], value)
        elif cause := _CAUSE().match(row) or _NESTED().match(row):
            messages.append(cause["text"].removesuffix(" {").removesuffix("]"))
        elif (
            "code.file.path" not in attributes and (frame := _FRAME().match(row)) and _own(frame["path"], frame["line"])
        ):
            attributes["code.file.path"], attributes["code.line.number"] = frame["path"], int(frame["line"])
    for row in rows[:60]:
        if found := _SYSCALL().search(row[:300]) or _ERRNO().search(row[:300]):
            attributes.setdefault("error.code", found["code"])
            attributes.setdefault("error.syscall", found["call"])
    uncaught = place or (bool(rows) and _VERSION().match(rows[-1]) is not None)
    missing = "source line of an error without the error" if place else "stack trace without its first line"
    message, severity = "\n".join(messages) or missing, Severity.FATAL if uncaught else Severity.ERROR
    attributes |= {"node.uncaught": uncaught, "cut": not messages}
    envelope, pid = records[0].envelope, records[0].envelope.pid
    if warning := _WARNING().match(records[0].text):
        pid = int(warning["pid"])
    return Event(
        "node.error", _evidence(records), message, envelope.time, severity, "node", envelope.host, pid, attributes
    )


def _own(path: str, line: str | None) -> bool:
    """Whether a frame lies in the application's own code."""
    return line is not None and "/node_modules/" not in path and not path.startswith(("node:", "internal/", "async "))


def _head(row: str, attributes: dict[str, Value], messages: list[str]) -> None:
    row = row.removesuffix(" {")
    if bare := _BARE().match(row):
        attributes["exception.type"] = bare["type"]
        if bare["code"]:
            attributes["error.code"] = bare["code"]
    elif found := _HEAD().match(row):
        attributes["exception.type"], attributes["exception.message"] = found["type"], found["message"]
        if found["code"]:
            attributes["error.code"] = found["code"]
    messages.append(row.removeprefix("Uncaught "))


FORMAT = Format("node", 46, NodeReader)
