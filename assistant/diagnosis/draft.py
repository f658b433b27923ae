"""`assistant knowledge new`: the beginning of an entry from a pasted log.

The event that the log is about is the first of the worst that no entry explains; its message becomes a template, values
masked; the log's own lines become samples. What only a person knows is left as TODO, which `knowledge check` names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from assistant.diagnosis.match import EventMatcher, SignalIndex
from assistant.errors import UsageError
from assistant.events.stream import SourceReader
from assistant.intake import make_source, read
from assistant.knowledge.check import DRAFT, MIN_SAMPLES
from assistant.knowledge.entry import Knowledge
from assistant.knowledge.template import TemplateError, compile_template
from assistant.model import Event, Severity

KEPT = 400  # events that are looked at
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,60}(?:/[a-z0-9][a-z0-9-]{0,60}){1,3}")
_LONGEST = 160  # characters of a template: the beginning of a message tells it from others
# what differs between two messages of one kind, most telling first
_VALUES = (
    ("address", re.compile(r"(?<![\w.])(?:\d{1,3}(?:\.\d{1,3}){3}|\[[0-9A-Fa-f:]{2,45}\])(?::\d{1,5})?(?![\w.])")),
    ("id", re.compile(
        r"\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b|\b0x[0-9a-fA-F]+\b|\b(?=[a-f]*\d)[0-9a-f]{12,64}\b")),
    ("quoted", re.compile(r"(?<=\")[^\"]{1,300}(?=\")|(?<=')[^']{1,300}(?=')")),
    ("path", re.compile(r"(?<![\w/])/(?:[\w.@+-]+/)*[\w.@+-]+")),
    ("number", re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?![\w.])")),
)  # fmt: skip
_TYPED = {"id": "word", "number": "num", "path": "word"}
_DIGITS = re.compile(r"\d")
_CLOCK = re.compile(r"(\d\d:\d\d:\d)(\d)")


def draft(name: str, log: str, knowledge: Knowledge) -> str:
    """The Markdown of a new entry. Raises UsageError when the name is no name, or the log has no event."""
    if not _NAME.fullmatch(name):
        raise UsageError(f"{name!r} is no name for an entry: area/what-happens, in lower-case letters, digits and -")
    if name in knowledge.entries:
        raise UsageError(f"there is an entry {name} already: {knowledge.entries[name].path}")
    events = _events(log)
    if not events:
        raise UsageError("no line of the log has a known format, so that no entry could fire on it")
    event = _subject(events, knowledge)
    template = propose(event.message)
    same = [other for other in events if _is_like(other, event, template)]
    others = [other for other in events if other not in same]
    level = (
        "critical" if event.severity > Severity.ERROR else "error" if event.severity >= Severity.ERROR else "warning"
    )
    return _markdown(name, level, event, template, _samples(same), _samples(others))


def propose(message: str) -> str:
    """A template that matches this message and others like it: values become placeholders, words stay."""
    line = message.split("\n", maxsplit=1)[0]
    marks = _marks(line)
    out, end, seen = "", 0, dict.fromkeys((kind for kind, _ in _VALUES), 0)
    for start, stop, kind in marks:
        if start > _LONGEST:
            break
        seen[kind] += 1
        name = kind if seen[kind] == 1 else f"{kind}{seen[kind]}"
        typed = f":{_TYPED[kind]}" if kind in _TYPED else ""
        out += _literal(line[end:start]) + f"{{{name}{typed}}}"
        end = stop
    tail = line[end:] if len(line) <= _LONGEST else line[end : max(end, _LONGEST)]
    if len(line) > _LONGEST:
        tail = tail.rpartition(" ")[0] if " " in tail else tail  # whole words only
    template = out + _literal(tail)
    try:
        matches = compile_template(template).match(message) is not None
    except TemplateError:
        matches = False
    return template if matches else _words_only(line)


def _marks(line: str) -> list[tuple[int, int, str]]:
    """Where values stand, without overlaps; what is found first stays."""
    taken: list[tuple[int, int, str]] = []
    for kind, pattern in _VALUES:
        for match in pattern.finditer(line):
            start, stop = match.span()
            if all(stop <= other[0] or start >= other[1] for other in taken):
                taken.append((start, stop, kind))
    return sorted(taken)


def _literal(text: str) -> str:
    """Literal text of a template: braces would be read as placeholders."""
    return text.replace("{", "").replace("}", "") if "{" in text or "}" in text else text


def _words_only(line: str) -> str:
    """The longest run without digits or braces: what is left when values stand too close."""
    runs = re.findall(r"[A-Za-z][^\d{}\"']{2,80}(?<=[\w)])", line)
    return max(runs, key=len, default=line[:60]).strip()


def _events(log: str) -> list[Event]:
    source = make_source(1, "paste 1", log, is_paste=True)
    found: list[Event] = []

    def take(event: Event) -> None:
        if len(found) < KEPT:
            found.append(event)

    SourceReader(source, take).run(read(source))
    return found


def _subject(events: Sequence[Event], knowledge: Knowledge) -> Event:
    """The event to write about: of the worst that no entry explains, the first; else the first of the worst."""
    index = SignalIndex(knowledge)

    def unknown(event: Event) -> bool:
        matcher = EventMatcher(index)
        matcher.add(event)
        return not matcher.hits

    news = [event for event in events if unknown(event)] or list(events)
    worst = max(event.severity for event in news)
    return next(event for event in news if event.severity == worst)


def _is_like(event: Event, subject: Event, template: str) -> bool:
    return event.kind == subject.kind and compile_template(template).match(event.message) is not None


def _samples(events: Iterable[Event]) -> list[str]:
    texts = list(dict.fromkeys(event.evidence.text for event in events))
    return texts[:MIN_SAMPLES]


def _other_values(sample: str, message: str) -> str:
    """The same line with other values, so that the signal is seen not to hang on them; else a second later."""
    line = message.split("\n", maxsplit=1)[0]
    start = sample.find(line)
    for first, stop, _ in reversed(_marks(line) if start >= 0 else []):
        value = sample[start + first : start + stop]
        other = _DIGITS.sub(lambda digit: str(int(digit[0]) % 9 + 1), value)
        sample = sample[: start + first] + other + sample[start + stop :]
    return _CLOCK.sub(lambda match: f"{match[1]}{(int(match[2]) + 1) % 10}", sample, count=1)


def _markdown(name: str, level: str, event: Event, template: str, fires: list[str], quiet: list[str]) -> str:
    quoted = "'" + template.replace("'", "''") + "'"
    fires = fires or [event.evidence.text]
    if len(fires) < MIN_SAMPLES:
        fires = [*fires, _other_values(fires[0], event.message)]
    while len(quiet) < MIN_SAMPLES:
        quiet = [*quiet, f"{DRAFT}: a line that looks alike and must not fire ({len(quiet) + 1})"]
    blocks = {"Fires on": fires, "Stays quiet on": quiet}
    samples = "\n".join(
        f"## {heading}\n" + "\n".join(f"```log\n{text}\n```" for text in texts) for heading, texts in blocks.items()
    )
    return f"""---
id: {name}
severity: {level}
title: {{en: "{DRAFT}: what happened, in a few words", zh: "{DRAFT}：几个字说明发生了什么"}}
tell: {{en: "{DRAFT}: what evidence would confirm it", zh: "{DRAFT}：什么证据能证实它"}}
signals:
  - event: {event.kind}
    message: {quoted}
probes:
  - run: "{DRAFT}: a read-only command that tells more"
    purpose: {{en: "{DRAFT}: what it decides", zh: "{DRAFT}：它能判断什么"}}
fixes:
  - id: {DRAFT.lower()}
    do: {{en: "{DRAFT}: what helps, given these facts", zh: "{DRAFT}：在这些事实下什么有帮助"}}
    brief: {{en: "{DRAFT}", zh: "{DRAFT}"}}
    risk: changes state
references: ["{DRAFT}: the software's source or documentation"]
---
## en
### What it means
{DRAFT}
### Verify
{DRAFT}
## zh
### 含义
{DRAFT}
### 验证
{DRAFT}
{samples}
"""
