"""Checks entries with the whole program behind them: their samples are really analysed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from assistant.diagnosis.analyse import analyse
from assistant.diagnosis.links import JOINS
from assistant.facts.builder import sentences
from assistant.intake import make_source
from assistant.knowledge.check import check
from assistant.knowledge.entry import Knowledge
from assistant.model import Status


def fired(sample: str, knowledge: Knowledge) -> frozenset[str]:
    """The entries whose own signals fire on a log."""
    report = analyse([make_source(1, "sample", sample, is_paste=True)], knowledge)
    return frozenset(item.entry for item in report.findings if item.observed and item.status is not Status.RULED_OUT)


def check_all(folders: Sequence[Path] = ()) -> list[str]:
    """All problems of all entries, the user's folders included, as `file:line: reason`."""
    return check(folders, fires=fired, joins=frozenset(JOINS), facts=frozenset(sentences()))
