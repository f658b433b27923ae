"""Slash commands that look at the incident: its causes, its pictures, its runbook, its report, what people noted."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.answer import drawing, head
from assistant.answer.cite import cite
from assistant.answer.head import phrase
from assistant.answer.writer import changed
from assistant.config import nearest
from assistant.errors import UsageError
from assistant.i18n import Text
from assistant.knowledge.search import search
from assistant.sessions.export import document
from assistant.terminal import views

if TYPE_CHECKING:
    from assistant.terminal.commands import Desk

_NOTHING = Text("Nothing to draw yet: paste a log first.", "还没有可画的：请先粘贴日志。")
_NO_PROBE = Text("No command would tell more just now.", "目前没有需要再查的命令。")
_NO_NOTES = Text("No notes yet: /note TEXT", "还没有备注：/备注 内容")
_NOTED = Text("noted ({number})", "已记下（{number}）")
_WRITTEN = Text("written to {path}", "已写入 {path}")
_NO_ENTRY = Text("no entry {name}{near}", "没有条目 {name}{near}")
_FOUND = Text("Entries that match; /runbook ID shows one:", "匹配的条目；/手册 ID 查看：")
SUFFIXES = {".md": "md", ".html": "html", ".htm": "html", ".json": "json"}


def graph(desk: Desk, _: str) -> None:
    """The chain of causes as a picture."""
    incident = desk.incident
    language = incident.language()
    rows = drawing.graph(incident.report, incident.knowledge, language)
    desk.show(views.fenced(rows) if rows else _NOTHING.get(language))


def timeline(desk: Desk, _: str) -> None:
    """What happened in order, below a chart of records over time; a memory table as bars."""
    incident = desk.incident
    language = incident.language()
    parts = [drawing.chart(incident.sources, incident.report, language), drawing.memory(incident.sources, language)]
    shown = [views.fenced(rows) for rows in parts if rows]
    desk.show("\n\n".join([*shown[:1], views.timeline(incident.report, language), *shown[1:]]))


def why(desk: Desk, _: str) -> None:
    """The verdict, and each link with its reasons and with what it does not prove."""
    incident = desk.incident
    language, report = incident.language(), incident.report
    rows, _said = head.verdict_lines(report, incident.knowledge, language)
    for link in report.links:
        ends = [report.finding(entry) for entry in (link.cause, link.effect)]
        cause, effect = (end.title.get(language) if end else "?" for end in ends)
        rows += [
            "",
            f"**{cause} → {effect}** ({phrase(f'status_{link.status.value.replace(chr(32), chr(95))}', language)})",
        ]
        rows += [f"- {text.get(language)} {cite(lines)}".rstrip() for text, lines in link.because]
        rows += [
            f"- ✕ {phrase('why_not_proven', language)} {text.get(language)} {cite(lines)}".rstrip()
            for text, lines in link.not_proven
        ]
    desk.show("\n".join(rows) if rows else _NOTHING.get(language))


def runbook(desk: Desk, argument: str) -> None:
    """What the knowledge base says of an entry; of the root cause when none is named."""
    incident = desk.incident
    language, entries = incident.language(), incident.knowledge.entries
    wanted = argument or next(iter(incident.report.root_causes), "")
    if wanted in entries:
        entry = entries[wanted]
        body = "\n\n".join(f"**{name}**\n\n{text}" for name, text in entry.body.get(language, {}).items())
        sources = "\n".join(f"- {reference}" for reference in entry.references)
        desk.show(f"**{entry.title.get(language)}** (`{entry.id}`)\n\n{body}\n\n{sources}".strip())
        return
    found = search(argument, incident.knowledge, limit=5) if argument else []
    if not found:
        raise UsageError(_NO_ENTRY.get(language).format(name=wanted, near=nearest(wanted, list(entries))))
    rows = [_FOUND.get(language), *(f"- `{item.id}`: {item.title.get(language)}" for item, _ in found)]
    desk.show("\n".join(rows))


def probe(desk: Desk, _: str) -> None:
    """The commands that would tell more, best first, with what each outcome means."""
    incident = desk.incident
    language = incident.language()
    rows: list[str] = []
    for position, item in enumerate(incident.report.probes[:5]):
        rows += head.probe_lines(item, language, name="then_look" if position == 0 else "also_look")
    desk.show("\n".join(rows).strip() or _NO_PROBE.get(language))


def diff(desk: Desk, _: str) -> None:
    """What the last paste changed."""
    incident = desk.incident
    language = incident.language()
    rows = (
        changed(incident.report, incident.previous, language) if incident.previous else [phrase("only_one", language)]
    )
    desk.show("\n".join(rows))


def note(desk: Desk, argument: str) -> None:
    """Keep a note, which goes into the report; without text, all notes."""
    incident = desk.incident
    language = incident.language()
    if argument:
        desk.remark(_NOTED.get(language).format(number=incident.note(argument)))
        return
    kept = incident.notes()
    desk.show("\n".join(f"{number}. {text}" for number, text in enumerate(kept, 1)) or _NO_NOTES.get(language))


def report(desk: Desk, argument: str) -> None:
    """The incident report: on the screen, or to a file whose name says the form (.md, .html, .json)."""
    incident = desk.incident
    language = incident.language()
    if not incident.sources:
        raise UsageError(_NOTHING.get(language))
    path = Path(argument).expanduser() if argument else None
    form = SUFFIXES.get(path.suffix.lower(), "") if path else "md"
    if not form:
        raise UsageError(f"{argument}: .md | .html | .json")
    incident = incident.shareable()  # nobody else gets the secrets of the logs
    given = document(
        form,
        incident.report,
        incident.knowledge,
        language,
        incident.sources,
        title=incident.name or "incident",
        notes=incident.notes(),
    )
    if path is None:
        desk.show(re.sub(r"^# ", "## ", given, count=1))
        return
    try:
        with path.open("x", encoding="utf-8") as file:  # never over something that is there
            file.write(given)
    except OSError as problem:
        raise UsageError(f"{path}: {problem.strerror}") from None
    desk.remark(_WRITTEN.get(language).format(path=path))
