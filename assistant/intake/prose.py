"""Telling a question from the log it was pasted with.

A question stands above or below its log, or is all there is. What could be either is log: nothing is lost when a
sentence is read as a line, but a line that is taken for a question is evidence that disappears.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from assistant.intake.clean import clean_line
from assistant.intake.heads import TIMED, head_kind
from assistant.intake.lazily import lazily
from assistant.intake.phrases import (
    MARKS,
    PROMPT,
    TALK,
    chinese_cue,
    chinese_end,
    english_cue,
    known_output,
    strong_question,
)

_MOST = 8  # lines that a question may have; more is a document, not a question
_MIN_LOG = 24  # characters that must follow a time for a record to begin in the middle of a line

_FENCE = lazily(r"\s*(?:```|~~~)")
_MASKED = lazily(r"【[^】\n]{0,40}】|<[a-z_-]{1,30}>|⟨[^⟩\n]{1,40}⟩")
_HAN = lazily(r"[\u3400-\u9fff]")
_QUOTED = lazily(r"\"[^\"\n]{1,200}\"|“[^”\n]{1,200}”|「[^」\n]{1,200}」|`[^`\n]{1,200}`|(?<!\w)'[^'\n]{1,200}'(?!\w)")
_WORD = lazily(r"[(\[]?[A-Za-z]+(?:['’-][A-Za-z]+)*[)\]]?[,.;:!?…]*$|[-–—&/]$|\d{1,5}[,.;:!?%]*$")


class Kind(Enum):
    """What a line is on its own."""

    BLANK = "blank"
    LOG = "log"
    ASKED = "asked"  # reads like a question, a request or a remark to a person
    PLAIN = "plain"  # words without a sign of either


@dataclass(frozen=True, slots=True)
class Separated:
    """A paste in two parts; either can be empty, never both unless the paste is blank."""

    log: str
    question: str


def separate(text: str) -> Separated:
    """The log and the question of one paste. The log keeps its lines as they are.

    >>> separate("why does this happen?").question
    'why does this happen?'
    """
    lines = _lines(text)
    filled = [i for i, line in enumerate(lines) if line.strip()]
    if not filled:
        return Separated("", "")
    kinds = _kinds(lines)
    if len(filled) == 1:
        return _single(lines[filled[0]].strip(), kinds[filled[0]])
    if not any(kind is Kind.LOG for kind in kinds):
        asked = any(kind is Kind.ASKED for kind in kinds)
        if asked and len(filled) <= _MOST:
            return Separated("", text.strip())
    top = _edge(kinds)
    bottom = len(lines) - _edge(kinds[::-1])
    if top >= bottom:  # no line is surely log, but it is too long for a question
        return Separated(text, "") if len(filled) > _MOST else Separated("", text.strip())
    above, below = "\n".join(lines[:top]).strip(), "\n".join(lines[bottom:]).strip()
    log_lines = lines[top:bottom]
    if not above and log_lines and kinds[top] is Kind.LOG:
        lead, record = _split_lead(log_lines[0])
        if lead:
            above, log_lines = lead, [record, *log_lines[1:]]
    question = "\n".join(part for part in (above, below) if part)
    if not question:
        return Separated(text, "")
    return Separated("\n".join(_trim(log_lines)), question)


def _lines(text: str) -> list[str]:
    unified = text.replace("\r\n", "\n")
    if "\n" not in unified:
        unified = unified.replace("\r", "\n")
    return unified.split("\n")


def _trim(lines: list[str]) -> list[str]:
    start, end = 0, len(lines)
    while start < end and not lines[start].strip():
        start += 1
    while end > start and not lines[end - 1].strip():
        end -= 1
    return lines[start:end]


def _single(line: str, kind: Kind) -> Separated:
    if kind is Kind.LOG:
        lead, record = _split_lead(line)
        if lead:
            return Separated(record, lead)
        record, tail = _split_tail(line)
        return Separated(record, tail)
    if kind is Kind.ASKED:
        return Separated("", line)
    return Separated(line, "") if _looks_printed(line) else Separated("", line)


def _looks_printed(line: str) -> bool:
    """Whether bare words are rather what a program prints (`Killed`, `no live upstreams`) than what people type."""
    if _HAN().search(_MASKED().sub("", line)):
        return bool(re.search(r"(?:失败|异常|错误|超时|拒绝|成功|启动|完成|退出)\s*[:：]", line))
    words = line.lower().split()
    return not any(word.strip(".,!?") in TALK for word in words)


def _edge(kinds: Sequence[Kind]) -> int:
    """How many lines at the start of a text belong to a question."""
    end = 0
    count = 0
    while end < len(kinds):
        # A question may have paragraphs; each needs one line that asks, and none that is log.
        start = end
        while start < len(kinds) and kinds[start] is Kind.BLANK:
            start += 1
        stop = start
        while stop < len(kinds) and kinds[stop] in {Kind.ASKED, Kind.PLAIN}:
            stop += 1
        block = kinds[start:stop]
        touches_log = stop < len(kinds) and kinds[stop] is Kind.LOG
        if touches_log:  # plain words next to the log belong to the log
            while block and block[-1] is Kind.PLAIN:
                block = block[:-1]
        if Kind.ASKED not in block or count + len(block) > _MOST:
            break
        count += len(block)
        end = start + len(block)
        if touches_log:
            break
    return end


def _kinds(lines: Sequence[str]) -> list[Kind]:
    """The kind of each line; only the edges can be a question, so the middle of a long text is log unseen."""
    kinds = [Kind.LOG] * len(lines)
    fenced = _fenced(lines)
    edge = 3 * _MOST
    for i, raw in enumerate(lines):
        if edge <= i < len(lines) - edge:
            continue
        if i in fenced:
            continue
        kinds[i] = line_kind(raw, after_frame=i > 0 and _is_frame(lines[i - 1]))
    return kinds


def _fenced(lines: Sequence[str]) -> set[int]:
    marks = [i for i, line in enumerate(lines) if _FENCE().match(line)]
    inside: set[int] = set()
    for start, end in zip(marks[::2], [*marks[1::2], len(lines) - 1], strict=False):
        inside.update(range(start, end + 1))
    return inside


def _is_frame(line: str) -> bool:
    return (line[:1] in {" ", "\t"} and head_kind(line) == "traceback") or line.startswith(("    ", "\tat "))


def line_kind(raw: str, *, after_frame: bool = False) -> Kind:
    """What one line is. `after_frame`: the line before is part of a stack trace, so this one ends it."""
    line = clean_line(raw).strip()
    if not line:
        return Kind.BLANK
    indented = raw[:1] in {" ", "\t"}
    kind = head_kind(clean_line(raw)) or head_kind(line)
    if kind in TIMED:
        return Kind.ASKED if _asks_after_time(line) else Kind.LOG
    if after_frame and not indented and not _HAN().search(_MASKED().sub("", line)):
        return Kind.LOG
    if strong_question().search(line) and not known_output().search(line):
        return Kind.ASKED
    if kind or known_output().search(line) or _log_marks(line):
        return Kind.LOG
    if _asks(line) and not (indented and not _HAN().search(line)):
        return Kind.ASKED
    return Kind.PLAIN if _is_words(line) else Kind.LOG


def _asks(line: str) -> bool:
    spoken = _MASKED().sub("", line)
    if _HAN().search(spoken):
        return bool(chinese_cue().search(spoken)) or spoken[-1:] in "?？"
    return bool(english_cue().search(spoken)) and _is_words(spoken)


def _is_words(line: str) -> bool:
    """Whether a line is made of plain words, as a sentence is."""
    bare = _QUOTED().sub("it", _MASKED().sub("", line))
    if _HAN().search(bare):
        return True
    tokens = bare.split()
    good = sum(1 for token in tokens if _WORD().match(token))
    return bool(tokens) and good >= 0.7 * len(tokens)


def _asks_after_time(line: str) -> bool:
    """Whether a line that starts with a time is a question about that time."""
    rest = re.sub(r"^[\[(]?[\d/:.,TZ+\-年月日\s]{5,40}[\])]?", "", line)
    if re.search(r"\[[a-z]+\]|\d#\d|\w=\S|\b[A-Z]{4,}\b", rest):
        return False
    return bool(_HAN().match(rest) and chinese_end().search(rest))


def _log_marks(line: str) -> bool:
    if PROMPT().match(line):
        return True
    bare = _QUOTED().sub("", line) if _asks(line) else line
    if MARKS().search(bare):
        return True
    if _HAN().search(_MASKED().sub("", bare)):
        return False
    tokens = bare.split()
    paths = sum(1 for token in tokens if token.count("/") > 1 or token.count("\\") > 1 or "::" in token)
    return paths * 2 > len(tokens) or (bool(re.match(r"[\w./-]{1,40}: \S", bare)) and not english_cue().search(bare))


def _split_lead(line: str) -> tuple[str, str]:
    """A remark and the record that begins on its line: ("看看这个报错", "2025/05/11 23:52:08 [error] …")."""
    if head_kind(line) in TIMED:
        return "", line
    for match in re.finditer(r"(?<=[\s:：,，。\u3400-\u9fff])(?=[\[(]?\d|[A-Z][a-z]{2} |[IWEF]\d{4} )", line[:400]):
        lead, record = line[: match.start()].rstrip(" ：:,，"), line[match.start() :]
        if head_kind(record) in TIMED and head_kind(record) != "prefixed":
            if len(record) < _MIN_LOG or _asks_after_time(record):
                return "", line
            return (lead, record) if _asks(lead) and _is_words(lead) and not known_output().search(lead) else ("", line)
    return "", line


def _split_tail(line: str) -> tuple[str, str]:
    """A record and the question that ends its line, when it is Chinese behind a record in another language."""
    match = re.search(r"(?<=[\s\"'.)\]])([\u3400-\u9fff][^\"\[\]{}=]{1,60})$", line)
    if match and chinese_end().search(match[1]) and len(_HAN().findall(match[1])) > len(match[1]) // 2:
        return line[: match.start()].rstrip(), match[1].strip()
    return line, ""
