"""The same pictures as SVG, for the report's page: no script, no font of its own, colours of the page."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from assistant.answer import head
from assistant.answer.drawing import table
from assistant.answer.head import phrase
from assistant.answer.records import everything
from assistant.answer.selection import wall
from assistant.clock import NS
from assistant.i18n import Language
from assistant.knowledge.entry import Knowledge
from assistant.model import Finding, Report, Severity, Source, Status

WIDTH = 900
_ROW, _LEFT, _BOX = 26, 150, 46
_BUCKETS = 90
_PAGE_KB = 4
MOST_BARS = 12
_LINE = 112  # characters of a line in a box; wide ones count twice


def chart(sources: Sequence[Source], report: Report, language: Language) -> str:
    """Records over time: one lane a log, errors in the colour of errors. Empty when too few have a date."""
    events = [event for event in everything(sources) if wall(event.time) is not None]
    moments = [wall(event.time) or 0 for event in events]
    if len(events) < 2 or max(moments) - min(moments) < NS:  # noqa: PLR2004 - nothing to draw
        return ""
    low, high = min(moments), max(moments)
    lanes = list(dict.fromkeys(event.evidence.source for event in events))
    names = {item.index: item.name for item in report.sources}
    height = len(lanes) * 60 + 40
    parts = [_open(height, phrase("page_chart", language))]
    for number, index in enumerate(lanes):
        base = number * 60 + 50
        counts, bad = [0] * _BUCKETS, [0] * _BUCKETS
        for event in events:
            if event.evidence.source == index:
                at = min(_BUCKETS - 1, ((wall(event.time) or low) - low) * _BUCKETS // (high - low + 1))
                counts[at] += 1
                bad[at] += event.severity >= Severity.ERROR
        most = max(counts) or 1
        parts.append(_text(0, base - 12, f"[{index}] {names.get(index, '')}"[:22]))
        step = (WIDTH - _LEFT) / _BUCKETS
        for at, count in enumerate(counts):
            if not count:
                continue
            tall, red = max(3, 40 * count / most), 40 * bad[at] / most
            x = _LEFT + at * step
            wrong = ", " + phrase("chart_errors", language, n=bad[at]) if bad[at] else ""
            title = f"<title>{count}{wrong}</title>"
            parts.append(
                f'<rect class="all" x="{x:.1f}" y="{base - tall:.1f}" width="{step * 0.8:.1f}" height="{tall:.1f}">{title}</rect>'
            )
            if red:
                parts.append(
                    f'<rect class="bad" x="{x:.1f}" y="{base - max(3, red):.1f}" width="{step * 0.8:.1f}" height="{max(3, red):.1f}">{title}</rect>'
                )
        parts.append(f'<line class="axis" x1="{_LEFT}" y1="{base}" x2="{WIDTH}" y2="{base}"/>')
    ordered = sorted(events, key=lambda event: wall(event.time) or 0)
    begins, ends = (
        event.time.iso()[:19].replace("T", " ") if event.time else "" for event in (ordered[0], ordered[-1])
    )
    parts.append(_text(_LEFT, height - 12, begins))
    parts.append(_text(WIDTH, height - 12, ends, anchor="end"))
    return "".join(parts) + "</svg>"


def graph(report: Report, knowledge: Knowledge, language: Language) -> str:
    """The chain of causes as boxes from top to bottom; a dashed arrow is a link that is not proven."""
    order = _order(report)
    if len(order) < 2:  # noqa: PLR2004 - one box is no graph
        return ""
    seen: set[str] = set()
    place = {finding.entry: number for number, finding in enumerate(order)}
    gap = 34
    height = len(order) * (_BOX + gap)
    parts = [_open(height, phrase("page_graph", language))]
    parts.append(
        '<defs><marker id="tip" markerWidth="8" markerHeight="8" refX="7" refY="4" orient="auto"><path d="M0,0 L8,4 L0,8 z" class="tip"/></marker></defs>'
    )
    for finding in order:
        top = place[finding.entry] * (_BOX + gap) + 4
        said = head.headline(finding, knowledge, language)
        if said in seen:  # two entries may say the same of one failure
            said = finding.title.get(language)
        seen.add(said)
        status = phrase(f"status_{finding.status.value.replace(' ', '_')}", language)
        kind = finding.status.value.replace(" ", "-")
        parts.append(
            f'<g class="node {kind}"><title>{escape(said)}</title><rect x="40" y="{top}" width="{WIDTH - 60}" height="{_BOX}" rx="6"/>'
        )
        parts.append(
            _text(54, top + 19, _cut(said))
            + _text(54, top + 37, status + (f" · ×{finding.count}" if finding.count > 1 else ""), kind="small")
            + "</g>"
        )
    far = 0
    for link in (link for link in report.links if link.cause in place and link.effect in place):
        rows = place[link.effect] - place[link.cause]
        if rows < 1:
            continue
        start, end = place[link.cause] * (_BOX + gap) + 4, place[link.effect] * (_BOX + gap) + 4
        dashed = "" if link.status is Status.CONFIRMED else ' stroke-dasharray="5 4"'
        if rows == 1:
            status = phrase(f"status_{link.status.value.replace(' ', '_')}", language)
            way = f"M70,{start + _BOX} V{end - 1}"
            parts.append(_text(82, start + _BOX + 21, status, kind="small"))
        else:  # past the boxes between, along the left margin
            x, far = 30 - far % 4 * 8, far + 1
            way = f"M40,{start + _BOX - 10} H{x} V{end + 10} H39"
        parts.append(f'<path class="arrow" d="{way}" marker-end="url(#tip)"{dashed}/>')
    return "".join(parts) + "</svg>"


def _order(report: Report) -> list[Finding]:
    """Root causes first, then what they led to, then the rest that was seen."""
    linked = report.links
    entries = [entry for entry in report.root_causes if report.finding(entry)]
    queue = list(entries)
    while queue:
        entry = queue.pop(0)
        for link in linked:
            if link.cause == entry and link.effect not in entries:
                entries.append(link.effect)
                queue.append(link.effect)
    entries += [name for link in linked for name in (link.cause, link.effect) if name not in entries]
    found = [finding for entry in dict.fromkeys(entries) if (finding := report.finding(entry)) is not None]
    return [finding for finding in found if finding.observed][:8]


def bars(sources: Sequence[Source], language: Language) -> str:
    """Processes by resident memory; the one that was killed stands out."""
    found = table(sources)
    if found is None:
        return ""
    _, rows, victims = found
    rows = rows[:MOST_BARS]
    most = rows[0].rss or 1
    height = len(rows) * _ROW + 10
    parts = [_open(height, phrase("page_memory", language))]
    left, room = 230, WIDTH - 230 - 130
    for number, row in enumerate(rows):
        y = number * _ROW + 6
        long = max(1.0, row.rss / most * room)
        kind = "bad" if row.pid in victims else "all"
        mark = f" ← {phrase('bars_killed', language)}" if row.pid in victims else ""
        parts.append(_text(0, y + 15, f"{row.name} ({row.pid})"[:30]))
        parts.append(f'<rect class="{kind}" x="{left}" y="{y}" width="{long:.1f}" height="{_ROW - 8}"/>')
        parts.append(_text(left + long + 8, y + 15, f"{row.rss * _PAGE_KB / 1024:,.1f} MiB{mark}"))
    return "".join(parts) + "</svg>"


def _open(height: int, title: str) -> str:
    return f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(title, quote=True)}" xmlns="http://www.w3.org/2000/svg">'


def _text(x: float, y: float, text: str, *, anchor: str = "", kind: str = "") -> str:
    extra = (f' text-anchor="{anchor}"' if anchor else "") + (f' class="{kind}"' if kind else "")
    return f'<text x="{x:.0f}" y="{y:.0f}"{extra}>{escape(text)}</text>'


def _cut(text: str) -> str:
    """As much as fits into a box; the whole stands in its title."""
    room = _LINE
    for position, character in enumerate(text):
        room -= 1 if ord(character) < 0x2E80 else 2  # noqa: PLR2004 - from here on characters are wide
        if room < 0:
            return text[:position] + "…"
    return text
