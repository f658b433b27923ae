"""cloud-init's own log.

`2026-03-02 10:11:12,123 - util.py[WARNING]: Running module scripts_user (<module …>) failed`

Source: cloudinit/log/loggers.py (the format `%(asctime)s - %(filename)s[%(levelname)s]: %(message)s`). UTC or local time, the
line does not say.
"""

from __future__ import annotations

from assistant.events import times
from assistant.events.record import Format, Record, SingleLine
from assistant.intake.lazily import lazily
from assistant.model import Event, Severity

_LINE = lazily(
    r" - (?P<file>[\w.-]{1,80}\.py)\[(?P<level>DEBUG|INFO|WARNING|ERROR|CRITICAL|DEPRECATED|TRACE)\]: (?P<message>.*)$"
)
_TAGGED = lazily(
    r"(?P<file>[\w.-]{1,80}\.py)\[(?P<level>DEBUG|INFO|WARNING|ERROR|CRITICAL|DEPRECATED|TRACE)\]: (?P<message>.*)$"
)
_LEVELS = {
    "TRACE": Severity.TRACE, "DEBUG": Severity.DEBUG, "INFO": Severity.INFO, "DEPRECATED": Severity.INFO,
    "WARNING": Severity.WARN, "ERROR": Severity.ERROR, "CRITICAL": Severity.CRIT,
}  # fmt: skip


def parse(record: Record) -> Event | None:
    """One line, from its file or from syslog; None for anything else."""
    text, envelope = record.text, record.envelope
    if ".py[" not in text[:140]:
        return None
    stamp = times.iso(text) if text[:1].isdigit() else None
    match = _LINE().match(text, stamp[1]) if stamp else _TAGGED().match(text)
    if match is None:
        return None
    time = stamp[0] if stamp else envelope.time
    return Event(
        "cloud-init", record.evidence(), match["message"], time, _LEVELS[match["level"]], "cloud-init", envelope.host,
        envelope.pid, {"code.file.path": match["file"]},
    )  # fmt: skip


FORMAT = Format("cloud-init", 42, lambda: SingleLine(parse))
