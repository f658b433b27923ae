"""The parser gives the keys that prompt_toolkit's own gives, however the bytes are cut, and in linear time."""

from __future__ import annotations

import contextlib
import itertools
import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prompt_toolkit.input.vt100_parser import Vt100Parser
from prompt_toolkit.key_binding import KeyPress

from assistant.terminal import paste
from assistant.terminal.paste import END_MARK, PasteInput, PasteParser, Stash

ROOT = Path(__file__).parent.parent.parent
START = "\x1b[200~"
STREAMS = [
    f"ab{START}one\rtwo{END_MARK}\r",
    f"{START}{END_MARK}",
    f"{START}x{END_MARK}{START}y{END_MARK}z\x1b[A",
    f"{START}nearly \x1b[201 \x1b[20 \x1b[ \x1b and {START} inside{END_MARK}q",
    f"{START}日志：连接被拒绝 😀{END_MARK}\x03",
    f"\x1b[A{START}{'a long line ' * 300}{END_MARK}\x1b\r",
    f"{START}{END_MARK[:5]}{END_MARK}",
]


def keys(parser_class: type[Vt100Parser], pieces: list[str]) -> list[tuple[str, str]]:
    got: list[KeyPress] = []
    parser = parser_class(got.append)
    for piece in pieces:
        parser.feed(piece)
    parser.flush()
    return [(str(key.key), key.data) for key in got]


@pytest.mark.parametrize("stream", STREAMS)
def test_one_character_at_a_time(stream):
    assert keys(PasteParser, list(stream)) == keys(Vt100Parser, [stream])


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(STREAMS), st.lists(st.integers(0, 4000), max_size=12))
def test_cut_anywhere(stream, cuts):
    at = [0, *sorted(cut % (len(stream) + 1) for cut in cuts), len(stream)]
    assert keys(PasteParser, [stream[a:b] for a, b in itertools.pairwise(at)]) == keys(Vt100Parser, [stream])


def test_ten_megabytes_in_small_reads_take_no_time():
    line = "2025/05/11 23:52:08 [error] 1#1: *3 upstream prematurely closed connection, 上游\r"
    text = line * (10_000_000 // len(line.encode()))
    pieces = [text[at : at + 1024] for at in range(0, len(text), 1024)]
    before = time.perf_counter()
    assert keys(PasteParser, [START, *pieces, END_MARK])[0][1] == text
    assert time.perf_counter() - before < 2.0


class Reads:
    """Stands for the terminal: what each read gives."""

    def __init__(self, *reads: str) -> None:
        self.reads = list(reads)

    def read(self, count: int = 0) -> str:
        return self.reads.pop(0) if self.reads else ""


@pytest.fixture
def play(monkeypatch) -> Iterator[Callable[..., list[tuple[str, str]]]]:
    """Feeds reads to an input, `silence` seconds after the last; returns the keys."""
    master, slave = pty.openpty()
    with os.fdopen(slave) as stdin:
        terminal = PasteInput(stdin)

        def run(*reads: str, silence: float = 0.0) -> list[tuple[str, str]]:
            feed = Reads(*reads)
            terminal.stdin_reader = feed  # type: ignore[assignment]
            monkeypatch.setattr(paste.select, "select", lambda r, w, x, t: (r if feed.reads else [], [], []))
            terminal._last_read -= silence
            got: list[tuple[str, str]] = []
            while feed.reads:
                got += [(str(getattr(key.key, "value", key.key)), key.data) for key in terminal.read_keys()]
            return got

        yield run
    os.close(master)


def test_lines_without_brackets_are_one_paste(play):
    assert play("first line of a log\rsecond\r", "third\r") == [
        ("<bracketed-paste>", "first line of a log\rsecond\rthird\r")
    ]


def test_one_line_and_enter_is_typing(play):
    assert play("what does this mean?\r")[-1] == ("c-m", "\r")


def test_a_lost_end_mark_loses_nothing(play):
    assert play(START + "half a paste") == []
    assert play("x", silence=5) == [("<bracketed-paste>", "half a paste"), ("x", "x")]


def test_a_slow_line_is_not_cut(play):
    assert play(START + "one ") == []
    assert play("two, after a stall of five seconds", silence=5) == []
    assert play(END_MARK, silence=5) == [("<bracketed-paste>", "one two, after a stall of five seconds")]


@pytest.mark.parametrize("cut", range(1, len(END_MARK)))
def test_a_slow_end_mark_is_an_end_mark(play, cut):
    assert play(START + "text" + END_MARK[:cut]) == []
    assert play(END_MARK[cut:], silence=5) == [("<bracketed-paste>", "text")]


def test_an_end_mark_that_stalls_between_two_reads(play):
    assert play(START + "text") == []
    assert play(END_MARK[:3], silence=5) == []
    assert play(END_MARK[3:], silence=5) == [("<bracketed-paste>", "text")]


@pytest.mark.flaky(reruns=3)  # a real terminal, and a time
def test_ten_megabytes_reach_the_real_chat_in_seconds(tmp_path):
    text = ("2025/05/11 23:52:08 [error] 1#1: *3 upstream prematurely closed connection, 上游\r" * 120_000).encode()
    folders = {f"XDG_{name}_HOME": str(tmp_path) for name in ("DATA", "CONFIG", "CACHE")}
    terminal, inside = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "assistant", "--offline"],
        env=os.environ | folders | {"LC_ALL": "C.UTF-8", "TERM": "xterm", "PYTHONPATH": str(ROOT)},
        stdin=inside,
        stdout=inside,
        stderr=inside,
        start_new_session=True,
    )
    os.close(inside)
    os.set_blocking(terminal, False)
    try:
        wait_for(terminal, b"\x1b[?2004h")  # the prompt takes pastes from now on; nobody here answers its cursor query
        before = time.monotonic()
        wait_for(terminal, b"[Pasted #1: 120,000 lines, ", START.encode() + text + END_MARK.encode())
        assert time.monotonic() - before < 5.0
        wait_for(terminal, b"\x1b[?2004l", b"\x03\x04")  # clears the line, then leaves
        assert process.wait(10) == 0
    finally:
        process.kill()
        process.wait()
        os.close(terminal)


def wait_for(terminal: int, word: bytes, send: bytes = b"") -> bytes:
    """Sends what is to be typed, as fast as it is taken, until the program has shown a word."""
    shown, stop = b"", time.monotonic() + 20
    while word not in shown:
        assert time.monotonic() < stop, shown[-2000:]
        readable, writable, _ = select.select([terminal], [terminal] if send else [], [], 0.1)
        if readable:
            shown += os.read(terminal, 1 << 16)
            if b"\x1b[6n" in shown[-64:]:
                os.write(terminal, b"\x1b[1;1R")  # where the cursor is
        if writable:
            with contextlib.suppress(BlockingIOError):
                send = send[os.write(terminal, send[: 1 << 16]) :]
    return shown


def test_placeholders():
    stash = Stash()
    mark = stash.add("a\nb\n" * 5000)
    assert mark == "[Pasted #1: 10,000 lines, 20.0 KB]"
    assert stash.add("x") == "[Pasted #2: 1 line, 1 B]"
    assert stash.add("日" * 4_000_000).endswith("12.0 MB]")
    pastes, typed = stash.take(f"why? {mark} [Pasted #9: x] [Pasted #2: 1 li")
    assert [len(text) for text in pastes] == [20_000, 1]
    assert typed.split() == ["why?", "[Pasted", "#9:", "x]"]
    assert stash.expand("[Pasted #2: 1 line, 1 B]!") == "x!"
