"""What is kept of a session, as values. Nothing here needs SQLite."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from assistant.errors import UsageError
from assistant.i18n import Language
from assistant.model import Source

KEEP_BYTES = 64 * 1024 * 1024  # a larger file is kept as path and hash


class StorageError(UsageError):
    """Sessions cannot be read or written: no space, no permission, a damaged file."""


@dataclass(frozen=True, slots=True)
class Session:
    """One line of the list of sessions. Times are ISO 8601 in UTC."""

    name: str
    started: str
    changed: str
    verdict: str
    causes: tuple[str, ...]
    sources: int
    turns: int


@dataclass(frozen=True, slots=True)
class KeptSource:
    """A source of a session. `note` says why its text may not be what it was; `turn` is the question it came with."""

    source: Source
    size: int
    turn: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """A question (empty for "explain this") and its answer.

    `writer` is `rules` or the name of a model; `state` is asked, answered or stopped; `asked` is ISO 8601 in UTC.
    """

    number: int
    question: str
    language: Language
    asked: str
    answer: str = ""
    writer: str = ""
    state: str = "asked"


def utc_now() -> str:
    """The time in UTC, ISO 8601 with microseconds, so that two changes within a second keep their order."""
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def hash_file(path: Path) -> str:
    """The SHA-256 of a file, read in pieces.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
