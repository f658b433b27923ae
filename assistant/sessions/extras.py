"""What a session can do besides: hold notes, be copied, and be checked against the texts it was made from."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from assistant.errors import UsageError
from assistant.intake.redact import without_secrets
from assistant.sessions.records import KeptSource, hash_file, utc_now
from assistant.sessions.store import Store, check_name


@dataclass(frozen=True, slots=True)
class Note:
    """Something that somebody wrote down; `written` is ISO 8601 in UTC."""

    number: int
    written: str
    text: str


@dataclass(frozen=True, slots=True)
class Checked:
    """A source, and whether its text still is what it was: `same`, `changed`, or `missing`."""

    kept: KeptSource
    state: str


def add_note(store: Store, name: str, text: str) -> int:
    """Keep a note; returns its number."""
    with store.write():
        (key,) = store.db.execute("SELECT id FROM session WHERE name = ?", (name,)).fetchone()
        number = int(store.db.execute("SELECT max(number) FROM note WHERE session = ?", (key,)).fetchone()[0] or 0) + 1
        store.db.execute("INSERT INTO note VALUES (?, ?, ?, ?)", (key, number, utc_now(), without_secrets(text)))
        store.touch(name)
    return number


def notes(store: Store, name: str) -> tuple[Note, ...]:
    """The notes of a session, in order."""
    rows = store.rows(
        "SELECT number, written, text FROM note JOIN session ON session.id = session WHERE name = ? ORDER BY number",
        name,
    )
    return tuple(Note(*row) for row in rows)


def fork(store: Store, name: str, new: str) -> str:
    """A copy of a session with all it holds, which goes its own way from here.

    Raises:
        UsageError: the new name is taken or cannot be one.
    """
    check_name(new)
    with store.write():
        if store.db.execute("SELECT 1 FROM session WHERE name = ?", (new,)).fetchone():
            raise UsageError(f"a session named {new} exists already")
        now = utc_now()
        store.db.execute(
            "INSERT INTO session (name, started, changed, verdict, causes) "
            "SELECT ?, started, ?, verdict, causes FROM session WHERE name = ?",
            (new, now, name),
        )
        for table, columns in (
            ("attached", "number, sha256, name, is_paste, turn, dropped"),
            ("turn", "number, question, language, asked, answer, writer, state"),
            ("note", "number, written, text"),
        ):
            store.db.execute(
                f"INSERT INTO {table} (session, {columns}) "  # noqa: S608 - names from the table above
                f"SELECT (SELECT id FROM session WHERE name = ?), {columns} FROM {table} "
                "WHERE session = (SELECT id FROM session WHERE name = ?)",
                (new, name),
            )
    return new


def verify(store: Store, name: str) -> tuple[Checked, ...]:
    """Each source against the hash that was taken when it was given."""
    return tuple(Checked(kept, _state(kept)) for kept in store.sources(name))


def _state(kept: KeptSource) -> str:
    source = kept.source
    try:
        found = hashlib.sha256(source.body).hexdigest() if isinstance(source.body, bytes) else hash_file(source.body)
    except OSError:
        return "missing"
    return "same" if found == source.sha256 else "changed"
