"""BIND's own log, as `named -g` and its files print it (through syslog the same messages come from `named[pid]`).

`24-Nov-2026 13:41:06.211 zone shop.example/IN: not loaded due to errors.`
`24-Nov-2026 13:41:06.211 general: error: zone shop.example/IN: …` (print-category, print-severity)

Source: lib/isc/log.c (isc_log_doit) and the logging statement of the BIND 9 manual. Without print-severity a line has no
level: what went wrong is told by its words. Local time without a zone.
"""

from __future__ import annotations

from assistant.clock import Time
from assistant.events import stamps
from assistant.events.record import Format, Record, SingleLine
from assistant.intake.lazily import lazily
from assistant.model import Event, Severity

_HEAD = lazily(r"\d\d-[A-Z][a-z]{2}-\d{4} \d\d:\d\d:\d\d\.\d{3} ")
_CATEGORIES = (
    "client|config|database|default|dispatch|dnssec|dnstap|edns-disabled|general|lame-servers|network|notify|nsid|"
    "queries|query-errors|rate-limit|resolver|rpz|security|serve-stale|spill|trust-anchor-telemetry|unmatched|"
    "update|update-security|xfer-in|xfer-out|zoneload"
)
_TAGS = lazily(
    rf"(?:(?P<category>{_CATEGORIES}): )?(?:(?P<level>critical|error|warning|notice|info|debug \d{{1,2}}|debug): )?"
)
_LEVELS = {
    "critical": Severity.CRIT, "error": Severity.ERROR, "warning": Severity.WARN, "notice": Severity.NOTICE,
    "info": Severity.INFO,
}  # fmt: skip
_FAILED = lazily(
    r"(?i)\bnot loaded due to errors\b|\bfailed\b|\berror \(|exiting \(due to|\bcould not\b|\bpermission denied\b|"
    r"\bassertion\b|\bout of memory\b|unexpected error|bad dotted quad|address in use|syntax error|unknown option"
)


def parse(record: Record) -> Event | None:
    """One line of named, or None."""
    text, envelope = record.text, record.envelope
    time: Time | None = envelope.time
    start = 0
    if text[:1].isdigit():
        if not _HEAD().match(text) or (found := stamps.read(text)) is None:
            return None
        time, start = found[0], found[1] + 1
    elif envelope.ident != "named":
        return None
    tags = _TAGS().match(text, start)
    message = text[tags.end() :] if tags else text[start:]
    level = (tags["level"] or "").partition(" ")[0] if tags else ""
    if level:
        severity = _LEVELS.get(level, Severity.DEBUG)
    else:
        severity = Severity.ERROR if _FAILED().search(message[:400]) else Severity.INFO
    return Event("named", record.evidence(), message, time, severity, "named", envelope.host, envelope.pid)


FORMAT = Format("named", 45, lambda: SingleLine(parse))
