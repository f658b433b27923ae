"""Pictures for a terminal: the chain of causes, records over time, processes by memory.

Nothing is drawn to the right of words, so that wide characters and any width of the terminal cannot bend a line.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answer import head
from assistant.answer.cite import cite
from assistant.answer.head import phrase
from assistant.answer.records import everything
from assistant.answer.selection import wall
from assistant.clock import NS
from assistant.events.oom import OomDump
from assistant.events.oom_table import TaskRow
from assistant.i18n import Language
from assistant.knowledge.entry import Knowledge
from assistant.model import Event, Evidence, Finding, Link, Report, Severity, Source, Status

COLUMNS = 48
BAR = 30
_BLOCKS = " ▁▂▃▄▅▆▇█"
_PAGE_KB = 4
_MARKS = {Status.CONFIRMED: "●", Status.LIKELY: "◐", Status.POSSIBLE: "○", Status.RULED_OUT: "✕"}
MOST_PROCESSES = 12
MOST_OPEN = 5


def graph(report: Report, knowledge: Knowledge, language: Language) -> list[str]:
    """The chain from the root causes down to what was seen, open causes beside it; empty without findings."""
    rows: list[str] = []
    drawn: set[str] = set()
    seen = [item for item in report.findings if item.observed and item.status is not Status.RULED_OUT]
    seen = [item for item in seen if item.severity >= Severity.WARN]
    effects = {link.effect for link in report.links}
    starts = [item for item in seen if item.entry in report.root_causes] + [
        item for item in seen if item.entry not in effects
    ]
    for finding in dict.fromkeys(item.entry for item in starts):
        if finding not in drawn:
            rows += _branch(report, knowledge, language, finding, "", drawn)
    rows += _open(report, knowledge, language)
    return rows


def _branch(
    report: Report, knowledge: Knowledge, language: Language, entry: str, indent: str, drawn: set[str]
) -> list[str]:
    finding = report.finding(entry)
    if finding is None or entry in drawn:
        return []
    drawn.add(entry)
    cause = next(
        (report.finding(link.cause) for link in report.links if link.effect == entry and link.cause in drawn), None
    )
    rows = [indent + _node(finding, knowledge, language, cause)]
    for link in (link for link in report.links if link.cause == entry and link.effect not in drawn):
        rows += [f"{indent}  │ {text}" for text in _reasons(link, language)]
        rows.append(f"{indent}  ▼")
        rows += _branch(report, knowledge, language, link.effect, indent + "  ", drawn)
    return rows


def _node(finding: Finding, knowledge: Knowledge, language: Language, cause: Finding | None = None) -> str:
    status = phrase(f"status_{finding.status.value.replace(' ', '_')}", language)
    count = f" ×{finding.count}" if finding.count > 1 else ""
    said = head.headline(finding, knowledge, language)
    if cause is not None and said == head.headline(cause, knowledge, language):
        said = finding.title.get(language)  # two entries may say the same of one failure
    return f"{_MARKS[finding.status]} {said}{count} ({status}) {cite(finding.evidence)}"


def _reasons(link: Link, language: Language) -> list[str]:
    status = phrase(f"status_{link.status.value.replace(' ', '_')}", language)
    rows = [f"({status})"] + [f"{text.get(language)} {cite(lines)}".strip() for text, lines in link.because[:2]]
    if link.not_proven:
        rows.append(phrase("graph_not_proven", language, n=len(link.not_proven)))
    return rows


def _open(report: Report, knowledge: Knowledge, language: Language) -> list[str]:
    del knowledge
    possible = head.hypotheses(report)[:MOST_OPEN]
    refuted = [item for item in report.findings if item.status is Status.RULED_OUT][:MOST_OPEN]
    rows = ["", phrase("graph_open", language)] if possible else []
    rows += [f"  ○ {item.title.get(language)} ({round(item.weight * 100)} %)" for item in possible]
    rows += ["", phrase("graph_refuted", language)] if refuted else []
    return rows + [f"  ✕ {item.title.get(language)} {cite(item.evidence)}".rstrip() for item in refuted]


def chart(sources: Sequence[Source], report: Report, language: Language) -> list[str]:
    """Records over time, one row a log and one for errors; empty when too few records have a date."""
    events = [event for event in everything(sources) if wall(event.time) is not None]
    if len(events) < 2:  # noqa: PLR2004 - nothing to draw
        return []
    moments = [wall(event.time) or 0 for event in events]
    low, high = min(moments), max(moments)
    if high - low < NS:
        return []
    rows: list[str] = []
    names = {item.index: item.name for item in report.sources}
    for index in dict.fromkeys(event.evidence.source for event in events):
        mine = [event for event in events if event.evidence.source == index]
        rows.append(f"{_columns(mine, low, high)} [{index}] {names.get(index, '')}")
        if bad := [event for event in mine if event.severity >= Severity.ERROR]:
            rows.append(f"{_columns(bad, low, high)} [{index}] {phrase('chart_errors', language, n=len(bad))}")
    first, last = (
        min(events, key=lambda event: wall(event.time) or 0),
        max(events, key=lambda event: wall(event.time) or 0),
    )
    begins, ends = (event.time.iso()[:19].replace("T", " ") if event.time else "" for event in (first, last))
    rows.append(f"{begins}{' ' * max(1, COLUMNS - len(begins) - len(ends))}{ends}")
    return rows


def _columns(events: Sequence[Event], low: int, high: int) -> str:
    counts = [0] * COLUMNS
    for event in events:
        counts[min(COLUMNS - 1, ((wall(event.time) or low) - low) * COLUMNS // (high - low + 1))] += 1
    most = max(counts) or 1
    return "".join(
        _BLOCKS[0 if not count else max(1, round(count / most * (len(_BLOCKS) - 1)))] for count in counts
    ).replace(" ", "·")


def memory(sources: Sequence[Source], language: Language) -> list[str]:
    """The processes of the first memory table, largest first, as bars; empty without one."""
    found = table(sources)
    if found is None:
        return []
    index, rows, victims = found
    most = rows[0].rss or 1
    drawn = [phrase("bars_head", language)]
    for row in rows[:MOST_PROCESSES]:
        bar = "█" * max(1 if row.rss else 0, round(row.rss / most * BAR))
        mark = " ← " + phrase("bars_killed", language) if row.pid in victims else ""
        line = cite([Evidence(index, row.line, row.line)])
        drawn.append(f"{bar:<{BAR}} {row.rss * _PAGE_KB / 1024:>9,.1f} MiB {row.name} ({row.pid}){mark} {line}")
    if len(rows) > MOST_PROCESSES:
        rest = sum(row.rss for row in rows[MOST_PROCESSES:]) * _PAGE_KB / 1024
        drawn.append(phrase("bars_more", language, n=len(rows) - MOST_PROCESSES, size=f"{rest:,.1f}"))
    return drawn


def table(sources: Sequence[Source]) -> tuple[int, list[TaskRow], set[int]] | None:
    """The first memory table: its source, its rows largest first, and who was killed."""
    for event in everything(sources):
        if isinstance(event.detail, OomDump) and event.detail.rows:
            rows = sorted(event.detail.rows, key=lambda row: -row.rss)
            return event.evidence.source, rows, {kill.pid for kill in event.detail.kills}
    return None
