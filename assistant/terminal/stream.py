"""Markdown on a terminal as it comes: a block is printed once, when nothing that follows can change it.

Nothing is drawn twice, so that an answer longer than the screen, a resize or a wide character cannot leave traces.
Code is not wrapped but left to the terminal, so that a command can be copied as it is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from markdown_it import MarkdownIt
from rich.console import Console
from rich.markdown import Heading, Markdown, TableDataElement
from rich.padding import Padding
from rich.text import Text
from rich.theme import Theme

from assistant.plain import safe

if TYPE_CHECKING:
    from markdown_it.token import Token
    from rich.console import ConsoleOptions, JustifyMethod, RenderResult

_THEME = Theme(
    {
        "markdown.code": "bold cyan",
        "markdown.h1": "bold",
        "markdown.h2": "bold underline",
        "markdown.h3": "bold",
        "markdown.block_quote": "dim",
        "markdown.hr": "dim",
        "code": "cyan",
    }
)
_STYLING = re.compile(r"\x1b\[[0-9;]*m")
_PARSER = MarkdownIt("commonmark", {"html": False}).enable("table").enable("strikethrough").disable("image")


def console(**options: Any) -> Console:
    """A console that takes log text as text: no markup, no emoji names, no numbers in colours."""
    return Console(theme=_THEME, markup=False, emoji=False, highlight=False, **options)


class _LeftHeading(Heading):
    """Headings at the left; rich centres them and boxes the first level."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        self.text.justify = "left"
        yield self.text


class _WholeCell(TableDataElement):
    """Cells that break a long word; rich cuts it off, and a path or a request would be lost."""

    def __init__(self, justify: JustifyMethod) -> None:
        super().__init__(justify)
        self.content.overflow = "fold"


class _Markdown(Markdown):
    elements = {  # noqa: RUF012 - rich's own declaration
        **Markdown.elements,
        "heading_open": _LeftHeading,
        "td_open": _WholeCell,
        "th_open": _WholeCell,
    }

    def __init__(self, source: str) -> None:
        super().__init__("", hyperlinks=False)
        self.markup = source
        self.parsed = _PARSER.parse(source)  # rich's parser would drop `<container>` as HTML
        for token in self.parsed:
            for child in token.children or ():
                if child.type == "softbreak":  # a line of its own is meant, and a space within Chinese is not
                    child.type = "hardbreak"


class MarkdownStream:
    """Feed it pieces of Markdown, cut anywhere; it prints whole blocks. What is printed does not depend on the cuts."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._tail = ""
        self._after_item = False
        self._first = True

    def feed(self, piece: str) -> None:
        """Take a piece, and print the blocks that it finishes."""
        piece = safe(piece)
        self._tail += piece
        if "\n" not in piece:
            return
        whole, _, rest = self._tail.rpartition("\n")
        lines = whole.split("\n")
        done = _finished(whole + "\n")
        if done:
            self._print(lines[:done])
            self._tail = "\n".join([*lines[done:], rest])

    def close(self) -> None:
        """Print what is left, finished or not."""
        if self._tail.strip():
            self._print(self._tail.split("\n"))
        self._tail = ""

    def _print(self, lines: list[str]) -> None:
        blocks = [token for token in _blocks("\n".join(lines)) if not token.type.endswith("_list_open")]
        ends = [*(_start(token) for token in blocks[1:]), len(lines)]
        for token, end in zip(blocks, ends, strict=True):
            is_item = token.type == "list_item_open"
            if not self._first and not (is_item and self._after_item):
                self._console.print()
            self._print_block(token, lines[_start(token) : end])
            self._after_item, self._first = is_item, False
        self._console.file.flush()

    def _print_block(self, token: Token, lines: list[str]) -> None:
        """One block; fences inside a list item are taken out, because rich would wrap and pad them."""
        fences = [inner for inner in _PARSER.parse("\n".join(lines)) if inner.type == "fence" and inner.map]
        at = 0
        for fence in fences:
            start, end = fence.map or [0, 0]
            self._print_text(lines[at:start], continued=at > 0)
            indent = 4 if fence.level else 2
            code = Text(fence.content.rstrip("\n"), style="code")
            for line in code.split("\n", allow_blank=True):
                self._console.print(Text(" " * indent) + line, soft_wrap=True)
            at = end
        self._print_text(lines[at:], continued=at > 0 and token.type == "list_item_open")

    def _print_text(self, lines: list[str], *, continued: bool) -> None:
        source = "\n".join(lines).strip("\n")
        if not source.strip():
            return
        drawable = _Markdown(_dedented(source) if continued else source)
        with self._console.capture() as drawn:
            self._console.print(Padding(drawable, (0, 0, 0, 3)) if continued else drawable)
        rows = [row.rstrip() for row in drawn.get().split("\n")]
        filled = [at for at, row in enumerate(rows) if _STYLING.sub("", row).strip()]
        if filled:
            self._console.file.write("\n".join(rows[filled[0] : filled[-1] + 1]) + "\n")


def _blocks(source: str) -> list[Token]:
    """Top-level blocks, and the items of top-level lists: what can be printed by itself."""
    return [
        token
        for token in _PARSER.parse(source)
        if token.map and (token.level == 0 or (token.level == 1 and token.type == "list_item_open"))
    ]


def _finished(source: str) -> int:
    """The number of leading lines that later text cannot change: those before the last block."""
    blocks = _blocks(source)
    return _start(blocks[-1]) if blocks else 0


def _start(token: Token) -> int:
    return token.map[0] if token.map else 0


def _dedented(source: str) -> str:
    lines = source.split("\n")
    indent = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    return "\n".join(line[indent:] for line in lines)
