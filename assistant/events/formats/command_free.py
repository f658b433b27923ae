"""`free` (procps 3.3 and 4.x): memory and swap in KiB, whatever unit was asked for.

`Mem:            1800        1405         102           2         292         201`

Without a suffix and without the command above it, the unit is told from the numbers: /proc/meminfo counts in KiB and
whole pages, so bytes are multiples of 4096 and KiB of 4; a small total can only be MiB. Headings of other languages are
read by their position (procps-ng, src/free.c; zh_CN: 内存：, 交换：).
"""

from __future__ import annotations

from assistant.events.amounts import amount_kb
from assistant.events.record import Emit, Format, Record
from assistant.events.shell import CommandReader, Prompt, output
from assistant.intake.lazily import lazily
from assistant.model import Value

_HEAD = lazily(r"\s{6,}(?:total\s+used\s+free|总计\s+已用\s+空闲|總計\s+已用\s+空閒)\s")
_ROW = lazily(
    r"\s*(?P<what>Mem|Swap|内存|記憶體|交换|交換|置換|-/\+ buffers/cache|缓存|Low|High|Total|Comm)\s?[:：]"
    r"(?P<columns>(?:\s+\d+(?:[.,]\d+)?(?:[BKMGTPE]i?B?)?){2,7})\s*$"
)
_MEMORY, _SWAP = ("Mem", "内存", "記憶體"), ("Swap", "交换", "交換", "置換")
_NEW = ("total", "used", "free", "shared", "buff/cache", "available")
_OLD = ("total", "used", "free", "shared", "buffers", "cached")
_MEBI = 1 << 18  # a total below this is MiB: no host has 256 MiB, or less, in KiB
_GIBI = 32
_OPTIONS = {"b": "B", "k": "K", "m": "M", "g": "G", "--bytes": "B", "--kibi": "K", "--mebi": "M", "--gibi": "G"}


def unit_of(command: Prompt | None, numbers: list[str]) -> str:
    """The unit of bare numbers: `B`, `K`, `M` or `G`."""
    if command is not None and not set(command.flags) & {"h"}:
        for option in (*command.words[1:], *command.flags):
            if option in _OPTIONS:
                return _OPTIONS[option]
        return "K"
    values = [int(number) for number in numbers if number.isdigit()]
    total = values[0] if values else 0
    if total < _MEBI:
        return "G" if 0 < total < _GIBI else "M"
    for unit, page in (("B", 4096), ("K", 4)):
        if all(value % page == 0 for value in values):
            return unit
    return "M"


class FreeReader(CommandReader):
    """Claims the heading and the rows."""

    programs = frozenset({"free"})

    def __init__(self) -> None:
        super().__init__()
        self._unit = ""
        self._names = _NEW

    def take(self, record: Record, emit: Emit, *, follows: bool) -> bool:
        """One line of the table."""
        text = record.text
        if ":" not in text[:40] and "：" not in text[:40]:
            if _HEAD().match(text) is None:
                return False
            self._names = _OLD if "buffers" in text and "cached" in text else _NEW
            self._unit = ""
            return True
        match = _ROW().match(text)
        if match is None:
            return False
        columns = match["columns"].split()
        if not follows:
            self._names, self._unit = _NEW, ""
        if match["what"] in _MEMORY:
            self._unit = unit_of(self.command, columns)
            emit(output("command.free", record.evidence(), "memory", self._values(columns, "memory")))
        elif match["what"] in _SWAP and (self._unit or self.command or not any(map(_is_bare, columns))):
            # of swap alone the unit cannot be told; zero is zero in any unit
            self._unit = self._unit or unit_of(self.command, columns)
            emit(output("command.free", record.evidence(), "swap", self._values(columns, "swap")))
        return True

    def _values(self, columns: list[str], what: str) -> dict[str, Value]:
        values: dict[str, Value] = {"what": what}
        for name, text in zip(self._names, columns, strict=False):
            values[f"{name.replace('/', '_')}_kb"] = amount_kb(text, self._unit)
        if what == "memory" and self._names is _OLD and len(columns) == len(_OLD):
            parts = [values[f"{name}_kb"] for name in ("free", "buffers", "cached")]
            values["available_kb"] = sum(part for part in parts if isinstance(part, int))
            values["estimated"] = True  # before procps 3.3.10 there is no such column, and not all of the cache can go
        return values


def _is_bare(text: str) -> bool:
    return text.isdigit() and text != "0"


FORMAT = Format("command.free", 60, FreeReader)
