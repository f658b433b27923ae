"""Pastes of any size, in linear time, whatever the terminal does to them.

prompt_toolkit reads 1,024 bytes per turn of its loop, and looks for the end mark in all that has arrived, each
time: quadratic, minutes for 10 MB. Its buffer splits and measures all lines at every key. Here the end mark is looked
for in what is new, the terminal is drained while a paste arrives, and the line shows a placeholder for the text.
"""

from __future__ import annotations

import re
import select
import time
from collections.abc import Callable
from typing import TextIO

from prompt_toolkit.input.vt100 import Vt100Input
from prompt_toolkit.input.vt100_parser import Vt100Parser
from prompt_toolkit.key_binding import KeyBindings, KeyPress, KeyPressEvent
from prompt_toolkit.keys import Keys

END_MARK = "\x1b[201~"
_INLINE = 1_000  # characters; a shorter paste of one line stays in the line, unless it is log
_PLACEHOLDER = re.compile(r"\[Pasted #(\d+)(?::[^\]\n]*\]?|\])")


_CURSOR_REPORT = re.compile(r"\x1b\[\d{1,4};\d{1,4}R")


class PasteParser(Vt100Parser):
    """The parser of prompt_toolkit, linear in the size of a bracketed paste."""

    def reset(self, request: bool = False) -> None:
        """Forget a paste that was begun too."""
        self._pieces: list[str] = []
        self._seen = ""  # the last characters, because the end mark may be cut in two
        super().reset(request)

    @property
    def in_paste(self) -> bool:
        """Whether a paste has begun and not ended."""
        return self._in_bracketed_paste

    @property
    def unfinished(self) -> str:
        """The last characters of the paste that has begun."""
        return self._seen

    def feed(self, data: str) -> None:
        """Take what was read; keys and pastes come out at the callback."""
        if not self._in_bracketed_paste:
            super().feed(data)  # calls this again with the rest once it has seen the start mark
            return
        recent = self._seen + data
        found = recent.find(END_MARK)
        self._pieces.append(data)
        self._seen = recent[-(len(END_MARK) - 1) :]
        if found < 0:
            return
        text = "".join(self._pieces)
        end = len(text) - len(recent) + found
        self._pieces, self._seen, self._in_bracketed_paste = [], "", False
        self.feed_key_callback(KeyPress(Keys.BracketedPaste, text[:end]))
        self.feed(text[end + len(END_MARK) :])


class PasteInput(Vt100Input):
    """A terminal whose pastes arrive whole.

    Without bracketed paste (a serial line, an old screen) a paste comes as typing, and each line would be sent as a
    question: several lines in one read are a paste too. When an end mark gets lost (a broken connection, sleep), the
    first key after a silence ends the paste, and nothing of it is lost.
    """

    _READ = 1 << 16  # bytes
    _REDRAW_S = 0.05  # then the screen gets a turn
    _BURST = 16  # characters; nobody types so many at once
    _BURST_GAP_S = 0.03
    _SILENCE_S = 1.0
    _KEY = 8  # characters; no key sends more

    def __init__(self, stdin: TextIO) -> None:
        super().__init__(stdin)
        self._parser = PasteParser(self._buffer_key)
        self.vt100_parser = self._parser
        self._last_read = time.monotonic()

    def _buffer_key(self, key: KeyPress) -> None:
        self._buffer.append(key)

    def read_keys(self) -> list[KeyPress]:
        """Keys and pastes that have arrived."""
        stop = time.monotonic() + self._REDRAW_S
        while data := self.stdin_reader.read(self._READ):
            now = time.monotonic()
            silence, self._last_read = now - self._last_read, now
            if self._parser.in_paste:
                if silence > self._SILENCE_S and len(data) <= self._KEY and self._ends_nothing(data):
                    self._parser.feed(END_MARK)
                self._parser.feed(data)
            elif self._is_burst(typed := _CURSOR_REPORT.sub("", data)):
                for report in _CURSOR_REPORT.findall(data):  # the terminal's own answer may fall into a paste
                    self._parser.feed(report)
                self._buffer_key(KeyPress(Keys.BracketedPaste, self._rest_of_burst(typed)))
            else:
                self._parser.feed(data)
            if not self._parser.in_paste or now > stop:
                break
        keys, self._buffer = self._buffer, []
        return keys

    def _ends_nothing(self, data: str) -> bool:
        """Whether no part of an end mark is on its way, which a slow line may cut anywhere."""
        recent = self._parser.unfinished + data
        return END_MARK not in recent and not any(recent.endswith(END_MARK[:n]) for n in range(1, len(END_MARK)))

    def _is_burst(self, data: str) -> bool:
        if len(data) < self._BURST or "\x1b" in data:
            return False
        if "\r" in data[:-1] or "\n" in data[:-1]:
            return True
        # a paste that came before the prompt was ready is handed over line by line
        return data[-1] in "\r\n" and bool(select.select([self.fileno()], [], [], self._BURST_GAP_S)[0])

    def _rest_of_burst(self, data: str) -> str:
        pieces = [data]
        while select.select([self.fileno()], [], [], self._BURST_GAP_S)[0]:
            more = self.stdin_reader.read(self._READ)
            if not more:
                break
            pieces.append(more)
        return "".join(pieces)


