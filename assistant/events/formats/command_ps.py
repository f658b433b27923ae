"""Tables of processes: `ps aux`, `ps -ef`, `ps -eo pid,rss,comm`, and the head and table of `top -b`.

`root      3610113  2.1 74.9 4794476 1350892 ?     Ssl  00:17   0:04 /usr/bin/python3 …`

A heading names the columns; the last one takes the rest of the line. Sizes of ps are KiB, of top KiB or with a suffix
(procps-ng, src/ps/output.c, src/top/top.c).
"""

from __future__ import annotations

from assistant.events.amounts import amount_kb
from assistant.events.record import Emit, Format, Record
from assistant.events.shell import CommandReader, output
from assistant.intake.lazily import lazily
from assistant.model import Value

_COLUMNS = frozenset(
    [
        "USER",
        "UID",
        "PID",
        "PPID",
        "PGID",
        "SID",
        "SPID",
        "LWP",
        "NLWP",
        "%CPU",
        "%MEM",
        "VSZ",
        "RSS",
        "SZ",
        "TTY",
        "TT",
        "STAT",
        "S",
        "START",
        "STARTED",
        "STIME",
        "TIME",
        "TIME+",
        "COMMAND",
        "CMD",
        "COMM",
        "C",
        "PR",
        "NI",
        "PRI",
        "F",
        "ADDR",
        "WCHAN",
        "ELAPSED",
        "ETIME",
        "VIRT",
        "RES",
        "SHR",
        "P",
        "CLS",
        "RUSER",
        "EUSER",
        "NAME",
        "ARGS",
        "UNIT",
        "CGROUP",
        "LABEL",
        "PSR",
    ]
)
_LAST = frozenset({"COMMAND", "CMD", "COMM", "ARGS"})
_TOP = lazily(
    r"top - \d\d:\d\d:\d\d up .* load average: [\d.,]+|(?:Tasks|Threads):\s+\d+ total,|%?Cpu\(?s?\)?\d*\s?:\s*[\d.,]+\s?%?us,"
)
_MEM = lazily(
    r"(?P<unit>[KMGT])iB (?P<what>Mem|Swap)\s?:\s*(?P<total>[\d.,]+)\+?\s*total,\s*(?P<free>[\d.,]+)\+?\s*free,"
    r"\s*(?P<used>[\d.,]+)\+?\s*used[.,]\s*(?P<last>[\d.,]+)\+?\s*(?:buff/cache|avail Mem)"
)


class ProcessReader(CommandReader):
    """Claims headings, rows below them, and the head of top."""

    programs = frozenset({"ps", "top"})
    gap = 1  # a blank line stands between top's head and its table

    def __init__(self) -> None:
        super().__init__()
        self._columns: list[str] = []
        self._memory_row: tuple[Record, dict[str, Value]] | None = None

    def take(self, record: Record, emit: Emit, *, follows: bool) -> bool:
        """One line."""
        text = record.text
        if not follows:
            self._columns = []
        if "PID" in text[:120] and self._heading(text):
            return True
        if text[:1] in "tT%CKMG" and (_TOP().match(text) or self._memory(record, emit)):
            return True
        if not follows or not self._columns:
            return False
        cells = text.split(None, len(self._columns) - 1)
        if len(cells) != len(self._columns):
            return False
        row = dict(zip(self._columns, cells, strict=True))
        if not row["PID"].isdigit():
            return False
        resident = row.get("RSS") or row.get("RES") or ""
        values: dict[str, Value] = {
            "process.pid": int(row["PID"]), "name": _name(cells[-1]), "command": cells[-1].strip(),
            "rss_kb": amount_kb(resident.upper(), "K"), "state": row.get("STAT") or row.get("S"), "user": row.get("USER"),
        }  # fmt: skip
        emit(output("command.process", record.evidence(), text, values))
        return True

    def _heading(self, text: str) -> bool:
        words = text.split()
        if not (2 <= len(words) <= 20 and "PID" in words and words[-1] in _LAST and set(words) <= _COLUMNS):  # noqa: PLR2004
            return False
        self._columns = words
        return True

    def _memory(self, record: Record, emit: Emit) -> bool:
        match = _MEM().match(record.text)
        if match is None:
            return False
        unit = match["unit"]
        amounts = {name: amount_kb(match[name].replace(",", "."), unit) for name in ("total", "used", "free")}
        values: dict[str, Value] = {f"{name}_kb": amount for name, amount in amounts.items()}
        if match["what"] == "Mem":
            self._emit_memory(emit)
            self._memory_row = (record, {"what": "memory", **values})
            return True
        emit(output("command.free", record.evidence(), "swap", {"what": "swap", **values}))
        if self._memory_row is not None:  # what is available stands in the row of swap
            self._memory_row[1]["available_kb"] = amount_kb(match["last"].rstrip(".").replace(",", "."), unit)
            self._emit_memory(emit)
        return True

    def _emit_memory(self, emit: Emit) -> None:
        if self._memory_row is not None:
            record, values = self._memory_row
            emit(output("command.free", record.evidence(), "memory", values))
            self._memory_row = None

    def finish(self, emit: Emit) -> None:
        """Memory without the row of swap."""
        self._emit_memory(emit)


def _name(command: str) -> str:
    """The program's name: the first word without its folder; a kernel thread keeps its brackets."""
    first = command.split(maxsplit=1)[0] if command.split() else command
    return (first.rpartition("/")[2] if first.startswith("/") else first).rstrip(":")


FORMAT = Format("command.ps", 67, ProcessReader)
