"""The one gate that text passes on its way to a model, and the way back.

Nothing reaches a model but through `outgoing`. What comes back names masked values by their tokens (`⟨ip-1⟩`); they are
put back while the answer streams, also when a token is split over two pieces, and when a small model wrote other
brackets than it read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Protocol

_HELD = 48  # characters; longer than any token, so that a lone bracket does not hold the stream up
_OPEN = re.compile(r"[⟨<〈《＜][\w.-]*$")
_TOKEN = re.compile(r"[⟨<〈《＜]([A-Za-z][\w]*-\d+)[⟩>〉》＞]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]|[\u202a-\u202e\u2066-\u2069]")


class Redactor(Protocol):
    """`assistant.intake.redact.Redactor`: masks secrets and addresses, each value always by the same token."""

    def redact(self, text: str) -> str:
        """The text with tokens for what must not leave the machine."""

    def restore(self, text: str) -> str:
        """The text with the values that its tokens stand for."""


def outgoing(text: str, redactor: Redactor | None) -> str:
    """The text as it may leave: without control characters, and masked unless the user switched that off (None)."""
    clean = _CONTROL.sub("", text)
    return clean if redactor is None else redactor.redact(clean)


def restored(pieces: Iterable[str], redactor: Redactor | None) -> Iterator[str]:
    """The pieces with masked values put back. A piece that may end inside a token waits for the next one."""
    held = ""
    for piece in pieces:
        held += piece
        cut = _safe_end(held)
        if cut or not piece:
            yield _restore(held[:cut], redactor)
            held = held[cut:]
    if held:
        yield _restore(held, redactor)


def _safe_end(text: str) -> int:
    """Where a token could still be open."""
    match = _OPEN.search(text, max(0, len(text) - _HELD))
    return match.start() if match else len(text)


def _restore(text: str, redactor: Redactor | None) -> str:
    if redactor is None:
        return text

    def one(match: re.Match[str]) -> str:
        token = f"⟨{match[1]}⟩"
        value = redactor.restore(token)
        return match[0] if value == token else value

    return _TOKEN.sub(one, text)
