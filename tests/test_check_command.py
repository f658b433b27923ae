"""`assistant check`: a text from anywhere against the logs of a session, or against logs that are named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from test_cli import SEED, home, run

__all__ = ["home", "run"]  # fixtures

LOGS = [str(SEED / f"turn{number}.log") for number in (1, 2, 3)]
GOOD = "The kernel's OOM killer ended uvicorn (pid 3610113).\n"
BAD = "The cause is a full disk; dockerd (pid 3610113) was killed.\n"


def named() -> list[str]:
    return [word for log in LOGS for word in ("--log", log)]


@pytest.fixture
def answer(tmp_path: Path):
    def write(text: str | bytes) -> str:
        path = tmp_path / "answer.md"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)

    return write


def test_without_a_session_it_says_what_to_do(run, answer):
    code, out, err = run("check", answer(GOOD))
    assert (code, out) == (2, "")
    assert err


@pytest.mark.parametrize("text", ["", " \n\n"])
def test_nothing_to_check(run, answer, text):
    code, _, err = run("check", answer(text), *named())
    assert code == 2
    assert "nothing to check" in err


def test_a_file_that_is_not_there(run):
    code, _, err = run("check", "nowhere.md", *named())
    assert code == 2
    assert "nowhere.md" in err


def test_a_true_answer_gets_its_lines_and_exit_code_0(run, answer):
    code, out, _ = run("check", answer(GOOD), *named(), "--strict")
    assert code == 0
    assert "[3:" in out
    assert "✗" not in out.splitlines()[0]


def test_a_false_answer_is_marked_and_strict_says_so(run, answer):
    code, out, _ = run("check", answer(BAD), *named())
    assert code == 0
    assert "⚠" in out
    assert "✗" in out
    assert run("check", answer(BAD), *named(), "--strict")[0] == 10


def test_against_the_last_session_and_a_named_one(run, answer):
    assert run("explain", *LOGS, "--session", "night", "--offline")[0] == 0
    for more in ((), ("--session", "night")):
        code, out, _ = run("check", answer(GOOD), *more)
        assert code == 0
        assert "[3:" in out
    assert run("check", answer(GOOD), "--session", "day")[0] == 2


def test_from_standard_input_in_chinese(run):
    code, out, _ = run("check", "-", *named(), piped="根因是磁盘已满。\n")
    assert code == 0
    assert "日志里没有" in out


def test_as_json_each_claim_has_its_place(run, answer):
    _, out, _ = run("check", answer(BAD), *named(), "--format", "json")
    document = json.loads(out)
    assert document["schema"] == 1
    assert all(BAD[claim["start"] : claim["end"]] == claim["text"] for claim in document["claims"])
    assert {claim["verdict"] for claim in document["claims"]} >= {"contradicted", "unsupported"}


def test_as_a_page(run, answer):
    _, out, _ = run("check", answer(BAD + "<script>alert(1)</script>\n"), *named(), "--format", "html")
    assert out.lower().startswith("<!doctype html>")
    assert "<script>alert" not in out


def test_a_text_in_another_encoding(run, answer):
    _, out, _ = run("check", answer("内核杀死了 dockerd（pid 3610113）。\n".encode("gb18030")), *named())
    assert "✗" in out
