"""Compare two processes of a memory table, two times, two logs, or what two names mean."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant.answer.cite import cite
from assistant.answer.head import phrase
from assistant.answer.records import everything, look
from assistant.answer.selection import Selection, second_of_day
from assistant.events.oom import OomDump
from assistant.fill import show_time
from assistant.model import Event, Evidence, Severity

if TYPE_CHECKING:
    from assistant.answer.followup import Question

_CLOCKS = re.compile(r"(?<!\d)(\d{1,2}:\d{2}(?::\d{2})?)(?!\d)")
_NUMBERS = re.compile(r"(?<![\d:.])(\d{2,8})(?![\d:.])")
_PAGE_KB = 4
_NAMES = re.compile(
    r"[A-Za-z][\w-]{3,}\s*(?:and|vs\.?|to|with|和|与|比|跟|、)\s*[A-Za-z][\w-]{3,}", re.IGNORECASE
)  # two programs
MOST_ROWS = 3
_MINUTE = 60


def compare(asked: Question) -> list[str] | None:
    """A table of what was named; None when the question does not name two things that the logs hold."""
    found = processes(asked) or _times(asked) or (None if _NAMES.search(asked.text) else _sources(asked))
    if found is None and asked.sources:
        return [phrase("not_said", asked.language, lines=sum(item.lines for item in asked.report.sources))]
    return found


def processes(asked: Question) -> list[str] | None:
    """Rows of the memory table by pid or name; without a name, the largest ones."""
    dump = next(
        (event for event in everything(asked.sources) if isinstance(event.detail, OomDump) and event.detail.rows), None
    )
    if dump is None or not isinstance(dump.detail, OomDump):
        return None
    rows = dump.detail.rows
    pids = {int(number) for number in _NUMBERS.findall(asked.text)}
    chosen = [row for row in rows if row.pid in pids or _named(row.name, asked.text)]
    if not chosen:
        if not re.search(r"process|进程|memory|内存|killed|victim|largest|biggest|最大", asked.text, re.IGNORECASE):
            return None
        chosen = sorted(rows, key=lambda row: -row.rss)[:MOST_ROWS]
    chosen = sorted(chosen, key=lambda row: -row.rss)[:8]
    head = phrase("process_columns", asked.language)
    table = [head, "|---|---|---|---|---|---|"]
    for row in chosen:
        mark = cite([Evidence(dump.evidence.source, row.line, row.line)])
        adj = "-" if row.oom_score_adj is None else str(row.oom_score_adj)
        table.append(f"| {_cell(row.name)} | {row.pid} | {_mib(row.rss)} | {_mib(row.total_vm)} | {adj} | {mark} |")
    rows_said = [phrase("pages_assumed", asked.language)]
    if len(chosen) > 1 and chosen[-1].rss:
        most, least = chosen[0], chosen[-1]
        times = f"{most.rss / least.rss:.1f}"
        rows_said.append(
            phrase(
                "times_as_much",
                asked.language,
                more=most.name,
                less=least.name,
                pid=most.pid,
                other=least.pid,
                times=times,
            )
        )
    return [*table, "", *rows_said]


def _named(name: str, text: str) -> bool:
    return len(name) > 2 and re.search(rf"(?<![\w-]){re.escape(name.lower())}(?![\w-])", text.lower()) is not None  # noqa: PLR2004 - shorter names are words


def _mib(pages: int) -> str:
    return f"{pages * _PAGE_KB / 1024:,.1f} MiB"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("`", "'")


def _times(asked: Question) -> list[str] | None:
    """The minute of each time that the question names: how many records, how many errors, the first of them."""
    clocks = _CLOCKS.findall(asked.text)
    if len(clocks) < 2 or not asked.sources:  # noqa: PLR2004 - two to compare
        return None
    rows = []
    for clock in clocks[:4]:
        parts = [int(part) for part in clock.split(":")]
        start = parts[0] * 3600 + parts[1] * _MINUTE
        wanted = Selection(after=start, before=start + _MINUTE - 1)
        found = look(asked.sources, wanted.takes)
        errors = [event for event in found.kept if event.severity >= Severity.ERROR]
        rows.append(f"- **{clock}**: " + phrase("minute_held", asked.language, n=found.count, errors=len(errors)))
        rows += [
            f"  - {cite([event.evidence])} {event.message.splitlines()[0][:160]}"
            for event in (errors or found.kept)[:2]
        ]
    return rows


def _sources(asked: Question) -> list[str] | None:
    """One line a log: lines, records at error level, its span."""
    if len(asked.report.sources) < 2:  # noqa: PLR2004 - two to compare
        return None
    events: Sequence[Event] = everything(asked.sources)
    rows = []
    for item in asked.report.sources:
        mine = [event for event in events if event.evidence.source == item.index]
        errors = sum(event.severity >= Severity.ERROR for event in mine)
        span = " – ".join(show_time(time) for time in (item.first_time, item.last_time) if time is not None)
        clock = any(second_of_day(event.time) is not None for event in mine)
        rows.append(
            f"- [{item.index}] {item.name}: "
            + phrase("source_held", asked.language, n=item.lines, errors=errors)
            + (f" {span}" if span and clock else "")
        )
    return rows
