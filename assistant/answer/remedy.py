"""Fixes, remedies that do not help, and probes of a report, with their values filled in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from assistant.fill import complete, fill_command, fill_text
from assistant.knowledge.conditions import any_holds, facts_of
from assistant.knowledge.entry import Entry, FixSpec, IneffectiveSpec, Knowledge, Signal
from assistant.model import Attributes, Evidence, Fact, Finding, Ineffective, Report, Severity, Status, Step


def chain(report: Report) -> list[Finding]:
    """The findings that remedies are taken from: root causes first, then what they cause, then other serious ones."""
    fired = [finding for finding in report.findings if finding.observed and finding.status is not Status.RULED_OUT]
    roots = [finding for entry in report.root_causes if (finding := report.finding(entry))]
    effects = {link.effect for link in report.links if link.cause in report.root_causes}
    rest = [
        finding
        for finding in fired
        if finding not in roots and (finding.entry in effects or finding.severity >= Severity.WARN)
    ]
    return [*roots, *rest]


def steps(finding: Finding, entry: Entry, facts: Sequence[Fact]) -> list[tuple[FixSpec, Step]]:
    """The fixes of an entry that apply here, in its order."""
    found = []
    for spec in entry.fixes:
        if (spec.only_if and not any_holds(spec.only_if, facts)) or (spec.unless and any_holds(spec.unless, facts)):
            continue
        values = values_for(finding, spec.only_if, facts)
        found.append(
            (
                spec,
                Step(
                    spec.id,
                    fill_text(spec.text, values),
                    fill_command(spec.run, values)[0] if spec.run else "",
                    fill_command(spec.config, values)[0] if spec.config else "",
                    spec.risk,
                    spec.when,
                    fill_command(spec.check, values)[0] if spec.check else "",
                    fill_text(spec.save_first, values) if spec.save_first else None,
                ),
            )
        )
    return found


def values_for(finding: Finding, signals: Iterable[Signal], facts: Sequence[Fact]) -> Attributes:
    """The finding's values, and those of the facts that a condition asks for."""
    values = dict(finding.facts)
    for signal in signals:
        for fact in facts_of(signal, facts)[:1]:
            values |= {name: value for name, value in fact.attributes.items() if value is not None}
    return values


def ineffective(report: Report, knowledge: Knowledge, *, every: bool = False) -> list[Ineffective]:
    """What does not help here: of each remedy the first entry's word, in the order of the chain; `every` keeps all."""
    found: dict[str, Ineffective] = {}
    seen: set[str] = set()
    for finding in chain(report):
        for spec in knowledge.entries[finding.entry].ineffective:
            if spec.id in seen or (spec.only_if and not any_holds(spec.only_if, report.facts)):
                continue
            made = _ineffective(spec, finding, report.facts)
            if made is None or (not every and _about_the_same(made, found.values())):
                continue
            seen.add(spec.id)
            found[spec.id] = made
    return list(found.values())


def _ineffective(spec: IneffectiveSpec, finding: Finding, facts: Sequence[Fact]) -> Ineffective | None:
    values = values_for(finding, spec.only_if, facts)
    if not complete(spec.because.en, values):
        return None
    evidence: tuple[Evidence, ...] = ()
    for signal in spec.only_if:
        for fact in facts_of(signal, facts)[:1]:
            evidence += fact.evidence
    if "{" in spec.because.en and not evidence:
        evidence = finding.evidence
    return Ineffective(
        spec.id, fill_text(spec.name, values), fill_text(spec.because, values), spec.match, spec.harmful, evidence
    )


def _about_the_same(item: Ineffective, others: Iterable[Ineffective]) -> bool:
    """Whether an earlier item already speaks of this remedy (two fifths of its words are shared)."""
    mine = {word.lower() for word in item.match}
    return (
        any(len(mine & {word.lower() for word in other.match}) * 5 >= len(mine) * 2 for other in others)
        if mine
        else False
    )
