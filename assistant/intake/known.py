"""Values that were found once are found again where nothing around them gives them away.

`password=hunter2-x` in a log makes `is hunter2-x wrong?` a question with a secret in it, and the name that a machine
has in its syslog is the same machine in a URL. Only values are learned that are no word of their own: replacing every
`postgres` because somebody's password is `postgres` would hide what the log says.
"""

from __future__ import annotations

from collections.abc import Iterator

from assistant.intake.detectors.base import Span, View, is_mixed
from assistant.intake.lazily import lazily

_PART = lazily(r"[^\s\"'`,;&<>()\[\]{}⟨⟩【】|\\=:/?]{6,}")
_WORD = lazily(r"[\w!#$%@^*+~.-]{4,}")
_MARKS = ".!#$%@^*+~-"  # what may stand at the end of a word without belonging to it
_LONG_WORD = 16  # characters of letters alone that are no word
_LEAST_HOST = 4
_FEW = 48  # values up to which a search for each is faster than a look at every word


class Known:
    """Secrets and names of machines that were seen."""

    def __init__(self) -> None:
        self._words: dict[str, str] = {}

    def learn(self, kind: str, value: str) -> None:
        """Remember a value that a detector found."""
        if kind == "secret":
            for part in telling_parts(value):
                self._words.setdefault(part, kind)
        elif kind == "host" and len(value) >= _LEAST_HOST and ("." in value or "-" in value or is_mixed(value)):
            self._words.setdefault(value, kind)

    def spans(self, view: View) -> Iterator[Span]:
        """Where known values stand as words of their own."""
        if not self._words:
            return
        text, words = view.text, self._words
        if len(words) <= _FEW:
            for word, kind in words.items():
                yield from _whole_words(text, word, kind)
            return
        for match in _WORD().finditer(text):
            for word in dict.fromkeys((match[0], match[0].strip(_MARKS))):
                if word in words:
                    start = text.find(word, match.start())
                    if not (words[word] == "host" and _in_path(text, start, start + len(word))):
                        yield start, start + len(word), words[word]
                    break


def _whole_words(text: str, word: str, kind: str) -> Iterator[Span]:
    at = text.find(word)
    while at >= 0:
        end = at + len(word)
        inside = _is_word(text[at - 1 : at]) or _is_word(text[end : end + 1])
        if not inside and not (kind == "host" and _in_path(text, at, end)):
            yield at, end, kind
        at = text.find(word, end)


def _is_word(char: str) -> bool:
    return char.isalnum() or char in {"_", "-"}


def _in_path(text: str, start: int, end: int) -> bool:
    """Whether a name without dots is a folder or file."""
    return "." not in text[start:end] and text[start - 1 : start] == "/" and text[start - 2 : start] != "//"


def telling_parts(value: str) -> Iterator[str]:
    """The parts of a secret that nobody writes by chance: mixed with digits, or long."""
    for match in _PART().finditer(value[:4000]):
        part = match[0].strip(_MARKS)
        if len(part) >= 6 and not part.isdigit() and (is_mixed(part) or len(part) >= _LONG_WORD):  # noqa: PLR2004 - shorter parts are words
            yield part
