"""`redis-cli INFO`: sections of `key:value`. One `command.redis_info` for all of them.

    # Memory
    used_memory_human:1.02M
    maxmemory_policy:noeviction

Source: genRedisInfoString in src/server.c of Redis.
"""

from __future__ import annotations

from assistant.events.record import Emit, Format, Record
from assistant.events.shell import output
from assistant.intake.lazily import lazily
from assistant.model import Evidence, Value

_SECTION = lazily(
    r"# (?:Server|Clients|Memory|Persistence|Stats|Replication|CPU|Modules|Commandstats|Errorstats|Latencystats|Cluster|Keyspace)\s*$"
)
_PAIR = lazily(r"(?P<key>[a-z][a-z0-9_]{1,60}):(?P<value>[^\r\n]{0,400}?)\s*$")
KEPT = 200


class RedisInfoReader:
    """Collects pairs from a section's head on."""

    def __init__(self) -> None:
        self._values: dict[str, Value] = {}
        self._first: Record | None = None
        self._last: Record | None = None

    def read(self, record: Record, emit: Emit) -> bool:
        """Claim a section's head or a pair."""
        text = record.text
        if _SECTION().match(text):
            self._first = self._first or record
            self._last = record
            return True
        match = _PAIR().match(text) if self._first is not None else None
        if match is None:
            self.close(emit)
            return False
        if len(self._values) < KEPT:
            value = match["value"]
            self._values[match["key"]] = int(value) if value.isdigit() and len(value) < 19 else value  # noqa: PLR2004 - 64 bits
        self._last = record
        return True

    def close(self, emit: Emit) -> None:
        """What was collected."""
        if self._first is not None and self._last is not None and self._values:
            old = self._first.evidence()
            evidence = Evidence(old.source, old.line, self._last.line.last, old.text)
            emit(
                output(
                    "command.redis_info",
                    evidence,
                    f"redis {self._values.get('redis_version', '')}".strip(),
                    self._values,
                )
            )
        self._values, self._first, self._last = {}, None, None


FORMAT = Format("command.redis_info", 23, RedisInfoReader)
