"""`assistant knowledge check`: everything about entries that a program can check, with file and line.

Loading already refuses wrong keys, types and templates. Here the entries are held against each other (causes and
probes name entries that exist), against the program (joins and facts exist), against themselves (both languages have
the same headings and the same commands) and against their samples (quiet ones first, then the ones that must fire).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from assistant.knowledge.entry import Entry, Knowledge
from assistant.knowledge.load import load

_CODE = re.compile(r"^```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)
_NAME = re.compile(r"\{([A-Za-z_][\w.]*)(?:\|[^{}]*)?\}")
MIN_SAMPLES = 2
DRAFT = "TODO"  # what `knowledge new` leaves to its author

Analyse = Callable[[str, Knowledge], "frozenset[str]"]


def check(
    folders: Sequence[Path],
    *,
    fires: Analyse | None = None,
    joins: frozenset[str] | None = None,
    facts: frozenset[str] | None = None,
) -> list[str]:
    """All problems as `file:line: reason`. `fires` runs a sample and names the entries that fired."""
    knowledge = load(folders)
    problems = list(knowledge.problems)
    for entry in knowledge.entries.values():
        if entry.retrieval_only:
            continue
        problems += [f"{entry.path}:{line}: {reason}" for line, reason in _entry(entry, knowledge, joins, facts)]
        if fires is not None:
            problems += [f"{entry.path}:{line}: {reason}" for line, reason in _samples(entry, knowledge, fires)]
    return sorted(set(problems))


def _entry(
    entry: Entry, knowledge: Knowledge, joins: frozenset[str] | None, facts: frozenset[str] | None
) -> Iterator[tuple[int, str]]:
    for name in _named_entries(entry):
        if name not in knowledge.entries:
            yield _line(entry, name), f"there is no entry {name!r}"
    for ref in entry.causes:
        for join in ref.joins:
            if joins is not None and join not in joins:
                yield _line(entry, join), f"there is no join {join!r}; known: {', '.join(sorted(joins))}"
    for fact in _named_facts(entry):
        if facts is not None and fact not in facts:
            yield _line(entry, fact), f"there is no fact {fact!r}"
    yield from _words(entry)
    yield from _bodies(entry)
    for number, row in enumerate(_rows(entry), 1):
        if DRAFT in row:
            yield number, f"still to be written: {row.strip()[:60]}"


def _words(entry: Entry) -> Iterator[tuple[int, str]]:
    if "{" in entry.title.en + entry.title.zh:
        yield _line(entry, "title"), "a title stands alone and has no placeholders; a headline may"
    if entry.headline is not None and _names(entry.headline.en) != _names(entry.headline.zh):
        yield _line(entry, "headline"), "the headlines of both languages name different values"
    if not entry.references:
        yield 1, "an entry names its sources (references)"


def _named_entries(entry: Entry) -> Iterator[str]:
    yield from (ref.entry for ref in entry.causes)
    yield from (ref.entry for ref in entry.rules_out)
    for probe in entry.probes:
        yield from probe.decides


def _named_facts(entry: Entry) -> Iterator[str]:
    signals = [*entry.signals]
    for step in entry.fixes:
        signals += [*step.only_if, *step.unless]
    for remedy in entry.ineffective:
        signals += remedy.only_if
    for probe in entry.probes:
        signals += [*probe.when, *probe.unless]
    yield from (signal.fact for signal in signals if signal.fact)
    yield from (ref.fact for ref in (*entry.rules_out, *entry.refuted_by) if ref.fact)
    yield from (*entry.uses, *entry.key_facts)


def _bodies(entry: Entry) -> Iterator[tuple[int, str]]:
    english, chinese = entry.body.get("en", {}), entry.body.get("zh", {})
    for language, body in (("en", english), ("zh", chinese)):
        if not body:
            yield 1, f"there is no section `## {language}`"
    if len(english) != len(chinese):
        yield _line(entry, "## zh"), f"{len(english)} headings in English, {len(chinese)} in Chinese"
    commands = [
        sorted(code.strip() for text in body.values() for code in _CODE.findall(text)) for body in (english, chinese)
    ]
    if commands[0] != commands[1]:
        yield _line(entry, "## zh"), "the two languages name different commands"


def _samples(entry: Entry, knowledge: Knowledge, fires: Analyse) -> Iterator[tuple[int, str]]:
    if entry.signals:
        for name, samples in (("Fires on", entry.fires_on), ("Stays quiet on", entry.quiet_on)):
            if len(samples) < MIN_SAMPLES:
                yield (
                    _line(entry, f"## {name}"),
                    f"at least {MIN_SAMPLES} samples under `## {name}`, found {len(samples)}",
                )
    for sample in entry.quiet_on:
        if entry.id in fires(sample, knowledge):
            yield _line(entry, sample.split("\n")[0]), "fires on a sample it must stay quiet on"
    for sample in entry.fires_on:
        if entry.id not in fires(sample, knowledge):
            yield _line(entry, sample.split("\n")[0]), "does not fire on its sample"


def _names(template: str) -> set[str]:
    return set(_NAME.findall(template))


def _line(entry: Entry, text: str) -> int:
    """The first line that holds the text, so that the editor opens where the problem is."""
    return next((number for number, row in enumerate(_rows(entry), 1) if text in row), 1)


def _rows(entry: Entry) -> list[str]:
    try:
        return Path(entry.path).read_text(encoding="utf-8").split("\n")
    except OSError:
        return []
