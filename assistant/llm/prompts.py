"""The prompts: Markdown files with `{{name}}` where a value stands, one file per language.

Values are put in once and never looked at again, so a log line that looks like a placeholder stays what it is. A
section (`=== … ===`) whose placeholders are all empty is left out; it has no heading of Markdown, because small models
go on in the form of what they read. A file that names an unknown value, or a value that no file takes, is an error: a
prompt that silently lacks its facts is worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from assistant.errors import ConfigurationError
from assistant.i18n import Language

NAMES = ("system", "context", "question", "followup", "tools", "result", "closing")

_FIELD = re.compile(r"\{\{(\w+)\}\}")
_SECTION = re.compile(r"^=== .* ===\n(?:(?!=== |-----).*\n?)*", re.MULTILINE)


def folder() -> Path:
    """The prompts that come with the program: inside the package, or beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "data" / "prompts"
    return inside if inside.is_dir() else package.parent / "prompts"


@cache
def template(name: str, language: Language) -> str:
    """The text of a prompt file.

    Raises:
        ConfigurationError: the file is missing or is not UTF-8.
    """
    path = folder() / f"{name}.{language}.md"
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise ConfigurationError(f"the prompt {path} cannot be read: {problem}") from None


def fields(text: str) -> frozenset[str]:
    """The names of the values that a template takes."""
    return frozenset(_FIELD.findall(text))


def headings(text: str) -> frozenset[str]:
    """The headings of a template's sections."""
    return frozenset(re.findall(r"^=== +(.*?) +===\s*$", text, re.MULTILINE))


def render(name: str, language: Language, values: Mapping[str, str]) -> str:
    """A prompt with its values.

    Raises:
        ConfigurationError: the file is missing, or its placeholders are not the names of the values.
    """
    text = template(name, language)
    if fields(text) != values.keys():
        odd = ", ".join(sorted(fields(text) ^ values.keys()))
        raise ConfigurationError(f"the prompt {name}.{language}.md and the program differ in: {odd}")

    def section(match: re.Match[str]) -> str:
        names = _FIELD.findall(match[0])
        return "" if names and not any(values[name].strip() for name in names) else match[0]

    return _FIELD.sub(lambda match: values[match[1]], _SECTION.sub(section, text)).strip()
