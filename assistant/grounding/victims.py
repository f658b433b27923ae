"""Whom the kernel killed: to say it of another process contradicts the log, however well known that one is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.facts.builder import sentences
from assistant.fill import fill_text
from assistant.grounding.claims import Claim, Verdict
from assistant.grounding.ground import Ground
from assistant.grounding.passages import Passage, Sentence
from assistant.grounding.stance import Stance, stance
from assistant.i18n import Text
from assistant.intake.lazily import lazily
from assistant.model import Fact

_NAME = r"`?(?P<name>[A-Za-z][\w.-]*[\w])`?"
_KILLED = (
    lazily(rf"\b(?:OOM[ -]?killer|kernel)\b[^.,;]{{0,40}}\b(?:killed|ended|terminated|picked|chose|selected) (?:the )?(?:process )?{_NAME}", re.IGNORECASE),
    lazily(rf"{_NAME}(?: process)?(?: \([^()]{{1,24}}\))? (?:was|were|got|is|has been|had been) (?:\w+ ){{0,2}}(?:OOM[- ]?)?killed\b(?=[^.;]*\b(?:OOM|kernel|memory)\b)", re.IGNORECASE),
    lazily(rf"(?:OOM[ -]?killer|内核)[^，。；]{{0,12}}(?:杀死|杀掉|杀|终止|选中)了?\s?(?:进程|的是)?\s?{_NAME}", re.IGNORECASE),
    lazily(rf"{_NAME}\s?(?:[(（][^()（）]{{1,24}}[)）]\s?)?(?:进程)?[^，。；A-Za-z]{{0,6}}被[^，。；]{{0,8}}(?:OOM[ -]?killer|内核)[^，。；]{{0,6}}杀", re.IGNORECASE),
)  # fmt: skip


def not_killed(sentence: Sentence, passage: Passage, ground: Ground) -> Iterator[Claim]:
    """Names of processes that are said to have been killed by the kernel, and are none of its victims."""
    kills = [fact for fact in ground.report.facts_of("oom.kill") if fact.attributes.get("process.executable.name")]
    victims = {str(fact.attributes["process.executable.name"]).lower() for fact in kills}
    if not victims:
        return
    for pattern in _KILLED:
        for match in pattern().finditer(sentence.text):
            name = match["name"].lower()
            if name in victims or name not in ground.names:
                continue
            how = stance(sentence.text, match.start(), match.end(), passage)
            if how not in (Stance.DENIED, Stance.POSSIBLE) and not sentence.text.rstrip().endswith(("?", "？")):
                start = sentence.start + match.start("name")
                yield Claim("name", match["name"], start, start + len(name), Verdict.CONTRADICTED, _told(kills[0]),
                            kills[0].evidence)  # fmt: skip


def _told(kill: Fact) -> Text | None:
    sentence = sentences().get(kill.kind)
    return fill_text(sentence, kill.attributes) if sentence else None
