r"""Text to clean physical lines: line ends, terminal escapes, overwritten and invisible text.

Log text is hostile. What a terminal would act on (escapes, backspaces) is carried out or removed, what would make a
reader see something else than what is there (bidirectional controls) is made visible as `<U+202E>`, and what cannot be
seen (zero-width characters, tags, control characters) is removed. A tab is kept. `#012` and other escapes that a
logger wrote are text and stay.

A carriage return inside a line is a progress bar: only its last frame is kept. When the parts are not frames of one
bar, all of them are kept, separated by a visible `␍`, so that nothing can hide behind an overwrite. Text that has
carriage returns but no line feed (as some terminals paste it) has them as line ends.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from assistant.intake.heads import head_kind

MAX_LINE = 1 << 20  # characters; a longer line is handed on in pieces of the same number, to keep memory constant
_ERASE = 200  # columns; a cursor jump further than this is not layout
_MIN_PREFIX = 3  # characters that two frames of one progress bar start with

_LITERAL_RESET = "[0m"
_CARET_ESCAPE = "^[["
_CONTROL_BYTES = tuple(
    bytes([code]) for code in (0x0D, 0x1B, *range(9), *range(0x0B, 0x0D), *range(0x0E, 0x1B), *range(0x1C, 0x20), 0x7F)
)
_ASCII = bytes(range(0x80))
_SPACES = dict.fromkeys([0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x2028, 0x2029], " ")
_BIDI = {code: f"<U+{code:04X}>" for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))}
_UNSEEN: dict[int, None] = dict.fromkeys(
    [
        *range(9),
        *range(0x0B, 0x20),
        *range(0x7F, 0xA0),
        0xAD,
        0x034F,
        0x061C,
        0x180E,
        *range(0x200B, 0x2010),
        0xFEFF,
        *range(0x2060, 0x2066),
        *range(0x206A, 0x2070),
        *range(0xFFF9, 0xFFFC),
        0x115F,
        0x1160,
        0x3164,
        0xFFA0,
    ]
)
_TABLE: dict[int, str | None] = {**_SPACES, **_BIDI, **_UNSEEN}


@functools.cache
def _escape() -> re.Pattern[str]:
    return re.compile(
        r"\x1b\[[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor
        r"|\x9b[0-?]*[ -/]*[@-~]"
        r"|\x1b\][^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)"  # OSC: titles, links, clipboard
        r"|\x1b[PX^_][^\x1b\x9c\n]*(?:\x1b\\|\x9c)"  # DCS, SOS, PM, APC
        r"|\x1b[ -/]+[0-~]|\x1b[0-~]|\x1b"
        r"|\^\[\[[0-9;]*[A-Za-z]"  # written out by `cat -v` or a pager
    )


@functools.cache
def _lost_escape() -> re.Pattern[str]:
    # The escape character was lost on the way. Not followed by `]`: `rate(x[5m])` is a query, not a colour.
    return re.compile(r"\[(?:\d{1,3}(?:;\d{1,3}){0,4})?m(?!\])")


@functools.cache
def _tags() -> re.Pattern[str]:
    return re.compile("[\U000e0000-\U000e0fff\u115f\u1160\u3164\uffa0\u034f]")


def batches(chunks: Iterator[str]) -> Iterator[tuple[int, list[str]]]:
    """Clean physical lines in lists, each with the number of its first line (from 1); the rest are consecutive."""
    number = 1
    pending = ""
    cr_ends: bool | None = None
    for piece in chunks:
        chunk = pending + piece
        pending = ""
        if "\r" in chunk:
            if chunk.endswith("\r"):  # its line feed may be in the next piece
                chunk, pending = chunk[:-1], "\r"
            chunk = chunk.replace("\r\n", "\n")
            if cr_ends is None:
                cr_ends = "\n" not in chunk and _are_lines(chunk)
            if cr_ends:
                chunk = chunk.replace("\r", "\n")
        head, newline, tail = chunk.rpartition("\n")
        if newline:
            cr_ends = bool(cr_ends)
            lines = clean_lines(head)
            yield number, lines
            number += len(lines)
        pending = tail + pending
        while len(pending) > MAX_LINE:
            yield number, [clean_line(pending[:MAX_LINE])]
            pending = pending[MAX_LINE:]
    if pending:
        pending = pending.removesuffix("\r")
        if cr_ends or (cr_ends is None and "\r" in pending and _are_lines(pending)):
            pending = pending.replace("\r", "\n")
        yield number, clean_lines(pending)


def clean_lines(text: str) -> list[str]:
    """The clean lines of text whose line ends are line feeds."""
    lines = text.split("\n")
    if _is_plain(text) and _CARET_ESCAPE not in text and _LITERAL_RESET not in text:
        return lines
    return [clean_line(line) for line in lines]


def clean_line(line: str) -> str:
    """One line without what a terminal would act on and without what cannot be seen."""
    if _CARET_ESCAPE not in line and _LITERAL_RESET not in line and _is_plain_line(line):
        return line
    if "\x1b" in line or "\x9b" in line or _CARET_ESCAPE in line:
        line = _escape().sub(_carry_out, line)
    if _LITERAL_RESET in line:
        line = _lost_escape().sub("", line)
    if "\r" in line:
        line = _overwrite(line.rstrip("\r"))
    if "\b" in line:
        line = _overstrike(line)
    if _is_plain_line(line):
        return line
    line = line.translate(_TABLE)
    return line if line.isascii() else _tags().sub("", line)


def _is_plain_line(line: str) -> bool:
    # `isprintable` knows control, format and separator characters; tags and fillers count as printable.
    return line.replace("\t", "").isprintable() and (line.isascii() or _tags().search(line) is None)


def _is_plain(text: str) -> bool:
    """Whether nothing in a text needs cleaning; line feeds and tabs do not.

    Looking for each control byte by itself is ten times as fast as looking at each character.
    """
    raw = text.encode("utf-8", "surrogatepass")
    for control in _CONTROL_BYTES:
        if control in raw:
            return False
    if len(raw) == len(text):
        return True
    above = raw.translate(None, _ASCII).decode("utf-8", "surrogatepass")
    return above.isprintable() and _tags().search(above) is None


def _carry_out(match: re.Match[str]) -> str:
    sequence = match[0]
    if sequence.endswith("C") and sequence[-2:-1] in "[0123456789":  # cursor forward: used as layout
        digits = sequence.lstrip("\x1b\x9b^[")[:-1]
        count = int(digits) if digits.isdecimal() else 1
        return " " * count if count <= _ERASE else " "
    return ""


def _overwrite(line: str) -> str:
    frames = [frame for frame in line.split("\r") if frame.strip()]
    if not frames:
        return ""
    kept = frames[-1:]
    for frame in reversed(frames[:-1]):
        if not _same_bar(frame, kept[0]):
            kept.insert(0, frame)
        # else: an earlier frame of the bar that is already kept
    return "␍".join(kept)


def _same_bar(earlier: str, later: str) -> bool:
    """Whether two overwritten texts are frames of one progress bar, as far as their words tell."""
    a, b = (re.sub(r"[\d#=>.\-*█▏▎▍▌▋▊▉░▒▓ ]+", "", frame) for frame in (earlier, later))
    if b.startswith(a):
        return True
    prefix = 0
    for x, y in zip(a, b, strict=False):
        if x != y:
            break
        prefix += 1
    return prefix >= max(_MIN_PREFIX, min(len(a), len(b)) // 3)


def _are_lines(text: str) -> bool:
    """Whether carriage returns in text without line feeds are line ends, not the frames of one progress bar."""
    frames = [frame for frame in text.split("\r") if frame.strip()]
    if any(head_kind(frame) for frame in frames[:8]):
        return True
    return not all(_same_bar(frames[i], frames[i + 1]) for i in range(len(frames) - 1))


def _overstrike(line: str) -> str:
    shown: list[str] = []
    for char in line:
        if char != "\b":
            shown.append(char)
        elif shown:
            shown.pop()
    return "".join(shown)
