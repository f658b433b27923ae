"""How many, how often, since when, until when, for how long."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from assistant.answer.cite import cite
from assistant.answer.focus import focus, named_finding, symptoms
from assistant.answer.head import phrase
from assistant.answer.looking import code, selection
from assistant.answer.records import Found, look
from assistant.answer.story import bullets
from assistant.answer.topics import topics_of
from assistant.clock import Time, elapsed
from assistant.fill import show_time
from assistant.model import Event, Evidence, Fact, Finding

if TYPE_CHECKING:
    from assistant.answer.followup import Question

_LINES = re.compile(
    r"how many (log )?lines|number of lines|(日志|一共|总共)?.{0,4}多少行|(有|共|总共)几行", re.IGNORECASE
)
_FAILED = re.compile(r"fail|request|502|50x|5xx|bad gateway|次|失败|请求|报错|错误|error", re.IGNORECASE)
_KILLS = re.compile(r"kill|oom|杀", re.IGNORECASE)
_LONG = 20
_SPREAD = 3  # times that make a rhythm
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


def count(asked: Question) -> list[str] | None:
    """A number, with the lines it was counted from."""
    if _LINES.search(asked.text):
        rows = [
            f"- [{item.index}] {item.name}: {phrase('line_count', asked.language, n=item.lines)}"
            for item in asked.report.sources
        ]
        return [phrase("line_count", asked.language, n=sum(item.lines for item in asked.report.sources)), *rows]
    wanted = selection(asked)
    if wanted.narrow and asked.sources:
        found = look(asked.sources, wanted.takes)
        if found.count or not wanted.statuses:
            return _counted(asked, found)
    facts = _facts(asked)
    if wanted.statuses:  # how many records there are says nothing of a status
        facts = [
            row
            for row in facts
            if any(str(low) in row for low, _ in wanted.statuses) or "upstream" in row.lower() or "上游" in row
        ]
    if facts:
        return facts
    if wanted and asked.sources:
        return _counted(asked, look(asked.sources, wanted.takes))
    finding = named_finding(asked)
    if finding is None or not finding.observed:
        finding = next(iter(symptoms(asked)), None) if _FAILED.search(asked.text) or not topics_of(asked.text) else None
    return [_seen(asked, finding)] if finding is not None else None


def _facts(asked: Question) -> list[str]:
    """Facts that hold counts, where the question names their subject."""
    kinds = [
        kind
        for topic in topics_of(asked.text)
        if topic.name in ("often", "victim", "container", "routes", "post", "disabled")
        for kind in topic.facts
    ]
    if _KILLS.search(asked.text):
        kinds = ["oom.count", "oom.kill", *kinds]
    elif _FAILED.search(asked.text):
        kinds = ["upstream.overview", *kinds]
    rows: list[str] = []
    for kind in dict.fromkeys(kinds):
        of_all = any(fact.subject == "all" for fact in asked.report.facts_of(kind))
        rows += bullets(asked.report, (kind,), asked.language, _of_all if of_all else _any)
    return list(dict.fromkeys(rows))[:4]


def _of_all(fact: Fact) -> bool:
    return fact.subject == "all"


def _any(_: Fact) -> bool:
    return True


def _counted(asked: Question, found: Found) -> list[str]:
    if not found.count or found.last is None:
        return [phrase("none_selected", asked.language, lines=found.lines, looked=found.looked)]
    rows = [phrase("selected", asked.language, n=found.count, looked=found.looked)]
    first, last = found.kept[0], found.last
    times = [event.time for event in (first, last) if event.time is not None]
    if len(times) > 1 and found.count > 1:
        rows.append(
            "- "
            + phrase("from_to", asked.language, first=show_time(times[0]), last=show_time(times[1]))
            + " "
            + cite([first.evidence, last.evidence])
        )
    rows += [f"- {cite([event.evidence])} `{code(event.evidence.text.split(chr(10))[0])}`" for event in found.kept[:3]]
    return rows


def _seen(asked: Question, finding: Finding) -> str:
    return (
        phrase("seen_times", asked.language, title=finding.title.get(asked.language), n=finding.count)
        + " "
        + cite(finding.evidence)
    )


def frequency(asked: Question) -> list[str] | None:
    """How often: the count, the span, and the gaps between."""
    wanted = selection(asked)
    if wanted and asked.sources:
        found = look(asked.sources, wanted.takes)
        return [*_counted(asked, found), *_gaps(asked, [event.time for event in found.kept])]
    finding = focus(asked)
    if finding is None:
        return None
    times = _times_of(asked, finding.evidence)
    rows = [_seen(asked, finding)]
    rows += _gaps(asked, times)
    facts = bullets(
        asked.report,
        ("upstream.overview", "upstream.intermittent", "oom.count"),
        asked.language,
        lambda fact: fact.subject in ("", "all"),
    )
    return [*rows, *facts[:3]]


def _times_of(asked: Question, evidence: Sequence[Evidence]) -> list[Time | None]:
    at = {(item.source, item.line) for item in evidence}
    found = look(asked.sources, lambda event: (event.evidence.source, event.evidence.line) in at)
    return [event.time for event in found.kept]


def _gaps(asked: Question, times: Sequence[Time | None]) -> list[str]:
    gaps = [gap for one, two in pairwise(times) if (gap := elapsed(two, one)) is not None]
    if len(gaps) < _SPREAD - 1:
        return ["- " + phrase("no_rhythm", asked.language)]
    span = sum(gaps)
    return [
        "- "
        + phrase(
            "rhythm",
            asked.language,
            span=words(span, asked.language),
            least=words(min(gaps), asked.language),
            most=words(max(gaps), asked.language),
        )
    ]


def since(asked: Question) -> list[str] | None:
    """When it was first and last seen, and how long that is."""
    wanted = selection(asked)
    if wanted and asked.sources and named_finding(asked) is None:
        found = look(asked.sources, wanted.takes)
        if not found.count or found.last is None:
            return [phrase("none_selected", asked.language, lines=found.lines, looked=found.looked)]
        return _first_last(asked, found.kept[0], found.last, found.count)
    named = named_finding(asked)
    finding = named if named is not None and named.observed else next(iter(symptoms(asked)), None) or focus(asked)
    if finding is None or not finding.evidence:
        return None
    at = {(item.source, item.line) for item in finding.evidence}
    found = look(asked.sources, lambda event: (event.evidence.source, event.evidence.line) in at)
    rows = [f"**{finding.title.get(asked.language)}**"]
    timed = [event for event in found.kept if event.time is not None]
    if not timed:
        return [*rows, phrase("no_time", asked.language) + " " + cite(finding.evidence)]
    return [*rows, *_first_last(asked, timed[0], timed[-1], finding.count)]


def when(asked: Question) -> list[str] | None:
    """When the main thing was seen, then the timeline."""
    from assistant.answer.replies import timeline  # noqa: PLC0415 - replies imports what stands here

    rows = timeline(asked)
    named = named_finding(asked)
    main_one = named if named is not None and named.observed else focus(asked)
    if rows and main_one is not None and main_one.first_seen is not None and len(rows) < _LONG:
        first = (
            "- "
            + phrase("first_at", asked.language, time=show_time(main_one.first_seen))
            + " "
            + cite(main_one.evidence[:1])
        )
        return [f"**{main_one.title.get(asked.language)}**", first, "", *rows]
    return rows or since(asked)


def _first_last(asked: Question, first: Event, last: Event, number: int) -> list[str]:
    language = asked.language
    if first.time is None:
        return [phrase("no_time", language) + " " + cite([first.evidence])]
    rows = ["- " + phrase("first_at", language, time=show_time(first.time)) + " " + cite([first.evidence])]
    if number > 1 and last.time is not None and last.evidence != first.evidence:
        rows.append("- " + phrase("last_at", language, time=show_time(last.time)) + " " + cite([last.evidence]))
        span = elapsed(last.time, first.time)
        if span is not None:
            rows.append("- " + phrase("lasted", language, span=words(span, language), n=number))
    else:
        rows.append("- " + phrase("once", language))
    rows.append("- " + phrase("outside", language))
    return rows


def words(seconds: float, language: str) -> str:
    """A length of time as people say it."""
    units = {"en": (" d", " h", " min", " s"), "zh": (" 天", " 小时", " 分", " 秒")}[language]
    whole = round(seconds)
    if seconds < 1:
        return f"{seconds:.3g}{units[3]}"
    parts = [
        (whole // _DAY, units[0]),
        (whole % _DAY // _HOUR, units[1]),
        (whole % _HOUR // _MINUTE, units[2]),
        (whole % _MINUTE, units[3]),
    ]
    return " ".join(f"{number}{unit}" for number, unit in parts if number)
