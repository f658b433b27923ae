"""Sessions in SQLite. Every method that returns has written what it says to the disk.

A text is kept once, however many sessions hold it: compressed, under its SHA-256. A file over `KEEP_BYTES` is kept as
path, hash and size only, and read again from its place.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from assistant.config import nearest
from assistant.errors import SessionNotFound, UsageError
from assistant.model import Source
from assistant.sessions.schema import connect

KEEP_BYTES = 64 * 1024 * 1024
NAME_LENGTH = 60


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
    """A question (empty for "explain this") and its answer. `state` is asked, answered or stopped."""

    number: int
    question: str
    language: str
    asked: str
    answer: str = ""
    writer: str = ""
    state: str = "asked"


class Store:
    """All sessions of a user. Errors of SQLite and of the file system come out as `StorageError`."""

    def __init__(self, folder: Path) -> None:
        with _storage():
            self._db = connect(folder)

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file. Closing twice does nothing."""
        self._db.close()

    def create(self, hint: str = "") -> str:
        """A new session with a name that sorts by time: `2025-05-12-0915-error.log`."""
        now = datetime.now().astimezone()
        stem = "-".join(filter(None, (now.strftime("%Y-%m-%d-%H%M"), re.sub(r"[^\w.]+", "-", hint).strip("-.")[:24])))
        with self._write():
            taken = {row[0] for row in self._db.execute("SELECT name FROM session WHERE name GLOB ?", (stem + "*",))}
            name = next(name for name in _numbered(stem) if name not in taken)
            self._insert(name)
        return name

    def ensure(self, name: str) -> str:
        """The session of exactly this name, which is made when there is none."""
        check_name(name)
        with self._write():
            if self._db.execute("SELECT 1 FROM session WHERE name = ?", (name,)).fetchone() is None:
                self._insert(name)
        return name

    def sessions(self) -> tuple[Session, ...]:
        """All sessions, the one that was used last first."""
        rows = self._all(
            """SELECT name, started, changed, verdict, causes,
                (SELECT count(*) FROM attached WHERE session = id AND NOT dropped),
                (SELECT count(*) FROM turn WHERE session = id)
            FROM session ORDER BY changed DESC, id DESC"""
        )
        return tuple(Session(*row[:4], tuple(row[4].split()), *row[5:]) for row in rows)

    def last(self) -> str:
        """The name of the session that was used last.

        Raises:
            SessionNotFound: there is none.
        """
        rows = self._all("SELECT name FROM session ORDER BY changed DESC, id DESC LIMIT 1")
        if not rows:
            raise SessionNotFound("there is no session yet; start one with: assistant explain FILE")
        return str(rows[0][0])

    def find(self, name: str) -> str:
        """The session of this name, or the only one whose name starts with it.

        Raises:
            SessionNotFound: none, or several, with the nearest names.
        """
        names = [str(row[0]) for row in self._all("SELECT name FROM session ORDER BY name")]
        if name in names:
            return name
        begun = [known for known in names if known.startswith(name)] if name else []
        if len(begun) == 1:
            return begun[0]
        if begun:
            raise SessionNotFound(f"{name} could be any of {', '.join(begun[:5])}")
        raise SessionNotFound(f"no session is named {name}{nearest(name, names)}")

    def sources(self, name: str) -> tuple[KeptSource, ...]:
        """The sources of a session that were not dropped, in order."""
        rows = self._all(
            """SELECT number, attached.name, attached.sha256, is_paste, turn, size, body, path
            FROM attached JOIN source USING (sha256) JOIN session ON session.id = session
            WHERE session.name = ? AND NOT dropped ORDER BY number""",
            name,
        )
        return tuple(_kept(*row) for row in rows)

    def turns(self, name: str) -> tuple[Turn, ...]:
        """The questions and answers of a session, in order."""
        rows = self._all(
            """SELECT number, question, language, asked, answer, writer, state
            FROM turn JOIN session ON session.id = session WHERE name = ? ORDER BY number""",
            name,
        )
        return tuple(Turn(*row) for row in rows)

    def next_number(self, name: str) -> int:
        """The number of the next source. Numbers of dropped ones are not given again: answers cite them."""
        query = "SELECT coalesce(max(number), 0) + 1 FROM attached JOIN session ON session.id = session WHERE session.name = ?"
        return int(self._all(query, name)[0][0])

    def attach(self, name: str, source: Source, turn: int) -> None:
        """Keep a source for a question. One that was dropped before comes back under its old number."""
        body, path, size = _compressed(source)
        with self._write():
            self._db.execute("INSERT OR IGNORE INTO source VALUES (?, ?, ?, ?)", (source.sha256, size, body, path))
            self._db.execute(
                "INSERT OR REPLACE INTO attached SELECT id, ?, ?, ?, ?, ?, 0 FROM session WHERE name = ?",
                (source.index, source.sha256, source.name, source.is_paste, turn, name),
            )
            self._touch(name)

    def drop(self, name: str, number: int) -> None:
        """Leave a source out from now on."""
        with self._write():
            self._db.execute(f"UPDATE attached SET dropped = 1 WHERE number = ? AND session = {_ID}", (number, name))
            self._touch(name)

    def ask(self, name: str, turn: Turn) -> None:
        """Keep a question before it is answered."""
        with self._write():
            self._db.execute(
                f"INSERT OR REPLACE INTO turn VALUES ({_ID}, ?, ?, ?, ?, ?, ?, ?)",
                (name, turn.number, turn.question, turn.language, turn.asked, turn.answer, turn.writer, turn.state),
            )
            self._touch(name)

    def conclude(self, name: str, verdict: str, causes: tuple[str, ...]) -> None:
        """Keep what the list of sessions shows."""
        with self._write():
            self._db.execute(
                "UPDATE session SET verdict = ?, causes = ? WHERE name = ?", (verdict, " ".join(causes), name)
            )

    def undo(self, name: str, number: int) -> None:
        """Forget a question, what followed it, and the sources that came with it."""
        with self._write():
            self._db.execute(f"DELETE FROM turn WHERE number >= ? AND session = {_ID}", (number, name))
            self._db.execute(f"UPDATE attached SET dropped = 1 WHERE turn >= ? AND session = {_ID}", (number, name))
            self._touch(name)

    def rename(self, name: str, new: str) -> None:
        """Give a session another name.

        Raises:
            UsageError: the name is taken or cannot be one.
        """
        check_name(new)
        with self._write():
            if self._db.execute("SELECT 1 FROM session WHERE name = ?", (new,)).fetchone():
                raise UsageError(f"a session named {new} exists already")
            self._db.execute("UPDATE session SET name = ? WHERE name = ?", (new, name))

    def delete(self, name: str) -> None:
        """Remove a session and the texts that no other session holds, from the disk too."""
        with self._write():
            self._db.execute("DELETE FROM session WHERE name = ?", (name,))
            self._db.execute("DELETE FROM source WHERE sha256 NOT IN (SELECT sha256 FROM attached)")
        with _storage():
            self._db.execute("PRAGMA incremental_vacuum").fetchall()
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def _insert(self, name: str) -> None:
        now = utc_now()
        self._db.execute("INSERT INTO session (name, started, changed) VALUES (?, ?, ?)", (name, now, now))

    def _touch(self, name: str) -> None:
        self._db.execute("UPDATE session SET changed = ? WHERE name = ?", (utc_now(), name))

    def _all(self, query: str, *values: object) -> list[tuple[object, ...]]:
        with _storage():
            return self._db.execute(query, values).fetchall()

    @contextmanager
    def _write(self) -> Iterator[None]:
        with _storage():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise


