"""Commands as they are typed: what comes out where, and with which exit code."""

from __future__ import annotations

import io
import json
import os
import signal
import socket
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import pytest

from assistant.cli import main

ROOT = Path(__file__).parent.parent
SEED = ROOT / "demo" / "seed"


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch) -> Path:
    """A user who has configured nothing."""
    for name in list(os.environ):
        if name.startswith(("ASSISTANT_", "OPENAI_", "XDG_")):
            monkeypatch.delenv(name)
    for name, folder in {"CONFIG": "config", "DATA": "data", "CACHE": "cache"}.items():
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / folder))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    return tmp_path


class Terminal(io.StringIO):
    """Standard input with a person at it."""

    def isatty(self) -> bool:
        return True


class Pipe(io.TextIOWrapper):
    """Standard input with something in it."""

    def __init__(self, text: str) -> None:
        super().__init__(io.BytesIO(text.encode()), encoding="utf-8")


@pytest.fixture
def run(capsys, monkeypatch):
    """Runs a command; returns exit code, standard output and standard error."""

    def command(*words: str, piped: str | None = None) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", Pipe(piped) if piped is not None else Terminal())
        code = main(words)
        out, err = capsys.readouterr()
        return code, out, err

    return command


def start(*words: str, **options) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "assistant", *words],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdin=options.pop("stdin", subprocess.DEVNULL),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        **options,
    )


def test_a_file_is_explained(run):
    code, out, err = run("explain", str(SEED / "turn1.log"))
    assert (code, err) == (0, "")
    assert "[1:1" in out
    assert "\x1b" not in out


def test_what_is_piped_in_is_explained_in_the_language_of_the_question(run):
    code, out, _ = run("explain", "--lang", "zh", piped=(SEED / "turn1.log").read_text())
    assert code == 0
    assert "上游" in out
    assert run("explain", piped=(SEED / "turn1.log").read_text())[1] != out


def test_options_stand_before_and_after_the_command(run):
    after = run("explain", str(SEED / "turn1.log"), "--lang", "zh", "--format", "md", "--no-session")
    assert run("--lang", "zh", "--format", "md", "explain", "--no-session", str(SEED / "turn1.log")) == after


def test_json_is_one_object(run):
    code, out, _ = run("explain", str(SEED / "turn1.log"), "--format", "json", "--lang", "zh")
    document = json.loads(out)
    assert code == 0
    assert (document["schema"], document["language"]) == (1, "zh")
    assert document["sources"][0]["name"] == "turn1.log"
    assert "上游" in document["answer"]


def test_html_is_one_page(run):
    _, out, _ = run("explain", str(SEED / "turn1.log"), "--format", "html")
    assert out.startswith("<!doctype html>")
    assert out.rstrip().endswith("</html>")


def test_a_question_and_a_follow_up(run):
    assert run("explain", str(SEED / "turn1.log"), "-q", "为什么失败")[0] == 0
    code, out, _ = run("ask", "would", "a", "longer", "timeout", "help?")
    assert code == 0
    assert out.strip()
    code, out, _ = run("sessions", "show")
    assert "为什么失败" in out
    assert "would a longer timeout help?" in out


def test_ask_without_a_session(run):
    code, _, err = run("ask", "why")
    assert code == 2
    assert err == "assistant: there is no session yet; start one with: assistant explain FILE\n"


def test_a_named_session_grows(run):
    run("explain", "--session", "outage", str(SEED / "turn1.log"))
    run("--session", "outage", "explain", str(SEED / "turn2.log"))
    record = json.loads(run("sessions", "export", "outage", "--format", "json")[1])
    assert [source["name"] for source in record["sources"]] == ["turn1.log", "turn2.log"]
    assert record["sources"][0]["text"] == (SEED / "turn1.log").read_text()


