"""Where words go: answers to standard output, everything about them to standard error.

A terminal gets rendered Markdown, a pipe gets Markdown as it is. Nothing that could command a terminal passes,
whatever the answer quotes.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator
from typing import TextIO

from assistant.config import Settings
from assistant.i18n import Text

# C0 and C1 controls but tab and newline, and the marks that turn the direction of text around.
_UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")

_OFFLINE = Text(
    "no key and no server are configured: the rules answer, nothing is sent (--offline hides this line)",
    "没有配置密钥或服务器：由规则回答，不发送任何内容（--offline 不再显示这一行）",
)


def safe(text: str) -> str:
    """The text without what a terminal would act on."""
    return _UNSAFE.sub("", text)


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


def say(pieces: Iterable[str] | str, settings: Settings) -> None:
    """Write an answer to standard output as it comes, ending with a newline."""
    pieces = [pieces] if isinstance(pieces, str) else pieces
    if renders(settings):
        from assistant.terminal.stream import MarkdownStream, console  # noqa: PLC0415 - rich takes a tenth of a second

        with MarkdownStream(console()) as stream:
            for piece in pieces:
                stream.feed(piece)
        return
    last = "\n"
    for piece in _safe(pieces):
        sys.stdout.write(piece)
        sys.stdout.flush()
        last = piece[-1]
    if last != "\n":
        sys.stdout.write("\n")
        sys.stdout.flush()


def _safe(pieces: Iterable[str]) -> Iterator[str]:
    return filter(None, map(safe, pieces))
