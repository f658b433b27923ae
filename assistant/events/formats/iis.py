"""The extended log format of the W3C, as IIS (and HTTP.sys) write it: a `#Fields:` line names the columns.

`#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status sc-substatus …`
`2026-11-24 16:02:08 192.0.2.10 GET /orders - 443 - 192.0.2.1 Mozilla/5.0 500 0 64 12`

Source: W3C "Extended Log File Format" (WD-logfile); Microsoft Learn, "W3C Logging" and "HTTP.sys error log". Times are UTC.
Rows are read only under a `#Fields:` line: without it nothing tells which number is the status.
"""

from __future__ import annotations

from assistant.clock import LocalTime, Time, ZonedTime
from assistant.events import times
from assistant.events.record import Emit, Format, Record
from assistant.model import Event, Severity, Value

_COMMENTS = ("#Software:", "#Version:", "#Date:", "#Fields:", "#Remark:", "#Start-Date:", "#End-Date:")
_NUMBERS = {
    "sc-status": "http.response.status_code", "sc-substatus": "iis.substatus", "sc-win32-status": "iis.win32_status",
    "time-taken": "duration.ms", "s-port": "server.port",
}  # fmt: skip
_TEXTS = {
    "cs-method": "http.request.method", "cs-uri-stem": "url.path", "cs-uri": "url.path", "c-ip": "client.address",
    "cs(User-Agent)": "user_agent.original", "s-reason": "iis.reason", "s-queuename": "iis.pool",
}  # fmt: skip
SERVER_ERROR = 500
_FEWEST = 4


class W3cReader:
    """Remembers the columns that the last `#Fields:` line named."""

    def __init__(self) -> None:
        self._columns: list[str] = []

    def read(self, record: Record, emit: Emit) -> bool:
        """Claim a directive, or a row with as many values as there are columns."""
        text = record.text
        if text.startswith(_COMMENTS):
            if text.startswith("#Fields:"):
                self._columns = text[8:].split()
            return True
        if len(self._columns) < _FEWEST or not text[:1].isdigit():
            return False
        values = text.split(" ")
        if len(values) != len(self._columns):
            return False
        emit(_request(record, dict(zip(self._columns, values, strict=True))))
        return True

    def close(self, emit: Emit) -> None:
        """Nothing is ever open."""


def _request(record: Record, row: dict[str, str]) -> Event:
    attributes: dict[str, Value] = {}
    for column, name in _NUMBERS.items():
        if row.get(column, "").isdigit():
            attributes[name] = int(row[column])
    for column, name in _TEXTS.items():
        if row.get(column, "-") != "-":
            attributes[name] = row[column].replace("+", " ") if column == "cs(User-Agent)" else row[column]
    status = attributes.get("http.response.status_code", 0)
    failed = (isinstance(status, int) and status >= SERVER_ERROR) or "iis.reason" in attributes
    words = [row.get(name, "") for name in ("cs-method", "cs-uri-stem", "cs-uri", "sc-status", "s-reason")]
    message = " ".join(word for word in words if word not in ("", "-"))
    severity = Severity.ERROR if failed else Severity.INFO
    return Event("http.access", record.evidence(), message, _time(row), severity, "iis", "", None, attributes)


def _time(row: dict[str, str]) -> Time | None:
    found = times.iso(f"{row.get('date', '')} {row.get('time', '')}")
    if found is None:
        return None
    local = found[0]
    return ZonedTime(local.ns, 0) if isinstance(local, LocalTime) else local


FORMAT = Format("w3c", 29, W3cReader)
