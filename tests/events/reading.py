"""Lines to events, for tests."""

from __future__ import annotations

from pathlib import Path

from assistant.events.stream import SourceReader
from assistant.intake import make_source, read
from assistant.model import Event, SourceSummary, Template


def events_of(text: str) -> tuple[list[Event], SourceSummary, tuple[Template, ...]]:
    source = make_source(1, "paste 1", text, is_paste=True)
    events: list[Event] = []
    summary, templates = SourceReader(source, events.append).run(read(source))
    return events, summary, templates


def read_lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()
