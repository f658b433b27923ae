"""YAML front matter with the line of every value, so that a wrong entry can be pointed at."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NoReturn, TypeVar

import yaml

from assistant.errors import KnowledgeError
from assistant.i18n import Text

E = TypeVar("E", bound=StrEnum)
Plain = str | int | float | bool | None
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Field:
    """One value of the front matter: its place, and typed ways to read it. Wrong shapes raise KnowledgeError."""

    node: yaml.Node | None
    path: str
    line: int
    name: str = ""

    def fail(self, reason: str) -> NoReturn:
        """Point at this value."""
        raise KnowledgeError(self.path, self.line, f"{self.name + ': ' if self.name else ''}{reason}")

    def __bool__(self) -> bool:
        return self.node is not None and not (isinstance(self.node, yaml.ScalarNode) and self.node.tag.endswith("null"))

    @property
    def is_scalar(self) -> bool:
        """Whether it is a single value."""
        return isinstance(self.node, yaml.ScalarNode)

    @property
    def is_list(self) -> bool:
        """Whether it is a list."""
        return isinstance(self.node, yaml.SequenceNode)

    def keys(self) -> dict[str, Field]:
        """The pairs of a mapping."""
        if self.node is None:
            return {}
        if not isinstance(self.node, yaml.MappingNode):
            self.fail("a mapping is needed here")
        return {key.value: self._child(value, key.value) for key, value in self.node.value}

    def only(self, allowed: Iterable[str]) -> None:
        """Refuse unknown keys, and name the nearest known one."""
        known = set(allowed)
        for name, value in self.keys().items():
            if name not in known:
                near = difflib.get_close_matches(name, known, 1)
                value.fail(f"unknown key{f', did you mean {near[0]!r}?' if near else ''}")

    def get(self, key: str) -> Field:
        """The value of a key; false when it is not there."""
        return self.keys().get(key, Field(None, self.path, self.line, key))

    def items(self) -> Iterator[Field]:
        """The items of a list; a single value counts as a list of one."""
        if self.node is None:
            return
        if isinstance(self.node, yaml.SequenceNode):
            for item in self.node.value:
                yield self._child(item, self.name)
        else:
            yield self

    def plain(self) -> Plain:
        """A scalar with YAML's type."""
        if not isinstance(self.node, yaml.ScalarNode):
            self.fail("a single value is needed here")
        value = (
            yaml.SafeLoader("").construct_object(self.node)
            if self.node.tag != "tag:yaml.org,2002:str"
            else self.node.value
        )
        return value if isinstance(value, str | int | float | bool) or value is None else str(value)

    def string(self, default: str | None = None) -> str:
        """A text."""
        if self.node is None:
            if default is None:
                self.fail("is missing")
            return default
        if not isinstance(self.node, yaml.ScalarNode):
            self.fail("a text is needed here")
        return str(self.node.value)

    def number(self, default: float) -> float:
        """A number."""
        if self.node is None:
            return default
        value = self.plain()
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.fail("a number is needed here")
        return value

    def flag(self) -> bool:
        """True or false; false when it is not there."""
        if self.node is None:
            return False
        value = self.plain()
        if not isinstance(value, bool):
            self.fail("true or false is needed here")
        return value

    def strings(self) -> tuple[str, ...]:
        """A list of texts."""
        return tuple(item.string() for item in self.items())

    def text(self) -> Text:
        """A text in both languages."""
        if self.node is None:
            self.fail("is missing")
        if isinstance(self.node, yaml.ScalarNode):
            self.fail("both languages are needed: {en: …, zh: …}")
        self.only(("en", "zh"))
        return Text(self.get("en").string(), self.get("zh").string())

    def choice(self, kind: type[E], default: E) -> E:
        """One word of an enumeration."""
        if self.node is None:
            return default
        word = self.string()
        try:
            return kind(word)
        except ValueError:
            self.fail(f"{word!r} is none of {', '.join(member.value for member in kind)}")

    def _child(self, node: yaml.Node, name: str) -> Field:
        return Field(node, self.path, self.line + node.start_mark.line - self._start(), name)

    def _start(self) -> int:
        return self.node.start_mark.line if self.node is not None else 0


def parse(text: str, path: str) -> tuple[Field, str, int]:
    """Front matter, body, and the line on which the body begins."""
    if not text.startswith("---\n"):
        raise KnowledgeError(path, 1, "an entry begins with front matter between two lines `---`")
    end = text.find("\n---\n", 3)
    if end < 0:
        raise KnowledgeError(path, 1, "the front matter has no closing line `---`")
    try:
        node = yaml.compose(text[4 : end + 1], Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise KnowledgeError(path, (mark.line + 2) if mark else 1, str(error.problem or error.context)) from None
    if not isinstance(node, yaml.MappingNode):
        raise KnowledgeError(path, 2, "the front matter is no mapping")
    body = text[end + 5 :]
    return Field(node, path, 2 + node.start_mark.line), body, text.count("\n", 0, end + 5) + 1
