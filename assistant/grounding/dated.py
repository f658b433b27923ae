"""What happened to whom at a time: a known time said of another thing is wrong, though the time is in the log.

nginx was started at 00:15:19; that *the container* was, no line says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.grounding.claims import Claim, Verdict, of_value
from assistant.grounding.ground import Ground
from assistant.grounding.passages import Sentence
from assistant.grounding.value import Kind, Value
from assistant.grounding.words import latin_words
from assistant.i18n import Text
from assistant.intake.lazily import lazily

# What a clause may name, and what else a line or statement that speaks of it may hold.
_THINGS = (
    (lazily(r"\bcontainers?\b|\bdocker\b|容器", re.IGNORECASE), None),
    (lazily(r"\b(?:host|machine|VM|computer)\b(?! ?names?\b)|主机(?!名)|机器|虚拟机|宿主", re.IGNORECASE), None),
    (lazily(r"\bkernel\b|\bOOM\b|内核", re.IGNORECASE), None),
    (
        lazily(r"\bdatabase\b|数据库", re.IGNORECASE),
        lazily(r"database|数据库|mysql|mariadb|postgres|redis|mongo|sqlite", re.IGNORECASE),
    ),
)
_CLAUSE = lazily(r"[，,；;。]|\. |因为|由于|\bbecause\b|\bdue to\b", re.IGNORECASE)
_FAILURE_OF = lazily(r"\b(?:failures?|errors?|outages?) (?:of|at|from) (?:the )?[\d: -]*$", re.IGNORECASE)
_OF_FAILURE = lazily(r"^\s?的?(?:那次|这次)?(?:失败|故障|错误|报错)|^ (?:failure|error|outage)\b", re.IGNORECASE)
_FAILED = lazily(
    r"fail|error|crit|alert|emerg|fatal|panic|warn|refus|reset|timed out|timeout|denied|失败|错误|超时|拒绝|重置|断开|崩溃",
    re.IGNORECASE,
)
_Named = tuple[dict[str, re.Pattern[str]], set[str]]


def misdated(sentence: Sentence, found: Sequence[Value], ground: Ground, right: Sequence[Claim]) -> Iterator[Claim]:
    """Times that are known, but of nothing that the clause speaks of."""
    proven = {claim.start - sentence.start for claim in right if claim.verdict is Verdict.SUPPORTED}
    times = [value for value in found if value.kind is Kind.TIME]
    for value in times:
        if value.start not in proven:
            continue
        named = _named(_clause(sentence.text, value), ground)
        if not any(named) and len(times) == 1:
            named = _named(sentence.text[: value.end], ground)
        known = [one.text for one in ground.statements if any(value.meets(other) for other in one.values)]
        if not known:
            continue  # only lines have it, and they do not name what wrote them
        known += [line for _, line in ground.lines.holding(value.text)]
        if not any(named):
            continue
        if not any(_speaks(text, named) for text in known):
            words = next(iter((*named[0], *sorted(named[1]))))
            because = Text(f"nothing known of this time speaks of “{words}”", f"这个时间的已知内容都没有提到“{words}”")
            yield _unsupported(value, sentence, because)


def _unsupported(value: Value, sentence: Sentence, because: Text) -> Claim:
    return of_value("value", value, sentence, Verdict.UNSUPPORTED, because)


def no_failure(sentence: Sentence, found: Sequence[Value], ground: Ground) -> Iterator[Claim]:
    """Times of which a sentence says that something failed then, where nothing that is known did."""
    for value in found:
        before, after = sentence.text[: value.start][-40:], sentence.text[value.end :][:10]
        if value.kind is not Kind.TIME or not (_FAILURE_OF().search(before) or _OF_FAILURE().match(after)):
            continue
        known = [
            one.text
            for one in ground.statements
            if sum(other.kind is Kind.TIME for other in one.values) == 1
            and any(value.meets(other) for other in one.values)
        ]
        known += [line for _, line in ground.lines.holding(value.text)]
        if known and not any(_FAILED().search(one) for one in known):
            because = Text("nothing that is known failed then", "那时没有已知的失败")
            yield _unsupported(value, sentence, because)


def _named(text: str, ground: Ground) -> _Named:
    """The things and the programs that a text names; things by the word that names them."""
    things = {found[0]: (known or named)() for named, known in _THINGS if (found := named().search(text))}
    return things, {word.lower() for _, _, word in latin_words(text)} & ground.names


def _speaks(text: str, named: _Named) -> bool:
    things, names = named
    low = text.lower()
    return any(name in low for name in names) or any(pattern.search(text) for pattern in things.values())


def _clause(text: str, value: Value) -> str:
    begin, end = 0, len(text)
    for match in _CLAUSE().finditer(text):
        if match.end() <= value.start:
            begin = match.end()
        elif match.start() >= value.end:
            end = match.start()
            break
    return text[begin:end]
