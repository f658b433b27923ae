"""Findings from hits and facts, with the values that their texts are filled with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from assistant.clock import BootTime, Time, comparable
from assistant.diagnosis.match import EventMatcher, fact_hits
from assistant.diagnosis.tally import Tally, events
from assistant.fill import fill_text
from assistant.knowledge.entry import Entry, Knowledge
from assistant.model import Evidence, Fact, Finding, Status, Value

_STRENGTH = {Status.CONFIRMED: 3, Status.LIKELY: 2, Status.POSSIBLE: 1, Status.RULED_OUT: 0}


def stronger(a: Status, b: Status) -> Status:
    """The surer of two statuses."""
    return a if _STRENGTH[a] >= _STRENGTH[b] else b


def observed(knowledge: Knowledge, matcher: EventMatcher, facts: list[Fact]) -> list[Finding]:
    """A finding for each entry one of whose signals fired."""
    touched = {name for name, _ in matcher.hits} | matcher.told_by({fact.kind for fact in facts})
    findings = (_one(knowledge.entries[name], matcher, facts) for name in knowledge.entries if name in touched)
    return [finding for finding in findings if finding is not None]


def _one(entry: Entry, matcher: EventMatcher, facts: list[Fact]) -> Finding | None:
    status: Status | None = None
    evidence: list[Evidence] = []
    values: dict[str, Value] = {}
    times: list[Time] = []
    own, others = Tally(), Tally()
    for position, signal in enumerate(entry.signals):
        hits = matcher.hits.get((entry.id, position)) if signal.event else None
        if hits is None or not hits.fired:
            continue
        status = signal.status if status is None else stronger(status, signal.status)
        own.merge(hits.own)
        others.merge(hits.others)
        evidence += hits.evidence
        values = {**hits.values, **values}
        times += [time for time in (hits.first, hits.last) if time is not None]
    count = events(own, others)
    for signal, found in fact_hits(entry, facts):
        status = signal.status if status is None else stronger(status, signal.status)
        count = max(count, len(found))
        for fact in found:
            evidence += fact.evidence
            values = {**fact.attributes, **values}
            if isinstance(time := fact.attributes.get("time"), Time):
                times.append(time)
    if status is None:
        return None
    values = {**values, **used(entry, facts)}
    first, last = _span(times, values)
    values = {**values, "count": count, "first_seen": first, "last_seen": last}
    return Finding(
        entry.id,
        status,
        entry.severity,
        fill_text(entry.title, values),
        count,
        first,
        last,
        values,
        _in_order(evidence),
        symptom=entry.symptom,
    )


def used(entry: Entry, facts: Iterable[Fact]) -> dict[str, Value]:
    """The attributes of the facts that an entry's texts are filled from; the first fact of a kind counts."""
    values: dict[str, Value] = {}
    known = list(facts)
    for kind in entry.uses:
        fact = next((fact for fact in known if fact.kind == kind), None)
        if fact is not None:
            values |= {name: value for name, value in fact.attributes.items() if value is not None}
    return values


def _span(times: list[Time], values: dict[str, Value]) -> tuple[Time | None, Time | None]:
    """First and last time; wall clocks before seconds since boot, because only they can be put into a command."""
    found = [*times, *(values[name] for name in ("first_seen", "last_seen") if isinstance(values.get(name), Time))]
    known = [time for time in found if isinstance(time, Time)]
    walls = [time for time in known if not isinstance(time, BootTime)]
    pool = walls or known
    same = [time for time in pool if comparable(time, pool[0])] if pool else []
    return (min(same), max(same)) if same else (None, None)


def _in_order(evidence: list[Evidence]) -> tuple[Evidence, ...]:
    unique = {(item.source, item.line, item.last): item for item in reversed(evidence)}
    return tuple(sorted(unique.values(), key=lambda item: (item.source, item.line)))


def ruled_out(entry: Entry, because: Iterable[tuple[str, Fact]], finding: Finding | None = None) -> Finding:
    """The finding of an entry that the facts refute. `because` pairs language-free keys with facts."""
    facts = [fact for _, fact in because]
    base = finding or Finding(entry.id, Status.RULED_OUT, entry.severity, entry.title)
    return replace(
        base, status=Status.RULED_OUT, evidence=_in_order([item for fact in facts for item in fact.evidence])
    )
