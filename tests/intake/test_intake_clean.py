from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pasting import texts_of

from assistant.intake import clean_line


@pytest.mark.parametrize(
    "text",
    [
        "plain words",
        "tab\tkept",
        "中文，标点。",
        "rate(http_requests[5m])",
        "a [0] b",
        "naïve – “quoted” …",
        "#012 and #033[31m stay",
        "emoji 🔥",
        r"C:\new\t",
    ],
)
def test_what_is_clean_is_not_touched(text: str) -> None:
    assert clean_line(text) == text


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b[1;38;5;196mx\x1b[m", "x"),
        ("\x1b(B\x1b[mx", "x"),
        ("\x9b31mx", "x"),
        ("a\x1b]0;title\x07b", "ab"),
        ("\x1b]8;;http://e.example\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1b]52;c;ZWNobw==\x07x", "x"),
        ("a\x1b[5Cb", "a     b"),
        ("\x1b[2K\x1b[1Gx", "x"),
        ("^[[31mx^[[0m", "x"),
        ("[31mx[0m", "x"),
        ("[1;32mok[0m rate(x[5m])", "ok rate(x[5m])"),
        ("b\bbo\bol\bld\bd", "bold"),
        ("_\bu", "u"),
        ("\x00a\x07b\x7f", "ab"),
        ("a\u200bb\ufeffc\u2060", "abc"),
        ("pay\u202etxt", "pay<U+202E>txt"),
        ("a\u00a0b", "a b"),
        ("hi\U000e0041\U000e0042", "hi"),
        ("10%\r50%\r100% done", "100% done"),
        ("[##  ] 1/2\r[####] 2/2", "[####] 2/2"),
        ("rm -rf /\rall is well", "rm -rf /␍all is well"),
        ("line\r\r", "line"),
    ],
)
def test_what_a_terminal_would_act_on(raw: str, clean: str) -> None:
    assert clean_line(raw) == clean


def test_carriage_returns_as_the_only_line_ends() -> None:
    assert texts_of("2025/05/11 23:52:08 a\r2025/05/11 23:52:09 b\rwhy?") == [
        "2025/05/11 23:52:08 a",
        "2025/05/11 23:52:09 b",
        "why?",
    ]
    assert texts_of("Pulling 1%\rPulling 50%\rPulling 100%") == ["Pulling 100%"]


@given(st.text())
def test_cleaning_is_final_and_leaves_nothing_to_act_on(text: str) -> None:
    once = clean_line(text.replace("\n", " "))
    assert clean_line(once) == once
    assert not set(once) & {"\x1b", "\x9b", "\b", "\r", "\x00", "\u202e", "\u2066", "\u200b"}


def test_hostile_lines_take_linear_time() -> None:
    n = 200_000
    started = time.perf_counter()
    for line in (
        "\x1b]" * n,
        "a" * n + "\b" * n,
        "\x1b[" + "1;" * n,
        "a\r" * n,
        "^[[" + "1" * n,
        "[1;" * n + "[0m",
        "\u202e" * n,
    ):
        clean_line(line)
    assert time.perf_counter() - started < 5
