"""One sentence held against the statements: its values and names, each for itself and in what they say together.

First the statements that say nearly the same: when the words agree and a value does not, the statement contradicts the
sentence. Only where nothing says nearly the same is each value looked for by itself, in a statement or line that speaks
of the same thing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from assistant.grounding.altering import Altered, altered
from assistant.grounding.citations import cited_lines
from assistant.grounding.claims import Claim, Verdict
from assistant.grounding.concepts import concepts_in
from assistant.grounding.ground import Ground, Statement
from assistant.grounding.looking import in_lines, rare, speaks_of
from assistant.grounding.naming import misnamed
from assistant.grounding.passages import Passage, Sentence
from assistant.grounding.servers import PROGRAMS
from assistant.grounding.stance import Stance, is_advice, is_warning, offers, stance
from assistant.grounding.value import Kind, Value
from assistant.grounding.values import values
from assistant.grounding.words import denials, latin_words, words_of
from assistant.i18n import Text
from assistant.model import Evidence

_SAME = 0.8  # share of words from which two sentences say the same thing
_VERBATIM = 0.92  # from which a `not` more or less is no accident of wording
_ALIKE = 0.4  # from which a statement may be shown beside a value that it does not bear out
_CLOSE = 0.05  # two statements this near to each other are equally good
_MANY = 60
_SMALL = 12
_META = re.compile(r"^`?\**\s?(?:(?:possible|main|likely|common|key|different|more|other)\s)?(?:causes?|reasons?|steps?|ways?|things?|points?|options?|parts?|areas?|checks?|questions?|commands?|(?:个|种|类|点|项|条|方面|步)?(?:可能)?(?:的)?(?:原因|步骤|方面|点|方法|建议|措施|部分|选项|问题|命令|方向|阶段|要点|种可能|可能))", re.IGNORECASE)  # fmt: skip
_ENTITIES = (Kind.TIME, Kind.PATH, Kind.ADDRESS, Kind.CONNECTION)


@dataclass(frozen=True, slots=True)
class Matched:
    """What a sentence is worth. `said` is the statement that says the same; `evidence` are lines to cite for it."""

    claims: tuple[Claim, ...]
    said: Statement | None = None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class _Difference:
    statement: Statement
    share: float
    values: tuple[Value, ...]  # of the sentence, which the statement does not have
    names: tuple[tuple[int, int, str], ...]
    denied: bool
    causes: frozenset[str]  # concepts that only the sentence speaks of

    @property
    def none(self) -> bool:
        return not (self.values or self.names or self.denied or self.causes)

    @property
    def size(self) -> int:
        return len(self.values) + len(self.names) + self.denied + len(self.causes)


def match(sentence: Sentence, passage: Passage, ground: Ground) -> Matched:
    """The values and names of a sentence, judged."""
    found = values(sentence.text)
    if exact := ground.same(sentence.text):
        lines = cited_lines(sentence.text)
        said = max(exact, key=lambda one: (bool(one.citations & lines), bool(one.evidence)))
        return Matched(_all_right(sentence, found), said, said.evidence)
    words = words_of(sentence.text, found)
    near = [
        _difference(share, statement, sentence.text, found, words, ground)
        for share, statement in ground.near(words, _ALIKE)[:_MANY]
    ]
    same = [one for one in near if one.share >= _SAME]
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
        if _replaces(closest, found):
            return Matched(_contradicted(sentence, found, closest), None, closest.statement.evidence)
    return _each(sentence, passage, ground, found, words, near)


def _difference(
    share: float, statement: Statement, text: str, found: Sequence[Value], words: frozenset[str], ground: Ground
) -> _Difference:
    missing = tuple(_missing(found, statement.values, each=share >= _VERBATIM))
    foreign: list[tuple[int, int, str]] = []
    if share >= _SAME:
        foreign += _exchanged(text, statement, found, words, ground)
    denied = share >= _SAME and (denials(text) > 0) != (statement.denials > 0)
    causes = frozenset(concepts_in(text) - concepts_in(statement.text)) if share >= _SAME else frozenset()
    return _Difference(statement, share, missing, tuple(foreign), denied, causes)


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
        if low in words and low not in theirs and not _inside(start, found):
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


def _altered(sentence: Sentence, found: Sequence[Value], changed: Altered) -> tuple[Claim, ...]:
    start, end = sentence.start + changed.start, sentence.start + changed.end
    wrong = Claim("name", sentence.text[changed.start : changed.end], start, end, Verdict.CONTRADICTED, says(changed.statement), changed.statement.evidence)  # fmt: skip
    return (wrong, *(claim for claim in _all_right(sentence, found) if not start <= claim.start < end))


def _replaces(difference: _Difference, found: Sequence[Value]) -> bool:
    """Whether the statement has something else in the place of what it lacks: only then do the two contradict."""
    if difference.names:
        return True
    if difference.denied and not difference.values:
        return difference.share >= _VERBATIM
    spare = list(difference.statement.values)
    for value in found:
        if match := next((other for other in spare if value not in difference.values and value.meets(other)), None):
            spare.remove(match)
    return bool(difference.values) and all(
        any(other.kind is value.kind or _digits(other) == _digits(value) for other in spare)
        for value in difference.values
    )


def _digits(value: Value) -> str:
    """The number as it is written: the same digits with another unit stand in the same place."""
    return re.sub(r"[^\d.]", "", value.text)


def _all_right(sentence: Sentence, found: Sequence[Value]) -> tuple[Claim, ...]:
    return tuple(_claim("value", value, sentence, Verdict.SUPPORTED) for value in found)


def _claim(
    kind: str,
    value: Value,
    sentence: Sentence,
    verdict: Verdict,
    because: Text | None = None,
    evidence: tuple[Evidence, ...] = (),
) -> Claim:
    return Claim(
        kind,
        value.text.strip("*"),
        sentence.start + value.start,
        sentence.start + value.end,
        verdict,
        because,
        evidence,
    )


def _contradicted(sentence: Sentence, found: Sequence[Value], difference: _Difference) -> tuple[Claim, ...]:
    said = difference.statement
    because = says(said)
    made = [
        _claim("value", value, sentence, Verdict.CONTRADICTED if value in difference.values else Verdict.SUPPORTED,
               because if value in difference.values else None, said.evidence)
        for value in found
    ]  # fmt: skip
    for start, end, name in difference.names:
        made.append(
            Claim(
                "name", name, sentence.start + start, sentence.start + end, Verdict.CONTRADICTED, because, said.evidence
            )
        )
    if difference.denied and not difference.values and not difference.names:
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
    near: Sequence[_Difference],
) -> Matched:
    context = words.union(*(words_of(line) for line in (*passage.above[-2:], *passage.headings[-1:])))
    made: list[Claim] = []
    lines: list[Evidence] = []
    advice = is_advice(passage)
    for value in found:
        if _idle(value, sentence.text) or (
            advice and value.kind in (Kind.BYTES, Kind.SECONDS, Kind.NUMBER, Kind.PERCENT, Kind.PATH)
        ):
            continue
        proof = _borne_out(value, sentence.text, words, context, ground)
        if proof is not None:
            lines += proof
            made.append(_claim("value", value, sentence, Verdict.SUPPORTED, None, proof))
        elif stance(sentence.text, value.start, value.end, passage) is Stance.DENIED:
            made.append(_claim("value", value, sentence, Verdict.SUPPORTED))  # it is said not to be there, and is not
        else:
            made.append(_unproven(value, sentence, near))
    made += _strangers(sentence, passage, found, ground)
    made += _apart(sentence, found, ground, made)
    made += misnamed(sentence, found, ground)
    return Matched(tuple(made), None, tuple(lines))


def _idle(value: Value, text: str) -> bool:
    """Numbers that count the writer's own points, ordinals, and numbers of lists."""
    if value.kind is not Kind.NUMBER or value.role:
        return False
    before, after = text[: value.start], text[value.end :]
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
            if value.meets(other) and speaks_of(value, text, context, other, statement):
                if names and statement.names and not (names & statement.names) and value.kind is not Kind.TIME:
                    continue  # it is something else's value
                weight = ground.weight(words & statement.words) + 2.0 * bool(statement.evidence)
                if best is None or weight > best[0]:
                    best = (weight, statement)
    if best is not None:
        return best[1].evidence
    return in_lines(value, text, names, ground)


