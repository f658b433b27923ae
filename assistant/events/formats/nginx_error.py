"""nginx error log.

`2025/05/11 23:52:08 [error] 31#31: *3 connect() failed (111: Connection refused) while connecting to upstream,
client: 192.0.2.1, server: a.example, request: "GET / HTTP/1.1", upstream: "http://127.0.0.1:81/", host: "a.example"`

Grammar: ngx_log_error_core (src/core/ngx_log.c) and the log handlers of http, stream and mail. Quotes inside values are
not escaped, so the context is cut from right to left at the keys nginx writes, in its order. The action
(` while …`) is cut only where it is one of the texts that the source assigns to `log->action`; other "while" belong to
the message. `event.message` is message, errno and action, without the context.
"""

from __future__ import annotations

from urllib.parse import unquote

from assistant.clock import Time
from assistant.events import times
from assistant.events.nginx_families import family
from assistant.events.record import Emit, Format, Record, extended
from assistant.intake.lazily import lazily
from assistant.model import Event, Severity, Value

LEVELS = {
    "emerg": Severity.FATAL, "alert": Severity.ALERT, "crit": Severity.CRIT, "error": Severity.ERROR,
    "warn": Severity.WARN, "notice": Severity.NOTICE, "info": Severity.INFO, "debug": Severity.DEBUG,
}  # fmt: skip

_HEAD = lazily(r"\[(emerg|alert|crit|error|warn|notice|info|debug)\] (\d+)#(\d+): (?:\*(\d+) )?")
_STDERR = lazily(r"nginx: \[(emerg|alert|crit|error|warn|notice|info|debug)\] ")
_ERRNO = lazily(r" \((\d{1,5}): ([^()]*(?:\([^()]*\))?[^()]*)\)$")
_SSL = lazily(r" \(SSL: (.*)\)$")
_RESOLVE = lazily(r"could not be resolved \((\d+): ([^)]*)\)")
_CONFIG = lazily(r" in (\S+):(\d+)$")
_REQUEST = lazily(r"([A-Z][A-Z_-]{0,31}) (\S.*?)(?: HTTP/(\d(?:\.\d)?))?$")
_UPSTREAM = lazily(
    r"(?:([a-z][a-z0-9+.-]*)://)?(unix:[^:\"]*|\[[0-9a-fA-F:.%\w]*\]|[^/:\[\]]+)?(?::(\d{1,5}))?:?(/.*)?$"
)

# Keys in the order in which the handlers write them; quoted ones end with a quote.
_KEYS = (
    ("bytes from/to upstream", False), ("bytes from/to client", False), ("referrer", True), ("host", True), ("upstream", True), ("subrequest", True), ("request", True), ("login", True),
    ("server", False), ("client", False),
)  # fmt: skip
_MARKS = {key: f', {key}: "' if quoted else f", {key}: " for key, quoted in _KEYS} | {
    "bytes from/to upstream": ", bytes from/to upstream:",
    "bytes from/to client": ", bytes from/to client:",
}
_NAMES = {
    "client": "client.address", "server": "nginx.server", "host": "http.request.header.host",
    "referrer": "http.request.header.referer", "subrequest": "nginx.subrequest", "login": "nginx.login",
    "bytes from/to client": "nginx.client.bytes", "bytes from/to upstream": "nginx.upstream.bytes",
}  # fmt: skip

# Every text that nginx 1.31.5 assigns to `log->action` (grep in its source).
ACTIONS = frozenset({
    "SSL handshaking", "SSL handshaking to upstream", "closing request", "connecting to upstream",
    "creating quic connection", "decrypting packet", "handling decrypted packet", "handling frames",
    "handling initial packet", "handling payload", "handling quic input", "handling quic packet", "in auth state",
    "in delay pipelining state", "in http auth state", "in resolving client address", "in resolving client hostname",
    "in starttls state", "initializing session", "keepalive", "logging request", "parsing frames",
    "parsing quic long header", "parsing quic packet", "passing connection to port", "preparing ack",
    "prereading client data", "processing HTTP/2 connection", "proxying", "proxying connection",
    "proxying upgraded connection", "reading PROXY protocol", "reading client pipelined request line",
    "reading client request", "reading client request headers", "reading client request line",
    "reading response from upstream", "reading response header from upstream", "reading upstream",
    "requesting certificate status", "returning text", "sending AUTH to upstream", "sending HELO/EHLO to upstream",
    "sending LOGIN command to upstream", "sending MAIL FROM to upstream", "sending PROXY protocol header to upstream",
    "sending RCPT TO to upstream", "sending XCLIENT to upstream", "sending client HELO/EHLO to upstream",
    "sending client greeting line", "sending early hints to client", "sending flv to client", "sending frames",
    "sending mp4 to client", "sending password to upstream", "sending request to upstream",
    "sending response to client", "sending to client", "sending user name to upstream", "updating keys",
    "waiting for request",
})  # fmt: skip


