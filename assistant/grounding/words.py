"""The words of a sentence, for comparing two: English words in lower case, Chinese in pairs of characters.

Values, citations and marks of Markdown are no words: two sentences that differ in a number only have the same words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.grounding.value import Value
from assistant.grounding.values import values
from assistant.intake.lazily import lazily

_LATIN = lazily(r"[A-Za-z_][A-Za-z0-9_]*(?:[.+/-][A-Za-z0-9_]+)*")
_HAN = lazily(r"[㐀-鿿]+")
_CITED = lazily(r"\[\d{1,4}:\d{1,9}(?:[-,;\s]+(?:\d{1,4}:)?\d{1,9})*\]")
_IDENTIFIER = lazily(
    r"[A-Za-z0-9]+(?:[_][A-Za-z0-9]+)+|(?<![A-Za-z0-9])[a-z]+(?:[A-Z][a-z]+)+|[A-Za-z]\w*(?:\.[A-Za-z_]\w+){1,6}"
)
_STOP = frozenset(
    [
        "a",
        "an",
        "the",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "it",
        "its",
        "this",
        "that",
        "these",
        "those",
        "of",
        "to",
        "in",
        "on",
        "at",
        "for",
        "by",
        "with",
        "from",
        "and",
        "or",
        "so",
        "as",
        "not",
        "no",
        "has",
        "have",
        "had",
        "which",
        "who",
        "what",
        "when",
        "where",
        "then",
        "than",
        "there",
        "here",
        "if",
        "but",
        "into",
        "out",
        "up",
        "down",
        "over",
        "under",
        "all",
        "each",
        "every",
        "one",
        "some",
        "any",
        "can",
        "could",
        "may",
        "might",
        "will",
        "would",
        "should",
        "do",
        "does",
        "did",
        "s",
        "i",
        "you",
        "we",
        "they",
        "he",
        "she",
        "since",
        "cannot",
        "because",
        "while",
        "although",
        "though",
        "until",
        "unless",
        "also",
        "now",
        "still",
        "just",
        "very",
        "such",
        "really",
    ]
)
_NO = lazily(
    r"\b(?:not|no|never|none|nothing|neither|nor|cannot|can't|isn't|wasn't|weren't|doesn't|didn't|don't)\b|没有?|不(?!足|够|同|良|断|仅|只|过)|未|无(?!可用)|非(?!常)|并非",
    re.IGNORECASE,
)


def words_of(text: str, found: Sequence[Value] | None = None) -> frozenset[str]:
    """The words of a text, without its values (given in `found` when they are known)."""
    blank = list(_CITED().sub(lambda match: " " * len(match[0]), text))
    for value in values(text) if found is None else found:
        blank[value.start : value.end] = " " * (value.end - value.start)
    rest = "".join(blank)
    latin = {match[0].lower() for match in _LATIN().finditer(rest)} - _STOP
    return frozenset(latin | {pair for match in _HAN().finditer(rest) for pair in _pairs(match[0])})


def _pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)] or [run]


def is_chinese(text: str) -> bool:
    """Whether a text has Chinese characters."""
    return _HAN().search(text) is not None


def latin_words(text: str) -> list[tuple[int, int, str]]:
    """English words and names with their places, as they are written."""
    return [(match.start(), match.end(), match[0]) for match in _LATIN().finditer(text)]


def identifiers(text: str) -> list[tuple[int, int, str]]:
    """Words that are names in some program: with an underscore, a dot or a capital inside."""
    return [(match.start(), match.end(), match[0]) for match in _IDENTIFIER().finditer(text)]


def denials(text: str) -> int:
    """How many words of a text deny something."""
    return sum(1 for _ in _NO().finditer(text))
