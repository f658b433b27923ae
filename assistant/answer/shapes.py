"""Lines of no known format in words: how often each shape comes, in which minute most of it came, what came once."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answer.cite import cite
from assistant.answer.head import phrase
from assistant.fill import show_time
from assistant.i18n import Language
from assistant.model import Report, Template

SHOWN = 8
RARE = 4  # shapes that came once, shown where most lines repeat
_REPEATING = 40  # lines from which on a line that came once is worth naming
_BURST = 10  # lines within a minute
_SHARE = 0.6  # of a shape's lines, within one minute although it went on for longer


def unread(report: Report, language: Language) -> list[str]:
    """The lines that no format claimed: frequent shapes, those that speak of an error, rare ones."""
    if not report.unrecognised:
        return []
    often, once = _chosen(report.templates, report.unrecognised)
    rows = ["- " + phrase("unread", language, n=report.unrecognised)]
    rows += [_row(item, language) for item in often]
    if once:
        rows.append("- " + phrase("rare", language))
        rows += [_row(item, language) for item in once]
    rest = report.unrecognised - sum(item.count for item in (*often, *once))
    if rest > 0:
        rows.append("- " + phrase("more_shapes", language, n=rest))
    return rows


def _chosen(templates: Sequence[Template], lines: int) -> tuple[list[Template], list[Template]]:
    once = [item for item in templates if item.count == 1] if lines >= _REPEATING else []
    once.sort(key=lambda item: (not item.error, item.first.source, item.first.line))
    single = {id(item) for item in once}
    often = [item for item in templates if id(item) not in single]
    often.sort(key=lambda item: (not item.error, -item.count, item.first.source, item.first.line))
    return often[: SHOWN if once else SHOWN + RARE], once[:RARE]


def _row(item: Template, language: Language) -> str:
    row = f"  - {item.count}× `{item.text.replace('`', chr(39))}` {cite([item.first])}"
    if item.count > 1:
        row += ("，最后 " if language == "zh" else ", last ") + cite([item.last])
    if burst := _burst(item):
        row += ("：" if language == "zh" else ": ") + phrase("burst", language, n=item.burst, of=item.count, at=burst)
    return row


def _burst(item: Template) -> str:
    """When most of a shape came, if that was one minute of a longer time."""
    if item.burst < _BURST or item.burst < _SHARE * item.count or item.burst_time is None:
        return ""
    if item.burst == item.count and item.first_time == item.burst_time:
        return ""  # it is all there is
    return show_time(item.burst_time)
