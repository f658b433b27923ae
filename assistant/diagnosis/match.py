"""Which entries fire: event signals during the pass over a source, fact signals afterwards.

A message is looked up by its words: each template is filed under one word that must stand in the message, so that the
number of entries does not matter. State per signal is bounded, and hits of several sources can be merged.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from assistant.clock import Time, comparable, elapsed
from assistant.diagnosis.tally import Tally
from assistant.knowledge.conditions import all_hold, facts_of
from assistant.knowledge.entry import Entry, Knowledge, Signal
from assistant.knowledge.filing import Filed, Key, file_signals
from assistant.knowledge.template import MessageTemplate, compile_template, words
from assistant.model import Event, Evidence, Fact, Severity, Value

KEEP = 24  # lines of evidence per entry; the first ones and the last
MAX_UNEXPLAINED = 50


@dataclass(slots=True)
class Hits:
    """What one signal found. `own` counts what the service that the entry is about says, `others` what others say."""

    own: Tally = field(default_factory=Tally)
    others: Tally = field(default_factory=Tally)
    seen: int = 0
    evidence: list[Evidence] = field(default_factory=list)
    first: Time | None = None
    last: Time | None = None
    values: dict[str, Value] = field(default_factory=dict)
    recent: deque[Time] = field(default_factory=deque)
    fired: bool = False

    def take(self, event: Event, values: dict[str, Value], signal: Signal) -> None:
        """Take one matching event; whoever calls this counts it."""
        self.seen += 1
        if len(self.evidence) < KEEP:
            self.evidence.append(event.evidence)
        else:
            self.evidence[-1] = event.evidence
        if event.time is not None:
            self.first = self.first or event.time
            self.last = event.time
        if self.seen == 1:
            # what the first matching record says fills the texts; what the template captured goes before it
            known = {
                "host": event.host or None,
                "service": event.service,
                "pid": event.pid,
                "message": event.message[:200],
            }
            self.values = {
                name: value for name, value in {**known, **event.attributes, **values}.items() if value is not None
            }
        self.fired = self.fired or self._enough(event, signal)

    def _enough(self, event: Event, signal: Signal) -> bool:
        if signal.count <= 1:
            return True
        if signal.within is None or event.time is None:
            return self.seen >= signal.count
        self.recent.append(event.time)
        while len(self.recent) > signal.count:
            self.recent.popleft()
        if len(self.recent) < signal.count or not comparable(event.time, self.recent[0]):
            return False
        return event.time - self.recent[0] <= signal.within

    def merge(self, other: Hits) -> None:
        """Take over what a later source found."""
        self.own.merge(other.own)
        self.others.merge(other.others)
        self.seen += other.seen
        self.evidence = [*self.evidence, *other.evidence][: KEEP * 2]
        self.first = self.first or other.first
        self.last = other.last or self.last
        self.values = {**other.values, **self.values}
        self.fired = self.fired or other.fired


@dataclass(frozen=True, slots=True)
class _Filed:
    key: Key
    signal: Signal
    template: MessageTemplate | None
    fallback: bool = False


class SignalIndex:
    """All event signals, by kind of event and word; one is taken from its entry when a word of it is met."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._entries = knowledge.entries
        self.filing = knowledge.filing or file_signals(knowledge.entries.values())
        self._ready: dict[Filed, _Filed] = {}

    def candidates(self, event: Event) -> Iterable[_Filed]:
        """The signals whose word stands in the message, and those without one."""
        by_word = self.filing.by_word.get(event.kind)
        if by_word:
            for word in words(event.message):
                for filed in by_word.get(word, ()):
                    yield self._ready.get(filed) or self._take(filed)
        for filed in self.filing.always.get(event.kind, ()):
            yield self._ready.get(filed) or self._take(filed)

    def _take(self, filed: Filed) -> _Filed:
        name, position, text, fallback = filed
        template = compile_template(text) if text else None
        ready = _Filed((name, position), self._entries[name].signals[position], template, fallback)
        self._ready[filed] = ready
        return ready

    def befores(self, event: Event) -> Iterable[tuple[Key, Signal]]:
        """Signals that wait for this kind of event: by the signal that needs it, what it must be."""
        for name, position in self.filing.befores.get(event.kind, ()):
            before = self._entries[name].signals[position].after
            if before is not None:
                yield (name, position), before


