"""Names: whether a process of a pid has the name that stands before it, and names that nothing here knows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.grounding.claims import Claim, Verdict
from assistant.grounding.ground import Ground
from assistant.grounding.passages import Passage, Sentence
from assistant.grounding.servers import PROGRAMS
from assistant.grounding.stance import Stance, is_advice, is_warning, offers, stance
from assistant.grounding.value import Kind, Value
from assistant.grounding.words import latin_words
from assistant.i18n import Text
from assistant.intake.lazily import lazily

_BEFORE = lazily(r"`?(?P<name>[A-Za-z][\w.-]{1,62})`?\s?(?:进程)?\s?[(（]\s?`?(?:pid|PID|进程号)[\s:=`]*$")
_NAMED_BY = re.compile(r"(?:\b(?:killed|process(?:es)? named|process|victim|program|daemon|container|service|unit|host|named)\s+`?|(?:杀死了?|杀掉了?|杀的是|进程|程序|容器|服务|主机)\s?`?)$", re.IGNORECASE)  # fmt: skip
_PID_AFTER = re.compile(r"^`?\s?[(（]\s?(?:pid|PID|进程)")
_PLAIN = frozenset(
    [
        "process",
        "processes",
        "the",
        "a",
        "an",
        "it",
        "its",
        "by",
        "with",
        "was",
        "is",
        "of",
        "in",
        "and",
        "or",
        "on",
        "at",
        "to",
        "id",
        "pid",
        "name",
        "names",
        "itself",
        "that",
        "which",
        "container",
        "service",
        "kernel",
        "oom",
        "memory",
    ]
)
_NONE = frozenset(
    [
        "workers",
        "processes",
        "children",
        "child",
        "backend",
        "backends",
        "process",
        "pid",
        "the",
        "worker",
        "master",
        "service",
        "container",
        "program",
    ]
)


def misnamed(sentence: Sentence, found: Sequence[Value], ground: Ground) -> Iterator[Claim]:
    """Names that stand before a pid which belongs to another process."""
    for value in found:
        if value.kind is not Kind.NUMBER or value.role != "pid":
            continue
        before = _BEFORE().search(sentence.text[: value.start])
        if before is None or before["name"].lower() in _NONE:
            continue
        owner = _owner(value.key, before["name"], ground)
        if owner is not None:
            start = sentence.start + before.start("name")
            because = Text(f"pid {value.key} is {owner}", f"pid {value.key} 是 {owner}")
            yield Claim("name", before["name"], start, start + len(before["name"]), Verdict.CONTRADICTED, because)


def _owner(pid: str, name: str, ground: Ground) -> str | None:
    """The name that facts give to a pid, when it is another one and no line has the pid beside this name."""
    beside = re.compile(rf"([A-Za-z][\w.-]{{1,62}})\s?(?:[(（]pid\s?{pid}(?!\d)|{pid}(?!\d))")
    names = {match[1] for statement in ground.statements for match in beside.finditer(statement.text)}
    names -= {"pid", "PID", "process", "worker", "workers", "master"}
    if not names or name in names:
        return None
    number = re.compile(rf"(?<!\d){pid}(?!\d)")
    word = re.compile(rf"(?<![\w.-]){re.escape(name)}(?![\w-])")
    if any(word.search(line) for _, line in ground.lines.matching(number)):
        return None
    return min(names)


def strangers(sentence: Sentence, passage: Passage, found: Sequence[Value], ground: Ground) -> Iterator[Claim]:
    """Names where a name of the incident is due (`killed X`, `X (pid …)`, a known program), which nothing knows."""
    advice = is_advice(passage) or offers(sentence.text) or is_warning(sentence.text, passage)
    for start, end, name in latin_words(sentence.text):
        if any(value.start <= start < value.end for value in found) or name.lower() in _PLAIN:
            continue
        due = _PID_AFTER.match(sentence.text[end:]) or (
            _NAMED_BY.search(sentence.text[:start]) and sentence.text[start - 1 : start] == "`"
        )
        if name.lower() in PROGRAMS and not advice:
            due = due or stance(sentence.text, start, end, passage) is Stance.ASSERTED
        if due and name.lower() not in ground.names and not _known(name, ground):
            yield Claim("name", name, sentence.start + start, sentence.start + end, Verdict.UNSUPPORTED)


def _known(name: str, ground: Ground) -> bool:
    low = name.lower()
    return low in ground.vocabulary or low in ground.index or ground.lines.has(name, fold=True)
