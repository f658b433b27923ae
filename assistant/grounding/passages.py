"""A Markdown answer taken apart: passages with what they stand under, and the sentences in them.

A passage is a heading, a paragraph, the text of one list item, a row of a table, or a block of code. Offsets are those
of the given text, so that a mark can be put where a claim stands. The grammar is markdown-it's, which also renders it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from markdown_it.token import Token

_MARKER = re.compile(r"[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+|#{1,6}[ \t]+)?(?:[ \t>]*(?:[-*+]|\d{1,9}[.)])[ \t]+)*")
_CODE = re.compile(r"(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
_CITATION = re.compile(r"\[\d{1,4}:\d{1,9}(?:[-,;\s]+(?:\d{1,4}:)?\d{1,9})*\]")
_END = re.compile(r"[。！？；]+[”」』）)*_]*|[.!?;][\"')*_]*(?=\s|$)|\n")
_ABBREVIATED = re.compile(r"(?:\b(?:e\.g|i\.e|etc|vs|cf|approx|no|resp|ca|Fig)|\b[A-Z])$")
_RULE = re.compile(r"^[\s|:-]+$")


@dataclass(frozen=True, slots=True)
class Passage:
    """One piece of an answer. `kind` is heading, text, row or code; `info` is the language that a fence names.

    `headings` are those it stands under, outermost first; `above` are the list items and the paragraph that lead to it.
    """

    kind: str
    text: str
    start: int
    end: int
    info: str = ""
    headings: tuple[str, ...] = ()
    above: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a passage, with offsets in the whole answer."""

    text: str
    start: int
    end: int


@cache
def _parser() -> Any:
    from markdown_it import MarkdownIt  # noqa: PLC0415 - only a text that is checked needs it

    return MarkdownIt("commonmark").enable("table")


def passages(markdown: str) -> tuple[Passage, ...]:
    """The passages of a text, in order."""
    return tuple(_Walk(markdown).run(_parser().parse(markdown)))


class _Walk:
    """One walk over the block tokens, with what is open around each."""

    def __init__(self, markdown: str) -> None:
        self._text = markdown
        self._starts = [0]
        for line in markdown.splitlines(keepends=True):
            self._starts.append(self._starts[-1] + len(line))
        self._headings: list[tuple[int, str]] = []
        self._items: list[str] = []  # the first text of each open list item
        self._in_table = False
        self._lead = ""  # the paragraph before a list or a block

    def run(self, tokens: list[Token]) -> Iterator[Passage]:
        level = 0
        for token in tokens:
            kind = token.type
            if kind == "heading_open":
                level = int(token.tag[1])
            elif kind == "list_item_open":
                self._items.append("")
            elif kind == "list_item_close":
                self._items.pop()
            elif kind in ("table_open", "table_close"):
                self._in_table = kind == "table_open"
            else:
                yield from self._leaf(token, level)
                level = 0 if kind == "inline" else level

    def _leaf(self, token: Token, level: int) -> Iterator[Passage]:
        """A token that holds text; `level` is the open heading's, 0 outside of one."""
        if token.type == "inline" and level:
            yield self._heading(token, level)
        elif token.type == "inline" and token.map and not self._in_table:
            yield self._inline(token)
        elif token.type in ("fence", "code_block"):
            yield self._code(token)
        elif token.type == "tr_open" and token.map:
            yield self._made("row", *self._span(token))

    def _span(self, token: Token) -> tuple[int, int]:
        first, last = token.map or (0, 0)
        return self._starts[first], self._starts[min(last, len(self._starts) - 1)]

    def _made(self, kind: str, start: int, end: int, info: str = "") -> Passage:
        text = self._text[start:end]
        end = start + len(text.rstrip())
        return Passage(
            kind, self._text[start:end], start, end, info, tuple(h for _, h in self._headings), self._above()
        )

    def _above(self) -> tuple[str, ...]:
        return tuple(filter(None, (self._lead, *self._items)))

    def _heading(self, token: Token, level: int) -> Passage:
        start, end = self._span(token)
        start += len(_MARKER.match(self._text, start, end)[0])  # type: ignore[index]  # it matches the empty string
        self._headings = [held for held in self._headings if held[0] < level]
        made = self._made("heading", start, end)
        self._headings.append((level, made.text.strip("#* ")))
        self._lead = ""
        return made

    def _inline(self, token: Token) -> Passage:
        start, end = self._span(token)
        start += len(_MARKER.match(self._text, start, end)[0])  # type: ignore[index]  # as above
        made = self._made("text", start, end)
        if not self._items:
            self._lead = made.text
        elif not self._items[-1]:
            self._items[-1] = made.text
        return made

    def _code(self, token: Token) -> Passage:
        start, end = self._span(token)
        if token.type == "fence":
            start = self._text.find("\n", start, end) + 1 or end
            if self._text[start:end].rstrip().endswith(token.markup):
                end = self._text.rfind(token.markup[0] * 3, start, end)
                end = self._text.rfind("\n", start, end) + 1 or start
        return self._made("code", start, max(start, end), token.info.strip().split(" ")[0].lower())


def sentences(passage: Passage) -> Iterator[Sentence]:
    """The sentences of a passage; a row or a heading is one. Inline code and citations are never cut."""
    text = passage.text
    if passage.kind in ("heading", "row"):
        if not _RULE.match(text):
            yield Sentence(text, passage.start, passage.end)
        return
    held = [match.span() for pattern in (_CODE, _CITATION) for match in pattern.finditer(text)]
    begin = 0
    for match in _END.finditer(text):
        at = match.start()
        if any(first <= at < last for first, last in held) or (text[at] == "." and _ABBREVIATED.search(text, 0, at)):
            continue
        if text[at] == "\n" and not _new_line_ends(text, match.end()):
            continue
        end = _with_citation(text, match.end())
        yield from _sentence(passage, begin, end)
        begin = end
    yield from _sentence(passage, begin, len(text))


def _new_line_ends(text: str, at: int) -> bool:
    """A line of a paragraph goes on in the next one, unless that looks like a line of its own."""
    return text[at : at + 1] in ("", "-", "*", "|", "#")


def _with_citation(text: str, at: int) -> int:
    """Citations behind the full stop belong to the sentence before it."""
    while match := re.compile(r"[ \t]*" + _CITATION.pattern).match(text, at):
        at = match.end()
    return at


def _sentence(passage: Passage, begin: int, end: int) -> Iterator[Sentence]:
    text = passage.text[begin:end]
    lead = len(text) - len(text.lstrip())
    if text.strip():
        yield Sentence(text.strip(), passage.start + begin + lead, passage.start + begin + lead + len(text.strip()))


def code_spans(text: str) -> Iterator[tuple[int, int, str]]:
    """Inline code: start and end of what is between the marks, and that text."""
    for match in _CODE.finditer(text):
        yield match.start(2), match.end(2), match[2]
