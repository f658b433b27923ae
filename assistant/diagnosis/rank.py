"""Causes that are still open, what the facts rule out, the root cause, the verdict, and the probes worth running."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from assistant.diagnosis.findings import used
from assistant.fill import fill_command, fill_text
from assistant.knowledge.conditions import any_holds, facts_of
from assistant.knowledge.entry import Entry, Knowledge, ProbeSpec, Refutation, Signal
from assistant.model import Fact, Finding, Link, Outcome, Probe, Severity, SourceSummary, Status, Value

DEPTH = 3  # steps from a symptom to a conceivable cause
RISK_COST = {"read-only": 1.0, "changes state": 0.3, "destroys data": 0.0}


def hypotheses(
    fired: Sequence[Finding], links: Sequence[Link], knowledge: Knowledge, facts: list[Fact]
) -> list[Finding]:
    """Entries that did not fire but could explain what did, each open or ruled out."""
    known = {finding.entry for finding in fired}
    weights: dict[str, float] = {}
    explained = {
        link.effect for link in links if link.status in (Status.CONFIRMED, Status.LIKELY) and not link.not_proven
    }
    frontier = {finding.entry: 1.0 for finding in fired if finding.entry not in explained}
    seen = set(frontier)
    for _ in range(DEPTH):
        following: dict[str, float] = {}
        for entry_id, weight in frontier.items():
            for ref in knowledge.entries[entry_id].causes:
                if ref.entry not in knowledge.entries:
                    continue
                weights[ref.entry] = max(weights.get(ref.entry, 0.0), weight * ref.prior)
                if ref.entry not in seen:
                    following[ref.entry] = weights[ref.entry]
                    seen.add(ref.entry)
        frontier = following
    found = []
    for entry_id, weight in weights.items():
        if entry_id not in known:
            found.append(_hypothesis(knowledge.entries[entry_id], weight, facts))
    ruled = _ruled_out(fired, knowledge, facts, known)
    found = [ruled.pop(finding.entry, finding) for finding in found]
    return _normalised(found) + list(ruled.values())


def _hypothesis(entry: Entry, weight: float, facts: list[Fact]) -> Finding:
    values = used(entry, facts)
    base = Finding(
        entry.id, Status.POSSIBLE, entry.severity, fill_text(entry.title, values), facts=values, weight=weight,
        observed=False, symptom=entry.symptom,
    )  # fmt: skip
    refuting = _refuting(entry.refuted_by, facts)
    return _refuted(base, refuting) if refuting else base


def _refuting(refutations: Iterable[Refutation], facts: list[Fact]) -> list[tuple[Refutation, list[Fact]]]:
    found = []
    for refutation in refutations:
        signal = Signal(fact=refutation.fact, where=refutation.where)
        matching = facts_of(signal, facts) if refutation.fact else []
        if matching or not refutation.fact:
            found.append((refutation, matching))
    return found


def _refuted(finding: Finding, refuting: list[tuple[Refutation, list[Fact]]]) -> Finding:
    facts = [fact for _, matching in refuting for fact in matching[:1]]
    because = tuple(
        fill_text(refutation.because, matching[0].attributes if matching else {}) for refutation, matching in refuting
    )
    evidence = tuple(dict.fromkeys(item for fact in facts for item in fact.evidence))
    return replace(finding, status=Status.RULED_OUT, because=because, evidence=evidence[:20], weight=0.0)


def _ruled_out(
    fired: Sequence[Finding], knowledge: Knowledge, facts: list[Fact], known: set[str]
) -> dict[str, Finding]:
    found: dict[str, Finding] = {}
    for finding in fired:
        for refutation in knowledge.entries[finding.entry].rules_out:
            entry = knowledge.entries.get(refutation.entry)
            if entry is None or entry.id in known or entry.id in found:
                continue
            refuting = _refuting((refutation,), facts)
            if refuting:
                base = Finding(
                    entry.id, Status.RULED_OUT, entry.severity, entry.title, observed=False, symptom=entry.symptom
                )
                found[entry.id] = _refuted(base, refuting)
    return found


def _normalised(findings: list[Finding]) -> list[Finding]:
    total = sum(finding.weight for finding in findings) or 1.0
    findings = [replace(finding, weight=finding.weight / total) for finding in findings]
    return sorted(findings, key=lambda finding: -finding.weight)


def root_causes(fired: Sequence[Finding], links: Sequence[Link]) -> tuple[str, ...]:
    """Confirmed or likely findings that nothing in the evidence explains any further; a symptom is never one."""
    explained = {link.effect for link in links if link.status in (Status.CONFIRMED, Status.LIKELY)}
    roots = [
        finding
        for finding in fired
        if finding.entry not in explained
        and not finding.symptom
        and finding.status in (Status.CONFIRMED, Status.LIKELY)
        and finding.severity >= Severity.WARN
    ]
    reach = {finding.entry: sum(link.cause == finding.entry for link in links) for finding in roots}
    roots.sort(key=lambda item: (-reach[item.entry], item.status is not Status.CONFIRMED, -item.severity, item.entry))
    best = [finding for finding in roots if finding.status is Status.CONFIRMED]
    covering = {link.effect for link in links for finding in best if link.cause == finding.entry}
    # a supposed process death beside a proven one that may be the same thing would be said twice
    return tuple(item.entry for item in roots if item.status is Status.CONFIRMED or item.entry not in covering)


def verdict(
    fired: Sequence[Finding], links: Sequence[Link], roots: Sequence[str], open_causes: Sequence[Finding],
    sources: Sequence[SourceSummary], unexplained: int,
) -> str:  # fmt: skip
    """One word for the session: how sure the root cause is, `none` when nothing is wrong, `unknown` when unread."""
    serious = [
        finding for finding in fired if finding.severity >= Severity.WARN and finding.status is not Status.RULED_OUT
    ]
    if not serious:
        read = sum(count for source in sources for _, count in source.formats)
        missed = sum(source.unrecognised for source in sources)
        return "none" if read > missed and not unexplained else "unknown"
    if not roots:
        return "possible" if open_causes or serious else "unknown"
    by_entry = {finding.entry: finding for finding in fired}
    best = by_entry[roots[0]]
    if best.status is not Status.CONFIRMED:
        return str(best.status.value)
    symptoms = [finding for finding in serious if finding.symptom and finding.severity >= Severity.ERROR]
    if symptoms and not any(finding.entry in _reach(best.entry, links) for finding in symptoms):
        return "likely" if any(link.cause == best.entry for link in links) else "possible"
    return "confirmed"


def _reach(cause: str, links: Sequence[Link]) -> set[str]:
    """What a cause explains, directly or through others, by links that are at least likely."""
    reached: set[str] = set()
    frontier = {cause}
    while frontier:
        frontier = {
            link.effect
            for link in links
            if link.cause in frontier
            and link.status in (Status.CONFIRMED, Status.LIKELY)
            and link.effect not in reached
        }
        reached |= frontier
    return reached


def probes(
    fired: Sequence[Finding],
    open_causes: Sequence[Finding],
    links: Sequence[Link],
    knowledge: Knowledge,
    facts: list[Fact],
) -> tuple[Probe, ...]:
    """What to run next, best first: how much of what is open it decides, times how safe it is."""
    weights = {finding.entry: finding.weight for finding in open_causes if finding.status is Status.POSSIBLE}
    unproven = {link.cause for link in links if link.not_proven}
    found: dict[str, Probe] = {}
    for finding in (*fired, *open_causes):
        if finding.status is Status.RULED_OUT:
            continue
        for spec in knowledge.entries[finding.entry].probes:
            if (spec.when and not any_holds(spec.when, facts)) or any_holds(spec.unless, facts):
                continue
            probe = _probe(spec, finding, weights, unproven, _effect_times(finding, fired, links))
            if probe.value > 0 and probe.value > (found[probe.run].value if probe.run in found else 0):
                found[probe.run] = probe
    return tuple(sorted(found.values(), key=lambda probe: -probe.value))  # equal ones in the order of the entries


def _effect_times(finding: Finding, fired: Sequence[Finding], links: Sequence[Link]) -> dict[str, Value]:
    """A cause with no wall clock of its own is looked for around the failures it may explain."""
    effects = [link.effect for link in links if link.cause == finding.entry]
    for other in fired:
        if other.entry in effects or not finding.observed:
            values = {"first_seen": other.facts.get("first_seen"), "last_seen": other.facts.get("last_seen")}
            if values["first_seen"] is not None:
                return values
    return {}


def _probe(
    spec: ProbeSpec, finding: Finding, weights: dict[str, float], unproven: set[str], times: dict[str, Value]
) -> Probe:
    values = {**times, **{name: value for name, value in finding.facts.items() if value is not None}}
    run, missing = fill_command(spec.run, values)
    decided = sum(weights.get(entry, 0.0) for entry in spec.decides)
    if spec.open_question and finding.observed:
        # a confirmed cause may still leave failures unexplained, or its own numbers incomplete
        decided = max(decided, 0.9 if finding.entry in unproven and finding.entry in spec.decides else 0.4)
    if not finding.observed:
        decided *= 0.9  # asked for by what was seen comes before asked for by what is only conceivable
    value = decided * RISK_COST[spec.risk.value] * (0.7 if missing else 1.0)
    outcomes = tuple(Outcome(fill_text(item.see, values), fill_text(item.means, values)) for item in spec.outcomes)
    purpose = fill_text(spec.purpose, values) if spec.purpose else None
    return Probe(run, spec.decides, spec.risk, purpose, outcomes, value, finding.entry, missing)
