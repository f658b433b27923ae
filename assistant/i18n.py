"""Two languages as equals: a text in both, and the choice between them."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import Literal

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")

_LATIN_WORD = re.compile(r"[A-Za-z]{2,}")


@dataclass(frozen=True, slots=True)
class Text:
    """The same statement in both languages."""

    en: str
    zh: str

    def get(self, language: Language) -> str:
        """The statement in one language."""
        return self.zh if language == "zh" else self.en


def detect(question: str, fallback: Language | None = None) -> Language:
    """The language of a question; of the user's locale when the question does not tell.

    One Chinese character decides: people who type Chinese mix in English terms, never the other way round.
    """
    if any("\u3400" <= character <= "\u9fff" for character in question):
        return "zh"
    if _LATIN_WORD.search(question):
        return "en"
    return fallback or locale_language()


def locale_language() -> Language:
    """The language of the environment (LC_ALL, LC_MESSAGES, LANG in that order); English when it names neither."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"