def test_sessions_are_listed_renamed_written_and_deleted(run, tmp_path):
    assert run("sessions", "list")[1] == "no sessions yet\n"
    run("explain", "--session", "a", str(SEED / "turn1.log"))
    _, out, _ = run("sessions", "list")
    assert out.startswith("a  ")
    assert json.loads(run("sessions", "list", "--format", "json")[1])[0]["name"] == "a"
    assert run("sessions", "rename", "a", "b")[0] == 0
    assert run("sessions", "export", "b", "-o", str(tmp_path / "b.md"))[0] == 0
    assert (SEED / "turn1.log").read_text().splitlines()[0] in (tmp_path / "b.md").read_text()
    code, _, err = run("sessions", "delete", "b", "c")
    assert (code, err) == (2, "assistant: no session is named c\n")
    assert run("sessions", "delete", "b")[0] == 0
    assert run("sessions", "list")[1] == "no sessions yet\n"


def test_no_session_leaves_nothing(run, home):
    assert run("explain", "--no-session", str(SEED / "turn1.log"))[0] == 0
    assert not (home / "data").exists()


def test_a_home_that_cannot_be_written(run, home):
    (home / "data").write_text("a file where the folder should be")
    code, out, err = run("explain", str(SEED / "turn1.log"))
    assert code == 0
    assert out.strip()
    assert err.startswith("assistant: this session is not saved: ")
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["explian", "x"], "unknown command explian (did you mean explain?)"),
        (["sessions", "lits"], "unknown command lits (did you mean list?)"),
        (["explain", "--ofline"], "unknown argument --ofline (did you mean --offline?)"),
        (["explain", "--format", "jsn"], "--format: 'jsn' is none of text, md, json, html (did you mean json?)"),
        (["--lang", "fr"], "--lang: 'fr' is none of auto, zh, en"),
        (["explain", "/no/such/x.log"], "/no/such/x.log"),
        (["explain", "/"], "directory"),
        (["explain"], "give a file or pipe a log in"),
        (["knowledge", "show", "kernel/oomkill"], "did you mean kernel/oom-kill?"),
        (["--session", "a/b", "explain", "x"], "cannot be the name of a session"),
    ],
)
def test_a_wrong_command_is_one_line_that_helps(run, words, said):
    code, out, err = run(*words)
    assert (code, out) == (2, "")
    assert err.startswith("assistant: ")
    assert said in err
    assert err.count("\n") == 1


def test_an_empty_pipe_is_named(run):
    assert run("explain", piped="")[::2] == (2, "assistant: standard input is empty\n")


def test_a_file_in_the_place_of_a_command(run):
    path = str(SEED / "turn1.log")
    assert run(path)[2] == f"assistant: unknown command {path}; to explain this file: assistant explain {path}\n"


def test_the_chat_says_that_it_needs_a_terminal(run):
    code, _, err = run()
    assert code == 2
    assert "the chat needs a terminal" in err


def test_a_wrong_configuration_is_exit_3(run, home):
    (home / "config" / "assistant").mkdir(parents=True)
    (home / "config" / "assistant" / "config.toml").write_text("lnag = 1")
    code, _, err = run("config")
    assert code == 3
    assert "config.toml: lnag: no such key (did you mean lang?)" in err


def test_a_required_model_that_cannot_be_reached_is_exit_4(run):
    words = ("explain", str(SEED / "turn1.log"), "--base-url", "http://127.0.0.1:9/v1", "--require-model")
    code, _, err = run(*words)
    assert code == (4 if find_spec("openai") else 3)  # 3: the extra is not installed
    assert err.startswith("assistant: ")
    code, out, err = run(*words[:-1])
    assert code == 0
    assert "[1:1" in out
    assert "the model did not answer" in err


@pytest.mark.parametrize(("level", "code"), [("error", 10), ("critical", 0)])
def test_fail_on(run, level, code):
    assert run("explain", str(SEED / "turn1.log"), "--fail-on", level)[0] == code