_ID = "(SELECT id FROM session WHERE name = ?)"


def check_name(name: str) -> None:
    """Whether a name can be typed, listed and used for a file.

    Raises:
        UsageError: it cannot.
    """
    if (
        not name.strip()
        or len(name) > NAME_LENGTH
        or not name.isprintable()
        or "/" in name
        or name.startswith(("-", "."))
    ):
        raise UsageError(f"{name!r} cannot be the name of a session (1 to {NAME_LENGTH} characters, no /)")


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


def _numbered(stem: str) -> Iterator[str]:
    yield stem
    number = 2
    while True:
        yield f"{stem}-{number}"
        number += 1


def _compressed(source: Source) -> tuple[bytes | None, str, int]:
    if isinstance(source.body, bytes):
        return zlib.compress(source.body, 1), "", len(source.body)
    with _storage():
        path = source.body.absolute()
        size = path.stat().st_size
        return (None, str(path), size) if size > KEEP_BYTES else (zlib.compress(path.read_bytes(), 1), "", size)


def _kept(
    number: int, name: str, sha256: str, is_paste: int, turn: int, size: int, body: bytes | None, path: str
) -> KeptSource:
    if body is not None:
        return KeptSource(Source(number, name, zlib.decompress(body), sha256, bool(is_paste)), size, turn)
    place, note = Path(path), ""
    try:
        if place.stat().st_size != size or hash_file(place) != sha256:
            note = f"{path} has changed since it was read"
    except OSError:
        note = f"{path} was too large to keep and is no longer there"
    return KeptSource(Source(number, name, place if not note else b"", sha256, bool(is_paste)), size, turn, note)


@contextmanager
def _storage() -> Iterator[None]:
    try:
        yield
    except OSError as problem:
        raise StorageError(f"{problem.filename or 'sessions'}: {problem.strerror or problem}") from problem
    except sqlite3.Error as problem:
        raise StorageError(f"sessions: {problem}") from problem
