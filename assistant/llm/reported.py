"""What a report and the knowledge base say, in rows of text for a model that asks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from assistant.clock import Time
from assistant.i18n import Text
from assistant.knowledge import embed
from assistant.knowledge.search import search
from assistant.llm import moments
from assistant.llm.context import STATUS, cite, fact_row, link_rows, probe_rows
from assistant.llm.excerpts import shorten
from assistant.llm.question import Question
from assistant.llm.toolspecs import WrongArguments, nearest
from assistant.model import Evidence

_ENTRIES = 6
_FIRST = Text("first seen", "首次出现")
_LAST = Text("last seen", "最后出现")
_NONE = Text("nothing of this is on the timeline", "时间线上没有这样的内容")
_UNTIMED = Text("without a time that can be compared", "没有可比较的时间")

Between = tuple[moments.Moment | None, moments.Moment | None]


def facts(asked: Question, kind: str) -> Iterator[str]:
    """Facts of a kind (or of all kinds that begin with it); without one, the kinds and how many facts each has."""
    counts = Counter(fact.kind for fact in asked.report.facts)
    if not kind:
        yield ", ".join(f"{name} ({count})" for name, count in sorted(counts.items())) or "none"
        return
    wanted = [fact for fact in asked.report.facts if fact.kind == kind or fact.kind.startswith(f"{kind.rstrip('.')}.")]
    if not wanted:
        wanted = [fact for fact in asked.report.facts if kind.lower() in fact.kind.lower()]
    if not wanted:
        raise WrongArguments(f"no facts of the kind {kind!r}{nearest(kind, list(counts)) or _all(counts)}")
    yield from (row for fact in wanted if (row := fact_row(fact, asked.language)))


def finding(asked: Question, entry: str) -> Iterator[str]:
    """One finding with everything that is known of it."""
    report, language = asked.report, asked.language
    found = report.finding(entry)
    if found is None:
        names = [each.entry for each in report.findings]
        raise WrongArguments(f"no finding of the entry {entry!r}{nearest(entry, names) or _all(names)}")
    root = " ROOT CAUSE" if entry in report.root_causes else ""
    yield f"{found.title.get(language)} ({entry}):{root} {STATUS[found.status].get(language)}, ×{found.count}"
    for label, time in ((_FIRST, found.first_seen), (_LAST, found.last_seen)):
        if time is not None:
            yield f"{label.get(language)}: {time.iso()}"
    yield from (f"- {text.get(language)}" for text in found.because)
    for link in report.links:
        if entry in (link.cause, link.effect):
            yield from link_rows(report, link, language)
    yield from evidence_rows(found.evidence)
    yield from probe_rows(
        [probe for probe in report.probes if entry in probe.decides or probe.entry == entry], language
    )


def evidence_rows(evidence: tuple[Evidence, ...]) -> Iterator[str]:
    """The lines that prove something."""
    for item in evidence:
        if item.text:
            yield f"[{item.source}:{item.line}] {shorten(item.text)}"
        else:
            yield cite([item])


def timeline(asked: Question, between: Between) -> Iterator[str]:
    """What happened, then when each finding was first and last seen; only what lies between two moments."""
    language, shown, untimed = asked.language, 0, 0
    for item in asked.report.timeline:
        inside = _inside(item.time, between)
        untimed += inside is None
        if inside:
            shown += 1
            yield f"{item.time.iso() if item.time else '-'} {item.text.get(language)} {cite([item.evidence])}"
    for found in asked.report.findings:
        for label, time in ((_FIRST, found.first_seen), (_LAST, found.last_seen)):
            if time is not None and found.observed and _inside(time, between):
                shown += 1
                yield f"{time.iso()} {label.get(language)}: {found.title.get(language)} {cite(found.evidence[:2])}"
    if not shown:
        yield _NONE.get(language)
    if untimed:
        yield f"({untimed}: {_UNTIMED.get(language)})"


def _inside(time: Time | None, between: Between) -> bool | None:
    if not any(between):
        return True
    return moments.within(time, *between) if time is not None else None


def entries_about(asked: Question, words: str) -> Iterator[str]:
    """Entries that are about these words, nearest first."""
    found = search(words, asked.knowledge, _ENTRIES, embed.at_hand(asked.knowledge))
    for entry, _ in found:
        seen = asked.report.finding(entry.id)
        status = f" ({STATUS[seen.status].get(asked.language)})" if seen else ""
        yield f"{entry.id}: {entry.title.get(asked.language)}{status}"
    if not found:
        yield "none"


def entry(asked: Question, name: str) -> Iterator[str]:
    """One entry: what it means, what helps, what does not."""
    known = asked.knowledge.entries
    if name not in known:
        raise WrongArguments(f"there is no entry {name!r}{nearest(name, list(known))}")
    found, language = known[name], asked.language
    yield f"{found.title.get(language)} ({found.id})"
    for heading, text in found.body.get(language, {}).items():
        yield f"{heading}: {' '.join(text.split())[:900]}"
    for cause in found.causes:
        if cause.entry in known:
            yield f"- ← {known[cause.entry].title.get(language)} ({cause.entry})"
    yield from (f"- ✗ {each.name.get(language)}: {each.because.get(language)}" for each in found.ineffective)


def _all(names: Iterable[str]) -> str:
    known = sorted(set(names))[:12]
    return f"; there are: {', '.join(known)}" if known else ""
