"""curl's own output: what `curl -v` tells of a connection, and its errors.

`*   Trying 127.0.0.1:443...` · `* SSL certificate problem: certificate has expired`
`curl: (7) Failed to connect to shop.example port 443 after 2 ms: Couldn't connect to server`

Source: lib/curl_easy.h's error codes, src/tool_operate.c ("curl: (%d) %s"), lib/vtls. Lines with `*`, `>`, `<`, `{` and `}` belong
to a verbose run once one of curl's own has been seen.
"""

from __future__ import annotations

from assistant.events.record import Emit, Format, Record
from assistant.intake.lazily import lazily
from assistant.model import Event, Severity, Value

_ERROR = lazily(r"curl: \((?P<code>\d{1,3})\) (?P<message>.+)$")
_BEGIN = lazily(
    r"\* {1,3}(?:Trying |Connected to |Rebuilt URL|Host \S{1,255}:\d+ was resolved|Added \S{1,300} to DNS cache|"
    r"Could not resolve host|SSL certificate problem: |SSL: |Hostname |About to connect|Uses proxy|ALPN|connect to |Immediate connect fail)"
)
_FOLLOWS = lazily(
    r"(?:[*<>{}] |[*<>]$|  % Total| {1,20}Dload |More details here: |To learn more about this situation|curl )"
)
_PROBLEM = lazily(
    r"\* {1,3}(?:SSL certificate problem: (?P<verify>.+)|SSL: (?P<ssl>.+)|connect to (?P<connect>.+ failed: .+)|"
    r"(?P<resolve>Could not resolve host: .+)|.{0,40}(?P<reset>Connection reset by peer|Empty reply from server).*)$"
)
_STATUS = lazily(r"< HTTP/[\d.]{1,3} (?P<status>\d{3})")
_TEXT = ("curl failed to verify the legitimacy", "establish a secure connection to it", "how to fix it, please visit")


class CurlReader:
    """Claims the lines of a run; emits its errors and the status of its answer."""

    def __init__(self) -> None:
        self._running = False

    def read(self, record: Record, emit: Emit) -> bool:
        """Claim a line of curl."""
        text = record.text
        if match := _ERROR().match(text):
            self._running = True
            attributes: dict[str, Value] = {"curl.code": int(match["code"])}
            self._emit(record, emit, match["message"], Severity.ERROR, attributes)
            return True
        if text.startswith(_TEXT):
            return True
        if not self._running and not _BEGIN().match(text):
            return False
        if self._running and not (_FOLLOWS().match(text) or _BEGIN().match(text)):
            self._running = False
            return False
        self._running = True
        if match := _STATUS().match(text):
            status = int(match["status"])
            level = Severity.ERROR if status >= 500 else Severity.INFO  # noqa: PLR2004 - the server's errors
            self._emit(record, emit, text[2:], level, {"http.response.status_code": status})
        elif match := _PROBLEM().match(text):
            self._emit(record, emit, text.lstrip("* "), Severity.ERROR, {})
        return True

    def _emit(self, record: Record, emit: Emit, message: str, severity: Severity, attributes: dict[str, Value]) -> None:
        envelope = record.envelope
        emit(
            Event(
                "command.curl",
                record.evidence(),
                message,
                envelope.time,
                severity,
                "curl",
                envelope.host,
                None,
                attributes,
            )
        )

    def close(self, emit: Emit) -> None:
        """Nothing is kept."""


FORMAT = Format("command.curl", 20, CurlReader)
