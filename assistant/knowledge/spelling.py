"""The nearest known words to one that nobody wrote: one slip of the finger, or a word mostly alike."""

from __future__ import annotations

from collections.abc import Collection, Iterator

_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
_SLACK = 3  # letters that a word may be longer or shorter by
_ALIKE = 0.6  # share of common letter pairs (Dice); below it "docker" would be offered for "locked"


def nearest(word: str, vocabulary: Collection[str], limit: int = 3) -> list[tuple[str, float]]:
    """Known words that `word` may stand for, best first, each with a likeness below 1; empty when none is near."""
    close = sorted({other for other in _one_edit(word) if other in vocabulary})
    if close:
        return [(other, 0.8) for other in close[:limit]]
    pairs = _pairs(word)
    alike = ((_dice(pairs, _pairs(other)), other) for other in vocabulary if abs(len(other) - len(word)) <= _SLACK)
    best = sorted((pair for pair in alike if pair[0] >= _ALIKE), key=lambda pair: (-pair[0], pair[1]))
    return [(other, 0.8 * likeness) for likeness, other in best[:limit]]


def _one_edit(word: str) -> Iterator[str]:
    """All strings one deletion, transposition, replacement or insertion away."""
    for i in range(len(word) + 1):
        head, tail = word[:i], word[i:]
        if tail:
            yield head + tail[1:]
            yield from (head + letter + tail[1:] for letter in _LETTERS)
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
        yield from (head + letter + tail for letter in _LETTERS)


def _pairs(word: str) -> frozenset[str]:
    framed = f"^{word}$"
    return frozenset(framed[i : i + 2] for i in range(len(framed) - 1))


def _dice(one: frozenset[str], other: frozenset[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other))
