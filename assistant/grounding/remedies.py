"""Remedies that do not help here, wherever a text offers them: in a sentence, a command or a piece of configuration."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from assistant.grounding.claims import Claim, Verdict
from assistant.grounding.ground import Ground
from assistant.grounding.passages import Passage, Sentence
from assistant.grounding.stance import Stance, clause, is_advice, is_warning, offers, stance
from assistant.grounding.words import words_of
from assistant.i18n import LANGUAGES, Text
from assistant.intake.lazily import lazily
from assistant.model import Ineffective

_MORE = lazily(
    r"\b(?:more|longer|larger|higher|bigger|increas\w+|rais\w+|another)\b|增加|调大|更多|更长|加大|提高|多",
    re.IGNORECASE,
)
_LESS = lazily(r"\b(?:fewer|less|lower|smaller|reduc\w+|decreas\w+|shorter|one|single|only)\b|减少|降低|更少|更小|更短|缩短|限制|控制|单|只", re.IGNORECASE)  # fmt: skip
_LOOKS = lazily(
    r"\b(?:check|look at|see|inspect|view|list|print|compare)\b|查看|检查|看看|核对|确认|排查", re.IGNORECASE
)
_THEN = lazily(r"[,，;；:：.。]|\b(?:and|then|or)\b|并|再|然后|或", re.IGNORECASE)
_SHARED = 0.6  # of the words of a sentence
_HAN = re.compile(r"[㐀-鿿]")
_SPAN = re.compile(r"`([^`]+)`")


def useless_in(sentence: Sentence, passage: Passage, ground: Ground) -> Iterator[Claim]:
    """Each remedy of a sentence that does not help here, with the reason."""
    text = sentence.text
    if text.rstrip().endswith(("?", "？")) or is_warning(text, passage):
        return
    offered = offers(text) or is_advice(passage)
    for remedy, start, end in remedies_in(text, ground, command=False):
        if not (offered or offers(clause(text, start, end)[0])):
            continue
        if stance(text, start, end, passage) is Stance.DENIED or _looked_at(text, start, end) or _given(text, ground):
            continue
        if _turned(remedy, text, start):
            continue
        yield Claim("remedy", text[start:end], sentence.start + start, sentence.start + end, Verdict.CONTRADICTED,
                    reason(remedy), remedy.evidence)  # fmt: skip


def remedies_in(text: str, ground: Ground, *, command: bool) -> Iterator[tuple[Ineffective, int, int]]:
    """Remedies that a text names. In a command only what no word of prose would be is a name."""
    for remedy in ground.useless:
        for word in _names(remedy):
            if command and _HAN.search(word):
                continue
            match = _pattern(word).search(text)
            if match:
                yield remedy, match.start(), match.end()
                break


def reason(remedy: Ineffective) -> Text:
    """Why it does not help, as it is shown."""
    return Text(
        f"{'harmful' if remedy.harmful else 'does not help'} here: {remedy.because.en}",
        f"{'有害' if remedy.harmful else '在这里没有用'}：{remedy.because.zh}",
    )


def _names(remedy: Ineffective) -> list[str]:
    """The longest first: `restart nginx` before `restart`."""
    spans = [match[1] for text in (remedy.name.en, remedy.name.zh) for match in _SPAN.finditer(text)]
    return sorted({*remedy.match, *spans}, key=lambda word: -len(word))


def _given(text: str, ground: Ground) -> bool:
    """Whether a fix of an entry says the same: `raise it, but only as far as memory allows`."""
    words = words_of(text)
    return any(
        len(words & words_of(step.text.get(language))) > _SHARED * len(words)
        for step in ground.steps
        for language in LANGUAGES
    )


def _looked_at(text: str, start: int, end: int) -> bool:
    """`check the timeouts` offers none; `check the log, then raise the timeout` does."""
    return _LOOKS().search(_THEN().split(text[:start])[-1] + text[start:end]) is not None


def _turned(remedy: Ineffective, text: str, start: int) -> bool:
    """`fewer workers` is not `more workers`: the nearest word before the match decides."""
    if not _MORE().search(remedy.name.en):
        return False
    less = max((match.end() for match in _LESS().finditer(text, 0, start)), default=-1)
    more = max((match.end() for match in _MORE().finditer(text, 0, start)), default=-1)
    return less > more


@lru_cache(maxsize=512)
def _pattern(word: str) -> re.Pattern[str]:
    if _HAN.search(word):
        return re.compile(r"(?<![已被未])" + re.escape(word).replace(r"\ ", r"\s*"), re.IGNORECASE)
    parts = r"[\s-]+".join(re.escape(part) for part in word.split())
    return re.compile(rf"(?<![A-Za-z0-9_]){parts}(?![A-Za-z0-9_])", re.IGNORECASE)
