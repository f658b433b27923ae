"""A report put into words: by rules alone, the same facts and the same verdict in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.answer.followup import reply
    from assistant.answer.writer import explain

__all__ = ["explain", "reply"]


def __getattr__(name: str) -> Any:
    """Load each way of answering when it is first used: a first answer needs no follow-up patterns."""
    if name == "explain":
        from assistant.answer.writer import explain  # noqa: PLC0415 - loaded when first used

        return explain
    if name == "reply":
        from assistant.answer.followup import reply  # noqa: PLC0415 - as above

        return reply
    raise AttributeError(name)
