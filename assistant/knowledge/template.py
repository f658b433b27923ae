"""Message templates: literal text with `{name}` where values stand. Matching is linear in the length of the line.

`connect() to {address} failed` finds the text anywhere in a message, as whole words (`open` is not found in `reopen`);
`^` and `$` at the ends anchor it, a leading placeholder anchors it too. Types: `{n:int}`, `{name:word}` (no blanks,
commas, colons, brackets); an untyped placeholder takes the shortest text (at most 512 characters) up to the literal
that follows, like the dissect patterns of log shippers.
Every piece is bounded and atomic (no backtracking into it), so an author's pattern cannot be made slow by a line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

_PLACEHOLDER = re.compile(r"\{(\w*)(?::(\w+))?\}")
_TYPES = {"int": r"\d{1,20}", "word": r"[^\s,;:\"()\[\]]{1,256}", "num": r"\d{1,20}(?:\.\d{1,20})?"}
_WORD = re.compile(r"(?<![A-Za-z0-9_])[A-Za-z_]{2,}(?![A-Za-z0-9_])")
_WORD_CHARACTER = re.compile(r"[A-Za-z0-9_]")


class TemplateError(ValueError):
    """A template that cannot be compiled; the message says why."""


@dataclass(frozen=True, slots=True)
class MessageTemplate:
    """A compiled template. `literals` must all occur, and so must each of `words`, whole; there may be none."""

    text: str
    literals: tuple[str, ...]
    words: tuple[str, ...]
    names: tuple[str, ...]
    _compiled: list[re.Pattern[str]] = field(default_factory=list, compare=False, repr=False)

    def match(self, message: str) -> dict[str, str | int] | None:
        """The captured values, or None. Literals are looked for before any pattern is tried."""
        for literal in self.literals:
            if literal not in message:
                return None
        if not self._compiled:
            self._compiled.append(re.compile(_pattern(self.text), re.DOTALL))
        found = self._compiled[0].search(message)
        if found is None:
            return None
        return {
            name: int(value) if value.isdigit() else value
            for name, value in found.groupdict().items()
            if value is not None
        }


@lru_cache(maxsize=4096)
def compile_template(text: str) -> MessageTemplate:
    """Compile one template; raises TemplateError with the reason."""
    names: list[str] = []
    for match in _PLACEHOLDER.finditer(text):
        if match[2] and match[2] not in _TYPES:
            raise TemplateError(f"unknown type {match[2]!r} in {match[0]}; known: {', '.join(sorted(_TYPES))}")
        if match[1]:
            if match[1] in names:
                raise TemplateError(f"{match[0]} stands twice")
            names.append(match[1])
    literals = tuple(piece for piece in _pieces(text)[1::2] if piece)
    if not any(len(literal.strip()) >= 3 for literal in literals):  # noqa: PLR2004 - else every line is a candidate
        raise TemplateError("a template needs at least three literal characters")
    return MessageTemplate(text, literals, _whole_words(text), tuple(names))


def _pieces(text: str) -> list[str]:
    """Placeholder, literal, placeholder, literal …; the first placeholder may be empty."""
    text = text.removeprefix("^").removesuffix("$")
    pieces, end = [""], 0
    for match in _PLACEHOLDER.finditer(text):
        pieces += [text[end : match.start()], match[0]]
        end = match.end()
    pieces.append(text[end:])
    return pieces


def _pattern(text: str) -> str:
    pieces = _pieces(text)
    anchored = text.startswith("^") or (pieces[1] == "" and len(pieces) > 2)  # noqa: PLR2004 - starts with a placeholder
    out = "^" if anchored else _edge(pieces[1][:1], "(?<![A-Za-z0-9_])")
    for position in range(0, len(pieces), 2):
        placeholder, literal = pieces[position], re.escape(pieces[position + 1])
        if not placeholder:
            out += literal
            continue
        name, kind = _PLACEHOLDER.fullmatch(placeholder).groups()  # type: ignore[union-attr]  # it was found by it
        group = f"(?P<{name}>" if name else "(?:"
        if kind:
            out += f"{group}(?>{_TYPES[kind]}))" + literal
        elif literal:
            out += f"(?>{group}.{{1,512}}?){literal})"
        else:
            out += f"{group}.{{1,2000}})"
    return out + ("$" if text.endswith("$") else _edge(pieces[-1][-1:], "(?![A-Za-z0-9_])"))


def _edge(character: str, boundary: str) -> str:
    """A word at the edge of a template is a whole word."""
    return boundary if _WORD_CHARACTER.match(character) else ""


def _whole_words(text: str) -> tuple[str, ...]:
    """The words that a matching message holds as whole words: all but those that touch a placeholder."""
    pieces = _pieces(text)
    found: list[str] = []
    for position in range(1, len(pieces), 2):
        literal = pieces[position]
        first, last = position == 1 and not pieces[0], position == len(pieces) - 1
        found += [
            match[0]
            for match in _WORD.finditer(literal)
            if (match.start() > 0 or first) and (match.end() < len(literal) or last)
        ]
    return tuple(dict.fromkeys(found))


def words(message: str) -> set[str]:
    """The words of a message by which templates are looked up."""
    return set(_WORD.findall(message))
