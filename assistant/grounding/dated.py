"""What happened to whom at a time: a known time said of another thing is wrong, though the time is in the log.

nginx was started at 00:15:19; that *the container* was, no line says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.grounding.claims import Claim, Verdict
from assistant.grounding.ground import Ground
from assistant.grounding.passages import Sentence
from assistant.grounding.value import Kind, Value
from assistant.grounding.words import latin_words
from assistant.i18n import Text
from assistant.intake.lazily import lazily

_THINGS = {
    "container": lazily(r"\bcontainers?\b|\bdocker\b|容器", re.IGNORECASE),
    "host": lazily(r"\b(?:host|machine|VM|computer)\b(?! ?names?\b)|主机(?!名)|机器|虚拟机|宿主", re.IGNORECASE),
    "kernel": lazily(r"\bkernel\b|\bOOM\b|内核", re.IGNORECASE),
    "database": lazily(r"\bdatabase\b|数据库|mysql|mariadb|postgres|redis|mongo|sqlite", re.IGNORECASE),
}
_CLAUSE = lazily(r"[，,；;。]|\. |因为|由于|\bbecause\b|\bdue to\b", re.IGNORECASE)
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
            named = _named(sentence.text, ground)
        known = [one.text for one in ground.statements if any(value.meets(other) for other in one.values)]
        if not any(named) or not known:
            continue  # only lines have it, and they do not name what wrote them
        known += [line for _, line in ground.lines.holding(value.text)]
        if not any(_speaks(text, named) for text in known):
            words = next(iter((*named[0], *sorted(named[1]))))
            because = Text(
                f"nothing known of {value.text} speaks of “{words}”", f"关于 {value.text} 的已知内容都没有提到“{words}”"
            )
            start = sentence.start + value.start
            yield Claim("value", value.text, start, sentence.start + value.end, Verdict.UNSUPPORTED, because)


def _named(text: str, ground: Ground) -> _Named:
    """The things and the programs that a text names; things by the word that names them."""
    patterns = (make() for make in _THINGS.values())
    things = {match[0]: pattern for pattern in patterns if (match := pattern.search(text))}
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
