"""Two things that are each known, but never together: this request at that time, that pid with this number."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from assistant.grounding.claims import Claim, Verdict, of_value
from assistant.grounding.ground import Ground
from assistant.grounding.looking import rare
from assistant.grounding.passages import Sentence
from assistant.grounding.value import Kind, Value
from assistant.i18n import Text

_CUT = re.compile(r"[，,；;。:：]|\band\b")
_ENTITIES = (Kind.TIME, Kind.PATH, Kind.ADDRESS, Kind.CONNECTION)


def apart(sentence: Sentence, found: Sequence[Value], ground: Ground, made: Sequence[Claim]) -> Iterator[Claim]:
    """Two things that are each known, but never together: this request at that time, that pid with this name."""
    right = {claim.start for claim in made if claim.verdict is Verdict.SUPPORTED}
    single: dict[Kind, Value] = {}
    for kind in _ENTITIES:
        of_kind = [value for value in found if value.kind is kind]
        if len(of_kind) == 1 and sentence.start + of_kind[0].start in right:
            single[kind] = of_kind[0]
    yield from _two_numbers(sentence, found, ground, right)
    if Kind.TIME not in single or len(single) < 2:  # noqa: PLR2004 - it takes two
        return
    time = single.pop(Kind.TIME)
    for other in single.values():
        if not _together(time, other, ground):
            yield of_value("value", time, sentence, Verdict.UNSUPPORTED,
                         Text(f"no line has {time.text} and {other.text} together", f"没有一行同时有 {time.text} 和 {other.text}"))  # fmt: skip


def _two_numbers(sentence: Sentence, found: Sequence[Value], ground: Ground, right: set[int]) -> Iterator[Claim]:
    """A pid beside one other long number: both are known, but they must be known together."""
    long = [
        value for value in found if value.kind is Kind.NUMBER and rare(value) and sentence.start + value.start in right
    ]
    if (
        len(long) != 2  # noqa: PLR2004 - a pair
        or _CUT.search(sentence.text, long[0].end, long[1].start)
        or not any(value.role == "pid" for value in long)
        or _together(long[0], long[1], ground)
    ):
        return
    one, two = long
    yield of_value("value", two, sentence, Verdict.UNSUPPORTED,
                 Text(f"no line has {one.text} and {two.text} together", f"没有一行同时有 {one.text} 和 {two.text}"))  # fmt: skip


def _together(one: Value, two: Value, ground: Ground) -> bool:
    if any(_has(statement.values, one) and _has(statement.values, two) for statement in ground.statements):
        return True
    return any(two.text in line for _, line in ground.lines.holding(one.text))


def _has(held: Iterable[Value], value: Value) -> bool:
    return any(value.meets(other) for other in held)
