"""What a detector is, and the words that all of them share.

A detector finds spans of a text that must not leave the machine. Most are a pattern with the value in the group
`value`; what a pattern cannot say, `check` looks at. Patterns that ignore case run over a lower-case copy of the text
whose characters stand at the same places, because that is several times faster than a pattern that folds case itself.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from assistant.intake.lazily import lazily

Span = tuple[int, int, str]
"""Start, end, and the kind of the value, which its token is named after."""


class View:
    """A text, and the same in lower case, character by character."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._found: dict[tuple[str, bool], list[tuple[int, int]]] = {}

    @functools.cached_property
    def low(self) -> str:
        """In lower case, as long as the text: the only letter that grows (U+0130) is replaced first."""
        low = self.text.lower()
        return low if len(low) == len(self.text) else self.text.replace("\u0130", "I").lower()

    @functools.cached_property
    def broken(self) -> str:
        """With a line break before the first line too."""
        return "\n" + self.text

    def lines(self, anchors: tuple[str, ...], *, fold: bool) -> list[tuple[int, int]]:
        """Where the lines with one of the anchors begin and end. Found anchors are remembered: detectors share them."""
        if len(anchors) == 1:
            return self._lines_with(anchors[0], fold=fold)
        return sorted({line for anchor in anchors for line in self._lines_with(anchor, fold=fold)})

    def _lines_with(self, anchor: str, *, fold: bool) -> list[tuple[int, int]]:
        known = self._found.get((anchor, fold))
        if known is None:
            text = self.low if fold else self.text
            known = self._found[anchor, fold] = []
            if text.isascii() and not anchor.isascii():
                return known
            at, start, end = text.find(anchor), 0, 0
            while at >= 0:
                start = text.rfind("\n", end, at) + 1 or end
                end = text.find("\n", at)
                end = len(text) if end < 0 else end
                known.append((start, end))
                at = text.find(anchor, end)
        return known

    def before(self, start: int, length: int = 24) -> str:
        """What stands before a place."""
        return self.text[max(0, start - length) : start]


class Finder(Protocol):
    """One kind of value, found in one pass. `name` is its own, for tests and reports."""

    @property
    def name(self) -> str: ...  # noqa: D102 - told by the class

    def spans(self, view: View) -> Iterator[Span]:
        """Where the values are; spans of one finder do not overlap."""


@dataclass(frozen=True, slots=True)
class Detector:
    """A pattern with the value in its group `value`.

    `anchors` are strings of which one must be in a line for the pattern to be tried on it; finding them costs far less
    than a pattern. With `whole`, it is tried on the whole text, because values go over several lines. With `fold`,
    pattern and anchors are in lower case and meet the lower-case copy. With `starts`, the pattern begins with the line
    break before its line, because a search for one is ten times faster than `^`, which is tried at every character.
    """

    name: str
    kind: str
    pattern: str
    anchors: tuple[str, ...] = ()
    fold: bool = False
    check: Callable[[View, int, int], bool] | None = None
    whole: bool = False
    starts: bool = False

    def spans(self, view: View) -> Iterator[Span]:
        """Where the values are."""
        if self.starts:
            yield from self._at_starts(view)
            return
        text = view.low if self.fold else view.text
        places = view.lines(self.anchors, fold=self.fold) if self.anchors else [(0, len(text))]
        if self.whole:
            places = [(0, len(text))] if places else []
        for first, last in places:
            for match in _compiled(self.pattern).finditer(text, first, last):
                start, end = match.span("value")
                if start < end and (self.check is None or self.check(view, start, end)):
                    yield start, end, self.kind

    def _at_starts(self, view: View) -> Iterator[Span]:
        for match in _compiled(self.pattern).finditer(view.broken):
            start, end = match.span("value")
            if self.check is None or self.check(view, start - 1, end - 1):
                yield start - 1, end - 1, self.kind


@dataclass(frozen=True, slots=True)
class Function:
    """A finder that is a function."""

    name: str
    find: Callable[[View], Iterator[Span]]

    def spans(self, view: View) -> Iterator[Span]:
        """Where the values are."""
        return self.find(view)


@functools.cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def words(text: str) -> frozenset[str]:
    """A set of words, written as one text."""
    return frozenset(text.split())


# What stands where a value was: masks that somebody put there, placeholders, and words that are said about a value.
_MASK = lazily(
    r"[x*•.#_-]+|<[^<>]*>?|\[[a-z _*-]*\]?|【.*|\(?null\)?|nil|none|n/a|true|false|yes|no|on|off|undefined|unset|redacted"
    r"|masked|hidden|filtered|removed|sensitive|obfuscated|\$(?:\{?\w+.*|\(.*)?|%[sdvrq]|\{\{.*|\{\w*\}|empty|missing"
    r"|required|invalid|expired|incorrect|wrong|not|is|was|failed|failure|ok|success|denied|rejected|\w{0,4}\*{3,}\w{0,4}|passw(?:or)?d|passphrase|secret|token|user|username|密码|口令|all|any"
)
_LONG_PATH = 24  # characters from which a path with many capitals is none
_PATH = lazily(r"(?:[.~]{0,2}/|[a-z]:\\)[\w.-]+(?:[/\\]|\.\w+$)")


def is_masked(value: str) -> bool:
    """Whether a value is already a mask or a placeholder, or a word about the value instead of one."""
    return _MASK().fullmatch(value.strip("\"'").lower()) is not None


def is_path(value: str) -> bool:
    """Whether a value is the place of a file, and not base64 that begins with a slash."""
    if _PATH().match(value.lower()) is None:
        return False
    return len(value) < _LONG_PATH or sum(char.isupper() or char in "+=" for char in value) * 5 < len(value)


def is_mixed(value: str) -> bool:
    """Whether a value has letters and digits."""
    return any(char.isdigit() for char in value) and any(char.isalpha() for char in value)


def unmasked(view: View, start: int, end: int) -> bool:
    """As a check: the value is no mask and no path."""
    value = view.text[start:end]
    return not is_masked(value) and not is_path(value)


def looks_random(view: View, start: int, end: int) -> bool:
    """As a check, after keys that are plain words too: at least eight characters with letters and digits."""
    value = view.text[start:end]
    return len(value) >= 8 and is_mixed(value) and unmasked(view, start, end)  # noqa: PLR2004 - shorter is a code
