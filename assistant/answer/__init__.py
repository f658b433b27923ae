"""A report put into words: by rules alone, the same facts and the same verdict in both languages."""

from assistant.answer.followup import reply
from assistant.answer.writer import explain

__all__ = ["explain", "reply"]
