"""Everything that is known about an incident, as statements that a claim can be held against."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from assistant.grounding.lines import Lines
from assistant.grounding.value import Value
from assistant.i18n import Language
from assistant.knowledge.entry import Knowledge
from assistant.model import Evidence, Ineffective, Report, Step

_UNHEARD = 4.0  # the weight of a word that no statement has


@dataclass(frozen=True, slots=True, eq=False)
class Statement:
    """One sentence that is known. `origin` is where from: fact, finding, link, advice, useless, entry or answer."""

    text: str
    evidence: tuple[Evidence, ...]
    origin: str
    words: frozenset[str]
    values: tuple[Value, ...]
    names: frozenset[str]
    denials: int
    citations: frozenset[tuple[int, int]] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """What an answer is checked against."""

    report: Report
    knowledge: Knowledge
    language: Language
    statements: tuple[Statement, ...]
    useless: tuple[Ineffective, ...]
    steps: tuple[Step, ...]
    commands: frozenset[str]  # commands and configuration that the report or an entry gives, blanks folded
    names: frozenset[str]  # programs, hosts, units and users that the facts name, in lower case
    vocabulary: frozenset[str]  # identifiers that lines, facts or entries hold, in lower case
    lines: Lines
    weights: Mapping[str, float] = field(default_factory=dict)
    index: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    exact: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def weight(self, words: Iterable[str]) -> float:
        """How much words say together: rare ones more."""
        return sum(self.weights.get(word, _UNHEARD) for word in words)

    def same(self, text: str) -> tuple[Statement, ...]:
        """Statements with the same text, citations aside."""
        return tuple(self.statements[number] for number in self.exact.get(bare(text), ()))

    def shared(self, words: frozenset[str]) -> dict[int, float]:
        """The weight of the words that a statement, by its number, shares with these."""
        common: dict[int, float] = defaultdict(float)
        for word in words:
            weight = self.weight((word,))
            for number in self.index.get(word, ()):
                common[number] += weight
        return common

    def near(self, words: frozenset[str], least: float) -> list[tuple[float, Statement]]:
        """Statements whose words are those of a sentence to a share of at least `least` (Dice), the nearest first."""
        mine = self.weight(words)
        found = []
        for number, common in self.shared(words).items():
            share = 2 * common / (mine + self.weight(self.statements[number].words) or 1.0)
            if share >= least:
                found.append((share, self.statements[number]))
        return sorted(found, key=lambda pair: -pair[0])


def bare(text: str) -> str:
    """A text without citations, emphasis and list marks, for comparing."""
    return " ".join(re.sub(r"\[\d{1,4}:[\d,;:\s-]*\]|[*_~]{2}", " ", text).split()).strip(" 。.；;，,")


def folded(command: str) -> str:
    """A command with single blanks, for comparing."""
    return " ".join(command.split())
