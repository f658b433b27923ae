"""Any other program's line in syslog or the journal: who said what, and when.

`May 11 23:52:08 host sshd[812]: Accepted publickey for …`

Asked last: programs with a format of their own are read by it.
"""

from __future__ import annotations

from assistant.events import times
from assistant.events.record import Format, Record, SingleLine
from assistant.events.severity import guess
from assistant.intake.lazily import lazily
from assistant.model import Event

# OpenSSH 9.8 took sessions, and 10.0 authentication, out of sshd into programs of their own, which write the same messages
_PART_OF = {"sshd-session": "sshd", "sshd-auth": "sshd"}
_REST = lazily(r" (?P<host>[\w.:@-]{1,255}) (?P<message>\S.{3,})$")


def parse(record: Record) -> Event | None:
    """One message, or None when no carrier named a program."""
    envelope = record.envelope
    if not envelope.ident:
        return _untagged(record)
    severity = envelope.severity or guess(record.text)
    service = _PART_OF.get(envelope.ident, envelope.ident)
    return Event(
        "syslog", record.evidence(), record.text, envelope.time, severity, service, envelope.host, envelope.pid
    )


def _untagged(record: Record) -> Event | None:
    """A line with a syslog header and no program's name: `Jun 14 15:16:01 host syslogd 1.4.1: restart.`."""
    text = record.text
    stamp = times.syslog(text) if text[:1].isupper() else None
    match = _REST().match(text, stamp[1]) if stamp is not None else None
    if stamp is None or match is None:
        return None
    message = match["message"]
    return Event("syslog", record.evidence(), message, stamp[0], guess(message), "", match["host"])


FORMAT = Format("syslog", 90, lambda: SingleLine(parse))
