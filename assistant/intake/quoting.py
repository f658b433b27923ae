r"""Quoting that a paste picked up on its way: Markdown fences, mail quotes, table bars, line numbers, indentation.

Each layer is recognised over a whole run of lines, never from one line: numbers must count up one by one, and what
remains must look like the log it was quoted from (or the layer must cover all of the text). Prefixes that carry
meaning (compose and pod names, syslog and journal headers) are no quoting and stay.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from assistant.intake.heads import head_kind
from assistant.intake.lazily import lazily

Numbered = tuple[int, str]  # a physical line number and its text

_FENCE = lazily(r"[ \t]{0,12}(?:`{3,}[\w.+#-]{0,24}|~{3}[\w.+#-]{0,24})[ \t]*$")
_LAYERS = 4  # quotes in quotes; more than this is a nesting nobody reads
_ENOUGH = 3  # lines that a run needs before it may cover a text without log heads
_HALF = 0.5
_SEPARATOR = lazily(r"\s*[-+=|]{4,}\s*$")
_DEEPER = lazily(r"(?:[>|│┃] ?| {0,8}\d{1,9}[\t→│:|] ?)+")  # further layers, looked through to judge this one
_CLOCK_ONLY = lazily(r"\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d+)?(?![:\d])")
_DATE = lazily(r"\s*\d{4}-\d\d-\d\d(?:[T ]|$)")  # a year is no line number
_HTTP_DUMP = lazily(r"[A-Z]{3,8} \S+ HTTP/\d|HTTP/\d")
_OWN_INDENT = frozenset({"traceback", "exception", "compose"})  # frames, and rows that look like `name | value`


@dataclass(frozen=True, slots=True)
class _Number:
    """One way in which tools number lines. `step_one`: numbers must be consecutive; `loose`: without heads too."""

    name: str
    pattern: str
    step_one: bool = True
    loose: bool = True
    anchor: str = ""  # must be in a line for the pattern to be worth trying


# `main.c:3:10: error: …` is how compilers name a place, and no numbering of ours
_COMPILER = (
    r"(?!\d{1,5}: (?:fatal error|error|warning|note): | ?(?:fatal error|error|warning|note|undefined reference)\b)"
)
_NUMBERS = (
    _Number("arrow", r"\s{0,8}(\d{1,9})[→│](.*)", anchor="→│"),
    _Number("tab", r" {0,8}(\d{1,9})\t(.*)", anchor="\t"),
    _Number("bar", r" {0,8}(\d{1,9}) ?\| ?(.*)", anchor="|"),
    _Number("grep", r"(\d{1,9})[:-](.*)", step_one=False, anchor=":-"),
    _Number(
        "file",
        rf"(?:[\w.@+~-]*[./][\w./@+~-]*)[:-](\d{{1,9}})[:-]{_COMPILER}(.*)",
        step_one=False,
        loose=False,
        anchor=":-",
    ),
    _Number("colon", r" {0,8}(\d{1,9}): (.*)", loose=False, anchor=":"),
    _Number("space", r" {0,8}(\d{1,9})(?: (.*)|$)", loose=False),
)


def dequote(lines: Sequence[Numbered]) -> list[Numbered]:
    """The lines without their quoting. Fence lines are left out; numbers stay those of the physical lines."""
    out = _drop_fences(lines)
    for _ in range(_LAYERS):
        before = out
        for layer in (_mail_quote, _table_bar, _line_numbers, _indentation):
            out = layer(out)
        if out == before:
            break
        out = _drop_fences(out)
    return out


def evident(lines: Sequence[Numbered]) -> bool:
    """Whether a sample shows any quoting; when it does not, the rest of a large input is read without looking."""
    return dequote(lines) != list(lines)


def _drop_fences(lines: Sequence[Numbered]) -> list[Numbered]:
    if not any("```" in text or "~~~" in text for _, text in lines):
        return list(lines)
    tildes = sum(1 for _, text in lines if text.startswith("~~~") and _FENCE().match(text))
    kept = []
    opened = False
    for number, text in lines:
        body = text
        if _FENCE().match(body) and (body.lstrip().startswith("`") or tildes > 1):
            opened = not opened
            continue
        if body.startswith("```"):  # the log begins right behind the fence
            opened, body = True, body[3:].lstrip(" ")
        if opened and body.endswith("```"):
            opened, body = False, body[:-3].rstrip(" ")
        kept.append((number, body))
    return kept


def _mail_quote(lines: list[Numbered]) -> list[Numbered]:
    if not any(text.startswith((">", " >")) for _, text in lines):
        return lines
    pattern = re.compile(r" ?> ?(.*)")

    def strip(text: str) -> str | None:
        match = pattern.match(text)
        return match[1] if match else None

    return _strip_runs(lines, strip, veto=lambda bodies: bool(_HTTP_DUMP().match(bodies[0])))


def _table_bar(lines: list[Numbered]) -> list[Numbered]:
    if not any(text.startswith(("|", "│", "┃")) for _, text in lines):
        return lines
    pattern = re.compile(r"[|│┃] ?(.*?)(?:\s+[|│┃])?\s*$")

    def strip(text: str) -> str | None:
        match = pattern.match(text)
        return match[1] if match else None

    def is_table(bodies: list[str]) -> bool:  # several columns: a table of values, to be left as it is
        return sum(1 for body in bodies if re.search(r"\s[|│┃]\s", body)) > len(bodies) * _HALF

    return _strip_runs(lines, strip, veto=is_table)


def _strip_runs(
    lines: list[Numbered], strip: Callable[[str], str | None], veto: Callable[[list[str]], bool]
) -> list[Numbered]:
    """Strip every run of marked lines that reads as a log without its mark, or that is all there is."""
    out = list(lines)
    filled = sum(1 for _, text in lines if text.strip())
    for start, end in _runs([strip(text) is not None for _, text in lines]):
        bodies = [strip(text) or "" for _, text in lines[start:end]]
        written = [body for body in bodies if body.strip()]
        if not written or veto(written):
            continue
        covers = end - start >= _ENOUGH and len(written) >= filled - 1
        if covers or _reads_as_log(written):
            out[start:end] = [(number, body) for (number, _), body in zip(lines[start:end], bodies, strict=True)]
    return out


def _runs(marked: Sequence[bool]) -> Iterator[tuple[int, int]]:
    start = None
    for i, mark in enumerate((*marked, False)):
        if mark and start is None:
            start = i
        elif not mark and start is not None:
            yield start, i
            start = None


def _reads_as_log(bodies: Sequence[str]) -> bool:
    written = [body for body in bodies[:400] if body.strip()]
    if not written:
        return False
    kinds = [head_kind(body) or head_kind(_DEEPER().sub("", body)) for body in written]
    return sum(1 for kind in kinds if kind) >= _HALF * len(kinds) or bool(kinds[0] and len(kinds) >= _ENOUGH)


@functools.cache
def _compiled(style: _Number) -> re.Pattern[str]:
    return re.compile(style.pattern)


def _line_numbers(lines: list[Numbered]) -> list[Numbered]:
    for style in _NUMBERS:
        if style.anchor and not any(char in text for _, text in lines[:64] for char in style.anchor):
            continue
        out = _strip_numbers(lines, style)
        if out != lines:
            return out
    return lines


def _strip_numbers(lines: list[Numbered], style: _Number) -> list[Numbered]:
    pattern = _compiled(style)
    matches = [pattern.match(text) for _, text in lines]
    out = list(lines)
    filled = sum(1 for _, text in lines if text.strip())
    for start, end in _counting(matches, step_one=style.step_one):
        found = [match for match in matches[start:end] if match is not None]
        bodies = [match[2] or "" for match in found]
        written = [body for body in bodies if body.strip()]
        if not written or _is_data(lines, start, end, bodies):
            continue
        covers = style.loose and len(found) >= _ENOUGH and len(found) >= filled - 2
        wide = style.name == "tab" and len(found) >= _ENOUGH and all(match.end(1) >= 6 for match in found)  # noqa: PLR2004 - the width of `cat -n`
        if covers or wide or (_reads_as_log(written) and (len(found) > 1 or filled == 1)):
            out[start:end] = [(number, body) for (number, _), body in zip(lines[start:end], bodies, strict=True)]
    return out


def _counting(matches: Sequence[re.Match[str] | None], *, step_one: bool) -> Iterator[tuple[int, int]]:
    """Stretches in which every line is numbered and the numbers go up (one by one when `step_one`)."""
    start = 0
    previous: int | None = None
    for i, match in enumerate((*matches, None)):
        value = int(match[1]) if match else None
        goes_on = (
            value is not None and previous is not None and (value == previous + 1 if step_one else value > previous)
        )
        if not goes_on:
            if previous is not None:
                yield start, i
            start = i
        previous = value


def _is_data(lines: Sequence[Numbered], start: int, end: int, bodies: Sequence[str]) -> bool:
    """Whether the numbers belong to the lines: hours of a clock, rows of a table, frames of a backtrace, `ip addr`."""
    texts = [text for _, text in lines[start:end]]
    if start and _SEPARATOR().match(lines[start - 1][1]):
        return True
    if all(_CLOCK_ONLY().match(text) or _DATE().match(text) for text in texts):
        return True
    if sum(1 for body in bodies if " | " in body) > len(bodies) * _HALF:  # the columns of a query's result
        return True
    if all(head_kind(text) for text in texts) and not all(head_kind(body) for body in bodies if body.strip()):
        return True
    first = texts[0].lstrip()
    return first.startswith(("0: ", "1: lo")) or re.match(r"\d+:[A-Z] \d", first) is not None


def _indentation(lines: list[Numbered]) -> list[Numbered]:
    filled = [text for _, text in lines if text.strip()]
    if not filled or not any(text[0] in " \t" for text in filled):
        return lines
    out = list(lines)
    inner = [bool(text[:1] in {" ", "\t"} or not text.strip()) for _, text in lines]
    for first, last in _runs(inner):
        start, end = first, last
        while start < end and not lines[start][1].strip():
            start += 1
        block = [text for _, text in lines[start:end] if text.strip()]
        if not block:
            continue
        margin = _common_margin(block)
        bodies = [text.removeprefix(margin) for text in block]
        covers = len(block) == len(filled)
        kind = head_kind(bodies[0])
        if not margin or (kind in _OWN_INDENT and not (covers and kind == "compose")):
            continue
        outer = [body for body in bodies if body[:1] not in {" ", "\t"}]
        if covers or (kind and len(outer) > 1 and _reads_as_log(outer) and _same_kind(outer)):
            out[start:end] = [(number, text.removeprefix(margin)) for number, text in lines[start:end]]
    return out


def _same_kind(bodies: Sequence[str]) -> bool:
    kinds = {head_kind(body) for body in bodies} - {""}
    return len(kinds) == 1


def _common_margin(block: Sequence[str]) -> str:
    shortest, longest = min(block), max(block)
    length = 0
    for a, b in zip(shortest, longest, strict=False):
        if a != b or a not in " \t":
            break
        length += 1
    return shortest[:length]
