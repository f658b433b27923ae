"""Citations in an answer: `[1:3]`, `[1:1,3,5-6]`, `[2:3, 3:21]` taken apart into the lines they name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.intake.lazily import lazily

_CITATION = lazily(r"\[(\d{1,4}:\d{1,9}(?:[-,;\s]+(?:\d{1,4}:)?\d{1,9})*)\]")
_PART = re.compile(r"(?:(\d+):)?(\d+)(?:-(\d+))?")
_MOST = 2000  # lines of one range


def citations(text: str) -> Iterator[tuple[int, int, frozenset[tuple[int, int]]]]:
    """Start, end and lines of each citation."""
    for match in _CITATION().finditer(text):
        yield match.start(), match.end(), frozenset(_lines(match[1]))


def cited_lines(text: str) -> set[tuple[int, int]]:
    """All lines that a text cites."""
    return {line for _, _, lines in citations(text) for line in lines}


def _lines(inside: str) -> Iterator[tuple[int, int]]:
    source = 0
    for given, first, last in _PART.findall(inside):
        source = int(given) if given else source
        for number in range(int(first), min(int(last or first), int(first) + _MOST) + 1):
            yield source, number
