"""The file of all sessions: how it is opened, who may read it, and how an older one is brought forward.

Durability is SQLite's: write-ahead log, `synchronous=FULL` (a commit that returned is on the disk), a busy timeout for
a second process. Deleted text is overwritten (`secure_delete`), because logs hold what should not be found again.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

FILE_NAME = "sessions.db"
BUSY_S = 10.0

# One tuple of statements for each version of the schema. Only ever add to the end.
MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        # `body` is compressed by zlib; without one, the text is in the file at `path`.
        """CREATE TABLE source (
            sha256 TEXT PRIMARY KEY, size INTEGER NOT NULL, body BLOB, path TEXT NOT NULL DEFAULT ''
        ) STRICT""",
        """CREATE TABLE session (
            id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, started TEXT NOT NULL, changed TEXT NOT NULL,
            verdict TEXT NOT NULL DEFAULT '', causes TEXT NOT NULL DEFAULT ''
        ) STRICT""",
        # `turn` is the number of the question that the source was given for.
        """CREATE TABLE attached (
            session INTEGER NOT NULL REFERENCES session ON DELETE CASCADE, number INTEGER NOT NULL,
            sha256 TEXT NOT NULL REFERENCES source, name TEXT NOT NULL, is_paste INTEGER NOT NULL,
            turn INTEGER NOT NULL, dropped INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (session, number)
        ) STRICT""",
        """CREATE TABLE turn (
            session INTEGER NOT NULL REFERENCES session ON DELETE CASCADE, number INTEGER NOT NULL,
            question TEXT NOT NULL, language TEXT NOT NULL, asked TEXT NOT NULL, answer TEXT NOT NULL DEFAULT '',
            writer TEXT NOT NULL DEFAULT '', state TEXT NOT NULL DEFAULT 'asked', PRIMARY KEY (session, number)
        ) STRICT""",
        "CREATE INDEX attached_source ON attached (sha256)",
    ),
    (
        # what people write down during an incident
        """CREATE TABLE note (
            session INTEGER NOT NULL REFERENCES session ON DELETE CASCADE, number INTEGER NOT NULL,
            written TEXT NOT NULL, text TEXT NOT NULL, PRIMARY KEY (session, number)
        ) STRICT""",
    ),
)


def connect(folder: Path) -> sqlite3.Connection:
    """Open the file in `folder`, creating both for the owner's eyes only.

    Raises:
        OSError: the folder cannot be made or written.
        sqlite3.Error: the file is no database, or one of a newer version of this program.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.stat().st_mode & 0o077:
        folder.chmod(0o700)
    path = folder / FILE_NAME
    # SQLite gives -wal and -shm the mode of the file itself, so that only this one needs care.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    if path.stat().st_mode & 0o077:
        path.chmod(0o600)
    connection = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None)
    try:
        prepare(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def prepare(connection: sqlite3.Connection) -> None:
    """Set what SQLite forgets between connections, and bring the schema to this version."""
    version = _version(connection)
    if version == 0:
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")  # only heeded before the first table
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")
    if version < len(MIGRATIONS):
        _migrate(connection)
    elif version > len(MIGRATIONS):
        raise sqlite3.DatabaseError(f"written by a newer version of this program (schema {version})")


def _migrate(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        for statements in MIGRATIONS[_version(connection) :]:  # another process may have been faster
            for statement in statements:
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])
