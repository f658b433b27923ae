"""What `systemctl status` says of a unit: how it stands, and how its main process ended."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from assistant.facts.builder import stated
from assistant.i18n import Text
from assistant.model import Event, Fact

MAX_UNITS = 200


class UnitBuilder:
    """Concludes `unit.state`, `unit.oom_kill` and `unit.failed`; what was said last counts."""

    kinds = frozenset({"command.unit_state"})

    def __init__(self) -> None:
        self._units: dict[str, Event] = {}

    def add(self, event: Event) -> None:
        """Take one state."""
        if len(self._units) < MAX_UNITS:
            self._units[str(event.attributes.get("systemd.unit") or "unit")] = event

    def merge(self, other: Self) -> None:
        """Take over a later source."""
        self._units |= other._units

    def conclude(self) -> Iterable[Fact]:
        """The facts, unit by unit."""
        for unit, event in self._units.items():
            values = event.attributes
            said = " ".join(str(part) for part in (values["active"], values.get("sub")) if part)
            known = {
                "unit": unit, "said": said, "time": values.get("since"), "result": values.get("systemd.result"),
                "signal": values.get("signal"), "exit_code": values.get("exit_code"),
            }  # fmt: skip
            known = {name: value for name, value in known.items() if value is not None}
            yield stated("unit.state", [event.evidence], unit, **known)
            if known.get("result") == "oom-kill":
                yield stated("unit.oom_kill", [event.evidence], unit, **known)
            elif values["active"] == "failed":
                yield stated("unit.failed", [event.evidence], unit, **known)


BUILDER = UnitBuilder
SENTENCES = {
    "unit.state": Text("systemd says of {unit}: {said}", "systemd 显示 {unit}：{said}"),
    "unit.oom_kill": Text(
        "{unit} failed with the result oom-kill: a process of it was killed by an OOM killer; whether the host or a limit ran out is not "
        "said by that",
        "{unit} 的结果是 oom-kill：它的进程被 OOM killer 杀死；由此看不出是整机内存耗尽还是触到上限",
    ),
    "unit.failed": Text("{unit} has failed: {said}", "{unit} 已失败：{said}"),
}
