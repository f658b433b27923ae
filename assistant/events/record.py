"""One line on its way to becoming an event: what its carriers (syslog, journald, docker …) said, and the rest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from assistant.clock import Time
from assistant.model import Event, Evidence, Line, Severity

EVIDENCE_LIMIT = 2_000  # characters of a line that travel with the evidence


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the carriers of a line said about it; empty where there was none."""

    time: Time | None = None
    host: str = ""
    ident: str = ""
    pid: int | None = None
    severity: Severity = Severity.UNSET
    container: str = ""


EMPTY = Envelope()


@dataclass(frozen=True, slots=True)
class Record:
    """One logical line of a source: `text` is what is left when its envelopes are taken off.

    `alone` is true for the only line of a source that is not blank.
    """

    source: int
    line: Line
    text: str
    envelope: Envelope = EMPTY
    alone: bool = False

    def evidence(self) -> Evidence:
        """This line as a citation."""
        return Evidence(self.source, self.line.number, self.line.last, self.line.text[:EVIDENCE_LIMIT])


Emit = Callable[[Event], None]


class Reader(Protocol):
    """Reads the records of one format in one source. A new one is made for each source, so it may keep state."""

    def read(self, record: Record, emit: Emit) -> bool:
        """Claim a record (and emit what it completes), or return False to leave it to others."""

    def close(self, emit: Emit) -> None:
        """Emit what was still open at the end of the source."""


@dataclass(frozen=True, slots=True)
class Format:
    """A log format: its name, how early it is asked (lower first), and how to make its reader."""

    name: str
    order: int
    reader: Callable[[], Reader]


class SingleLine:
    """A reader for formats whose records are one line each."""

    def __init__(self, parse: Callable[[Record], Event | None]) -> None:
        self._parse = parse

    def read(self, record: Record, emit: Emit) -> bool:
        """Claim the record when `parse` makes an event of it."""
        event = self._parse(record)
        if event is None:
            return False
        emit(event)
        return True

    def close(self, emit: Emit) -> None:
        """Nothing is ever open."""


def extended(event: Event, record: Record) -> Event:
    """The event with one more line of the same source joined to its message."""
    old = event.evidence
    text = (old.text + "\n" + record.line.text)[:EVIDENCE_LIMIT]
    return replace(
        event,
        message=f"{event.message}\n{record.text}",
        evidence=Evidence(old.source, old.line, record.line.last, text),
    )
