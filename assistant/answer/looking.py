"""Questions that want to see lines: those of a level, a status, a time, a process; those around or before something."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.answer.cite import cite
from assistant.answer.focus import focus, named_finding
from assistant.answer.head import phrase
from assistant.answer.records import Found, everything, look
from assistant.answer.selection import Selection, parse, placed, second_of_day
from assistant.fill import show_time
from assistant.intake import read
from assistant.model import Event, Evidence, Severity

if TYPE_CHECKING:
    from assistant.answer.followup import Question

SHOWN = 12
AROUND = 4
_ORDINALS = (
    (0, re.compile(r"\bfirst\b|\b1st\b|第一(条|个|次|行)?|最早的?|最先", re.IGNORECASE)),
    (1, re.compile(r"\bsecond (?!of)|\b2nd\b|第二(条|个|次)?", re.IGNORECASE)),
    (2, re.compile(r"\bthird\b|\b3rd\b|第三(条|个|次)?", re.IGNORECASE)),
    (3, re.compile(r"\bfourth\b|\b4th\b|第四(条|个|次)?", re.IGNORECASE)),
    (
        -1,
        re.compile(
            r"\b(last|latest|final)\b(?! (few|\d+))|最后(一)?(条|个|次|行)?|最近(一)?(条|个|次)|最晚", re.IGNORECASE
        ),
    ),
)
_AFTER_IT = re.compile(r"\bafter\b|\bthen\b|\bnext\b|之后|以后|后来|接着|随后", re.IGNORECASE)
_SPAN = re.compile(
    r"(?:last|past|final)\s+(\d+)\s*(min|hour|sec|m\b|h\b|s\b)|(?:最近|最后|前)\s*(\d+)\s*(分钟|小时|秒)", re.IGNORECASE
)
_UNITS = {"m": 60, "h": 3600, "s": 1, "分": 60, "小": 3600, "秒": 1}


def services(asked: Question) -> tuple[str, ...]:
    """The programs whose records are in the session, by the names of the formats that read them."""
    names = {name.split(".")[0] for source in asked.report.sources for name, _ in source.formats}
    return tuple(sorted(names | {item for fact in asked.report.facts for item in _programs(fact.attributes)}))


def _programs(attributes: object) -> list[str]:
    values = attributes.items() if isinstance(attributes, dict) else ()
    return [str(value).lower() for name, value in values if name in ("process.name", "service") and value]


def selection(asked: Question) -> Selection:
    """What the question selects, the last minutes of the log included."""
    found = parse(asked.text, services(asked))
    span = _SPAN.search(asked.text)
    if span is not None and found.after is None and found.before is None:
        amount = int(span[1] or span[3]) * _UNITS[(span[2] or span[4])[0].lower()]
        ends = [second for item in asked.report.sources if (second := second_of_day(item.last_time)) is not None]
        if ends:
            found = replace(found, after=max(0, max(ends) - amount), before=max(ends))
    return placed(found, [time for item in asked.report.sources for time in (item.first_time, item.last_time)])


def filtered(asked: Question) -> list[str] | None:
    """The records that the question selects, as they stand in the logs."""
    wanted = selection(asked)
    if not wanted or not asked.sources:
        return None
    found = look(asked.sources, wanted.takes)
    return shown(asked, found)


def some(asked: Question) -> list[str] | None:
    """The same where the question did not ask for lines in so many words: only when there are any."""
    wanted = selection(asked)
    if not wanted.narrow or not asked.sources:
        return None
    found = look(asked.sources, wanted.takes)
    return shown(asked, found) if found.count else None


def shown(asked: Question, found: Found) -> list[str]:
    """Records with their lines, or that there are none among those that were read."""
    if not found.count:
        return [phrase("none_selected", asked.language, lines=found.lines, looked=found.looked)]
    rows = [phrase("selected", asked.language, n=found.count, looked=found.looked)]
    kept = found.kept[:SHOWN]
    rows += [_row(event) for event in kept]
    if found.count > len(kept) and found.last is not None:
        rows.append(phrase("more_selected", asked.language, n=found.count - len(kept)))
        rows.append(_row(found.last))
    return rows


def nth(asked: Question) -> list[str] | None:
    """`the second error`, `最后一次 502`: one record of those that the question selects, and what is known of it."""
    position = next((number for number, pattern in _ORDINALS if pattern.search(asked.text)), None)
    if position is None or not asked.sources:
        return None
    wanted = selection(asked)
    finding = named_finding(asked)
    if not wanted and finding is not None and finding.observed and finding.evidence:
        return _of_finding(asked, position)
    if not wanted:
        return None
    found = look(asked.sources, wanted.takes)
    if not found.count:
        return shown(asked, found)
    event = (
        found.last if position < 0 else found.kept[position] if position < min(found.count, len(found.kept)) else None
    )
    if event is None:
        return [phrase("fewer_selected", asked.language, n=found.count), *[_row(each) for each in found.kept[:SHOWN]]]
    rows = [_row(event)]
    if event.time is not None:
        rows.append("- " + phrase("at_time", asked.language, time=show_time(event.time)))
    rows += about(asked, event.evidence)
    return rows


def _of_finding(asked: Question, position: int) -> list[str] | None:
    finding = named_finding(asked)
    if finding is None or position >= len(finding.evidence):
        return None
    item = finding.evidence[position]
    return [f"- {cite([item])} `{code(item.text)}`", *about(asked, item)]


def about(asked: Question, evidence: Evidence) -> list[str]:
    """The findings that a line proves."""
    rows = []
    for finding in asked.report.findings:
        if any(
            item.source == evidence.source and item.line <= evidence.last and item.last >= evidence.line
            for item in finding.evidence
        ):
            status = phrase(f"status_{finding.status.value.replace(' ', '_')}", asked.language)
            rows.append(f"- {finding.title.get(asked.language)} ({status})")
    return list(dict.fromkeys(rows))[:3]


def neighbourhood(asked: Question) -> list[str] | None:
    """What stands before, after or around a time, a line or a finding."""
    if not asked.sources:
        return None
    anchor = _anchor(asked)
    if anchor is None:
        return None
    text = asked.text
    before = re.search(
        r"\b(before|led to|leading|prior|earlier|just then)\b|之前|以前|前面|前后|发生前|前(发生|有)|上文",
        text,
        re.IGNORECASE,
    )
    after = _AFTER_IT.search(text) or re.search(r"后面|下文|前后|发生后", text)
    both = (before is None) == (after is None)
    first = anchor.line - (AROUND * (2 if not both else 1) if before or both else 0)
    last = anchor.last + (AROUND * (2 if not both else 1) if after or both else 0)
    last = min(last, anchor.line + SHOWN * 2)
    source = next((item for item in asked.sources if item.index == anchor.source), None)
    if source is None:
        return None
    rows = []
    for line in read(source):
        if line.number > last:
            break
        if line.last >= first and line.text.strip():
            mark = "**→**" if anchor.line <= line.number <= anchor.last else "-"
            rows.append(f"- {'→ ' if mark != '-' else ''}[{source.index}:{line.number}] `{code(line.text)}`")
    if first <= 1 and before and not [row for row in rows if "→" not in row]:
        rows.append("- " + phrase("nothing_before", asked.language, name=source.name))
    others = _elsewhere(asked, anchor, before=bool(before) or both, after=bool(after) or both)
    return [*rows, *others] if rows else None


def _anchor(asked: Question) -> Evidence | None:
    """The line that the question points to: by its time, by its number, by what it says."""
    wanted = selection(asked)
    if wanted.after is not None or wanted.before is not None:
        target = wanted.before if wanted.after is None else wanted.after
        near = look(asked.sources, lambda event: second_of_day(event.time) is not None)
        best = min(near.kept, key=lambda event: abs((second_of_day(event.time) or 0) - (target or 0)), default=None)
        return best.evidence if best else None
    if wanted.words or wanted.statuses or wanted.pid is not None:
        found = look(asked.sources, wanted.takes)
        if found.kept:
            return found.kept[0].evidence
    finding = focus(asked)
    return finding.evidence[0] if finding is not None and finding.evidence else None


def _elsewhere(asked: Question, anchor: Evidence, *, before: bool, after: bool) -> list[str]:
    """What the timeline has before and after it in the other logs, in the order in which the report has put them."""
    items = list(asked.report.timeline)
    here = [number for number, item in enumerate(items) if item.evidence.source == anchor.source]
    at = next((number for number in here if items[number].evidence.line >= anchor.line), None)
    if at is None:
        return []
    near = (items[max(0, at - AROUND) : at] if before else []) + (items[at + 1 : at + 1 + AROUND] if after else [])
    return [
        f"- {item.text.get(asked.language)} {cite([item.evidence])}"
        for item in near
        if item.evidence.source != anchor.source
    ]


_STOP = frozenset(
    [
        "what",
        "when",
        "where",
        "which",
        "who",
        "why",
        "how",
        "is",
        "are",
        "was",
        "were",
        "the",
        "this",
        "that",
        "it",
        "its",
        "did",
        "does",
        "do",
        "has",
        "have",
        "had",
        "can",
        "could",
        "will",
        "would",
        "should",
        "there",
        "here",
        "with",
        "from",
        "into",
        "onto",
        "than",
        "then",
        "them",
        "they",
        "show",
        "tell",
        "give",
        "about",
        "many",
        "much",
        "long",
        "often",
        "first",
        "last",
        "same",
        "other",
        "more",
        "most",
        "some",
        "any",
        "all",
        "please",
        "happened",
        "happen",
        "happens",
        "exactly",
        "really",
        "still",
        "just",
        "only",
        "also",
        "line",
        "lines",
        "logs",
        "log",
        "these",
        "those",
        "please",
        "know",
        "mean",
        "means",
    ]
)
_WORD = re.compile(r"[A-Za-z_][\w.-]{3,40}")


def by_words(asked: Question) -> list[str] | None:
    """The last resort: lines that hold the question's own words, named as no more than that."""
    from assistant.answer.values import spoken_of  # noqa: PLC0415 - values looks here for its lines

    words = [word for word in _WORD.findall(asked.text) if word.lower() not in _STOP]
    if not words or not asked.sources:
        return None
    rows = spoken_of(asked, words)
    return [phrase("not_told", asked.language), *rows] if rows else None


def lines_of(asked: Question) -> list[str] | None:
    """The lines of the finding that the question names."""
    finding = focus(asked)
    if finding is None or not finding.evidence:
        return None
    rows = [f"**{finding.title.get(asked.language)}**"]
    return rows + [f"- {cite([item])} `{code(item.text.split(chr(10))[0])}`" for item in finding.evidence[:SHOWN]]


def worst(asked: Question) -> list[Event]:
    """Records at error level, in order; used where a question says `the errors`."""
    return [event for event in everything(asked.sources) if event.severity >= Severity.ERROR]


def _row(event: Event) -> str:
    return f"- {cite([event.evidence])} `{code(event.evidence.text.split(chr(10))[0])}`"


def code(text: str) -> str:
    """A line of a log inside backquotes."""
    return text.replace("`", "'").replace("\n", " ⏎ ")[:300]
