"""`analyse(sources, knowledge) -> Report`: the one pure function that everything else hangs on.

Each source is read once, in constant memory, into a digest that can be merged; the digest is remembered by content, so
that adding a source to a session reads only the new one.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.diagnosis.findings import observed
from assistant.diagnosis.links import link_all
from assistant.diagnosis.match import EventMatcher, SignalIndex
from assistant.diagnosis.rank import hypotheses, probes, root_causes, verdict
from assistant.diagnosis.timeline import timeline
from assistant.events.stream import Overlap, SourceReader
from assistant.facts.builder import Builder, builder_types, deduced, modules
from assistant.intake import read
from assistant.knowledge.entry import Knowledge
from assistant.model import Event, Fact, Finding, Report, Source, SourceSummary, Status, Template

_REMEMBERED = 16


@dataclass(slots=True)
class Digest:
    """What one pass over one source, or several merged ones, came to."""

    summaries: list[SourceSummary]
    templates: list[Template]
    builders: list[Builder]
    matcher: EventMatcher

    def merge(self, other: Digest) -> None:
        """Take over a later source."""
        self.summaries += other.summaries
        self.templates += other.templates
        for mine, theirs in zip(self.builders, other.builders, strict=True):
            mine.merge(theirs)
        self.matcher.merge(other.matcher)


@lru_cache(maxsize=4)
def _index(digest: str, box: _Box) -> SignalIndex:  # noqa: ARG001 - the digest is the key
    return SignalIndex(box.knowledge)


@dataclass(frozen=True, slots=True, eq=False)
class _Box:
    """A knowledge base as a cache argument: equal whenever the digest beside it is."""

    knowledge: Knowledge

    def __hash__(self) -> int:
        return 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Box)


def analyse(sources: Sequence[Source], knowledge: Knowledge) -> Report:
    """The report on all sources of a session. Raises UnreadableInput when a source cannot be read."""
    merged = _digest_all(sources, knowledge)
    facts = [fact for builder in merged.builders for fact in builder.conclude()]
    for module in modules():
        derive = getattr(module, "derive", None)
        if derive is not None:
            facts += derive(facts)
    merged.matcher.settle()
    facts += _unexplained(merged.matcher)
    return _report(merged, knowledge, facts)


def _report(merged: Digest, knowledge: Knowledge, facts: list[Fact]) -> Report:
    fired = observed(knowledge, merged.matcher, facts)
    links = link_all(fired, knowledge, facts)
    open_causes = hypotheses(fired, links, knowledge, facts)
    roots = root_causes(fired, links)
    possible = [finding for finding in open_causes if finding.status is Status.POSSIBLE]
    found = verdict(fired, links, roots, possible, merged.summaries, merged.matcher.unexplained_count)
    return Report(
        tuple(merged.summaries),
        found,
        roots,
        _ordered([*fired, *open_causes], roots),
        tuple(links),
        tuple(facts),
        probes(fired, open_causes, links, knowledge, facts),
        timeline(facts),
        sum(summary.unrecognised for summary in merged.summaries),
        tuple(merged.templates[:40]),
    )


def _ordered(findings: list[Finding], roots: tuple[str, ...]) -> tuple[Finding, ...]:
    rank = {Status.CONFIRMED: 0, Status.LIKELY: 1, Status.POSSIBLE: 2, Status.RULED_OUT: 3}
    key = {entry: position for position, entry in enumerate(roots)}
    return tuple(
        sorted(
            findings,
            key=lambda item: (
                key.get(item.entry, len(key)),
                not item.observed,
                rank[item.status],
                -item.severity if item.observed else 0,
                -item.weight,
                item.evidence[0].source if item.evidence else 0,
                item.evidence[0].line if item.evidence else 0,
                item.entry,
            ),
        )
    )


def _unexplained(matcher: EventMatcher) -> list[Fact]:
    if not matcher.unexplained_count:
        return []
    return [deduced("log.unexplained", matcher.unexplained, count=matcher.unexplained_count)]


_cache: OrderedDict[tuple[object, ...], Digest] = OrderedDict()


def _digest_all(sources: Sequence[Source], knowledge: Knowledge) -> Digest:
    """The digests of all sources, merged. Merging never changes what is merged in, so digests can be kept.

    A digest depends on the earlier sources too, because what they held already is not counted again.
    """
    index = _index(knowledge.digest, _Box(knowledge))
    merged = Digest([], [], [make() for make in builder_types()], EventMatcher(index))
    keys: tuple[object, ...] = (knowledge.digest,)
    for position, source in enumerate(sources):
        keys = (*keys, (source.index, source.name, source.sha256))
        digest = _cache.get(keys) if source.sha256 else None
        if digest is None:
            overlap = Overlap()
            for earlier in sources[:position]:
                if isinstance(earlier.body, bytes):
                    overlap.remember(read(earlier))
            digest = _digest(source, knowledge, overlap)
            _cache[keys] = digest
            while len(_cache) > _REMEMBERED:
                _cache.popitem(last=False)
        merged.merge(digest)
    return merged


def _digest(source: Source, knowledge: Knowledge, overlap: Overlap) -> Digest:
    builders: list[Builder] = [make() for make in builder_types()]
    takers: dict[str, list[Builder]] = {}
    general = [builder for builder in builders if "*" in builder.kinds]
    matcher = EventMatcher(_index(knowledge.digest, _Box(knowledge)))

    def take(event: Event) -> None:
        wanted = takers.get(event.kind)
        if wanted is None:
            wanted = takers[event.kind] = general + [builder for builder in builders if event.kind in builder.kinds]
        for builder in wanted:
            builder.add(event)
        matcher.add(event)

    reader = SourceReader(source, take, overlap)
    summary, templates = reader.run(read(source))
    matcher.suspect(reader.first_suspects, reader.suspects)
    return Digest([summary], list(templates), builders, matcher)
