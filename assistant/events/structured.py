"""Named values of one record (JSON object, logfmt line) to an event: which key says the time, the level, the message.

Keys follow what loggers write: zap, logrus, slog, zerolog, pino, bunyan, winston, logback's encoders, Serilog's compact
form, structlog, python-json-logger, the Elastic Common Schema, OpenTelemetry's log data model.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from assistant.clock import NS, Time, ZonedTime
from assistant.events import times
from assistant.events.record import Record
from assistant.events.severity import guess
from assistant.intake.lazily import lazily
from assistant.model import Event, Severity, Value

MAX_FIELDS = 60
_DEPTH = 4
TIME_KEYS = (
    "time", "ts", "timestamp", "@timestamp", "t", "@t", "datetime", "asctime", "eventtime", "event_time",
    "time_iso8601", "timestamp_ms", "date", "log_time", "logtime", "t.$date",
)  # fmt: skip
LEVEL_KEYS = (
    "level", "severity", "lvl", "log.level", "levelname", "loglevel", "log_level", "@l", "severity_text",
    "severitytext", "level_name",
)  # fmt: skip
MESSAGE_KEYS = ("msg", "message", "@m", "@mt", "event", "body", "text", "log", "short_message", "description")
ERROR_KEYS = (
    "error.message", "err.message", "exception.message", "error", "err", "exception", "cause", "reason", "errmsg",
    "error_message", "errormessage", "exc_value", "attr.error", "attr.error.errmsg",
)  # fmt: skip
STACK_KEYS = (
    "error.stack_trace", "err.stack", "stack_trace", "stacktrace", "stack", "exc_info", "exception.stacktrace",
    "exception.stack", "error.stack", "traceback", "@x", "exc_text", "errorverbose",
)  # fmt: skip
_NAMES = {
    "service": "service.name", "service_name": "service.name", "app": "service.name", "application": "service.name",
    "error.type": "error.type", "err.type": "error.type", "exception.type": "error.type", "error.kind": "error.type",
    "exc_type": "error.type", "err.name": "error.type", "error.class": "error.type",
    "err.code": "error.code", "error.code": "error.code", "errcode": "error.code", "code": "error.code",
    "status": "http.response.status_code", "status_code": "http.response.status_code",
    "statuscode": "http.response.status_code", "http.status_code": "http.response.status_code",
    "res.statuscode": "http.response.status_code", "response.status": "http.response.status_code",
    "method": "http.request.method", "http.method": "http.request.method", "req.method": "http.request.method",
    "request_method": "http.request.method",
    "path": "url.path", "uri": "url.path", "request_uri": "url.path", "req.url": "url.path", "http.path": "url.path",
    "logger": "log.logger", "logger_name": "log.logger", "name": "log.logger", "component": "log.logger",
    "trace_id": "trace.id", "traceid": "trace.id", "request_id": "http.request.id", "req_id": "http.request.id",
    "requestid": "http.request.id",
}  # fmt: skip
_LEVELS = {
    "trace": Severity.TRACE, "verbose": Severity.DEBUG, "debug": Severity.DEBUG, "dbg": Severity.DEBUG,
    "info": Severity.INFO, "information": Severity.INFO, "informational": Severity.INFO, "notice": Severity.NOTICE,
    "warn": Severity.WARN, "warning": Severity.WARN, "wrn": Severity.WARN, "error": Severity.ERROR,
    "err": Severity.ERROR, "eror": Severity.ERROR, "severe": Severity.ERROR, "critical": Severity.CRIT,
    "crit": Severity.CRIT, "alert": Severity.ALERT, "emerg": Severity.FATAL, "emergency": Severity.FATAL,
    "fatal": Severity.FATAL, "panic": Severity.FATAL, "dpanic": Severity.FATAL,
}  # fmt: skip
_LETTERS = {"F": "fatal", "E": "error", "W": "warning", "I": "info", "D": "debug"}
# pino and bunyan: tens; anything between belongs to the one below
_TENS = {
    10: Severity.TRACE,
    20: Severity.DEBUG,
    30: Severity.INFO,
    40: Severity.WARN,
    50: Severity.ERROR,
    60: Severity.FATAL,
}
_NUMBER = lazily(r"\d{1,19}(?:\.\d{1,9})?$")
_CONSUMED = frozenset((*TIME_KEYS, *LEVEL_KEYS, *MESSAGE_KEYS, *STACK_KEYS))
_NEEDED = 2  # of time, level and message
SERVER_ERROR = 500


def flat(record: Mapping[str, object], prefix: str = "", depth: int = 0) -> Iterator[tuple[str, Value]]:
    """The scalar leaves of nested objects, keys joined by dots, in order."""
    for key, value in record.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            if depth < _DEPTH:
                yield from flat(value, f"{name}.", depth + 1)
        elif isinstance(value, str | int | float | bool):
            yield name, value
        elif isinstance(value, list) and value and all(isinstance(item, str) for item in value):
            yield name, "\n".join(value[:60])


def to_event(record: Record, fields: Mapping[str, Value], kind: str = "app.log") -> Event | None:
    """The record's event; None unless its keys say at least two of time, level and message."""
    lower = {key.lower(): value for key, value in list(fields.items())[:MAX_FIELDS]}
    stamp = _first(lower, TIME_KEYS)
    level = _first(lower, LEVEL_KEYS)
    if level is None and "ctx" in lower and "c" in lower:  # MongoDB: one letter
        level = _LETTERS.get(str(lower.get("s"))[:1])
    message = next((str(lower[key]) for key in MESSAGE_KEYS if isinstance(lower.get(key), str)), None)
    error = next((str(lower[key]) for key in ERROR_KEYS if isinstance(lower.get(key), str)), None)
    if sum(value is not None for value in (stamp, level, message)) < _NEEDED:
        return None
    time = read_time(stamp) or record.envelope.time
    said = message if message is not None else error or ""
    if error and error not in said:
        said = f"{said}: {error}"
    attributes = _attributes(lower)
    severity = read_level(level) or record.envelope.severity or guess(said)
    if severity < Severity.ERROR and level is None and _status(attributes) >= SERVER_ERROR:
        severity = Severity.ERROR
    if error:
        attributes["exception.message"] = error
    pid = lower.get("pid", lower.get("process.pid", lower.get("process_id")))
    host = lower.get("hostname", lower.get("host.name", lower.get("host", "")))
    service = attributes.get("service.name", "")
    return Event(
        kind, record.evidence(), said, time, severity, service if isinstance(service, str) else "",
        host if isinstance(host, str) and host else record.envelope.host,
        pid if isinstance(pid, int) and not isinstance(pid, bool) else record.envelope.pid, attributes,
    )  # fmt: skip


