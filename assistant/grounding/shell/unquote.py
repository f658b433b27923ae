"""Words of a shell without their quotes, as far as they can be known before they run.

Sources: POSIX, Shell Command Language, 2.2 Quoting and 2.6 Word Expansions; bash(1), QUOTING ($'…').
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from assistant.grounding.shell.placeholders import ANGLE
from assistant.intake.lazily import lazily

_PIECES = lazily(
    r"\\(?P<escaped>.)|\$'(?P<ansi>(?:[^'\\]|\\.)*)'|'(?P<raw>[^']*)'|\$?\"(?P<double>(?:[^\"\\]|\\.)*)\"|(?P<plain>(?:[^\\'\"$]|\$(?!['\"]))+)|(?P<odd>.)",
    re.DOTALL,
)
_ANSI = lazily(r"\\(?:x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|([0-7]{1,3})|(.))", re.DOTALL)
_ANSI_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "e": "\x1b", "f": "\f", "v": "\v"}
_DYNAMIC = lazily(r"\$[\w{(@*#?!-]|`")
_VARIABLE = lazily(r"\$(?:\{(\w+)\}|(\w+))")
_PROTECTED = lazily(r"\\([\\$`\"\n])")
_LIST = lazily(r"\{[^{}\s]*(?:,|\.\.)[^{}\s]*\}")


@dataclass(frozen=True, slots=True)
class Word:
    """A word without its quotes. `dynamic`: what it will be is known only when it runs."""

    value: str
    start: int
    end: int
    dynamic: bool = False
    quoted: bool = False


def unquote(source: str, start: int, variables: Mapping[str, str | None]) -> list[Word]:
    """The word or words that a piece of source stands for: several when a known variable holds several."""
    end = start + len(source)
    if source[:1] in "<>" and source[1:2] == "(":
        return [Word(source, start, end, dynamic=True)]
    alone = _VARIABLE().fullmatch(source)
    if alone and (value := variables.get(alone[1] or alone[2])) is not None:
        return [Word(piece, start, end) for piece in value.split()]
    pieces = list(_pieces(source, variables))
    quoted = any(piece.quoted for piece in pieces)
    value = "".join(piece.text for piece in pieces)
    dynamic = any(piece.dynamic for piece in pieces)
    if not quoted:
        dynamic = dynamic or _LIST().search(source) is not None
    return [Word(value, start, end, dynamic, quoted)]


@dataclass(frozen=True, slots=True)
class _Piece:
    text: str
    dynamic: bool = False
    quoted: bool = False


def _pieces(source: str, variables: Mapping[str, str | None]) -> Iterator[_Piece]:
    """The parts of a word: bare ones, escaped characters, and the three kinds of quotes."""
    bare = ANGLE().sub(lambda match: "P" * len(match[0]), source)
    for match in _PIECES().finditer(bare):
        text = source[match.start() : match.end()]
        kind = match.lastgroup
        if kind == "escaped":
            yield _Piece("" if text == "\\\n" else text[1:])
        elif kind == "ansi":
            yield _Piece(_ANSI().sub(_ansi, text[2:-1]), quoted=True)
        elif kind == "raw":
            yield _Piece(text[1:-1], quoted=True)
        elif kind == "double":
            shown = _expanded(text[text.index('"') + 1 : -1], variables)
            dynamic = _DYNAMIC().search(shown.replace("\\$", "").replace("\\`", "")) is not None
            yield _Piece(_unescaped(shown), dynamic, quoted=True)
        else:
            shown = _expanded(text, variables)
            yield _Piece(shown, _DYNAMIC().search(shown) is not None)


def _unescaped(text: str) -> str:
    """What a backslash protects between double quotes."""
    return _PROTECTED().sub(lambda found: "" if found[1] == "\n" else found[1], text)


def _expanded(text: str, variables: Mapping[str, str | None]) -> str:
    """Variables whose value is known, put in."""
    if "$" not in text or not variables:
        return text

    def one(match: re.Match[str]) -> str:
        value = variables.get(match[1] or match[2])
        return match[0] if value is None else value

    return _VARIABLE().sub(one, text)


def _ansi(match: re.Match[str]) -> str:
    for digits, base in ((match[1], 16), (match[2], 16), (match[3], 16), (match[4], 8)):
        if digits:
            code = int(digits, base)
            return chr(code) if code <= 0x10FFFF else "\ufffd"  # noqa: PLR2004 - the last code point
    return _ANSI_LETTERS.get(match[5], match[5])
