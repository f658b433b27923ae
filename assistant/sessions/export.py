"""A session as one document: Markdown to read, or a record to write as JSON."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.i18n import Language, Text
from assistant.knowledge.entry import Knowledge
from assistant.model import Report, Source
from assistant.sessions.records import KeptSource, Session, Turn

_SOURCES = Text("Sources", "日志来源")
_VERDICT = Text("Verdict", "结论")
_EXPLAIN = Text("(explain this)", "（请解释）")
_UNANSWERED = Text("(no answer was given)", "（没有得到回答）")
_STOPPED = Text("(stopped)", "（已中断）")


def document(
    form: str,
    report: Report,
    knowledge: Knowledge,
    language: Language,
    sources: Sequence[Source],
    *,
    title: str,
    notes: Sequence[str] = (),
    more: str = "",
) -> str:
    """The incident report as `md`, `html` or `json`; `more` is Markdown that follows it, such as the conversation."""
    if form == "json":
        from assistant.answer.export import to_json  # noqa: PLC0415 - only for this form

        return session_json({**to_json(report, knowledge, language), "title": title, "notes": list(notes)}) + "\n"
    if form == "html":
        from assistant.answer.report_page import to_report_page  # noqa: PLC0415 - as above

        return to_report_page(report, knowledge, language, sources, title=title, notes=notes, more=more)
    from assistant.answer.incident_report import to_report  # noqa: PLC0415 - as above

    return to_report(report, knowledge, language, sources, title=title, notes=notes) + (f"\n{more}" if more else "")


def to_markdown(
    session: Session, sources: Sequence[KeptSource], turns: Sequence[Turn], language: Language, *, texts: bool = False
) -> str:
    """The conversation as Markdown; with `texts`, the logs too, fenced so that nothing in them is markup."""
    parts = [f"# {session.name}"]
    if session.verdict:
        parts.append(f"**{_VERDICT.get(language)}**: {session.verdict} {' '.join(session.causes)}".rstrip())
    if sources:
        parts.append(f"## {_SOURCES.get(language)}")
        parts.append("\n".join(f"- [{kept.source.index}] {_one_line(kept)}" for kept in sources))
    said = conversation(turns, language)
    parts += [said.rstrip("\n")] if said else []
    parts += [texts_of(sources).rstrip("\n")] if texts and sources else []
    return "\n\n".join(parts) + "\n"


def conversation(turns: Sequence[Turn], language: Language) -> str:
    """Questions and answers as Markdown."""
    parts: list[str] = []
    for turn in turns:
        parts.append(f"## {turn.number}. {' '.join(turn.question.split()) or _EXPLAIN.get(language)}")
        parts.append(turn.answer.strip() or _UNANSWERED.get(language))
        if turn.state == "stopped":
            parts.append(_STOPPED.get(language))
    return "\n\n".join(parts) + "\n\n" if parts else ""


def texts_of(sources: Sequence[KeptSource]) -> str:
    """The logs, fenced so that nothing in them is markup."""
    return (
        "\n\n".join(f"## [{kept.source.index}] {kept.source.name}\n\n{fenced(_text(kept))}" for kept in sources) + "\n"
    )


def to_record(session: Session, sources: Sequence[KeptSource], turns: Sequence[Turn]) -> dict[str, object]:
    """The session as values that JSON knows."""
    return {
        "schema": 1,
        "name": session.name,
        "started": session.started,
        "changed": session.changed,
        "verdict": session.verdict,
        "root_causes": list(session.causes),
        "sources": [
            {
                "number": kept.source.index,
                "name": kept.source.name,
                "sha256": kept.source.sha256,
                "bytes": kept.size,
                "note": kept.note,
                "text": _text(kept),
            }
            for kept in sources
        ],
        "turns": [
            {
                "number": turn.number,
                "question": turn.question,
                "language": turn.language,
                "asked": turn.asked,
                "answer": turn.answer,
                "writer": turn.writer,
                "state": turn.state,
            }
            for turn in turns
        ],
    }


def fenced(text: str, kind: str = "log") -> str:
    """Text in a fence that is longer than any run of backquotes in it."""
    longest = run = 0
    for character in text:
        run = run + 1 if character == "`" else 0
        longest = max(longest, run)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{kind}\n{text.rstrip(chr(10))}\n{fence}"


def _one_line(kept: KeptSource) -> str:
    note = f" ({kept.note})" if kept.note else ""
    return f"`{kept.source.name.replace('`', ' ')}`, {kept.size:,} bytes{note}"


def _text(kept: KeptSource) -> str:
    return kept.source.body.decode("utf-8", "replace") if isinstance(kept.source.body, bytes) else ""


def session_json(value: object) -> str:
    """A record, or a list of them, as JSON that people can read too."""
    import json  # noqa: PLC0415 - only for this format

    return json.dumps(value, ensure_ascii=False, indent=2)
