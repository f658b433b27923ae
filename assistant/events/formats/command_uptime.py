"""`uptime -s` (when the host was booted) and `uptime`.

`2025-03-26 12:43:58` · ` 14:23:01 up 46 days, 12:03,  2 users,  load average: 0.08, 0.03, 0.01`

The first is a bare time: it is read below its command, or when it is all that was pasted. procps counts back from now
by /proc/uptime (which goes on in suspend), so it may be off by a second (procps-ng, library/uptime.c).
"""

from __future__ import annotations

from assistant.events import times
from assistant.events.record import Emit, Format, Record
from assistant.events.shell import CommandReader, output
from assistant.intake.lazily import lazily

_BARE = lazily(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\s*$")
_UPTIME = lazily(
    r" ?\d\d:\d\d:\d\d up +(?:(?P<days>\d+) days?, +)?(?:(?P<hours>\d+):(?P<minutes>\d\d)|(?P<only>\d+) min), +"
    r"(?:\d+ users?, +)?load average: (?P<one>[\d.,]+), (?P<five>[\d.,]+), (?P<fifteen>[\d.,]+)$"
)


class UptimeReader(CommandReader):
    """Claims one line of either kind."""

    programs = frozenset({"uptime"})

    def take(self, record: Record, emit: Emit, *, follows: bool) -> bool:
        """A boot time or an uptime."""
        text = record.text
        if text[:1] not in " 0123456789":
            return False
        if _BARE().match(text):
            since = follows and self.asks(lambda command: "s" in command.flags or "--since" in command.words)
            stamp = times.iso(text) if since or record.alone else None
            if stamp is None:
                return False
            emit(output("command.boot", record.evidence(), text.strip(), {"boot": stamp[0], "told": since}))
            return True
        match = _UPTIME().match(text) if " up " in text[:14] else None
        if match is None:
            return False
        minutes = (
            int(match["only"] or match["minutes"]) + 60 * int(match["hours"] or 0) + 1440 * int(match["days"] or 0)
        )
        load = float(match["one"].replace(",", "."))
        emit(output("command.uptime", record.evidence(), text.strip(), {"seconds": minutes * 60, "load": load}))
        return True


FORMAT = Format("command.uptime", 62, UptimeReader)
