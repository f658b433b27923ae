"""Commands in any company: nothing breaks the reader, nothing hides what a command does, and no text takes long."""

from __future__ import annotations

import time

import pytest
from command_lists import DESTROYS, ORDER, kind
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assistant.grounding.shell.commands import Kind, commands, is_command


@pytest.mark.parametrize("tag", ["bash", "", "console", "sql", "text", "python"])
@settings(max_examples=150, deadline=None)
@given(
    text=st.lists(
        st.sampled_from(
            [
                "rm -rf /",
                "ls",
                "sudo",
                "<pid>",
                "'",
                '"',
                "$(",
                ")",
                "`",
                "|",
                "&&",
                ";",
                "\n",
                " ",
                "\\",
                "<<EOF\n",
                "EOF\n",
                "{",
                "}",
                "#",
                "$ ",
                "bash -c",
                "find . -exec",
                "if",
                "then",
                "fi",
                "错误",
                "\u200b",
                "é",
                "\r",
                "\0",
                "🙂",
                "DROP TABLE x",
                "/*",
                "*/",
                "[[",
                "$x",
                "x=1",
                ">",
                "for i in",
            ]
        )
        | st.text(max_size=6),
        max_size=25,
    ).map("".join)
)
@example(text="\\\n")
def test_it_never_raises_and_offsets_are_right(tag, text):
    for each in commands(text, tag):
        assert text[each.start : each.end] == each.text
        assert each.text
    assert is_command(text) in {True, False}


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from([text for text in DESTROYS if "\n" not in text and "closed" not in text]),
    st.lists(
        st.sampled_from(["ls -l", "echo 'a; b'", "cat <<E\nx\nE", "true", "x=1", "( id )", "df -h | tail"]), max_size=3
    ),
    st.lists(st.sampled_from(["uptime", "# done", "free -h", "f() { ls; }"]), max_size=3),
)
def test_company_does_not_make_it_harmless(text, before, after):
    assert kind("\n".join([*before, text, *after])) is Kind.DESTROYS


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(["rm -rf /x", "kill -9 1", "systemctl restart app", "frobctl x", "kubectl delete ns x"]),
    st.lists(
        st.sampled_from(
            [
                "sudo",
                "sudo -u root",
                "nohup",
                "time",
                "env A=1",
                "timeout 5",
                "nice -n 5",
                "setsid",
                "stdbuf -oL",
                "docker exec c",
                "kubectl exec p --",
                "ionice -c 3",
                "xargs",
                "command",
                "exec",
                "doas",
            ]
        ),
        max_size=4,
    ),
)
def test_a_wrapper_is_as_bad_as_what_it_wraps(text, wrappers):
    assert ORDER.index(kind(" ".join([*wrappers, text]))) >= ORDER.index(kind(text))


HOSTILE = ["a ", "((", "$((", "'", "x|", "\\\n", "if ", "<<a\n", "ls -l\n", '"$(', "`a", "${", "[[", "{a ", "<a>", "a=b ", "rm -rf ", "sudo ", "\u200b", "/*", "$x$", "k: v\n", "select a(", "for i in a; do ", "\n", " ", "bash -c '", "docker --a b "]  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_megabyte_of_anything(piece):
    text = (piece * (1_000_000 // len(piece) + 1))[:1_000_000]
    began = time.perf_counter()
    for tag in ("bash", "", "sql"):
        for each in commands(text, tag):
            assert text[each.start : each.end] == each.text
    assert time.perf_counter() - began < 20  # seconds; 1.2 at most when alone


def test_what_is_too_long_is_not_taken_for_harmless():
    found = commands("ls\n" * 4000 + "rm -rf /\n", "bash")
    assert found[-1].kind is Kind.UNKNOWN
    assert found[-1].text.endswith("rm -rf /")
