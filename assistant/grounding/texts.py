"""The sentences that state what is known, in both languages, each with its lines and where it comes from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from assistant.answer.head import headline
from assistant.answer.remedy import chain, steps
from assistant.answer.writer import fixes, verify
from assistant.facts.builder import sentences
from assistant.fill import fill, show
from assistant.grounding.passages import passages
from assistant.grounding.passages import sentences as sentences_of
from assistant.i18n import LANGUAGES, Language
from assistant.knowledge.entry import Knowledge
from assistant.model import Answer, Evidence, Ineffective, Report, Status, Step

if TYPE_CHECKING:
    from assistant.knowledge.entry import Entry

_ALIKE = 150  # facts of one kind
_LONGEST = 1500  # characters of one statement

Made = tuple[str, tuple[Evidence, ...], str]


def of_report(
    report: Report, knowledge: Knowledge, useful: Sequence[Step], useless: Sequence[Ineffective]
) -> Iterator[Made]:
    """Facts, findings, links, what happened when, what helps and what does not, and how much was read."""
    for language in LANGUAGES:
        yield from _of_facts(report, language)
        yield from _of_findings(report, knowledge, language)
        yield from ((item.text.get(language), (item.evidence,), "fact") for item in report.timeline)
        yield from _of_advice(report, knowledge, language, useful)
        for remedy in useless:
            yield f"{remedy.name.get(language)}: {remedy.because.get(language)}", remedy.evidence, "useless"
        yield from _of_sources(report, language)


def _of_advice(report: Report, knowledge: Knowledge, language: Language, useful: Sequence[Step]) -> Iterator[Made]:
    for step in useful:
        for part in (step.text, step.save_first):
            yield from _split(part.get(language) if part else "", (), "advice")
    for probe in report.probes:
        yield probe.purpose.get(language) if probe.purpose else "", (), "advice"
        for outcome in probe.outcomes:
            yield f"{outcome.see.get(language)} → {outcome.means.get(language)}", (), "advice"
    for finding in chain(report):
        for spec, _ in steps(finding, knowledge.entries[finding.entry], report.facts):
            yield from _split(spec.brief.get(language) if spec.brief else "", (), "advice")
    for row in (*fixes(report, knowledge, language), *verify(report, knowledge, language)):
        yield from _split(row, (), "advice")


def _of_sources(report: Report, language: Language) -> Iterator[Made]:
    """How much was read, and the shapes of what no parser knows."""
    line = {"en": "lines", "zh": "行"}[language]
    for summary in report.sources:
        formats = ", ".join(f"{name} {count}" for name, count in summary.formats)
        unread = {"en": "in no known format", "zh": "格式不认识"}[language]
        yield f"{summary.name}: {summary.lines} {line}, {formats}, {summary.unrecognised} {line} {unread}", (), "fact"
    yield f"{sum(summary.lines for summary in report.sources)} {line}", (), "fact"
    yield f"{report.unrecognised} {line} {unread}" if report.sources else "", (), "fact"
    for template in report.templates:
        yield f"{template.count}× `{template.text}`", (template.first, template.last), "fact"


def _of_facts(report: Report, language: Language) -> Iterator[Made]:
    told = sentences()
    seen: Counter[str] = Counter()
    for fact in report.facts:
        seen[fact.kind] += 1
        if seen[fact.kind] > _ALIKE:  # of thousands of failed requests the lines speak for themselves
            continue
        sentence = told.get(fact.kind)
        if sentence is not None:
            text, missing = fill(sentence.get(language), fact.attributes, language)
            if not missing:
                yield from _split(text, fact.evidence, "fact")
        values_ = ", ".join(
            f"{name} {show(value, language)}" for name, value in fact.attributes.items() if value not in ("", None, ())
        )
        yield f"{fact.subject} {values_}"[:_LONGEST], fact.evidence, "fact"


def _of_findings(report: Report, knowledge: Knowledge, language: Language) -> Iterator[Made]:
    for finding in report.findings:
        yield finding.title.get(language), finding.evidence, "finding"
        if finding.observed and finding.status is not Status.RULED_OUT:
            yield headline(finding, knowledge, language), finding.evidence, "finding"
        for text in finding.because:
            yield from _split(text.get(language), finding.evidence, "finding")
        tell = knowledge.entries[finding.entry].tell if finding.entry in knowledge.entries else None
        if tell is not None:
            yield tell.get(language), (), "entry"
    for link in report.links:
        for statements in (link.because, link.timing, link.covers, link.not_proven):
            for text, evidence in statements:
                yield from _split(text.get(language), evidence, "link")


def of_entries(entries: Sequence[Entry]) -> Iterator[Made]:
    """What entries say in prose."""
    for entry in entries:
        for language in LANGUAGES:
            for text in entry.body.get(language, {}).values():
                yield from _split(text, (), "entry")


def of_answers(answers: Sequence[Answer]) -> Iterator[Made]:
    """What the rules answered."""
    for answer in answers:
        yield from _split(answer.markdown, (), "answer")


def _split(text: str, evidence: tuple[Evidence, ...], origin: str) -> Iterator[Made]:
    for passage in passages(text):
        if passage.kind != "code":
            for sentence in sentences_of(passage):
                yield sentence.text[:_LONGEST], evidence, origin
            yield passage.text[:_LONGEST], evidence, origin
