"""What systemd says of its units, in syslog or journal lines.

`May 12 00:15:19 host systemd[1]: nginx.service: Main process exited, code=killed, status=9/KILL`

Source: src/core/unit.c, src/core/service.c and src/oom/oomd-manager.c of systemd. The unit's name and what happened
become attributes; the text stays the message.
"""

from __future__ import annotations

from assistant.events.record import Format, Record, SingleLine
from assistant.intake.lazily import lazily
from assistant.model import Event, Severity, Value

_UNIT = lazily(r"(?P<unit>[\w@:.\\-]+\.(?:service|socket|scope|slice|mount|timer|target)): (?P<rest>.*)$")
_EXIT = lazily(
    r"(?P<which>Main|Control) process exited, code=(?P<code>exited|killed|dumped), status=(?P<status>\d+)/(?P<name>[\w-]+)"
)
_RESULT = lazily(r"Failed with result '(?P<result>[\w-]+)'")
_RESTARTS = lazily(r"Scheduled restart job, restart counter is at (?P<count>\d+)")
_JOB = lazily(
    r"(?P<verb>Starting|Started|Stopping|Stopped|Reloading|Reloaded|Failed to start) (?P<what>.+?)(?:\.{1,3})?$"
)
_OOMD = lazily(r"Killed (?P<group>/\S+) due to (?P<why>.+)$")
_FAILED = (
    "Failed with result", "Failed to start", "killed by the OOM killer", "Start request repeated too quickly", "start request repeated too quickly",
)  # fmt: skip


def parse(record: Record) -> Event | None:
    """One message of systemd or systemd-oomd, or None."""
    ident = record.envelope.ident.strip("()")
    if ident not in ("systemd", "systemd-oomd"):
        return None
    text = record.text
    attributes: dict[str, Value] = {}
    unit = _UNIT().match(text)
    rest = unit["rest"] if unit else text
    if unit:
        attributes["systemd.unit"] = unit["unit"]
    if match := _EXIT().match(rest):
        attributes |= {
            "systemd.code": match["code"],
            "systemd.status": int(match["status"]),
            "systemd.name": match["name"],
        }
    elif match := _RESULT().match(rest):
        attributes["systemd.result"] = match["result"]
    elif match := _RESTARTS().match(rest):
        attributes["systemd.restarts"] = int(match["count"])
    elif match := _OOMD().match(text):
        attributes |= {"cgroup.path": match["group"], "reason": match["why"]}
    elif match := _JOB().match(text):
        attributes |= {"systemd.job": match["verb"].lower(), "systemd.what": match["what"]}
    severity = Severity.ERROR if any(word in text for word in _FAILED) else Severity.INFO
    envelope = record.envelope
    return Event(
        ident, record.evidence(), text, envelope.time, severity, ident, envelope.host, envelope.pid, attributes
    )


FORMAT = Format("systemd", 40, lambda: SingleLine(parse))
