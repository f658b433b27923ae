"""What the report knows of a cause: confirmed, likely, possible, ruled out, or nothing at all."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.facts.builder import sentences
from assistant.fill import fill_text
from assistant.grounding.concepts import Concept
from assistant.grounding.ground import Ground
from assistant.i18n import Text
from assistant.model import Evidence, Finding, Severity, Status

_ORDER = {Status.CONFIRMED: 3, Status.LIKELY: 2, Status.POSSIBLE: 1, Status.RULED_OUT: 0}


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a cause: its status (None: nothing is known), why, and the lines."""

    status: Status | None
    because: Text | None = None
    evidence: tuple[Evidence, ...] = ()
    title: Text | None = None
    entry: str = ""
    health: bool = False  # an all-clear


def standing_of(concept: Concept, ground: Ground) -> Standing:
    """What the report knows of a concept: the surest finding among its entries, else a fact that settles it."""
    if concept.name == "all is well":
        return _health(ground)
    pattern = re.compile(concept.entries) if concept.entries else None
    found = [finding for finding in ground.report.findings if pattern and pattern.search(finding.entry)]
    best = max(found, key=lambda finding: _ORDER[finding.status], default=None)
    if best is not None and best.status in (Status.CONFIRMED, Status.LIKELY):
        return of_finding(best, best.title)
    stated = next((fact for kind in concept.stated for fact in ground.report.facts_of(kind)), None)
    if stated is not None:
        return Standing(Status.CONFIRMED, None, stated.evidence)
    refuting = next((fact for kind in concept.refuted for fact in ground.report.facts_of(kind)), None)
    if refuting is not None and (best is None or best.status is Status.RULED_OUT or not best.observed):
        sentence = sentences().get(refuting.kind)
        because = concept.because or (fill_text(sentence, refuting.attributes) if sentence else None)
        return Standing(Status.RULED_OUT, because, refuting.evidence)
    if best is not None:
        return of_finding(best, best.title)
    return Standing(None)


def of_finding(finding: Finding | None, title: Text) -> Standing:
    """The standing of an entry; `finding` is None when the report has none of it."""
    if finding is None:
        return Standing(None, None, (), title)
    because = finding.because[0] if finding.because else None
    return Standing(finding.status, because, finding.evidence[:6], title, finding.entry)


def _health(ground: Ground) -> Standing:
    report = ground.report
    if report.verdict == "none":
        return Standing(Status.CONFIRMED, health=True)
    serious = [finding for finding in report.findings if finding.observed and finding.severity >= Severity.ERROR]
    if not serious:
        return Standing(None, health=True)
    titles = serious[0].title
    return Standing(
        Status.RULED_OUT,
        Text(f"the log shows: {titles.en}", f"日志里有：{titles.zh}"),
        serious[0].evidence[:4],
        health=True,
    )
