"""One sentence held against the statements: its values and names, each for itself and in what they say together.

First the statements that say nearly the same: when the words agree and a value does not, the statement contradicts the
sentence. Only where nothing says nearly the same is each value looked for by itself, in a statement or line that speaks
of the same thing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from signal import Signals

from assistant.grounding.altering import Altered, altered
from assistant.grounding.citations import cited_lines
from assistant.grounding.claims import Claim, Verdict, of_value
from assistant.grounding.counting import counts_listed, spans_times
from assistant.grounding.dated import misdated, no_failure
from assistant.grounding.differing import SAME, Difference, difference, replaces
from assistant.grounding.ground import Ground, Statement
from assistant.grounding.looking import in_lines, is_bound_of, speaks_of
from assistant.grounding.naming import misnamed, strangers
from assistant.grounding.pairing import apart
from assistant.grounding.passages import Passage, Sentence
from assistant.grounding.stance import Stance, is_advice, is_example, offers, stance
from assistant.grounding.value import Kind, Value
from assistant.grounding.values import values
from assistant.grounding.words import words_of
from assistant.i18n import Text
from assistant.model import Evidence

_ALIKE = 0.4  # from which a statement may be shown beside a value that it does not bear out
_CLOSE = 0.05  # two statements this near to each other are equally good
_MANY = 60
_SMALL = 12
_VERSION = re.compile(r"(?<![\w.:/-])v?(\d{1,4}(?:\.\d{1,5}){2,3})(?![\w.])")
_META = re.compile(r"^`?\**\s?(?:(?:possible|main|likely|common|key|different|more|other)\s)?(?:causes?|reasons?|steps?|ways?|things?|points?|options?|parts?|areas?|checks?|questions?|commands?|(?:个|种|类|点|项|条|方面|步)?(?:可能)?(?:的)?(?:原因|步骤|方面|点|方法|建议|措施|部分|选项|问题|命令|方向|阶段|要点|种可能|可能))", re.IGNORECASE)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Matched:
    """What a sentence is worth. `said` is the statement that says the same; `evidence` are lines to cite for it."""

    claims: tuple[Claim, ...]
    said: Statement | None = None
    evidence: tuple[Evidence, ...] = ()


def match(sentence: Sentence, passage: Passage, ground: Ground) -> Matched:
    """The values and names of a sentence, judged."""
    found = values(sentence.text)
    if exact := ground.same(sentence.text):
        lines = cited_lines(sentence.text)
        said = max(exact, key=lambda one: (bool(one.citations & lines), bool(one.evidence)))
        return Matched(_all_right(sentence, found), said, said.evidence)
    words = words_of(sentence.text, found)
    near = [
        difference(share, statement, sentence.text, found, words, ground)
        for share, statement in ground.near(words, _ALIKE)[:_MANY]
    ]
    same = [one for one in near if one.share >= SAME]
    if same:
        top = same[0].share
        agreeing = [one for one in same if one.none]
        if agreeing and agreeing[0].share >= top - _CLOSE:
            said = agreeing[0].statement
            return Matched(_all_right(sentence, found), said, said.evidence)
    if changed := altered(sentence.text, [one.statement for one in near], ground):
        return Matched(_altered(sentence, found, changed), None, changed.statement.evidence)
    if same:
        closest = min((one for one in same if one.share >= top - _CLOSE), key=lambda one: one.size)
        if replaces(closest, found):
            return Matched(_contradicted(sentence, found, closest), None, closest.statement.evidence)
    return _each(sentence, passage, ground, found, words, near)


def _altered(sentence: Sentence, found: Sequence[Value], changed: Altered) -> tuple[Claim, ...]:
    start, end = sentence.start + changed.start, sentence.start + changed.end
    wrong = Claim("name", sentence.text[changed.start : changed.end], start, end, Verdict.CONTRADICTED, says(changed.statement), changed.statement.evidence)  # fmt: skip
    return (wrong, *(claim for claim in _all_right(sentence, found) if not start <= claim.start < end))


def _all_right(sentence: Sentence, found: Sequence[Value]) -> tuple[Claim, ...]:
    return tuple(of_value("value", value, sentence, Verdict.SUPPORTED) for value in found)


def _contradicted(sentence: Sentence, found: Sequence[Value], other: Difference) -> tuple[Claim, ...]:
    said = other.statement
    because = says(said)
    made = [
        of_value("value", value, sentence, Verdict.CONTRADICTED if value in other.values else Verdict.SUPPORTED,
               because if value in other.values else None, said.evidence)
        for value in found
    ]  # fmt: skip
    for start, end, name in other.names:
        made.append(
            Claim(
                "name", name, sentence.start + start, sentence.start + end, Verdict.CONTRADICTED, because, said.evidence
            )
        )
    if other.denied and not other.values and not other.names:
        made.append(
            Claim(
                "name", sentence.text[:60], sentence.start, sentence.end, Verdict.CONTRADICTED, because, said.evidence
            )
        )
    return tuple(made)


def says(said: Statement) -> Text:
    """A statement as the reason of a mark."""
    short = " ".join(said.text.replace("**", "").split())
    short = short if len(short) <= 200 else short[:199] + "…"  # noqa: PLR2004 - one line of a terminal or two
    return Text(f"what is known: {short}", f"已知的是：{short}")


def _each(
    sentence: Sentence,
    passage: Passage,
    ground: Ground,
    found: Sequence[Value],
    words: frozenset[str],
    near: Sequence[Difference],
) -> Matched:
    context = words.union(*(words_of(line) for line in (*passage.above[-2:], *passage.headings[-1:])))
    made: list[Claim] = []
    lines: list[Evidence] = []
    advice = is_advice(passage)
    offering = advice or offers(sentence.text)
    for value in found:
        how = stance(sentence.text, value.start, value.end, passage)
        if counts_listed(value, sentence.text, found, ground) or _claims_nothing(value, sentence.text, how, advice):
            continue
        proof = _borne_out(value, sentence.text, words, context, ground)
        if proof is not None:
            lines += proof
            made.append(of_value("value", value, sentence, Verdict.SUPPORTED, None, proof))
        elif how is Stance.DENIED or _follows(value, made, found, sentence, ground):  # denied, and it is not there
            made.append(of_value("value", value, sentence, Verdict.SUPPORTED))
        else:
            made.append(_unproven(value, sentence, near))
    made += strangers(sentence, passage, found, ground)
    made += apart(sentence, found, ground, made)
    made += misnamed(sentence, found, ground)
    made += no_failure(sentence, found, ground)
    if not offering:
        made += _versions(sentence, found, ground)
    if not offering and stance(sentence.text, 0, len(sentence.text), passage) is Stance.ASSERTED:
        made += misdated(sentence, found, ground, made)
    return Matched(tuple(made), None, tuple(lines))


def _claims_nothing(value: Value, text: str, how: Stance, advice: bool) -> bool:
    """A value that says nothing about the incident: an ordinal, a setting that is advised, a place to look at."""
    if advice and value.kind in (Kind.BYTES, Kind.SECONDS, Kind.NUMBER, Kind.PERCENT, Kind.PATH):
        return True
    if value.kind is Kind.PATH and (how is Stance.ASKED or is_example(text, value.start)):
        return True
    small = value.kind is Kind.NUMBER and not value.role and value.point <= _SMALL
    return _idle(value, text) or (small and how is Stance.POSSIBLE)  # `a request usually takes two descriptors`


def _follows(value: Value, made: Sequence[Claim], found: Sequence[Value], sentence: Sentence, ground: Ground) -> bool:
    """Whether a value follows from what is known, without standing anywhere."""
    return (
        _converted(value, made, found, sentence)
        or spans_times(value, sentence.text, ground)
        or _numbers_signal(value, found)
    )


def _converted(value: Value, made: Sequence[Claim], found: Sequence[Value], sentence: Sentence) -> bool:
    """A quantity that a sentence gives twice: `16777216 bytes, which is 16 MiB`."""
    right = {claim.start - sentence.start for claim in made if claim.verdict is Verdict.SUPPORTED}
    return value.kind in (Kind.BYTES, Kind.SECONDS) and any(
        other.kind is value.kind and other.start in right and value.meets(other) for other in found
    )


def _numbers_signal(value: Value, found: Sequence[Value]) -> bool:
    """`SIGTERM (signal 15)`: the number of a signal that the sentence names."""
    names = {one.key for one in found if one.kind is Kind.SIGNAL}
    return value.role == "signal" and any(
        each.name == f"SIG{name}" for name in names for each in Signals if each == int(value.point)
    )


def _versions(sentence: Sentence, found: Sequence[Value], ground: Ground) -> Iterator[Claim]:
    """Versions of three parts and more that stand nowhere."""
    for match_ in _VERSION.finditer(sentence.text):
        inside = any(one.start <= match_.start(1) < one.end for one in found)
        if (
            not inside
            and not ground.lines.has(match_[1])
            and not any(match_[1] in one.text for one in ground.statements)
        ):
            yield Claim(
                "value", match_[0], sentence.start + match_.start(), sentence.start + match_.end(), Verdict.UNSUPPORTED
            )


def _idle(value: Value, text: str) -> bool:
    """Numbers that count the writer's own points, ordinals, and numbers of lists."""
    if value.kind is not Kind.NUMBER or value.role:
        return False
    before, after = text[: value.start], text[value.end :]
    if before.lower().endswith("the ") and re.match(r"\s*(?:$|[,.;)])", after):
        return True  # `connect the two`
    if before.rstrip().endswith("第") or re.match(r"(?:st|nd|rd|th)\b", after):
        return True
    return value.point <= _SMALL and bool(_META.match(after.lstrip()))


def _borne_out(
    value: Value, text: str, words: frozenset[str], context: frozenset[str], ground: Ground
) -> tuple[Evidence, ...] | None:
    """The lines that bear a value out, empty when a statement without lines does; None when nothing does."""
    best: tuple[float, Statement] | None = None
    names = words & ground.names
    for statement in ground.statements:
        for other in statement.values:
            if (value.meets(other) or is_bound_of(value, text, other)) and speaks_of(
                value, text, context, other, statement
            ):
                if names and statement.names and not (names & statement.names) and value.kind is not Kind.TIME:
                    continue  # it is something else's value
                weight = ground.weight(words & statement.words) + 2.0 * bool(statement.evidence)
                if best is None or weight > best[0]:
                    best = (weight, statement)
    if best is not None:
        return best[1].evidence
    return in_lines(value, text, names, ground)


def _unproven(value: Value, sentence: Sentence, near: Sequence[Difference]) -> Claim:
    for one in near:
        if value in one.values and any(
            other.kind is value.kind and other.role == value.role for other in one.statement.values
        ):
            return of_value("value", value, sentence, Verdict.UNSUPPORTED, says(one.statement), one.statement.evidence)
    return of_value("value", value, sentence, Verdict.UNSUPPORTED)
