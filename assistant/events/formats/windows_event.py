"""Windows events, as the Event Viewer copies them and as PowerShell prints them.

    Log Name:      System                               TimeCreated  : 11/24/2026 4:02:08 PM
    Source:        Service Control Manager              ProviderName : Service Control Manager
    Date:          11/24/2026 4:02:08 PM                Id           : 7034
    Event ID:      7034                                 Message      : The Shop service terminated unexpectedly.
    Level:         Error
    Description:
    The Shop service terminated unexpectedly.

Source: Microsoft Learn, "Event Viewer" and Get-WinEvent | Format-List. A date whose day and month cannot be told apart gives
no time. In PowerShell's list the level is named only by LevelDisplayName.
"""

from __future__ import annotations

from assistant.clock import Time
from assistant.events import stamps
from assistant.events.record import EVIDENCE_LIMIT, Emit, Format, Record
from assistant.intake.lazily import lazily
from assistant.model import Event, Evidence, Severity, Value

_LEVELS = {
    "critical": Severity.CRIT, "error": Severity.ERROR, "warning": Severity.WARN, "information": Severity.INFO,
    "verbose": Severity.DEBUG, "严重": Severity.CRIT, "错误": Severity.ERROR, "警告": Severity.WARN, "信息": Severity.INFO,
}  # fmt: skip
_FIELD = lazily(r"(?P<name>[A-Za-z][\w ]{1,24}?|[\u4e00-\u9fff ID]{1,10}) {0,12}[::] {0,20}(?P<value>.*)$")
_NAMES = {
    "log name": "log", "日志名称": "log", "source": "source", "来源": "source", "providername": "source", "date": "date", "日期": "date",
    "timecreated": "date", "timegenerated": "date", "timewritten": "date", "event id": "id", "事件 id": "id", "事件id": "id",
    "id": "id", "eventid": "id", "instanceid": "id", "level": "level", "级别": "level", "leveldisplayname": "level",
    "entrytype": "level", "computer": "host", "计算机": "host", "machinename": "host", "description": "text", "描述": "text",
    "message": "text", "task category": "", "任务类别": "", "keywords": "", "关键字": "", "user": "", "用户": "", "index": "",
    "category": "", "categorynumber": "", "replacementstrings": "", "data": "", "opcode": "", "操作代码": "",
}  # fmt: skip
_HEADS = ("Log Name:", "日志名称:", "日志名称：", "TimeCreated ", "Index ")
_MAX_LINES = 100


class WindowsReader:
    """Collects the fields of one event, and the text of its description."""

    def __init__(self) -> None:
        self._lines: list[Record] = []
        self._fields: dict[str, str] = {}
        self._text: list[str] = []
        self._in_text = False

    def read(self, record: Record, emit: Emit) -> bool:
        """Claim the head of an event, or a line that belongs to the one that is open."""
        text = record.text
        if text.startswith(_HEADS) and _FIELD().match(text):
            self.close(emit)
            self._take(record)
            return True
        if not self._lines or len(self._lines) >= _MAX_LINES:
            return False
        if self._in_text and (text.strip() == "" or text.startswith("Event Xml")):
            self.close(emit)
            return True
        self._take(record)
        return True

    def _take(self, record: Record) -> None:
        self._lines.append(record)
        match = _FIELD().match(record.text)
        name = _NAMES.get(match["name"].strip().lower()) if match else None
        if match is not None and name is not None and not (self._in_text and name == ""):
            self._in_text = name == "text"
            if name == "text" and match["value"]:
                self._text.append(match["value"].strip())
            elif name:
                self._fields.setdefault(name, match["value"].strip())
        elif self._in_text and record.text.strip():
            self._text.append(record.text.strip())

    def close(self, emit: Emit) -> None:
        """The last event; a head alone, without an id, is no event."""
        lines, self._lines = self._lines, []
        fields, self._fields, text, self._text = self._fields, {}, self._text, []
        self._in_text = False
        if not lines or not fields.get("id", "").isdigit():
            return
        first, last = lines[0], lines[-1]
        shown = "\n".join(record.line.text for record in lines)[:EVIDENCE_LIMIT]
        evidence = Evidence(first.source, first.line.number, last.line.last, shown)
        attributes: dict[str, Value] = {"event.id": int(fields["id"]), "event.provider": fields.get("source", "")}
        if fields.get("log"):
            attributes["event.log"] = fields["log"]
        severity = _LEVELS.get(fields.get("level", "").lower(), Severity.UNSET)
        message = "\n".join(text) or f"{fields.get('source', '')} {fields['id']}"
        host, source = fields.get("host", ""), fields.get("source", "windows")
        emit(Event("windows.event", evidence, message, _time(fields), severity, source, host, None, attributes))


def _time(fields: dict[str, str]) -> Time | None:
    found = stamps.read(fields.get("date", ""))
    return found[0] if found else None


FORMAT = Format("windows.event", 28, WindowsReader)
