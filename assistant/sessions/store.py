"""Sessions in SQLite. Every method that returns has written what it says to the disk.

A text is kept once, however many sessions hold it: compressed, under its SHA-256. A file over `KEEP_BYTES` is kept as
path, hash and size only, and read again from its place.

Questions and answers are kept without passwords, keys and tokens. Texts are kept as they were pasted, because a log
that was changed proves nothing; the file is for its owner's eyes only.
"""

from __future__ import annotations

import re
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from assistant.config import nearest
from assistant.errors import SessionNotFound, UsageError
from assistant.intake.redact import without_secrets
from assistant.model import Source
from assistant.sessions.records import KEEP_BYTES, KeptSource, Session, StorageError, Turn, hash_file, utc_now
from assistant.sessions.schema import connect

NAME_LENGTH = 60


class Store:
    """All sessions of a user. Errors of SQLite and of the file system come out as `StorageError`."""

    def __init__(self, folder: Path) -> None:
        with _storage():
            self.db = connect(folder)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file. Closing twice does nothing."""
        self.db.close()

    def create(self, hint: str = "") -> str:
        """A new session with a name that sorts by time: `2025-05-12-0915-error.log`."""
        now = datetime.now().astimezone()
        stem = "-".join(filter(None, (now.strftime("%Y-%m-%d-%H%M"), re.sub(r"[^\w.]+", "-", hint).strip("-.")[:24])))
        with self.write():
            taken = {row[0] for row in self.db.execute("SELECT name FROM session WHERE name GLOB ?", (stem + "*",))}
            name = next(name for name in _numbered(stem) if name not in taken)
            self._insert(name)
        return name

    def ensure(self, name: str) -> str:
        """The session of exactly this name, which is made when there is none."""
        check_name(name)
        with self.write():
            if self.db.execute("SELECT 1 FROM session WHERE name = ?", (name,)).fetchone() is None:
                self._insert(name)
        return name

    def sessions(self) -> tuple[Session, ...]:
        """All sessions, the one that was used last first."""
        rows = self.rows(
            """SELECT name, started, changed, verdict, causes,
                (SELECT count(*) FROM attached WHERE session = id AND NOT dropped),
                (SELECT count(*) FROM turn WHERE session = id)
            FROM session ORDER BY changed DESC, id DESC"""
        )
        return tuple(
            Session(name, started, changed, verdict, tuple(causes.split()), held, asked)
            for name, started, changed, verdict, causes, held, asked in rows
        )

    def last(self) -> str:
        """The name of the session that was used last.

        Raises:
            SessionNotFound: there is none.
        """
        rows = self.rows("SELECT name FROM session ORDER BY changed DESC, id DESC LIMIT 1")
        if not rows:
            raise SessionNotFound("there is no session yet; start one with: assistant explain FILE")
        return str(rows[0][0])

    def find(self, name: str) -> str:
        """The session of this name, or the only one whose name starts with it.

        Raises:
            SessionNotFound: none, or several, with the nearest names.
        """
        names = [str(row[0]) for row in self.rows("SELECT name FROM session ORDER BY name")]
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
        rows = self.rows(
            """SELECT number, attached.name, attached.sha256, is_paste, turn, size, body, path
            FROM attached JOIN source USING (sha256) JOIN session ON session.id = session
            WHERE session.name = ? AND NOT dropped ORDER BY number""",
            name,
        )
        return tuple(_kept(row) for row in rows)

    def turns(self, name: str) -> tuple[Turn, ...]:
        """The questions and answers of a session, in order."""
        rows = self.rows(
            """SELECT number, question, language, asked, answer, writer, state
            FROM turn JOIN session ON session.id = session WHERE name = ? ORDER BY number""",
            name,
        )
        return tuple(
            Turn(number, question, "zh" if language == "zh" else "en", *rest)
            for number, question, language, *rest in rows
        )

    def attach(self, name: str, source: Source, turn: int) -> int:
        """Keep a source for a question; returns its number, which is the next one when another process took it.

        Numbers of dropped sources are not given again: answers cite them.
        """
        body, path, size = _compressed(source)
        with self.write():
            self.db.execute("INSERT OR IGNORE INTO source VALUES (?, ?, ?, ?)", (source.sha256, size, body, path))
            number = max(source.index, self._next("attached", name))
            self.db.execute(
                "INSERT INTO attached SELECT id, ?, ?, ?, ?, ?, 0 FROM session WHERE name = ?",
                (number, source.sha256, source.name, source.is_paste, turn, name),
            )
            self.touch(name)
        return number

    def drop(self, name: str, number: int) -> None:
        """Leave a source out from now on."""
        with self.write():
            self.db.execute(
                "UPDATE attached SET dropped = 1 "
                "WHERE number = ? AND session = (SELECT id FROM session WHERE name = ?)",
                (number, name),
            )
            self.touch(name)

    def ask(self, name: str, turn: Turn) -> int:
        """Keep a question before it is answered; returns its number, which may be later than asked for."""
        with self.write():
            number = max(turn.number, self._next("turn", name))
            self.db.execute(
                "INSERT INTO turn (session, number, question, language, asked) "
                "SELECT id, ?, ?, ?, ? FROM session WHERE name = ?",
                (number, without_secrets(turn.question), turn.language, turn.asked, name),
            )
            self.touch(name)
        return number

    def answer(self, name: str, turn: Turn) -> None:
        """Keep what was answered to a question, whole or up to where it was stopped."""
        with self.write():
            self.db.execute(
                "UPDATE turn SET answer = ?, writer = ?, state = ? "
                "WHERE number = ? AND session = (SELECT id FROM session WHERE name = ?)",
                (without_secrets(turn.answer), turn.writer, turn.state, turn.number, name),
            )
            self.touch(name)

    def conclude(self, name: str, verdict: str, causes: tuple[str, ...]) -> None:
        """Keep what the list of sessions shows."""
        with self.write():
            self.db.execute(
                "UPDATE session SET verdict = ?, causes = ? WHERE name = ?", (verdict, " ".join(causes), name)
            )

    def undo(self, name: str, number: int) -> None:
        """Forget a question, what followed it, and the sources that came with it."""
        with self.write():
            (key,) = self.db.execute("SELECT id FROM session WHERE name = ?", (name,)).fetchone()
            self.db.execute("DELETE FROM turn WHERE number >= ? AND session = ?", (number, key))
            self.db.execute("UPDATE attached SET dropped = 1 WHERE turn >= ? AND session = ?", (number, key))
            self.touch(name)

    def rename(self, name: str, new: str) -> None:
        """Give a session another name.

        Raises:
            UsageError: the name is taken or cannot be one.
        """
        check_name(new)
        with self.write():
            if self.db.execute("SELECT 1 FROM session WHERE name = ?", (new,)).fetchone():
                raise UsageError(f"a session named {new} exists already")
            self.db.execute("UPDATE session SET name = ? WHERE name = ?", (new, name))

    def delete(self, name: str) -> None:
        """Remove a session and the texts that no other session holds, from the disk too."""
        with self.write():
            self.db.execute("DELETE FROM session WHERE name = ?", (name,))
            self.db.execute("DELETE FROM source WHERE sha256 NOT IN (SELECT sha256 FROM attached)")
        with _storage():
            self.db.execute("PRAGMA incremental_vacuum").fetchall()
            self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def _insert(self, name: str) -> None:
        now = utc_now()
        self.db.execute("INSERT INTO session (name, started, changed) VALUES (?, ?, ?)", (name, now, now))

    def _next(self, table: Literal["attached", "turn"], name: str) -> int:
        query = {
            "attached": "SELECT max(number) FROM attached JOIN session ON session.id = session WHERE session.name = ?",
            "turn": "SELECT max(number) FROM turn JOIN session ON session.id = session WHERE session.name = ?",
        }[table]
        return int(self.db.execute(query, (name,)).fetchone()[0] or 0) + 1

    def touch(self, name: str) -> None:
        """Set when the session was last changed. Raises StorageError when it is not there any more."""
        if not self.db.execute("UPDATE session SET changed = ? WHERE name = ?", (utc_now(), name)).rowcount:
            raise StorageError(f"session {name} was deleted or renamed by another program")

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """What a query finds."""
        with _storage():
            return self.db.execute(query, values).fetchall()

    @contextmanager
    def write(self) -> Iterator[None]:
        """One transaction: all of it is on the disk, or none."""
        with _storage():
            self.db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self.db.execute("COMMIT")
            except BaseException:
                if self.db.in_transaction:
                    self.db.execute("ROLLBACK")
                raise


def check_name(name: str) -> None:
    """Whether a name can be typed, listed and used for a file.

    Raises:
        UsageError: it cannot.
    """
    fits = name.strip() and len(name) <= NAME_LENGTH and name.isprintable()
    if not fits or "/" in name or name.startswith(("-", ".")):
        raise UsageError(f"{name!r} cannot be the name of a session (1 to {NAME_LENGTH} characters, no /)")


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


def _kept(row: tuple[Any, ...]) -> KeptSource:
    number, name, sha256, is_paste, turn, size, body, path = row
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
