"""Causes that a sentence names, held against the findings: ruled out, stated too surely, or known to nobody.

A cause is named by its entry's title or by the words of a concept. What a sentence may claim depends on its stance: a
fact must be confirmed, a likelihood at least likely, a possibility at least conceivable; nothing that is ruled out may be
offered, and nothing that is confirmed may be denied.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from assistant.grounding.claims import Claim, Verdict
from assistant.grounding.concepts import concepts_in, spoken
from assistant.grounding.ground import Ground, Statement
from assistant.grounding.passages import Passage, Sentence
from assistant.grounding.reach import reach
from assistant.grounding.stance import Stance, clause, is_advice, is_warning, offers, reports, stance
from assistant.grounding.standing import Standing, of_finding, standing_of
from assistant.grounding.words import is_chinese, words_of
from assistant.i18n import Text
from assistant.intake.lazily import lazily
from assistant.knowledge.entry import Knowledge
from assistant.model import Status

_TITLE = 0.86  # share of a title's words from which a sentence names that entry
_SHORTEST = 3  # words of a title
_CAUSAL = lazily(r"\b(?:caused by|due to|because of|root cause (?:is|was)|result(?:ed|s)? (?:of|from)|reason (?:is|was)|blame|culprit|triggered by|led to|leads to)\b|根本?原因(?:是|为|在于)|根因(?:是|为|：|:)|原因(?:是|为|在于)|由于|是因为|(?:导致|造成|引起|引发)了?", re.IGNORECASE)  # fmt: skip
_WRONG = lazily(
    r"\b(?:fail\w*|broke\w*|bad|gone|down|dead|died|dies|lost|block\w*|drop\w*|full|left|out of|maxed|off|wrong|missing|bugs?|corrupt\w*|stolen|hack\w*|intru\w*|attack\w*|fallen|"
    r"never|reason|leak\w*|stuck|slow\w*|overload\w*|exhaust\w*|crash\w*|kill\w*|unstable|misbehav\w*|fault\w*|defect\w*|damag\w*|compromis\w*|unavailable|unreachable|refus\w*|"
    r"reject\w*|denied|expired|invalid|problem|broken|not renewed|up and|needs? to be done)\b",
    re.IGNORECASE,
)
_FEWEST = 2  # words of a sentence that says something
_TOUCHING = 0.35  # share of words from which a statement is about the same
_FAMILIAR = 0.4  # share of its words that a true sentence has in common with facts, entries and lines, at the least
_QUOTED = lazily(r"`[^`]+`|“[^”]+”|\"[^\"]+\"|「[^」]+」")
_UNRELATED = lazily(
    r"不是一回事|两回事|没有?关系|\bunrelated\b|\bseparate (?:matter|problem|issue)|nothing to do with|\bdifferent (?:thing|matter|problem)|not the same (?:thing|as)",
    re.IGNORECASE,
)
_BUT_FAILED = lazily(
    r"\b(?:but|however|yet|though)\b.*\b(?:fail|error|refus|reject|den|crash|kill|time|block|miss)\w*|(?:但|不过|只是|然而).*(?:失败|错误|拒绝|崩溃|超时|报错|缺|不了|杀)",
    re.IGNORECASE,
)
_RULED_OUT_SAID = lazily(r"ruled? out|excluded|排除", re.IGNORECASE)


def causes(sentence: Sentence, passage: Passage, ground: Ground, said: Statement | None) -> Iterator[Claim]:
    """One claim for each cause that a sentence names. `said` is the statement that says the same, if there is one."""
    if said is not None and said.origin in ("fact", "finding", "link", "answer", "useless", "advice"):
        return
    named = list(_named(sentence.text, ground))
    advice = is_advice(passage)
    for start, end, name, standing in named:
        how = stance(sentence.text, start, end, passage)
        part, _ = clause(sentence.text, start, end)
        told_to = (advice or offers(part)) and not (standing.health or reports(part) or _CAUSAL().search(sentence.text))
        if how is Stance.ASKED or is_warning(part, passage) or told_to:
            continue
        if standing.health and _BUT_FAILED().search(sentence.text, end):
            continue  # `it runs normally, but it rejects …` is no all-clear
        if how is Stance.DENIED and _UNRELATED().search(sentence.text, start):
            continue  # it denies that two things belong together, not that this one happened
        verdict, because = _judge(how, standing, sentence.text)
        if verdict is Verdict.SUPPORTED and how in (Stance.ASSERTED, Stance.LIKELY):
            because = reach(sentence.text, standing.entry, how, ground)
            verdict = Verdict.UNSUPPORTED if because else verdict
        yield Claim("cause", name, sentence.start + start, sentence.start + end, verdict, because, standing.evidence)


def _named(text: str, ground: Ground) -> Iterator[tuple[int, int, str, Standing]]:
    """Causes that a text names: start, end, words, standing."""
    titled = _by_title(text, ground)
    told: set[str] = set()
    if titled is not None and not _found_as_another(titled, ground):
        finding = ground.report.finding(titled)
        title = ground.knowledge.entries[titled].title
        yield 0, len(text), title.get(ground.language), of_finding(finding, title)
        told = concepts_in(title.en) | concepts_in(title.zh)
    quoted = [match.span() for match in _QUOTED().finditer(text) if _of_a_line(match[0], text, ground)]
    for start, end, concept in spoken(text):
        if concept.name not in told and not any(first < start and end < last for first, last in quoted):
            yield start, end, text[start:end], standing_of(concept, ground)


def _found_as_another(entry: str, ground: Ground) -> bool:
    """Whether an entry that was not found names what another one proves: a full disk, by the database's own entry."""
    if ground.report.finding(entry) is not None:
        return False
    title = ground.knowledge.entries[entry].title
    proven = (Status.CONFIRMED, Status.LIKELY)
    return any(standing_of(concept, ground).status in proven for _, _, concept in spoken(title.en))


