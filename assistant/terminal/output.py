"""Where words go: answers to standard output, everything about them to standard error.

A terminal gets rendered Markdown, a pipe gets Markdown as it is. Nothing that could command a terminal passes,
whatever the answer quotes.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from typing import Protocol, TextIO

from assistant.config import Settings
from assistant.i18n import Text
from assistant.plain import safe

_OFFLINE = Text(
    "no key and no server are configured: the rules answer, nothing is sent (--offline hides this line)",
    "没有配置密钥或服务器：由规则回答，不发送任何内容（--offline 不再显示这一行）",
)


def tell(line: str) -> None:
    """One line to standard error."""
    print(f"assistant: {safe(line)}", file=sys.stderr, flush=True)


def tell_offline(settings: Settings) -> None:
    """Say, to a person, why no model answers."""
    if settings.offline and not settings.asked_offline and sys.stderr.isatty():
        tell(_OFFLINE.get(settings.language))


def renders(settings: Settings, stream: TextIO | None = None) -> bool:
    """Whether Markdown is to be rendered: for a terminal that can, unless the user wants it plain."""
    out = sys.stdout if stream is None else stream
    return out.isatty() and settings.format == "text" and not settings.plain and os.environ.get("TERM") != "dumb"


class Stream(Protocol):
    """Takes an answer in pieces and puts it where it belongs; closing ends the last line."""

    def feed(self, piece: str) -> None:
        """Take a piece of Markdown, cut anywhere."""

    def close(self) -> None:
        """Write what is left."""


class PlainStream:
    """Markdown as it is."""

    def __init__(self, out: TextIO) -> None:
        self._out, self._last = out, "\n"

    def feed(self, piece: str) -> None:
        """Write a piece at once."""
        piece = safe(piece)
        if piece:
            self._out.write(piece)
            self._out.flush()
            self._last = piece[-1]

    def close(self) -> None:
        """End the last line."""
        if self._last != "\n":
            self.feed("\n")


def open_stream(settings: Settings) -> Stream:
    """What an answer is written to on standard output."""
    if renders(settings):
        from assistant.terminal.stream import MarkdownStream, console  # noqa: PLC0415 - rich takes a tenth of a second

        return MarkdownStream(console())
    return PlainStream(sys.stdout)


def say(pieces: Iterable[str] | str, settings: Settings) -> None:
    """Write an answer to standard output as it comes, ending with a newline."""
    stream = open_stream(settings)
    try:
        for piece in [pieces] if isinstance(pieces, str) else pieces:
            stream.feed(piece)
    finally:
        stream.close()


def dim(text: str, settings: Settings) -> str:
    """A remark beside an answer, safe to print, in a quieter colour where there are colours."""
    text = safe(text)
    return f"\x1b[2m{text}\x1b[0m" if renders(settings) and not os.environ.get("NO_COLOR") else text
