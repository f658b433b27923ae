"""Whether a statement or a line that holds a value speaks of what the claim speaks of.

`3` is everywhere in a log; that three *requests* failed is said by few lines. Values that hardly occur by chance (long
numbers, full times, paths, addresses) need no more than to be there.
"""

from __future__ import annotations

import re

from assistant.grounding.ground import Ground, Statement
from assistant.grounding.measures import agree, measured
from assistant.grounding.value import Kind, Value
from assistant.grounding.values import MONTH_NAMES, values_of
from assistant.grounding.words import is_chinese, words_of
from assistant.intake.tainted import abstract
from assistant.model import Evidence

_LONG = 5  # digits that are no accident
_PID = 3  # digits of a pid that are none
_TELLING = 3  # digits of a number that need one word more on its line
_BESIDE = 26  # characters around a number that say what it counts
_SHOWN = 3  # lines that are cited for one value
_DIGITS = re.compile(r"[\d.]+")
_WRITTEN = (Kind.NUMBER, Kind.BYTES, Kind.SECONDS, Kind.PERCENT, Kind.TIME)
_STATUS = re.compile(r"[45]\d\d")  # of HTTP
_FEW = 400  # lines in all of which a quantity is looked for
_SIZE = 6  # digits of a number without a unit that may be bytes
_SIZED = re.compile(r"bytes?|memory|size|alloc|used|heap|rss|limit|watermark", re.IGNORECASE)
_FAR = 1.5  # a bound that is further away says little
_UNDER = re.compile(
    r"(?:\b(?:less than|under|below|at most|up to)|不到|低于|少于|不足|小于|最多)\s*[`*]*$", re.IGNORECASE
)
_OVER = re.compile(
    r"(?:\b(?:more than|over|above|at least|exceed\w*)|超过|高于|多于|大于|至少)\s*[`*]*$", re.IGNORECASE
)
_UNDER_AFTER, _OVER_AFTER = re.compile(r"\s?(?:以下|以内)"), re.compile(r"\s?(?:以上|or more)")
_CUT = re.compile(r"[，,；;。:：()（）|]|\[\d")


def rare(value: Value) -> bool:
    """Whether a value hardly occurs by accident."""
    if value.kind in (Kind.PATH, Kind.ADDRESS, Kind.DATE, Kind.SIGNAL):
        return True
    if value.kind is Kind.TIME:
        return len(value.key) > 5  # noqa: PLR2004 - hh:mm
    digits = _digits_of(value)
    if value.kind is Kind.BYTES:  # as somebody wrote it: `16777216 bytes`
        return digits >= _LONG
    return value.kind is Kind.NUMBER and digits >= (_PID if value.role == "pid" else _LONG)


def _digits_of(value: Value) -> int:
    return sum(character.isdigit() for character in value.text)


def is_bound_of(value: Value, text: str, other: Value) -> bool:
    """`less than 100 MiB` is borne out by 84 MiB: a known quantity on that side, and not far from it."""
    if value.kind is not other.kind or value.kind not in (Kind.BYTES, Kind.SECONDS, Kind.PERCENT):
        return False
    before, after = text[max(0, value.start - 16) : value.start], text[value.end : value.end + 6]
    if _UNDER.search(before) or _UNDER_AFTER.match(after):
        return value.point / _FAR <= other.point <= value.point
    if _OVER.search(before) or _OVER_AFTER.match(after):
        return value.point <= other.point <= value.point * _FAR
    return False


def speaks_of(value: Value, text: str, context: frozenset[str], other: Value, statement: Statement) -> bool:
    """Whether the other value stands for the same: next to the same words, or in a statement on the same matter."""
    if value.kind is Kind.BYTES and not agree(measured(text, value), measured(statement.text, other)):
        return False
    if rare(value) or (not value.role and _STATUS.fullmatch(value.key) and other.role in ("", "status")):
        return True
    mine, theirs = beside(text, value), beside(statement.text, other)
    if mine & theirs:
        return True
    if value.kind in (Kind.BYTES, Kind.SECONDS, Kind.PERCENT, Kind.CONNECTION, Kind.TIME):
        return bool(context & statement.words)
    return bool(value.role) and value.role == other.role


def beside(text: str, value: Value) -> frozenset[str]:
    """The words right beside a value, in its clause, in their simplest form."""
    before = _CUT.split(text[max(0, value.start - _BESIDE) : value.start])[-1]
    after = _CUT.split(text[value.end : value.end + _BESIDE])[0]
    return frozenset(word.rstrip("s") for word in words_of(before) | words_of(after))


def in_lines(value: Value, text: str, names: frozenset[str], ground: Ground) -> tuple[Evidence, ...] | None:
    """Lines that hold a value, next to the same words unless it is rare; None without any."""
    found: list[Evidence] = []
    literal = _literal(value)
    if literal is None:
        return None
    context = words_of(text)
    for (source, number), whole in ground.lines.matching(literal):
        line = abstract(whole) if value.kind in _WRITTEN else whole  # without what a stranger sent: URLs, user agents
        if not literal.search(line):
            continue
        other = next((one for one in values_of(line) if value.meets(one)), None)
        if other is None and (value.kind is Kind.PATH or _as_written(value, text, line)):
            other = value
        if (
            other not in (None, value)
            and value.kind is Kind.BYTES
            and not agree(measured(text, value), measured(line, other))
        ):
            continue
        alike = other and (
            other is value
            or rare(value)
            or beside(text, value) & beside(line, other)
            or _counted_there(value, context, line)
            or _telling(value, text, line)
            or _as_written(value, text, line)
        )
        if other is None or not (alike or (_in_brackets(value, text) and _in_brackets(other, line))):
            continue
        if value.role == "pid" and _of_other(names, line, ground):
            continue
        found.append(Evidence(source, number, number, whole))
        if len(found) >= _SHOWN:
            break
    return tuple(found) or (_as_bytes(value, text, ground) if value.kind is Kind.BYTES else None)


