"""What a sentence says otherwise than a statement that is nearly the same: values, names, a `not`, another cause."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.grounding.concepts import concepts_in
from assistant.grounding.ground import Ground, Statement
from assistant.grounding.servers import PROGRAMS
from assistant.grounding.value import Value
from assistant.grounding.words import denials, latin_words

SAME = 0.8  # share of words from which two sentences say the same thing
_VERBATIM = 0.92  # from which a `not` more or less is no accident of wording


@dataclass(frozen=True, slots=True)
class Difference:
    """How a sentence and a statement differ; `share` is that of their words, 0 to 1."""

    statement: Statement
    share: float
    values: tuple[Value, ...]  # of the sentence, which the statement does not have
    names: tuple[tuple[int, int, str], ...]
    denied: bool
    causes: frozenset[str]  # concepts that only the sentence speaks of

    @property
    def none(self) -> bool:
        """Whether the two say the same."""
        return not (self.values or self.names or self.denied or self.causes)

    @property
    def size(self) -> int:
        """In how many parts they differ."""
        return len(self.values) + len(self.names) + self.denied + len(self.causes)


def difference(
    share: float, statement: Statement, text: str, found: Sequence[Value], words: frozenset[str], ground: Ground
) -> Difference:
    """What a sentence says otherwise than a statement that shares this much of its words."""
    missing = tuple(_missing(found, statement.values, each=share >= _VERBATIM))
    foreign: list[tuple[int, int, str]] = []
    if share >= SAME:
        foreign += _exchanged(text, statement, found, words, ground)
    denied = share >= SAME and (denials(text) > 0) != (statement.denials > 0)
    causes = frozenset(concepts_in(text) - concepts_in(statement.text)) if share >= SAME else frozenset()
    return Difference(statement, share, missing, tuple(foreign), denied, causes)


def _exchanged(
    text: str, statement: Statement, found: Sequence[Value], words: frozenset[str], ground: Ground
) -> Iterator[tuple[int, int, str]]:
    """Words in the place of a name of the statement; of a name that stands there twice, one may be gone."""
    mine = latin_words(text)
    theirs = Counter(name.lower() for _, _, name in latin_words(statement.text))
    spare = theirs - Counter(name.lower() for _, _, name in mine)
    lost = {name for name in spare if name in ground.names}
    for start, end, name in mine:
        low = name.lower()
        if start == 0 and not lost and low not in ground.names and low not in PROGRAMS:
            continue  # how a sentence begins
        if low in words and low not in theirs and not any(value.start <= start < value.end for value in found):
            # a name in the place of a name; or a word that nothing here ever says, in the place of some other
            if lost or (low not in ground.index and spare):
                yield start, end, name
        elif low in ground.names and lost and theirs[low] < sum(1 for _, _, other in mine if other.lower() == low):
            yield start, end, name


def _missing(found: Sequence[Value], held: Sequence[Value], *, each: bool) -> Iterator[Value]:
    """Values that a statement does not have; with `each`, one of it bears out one of the sentence only."""
    left = list(held)
    for value in found:
        match = next((other for other in left if value.meets(other)), None)
        if match is None:
            yield value
        elif each:
            left.remove(match)


def replaces(one: Difference, found: Sequence[Value]) -> bool:
    """Whether the statement has something else in the place of what it lacks: only then do the two contradict."""
    if one.names:
        return True
    if one.denied and not one.values:
        return one.share >= _VERBATIM
    spare = list(one.statement.values)
    for value in found:
        if match := next((other for other in spare if value not in one.values and value.meets(other)), None):
            spare.remove(match)
    return bool(one.values) and all(
        any(other.kind is value.kind or _digits(other) == _digits(value) for other in spare) for value in one.values
    )


def _digits(value: Value) -> str:
    """The number as it is written: the same digits with another unit stand in the same place."""
    return re.sub(r"[^\d.]", "", value.text)
