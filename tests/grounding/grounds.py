"""Grounds for tests: of the seed incident, of the lab's cases, and of any text."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from assistant.answer import explain
from assistant.diagnosis import analyse
from assistant.grounding import ground_of
from assistant.i18n import LANGUAGES
from assistant.intake import make_source
from assistant.knowledge.load import load
from lab.case import load_all

SEED = Path(__file__).resolve().parents[2] / "demo" / "seed"


@cache
def knowledge():
    return load(())


def of_texts(texts, language, *, own=True):
    sources = tuple(make_source(number, f"paste {number}", text, is_paste=True) for number, text in enumerate(texts, 1))
    report = analyse(sources, knowledge())
    answers = {each: explain(report, knowledge(), each) for each in LANGUAGES}
    ground = ground_of(report, knowledge(), language, sources=sources, answers=tuple(answers.values()) if own else ())
    return ground, answers[language], sources


@cache
def seed(turns, language):
    return of_texts([(SEED / f"turn{number}.log").read_bytes() for number in range(1, turns + 1)], language)


@cache
def cases():
    return tuple(load_all())
