"""What an answer is made from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.i18n import Language
from assistant.knowledge.entry import Knowledge
from assistant.model import Answer, Report, Source


@dataclass(frozen=True, slots=True)
class Question:
    """Everything that an answer is made from."""

    report: Report
    knowledge: Knowledge
    language: Language
    text: str
    rules_answer: Answer
    history: Sequence[tuple[str, str]]
    sources: Sequence[Source]

    @property
    def is_follow_up(self) -> bool:
        """Whether something was asked that the explanation of everything does not answer by itself."""
        return self.rules_answer.kind != "explain"
