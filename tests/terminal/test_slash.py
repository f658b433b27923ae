"""Slash commands, without a terminal."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document

from assistant.config import Settings
from assistant.errors import UnreadableInput, UsageError
from assistant.incident import Incident
from assistant.sessions.store import Store
from assistant.terminal import commands
from assistant.terminal.complete import Words

LOG = (
    "2025/05/11 23:52:08 [error] 3599761#3599761: *3 upstream prematurely closed connection while reading response "
    'header from upstream, client: 1.2.3.4, server: a, request: "GET /x HTTP/1.1", upstream: "http://127.0.0.1:8000/x"\n'
)


class Desk:
    """Stands for the chat: remembers what was shown."""

    def __init__(self, incident: Incident) -> None:
        self.incident = incident
        self.shown: list[str] = []
        self.asked: list[str] = []
        incident.tell = self.remark

    def remark(self, line: str) -> None:
        self.shown.append(line)

    def show(self, markdown: str) -> None:
        self.shown.append(markdown)

    def paste(self) -> None:
        self.asked.append("paste")

    def open(self, incident: Incident) -> None:
        self.incident = incident

    def answer(self, question: str = "") -> None:
        self.asked.append(question)


@pytest.fixture
def desk(tmp_path, monkeypatch) -> Iterator[Desk]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.chdir(tmp_path)
    with Store(tmp_path / "data") as store:
        yield Desk(Incident(Settings(asked_offline=True), store=store))


def last(desk: Desk, line: str) -> str:
    assert commands.run(line, desk)
    return desk.shown[-1]


def test_every_command_has_two_names_and_is_in_the_help(desk):
    shown = last(desk, "/help")
    for command in commands.COMMANDS:
        english, chinese = command.names
        assert english.isascii()
        assert not chinese.isascii()
        assert english in shown
        assert chinese in shown
    assert last(desk, "/帮助") == shown


@pytest.mark.parametrize(("line", "near"), [("/facst", "/facts"), ("/帮住", "/帮助"), ("/exprot x", "/export")])
def test_an_unknown_command_names_the_nearest(desk, line, near):
    with pytest.raises(UsageError, match=f"did you mean {near}"):
        commands.run(line, desk)


@pytest.mark.parametrize("line", ["/quit", "/退出", "/exit", "/QUIT"])
def test_leaving(desk, line):
    assert not commands.run(line, desk)


def test_load(desk, tmp_path):
    (tmp_path / "a b.log").write_text(LOG)
    commands.run("/load a b.log", desk)
    assert [source.name for source in desk.incident.sources] == ["a b.log"]
    assert desk.asked == [""]
    with pytest.raises(UnreadableInput):
        commands.run("/load none.log", desk)
    with pytest.raises(UsageError, match="name a file"):
        commands.run("/加载", desk)


def test_views_of_nothing(desk):
    for line in ("/sources", "/facts", "/evidence", "/timeline"):
        assert last(desk, line)


def test_views(desk):
    desk.incident.add(LOG)
    assert "paste 1" in last(desk, "/来源")
    assert "[1:1]" in last(desk, "/facts")
    assert "[1:1] 2025/05/11 23:52:08" in last(desk, "/evidence")
    assert "prematurely" in last(desk, "/证据 1")
    assert "23:52:08" in last(desk, "/timeline")
    shown = last(desk, "/show 1")
    assert "     1  2025/05/11" in shown
    assert last(desk, "/show [1:1]") == shown


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/show 7", r"no source \[7\]"),
        ("/drop 7", r"no source \[7\]"),
        ("/show x", "a number is expected"),
        ("/show ٣", "a number is expected"),
        ("/drop", "a number is expected"),
        ("/evidence one", "a number is expected"),
        ("/lang fr", "auto"),
        ("/offline maybe", "on | off"),
        ("/offline off", "no key and no server"),
        ("/rename a/b", "cannot be the name"),
        ("/sessions", "no session"),
    ],
)
def test_what_cannot_be_done(desk, line, said):
    with pytest.raises(UsageError, match=said.replace("|", r"\|")):
        commands.run(line, desk)


def test_drop_and_undo(desk):
    desk.incident.add(LOG)
    desk.incident.explain().whole()
    desk.incident.add(LOG + LOG)
    commands.run("/drop 2", desk)
    assert len(desk.incident.sources) == 1
    commands.run("/undo", desk)
    assert desk.incident.sources == ()
    assert last(desk, "/撤销") == "there is nothing to undo"


def test_switches(desk):
    commands.run("/lang zh", desk)
    assert desk.incident.language("why") == "zh"
    commands.run("/语言", desk)
    assert desk.incident.settings.lang == "auto"
    assert last(desk, "/redact off") == "redact = off"
    assert last(desk, "/脱敏 开") == "redact = on"
    assert last(desk, "/model tiny") == "model = tiny (offline)"
    assert last(desk, "/offline on") == "offline = on"


def test_rename_and_sessions(desk):
    desk.incident.add(LOG)
    assert last(desk, "/rename 支付故障") == "支付故障"
    assert last(desk, "/sessions").startswith("* 支付故障")


def test_export_writes_over_nothing(desk, tmp_path):
    desk.incident.add(LOG)
    desk.incident.explain().whole()
    commands.run("/export out.md", desk)
    assert "## 1. (explain this)" in (tmp_path / "out.md").read_text()
    with pytest.raises(UsageError, match="exists"):
        commands.run("/export out.md", desk)


def test_completion(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "error.log").touch()
    words = Words(commands.names("en"), commands.TAKES_FILE)

    def offered(text: str) -> list[str]:
        return [found.text for found in words.get_completions(Document(text, len(text)), CompleteEvent())]

    assert offered("/so") == ["/sources"]
    assert offered("/来") == ["/来源"]
    assert offered("/load err") == ["or.log"]
    assert offered("/facts err") == []
    assert offered("why /so") == []


def test_another_session_is_opened_by_its_name(desk):
    desk.incident.add(LOG)
    desk.incident.explain().whole()
    desk.incident.rename("first")
    desk.incident = Incident(desk.incident.settings, store=desk.incident._store)
    desk.incident.note("a note")
    assert commands.run("/sessions first", desk)
    assert desk.incident.name == "first"
    assert len(desk.incident.sources) == 1
    with pytest.raises(UsageError):
        commands.run("/会话 nosuch", desk)


def test_commands_that_look_at_the_incident(desk):
    assert "paste a log first" in last(desk, "/graph")
    with pytest.raises(UsageError):
        commands.run("/report", desk)
    desk.incident.add(LOG)
    assert "○" in last(desk, "/因果图")
    assert "GET /x" in last(desk, "/timeline")
    assert "prematurely" in last(desk, "/runbook prematurely closed") or "nginx/" in desk.shown[-1]
    assert "```bash" in last(desk, "/排查")
    assert "accepted each connection" in last(desk, "/why")
    assert "only one paste" in last(desk, "/diff")
    assert last(desk, "/note call the owner") == "noted (1)"
    assert last(desk, "/备注") == "1. call the owner"
    assert "call the owner" in last(desk, "/report")
    with pytest.raises(UsageError, match="no entry"):
        commands.run("/runbook qqqqzzzz", desk)


def test_load_takes_several_files_and_patterns(desk, tmp_path):
    for number in range(3):
        (tmp_path / f"web {number}.log").write_text(LOG.replace("*3", f"*{number}"))
    assert commands.run("/load 'web 0.log' web*1.log", desk)
    assert len(desk.incident.sources) == 2
    with pytest.raises(UsageError, match="no file matches"):
        commands.run("/load nothing*.log", desk)


def test_completion_of_entries_and_sessions(desk):
    words = Words({}, frozenset(), {"/runbook": lambda: ["kernel/oom-kill", "nginx/x"]})
    found = words.get_completions(Document("/runbook ker", 12), CompleteEvent())
    assert [item.text for item in found] == ["kernel/oom-kill"]
