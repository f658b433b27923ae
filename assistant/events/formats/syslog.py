"""Any other program's line in syslog or the journal: who said what, and when.

`May 11 23:52:08 host sshd[812]: Accepted publickey for …`

Asked last: programs with a format of their own are read by it.
"""

from __future__ import annotations

from assistant.events.record import Format, Record, SingleLine
from assistant.events.severity import guess
from assistant.model import Event


def parse(record: Record) -> Event | None:
    """One message, or None when no carrier named a program."""
    envelope = record.envelope
    if not envelope.ident:
        return None
    severity = envelope.severity or guess(record.text)
    return Event(
        "syslog", record.evidence(), record.text, envelope.time, severity, envelope.ident, envelope.host, envelope.pid
    )


FORMAT = Format("syslog", 90, lambda: SingleLine(parse))
