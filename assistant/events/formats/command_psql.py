"""Tables of `psql` and of the `mysql` client: one `command.table` a row, its columns by their headings.

     pid  | state  |  since                   +----+-------+
    ------+--------+---------                 | Id | State |
     4242 | active | 00:00:07                 +----+-------+
    (1 row)

Source: print_aligned_text in src/fe_utils/print.c of PostgreSQL, print_table_data in client/mysql.cc of MariaDB.
"""

from __future__ import annotations

from assistant.events.record import Emit, Format, Record
from assistant.events.shell import output
from assistant.intake.lazily import lazily
from assistant.model import Value

_RULE = lazily(r"-{2,400}(?:\+-{2,400}){1,40}$")
_FRAME = lazily(r"\+-{2,400}(?:\+-{2,400}){0,40}\+$")
_HEAD = lazily(r" ?\s{0,200}[\w?.%() -]{1,80}(?:\|\s{0,200}[\w?.%() -]{1,80}\s*){1,40}$")
_COUNT = lazily(r"\(\d{1,9} rows?\)$|\d{1,9} rows? in set .{0,40}$")
MAX_COLUMNS = 40


class TableReader:
    """A heading waits for the rule under it; rows follow until their count or something else."""

    def __init__(self) -> None:
        self._heading: Record | None = None
        self._columns: list[str] = []
        self._framed = False

    def read(self, record: Record, emit: Emit) -> bool:
        """Claim a heading, a rule, a row or the count."""
        text = record.text.rstrip()
        if self._columns and self._row(record, text, emit):
            return True
        if _FRAME().match(text):
            self._framed = True
            return True
        if self._framed and not self._columns and text.startswith("|") and text.endswith("|"):
            self._columns = _cells(text.strip("|"))
            return True
        self._framed = False
        heading, self._heading = self._heading, None
        if heading is not None and _RULE().match(text):
            self._columns = _cells(heading.text)
            return True
        if "|" in text and text.startswith(" ") and _HEAD().match(text):
            self._heading = record
            return True
        return False

    def _row(self, record: Record, text: str, emit: Emit) -> bool:
        if _COUNT().match(text):
            self._columns, self._framed = [], False
            return True
        if self._framed and _FRAME().match(text):
            return True
        cells = _cells(text.strip("|") if self._framed else text)
        if "|" not in text or len(cells) != len(self._columns) or (self._framed and not text.startswith("|")):
            self._columns, self._framed = [], False
            return False
        values: dict[str, Value] = dict(zip(self._columns[:MAX_COLUMNS], cells, strict=False))
        emit(output("command.table", record.evidence(), " | ".join(cells), values))
        return True

    def close(self, emit: Emit) -> None:
        """Nothing is ever open."""


def _cells(text: str) -> list[str]:
    return [cell.strip() for cell in text.split("|")]


FORMAT = Format("command.table", 84, TableReader)
