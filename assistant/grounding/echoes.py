"""Sentences that only repeat what a line of the logs says in words of its own.

A log line proves what its parser reads out of it, not whatever somebody wrote into a message, a URL or a user name. A
sentence that stands word for word inside a longer line, and in nothing that was read out of it, is an echo: the reader
is told that nothing but the line says so. What an answer quotes, in code or in quotation marks, is no echo.
"""

from __future__ import annotations

import re

from assistant.grounding.claims import Claim, Verdict
from assistant.grounding.ground import Ground
from assistant.grounding.passages import Passage, Sentence
from assistant.i18n import Text
from assistant.model import Evidence

_WORDS, _CHARACTERS = (
    5,
    8,
)  # from which a sentence does not stand in a line by accident: Latin words, Chinese characters
_QUOTED = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)|“[^”]*”|‘[^’]*’|\"[^\"]*\"|「[^」]*」|\[\d{1,4}:[\d,;:\s-]*\]")
_MARKS = re.compile(r"<U\+[0-9A-F]{4,6}>|[*_~#>|]+|^\s*(?:[-+]|\d{1,3}[.)])\s", re.MULTILINE)
_BLANKS = re.compile(r"\s+")
_TOKEN = re.compile(r"[A-Za-z0-9]{3,}|[\u3400-\u9fff]{2,}")
_HAN = "\u3400"  # the first Chinese character
_READ_OUT = ("advice", "entry", "useless")
_ONLY_SAID = Text(
    "only the text of a log line says this; nothing that was read out of the logs bears it out",
    "只有一行日志的文字这样写，没有任何解析出的事实支持",
)


def echoes(sentence: Sentence, passage: Passage, ground: Ground) -> tuple[Claim, ...]:
    """The claim that a sentence is an echo, if it is one; of a row, of its cells."""
    cells = sentence.text.split("|") if passage.kind == "row" else [sentence.text]
    for cell in cells:
        found = _lines_with(_plain(cell), ground)
        if found and not _is_ours(cell, ground):
            return (
                Claim(
                    "echo",
                    sentence.text.strip("|* "),
                    sentence.start,
                    sentence.end,
                    Verdict.UNSUPPORTED,
                    _ONLY_SAID,
                    found,
                ),
            )
    return ()


def _is_ours(text: str, ground: Ground) -> bool:
    return any(statement.origin in _READ_OUT for statement in ground.same(text))


def _plain(text: str) -> str:
    return _BLANKS.sub(" ", _MARKS.sub(" ", _QUOTED.sub(" ", text))).strip(" .,;:!。，；：！").lower()


def _lines_with(text: str, ground: Ground) -> tuple[Evidence, ...]:
    """The lines that hold a text and more than it."""
    parts = _TOKEN.findall(text)
    han = sum(len(part) for part in parts if part[0] >= _HAN)
    if not parts or (len(text.split()) < _WORDS and han < _CHARACTERS):
        return ()
    found = []
    for (source, number), line in ground.lines.holding(max(parts, key=len), fold=True):
        plain = _BLANKS.sub(" ", _MARKS.sub(" ", line)).lower()
        if text in plain and len(plain) > len(text):
            found.append(Evidence(source, number, number))
    return tuple(found)