class Stash:
    """Pasted texts, by the number that their placeholder shows."""

    def __init__(self) -> None:
        self._texts: dict[int, str] = {}

    def add(self, text: str) -> str:
        """Keep a text; returns its placeholder, such as `[Pasted #1: 91,584 lines, 9.6 MB]`."""
        number = len(self._texts) + 1
        self._texts[number] = text
        lines = text.count("\n") + (not text.endswith("\n"))
        return f"[Pasted #{number}: {lines:,} line{'' if lines == 1 else 's'}, {_size(text)}]"

    def take(self, line: str) -> tuple[list[str], str]:
        """The pasted texts that a line names, in order, and the line without them."""
        pastes: list[str] = []

        def one(match: re.Match[str]) -> str:
            text = self._texts.get(int(match[1]))
            if text is None:
                return match[0]
            pastes.append(text)
            return " "

        return pastes, _PLACEHOLDER.sub(one, line)

    def expand(self, line: str) -> str:
        """The line with the texts in the place of their placeholders."""
        return _PLACEHOLDER.sub(lambda match: self._texts.get(int(match[1]), match[0]), line)


def paste_bindings(stash: Stash, is_log: Callable[[str], bool], at_once: Callable[[], bool]) -> KeyBindings:
    """What happens to a paste: a line of prose is inserted, everything else is stashed. Backspace removes it whole.

    While `at_once` is true, a paste of whole lines is entered without waiting for a key.
    """
    bindings = KeyBindings()

    @bindings.add(Keys.BracketedPaste)
    def _paste(event: KeyPressEvent) -> None:
        text = event.data.replace("\r\n", "\n").replace("\r", "\n")
        line = text.strip("\n")
        if "\n" in line or len(line) > _INLINE or is_log(line):
            event.current_buffer.insert_text(stash.add(text) + " ")
        else:
            event.current_buffer.insert_text(line)
        if at_once() and text.endswith("\n"):
            event.current_buffer.validate_and_handle()

    @bindings.add("backspace")
    def _delete(event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        before = buffer.document.text_before_cursor
        last = None
        for last in _PLACEHOLDER.finditer(before):  # noqa: B007 - the last one is wanted
            pass
        whole = last is not None and before[last.end() :].strip(" ") == "" and before.endswith(("]", "] "))
        buffer.delete_before_cursor(len(before) - last.start() if whole and last else 1)

    return bindings


def _size(text: str) -> str:
    count = len(text.encode("utf-8", "surrogatepass"))
    for unit, scale in (("MB", 1e6), ("KB", 1e3)):
        if count >= scale:
            return f"{count / scale:.1f} {unit}"
    return f"{count} B"
