"""What a model gets to read: the report first, then the lines that prove it, then entries, then what was said before.

Never the paste itself. Each block has a share of the budget, so that a long list cannot push out the evidence, and what
one block leaves over goes to those after it. The lines of the root causes come before all others, whatever the size of
the log. What strangers wrote is abstracted (see `tainted`), unless the question is about it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from assistant.fill import show
from assistant.i18n import LANGUAGES, Language, Text
from assistant.intake.tainted import abstract, asked_for, defused
from assistant.knowledge.entry import Entry
from assistant.llm.excerpts import excerpts, proofs
from assistant.llm.tokens import clip, count
from assistant.model import Answer, Evidence, Fact, Finding, Link, Probe, Report, Source, Status

BUDGET = 4000  # tokens of all messages together, so that a server with a window of 8,192 has room to answer
_FACT = 260  # characters of one fact
_TURN = 500  # characters of one earlier answer
_SHORTEST = 60  # characters of a line that proves a root cause
_CITED = 8  # line numbers in one citation

_SECTION = re.compile(r"^(?=#{1,3} )", re.MULTILINE)

STATUS = {
    Status.CONFIRMED: Text("confirmed", "已证实"),
    Status.LIKELY: Text("likely", "很可能"),
    Status.POSSIBLE: Text("possible", "有可能"),
    Status.RULED_OUT: Text("RULED OUT, do not offer it", "已排除，不要再提"),
}
_VERDICTS = {
    "none": Text("the logs were understood and nothing is wrong in them", "日志已读懂，没有发现问题"),
    "unknown": Text("too little was understood to say anything", "读懂的内容太少，无法下结论"),
}
_NOT_SEEN = Text("not seen in these logs", "这些日志里没有看到")
_COVERS = Text("explains", "能解释")
_NOT_PROVEN = Text("NOT proven", "未证实")
_BECAUSE = Text("because", "依据")


_LABELS = "|".join(re.escape(text.get(each)) for text in (_COVERS, _NOT_PROVEN, _BECAUSE) for each in LANGUAGES)
_STATES = "|".join(re.escape(text.get(each)) for text in STATUS.values() for each in LANGUAGES)
# The rows of findings, links and facts: for a model to read, and no way to speak to people.
ROW = re.compile(
    rf"^ *- (?:(?:{_LABELS}): |\((?:ROOT CAUSE, |根因，)?(?:{_STATES})\) "
    r"|[a-z]+\.[a-z_]+\b.{0,80} \((?:stated|deduced|supposed)\): )",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Material:
    """All that a context may be made of."""

    report: Report
    answer: Answer
    entries: Sequence[Entry]
    history: Sequence[tuple[str, str]]
    sources: Sequence[Source]
    language: Language
    question: str = ""
    nonce: str = ""

    def safe(self, rows: Iterable[str]) -> str:
        """Rows as they may be shown: abstracted, and without anything that looks like the end of the data."""
        return defused(abstract("\n".join(rows), asked_for(self.question)), self.nonce)


def blocks(material: Material, budget: int) -> dict[str, str]:
    """The values of the context prompt, together at most `budget` tokens."""
    report, language, safe = material.report, material.language, material.safe
    roots = list(proofs(report, material.sources))
    # Name, share of the budget that it may take at most, and how it is made; in the order of importance.
    plan: tuple[tuple[str, float, Callable[[int], str]], ...] = (
        ("sources", 0.05, lambda limit: clip(safe(_sources(report)), limit)),
        ("findings", 0.15, lambda limit: clip(safe(_findings(report, language)), limit)),
        ("proofs", 0.30, lambda limit: _each_shorter(safe(roots), limit)),
        ("links", 0.15, lambda limit: clip(safe(_links(report, language)), limit)),
        ("facts", 0.12, lambda limit: clip(safe(_facts(report, language)), limit)),
        ("answer", 0.42, lambda limit: sections(safe([material.answer.markdown]), limit)),
        ("probes", 0.07, lambda limit: clip(safe(probe_rows(report.probes, language)), limit)),
        ("excerpts", 0.40, lambda limit: clip(safe(excerpts(report, material.sources)), limit)),
        ("templates", 0.10, lambda limit: clip(safe(_templates(report)), limit)),
        ("entries", 0.15, lambda limit: clip("\n".join(_entries(material.entries, language)), limit)),
        ("history", 1.00, lambda limit: clip(safe(_history(material.history)), limit)),
    )
    kept: dict[str, str] = {}
    left = budget
    for name, share, make in plan:
        kept[name] = make(min(left, int(budget * share)))
        left -= count(kept[name])
    kept["excerpts"] = "\n".join(part for part in (kept.pop("proofs"), kept["excerpts"]) if part)
    return kept


def _each_shorter(text: str, limit: int) -> str:
    """Rows that are all kept, each as long as the limit allows: a proof that is missing is worse than one cut short."""
    rows = text.splitlines()
    length = max(map(len, rows), default=0)
    while rows and count("\n".join(rows)) > limit and length > _SHORTEST:
        length = max(_SHORTEST, length * 3 // 4)
        rows = [row if len(row) <= length else f"{row[: length - 1]}…" for row in rows]
    return clip("\n".join(rows), limit)


def sections(markdown: str, limit: int) -> str:
    """An answer with something of each of its sections: its head first, then short ones before long ones.

    Headings go one level down, so that they do not look like blocks of the context.
    """
    head, *rest = [f"#{part}" if part.startswith("#") else part for part in _SECTION.split(markdown.strip())]
    left = limit - len(rest)
    kept = {-1: _cut(head, left * 2 // 5 if rest else left)}
    left -= count(kept[-1])
    by_size = sorted(range(len(rest)), key=lambda number: count(rest[number]))
    for done, number in enumerate(by_size):
        kept[number] = _cut(rest[number], left // (len(rest) - done))
        left -= count(kept[number])
    return "\n".join(text for _, text in sorted(kept.items()) if text)


def _cut(markdown: str, limit: int) -> str:
    """Clipped, with a code block closed that lost its end."""
    short = clip(markdown.rstrip(), limit)
    return f"{short}\n```" if short.count("```") % 2 else short


def cite(evidence: Sequence[Evidence]) -> str:
    """`[1:1,3,21-22] [2:4]`; empty without evidence."""
    by_source: dict[int, dict[str, None]] = {}
    for item in sorted(evidence, key=lambda item: (item.source, item.line)):
        line = f"{item.line}" if item.last <= item.line else f"{item.line}-{item.last}"
        by_source.setdefault(item.source, {})[line] = None
    return " ".join(f"[{source}:{','.join(list(lines)[:_CITED])}]" for source, lines in by_source.items())


def _sources(report: Report) -> Iterator[str]:
    for source in report.sources:
        formats = ", ".join(name for name, _ in source.formats) or "?"
        yield f"{source.index} = {source.name[:80]}: 1-{source.lines}, {formats}"


def _findings(report: Report, language: Language) -> Iterator[str]:
    if report.verdict in _VERDICTS:
        yield _VERDICTS[report.verdict].get(language)
    roots = set(report.root_causes)
    for finding in sorted(report.findings, key=lambda each: (each.entry not in roots, each.status is Status.RULED_OUT)):
        yield _finding(finding, finding.entry in roots, language)


def _finding(finding: Finding, is_root: bool, language: Language) -> str:
    mark = {"en": "ROOT CAUSE, ", "zh": "根因，"}[language] if is_root else ""
    seen = "" if finding.observed else f" ({_NOT_SEEN.get(language)})"
    times = f" ×{finding.count}" if finding.count > 1 else ""
    because = "; ".join(text.get(language) for text in finding.because)
    words = f"{finding.title.get(language)}{seen}{times}" + (f": {because}" if because else "")
    return f"- ({mark}{STATUS[finding.status].get(language)}) {words} {cite(finding.evidence)}".rstrip()


def _links(report: Report, language: Language) -> Iterator[str]:
    roots = set(report.root_causes)
    for link in sorted(report.links, key=lambda each: each.cause not in roots):
        # how a symptom makes another is told by the root cause's links
        yield from link_rows(report, link, language, brief=link.cause not in roots)


def link_rows(report: Report, link: Link, language: Language, *, brief: bool = False) -> Iterator[str]:
    """A join; what it does not prove comes first, because the end is what is cut off."""
    yield f"- {_named(report, link, language)} ({STATUS[link.status].get(language)})"
    statements = ((_NOT_PROVEN, link.not_proven), (_COVERS, link.covers), (_BECAUSE, link.because))
    for label, made in () if brief else statements:
        for text, evidence in made:
            yield f"  - {label.get(language)}: {text.get(language)} {cite(evidence)}".rstrip()


def _named(report: Report, link: Link, language: Language) -> str:
    cause, effect = report.finding(link.cause), report.finding(link.effect)
    first = cause.title.get(language) if cause else link.cause
    return f"{first} → {effect.title.get(language) if effect else link.effect}"


def _facts(report: Report, language: Language) -> Iterator[str]:
    """Those of the root causes' lines first, then the others, then those about the logs themselves."""
    roots = {(item.source, item.line) for name in report.root_causes for item in _evidence_of(report, name)}

    def distance(fact: Fact) -> int:
        near = any((item.source, item.line) in roots for item in fact.evidence)
        return 2 if fact.kind.startswith("log.") else int(not near)

    yield from (row for fact in sorted(report.facts, key=distance) if (row := fact_row(fact, language)))