def test_fail_on_finds_nothing_in_a_healthy_log(run):
    log = '10.0.0.1 - - [12/May/2025:00:00:00 +0800] "GET / HTTP/1.1" 200 612 "-" "curl/8.0"\n' * 5
    assert run("explain", "--fail-on", "error", piped=log)[0] == 0


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_demonstration_is_three_turns_and_touches_nothing(run, home, language):
    code, out, err = run("demo", "--lang", language)
    assert (code, err) == (0, "")
    assert out.count("> **[") == 3
    assert ("上述日志说明什么" in out) == (language == "zh")
    assert "3610113" in out
    assert not (home / "data").exists()


def test_offline_opens_no_socket(run, monkeypatch):
    def refused(*arguments, **options):
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refused)
    monkeypatch.setattr(socket, "create_connection", refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://192.0.2.1/v1")
    assert run("--offline", "explain", str(SEED / "turn1.log"))[0] == 0
    assert run("--offline", "ask", "why")[0] == 0
    assert run("demo")[0] == 0
    assert run("--offline", "doctor")[0] == 0


def test_the_key_is_never_shown(run, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://user:sk-secret@127.0.0.1:1/v1")
    for words in (("config",), ("config", "--format", "json")):
        code, out, _ = run(*words)
        assert code == 0
        assert "sk-secret" not in out
        assert "OPENAI_API_KEY" in out


def test_doctor_tells_each_thing(run):
    code, out, _ = run("doctor", "--offline")
    assert code == 0
    assert "knowledge: " in out
    assert "FAIL" not in out


def test_knowledge(run):
    assert "kernel/oom-kill" in run("knowledge", "list")[1]
    assert run("knowledge", "show", "kernel/oom-kill", "--lang", "zh")[1].startswith("# ")
    assert "kernel/oom-kill" in run("knowledge", "search", "out", "of", "memory")[1]


def test_version_and_help(run):
    assert run("--version")[1].startswith("assistant ")
    code, out, _ = run("--help")
    assert code == 0
    assert "dmesg | assistant explain" in out
    assert run("explain", "--help")[0] == 0


def test_control_characters_do_not_reach_the_output(run):
    log = "2025/05/11 23:52:08 [error] 1#1: *3 \x1b]0;owned\x07 \x1b[2J upstream prematurely closed connection while reading response header from upstream, client: 1.2.3.4\n"
    for words in (("explain",), ("sessions", "export")):
        _, out, _ = run(*words, piped=log)
        assert out.strip()
        assert not {"\x1b", "\x07"} & set(out)


def test_a_bug_is_one_line(run, monkeypatch):
    def broken(*arguments):
        raise ZeroDivisionError("oops")

    monkeypatch.setattr("assistant.commands.status.run", broken)
    assert run("config")[0] == 1
    assert run("config")[2] == "assistant: a bug: ZeroDivisionError: oops (ASSISTANT_DEBUG=1 shows where)\n"
    monkeypatch.setenv("ASSISTANT_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        run("config")


def test_a_reader_that_leaves_is_no_error():
    process = start("demo")
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() == 0


def test_ctrl_c_is_exit_130():
    process = start("explain", stdin=subprocess.PIPE)
    time.sleep(0.7)  # it waits for its input now
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=10)
    assert (process.returncode, out, err) == (130, b"", b"")


def test_closed_standard_input():
    process = start("explain", str(SEED / "turn1.log"), "--no-session", stdin=None, preexec_fn=lambda: os.close(0))
    out, _ = process.communicate(timeout=10)
    assert process.returncode == 0
    assert out


def test_starting_loads_little():
    code = (
        "import sys; from assistant.cli import main; main(['explain', '--offline', sys.argv[1]]);"
        "print(sorted({'prompt_toolkit', 'rich', 'asyncio', 'langchain', 'openai', 'chromadb', 'tiktoken', 'markdown_it',"
        " 'tomllib', 'urllib.request', 'http'} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(SEED / "turn1.log")],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == "[]\n"