def stack_of(fields: Mapping[str, Value]) -> str:
    """The stack trace that a record carries, as lines; empty without one."""
    lower = {key.lower(): value for key, value in fields.items()}
    found = next((str(lower[key]) for key in STACK_KEYS if isinstance(lower.get(key), str)), "")
    if not found:  # zerolog and others put the whole of it into the error
        found = next((str(lower[key]) for key in ERROR_KEYS if "\n" in str(lower.get(key, ""))), "")
    return found if "\n" in found else ""


def read_level(level: Value) -> Severity:
    """A level by its word or number; UNSET when it says nothing."""
    if isinstance(level, bool) or level is None:
        return Severity.UNSET
    if isinstance(level, int | float) or str(level).isdigit():
        number = int(level) if isinstance(level, int | float) else int(str(level)[:6])
        if number >= min(_TENS):
            return _TENS.get(min(number // 10 * 10, max(_TENS)), Severity.UNSET)
        syslog = (Severity.FATAL, Severity.ALERT, Severity.CRIT, Severity.ERROR, Severity.WARN, Severity.NOTICE)
        return syslog[number] if 0 <= number < len(syslog) else Severity.INFO
    return _LEVELS.get(str(level).strip().lower(), Severity.UNSET)


def read_time(stamp: Value) -> Time | None:
    """ISO 8601 and its relatives, or seconds, milli-, micro- or nanoseconds since the epoch."""
    if isinstance(stamp, bool) or stamp is None:
        return None
    text = str(stamp) if not isinstance(stamp, float) else f"{stamp:.6f}"
    if _NUMBER().match(text):
        whole, _, fraction = text.partition(".")
        # 1e9 s is 2001, 1e11 s the year 5138: the number of digits tells the unit
        unit = next((unit for digits, unit in ((11, NS), (14, 10**6), (17, 10**3), (20, 1)) if len(whole) < digits), 1)
        if int(whole) * unit < 5 * 10**17:  # before 1985: a counter, not a date
            return None
        digits = {NS: len(fraction.rstrip("0")), 10**6: 3, 10**3: 6}.get(unit, 9)
        return ZonedTime(int(whole) * unit + int(fraction.ljust(9, "0")[:9] or "0") * unit // NS, 0, digits)
    found = times.iso(text) or times.clf(text) or times.syslog(text + " ")
    return found[0] if found is not None else None


def _first(fields: Mapping[str, Value], keys: tuple[str, ...]) -> Value:
    return next((fields[key] for key in keys if fields.get(key) not in (None, "")), None)


def _status(attributes: Mapping[str, Value]) -> int:
    status = attributes.get("http.response.status_code")
    return status if isinstance(status, int) and not isinstance(status, bool) else 0


def _attributes(fields: Mapping[str, Value]) -> dict[str, Value]:
    attributes: dict[str, Value] = {}
    for key, value in fields.items():
        if key in _CONSUMED:
            continue
        name = _NAMES.get(key, key)
        attributes.setdefault(name, _tidy(name, value))
    return attributes


def _tidy(name: str, value: Value) -> Value:
    if not isinstance(value, str):
        return value
    if name == "http.response.status_code" and value.isdigit():
        return int(value[:6])
    return value.partition("?")[0] if name == "url.path" else value[:2000]