def _as_bytes(value: Value, text: str, ground: Ground) -> tuple[Evidence, ...] | None:
    """A line with the same quantity in other digits: `139 MiB` and `Memory used:145977344`."""
    if len(ground.lines) > _FEW:
        return None
    for (source, number), whole in ground.lines.items():
        line = abstract(whole)  # without what a stranger sent
        for other in values_of(line):
            size = other.point if other.kind is Kind.BYTES else 0.0
            if other.kind is Kind.NUMBER and _digits_of(other) >= _SIZE and not other.role and _SIZED.search(line):
                size = other.point
            if value.low <= size <= value.high and agree(measured(text, value), measured(line, other)):
                return (Evidence(source, number, number, whole),)
    return None


def _as_written(value: Value, text: str, line: str) -> bool:
    """The same digits beside the same word: `31.8 MB` and `31.8 (39.9) MB`, `TLS 1.3` and `TLSv1.3`."""
    if value.role == "line":
        return re.search(rf"(?::|\bline[ :]){re.escape(value.key)}(?!\d)", line) is not None
    digits = re.match(r"[\d.,]+", value.text)
    if digits is None or not ("." in digits[0] or _digits_of(value) >= _TELLING):
        return False
    if _digits_of(value) >= _LONG:
        return re.search(rf"(?<![\d.]){re.escape(digits[0].replace(',', ''))}(?![\d]|\.\d)", line) is not None
    unit = re.search(r"[A-Za-z%]+$", value.text)
    near = {unit[0].lower()} if unit else {word for word in beside(text, value) if word.isascii()}
    if value.kind is Kind.BYTES:
        near = {"kb", "kib", "mb", "mib", "gb", "gib", "bytes"}
    return re.search(rf"(?<![\d.]){re.escape(digits[0])}(?![\d]|\.\d)", line) is not None and any(
        re.search(rf"(?<![a-z]){re.escape(word)}(?![a-rt-z])", line.lower()) for word in near
    )


def _telling(value: Value, text: str, line: str) -> bool:
    """A number of some digits on a line with a word of its clause, or in the place of an error's code."""
    if value.kind is not Kind.NUMBER:
        return False
    if not value.role and _STATUS.fullmatch(value.key):
        return re.search(rf"(?<![\d.:/]){value.key}(?![\d.:])", line) is not None
    if value.role == "errno":
        return re.search(rf"[(（]{re.escape(value.key)}[:)]", line) is not None
    if _digits_of(value) < _TELLING:
        return False
    if _digits_of(value) > _TELLING and is_chinese(text) and not is_chinese(line):
        return True  # words of two languages have nothing in common
    return bool(beside(text, value) & {word.rstrip("s") for word in words_of(line)})


def _of_other(names: frozenset[str], line: str, ground: Ground) -> bool:
    """Whether a line names some other program, and none of those that the sentence names."""
    low = line.lower()
    return bool(names) and not any(name in low for name in names) and any(name in low for name in ground.names)


def _in_brackets(value: Value, text: str) -> bool:
    """`reset (104)` and `(104: Connection reset by peer)`: how codes are written."""
    return text[max(0, value.start - 1) : value.start] in ("(", "（")


def _counted_there(value: Value, context: frozenset[str], line: str) -> bool:
    """A quantity with a unit needs only a line on the same matter."""
    return value.kind in (Kind.BYTES, Kind.SECONDS, Kind.PERCENT, Kind.CONNECTION, Kind.TIME) and bool(
        context & words_of(line)
    )


def _literal(value: Value) -> re.Pattern[str] | None:
    """How a value stands in a line; quantities in a log are digits with a unit behind them, or alone."""
    if value.kind is Kind.BYTES:
        written = _DIGITS.match(value.text.replace(",", ""))
        exact = {f"{round(value.point / 1024)}", f"{round(value.point)}", written[0] if written else "0"}
        return re.compile(r"(?<!\d)(?:" + "|".join(map(re.escape, sorted(exact))) + ")")
    if value.kind in (Kind.SECONDS, Kind.PERCENT):
        digits = re.match(r"[\d.,]+", value.text)
        return re.compile(rf"(?<!\d){re.escape(digits[0])}") if digits else None
    if value.kind is Kind.TIME:
        return re.compile(rf"(?<!\d){re.escape(value.key[:8])}")
    if value.kind is Kind.ADDRESS:
        return re.compile(re.escape(value.key.partition("|")[0]), re.IGNORECASE)
    if value.kind is Kind.CONNECTION:
        return re.compile(rf"\*{value.key}(?!\d)")
    if value.kind is Kind.PATH:
        return re.compile(re.escape(value.text.rstrip("/")))
    if value.kind is Kind.SIGNAL:
        return re.compile(rf"SIG{value.key}\b")
    if value.kind is Kind.DATE:
        year, month, day = value.key.split("-")
        if not 1 <= int(month) <= len(MONTH_NAMES):
            return None  # no line has such a date
        name = MONTH_NAMES[int(month) - 1]
        return re.compile(
            rf"{year}[-/]{month}[-/]{day}|{day}/{name}/{year}|\b{name}[a-z]* +0?{int(day)}\b.*{year}|\b{int(day)} {name}[a-z]* {year}"
        )
    digits_only = value.key.lstrip("-")
    grouped = re.escape(f"{int(digits_only):,}") if digits_only.isdigit() else re.escape(digits_only)
    return re.compile(rf"(?<![\d.])(?:{re.escape(digits_only)}|{grouped})(?![\d])")
