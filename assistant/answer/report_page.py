"""The incident report as one web page: timeline, chain of causes, memory, and every cited line one click away.

Nothing is loaded from anywhere; there is no script. The pictures are SVG in the page; printed, it is black on white.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape

from assistant.answer import svg
from assistant.answer.head import phrase
from assistant.answer.incident_report import to_report
from assistant.answer.page import frame, render
from assistant.i18n import Language
from assistant.knowledge.entry import Knowledge
from assistant.model import Evidence, Report, Source
from assistant.plain import safe

MOST_LINES = 600
_WIDTH = 2_000
_STYLE = """
svg { width: 100%; height: auto; margin: .5rem 0 1rem; font: 14px system-ui, "PingFang SC", "Noto Sans CJK SC", sans-serif; }
svg text { fill: currentColor; } svg .small { font-size: 12px; opacity: .75; }
svg .all { fill: #7aa2d6; } svg .bad { fill: #d64545; } svg .axis { stroke: var(--line); }
svg .node rect { fill: var(--code); stroke: #888; } svg .confirmed rect { stroke: #c0392b; stroke-width: 2.5; }
svg .likely rect { stroke: #d68910; stroke-width: 2; } svg .arrow { stroke: currentColor; stroke-width: 1.5; fill: none; } svg .tip { fill: currentColor; }
.lines div { display: flex; gap: .8rem; } .lines .no { min-width: 5rem; text-align: right; opacity: .6; }
.lines code { white-space: pre-wrap; } .lines div:target { background: #ffe08a66; } a.line { text-decoration: none; }
@media print { svg, .lines div, tr { break-inside: avoid; } h2 { break-after: avoid; } svg text { fill: #000; } }
"""
_CITED = re.compile(r"\[(\d+):([\d,-]+)\]")
_TAGS = re.compile(r"(<[^>]+>)")
_QUOTING = ("code", "pre")


def to_report_page(
    report: Report,
    knowledge: Knowledge,
    language: Language,
    sources: Sequence[Source],
    *,
    title: str,
    notes: Sequence[str] = (),
    more: str = "",
) -> str:
    """The page. `more` is Markdown that follows the report, such as the conversation."""
    drawn = {
        "graph": svg.graph(report, knowledge, language),
        "chart": svg.chart(sources, report, language),
        "memory": svg.bars(sources, language),
    }
    marks = {name: f"@@{name}@@" for name, picture in drawn.items() if picture}
    markdown = to_report(report, knowledge, language, sources, title=title, notes=notes, pictures=marks)
    body = render(safe(markdown))
    for name, mark in marks.items():
        body = body.replace(f"<p>{mark}</p>", safe(drawn[name]), 1)
    lines = cited_lines(report)
    body += render(safe(more)) if more else ""
    body = _linked(body, {(item.source, item.line) for item in lines})
    body += _appendix(lines, language)
    return frame(body, title, language, _STYLE)


def cited_lines(report: Report) -> list[Evidence]:
    """Every line that the report may cite, once, in order."""
    found = [item for finding in report.findings for item in finding.evidence]
    found += [item for fact in report.facts for item in fact.evidence]
    found += [item.evidence for item in report.timeline]
    unique = {(item.source, item.line): item for item in found if item.text}
    return [unique[key] for key in sorted(unique)][:MOST_LINES]


def _linked(body: str, known: set[tuple[int, int]]) -> str:
    """Citations become links, except inside of code, which is log text."""
    parts, depth = [], 0
    for part in _TAGS.split(body):
        if part.startswith("<"):
            name = part.strip("</>").split(" ")[0].split("\n")[0]
            if name in _QUOTING:
                depth += -1 if part.startswith("</") else 1
            parts.append(part)
        else:
            parts.append(_CITED.sub(lambda match: _link(match, known), part) if depth == 0 else part)
    return "".join(parts)


def _link(match: re.Match[str], known: set[tuple[int, int]]) -> str:
    source = int(match[1])
    firsts = [int(number.split("-")[0]) for number in match[2].split(",") if number[:1].isdigit()]
    target = next((line for line in firsts if (source, line) in known), None)
    return match[0] if target is None else f'<a class="line" href="#s{source}l{target}">{match[0]}</a>'


def _appendix(lines: Iterable[Evidence], language: Language) -> str:
    rows = [
        f'<div id="s{item.source}l{item.line}"><span class="no">{item.source}:{item.line}</span>'
        f"<code>{escape(safe(item.text[:_WIDTH]))}</code></div>"
        for item in lines
    ]
    if not rows:
        return ""
    return (
        f'<h2>{escape(phrase("report_lines", language))}</h2>\n<section class="lines">'
        + "\n".join(rows)
        + "</section>\n"
    )
