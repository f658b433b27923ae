"""Incidents on disk: sources, questions and answers in one SQLite file, safe against a kill at any moment."""

from assistant.sessions.export import to_markdown, to_record
from assistant.sessions.store import KeptSource, Session, StorageError, Store, Turn

__all__ = ["KeptSource", "Session", "StorageError", "Store", "Turn", "to_markdown", "to_record"]