class EventMatcher:
    """Collects the hits of one source."""

    def __init__(self, index: SignalIndex) -> None:
        self._index = index
        self.hits: dict[Key, Hits] = {}
        self.unexplained: list[Evidence] = []
        self.unexplained_count = 0
        self._before: dict[Key, Time] = {}
        self._pending: list[tuple[tuple[Key, ...], Evidence]] = []

    def add(self, event: Event) -> None:
        """Match one event against all entries."""
        explained = False
        if event.time is not None and event.kind in self._index.filing.befores:
            for key, signal in self._index.befores(event):
                if _matches(signal, event) is not None:
                    self._before[key] = event.time
        counted: set[str] = set()
        for filed, values in self._matching(event):
            explained = explained or filed.signal.count <= 1
            entry = filed.key[0]
            hits = self.hits.setdefault(filed.key, Hits())
            hits.take(event, values, filed.signal)
            if entry not in counted:  # a record that matches two signals of an entry is still one record
                (hits.own if _own(entry, event) else hits.others).add(event.time)
            counted.add(entry)
        if not explained and event.severity >= Severity.ERROR and event.detail is None:
            if counted:
                self._pending.append((tuple(key for key in self.hits if key[0] in counted), event.evidence))
                del self._pending[MAX_UNEXPLAINED:]
            else:
                self.suspect([event.evidence], 1)

    def _matching(self, event: Event) -> list[tuple[_Filed, dict[str, Value]]]:
        """The signals that match, fallbacks only where nothing else does."""
        found = []
        last = []  # fallbacks are not even tried where something else matches
        for filed in self._index.candidates(event):
            if filed.fallback:
                last.append(filed)
            elif (values := self._values(filed, event)) is not None:
                found.append((filed, values))
        if found:
            return found
        return [(filed, values) for filed in last if (values := self._values(filed, event)) is not None]

    def _values(self, filed: _Filed, event: Event) -> dict[str, Value] | None:
        values = _try(filed.template, filed.signal, event)
        return values if values is not None and self._in_order(filed, event) else None

    def told_by(self, kinds: Iterable[str]) -> set[str]:
        """The entries that have a signal on one of these kinds of facts."""
        return {name for kind in kinds for name in self._index.filing.by_fact.get(kind, ())}

    def settle(self) -> None:
        """Records that only too few of to fire a signal were seen are not explained by it."""
        for keys, evidence in self._pending:
            if not any(self.hits[key].fired for key in keys):
                self.suspect([evidence], 1)
        self._pending = []

    def suspect(self, evidence: list[Evidence], count: int) -> None:
        """Take in lines of no known format that speak of an error."""
        self.unexplained = [*self.unexplained, *evidence][:MAX_UNEXPLAINED]
        self.unexplained_count += count

    def _in_order(self, filed: _Filed, event: Event) -> bool:
        if filed.signal.after is None:
            return True
        before = self._before.get(filed.key)
        gap = elapsed(event.time, before)
        return gap is not None and 0 <= gap <= (filed.signal.within or float("inf"))

    def merge(self, other: EventMatcher) -> None:
        """Take over a later source."""
        for key, hits in other.hits.items():
            self.hits.setdefault(key, Hits()).merge(hits)
        self.unexplained = [*self.unexplained, *other.unexplained][:MAX_UNEXPLAINED]
        self.unexplained_count += other.unexplained_count
        self._pending = [*self._pending, *other._pending][:MAX_UNEXPLAINED]


def _own(entry: str, event: Event) -> bool:
    """Whether the service that the entry is about says it; what its client programs print has the same kind."""
    area = entry.partition("/")[0]
    return event.kind.partition(".")[0] == area and not event.attributes.get(f"{area}.client")


def _try(template: MessageTemplate | None, signal: Signal, event: Event) -> dict[str, Value] | None:
    values: dict[str, Value] = {}
    if template is not None:
        found = template.match(event.message)
        if found is None:
            return None
        values.update(found)
    if any(compile_template(text).match(event.message) is not None for text in signal.exceptions):
        return None
    return values if not signal.where or all_hold(signal.where, _attributes(event)) else None


def _matches(signal: Signal, event: Event) -> dict[str, Value] | None:
    if not signal.messages:
        return _try(None, signal, event)
    tries = (_try(compile_template(text), signal, event) for text in signal.messages)
    return next((values for values in tries if values is not None), None)


def _attributes(event: Event) -> dict[str, Value]:
    return {**event.attributes, "service": event.service, "severity": int(event.severity)}


def fact_hits(entry: Entry, facts: list[Fact]) -> list[tuple[Signal, list[Fact]]]:
    """The fact signals of an entry that found enough facts."""
    found = []
    for signal in entry.signals:
        if signal.fact:
            matching = facts_of(signal, facts)
            if len(matching) >= signal.count:
                found.append((signal, matching))
    return found
