"""Access lines of Envoy (also Istio's) in its default format.

`[2026-11-24T16:02:08.305Z] "GET /orders HTTP/1.1" 503 UF,URX 0 91 5000 - "-" "curl/8.5.0" "b2…" "shop" "192.0.2.7:8080"`

Source: Envoy's documentation, "Access logging", default format string; Istio adds response code details and flags in the
same place. Traefik's and Caddy's common form is read as `http.access` by access.py, their JSON by json_lines.py. The flags
say who failed: they are kept as `envoy.response_flags`.
"""

from __future__ import annotations

from assistant.events import times
from assistant.events.record import Format, Record, SingleLine
from assistant.intake.lazily import lazily
from assistant.model import Event, Severity, Value

_LINE = lazily(
    r'\[(?P<time>\d{4}-\d\d-\d\dT[\d:.]{8,15}Z)\] "(?P<method>[A-Z-]{1,12}) (?P<path>\S{1,4000})(?: (?P<protocol>[A-Z]{2,5}(?:/[\d.]{1,3})?))?" '
    r"(?P<status>\d{1,3}) (?P<flags>-|[A-Z][A-Za-z]{0,6}(?:,[A-Z][A-Za-z]{0,6}){0,6}) (?P<rest>.*)$"
)
_DETAILS = lazily(r"(?P<details>[a-z_]{3,60}(?:\{[^}]{0,200}\})?) (?:-|[a-z_]{3,60}) ")
_TEXT = lazily(r'"(?P<text>[^"]{0,2000})"')
_NUMBERS = lazily(r"(?P<received>\d{1,15}) (?P<sent>\d{1,15}) (?P<ms>\d{1,10}|-) ")
SERVER_ERROR = 500


def parse(record: Record) -> Event | None:
    """One request, or None."""
    if record.text[:3] != "[20" or (match := _LINE().match(record.text)) is None:
        return None
    stamp = times.iso(match["time"])
    if stamp is None:
        return None
    status, flags, rest = int(match["status"]), match["flags"], match["rest"]
    attributes: dict[str, Value] = {
        "http.request.method": match["method"], "url.path": match["path"].partition("?")[0], "http.response.status_code": status,
    }  # fmt: skip
    if flags != "-":
        attributes["envoy.response_flags"] = flags
    if details := _DETAILS().match(rest):
        attributes["envoy.response_details"] = details["details"]
    if numbers := _NUMBERS().search(rest[:600]):
        attributes |= {"duration.ms": int(numbers["ms"])} if numbers["ms"] != "-" else {}
    quoted = [found["text"] for found in _TEXT().finditer(rest)]
    if quoted and ":" in quoted[-1]:
        attributes["server.address"] = quoted[-1]
    failure = next((text for text in quoted if "failure reason" in text or "failure_reason" in text), "")
    message = " ".join(
        part for part in (f"{match['method']} {match['path']} {status}", flags.strip("-"), failure) if part
    )
    severity = Severity.ERROR if status >= SERVER_ERROR or status == 0 else Severity.INFO
    return Event("envoy.access", record.evidence(), message, stamp[0], severity, "envoy", "", None, attributes)


FORMAT = Format("envoy.access", 31, lambda: SingleLine(parse))
