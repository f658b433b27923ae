"""Numbers that follow from what is known: counts of what a sentence lists, of lines, and spans between times."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from assistant.grounding.ground import Ground
from assistant.grounding.passages import code_spans
from assistant.grounding.value import Kind, Value
from assistant.grounding.values import values_of
from assistant.intake.lazily import lazily
from assistant.intake.tainted import abstract

_SMALL = 12
_FEW = 400  # lines of which all times are looked at
_DISTINCT = 24  # times, from which durations between them mean nothing
_SPAN = lazily(
    r"\b(?:later|before|after|earlier|apart|between|within|lasted|took|cut off|waited)\b|之后|之前|以后|以前|后|前|相隔|间隔|隔了|距离?|相差|过了|历时|持续",
    re.IGNORECASE,
)
_LINES = lazily(
    r"^\s?(?:(?:条|行)(?:日志|记录|消息|内容|错误|警告)?|(?:log )?(?:lines?|entries|entry|records?|messages?)\b)",
    re.IGNORECASE,
)

_TIMES = lazily(r"^\s?(?:次|遍|回|times\b)", re.IGNORECASE)
_ALL = lazily(r"\b(?:all|these|those)\s$|(?:这|那|全部)$", re.IGNORECASE)
_DAY = lazily(
    r"^\s?(?:日(?!志)|月)|^ (?:January|February|March|April|May|June|July|August|September|October|November|December)\b"
)
_DIGITS = re.compile(r"\d+")


def counts_listed(value: Value, text: str, found: Sequence[Value], ground: Ground) -> bool:
    """Whether a number counts the things that its sentence lists, the lines of a log, or the lines that say a thing."""
    if value.kind is not Kind.NUMBER or value.role or value.point <= 1:
        return False
    after = text[value.end :]
    if _DAY().match(after) or (text[: value.start].rstrip().endswith("月") and after.lstrip().startswith("号")):
        return True
    if value.point <= _SMALL:
        listed = Counter(
            other.kind for other in {(one.kind, one.key): one for one in found if one.start > value.start}.values()
        )
        if value.point in (*listed.values(), sum(1 for _ in code_spans(text))):
            return True
    if _LINES().match(after) and int(value.point) in _line_counts(ground):
        return True
    if _ALL().search(text[: value.start]):
        return _said_so_often(value, text, found, ground, every=False)
    often = _TIMES().match(after) or value.text.lower() == "twice"
    return bool(often) and _said_so_often(value, text, found, ground)


def _line_counts(ground: Ground) -> set[int]:
    by_source = Counter(source for source, _ in ground.lines)
    return {*by_source.values(), by_source.total()}


def _said_so_often(value: Value, text: str, found: Sequence[Value], ground: Ground, *, every: bool = True) -> bool:
    """Whether as many lines hold another value or a quotation of the sentence, or, where it has none, say the same."""
    wanted = int(value.point)
    quoted = {span for _, _, span in code_spans(text)} | {one.text for one in found if one is not value}
    if quoted:
        return any(sum(1 for _ in ground.lines.holding(one, fold=True)) == wanted for one in quoted)
    return every and wanted in Counter(_DIGITS.sub("0", line) for line in ground.lines.values()).values()


def spans_times(value: Value, text: str, ground: Ground) -> bool:
    """Whether a duration is that between two times of the logs, and is said to be one: `two seconds later`."""
    if value.kind is not Kind.SECONDS or not _SPAN().search(text):
        return False
    times = sorted(
        {_seconds(one.key) for line in _few(ground) for one in values_of(abstract(line)) if _has_seconds(one)}
    )
    if len(times) > _DISTINCT:
        return False  # among many times any duration is found
    pairs = ((first, last) for at, first in enumerate(times) for last in times[at + 1 :])
    return any(value.low <= last - first <= value.high for first, last in pairs)


def _few(ground: Ground) -> Sequence[str]:
    return tuple(ground.lines.values()) if len(ground.lines) <= _FEW else ()


def _has_seconds(value: Value) -> bool:
    return value.kind is Kind.TIME and value.key.count(":") == 2  # noqa: PLR2004 - hh:mm:ss


def _seconds(key: str) -> float:
    hours, minutes, seconds = key.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)
