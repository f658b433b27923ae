"""`ground_of`: the ground of a session, out of its report, its knowledge and its lines.

Nothing here is new: each statement comes from the report, an entry, the rules' answer or a line, with its lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from math import log
from typing import TYPE_CHECKING

from assistant.answer.records import quick
from assistant.answer.remedy import chain, ineffective, steps
from assistant.errors import UnreadableInput
from assistant.grounding.citations import cited_lines
from assistant.grounding.ground import Ground, Statement, bare, folded
from assistant.grounding.lines import Lines
from assistant.grounding.passages import code_spans, passages
from assistant.grounding.texts import of_answers, of_entries, of_report
from assistant.grounding.values import values
from assistant.grounding.words import denials, identifiers, words_of
from assistant.i18n import Language
from assistant.intake import read
from assistant.knowledge.entry import Knowledge
from assistant.model import Answer, Evidence, Report, Source, Step

if TYPE_CHECKING:
    from assistant.knowledge.entry import Entry

_ENTRIES = 24  # entries whose text is ground: those that fired and those that could be the cause
_NAMED = frozenset(
    [
        *("name", "names", "service", "service.name", "process.executable.name", "process.name", "host", "host.name"),
        *("container.name", "unit", "systemd.unit", "db.name", "db.user", "user", "user.name", "processes", "program"),
        *("victim", "provider", "second", "next"),
    ]
)
_WORD = re.compile(r"[A-Za-z][\w.-]{1,63}")


def ground_of(
    report: Report,
    knowledge: Knowledge,
    language: Language,
    *,
    sources: Sequence[Source] = (),
    answers: Sequence[Answer] = (),
    shown: Mapping[tuple[int, int], str] | None = None,
) -> Ground:
    """The ground of a session. `answers` are those of the rules; `shown` are further lines that were looked at."""
    lines = Lines({**_lines(report, sources), **(shown or {})})
    useful = tuple(_steps(report, knowledge))
    useless = tuple(ineffective(report, knowledge, every=True))
    entries = list(_entries(report, knowledge))
    names = frozenset(_names(report))
    texts = [*of_report(report, knowledge, useful, useless), *of_entries(entries), *of_answers(answers)]
    made = list(dict.fromkeys((text, evidence, origin) for text, evidence, origin in texts if text.strip()))
    statements = tuple(_state(text, evidence, origin, names) for text, evidence, origin in made)
    vocabulary = {name.lower() for text, _, _ in made for _, _, name in identifiers(text)}
    for text in (part for entry in entries for part in (*entry.keywords, *entry.references)):
        vocabulary |= {name.lower() for _, _, name in identifiers(text)}
    return Ground(
        report, knowledge, language, statements, useless, useful,
        frozenset((*_commands(report, useful, entries), *_mentioned(statements, lines))), names, frozenset(vocabulary),
        lines,
        *_indexed(statements), _by_text(statements),
    )  # fmt: skip


def _state(text: str, evidence: tuple[Evidence, ...], origin: str, names: frozenset[str]) -> Statement:
    """A sentence as a statement."""
    found = values(text)
    words = words_of(text, found)
    known = frozenset(word for word in words if word in names)
    return Statement(text, evidence, origin, words, found, known, denials(text), frozenset(cited_lines(text)))


def _by_text(statements: Sequence[Statement]) -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for number, statement in enumerate(statements):
        key = bare(statement.text)
        found[key] = (*found.get(key, ()), number)
    return found


def _indexed(statements: Sequence[Statement]) -> tuple[dict[str, float], dict[str, tuple[int, ...]]]:
    index: dict[str, list[int]] = {}
    for number, statement in enumerate(statements):
        for word in statement.words:
            index.setdefault(word, []).append(number)
    total = len(statements) + 1
    return {word: 1 + log(total / len(held)) for word, held in index.items()}, {
        w: tuple(held) for w, held in index.items()
    }


def _steps(report: Report, knowledge: Knowledge) -> Iterator[Step]:
    for finding in chain(report):
        if finding.entry in knowledge.entries:
            yield from (step for _, step in steps(finding, knowledge.entries[finding.entry], report.facts))


def _entries(report: Report, knowledge: Knowledge) -> Iterator[Entry]:
    names: dict[str, None] = dict.fromkeys(report.root_causes)
    names |= dict.fromkeys(finding.entry for finding in report.findings)
    for name in list(names)[:_ENTRIES]:
        if name in knowledge.entries:
            yield knowledge.entries[name]


def _commands(report: Report, useful: Sequence[Step], entries: Sequence[Entry]) -> Iterator[str]:
    for step in useful:
        yield from (folded(command) for command in (step.run, step.config, step.check) if command)
    for probe in report.probes:
        yield folded(probe.run)
    for entry in entries:
        for text in (
            *(part for body in entry.body.values() for part in body.values()),
            *(fix.run for fix in entry.fixes),
            *(fix.check for fix in entry.fixes),
        ):
            for passage in passages(text or ""):
                if passage.kind == "code":
                    yield from (folded(line) for line in passage.text.splitlines() if line.strip())
        yield from (folded(probe.run) for probe in entry.probes)


def _mentioned(statements: Sequence[Statement], lines: Lines) -> Iterator[str]:
    """Commands inside sentences of entries; what sentences warn of is not among these, nor what only a log line says.

    Sentences of facts and findings quote the logs, in which a stranger may have written a command.
    """
    for statement in statements:
        if statement.origin in ("link", "advice", "entry"):
            spans = (text for _, _, text in code_spans(statement.text) if " " in text)
            yield from (folded(text) for text in spans if not lines.has(text))


def _names(report: Report) -> Iterator[str]:
    for fact in report.facts:
        for name, value in fact.attributes.items():
            if name in _NAMED:
                for part in value if isinstance(value, tuple) else (value,):
                    if isinstance(part, str) and (match := _WORD.match(part)):
                        yield match[0].lower()
    for finding in report.findings:
        value = finding.facts.get("service")
        if isinstance(value, str) and _WORD.fullmatch(value):
            yield value.lower()


def _lines(report: Report, sources: Sequence[Source]) -> dict[tuple[int, int], str]:
    """All lines where that is quick; of larger logs those that prove something."""
    found: dict[tuple[int, int], str] = {}
    if sources and quick(sources):
        for source in sources:
            try:
                found |= {(source.index, line.number): line.text for line in read(source)}
            except UnreadableInput:  # the file is gone; the report was made while it was there
                continue
        return found
    for item in _evidence(report):
        if item.text:
            found[item.source, item.line] = item.text
    return found


def _evidence(report: Report) -> Iterator[Evidence]:
    for finding in report.findings:
        yield from finding.evidence
    for fact in report.facts:
        yield from fact.evidence
    for link in report.links:
        for statement in (link.because, link.timing, link.covers, link.not_proven):
            for _, evidence in statement:
                yield from evidence
    yield from (item.evidence for item in report.timeline)
    for template in report.templates:
        yield from (template.first, template.last)
