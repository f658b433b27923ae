"""The records of a session's logs, read again for a question that the report does not answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from assistant.events.stream import SourceReader
from assistant.intake import read
from assistant.model import Event, Source

KEPT = 400  # records that are kept for showing; the rest is counted
QUICK = 12_000_000  # bytes that are read again in a second or two, for questions that do not ask for lines


@dataclass(slots=True)
class Found:
    """The records that were wanted: how many, the first and last ones, and how many were looked at."""

    count: int = 0
    looked: int = 0
    lines: int = 0
    kept: list[Event] = field(default_factory=list)
    last: Event | None = None

    def take(self, event: Event) -> None:
        """One that was wanted."""
        self.count += 1
        self.last = event
        if len(self.kept) < KEPT:
            self.kept.append(event)


def quick(sources: Sequence[Source]) -> bool:
    """Whether all sources are small enough to be read again for any question."""
    return sum(_size(source) for source in sources) <= QUICK


def _size(source: Source) -> int:
    body = source.body
    try:
        return len(body) if isinstance(body, bytes) else body.stat().st_size
    except OSError:  # gone since
        return 0


def look(sources: Sequence[Source], wanted: Callable[[Event], bool]) -> Found:
    """One pass over all sources, in constant memory."""
    found = Found()

    def see(event: Event) -> None:
        found.looked += 1
        if wanted(event):
            found.take(event)

    for source in sources:
        summary, _ = SourceReader(source, see).run(read(source))
        found.lines += summary.lines
    return found


def everything(sources: Sequence[Source], limit: int = 20_000) -> list[Event]:
    """The first `limit` records, in order; none of sources that are too large to be read again."""
    events: list[Event] = []
    if not quick(sources):
        return events

    def see(event: Event) -> None:
        if len(events) < limit:
            events.append(event)

    for source in sources:
        SourceReader(source, see).run(read(source))
    return events
