"""Sentences that no fact, entry or line says in such words: the reader is told that nothing here confirms them.

Words alone do not prove a free sentence wrong; but what shares few words with anything that is known is the writer's
own, and must not look like what was checked. The mark is lighter than that of a claim which was looked for and not
found, and says no more than that.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from assistant.grounding.claims import Claim, Verdict
from assistant.grounding.ground import Ground
from assistant.grounding.passages import Passage, Sentence
from assistant.grounding.stance import Stance, is_warning, stance
from assistant.grounding.value import Value
from assistant.grounding.values import values, values_of
from assistant.grounding.words import denials, is_chinese, latin_words, words_of
from assistant.i18n import Text
from assistant.intake.lazily import lazily

_ENGLISH, _CHINESE = 0.3, 0.2  # share of a sentence's words, by weight, that one statement or line must have
_FEWEST = 3  # words of a sentence that says something
_VALUE = 3.0  # the weight of a value
_OTHER_WAY = 0.6  # what a statement is worth that denies what the sentence says, or the other way round
_FEW = 400  # lines that are all looked at
_MOST = 120  # lines of a larger log that hold a name or a value of the sentence
_MORE = 1.5  # as many times as much is wanted of a sentence that says a lot
_STRONG = lazily(
    r"\b(?:certain(?:ly)?|definite(?:ly)?|proves?|proven|clear(?:ly)?|obvious(?:ly)?|undoubtedly|without doubt|excluded|"
    r"logs? (?:also )?(?:shows?|says?|reveals?|indicates?)|"
    r"all|every|none|nobody|only|always|never|completely|entirely|both|because|since|caused?|due to|led to|brought|what held|"
    r"culprit|reason)\b"
    r"|可以确定|可以肯定|毫无疑问|一定是|肯定是|证明|显然|明显|日志[^，。；]{0,6}(?:看到|看出|显示|表明|可见)|所有|全部|全都|都是|从未|一直|完全|其他|罪魁|因为|由于|导致|造成|引起|使得",
    re.IGNORECASE,
)
_IGNORANT = lazily(
    r"\b(?:cannot|can't|could not|not possible to|impossible to) (?:be )?(?:tell|told|say|said|determine\w*|know\w*|decide\w*|conclude\w*)\b|\bunknown\b|\bunclear\b"
    r"|\b(?:not|nothing) (?:\w+ ){0,3}in (?:the|these|this) (?:logs?|data|dump)\b|\blogs? (?:do|does) not (?:say|show|tell)\b"
    r"|无法(?:判断|确定|得知|知道|看出)|不能(?:判断|确定|断定)|看不出|没有(?:提供|给出|记录|显示)|不清楚|未知",
    re.IGNORECASE,
)
_OWN = Text("nothing here confirms it", "没有内容能证实")


def unconfirmed(sentence: Sentence, passage: Passage, ground: Ground) -> Iterator[Claim]:
    """The sentence as a claim that nothing confirms, if it claims something and nothing does."""
    if passage.kind not in ("text", "row") or is_warning(sentence.text, passage) or _IGNORANT().search(sentence.text):
        return
    if stance(sentence.text, 0, len(sentence.text), passage) in (Stance.ASKED, Stance.POSSIBLE):
        return
    if sentence.text.rstrip("*_ ").endswith((":", "：")):
        return
    found = values(sentence.text)
    words = words_of(sentence.text, found)
    least = _CHINESE if is_chinese(sentence.text) else _ENGLISH
    if _STRONG().search(sentence.text):
        least *= _MORE
    if len(words) >= _FEWEST and covered(sentence.text, words, found, ground) < least:
        yield Claim("statement", sentence.text, sentence.start, sentence.end, Verdict.UNCONFIRMED, _OWN)


def covered(text: str, words: frozenset[str], found: Sequence[Value], ground: Ground) -> float:
    """The largest share of a sentence, 0 to 1, that a single statement or line has in its words and values."""
    whole = ground.weight(words) + _VALUE * len(found)
    if not whole:
        return 1.0
    denied = denials(text) > 0
    shares = ground.shared(words)
    for number, statement in enumerate(ground.statements) if found else ():
        shares[number] += _VALUE * _shared(found, statement.values)
    best = max(
        (share * (1.0 if denied == (ground.statements[n].denials > 0) else _OTHER_WAY) for n, share in shares.items()),
        default=0.0,
    )
    for line in _lines(text, found, ground):
        mine, held, denies = _of_line(line)
        share = ground.weight(words & mine) + _VALUE * _shared(found, held)
        best = max(best, share * (1.0 if denied == denies else _OTHER_WAY))
    return best / whole


def _shared(found: Sequence[Value], held: Sequence[Value]) -> int:
    return sum(any(value.meets(other) for other in held) for value in found)


def _lines(text: str, found: Sequence[Value], ground: Ground) -> Iterable[str]:
    if len(ground.lines) <= _FEW:
        return ground.lines.values()
    wanted = [value.text for value in found] + [name for _, _, name in latin_words(text) if len(name) >= _FEWEST]
    near: dict[str, None] = {}
    for fragment in wanted:
        for _, line in ground.lines.holding(fragment, fold=True):
            near[line] = None
            if len(near) >= _MOST:
                return near
    return near


@lru_cache(maxsize=4096)
def _of_line(line: str) -> tuple[frozenset[str], tuple[Value, ...], bool]:
    found = values_of(line)
    return words_of(line, found), found, denials(line) > 0