def _unproven(value: Value, sentence: Sentence, near: Sequence[_Difference]) -> Claim:
    for one in near:
        if value in one.values and any(
            other.kind is value.kind and other.role == value.role for other in one.statement.values
        ):
            return _claim("value", value, sentence, Verdict.UNSUPPORTED, says(one.statement), one.statement.evidence)
    return _claim("value", value, sentence, Verdict.UNSUPPORTED)


_NAMED_BY = re.compile(r"(?:\b(?:killed|process(?:es)? named|process|victim|program|daemon|container|service|unit|host|named)\s+`?|(?:杀死了?|杀掉了?|杀的是|进程|程序|容器|服务|主机)\s?`?)$", re.IGNORECASE)  # fmt: skip
_PID_AFTER = re.compile(r"^`?\s?[(（]\s?(?:pid|PID|进程)")
_PLAIN = frozenset(
    [
        "process",
        "processes",
        "the",
        "a",
        "an",
        "it",
        "its",
        "by",
        "with",
        "was",
        "is",
        "of",
        "in",
        "and",
        "or",
        "on",
        "at",
        "to",
        "id",
        "pid",
        "name",
        "names",
        "itself",
        "that",
        "which",
        "container",
        "service",
        "kernel",
        "oom",
        "memory",
    ]
)


