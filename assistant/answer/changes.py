"""What a new paste changed: the difference of two reports, never bookkeeping."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.model import Fact, Finding, Link, Report, Status


@dataclass(frozen=True, slots=True)
class Changes:
    """Findings that came or changed their status, links that came, facts that are new, failures still unexplained."""

    new_sources: tuple[int, ...]
    verdict: tuple[str, str]
    confirmed: tuple[Finding, ...]
    came: tuple[Finding, ...]
    ruled_out: tuple[Finding, ...]
    links: tuple[Link, ...]
    subjects: frozenset[tuple[str, str]]  # kind and subject of facts that were not there before

    def is_new(self, fact: Fact) -> bool:
        """Whether the fact was not there before, with any values."""
        return (fact.kind, fact.subject) in self.subjects

    @property
    def nothing(self) -> bool:
        """Whether the new source changed no finding and no link."""
        return not (self.confirmed or self.came or self.ruled_out or self.links)


def changes(before: Report, after: Report) -> Changes:
    """The difference between the reports before and after a paste."""
    old = {finding.entry: finding for finding in before.findings}
    confirmed: list[Finding] = []
    came: list[Finding] = []
    ruled: list[Finding] = []
    for finding in after.findings:
        earlier = old.get(finding.entry)
        if finding.status is Status.RULED_OUT:
            if earlier is not None and earlier.status is not Status.RULED_OUT:
                ruled.append(finding)
        elif finding.observed and (earlier is None or not earlier.observed):
            (confirmed if earlier is not None else came).append(finding)
    pairs = {(link.cause, link.effect): link.status for link in before.links}
    links = [link for link in after.links if pairs.get((link.cause, link.effect)) != link.status]
    known = {(fact.kind, fact.subject) for fact in before.facts}
    sources = {summary.index for summary in before.sources}
    return Changes(
        tuple(summary.index for summary in after.sources if summary.index not in sources),
        (before.verdict, after.verdict),
        tuple(confirmed),
        tuple(came),
        tuple(ruled),
        tuple(links),
        frozenset((fact.kind, fact.subject) for fact in after.facts) - known,
    )
