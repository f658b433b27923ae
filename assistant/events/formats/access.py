"""Access logs in the common and combined format (nginx, Apache and many others).

`192.0.2.1 - - [11/May/2025:23:52:08 +0800] "GET / HTTP/1.1" 200 612 "-" "curl/8.5.0"`

Source: ngx_http_log_module's predefined `combined`; Apache mod_log_config. What stands behind the user agent (custom
fields) is kept as it is.
"""

from __future__ import annotations

from assistant.events import times
from assistant.events.record import Format, Record, SingleLine
from assistant.intake.lazily import lazily
from assistant.model import Event, Severity, Value

_LINE = lazily(
    r'(?P<client>\S{1,255}) \S{1,255} (?P<user>.{1,255}?) \[(?P<time>[^\]]{20,40})\] "(?P<request>(?:[^"\\]|\\.){0,8192})" '
    r'(?P<status>\d{3}) (?P<size>\d+|-)(?: "(?P<referer>(?:[^"\\]|\\.)*)" "(?P<agent>(?:[^"\\]|\\.)*)")?(?P<rest>.*)$'
)
SERVER_ERROR = 500


def parse(record: Record) -> Event | None:
    """One request, or None."""
    text = record.text
    if '] "' not in text:
        return None
    match = _LINE().match(text)
    if match is None:
        return None
    # Python's http.server and what is built on it: a blank after the year, and no zone
    stamp = times.clf(match["time"].replace(" ", ":", 1) if match["time"][11:12] == " " else match["time"])
    if stamp is None:
        return None
    status = int(match["status"])
    attributes: dict[str, Value] = {"client.address": match["client"], "http.response.status_code": status}
    words = match["request"].split(" ")
    if len(words) >= 2:  # noqa: PLR2004 - method and path
        attributes["http.request.method"], attributes["url.path"] = words[0], words[1].partition("?")[0]
    if match["size"] != "-":
        attributes["http.response.body.size"] = int(match["size"])
    if match["agent"]:
        attributes["user_agent.original"] = match["agent"]
    severity = Severity.ERROR if status >= SERVER_ERROR else Severity.INFO
    return Event("http.access", record.evidence(), match["request"], stamp[0], severity, "http", "", None, attributes)


FORMAT = Format("http.access", 30, lambda: SingleLine(parse))