def _strangers(sentence: Sentence, passage: Passage, found: Sequence[Value], ground: Ground) -> Iterator[Claim]:
    """Names where a name of the incident is due (`killed X`, `X (pid …)`, a known program), which nothing knows."""
    advice = is_advice(passage) or offers(sentence.text) or is_warning(sentence.text, passage)
    for start, end, name in latin_words(sentence.text):
        if _inside(start, found) or name.lower() in _PLAIN:
            continue
        due = _PID_AFTER.match(sentence.text[end:]) or (
            _NAMED_BY.search(sentence.text[:start]) and sentence.text[start - 1 : start] == "`"
        )
        if name.lower() in PROGRAMS and not advice:
            due = due or stance(sentence.text, start, end, passage) is Stance.ASSERTED
        if due and name.lower() not in ground.names and not _known(name, ground):
            yield Claim("name", name, sentence.start + start, sentence.start + end, Verdict.UNSUPPORTED)


def _known(name: str, ground: Ground) -> bool:
    low = name.lower()
    return low in ground.vocabulary or low in ground.index or ground.lines.has(name, fold=True)


def _apart(sentence: Sentence, found: Sequence[Value], ground: Ground, made: Sequence[Claim]) -> Iterator[Claim]:
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
            yield _claim("value", time, sentence, Verdict.UNSUPPORTED,
                         Text(f"no line has {time.text} and {other.text} together", f"没有一行同时有 {time.text} 和 {other.text}"))  # fmt: skip


def _two_numbers(sentence: Sentence, found: Sequence[Value], ground: Ground, right: set[int]) -> Iterator[Claim]:
    """A pid beside one other long number: both are known, but they must be known together."""
    long = [
        value for value in found if value.kind is Kind.NUMBER and rare(value) and sentence.start + value.start in right
    ]
    if len(long) != 2 or not any(value.role == "pid" for value in long) or _together(long[0], long[1], ground):  # noqa: PLR2004 - a pair
        return
    one, two = long
    yield _claim("value", two, sentence, Verdict.UNSUPPORTED,
                 Text(f"no line has {one.text} and {two.text} together", f"没有一行同时有 {one.text} 和 {two.text}"))  # fmt: skip


def _together(one: Value, two: Value, ground: Ground) -> bool:
    if any(_has(statement.values, one) and _has(statement.values, two) for statement in ground.statements):
        return True
    return any(two.text in line for _, line in ground.lines.holding(one.text))


def _has(held: Iterable[Value], value: Value) -> bool:
    return any(value.meets(other) for other in held)


def _inside(at: int, found: Sequence[Value]) -> bool:
    return any(value.start <= at < value.end for value in found)