def parse(record: Record) -> Event | None:
    """One nginx record, or None when the line is not one."""
    text = record.text
    time: Time | None = record.envelope.time
    attributes: dict[str, Value] = {}
    if text[4:5] == "/" and text[:4].isdigit():
        found = times.iso(text)
        if found is None:
            return None
        time, end = found
        head = _HEAD().match(text, end + 1)
        if head is None:
            return None
        level, pid = head[1], int(head[2])
        attributes["nginx.tid"] = int(head[3])
        if head[4]:
            attributes["nginx.connection"] = int(head[4])
        rest = text[head.end() :]
    elif text.startswith("nginx: ["):
        stderr = _STDERR().match(text)
        if stderr is None:
            return None
        level, pid, rest = stderr[1], None, text[stderr.end() :]
    elif text.startswith(("nginx: configuration file ", "nginx: the configuration file ")):
        level, pid, rest = ("emerg" if text.endswith(" test failed") else "notice"), None, text[len("nginx: ") :]
    else:
        return None
    attributes["nginx.level"] = level
    message = split(rest, attributes)
    action = str(attributes.get("nginx.action", ""))
    attributes["nginx.family"] = family(str(attributes["nginx.message"]), level, action)
    return Event(
        "nginx.error", record.evidence(), message, time, LEVELS[level], "nginx", record.envelope.host, pid, attributes
    )


def split(rest: str, attributes: dict[str, Value]) -> str:
    """Cut context, action, errno and config place off `rest`; returns message + errno + action."""
    head, context = _cut_context(rest)
    for key, value in context.items():
        attributes[_NAMES.get(key, f"nginx.{key}")] = value
    _request(context.get("request"), attributes)
    _upstream(context.get("upstream"), attributes)
    body = head
    at = body.rfind(" while ")
    if at >= 0 and body[at + 7 :] in ACTIONS:
        attributes["nginx.action"] = body[at + 7 :]
        body = body[:at]
    config = _CONFIG().search(body)
    if config:
        attributes["code.file.path"], attributes["code.line.number"] = config[1], int(config[2])
    errno = _ERRNO().search(body) or _RESOLVE().search(body)
    if errno:
        attributes["error.code"], attributes["error.type"] = int(errno[1]), errno[2]
        if errno.re is _ERRNO():
            body = body[: errno.start()]
    else:
        ssl = _SSL().search(body)
        if ssl:
            attributes["error.type"] = "SSL: " + ssl[1]
            body = body[: ssl.start()]
    attributes["nginx.message"] = body
    return head


def _cut_context(rest: str) -> tuple[str, dict[str, str]]:
    """Message part and context. Each key is looked for to the left of the one before it, at its right-most place."""
    context: dict[str, str] = {}
    end = len(rest)
    for key, quoted in _KEYS:
        mark = _MARKS[key]
        # `request` and `subrequest` may hold anything; the left-most `, client: ` opens the context
        at = rest.find(mark, 0, end) if key == "client" else rest.rfind(mark, 0, end)
        if at < 0:
            continue
        value = rest[at + len(mark) : end]
        if quoted:
            if not value.endswith('"') and end != len(rest):
                continue  # the mark stands inside another value
            value = value.removesuffix('"')
        context[key] = value
        end = at
    if "client" not in context and "server" not in context and "upstream" not in context:
        return rest, {}
    return rest[:end], dict(reversed(context.items()))


def _request(request: str | None, attributes: dict[str, Value]) -> None:
    if request is None:
        return
    match = _REQUEST().match(request)
    if match is None:
        return
    attributes["http.request.method"] = match[1]
    path, _, query = match[2].partition("?")
    attributes["url.path"] = unquote(path)
    if query:
        attributes["url.query"] = query
    if match[3]:
        attributes["network.protocol.version"] = match[3]


def _upstream(upstream: str | None, attributes: dict[str, Value]) -> None:
    if not upstream:
        return
    match = _UPSTREAM().match(upstream)
    if match is None:
        return
    if match[1]:
        attributes["upstream.scheme"] = match[1]
    if match[2]:
        attributes["upstream.address"] = match[2].strip("[]") if match[2].startswith("[") else match[2]
    if match[3]:
        attributes["upstream.port"] = int(match[3])
    elif match[1] in ("http", "https") and match[2] and not match[2].startswith("unix:"):
        attributes["upstream.port"] = 443 if match[1] == "https" else 80


class NginxReader:
    """Keeps the last record open: FastCGI error text may hold line breaks, and its context comes on a later line."""

    def __init__(self) -> None:
        self._open: Event | None = None

    def read(self, record: Record, emit: Emit) -> bool:
        """Claim nginx lines, and the lines that finish a FastCGI message."""
        event = parse(record)
        if event is None:
            if self._open is None or record.text[:1] == "":
                return False
            self._open = extended(self._open, record)
            if '" while reading ' in record.text or ", client: " in record.text:
                self._finish(emit)
            return True
        self._finish(emit)
        self._open = event
        unfinished = "FastCGI sent in stderr: " in event.message and "client.address" not in event.attributes
        if not unfinished:
            self._finish(emit)
        return True

    def _finish(self, emit: Emit) -> None:
        event, self._open = self._open, None
        if event is None:
            return
        if event.evidence.line != event.evidence.last:
            attributes = dict(event.attributes)
            message = split(event.message, attributes)
            event = Event(
                event.kind, event.evidence, message, event.time, event.severity, event.service, event.host, event.pid,
                attributes,
            )  # fmt: skip
        emit(event)

    def close(self, emit: Emit) -> None:
        """Emit a record whose end was cut off."""
        self._finish(emit)


FORMAT = Format("nginx.error", 10, NginxReader)
