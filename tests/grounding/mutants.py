"""True answers with one thing made wrong: a number, a unit, a time, a name, a cause or a command.

A mutant is a real answer with one place changed. Changes that leave the meaning as it was (`1.290 GiB` for `1.29 GiB`)
are not made.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.grounding.concepts import compiled
from assistant.grounding.ground import Ground
from assistant.grounding.passages import code_spans, passages, sentences
from assistant.grounding.shell.commands import is_command
from assistant.grounding.values import Kind, values
from assistant.grounding.words import latin_words

_UNITS = {
    Kind.BYTES: ("KiB", "MiB", "GiB", "bytes"),
    Kind.SECONDS: {"en": ("ms", "s", "min", "h"), "zh": ("毫秒", "秒", "分钟", "小时")},
    Kind.PERCENT: ("MiB", "s"),
}
_NAMES = ("frobd", "mysqld", "java", "node", "haproxy", "celery", "redis-server", "postgres")
_CAUSES = {
    "en": ("the disk is full", "a DNS failure", "a deadlock in the database", "a network problem", "an expired certificate", "too many open files",
           "a hardware failure", "a brute-force attack", "a configuration error", "a memory leak", "a kernel panic", "missing permissions"),
    "zh": ("磁盘已满", "域名解析失败", "数据库死锁", "网络故障", "证书过期", "文件句柄耗尽", "硬件故障", "暴力破解攻击", "配置错误", "内存泄漏", "内核崩溃", "权限不足"),
}  # fmt: skip
_COMMANDS = ("rm -rf /var/lib", "docker restart web", "kill -9 4711", "reboot", "redis-cli FLUSHALL", "systemctl stop sshd", "dd if=/dev/zero of=/dev/sda", "chmod -R 777 /", "iptables -F", "sysctl -w vm.overcommit_memory=1")  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """What was changed: the kind, the place in the original, the new text of the answer, and where the change ends in it."""

    kind: str
    start: int
    old: str
    new: str
    text: str


def mutants(markdown: str, ground: Ground, rng: random.Random, most: int) -> list[Mutant]:
    """At most `most` mutants of an answer, of all kinds that it has places for."""
    found: dict[str, list[tuple[int, str, str]]] = {}
    for kind, start, old, new in _changes(markdown, ground, rng):
        if old != new:
            found.setdefault(kind, []).append((start, old, new))
    chosen = []
    while len(chosen) < most and any(found.values()):
        for kind, places in found.items():
            if places and len(chosen) < most:
                start, old, new = places.pop(rng.randrange(len(places)))
                chosen.append(Mutant(kind, start, old, new, markdown[:start] + new + markdown[start + len(old) :]))
    return chosen


def _changes(markdown: str, ground: Ground, rng: random.Random) -> Iterator[tuple[str, int, str, str]]:
    for passage in passages(markdown):
        if passage.kind == "code":
            if passage.info in ("bash", "sh", ""):
                yield from _commands(passage.text, passage.start, rng)
            continue
        for sentence in sentences(passage):
            spans = list(code_spans(sentence.text))
            for start, _, text in spans:
                if " " in text and is_command(text):
                    yield from _commands(text, sentence.start + start, rng)
            yield from _values(sentence.text, sentence.start, spans, ground, rng)
            yield from _words(sentence.text, sentence.start, spans, ground, rng)
            if passage.kind == "text":
                yield from _causes(sentence.text, sentence.start, ground, rng)


def _values(text, at, spans, ground, rng):
    for value in values(text):
        if any(first <= value.start < last for first, last, _ in spans) or text[: value.start].rstrip().endswith("第"):
            continue
        start, old = at + value.start, text[value.start : value.end]
        if value.kind in (Kind.TIME, Kind.DATE):
            yield "time", start, old, _digit(old, rng)
        elif value.kind in (Kind.NUMBER, Kind.BYTES, Kind.SECONDS, Kind.PERCENT, Kind.ADDRESS, Kind.CONNECTION):
            if not re.search(r"\d", old) or re.match(r"^\W{0,3}(?:st|nd|rd|th)\b", text[value.end :]):
                continue
            new = _digit(old, rng)
            made = [one for one in values(text[: value.start] + new + text[value.end :]) if one.start == value.start]
            if made and not made[0].meets(value):
                yield "number", start, old, new
        if value.kind in _UNITS:
            units = _UNITS[value.kind]
            units = units[ground.language] if isinstance(units, dict) else units
            digits = re.match(r"[\d.,]+\s?", old)
            if digits and len(re.findall(r"\d[\d.,]*", old)) == 1:
                new = digits[0] + rng.choice([unit for unit in units if unit not in old])
                made = values(text[: value.start] + new + text[value.end :])
                if any(one.start == value.start and not one.meets(value) for one in made):
                    yield "unit", start, old, new


def _digit(text: str, rng: random.Random) -> str:
    """One digit made another one; never a leading zero of a number, never an hour or month that is none."""
    places = [match.start() for match in re.finditer(r"\d", text)]
    for _ in range(20):
        at = rng.choice(places)
        new = text[:at] + rng.choice([d for d in "0123456789" if d != text[at]]) + text[at + 1 :]
        if re.search(r"(?<![\d.])0\d", new) and ":" not in new and "-" not in new:
            continue
        if [value.kind for value in values(new)] == [value.kind for value in values(text)]:
            return new
    return text


def _words(text, at, spans, ground, rng):
    for start, end, word in latin_words(text):
        if word.lower() in ground.names and not any(first <= start < last for first, last, _ in spans):
            if text[start - 1 : start] in ("/", ".", "-", "_") or text[end : end + 1] in ("/", "_"):
                continue
            others = [name for name in (*_NAMES, *sorted(ground.names)) if name != word.lower() and name not in text]
            yield "name", at + start, word, rng.choice(others)


def _causes(text, at, ground, rng):
    for _, pattern, _ in compiled():
        match = pattern.search(text)
        inside = match and any(first <= match.start() < last for first, last, _ in code_spans(text))
        if (
            match
            and not inside
            and not re.search(r"[`\[]", match[0])
            and text[match.start() - 1 : match.start()] not in ("-", "_", ".")
        ):
            wrong = [cause for cause in _CAUSES[ground.language] if _is_false(cause, ground)]
            if wrong:
                yield "cause", at + match.start(), match[0], rng.choice(wrong)
            return


def _is_false(cause: str, ground: Ground) -> bool:
    """Whether the report knows nothing of a cause: none of its findings is of that kind."""
    for _, pattern, entries in compiled():
        if pattern.search(cause):
            return entries is None or not any(entries.search(finding.entry) for finding in ground.report.findings)
    return False


def _commands(text, at, rng):
    for match in re.finditer(r"[^\n]+", text):
        line = match[0]
        if line.lstrip().startswith("#") or not line.strip():
            continue
        start = at + match.start()
        yield "command", start, line, rng.choice(_COMMANDS)
        words = line.split(" ")
        if len(words) > 1:
            if not re.search(r"[<>{}]", words[-1]):
                yield "command", start, line, " ".join([*words[:-1], words[-1] + "x"])
            yield "command", start, line, f"{line} && {rng.choice(_COMMANDS)}"
