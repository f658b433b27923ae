"""`docker ps -a` and `docker stats --no-stream`: which containers ran, how they ended, how much memory they use.

`3f2a9c1d5e7b   shop-api   "uvicorn app:app"   3 days ago   Exited (137) 2 minutes ago   web-1`

Columns are found by the heading's positions (docker/cli, cli/command/formatter; the state's words come from moby,
container/state.go, State.String).
"""

from __future__ import annotations

from assistant.events.amounts import amount_kb
from assistant.events.record import Emit, Format, Record
from assistant.events.shell import CommandReader, Prompt, output
from assistant.intake.lazily import lazily
from assistant.model import Value

_COLUMN = lazily(r"\S+(?: \S+)*")
_ID = lazily(r"[0-9a-f]{12}(?:[0-9a-f]{52})?\s")
_STATUS = lazily(r"(?:Up|Exited|Restarting|Created|Paused|Dead|Removal In Progress)\b")
_CODE = lazily(r"(?:Exited|Restarting) \((\d+)\)")
_STATS = lazily(
    r"(?P<id>[0-9a-f]{12}|--)\s+(?P<name>\S+)\s+[\d.]+%\s+(?P<used>[\d.]+[kKMGT]?i?B) / (?P<limit>[\d.]+[kKMGT]?i?B)\s+[\d.]+%"
)
_NAMED = lazily(r"(?P<name>[\w.-]{1,128})\s+(?P<status>(?:Up|Exited|Restarting|Created|Dead)\b.*)$")


def status_values(status: str) -> dict[str, Value]:
    """`Exited (137) 2 minutes ago` as values."""
    values: dict[str, Value] = {"status": status.partition(" ")[0].lower(), "running": status.startswith("Up")}
    match = _CODE().match(status)
    if match:
        values["exit_code"] = int(match[1])
    return values


class TableReader(CommandReader):
    """Claims headings and rows of the two tables."""

    programs = frozenset({"docker", "podman"})

    def __init__(self) -> None:
        super().__init__()
        self._columns: list[tuple[str, int]] = []

    def wants(self, command: Prompt) -> bool:
        """Everything but `docker inspect`."""
        return command.program in self.programs and "inspect" not in command.words

    def take(self, record: Record, emit: Emit, *, follows: bool) -> bool:
        """One line of a table."""
        text = record.text
        if text.startswith(("CONTAINER ID ", "CONTAINER   ")):
            self._columns = [(match[0], match.start()) for match in _COLUMN().finditer(text)]
            return "STATUS" in text or "MEM USAGE" in text
        if _ID().match(text):
            match = _STATS().match(text)
            if match:
                used, limit = amount_kb(match["used"]), amount_kb(match["limit"])
                values: dict[str, Value] = {"container.name": match["name"], "usage_kb": used, "limit_kb": limit}
                emit(output("command.container_stats", record.evidence(), text, values))
                return True
            return follows and self._row(record, emit)
        named = self.asks(lambda command: "ps" in command.words and "--format" in command.command)
        if follows and named and (match := _NAMED().match(text)):
            values = {"container.name": match["name"], **status_values(match["status"])}
            emit(output("command.container_state", record.evidence(), text, values))
            return True
        return False

    def _row(self, record: Record, emit: Emit) -> bool:
        cells: dict[str, str] = {}
        for position, (name, start) in enumerate(self._columns):
            end = self._columns[position + 1][1] if position + 1 < len(self._columns) else None
            cells[name] = record.text[start:end].strip()
        status = cells.get("STATUS", "")
        if not _STATUS().match(status):
            return False
        values: dict[str, Value] = {
            "container.id": cells.get("CONTAINER ID"), "container.name": cells.get("NAMES") or None, **status_values(status)
        }  # fmt: skip
        emit(output("command.container_state", record.evidence(), record.text, values))
        return True


FORMAT = Format("command.docker", 64, TableReader)
