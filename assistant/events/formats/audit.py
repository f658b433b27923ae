"""The audit log of the kernel and auditd.

`type=AVC msg=audit(1767348672.123:77): avc:  denied  { name_connect } for  pid=812 comm="nginx" …`

Source: auditd's log format (audit.rules(7), auparse), kernel/audit.c (audit_log_start). The time is seconds since the epoch, the
number behind it joins the records of one event. Most records are bookkeeping; refusals and failures are told by their words.
"""

from __future__ import annotations

from assistant.clock import NS, ZonedTime
from assistant.events.record import Format, Record, SingleLine
from assistant.intake.lazily import lazily
from assistant.model import Event, Severity, Value

_LINE = lazily(
    r"(?:node=\S{1,255} )?type=(?P<type>[A-Z0-9_\[\]]{2,40}) msg=audit\((?P<seconds>\d{9,11})\.(?P<ms>\d{3}):(?P<serial>\d{1,12})\): ?(?P<message>.*)$"
)
_FIELD = lazily(
    r"\b(pid|uid|comm|exe|name|res|success|exit|syscall|scontext|tcontext|tclass|permissive|acct|op)=(\"[^\"]{0,200}\"|\S{1,200})"
)
_REFUSED = lazily(r"avc:\s{1,4}denied|apparmor=\"DENIED\"|\bres=failed\b|\bres=0\b")
_CRASHED = frozenset({"ANOM_ABEND"})


def parse(record: Record) -> Event | None:
    """One record of the audit log, or None."""
    text = record.text
    if "msg=audit(" not in text[:320]:
        return None
    match = _LINE().match(text)
    if match is None:
        return None
    attributes: dict[str, Value] = {"audit.type": match["type"], "audit.serial": int(match["serial"])}
    for name, value in _FIELD().findall(match["message"][:4000]):
        attributes.setdefault(f"audit.{name}", value.strip("\"'"))
    message = match["message"]
    time = ZonedTime(int(match["seconds"]) * NS + int(match["ms"]) * 10**6, 0, 3)
    if match["type"] in _CRASHED:
        severity = Severity.ERROR
    else:
        severity = Severity.WARN if _REFUSED().search(message) else Severity.INFO
    pid = attributes.get("audit.pid")
    number = int(pid) if isinstance(pid, str) and pid.isdigit() else None
    return Event(
        "audit", record.evidence(), message, time, severity, "audit", record.envelope.host, number, attributes
    )  # fmt: skip


FORMAT = Format("audit", 28, lambda: SingleLine(parse))
