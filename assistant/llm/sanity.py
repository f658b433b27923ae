"""Whether an answer is an answer at all. Whether it is true is another question, asked elsewhere.

Small or broken models loop, fall into another language, repeat their instructions or cite lines that do not exist. Such
an answer is worse than the rules' one, so it counts as a failure of the model.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping

from assistant.i18n import Language, Text

_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`", re.DOTALL)
_CITATION = re.compile(r"\[(\d{1,4}:\d{1,9}(?:[-,;\s]+(?:\d{1,4}:)?\d{1,9})*)\]")
_NUMBERS = re.compile(r"(?:(\d+):)?(\d+)")
_HAN = re.compile(r"[㐀-鿿]")
_LATIN = re.compile(r"[A-Za-z]{2,}")
_HEADING = re.compile(r"^(?:#{1,6}|={3}|\*\*) *(.*?)[\s=*]*$", re.MULTILINE)
_TEMPLATE = re.compile(r"<\|\w+\|>|\[/?INST\]")

_JUDGED_FROM = {"en": 40, "zh": 120}  # letters of prose; Chinese needs fewer letters, and more Latin ones among them
_CHECK_EVERY = 200  # characters between two looks at a growing answer
_STUTTER = re.compile(r"([^\W\d_][^\n]{1,11}?)\1{11,}[^\n]{0,12}$")  # in a language without blanks, too
_TAIL = 1200  # characters in which a loop shows
_LAST_ROWS = 8  # lines of which no more than two are different
_ROWS = 3  # rows of the prompt that are no accident
_LOOP_RATIO = 0.09  # compressed to raw; prose stays above 0.35, tables and listings above 0.15
_SHORT_LOOP = 8  # repetitions of a short unit at the end

_EMPTY = Text("the model's answer is empty", "模型的回答是空的")
_LOOPS = Text("the model repeats itself without end", "模型在不断重复自己")
_GARBLED = Text("the model's answer is garbled", "模型的回答是乱码")
_OTHER_LANGUAGE = Text("the model answers in another language", "模型没有用提问的语言回答")
_PARROTS = Text("the model repeats what it was given instead of answering", "模型只是重复给它的资料，没有回答")
_NO_SUCH_LINES = Text("the model cites only lines that do not exist", "模型引用的行全都不存在")


class Nonsense(Exception):
    """An answer that is none; `reason` says why."""

    def __init__(self, reason: Text) -> None:
        self.reason = reason
        super().__init__(reason.en)


class Watch:
    """Looks at an answer while it grows. `lines` has the number of lines of each source; `marks` must not come back.

    `headings` are those of the prompt: one may be a coincidence, two are no answer; nor are several of its `rows`.
    """

    def __init__(
        self,
        language: Language,
        lines: Mapping[int, int],
        marks: tuple[str, ...] = (),
        headings: frozenset[str] = frozenset(),
        rows: re.Pattern[str] | None = None,
    ) -> None:
        self._language, self._lines, self._marks, self._headings = language, lines, marks, headings
        self._rows = rows
        self.text = ""
        self._checked = 0

    def feed(self, piece: str) -> None:
        """Add a piece; raises Nonsense as soon as it shows."""
        self.text += piece
        if len(self.text) - self._checked >= _CHECK_EVERY:
            self._checked = len(self.text)
            self._judge()

    def finish(self) -> None:
        """Judge the whole; raises Nonsense."""
        if not any(char.isalnum() for char in self.text):
            raise Nonsense(_EMPTY)
        self._judge()
        cited = citations(self.text)
        if cited and not any(1 <= line <= self._lines.get(source, 0) for source, line in cited):
            raise Nonsense(_NO_SUCH_LINES)

    def _judge(self) -> None:
        if _TEMPLATE.search(self.text) or any(mark in self.text for mark in self._marks):
            raise Nonsense(_GARBLED)
        if self.text.count("\ufffd") * 50 > len(self.text):
            raise Nonsense(_GARBLED)
        if len(self._headings & {match[1] for match in _HEADING.finditer(self.text)}) > 1:
            raise Nonsense(_PARROTS)
        if self._rows is not None and sum(1 for _ in self._rows.finditer(self.text)) >= _ROWS:
            raise Nonsense(_PARROTS)
        if loops(self.text):
            raise Nonsense(_LOOPS)
        if not speaks(self._language, self.text):
            raise Nonsense(_OTHER_LANGUAGE)


def citations(text: str) -> list[tuple[int, int]]:
    """All `[source:line]` of a text, with lists and ranges taken apart into the numbers they name."""
    found: list[tuple[int, int]] = []
    for match in _CITATION.finditer(text):
        source = 0
        for given, line in _NUMBERS.findall(match[1]):
            source = int(given) if given else source
            found.append((source, int(line)))
    return found


def loops(text: str) -> bool:
    """Whether the end of a text is one thing said over and over."""
    tail = text[-_TAIL:].encode()
    if len(tail) >= _TAIL and len(zlib.compress(tail)) < _LOOP_RATIO * len(tail):
        return True
    if _STUTTER.search(text[-400:]):
        return True
    rows = [row.strip() for row in text.splitlines()[:-1] if row.strip()][-_LAST_ROWS:]
    if len(rows) == _LAST_ROWS and len(set(rows)) <= 2:  # noqa: PLR2004 - two lines in turn
        return True
    words = text[-600:].split()
    for size in (1, 2, 3, 4):
        unit = words[-size:]
        enough = len(words) >= size * _SHORT_LOOP and any(char.isalpha() for word in unit for char in word)
        if enough and all(words[-size * (k + 1) : len(words) - size * k] == unit for k in range(_SHORT_LOOP)):
            return True
    return False


def speaks(language: Language, text: str) -> bool:
    """Whether prose outside of code is in a language at all. True for texts too short to tell."""
    prose = _CODE.sub(" ", text)
    letters = sum(char.isalpha() for char in prose)
    if letters < _JUDGED_FROM[language]:
        return True
    han = len(_HAN.findall(prose))
    if language == "zh":
        return han * 10 >= letters
    latin = sum(len(word) for word in _LATIN.findall(prose))
    return latin * 2 >= letters
