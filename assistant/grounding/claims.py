"""What was found out about one claim of a text."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from assistant.i18n import Text
from assistant.model import Evidence


class Verdict(StrEnum):
    """What the ground says of a claim.

    `noted` and `warned` are commands that nothing here gives: harmless ones, and ones that change something.
    """

    SUPPORTED = "supported"
    UNSUPPORTED = "unsupported"
    CONTRADICTED = "contradicted"
    NOTED = "noted"
    WARNED = "warned"


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim. `kind` is value, name, cause, remedy, command, quote, citation or identifier.

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
