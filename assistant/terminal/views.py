"""Parts of a report as Markdown, for those who want to look behind an answer."""

from __future__ import annotations

from collections.abc import Iterable

from assistant.clock import BootTime, LocalTime, ZonedTime
from assistant.i18n import Language, Text
from assistant.model import Evidence, Report, Source, Value

_NO_FACTS = Text("No facts yet: paste a log first.", "还没有事实：请先粘贴日志。")
_NO_FINDINGS = Text("Nothing that is known was found.", "没有发现已知的故障。")
_NO_SOURCES = Text("No sources yet: paste a log, or /load FILE.", "还没有来源：请粘贴日志，或 /load 文件。")
_NO_TIMES = Text("Nothing with a time was found.", "没有带时间的内容。")
_LINES = Text("{lines} lines", "{lines} 行")
_HEADS = Text("| # | name | lines | format | time |", "| # | 名称 | 行数 | 格式 | 时间 |")
_AROUND = 20  # lines before and after the one that was asked for
_WIDTH = 300  # characters of one line of evidence


def sources(report: Report, language: Language) -> str:
    """A table of the sources."""
    if not report.sources:
        return _NO_SOURCES.get(language)
    rows = [_HEADS.get(language), "|---|---|---|---|---|"]
    for source in report.sources:
        formats = ", ".join(name for name, _ in source.formats[:3]) or "?"
        times = " – ".join(time.iso() for time in (source.first_time, source.last_time) if time)
        rows.append(f"| [{source.index}] | {cell(source.name)} | {source.lines:,} | {formats} | {times} |")
    return "\n".join(rows)


def facts(report: Report, language: Language) -> str:
    """Each fact with its values and its lines."""
    if not report.facts:
        return _NO_FACTS.get(language)
    return "\n".join(
        f"- **{fact.kind}** ({fact.grade}) {_values(fact.attributes.items())} {cite(fact.evidence)}".rstrip()
        for fact in report.facts
    )


def evidence(report: Report, language: Language, number: int = 0) -> str:
    """The findings with the lines that prove them; with a number, that finding only."""
    chosen = list(enumerate(report.findings, 1))
    if number:
        chosen = chosen[number - 1 : number]
    if not chosen:
        return _NO_FINDINGS.get(language)
    parts = []
    for position, finding in chosen:
        parts.append(f"**{position}. {finding.title.get(language)}** ({finding.status}, `{finding.entry}`)")
        lines = [f"[{line.source}:{line.line}] {line.text[:_WIDTH]}".rstrip() for line in finding.evidence]
        if lines:
            parts.append(fenced(lines))
        parts += [f"- {reason.get(language)}" for reason in finding.because]
    return "\n\n".join(parts)


def timeline(report: Report, language: Language) -> str:
    """What happened, in order."""
    if not report.timeline:
        return _NO_TIMES.get(language)
    return "\n".join(
        f"- {item.time.iso() if item.time else '?'} {item.text.get(language)} {cite((item.evidence,))}"
        for item in report.timeline
    )


def lines(source: Source, around: int, language: Language) -> str:
    """Lines of a source with their numbers: the first ones, or those around one."""
    from assistant.intake import read  # noqa: PLC0415 - only when somebody looks

    first, last = max(1, around - _AROUND), (around or _AROUND) + _AROUND
    shown, total = [], 0
    for line in read(source):
        total = line.last
        if first <= line.number <= last:
            shown.append(f"{line.number:>6}  {line.text}")
    return f"**[{source.index}] {source.name}** · {_LINES.get(language).format(lines=f'{total:,}')}\n\n{fenced(shown)}"


def fenced(rows: Iterable[str]) -> str:
    """Lines in a fence that nothing in them can close."""
    from assistant.sessions.export import fenced as fence  # noqa: PLC0415 - as above

    return fence("\n".join(rows))


def cite(evidence: Iterable[Evidence]) -> str:
    """`[1:3] [1:5-7]`."""
    return " ".join(f"[{e.source}:{e.line}{f'-{e.last}' if e.last > e.line else ''}]" for e in evidence)


def cell(text: str) -> str:
    """Text that stays inside its cell of a table."""
    return text.replace("|", "\\|").replace("\n", " ")


def _values(pairs: Iterable[tuple[str, Value]]) -> str:
    return ", ".join(f"`{name}={_value(value)}`" for name, value in pairs if value is not None)


def _value(value: Value) -> str:
    if isinstance(value, (ZonedTime, LocalTime, BootTime)):
        return value.iso()
    if isinstance(value, tuple):
        return "(" + ", ".join(map(_value, value)) + ")"
    return str(value).replace("`", "'").replace("\n", " ")[:_WIDTH]
