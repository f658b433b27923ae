"""`df -h`, `df -i`, `df -hT`: how full each file system is, in bytes or in inodes.

`/dev/vda1        40G   38G     0 100% /`

A device name too long for its column stands in a line of its own (coreutils before 8.6, busybox). Source: coreutils,
src/df.c; headings in English and Chinese.
"""

from __future__ import annotations

from assistant.events.amounts import amount_kb
from assistant.events.record import Emit, Format, Record
from assistant.events.shell import CommandReader, output
from assistant.intake.lazily import lazily
from assistant.model import Value

_HEAD = lazily(r"(?:Filesystem|文件系统|檔案系統)\s+\S.*(?:Mounted on|挂载点|掛載點)\s*$")
_ROW = lazily(
    r"(?P<device>\S.*?)?\s+(?:(?P<type>[a-z][\w.]*)\s+)?(?P<size>[\d.,]+[KMGTPE]?|-)\s+(?P<used>[\d.,]+[KMGTPE]?|-)\s+"
    r"(?P<free>[\d.,]+[KMGTPE]?|-)\s+(?P<percent>\d{1,3}%|-)\s+(?P<mount>/.*?)\s*$"
)
_DEVICE = lazily(r"/dev/\S+$|\S+:/\S*$")
_INODES = ("Inodes", "I节点", "Inode", "I 节点")


class DfReader(CommandReader):
    """Claims the heading and, below it or below the command, the rows."""

    programs = frozenset({"df"})

    def __init__(self) -> None:
        super().__init__()
        self._inodes = False
        self._device = ""

    def take(self, record: Record, emit: Emit, *, follows: bool) -> bool:
        """One line of the table."""
        text = record.text
        if text[:1] in "F文檔" and _HEAD().match(text):
            self._inodes = any(word in text for word in _INODES)
            self._device = ""
            return True
        if not follows:
            return False
        if self.asks(lambda command: "i" in command.flags):
            self._inodes = True
        match = _ROW().match(text)
        if match is None:
            self._device = text.strip() if _DEVICE().match(text) else ""
            return bool(self._device)
        device = match["device"] or self._device
        self._device = ""
        if device and match["percent"] != "-":
            emit(output("command.df", record.evidence(), text, self._values(device, match["mount"], match.groupdict())))
        return True

    def _values(self, device: str, mount: str, columns: dict[str, str | None]) -> dict[str, Value]:
        values: dict[str, Value] = {
            "device": device, "mountpoint": mount, "inodes": self._inodes,
            "percent": int(str(columns["percent"]).rstrip("%")), "type": columns["type"],
        }  # fmt: skip
        for name in ("size", "used", "free"):
            text = str(columns[name])
            values[name] = text
            values[f"{name}_kb"] = None if self._inodes else amount_kb(text.replace(",", "."), "K")
        return values


FORMAT = Format("command.df", 61, DfReader)
