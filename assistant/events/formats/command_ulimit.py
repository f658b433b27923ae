"""`ulimit -a` of bash: the limits of the shell it was run in (not those of a service).

`open files                          (-n) 1024`

Source: bash, builtins/ulimit.def.
"""

from __future__ import annotations

from assistant.events.record import Emit, Format, Record
from assistant.events.shell import CommandReader, output
from assistant.intake.lazily import lazily

_ROW = lazily(
    r"(?P<name>[a-zA-Z][a-zA-Z -]{4,30}?)\s+\((?:(?:\d+ )?(?:bytes|blocks|kbytes|seconds|microseconds|512 bytes), )?"
    r"-(?P<option>[a-zA-Z])\) (?P<value>\d+|unlimited)\s*$"
)


class UlimitReader(CommandReader):
    """Claims the rows."""

    programs = frozenset({"ulimit"})

    def take(self, record: Record, emit: Emit, *, follows: bool) -> bool:  # noqa: ARG002 - rows are known by themselves
        """One row."""
        text = record.text
        if "-" not in text[20:60] or (match := _ROW().match(text)) is None:
            return False
        limit = None if match["value"] == "unlimited" else int(match["value"])
        values = {"name": match["name"], "option": match["option"], "limit": limit}
        emit(output("command.ulimit", record.evidence(), text, values))
        return True


FORMAT = Format("command.ulimit", 68, UlimitReader)
