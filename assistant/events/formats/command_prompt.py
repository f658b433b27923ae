"""Prompts of commands whose output has a format of its own elsewhere, or none: `root@web1:~# dmesg -T | grep oom`."""

from __future__ import annotations

from assistant.events.record import Format, Record, SingleLine
from assistant.events.shell import output, prompt
from assistant.model import Event


def parse(record: Record) -> Event | None:
    """A prompt line, or None."""
    found = prompt(record.text)
    if found is None:
        return None
    return output("command.prompt", record.evidence(), found.command, {"command.name": found.program or None})


FORMAT = Format("command.prompt", 79, lambda: SingleLine(parse))
