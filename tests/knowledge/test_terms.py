"""The glossary: its files, and what a question about a word or a number gets."""

from __future__ import annotations

import re

import pytest

from assistant.answer.glossary import find_terms
from assistant.knowledge.load import shipped_folder
from assistant.knowledge.terms import glossary, parse_line

FILES = sorted((shipped_folder() / "terms").glob("*.txt"))
_HAN = re.compile(r"[\u4e00-\u9fff]")


def english(question, shown=()):
    return [text.en for text in find_terms(question, shown)]


@pytest.mark.parametrize(
    "question", ["", "what is it?", "how are you", "这是怎么回事", "line 700", "[3:13]", "at 10:13", "v1.13"]
)
def test_what_names_no_term_gets_none(question):
    assert find_terms(question) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_line_has_both_languages_and_no_name_twice(path):
    seen: dict[str, str] = {}
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("# ")
    assert any("Source" in line for line in lines if line.startswith("#"))
    for line in lines:
        if not line or line.startswith("#"):
            continue
        term, names = parse_line(line, path.stem)
        assert _HAN.search(term.meaning.zh), line
        assert not _HAN.search(term.meaning.en), line
        assert len(term.meaning.en) < 600, line
        for name in {term.code, *(name.lower() for name in names)} - {""}:
            assert name not in seen, f"{name}: {line}"
            seen[name] = line


def test_all_signals_errnos_and_exit_codes_are_there():
    codes = glossary().codes
    areas = {
        area: {term.code for terms in codes.values() for term in terms if term.area == area}
        for area in ("signals", "errno", "exits")
    }
    assert areas["signals"] == {str(number) for number in range(1, 32)}
    assert areas["errno"] >= {str(number) for number in range(1, 134) if number not in (41, 58)}
    assert areas["exits"] >= {
        str(number)
        for number in (*range(1, 8), 124, 125, 126, 127, *range(129, 160), *range(200, 245))
        if number not in (223, 234)  # systemd keeps them free
    }


@pytest.mark.parametrize(
    ("question", "begins"),
    [
        ("errno 13", "errno 13 EACCES"),
        ("signal 13?", "signal 13 SIGPIPE"),
        ("what is exit code 13", "exit code 13"),
        ("what does 137 mean", "exit code 137: = 128 + 9"),
        ("什么是 SIGKILL", "signal 9 SIGKILL"),
        ("502 是什么意思", "HTTP 502 Bad Gateway"),
        ("what is connection reset by peer", "errno 104 ECONNRESET"),
        ("状态码 203 是什么", "HTTP 203"),
        ("退出码 203", "exit code 203 EXEC"),
        ("oom_score_adj?", "oom_score_adj"),
    ],
)
def test_the_words_around_a_number_choose(question, begins):
    assert english(question)[0].startswith(begins)


def test_the_lines_of_the_session_choose_where_no_word_does():
    assert english("what is 13", ['open() "/x" failed (13: Permission denied)'])[0].startswith("errno 13")
    assert english("what is 13", ["worker exited on signal 13", "process ended on signal 13"])[0].startswith(
        "signal 13"
    )
    assert len(english("what is 13")) > 1


def test_a_line_that_is_not_of_the_form_is_refused():
    with pytest.raises(ValueError, match="names"):
        parse_line("SIGKILL :: only English", "signals")
