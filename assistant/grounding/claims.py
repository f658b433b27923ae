"""What was found out about one claim of a text."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from assistant.grounding.passages import Sentence
from assistant.grounding.value import Value
from assistant.i18n import Text
from assistant.model import Evidence


class Verdict(StrEnum):
    """What the ground says of a claim.

    `noted` and `warned` are commands that nothing here gives: harmless ones, and ones that change something.
    `unconfirmed` are sentences in the writer's own words, which nothing here says and nothing refutes.
    """

    SUPPORTED = "supported"
    UNSUPPORTED = "unsupported"
    CONTRADICTED = "contradicted"
    NOTED = "noted"
    WARNED = "warned"
    UNCONFIRMED = "unconfirmed"


JUDGED = frozenset(
    [Verdict.SUPPORTED, Verdict.UNSUPPORTED, Verdict.CONTRADICTED]
)  # of which the share that failed counts


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim. `kind` is value, name, cause, remedy, command, quote, citation, identifier or statement.

    Offsets are those of the answer.
    """

    kind: str
    text: str
    start: int
    end: int
    verdict: Verdict
    because: Text | None = None
    evidence: tuple[Evidence, ...] = ()


def bad(claims: tuple[Claim, ...] | list[Claim]) -> list[Claim]:
    """Those that the reader must be warned of."""
    return [claim for claim in claims if claim.verdict in (Verdict.UNSUPPORTED, Verdict.CONTRADICTED)]


def of_value(
    kind: str,
    value: Value,
    sentence: Sentence,
    verdict: Verdict,
    because: Text | None = None,
    evidence: tuple[Evidence, ...] = (),
) -> Claim:
    """A claim on a value of a sentence."""
    return Claim(
        kind,
        value.text.strip("*"),
        sentence.start + value.start,
        sentence.start + value.end,
        verdict,
        because,
        evidence,
    )
