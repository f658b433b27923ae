"""memcached's messages on standard error: it has no log with times.

`failed to listen on one of interface(s) 127.0.0.1: Address already in use` · `Failed to allocate memory`
`<31 new auto-negotiating client connection` (with -v and more)

Source: memcached.c, slabs.c, items.c.
"""

from __future__ import annotations

from assistant.events.record import Format, Record, SingleLine
from assistant.intake.lazily import lazily
from assistant.model import Event, Severity

_FAILED = lazily(
    r"(?:failed to (?:listen on (?:(?:TCP|UDP) port \d{1,5}|one of interface\(s\) )|set rlimit|start server|listen on UNIX)|bind\(\): |accept4?\(\): Too many open|Failed to allocate memory|can't find the user |"
    r"Warning: (?:cannot|could not) (?:lock|allocate)|out of memory storing object|SERVER_ERROR out of memory|Maximum connections must|Too many open connections).{0,300}$"
)
_TALK = lazily(
    r"(?:[<>]\d{1,9} (?:new |connection closed|get |set |delete |END|STORED|sending key|server listening|\d)|slab class {1,4}\d{1,3}: chunk size {1,20}\d)"
)


def parse(record: Record) -> Event | None:
    """One line of memcached, or None."""
    text, envelope = record.text, record.envelope
    if _FAILED().match(text):
        severity = Severity.ERROR
    elif _TALK().match(text):
        severity = Severity.INFO
    else:
        return None
    return Event(
        "memcached", record.evidence(), text, envelope.time, severity, "memcached", envelope.host, envelope.pid
    )


FORMAT = Format("memcached", 46, lambda: SingleLine(parse))
