"""What docker compose itself says among the lines of its services.

`api-1 exited with code 1`
`api-1 exited with code 137 (restarting)`

Source: docker/compose, pkg/compose (the log printer's exit message). The end of a container becomes the same kind of
event as `docker ps -a` gives, so that the same facts follow from it.
"""

from __future__ import annotations

from assistant.events.record import Format, Record, SingleLine
from assistant.intake.lazily import lazily
from assistant.model import Event, Severity, Value

_EXITED = lazily(r"(?P<name>[A-Za-z0-9][\w.-]{0,127}) exited with code (?P<code>\d{1,3})(?P<again> \(restarting\))?$")


def parse(record: Record) -> Event | None:
    """The end of a service's container, or None."""
    if " exited with code " not in record.text:
        return None
    match = _EXITED().match(record.text)
    if match is None:
        return None
    values: dict[str, Value] = {
        "container.name": match["name"],
        "exit_code": int(match["code"]),
        "status": "restarting" if match["again"] else "exited",
    }
    time = record.envelope.time
    return Event(
        "command.container_state", record.evidence(), record.text, time, Severity.INFO, "docker", "", None, values
    )


FORMAT = Format("docker.compose", 45, lambda: SingleLine(parse))
