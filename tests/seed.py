"""The seed incident for tests: its logs, and reports after each paste."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from assistant.diagnosis import analyse
from assistant.intake import make_source
from assistant.knowledge.entry import Knowledge
from assistant.knowledge.load import load
from assistant.model import Report, Source

SEED = Path(__file__).resolve().parent.parent / "demo" / "seed"


@cache
def knowledge() -> Knowledge:
    return load()


def log(turn: int) -> str:
    return (SEED / f"turn{turn}.log").read_text(encoding="utf-8")


def sources(*texts: str) -> list[Source]:
    return [make_source(number, f"paste {number}", text, is_paste=True) for number, text in enumerate(texts, 1)]


def report_of(*texts: str) -> Report:
    return analyse(sources(*texts), knowledge())


@cache
def after(turn: int) -> Report:
    """The report after the first `turn` pastes."""
    return report_of(*(log(number) for number in range(1, turn + 1)))