def _of_a_line(quotation: str, text: str, ground: Ground) -> bool:
    """Whether a quotation is a line's, and the sentence names no cause with it: then it is told, not claimed."""
    return ground.lines.has(quotation[1:-1], fold=True) and not _CAUSAL().search(text)


def _by_title(text: str, ground: Ground) -> str | None:
    """The entry whose title a sentence contains."""
    words = words_of(text)
    best: tuple[float, int, str] | None = None
    for entry, title in _titles(ground.knowledge):
        if len(title) >= _SHORTEST and len(title & words) >= _TITLE * len(title):
            rank = (len(title & words) / len(title), len(title), entry)
            best = rank if best is None or rank > best else best
    return best[2] if best else None


@lru_cache(maxsize=4)
def _cached_titles(holder: _Holder) -> tuple[tuple[str, frozenset[str]], ...]:
    return tuple(
        (name, words_of(text))
        for name, entry in holder.knowledge.entries.items()
        for text in (entry.title.en, entry.title.zh)
    )


@dataclass(frozen=True, slots=True)
class _Holder:
    """A knowledge base as an argument: two with the same digest are the same."""

    digest: str
    knowledge: Knowledge = field(compare=False)


def _titles(knowledge: Knowledge) -> tuple[tuple[str, frozenset[str]], ...]:
    return _cached_titles(_Holder(knowledge.digest, knowledge))


def _judge(how: Stance, standing: Standing, text: str) -> tuple[Verdict, Text | None]:
    status = standing.status
    if how is Stance.DENIED:
        if status is Status.CONFIRMED:
            return Verdict.CONTRADICTED, _established(standing)
        if status in (None, Status.RULED_OUT):
            # what no line speaks of may be denied, but "ruled out" needs a line that does it
            said = status is None and _RULED_OUT_SAID().search(text)
            return (
                (Verdict.UNSUPPORTED, Text("no line rules it out", "没有哪一行能排除它"))
                if said
                else (Verdict.SUPPORTED, None)
            )
        return Verdict.UNSUPPORTED, Text("it is still possible", "这仍有可能")
    if status is Status.RULED_OUT:
        return Verdict.CONTRADICTED, standing.because or Text("the log rules it out", "日志已排除")
    if status is None:
        return Verdict.UNSUPPORTED, Text("nothing in the logs speaks of it", "日志里没有这方面的内容")
    if how is Stance.ASSERTED and status is not Status.CONFIRMED:
        if status is Status.LIKELY:
            return Verdict.UNSUPPORTED, Text("likely, not proven", "很可能，但未证实")
        return Verdict.UNSUPPORTED, Text("possible, not proven", "有可能，但未证实")
    return Verdict.SUPPORTED, None


def _established(standing: Standing) -> Text:
    if standing.title is None:
        return Text("the log proves it", "日志已证实")
    return Text(f"the log proves: {standing.title.en}", f"日志已证实：{standing.title.zh}")


def unheard(sentence: Sentence, passage: Passage, ground: Ground) -> Iterator[Claim]:
    """A reason, or something that went wrong, in words that no fact, entry or line has: nothing here bears it out."""
    causal = _CAUSAL().search(sentence.text)
    match = causal or _WRONG().search(sentence.text)
    if match is None or is_advice(passage) or offers(sentence.text) or is_warning(sentence.text, passage):
        return
    if stance(sentence.text, match.start(), match.end(), passage) is not Stance.ASSERTED:
        return
    words = words_of(sentence.text)
    if len(words) < _FEWEST or ground.near(words, _TOUCHING):
        return
    known = [word for word in words if word in ground.index or (word.isascii() and ground.lines.has(word, fold=True))]
    familiar = _FAMILIAR * 0.75 if is_chinese(sentence.text) else _FAMILIAR  # Chinese words are pairs of characters
    if ground.weight(known) < familiar * ground.weight(words):
        kind, verdict = ("cause", Verdict.UNSUPPORTED) if causal else ("statement", Verdict.UNCONFIRMED)
        yield Claim(kind, sentence.text, sentence.start, sentence.end, verdict,
                    Text("nothing in the logs speaks of it", "日志里没有这方面的内容"))  # fmt: skip
