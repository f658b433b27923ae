"""The incident as one document: what happened, when, why, how sure, what to do, what is open, with every line cited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assistant.answer import drawing, head
from assistant.answer.advice import boss_lines
from assistant.answer.cite import cite
from assistant.answer.head import phrase
from assistant.answer.phrases import PHRASES, verdict_in_words
from assistant.answer.story import unknown
from assistant.answer.writer import fixes, unexplained, useless
from assistant.fill import show_time
from assistant.i18n import Language
from assistant.knowledge.entry import Knowledge
from assistant.model import Evidence, Finding, Report, Severity, Source, Status

MOST_LINES = 12
MOST_TIMES = 40
_WIDTH = 400


def to_report(
    report: Report,
    knowledge: Knowledge,
    language: Language,
    sources: Sequence[Source],
    *,
    title: str = "",
    notes: Sequence[str] = (),
    pictures: Mapping[str, str] | None = None,
) -> str:
    """The document as Markdown. `pictures` (graph, chart, memory) stand in the place of those made of characters."""
    drawn = {
        "graph": lambda: _pictured(drawing.graph(report, knowledge, language)),
        "chart": lambda: _pictured(drawing.chart(sources, report, language)),
        "memory": lambda: _pictured(drawing.memory(sources, language)),
    }

    def picture(name: str) -> list[str]:
        given = (pictures or {}).get(name)
        return drawn[name]() if pictures is None else [given, ""] if given else []

    sections = {
        "report_summary": boss_lines(report, knowledge, language),
        "report_chain": picture("graph"),
        "report_times": [*picture("chart"), *_times(report, language)],
        "report_memory": picture("memory"),
        "report_evidence": evidence(report, knowledge, language),
        "report_actions": [*fixes(report, knowledge, language), *_no_use(report, knowledge, language)],
        "report_open": _open(report, language),
        "report_notes": [f"- {note}" for note in notes],
        "report_sources": source_rows(report, sources, language),
    }
    parts = [f"# {title or phrase('report_title', language)}", f"**{verdict_in_words(report.verdict, language)}**"]
    parts += [_section(name, language, rows) for name, rows in sections.items()]
    return "\n\n".join(part for part in parts if part) + "\n"


def _section(name: str, language: Language, rows: Sequence[str]) -> str:
    return f"## {phrase(name, language)}\n\n" + "\n".join(rows) if rows else ""


def _pictured(rows: Sequence[str]) -> list[str]:
    return ["```text", *rows, "```", ""] if rows else []


def _times(report: Report, language: Language) -> list[str]:
    rows = [f"- {item.text.get(language)} {cite([item.evidence])}" for item in report.timeline[:MOST_TIMES]]
    clocks = {type(item.time).__name__ for item in report.timeline if item.time is not None}
    return [*rows, "- " + phrase("report_clocks", language)] if len(clocks) > 1 else rows


def evidence(report: Report, knowledge: Knowledge, language: Language) -> list[str]:
    """The lines that prove each finding, as they stand in the logs."""
    rows: list[str] = []
    for finding in told(report):
        status = phrase(f"status_{finding.status.value.replace(' ', '_')}", language)
        rows += [f"### {head.headline(finding, knowledge, language)} ({status})", ""]
        rows += [f"- {cite([item])} `{one_line(item)}`" for item in finding.evidence[:MOST_LINES]]
        rows += [f"- {text.get(language)}" for text in finding.because]
        rows.append("")
    return rows


def told(report: Report) -> list[Finding]:
    """The findings a reader needs: what was seen, and what was ruled out by a line."""
    seen = [item for item in report.findings if item.observed and item.status is not Status.RULED_OUT]
    seen = [item for item in seen if item.severity >= Severity.WARN or item.entry in report.root_causes]
    refuted = [item for item in report.findings if item.status is Status.RULED_OUT and item.because]
    return seen + refuted


def one_line(item: Evidence) -> str:
    """The first line of a piece of evidence inside backquotes."""
    return item.text.split("\n")[0].replace("`", "'")[:_WIDTH]


def _no_use(report: Report, knowledge: Knowledge, language: Language) -> list[str]:
    bad = useless(report, knowledge, language)
    return ["", f"**{PHRASES['useless'].get(language)}**", "", *bad] if bad else []


def _open(report: Report, language: Language) -> list[str]:
    rows = [*unknown(report, language), *unexplained(report, language)]
    rows += [f"- {line}" for line in head.coverage(report, language) if line and "**" in line][:3]
    for probe in report.probes[:4]:
        purpose = probe.purpose.get(language) if probe.purpose else probe.entry
        rows += [f"- {purpose}:", "", "  ```bash", *(f"  {line}" for line in probe.run.split("\n")), "  ```", ""]
    return rows


def source_rows(report: Report, sources: Sequence[Source], language: Language) -> list[str]:
    """Each log with its lines, its span and its hash, so that a citation can be checked years later."""
    hashes = {item.index: item.sha256 for item in sources}
    rows = [phrase("report_source_columns", language), "|---|---|---|---|---|"]
    for item in report.sources:
        span = " – ".join(show_time(time) for time in (item.first_time, item.last_time) if time is not None) or "-"
        name = item.name.replace("|", "\\|").replace("\n", " ")
        rows.append(f"| [{item.index}] | {name} | {item.lines:,} | {span} | `{hashes.get(item.index, '')[:16]}` |")
    return rows
