"""`dockerd (pid 3610113)`: whether a process of that pid has that name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.grounding.claims import Claim, Verdict
from assistant.grounding.ground import Ground
from assistant.grounding.passages import Sentence
from assistant.grounding.value import Kind, Value
from assistant.i18n import Text
from assistant.intake.lazily import lazily

_BEFORE = lazily(r"`?(?P<name>[A-Za-z][\w.-]{1,62})`?\s?(?:进程)?\s?[(（]\s?`?(?:pid|PID|进程号)[\s:=`]*$")
_NONE = frozenset(["process", "pid", "the", "worker", "master", "service", "container", "program"])


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
