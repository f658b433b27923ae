"""Whether a statement or a line that holds a value speaks of what the claim speaks of.

`3` is everywhere in a log; that three *requests* failed is said by few lines. Values that hardly occur by chance (long
numbers, full times, paths, addresses) need no more than to be there.
"""

from __future__ import annotations

import re

from assistant.grounding.ground import Ground, Statement
from assistant.grounding.measures import agree, measured
from assistant.grounding.value import Kind, Value
from assistant.grounding.values import values
from assistant.grounding.words import words_of
from assistant.intake.tainted import abstract
from assistant.model import Evidence

_LONG = 5  # digits that are no accident
_BESIDE = 26  # characters around a number that say what it counts
_SHOWN = 3  # lines that are cited for one value
_DIGITS = re.compile(r"[\d.]+")
_WRITTEN = (Kind.NUMBER, Kind.BYTES, Kind.SECONDS, Kind.PERCENT, Kind.TIME)
_CUT = re.compile(r"[，,；;。:：()（）|]|\[\d")


def rare(value: Value) -> bool:
    """Whether a value hardly occurs by accident."""
    if value.kind in (Kind.PATH, Kind.ADDRESS, Kind.DATE, Kind.SIGNAL):
        return True
    if value.kind is Kind.TIME:
        return len(value.key) > 5  # noqa: PLR2004 - hh:mm
    return value.kind is Kind.NUMBER and len(value.key.replace(".", "").lstrip("-")) >= _LONG


def speaks_of(value: Value, text: str, context: frozenset[str], other: Value, statement: Statement) -> bool:
    """Whether the other value stands for the same: next to the same words, or in a statement on the same matter."""
    if value.kind is Kind.BYTES and not agree(measured(text, value), measured(statement.text, other)):
        return False
    if rare(value):
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
    for (source, number), line in ground.lines.matching(literal):
        other = next((one for one in values(line) if value.meets(one)), None)
        if value.kind in _WRITTEN and not literal.search(abstract(line)):
            continue  # it stands only in what a stranger sent: a URL, a user agent, a name that was tried
        if other and value.kind is Kind.BYTES and not agree(measured(text, value), measured(line, other)):
            continue
        alike = other and (
            rare(value) or beside(text, value) & beside(line, other) or _counted_there(value, context, line)
        )
        if other is None or not (alike or (_in_brackets(value, text) and _in_brackets(other, line))):
            continue
        if names and not any(name in line.lower() for name in names) and value.role == "pid":
            continue
        found.append(Evidence(source, number, number, line))
        if len(found) >= _SHOWN:
            break
    return tuple(found) or None


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
        return re.compile(rf"{year}[-/]{month}[-/]{day}|{int(day):2d}/[A-Z][a-z]{{2}}/{year}")
    digits_only = value.key.lstrip("-")
    grouped = re.escape(f"{int(digits_only):,}") if digits_only.isdigit() else re.escape(digits_only)
    return re.compile(rf"(?<![\d.])(?:{re.escape(digits_only)}|{grouped})(?![\d])")
