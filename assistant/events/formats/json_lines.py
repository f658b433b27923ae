"""JSON lines of any program: `app.log`, or `http.access` where the record is a request.

`{"level":"error","ts":1767348672.12,"logger":"db","msg":"query failed","error":"dial tcp 192.0.2.7:5432: connect: connection refused"}`
`{"time_iso8601":"2026-03-02T10:11:12+00:00","remote_addr":"192.0.2.1","request":"GET / HTTP/1.1","status":"502"}`

A stack trace inside the record is read by the formats that read stack traces, so that an exception is the same event
whether it was printed or logged as JSON. A record that was cut off is read as far as it goes. Programs whose JSON has a
meaning of its own (journald, MongoDB, …) are asked first.
"""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache

from assistant.events.record import Emit, Format, Reader, Record
from assistant.events.structured import flat, read_time, stack_of, to_event
from assistant.intake.lazily import lazily
from assistant.model import Event, Severity, Value

_PAIR = lazily(
    r'"(?P<key>[@\w][\w.@-]{0,60})"\s{0,3}:\s{0,3}(?:"(?P<text>(?:[^"\\]|\\.){0,2000})"?|(?P<number>-?\d{1,19}(?:\.\d{1,9})?)|(?P<word>true|false))'
)
_REQUEST = lazily(r"([A-Z]{3,10}) (\S{1,4000}) HTTP/[\d.]{1,3}$")
MAX_LINE = 256_000
_CUT = 8_000  # characters of a record that was cut off
SERVER_ERROR = 500


def fields_of(text: str) -> tuple[dict[str, Value], bool] | None:
    """The values of a JSON object, and whether it was cut off; None when it is none."""
    if text[:1] != "{" or len(text) > MAX_LINE:
        return None
    try:
        record = json.loads(text)
    except (ValueError, RecursionError):
        if text[1:2] != '"' or text.rstrip().endswith("}"):
            return None
        return {match["key"]: _scalar(match) for match in _PAIR().finditer(text[:_CUT])}, True
    return (dict(flat(record)), False) if isinstance(record, dict) else None


def _scalar(match: object) -> Value:
    found = match.groupdict()  # type: ignore[attr-defined]
    if found["number"] is not None:
        return float(found["number"]) if "." in found["number"] else int(found["number"])
    if found["word"] is not None:
        return bool(found["word"] == "true")
    try:
        return str(json.loads(f'"{found["text"]}"'))
    except ValueError:
        return str(found["text"])


class JsonReader:
    """Claims JSON objects that look like log records. Stack traces inside them go to the readers of stack traces."""

    def read(self, record: Record, emit: Emit) -> bool:
        """Claim a record."""
        if record.text[:1] != "{":
            return False
        found = fields_of(record.text)
        if found is None:
            return False
        fields, cut = found
        event = _request(record, fields) or to_event(record, fields)
        if event is None:
            return False
        if cut:
            event = replace(event, attributes={**event.attributes, "cut": True})
        emit(event)
        if stack := stack_of(fields):
            _read_stack(record, event, stack, emit)
        return True

    def close(self, emit: Emit) -> None:
        """Nothing is ever open."""


def _request(record: Record, fields: dict[str, Value]) -> Event | None:
    """A request as web servers log it, when the record has no message of its own."""
    lower = {key.lower(): value for key, value in fields.items()}
    if any(key in lower for key in ("msg", "message", "level", "severity")):
        return None
    status = str(lower.get("status", lower.get("status_code", "")))
    line = lower.get("request")
    match = _REQUEST().match(line) if isinstance(line, str) else None
    method = lower.get("request_method", lower.get("method"))
    path = lower.get("request_uri", lower.get("uri", lower.get("path")))
    if match is not None:
        method, path = match[1], match[2]
    if not (isinstance(method, str) and isinstance(path, str) and len(status) == 3 and status.isdigit()):  # noqa: PLR2004
        return None
    attributes: dict[str, Value] = {
        "http.request.method": method,
        "url.path": path.partition("?")[0],
        "http.response.status_code": int(status),
    }
    for name, keys in (
        ("client.address", ("remote_addr", "client_ip", "remote_ip", "client")),
        ("server.address", ("upstream_addr", "upstream")),
        ("user_agent.original", ("http_user_agent", "user_agent")),
        ("upstream.status", ("upstream_status",)),
    ):
        value = next((lower[key] for key in keys if lower.get(key) not in (None, "", "-")), None)
        if value is not None:
            attributes[name] = value
    stamps = ("time_iso8601", "time_local", "@timestamp", "time", "timestamp", "ts", "msec")
    time = next((found for key in stamps if (found := read_time(lower.get(key))) is not None), record.envelope.time)
    severity = Severity.ERROR if int(status) >= SERVER_ERROR else Severity.INFO
    return Event("http.access", record.evidence(), f"{method} {path}", time, severity, "http", "", None, attributes)


@cache
def _stack_formats() -> tuple[Format, ...]:
    """The formats that read stack traces; loaded only when a record carries one."""
    from assistant.events.formats import dotnet, java, node, python_app, ruby  # noqa: PLC0415 - as the docstring says

    return (python_app.FORMAT, java.FORMAT, node.FORMAT, ruby.FORMAT, dotnet.FORMAT)


def _read_stack(record: Record, event: Event, stack: str, emit: Emit) -> None:
    """Emit the exceptions of a stack trace; their evidence is the line that carries it."""
    envelope = replace(record.envelope, time=event.time, host=event.host, pid=event.pid)
    readers: list[Reader] = [each.reader() for each in _stack_formats()]

    def exceptions(found: Event) -> None:
        if found.kind.endswith(("exception", "node.error")):
            emit(replace(found, evidence=event.evidence))

    for text in stack.split("\n")[:400]:
        line = replace(record, text=text, envelope=envelope)
        if text.strip() and not any(reader.read(line, exceptions) for reader in readers):
            continue
    for reader in readers:
        reader.close(exceptions)


FORMAT = Format("json", 70, JsonReader)
