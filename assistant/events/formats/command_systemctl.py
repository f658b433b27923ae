"""`systemctl status UNIT`: how the unit stands, and how its main process ended.

`     Active: failed (Result: oom-kill) since Mon 2025-05-12 00:17:53 CST; 3min ago`

Source: systemd, src/systemctl/systemctl-show.c. The journal lines at its end are read by the formats they belong to.
"""

from __future__ import annotations

from dataclasses import replace

from assistant.events import times
from assistant.events.record import Emit, Format, Record
from assistant.events.shell import CommandReader, output
from assistant.intake.lazily import lazily
from assistant.model import Evidence, Value

_UNIT = lazily(r"(?:[●○×↻*] )?(?P<unit>[\w@:.\\-]+\.(?:service|socket|scope|slice|mount|timer|target)) - .*$")
_ACTIVE = lazily(
    r"\s*Active: (?P<active>active|inactive|failed|activating|deactivating|reloading|maintenance)"
    r"(?: \((?P<sub>[^)]{1,60})\))?(?: since (?:[A-Z][a-z]{2} )?(?P<since>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)[^;]*)?(?:; .*)?$"
)
_PID = lazily(
    r"\s*Main PID: (?P<pid>\d+)(?: \((?:code=(?P<code>exited|killed|dumped), (?:status=(?P<status>\d+)|signal=(?P<signal>\w+)).*"
    r"|(?P<name>[^)]+))\))?"
)
_REST = lazily(
    r"\s*(?:Loaded|Drop-In|Docs|Process|Status|Tasks|Memory|CPU|CGroup|IO|IP|FD Store|Invocation|TriggeredBy|Triggers|Trigger|"
    r"Duration|Main PID|Cntrl PID|Error|Where|What|Listen|Accepted|Device|Until|Condition|Assert): \S"
)
_TREE = lazily(r"\s+(?:[├└│|`─-]|/)")


class UnitReader(CommandReader):
    """Claims the block of one unit."""

    programs = frozenset({"systemctl"})

    def __init__(self) -> None:
        super().__init__()
        self._values: dict[str, Value] = {}
        self._lines: list[Evidence] = []

    def take(self, record: Record, emit: Emit, *, follows: bool) -> bool:
        """One line of the block."""
        text = record.text
        if (
            match := _UNIT().match(text)
            if (" - " in text[:120] and text[:1] in "●○×↻*") or (follows and self.command)
            else None
        ):
            self.finish(emit)
            self._values = {"systemd.unit": match["unit"]}
            return True
        if "Active: " in text[:40] and (match := _ACTIVE().match(text)):
            self._values |= {"active": match["active"], "sub": match["sub"]}
            if match["sub"] and match["sub"].startswith("Result: "):
                self._values["systemd.result"] = match["sub"].removeprefix("Result: ")
            stamp = times.iso(match["since"]) if match["since"] else None
            if stamp is not None:
                self._values["since"] = stamp[0]
            self._lines.append(record.evidence())
            return True
        if not follows:
            return False
        if match := _PID().match(text):
            self._values |= {"process.pid": int(match["pid"]), "code": match["code"], "signal": match["signal"]}
            self._values["exit_code"] = int(match["status"]) if match["status"] else None
            self._lines.append(record.evidence())
            return True
        return _REST().match(text) is not None or _TREE().match(text) is not None

    def finish(self, emit: Emit) -> None:
        """The block has ended."""
        values, lines, self._values, self._lines = self._values, self._lines, {}, []
        if "active" in values and lines:
            shown = "\n".join(item.text for item in lines)
            evidence = replace(lines[0], last=lines[-1].last, text=shown)
            emit(output("command.unit_state", evidence, str(values["active"]), values))


FORMAT = Format("command.systemctl", 66, UnitReader)
