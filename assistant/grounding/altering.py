"""A statement with one part exchanged: the beginning and the end are the known sentence's, and the middle is not.

`The host's **disk is full**: the kernel killed a process` is a statement about memory in which one part was exchanged.
A part that is only worded differently is none: what counts is another cause, or another name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from assistant.grounding.concepts import CONCEPTS, concepts_in
from assistant.grounding.ground import Ground, Statement, bare
from assistant.grounding.standing import standing_of
from assistant.grounding.words import latin_words
from assistant.model import Status

_SHARED = 0.5  # share of the longer text that beginning and end must make up
_LEAST = 8  # characters of it
_LONGEST = 90  # characters of what was exchanged
_NAMES = 4  # words of an exchanged part that may be names
_EDGE = re.compile(r"[A-Za-z0-9_]")


@dataclass(frozen=True, slots=True)
class Altered:
    """The statement, and the place in the sentence that differs from it."""

    statement: Statement
    start: int
    end: int


def altered(text: str, statements: Iterable[Statement], ground: Ground) -> Altered | None:
    """The statement that a sentence is, but for one part that says something else."""
    plain = bare(text)
    best: tuple[int, Altered] | None = None
    for statement in statements:
        known = bare(statement.text)
        first = _alike(plain, known)
        last = _alike(plain[first:][::-1], known[first:][::-1])
        first, last = _whole_words(plain, known, first, last)
        if first + last < max(_LEAST, _SHARED * max(len(plain), len(known))):
            continue
        new, old = plain[first : len(plain) - last], known[first : len(known) - last]
        if (
            len(new) <= _LONGEST
            and _matters(new, old, plain, known, ground)
            and (best is None or first + last > best[0])
        ):
            place = text.find(new) if new else -1
            start = max(place, 0)
            best = (first + last, Altered(statement, start, start + len(new) if place >= 0 else len(text)))
    return best[1] if best else None


def _alike(one: str, two: str) -> int:
    """How many characters two texts begin with alike."""
    for at, (mine, other) in enumerate(zip(one, two, strict=False)):
        if mine != other:
            return at
    return min(len(one), len(two))


def _whole_words(plain: str, known: str, first: int, last: int) -> tuple[int, int]:
    """Beginning and end, without the pieces of words that both happen to share."""
    while first and (_joined(plain, first) or _joined(known, first)):
        first -= 1
    while last and (_joined(plain, len(plain) - last) or _joined(known, len(known) - last)):
        last -= 1
    return first, last


def _joined(text: str, at: int) -> bool:
    return 0 < at < len(text) and bool(_EDGE.match(text[at - 1]) and _EDGE.match(text[at]))


def _is_proven(name: str, ground: Ground) -> bool:
    concept = next(one for one in CONCEPTS if one.name == name)
    return standing_of(concept, ground).status in (Status.CONFIRMED, Status.LIKELY)


def _matters(new: str, old: str, plain: str, known: str, ground: Ground) -> bool:
    """Whether what was exchanged says something else: another cause, or another name."""
    if not new.strip() or not old.strip():
        return False
    here, there = concepts_in(plain), concepts_in(known)
    if fresh_causes := here - there:
        proven = {name for name in fresh_causes if _is_proven(name, ground)}
        return bool(there - here) or bool(fresh_causes - proven)
    fresh = [name.lower() for _, _, name in latin_words(new)]
    gone = [name.lower() for _, _, name in latin_words(old)]
    if len(fresh) != len(gone) or not 0 < len(fresh) <= _NAMES:
        return False
    swapped = [(one, two) for one, two in zip(fresh, gone, strict=True) if one.rstrip("s") != two.rstrip("s")]
    return any(two in ground.names or one in ground.names or one not in ground.index for one, two in swapped)
