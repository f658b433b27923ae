"""A record that is still open: its first line gave an event, further lines of the same carrier may belong to it."""

from __future__ import annotations

from dataclasses import replace

from assistant.events.record import EVIDENCE_LIMIT, Record
from assistant.model import Event, Evidence

MAX_LINES = 400  # lines whose text is kept; a record may go on, its end then counts without its text


class OpenRecord:
    """Collects the lines of one record. `message` lines become part of the event's message, others only evidence."""

    def __init__(self, event: Event, record: Record) -> None:
        self.event = event
        self.texts = [record.text]
        self._messages: list[str] = []
        self._lines = [record.line.text]
        self._envelope = record.envelope
        self._last = record.line.last

    def is_from(self, record: Record) -> bool:
        """Whether a line has the same carrier: the same program on the same host, in the same container."""
        mine, other = self._envelope, record.envelope
        return (mine.container, mine.host, mine.ident, mine.pid) == (
            other.container, other.host, other.ident, other.pid,
        )  # fmt: skip

    def add(self, record: Record, message: str = "") -> None:
        """One more line."""
        self._last = record.line.last
        if len(self._lines) < MAX_LINES:
            self._lines.append(record.line.text)
            self.texts.append(record.text)
            if message:
                self._messages.append(message)

    def finished(self) -> Event:
        """The event with all its lines."""
        old = self.event.evidence
        text = "\n".join(self._lines)[:EVIDENCE_LIMIT]
        message = "\n".join((self.event.message, *self._messages))
        return replace(self.event, message=message, evidence=Evidence(old.source, old.line, self._last, text))