def fact_row(fact: Fact, language: Language) -> str:
    """A fact with its values and lines; empty when it has no value to tell."""
    told = ((name, value) for name, value in fact.attributes.items() if value not in ("", None, ()))
    values = ", ".join(f"{name}={show(value, language)}" for name, value in told)
    if not values:
        return ""
    subject = f" {fact.subject}" if fact.subject else ""
    return f"- {fact.kind}{subject} ({fact.grade}): {values[:_FACT]} {cite(fact.evidence)}".rstrip()


def _evidence_of(report: Report, name: str) -> tuple[Evidence, ...]:
    finding = report.finding(name)
    return finding.evidence if finding else ()


def probe_rows(probes: Sequence[Probe], language: Language) -> Iterator[str]:
    """Commands that would fetch missing evidence, the most telling first."""
    for probe in sorted(probes, key=lambda each: -each.value):
        purpose = f": {probe.purpose.get(language)}" if probe.purpose else ""
        yield f"- `{probe.run}` ({probe.risk}){purpose}"
        for outcome in probe.outcomes:
            yield f"  - {outcome.see.get(language)} → {outcome.means.get(language)}"


def _templates(report: Report) -> Iterator[str]:
    for each in report.templates:
        yield f"- {each.count} × {each.text[:_FACT]} {cite((each.first,))}"


def _entries(entries: Sequence[Entry], language: Language) -> Iterator[str]:
    for entry in entries:
        yield f"--- {entry.title.get(language)} ({entry.id})"
        for heading, text in list(entry.body.get(language, {}).items())[:2]:
            yield f"{heading}: {' '.join(text.split())[:400]}"


def _history(history: Sequence[tuple[str, str]]) -> Iterator[str]:
    """The newest first, because the end is what is cut off."""
    for question, answer in reversed(history):
        yield f"- Q: {' '.join(question.split())[:_TURN]}"
        yield f"  A: {' '.join(answer.split())[:_TURN]}"
