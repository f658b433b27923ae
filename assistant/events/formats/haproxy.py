"""HAProxy: requests (httplog, tcplog) and its own messages, bare or through syslog.

`192.0.2.1:39274 [24/Nov/2026:13:55:16.847] web shop/app1 0/0/0/-1/2001 504 198 - - sH-- 1/1/0/0/0 0/0 "GET /report HTTP/1.1"`
`Server shop/app1 is DOWN, reason: Layer4 connection problem, info: "Connection refused", check duration: 0ms. …`
`[ALERT]    (2370) : config : parsing [/etc/haproxy/haproxy.cfg:15] : unknown keyword 'servr' in 'backend' section`

Source: the manual's chapter 8 (log formats, termination states), src/server.c, src/proxy.c, src/errors.c. The two letters of the
termination state say who ended the session and in which phase; a request is an error when the server or HAProxy ended it, not
when the client did.
"""

from __future__ import annotations

from assistant.clock import Time
from assistant.events import times
from assistant.events.record import Format, Record, SingleLine
from assistant.intake.lazily import lazily
from assistant.model import Event, Severity, Value

_HTTP = lazily(
    r"(?P<client>\S{3,64}):(?P<port>\d{1,5}) \[(?P<time>[^\]]{20,30})\] (?P<frontend>\S{1,80}) (?P<backend>\S{1,80})/(?P<server>\S{1,80}) "
    r"(?P<timers>-?\d{1,10}/-?\d{1,10}/-?\d{1,10}/-?\d{1,10}/\+?-?\d{1,10}) (?P<status>-1|\d{3}) \+?(?P<bytes>\d{1,15}) \S{1,200} \S{1,200} "
    r"(?P<state>[A-Za-z-]{4}) (?P<counts>\d{1,8}/\d{1,8}/\d{1,8}/\d{1,8}/\+?\d{1,8}) (?P<queue>\d{1,8}/\d{1,8}) (?:\{[^}]{0,1000}\} ){0,2}\"(?P<request>.{0,8192})$"
)
_TCP = lazily(
    r"(?P<client>\S{3,64}):(?P<port>\d{1,5}) \[(?P<time>[^\]]{20,30})\] (?P<frontend>\S{1,80}) (?P<backend>\S{1,80})/(?P<server>\S{1,80}) "
    r"(?P<timers>-?\d{1,10}/-?\d{1,10}/\+?-?\d{1,10}) \+?(?P<bytes>\d{1,15}) (?P<state>[A-Za-z-]{2}) (?P<counts>\d{1,8}/\d{1,8}/\d{1,8}/\d{1,8}/\+?\d{1,8}) (?P<queue>\d{1,8}/\d{1,8})$"
)
_OWN = lazily(
    r"\[(?P<level>ALERT|WARNING|NOTICE|DIAG)\] {1,6}(?:\d{3}/\d{6} )?\((?P<pid>\d{1,10})\) : (?P<message>.*)$"
)
_STATE = lazily(
    r"(?:Backup )?[Ss]erver \S{1,80}/\S{1,80} is (?:going )?(?:DOWN|UP|MAINT|DRAIN|stopping)|backend '?\S{1,80}'? has no server available!|"
    r"Health check for \S{1,80} server |Proxy \S{1,80} (?:started|stopped)|Stopping (?:proxy|frontend|backend) "
)
_LEVELS = {"ALERT": Severity.ALERT, "WARNING": Severity.WARN, "NOTICE": Severity.NOTICE, "DIAG": Severity.WARN}
_BY_US = frozenset("sSPRIULDK")  # who ended it: server, proxy, resources, internal error …; c and C are the client
SERVER_ERROR = 500


def parse(record: Record) -> Event | None:
    """One record, or None."""
    text = record.text
    if text.startswith("["):
        own = _OWN().match(text)
        return _message(record, own["message"], _LEVELS[own["level"]], int(own["pid"])) if own else None
    if _STATE().match(text):
        level = record.envelope.severity
        if not level:
            down = " is DOWN" in text or "has no server available" in text
            level = Severity.ERROR if down else Severity.NOTICE
        return _message(record, text, level, record.envelope.pid)
    if " [" not in text[:90]:
        return None
    match = _HTTP().match(text) or _TCP().match(text)
    return _request(record, match.groupdict()) if match else None


def _message(record: Record, message: str, severity: Severity, pid: int | None) -> Event:
    envelope = record.envelope
    return Event("haproxy", record.evidence(), message, envelope.time, severity, "haproxy", envelope.host, pid)


def _request(record: Record, found: dict[str, str]) -> Event | None:
    stamp = times.clf(found["time"])
    time: Time | None = stamp[0] if stamp else record.envelope.time
    state, backend, server = found["state"], found["backend"], found["server"]
    attributes: dict[str, Value] = {
        "client.address": found["client"], "haproxy.state": state[:2], "haproxy.ended_by": state[0],
        "haproxy.phase": state[1], "haproxy.backend": backend, "haproxy.server": server, "haproxy.timers": found["timers"],
    }  # fmt: skip
    status = int(found.get("status") or 0)
    severity = Severity.INFO
    if status > 0:
        attributes["http.response.status_code"] = status
    if status >= SERVER_ERROR or (state[0] in _BY_US and state[:2] not in ("PR", "LR")):
        severity = Severity.ERROR
    request = (found.get("request") or "").rstrip('"')
    words = request.split(" ")
    if len(words) >= 2:  # noqa: PLR2004 - method and path
        attributes |= {"http.request.method": words[0], "url.path": words[1].partition("?")[0]}
    shown = f"{backend}/{server} {status or ''} {state} {request}".replace("  ", " ")
    return Event(
        "haproxy.request", record.evidence(), shown, time, severity, "haproxy", record.envelope.host, None, attributes
    )


FORMAT = Format("haproxy", 29, lambda: SingleLine(parse))
