"""Outputs of commands become events; ordinary logs do not."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest
from reading import events_of

from assistant.clock import LocalTime, ZonedTime
from assistant.events.shell import prompt
from assistant.model import Event

TESTS = Path(__file__).resolve().parent.parent
COMMANDS = TESTS / "logs" / "commands"
ORDINARY = sorted(
    path
    for folder in (
        TESTS / "intake" / "logs",
        TESTS / "logs",
        TESTS / "logs" / "healthy",
        TESTS.parent / "demo" / "seed",
    )
    for path in folder.iterdir()
    if path.is_file() and path.suffix in (".log", ".tsv", ".txt", ".yaml", ".md") and path.name != "tables.txt"
)
GIB = 1024 * 1024


@pytest.mark.parametrize("path", ORDINARY, ids=lambda path: path.name)
def test_ordinary_logs_hold_no_command(path):
    events, summary, _ = events_of(path.read_text(encoding="utf-8"))
    assert not [event for event in events if event.kind.startswith("command.")]
    assert not [name for name, _ in summary.formats if name.startswith("command.")]


QUIET = [
    "true 137 3\nthe container was restarted",
    "started at\n2025-03-26 12:43:58",
    "2025-03-26 12:43:58\n2025-03-26 12:43:59",
    "Mem: low on memory, 3 of 4 slots used",
    "[1, 2,\n  3]",
    '{\n  "name": "shop",\n  "State": "ok"\n}',
    "$ of 100 were paid",
    "# a comment about df and free",
    "# free the old connections",
    "user@mail.example: # 3 messages",
    "LISTEN for events on port 8000",
    "State machine entered Recv-Q",
    "root cause is 100% /",
    "FATAL: PID file exists",
    "a process (-n) 3 was seen",
    "PID COMMAND FOO\n1 init x",
    "Active: 3 connections",
    "/dev/sda1 is 100% /full",
]


@pytest.mark.parametrize("text", QUIET)
def test_what_only_resembles_an_output_is_left_alone(text):
    events, _, _ = events_of(text)
    assert not [event for event in events if event.kind != "command.prompt" and event.kind.startswith("command.")]


def of(name: str, kind: str) -> list[Event]:
    events, summary, templates = events_of((COMMANDS / name).read_text(encoding="utf-8"))
    assert summary.unrecognised == 0, [item.text for item in templates]
    return [event for event in events if event.kind == kind]


@pytest.mark.parametrize("path", sorted(COMMANDS.iterdir()), ids=lambda path: path.name)
def test_every_line_of_an_output_is_recognised(path):
    _, summary, templates = events_of(path.read_text(encoding="utf-8"))
    assert summary.unrecognised == 0, [item.text for item in templates]


@pytest.mark.parametrize("name", ["free-m", "free-h", "free-k", "free-b"])
def test_free_in_any_unit(name):
    memory, swap = of(f"{name}.txt", "command.free")
    assert memory.attributes["total_kb"] == pytest.approx(24684084, rel=0.03)
    assert memory.attributes["available_kb"] == pytest.approx(23100000, rel=0.03)
    assert swap.attributes["total_kb"] == 0


@pytest.mark.parametrize("name", ["free-m", "free-h", "free-k", "free-b"])
def test_free_without_its_command_has_its_unit_told_from_the_numbers(name):
    text = (COMMANDS / f"{name}.txt").read_text(encoding="utf-8").partition("\n")[2]
    memory = events_of(text)[0][0]
    assert memory.attributes["total_kb"] == pytest.approx(24684084, rel=0.03)


def test_free_in_chinese_and_of_old_releases():
    memory, swap = of("free-zh.txt", "command.free")
    assert (memory.attributes["total_kb"], swap.attributes["total_kb"]) == (1800 * 1024, 0)
    memory, swap = of("free-3.3.9.txt", "command.free")
    assert memory.attributes["available_kb"] == 78232 + 20480 + 204800
    assert swap.attributes["free_kb"] == 2086908


def test_top_has_the_available_memory_in_the_row_of_swap():
    memory = next(event for event in of("top.txt", "command.free") if event.attributes["what"] == "memory")
    assert memory.attributes["available_kb"] == pytest.approx(22581.7 * 1024, abs=1)
    assert of("top.txt", "command.process")[0].attributes["rss_kb"] == 12768


def test_df_of_space_and_of_inodes():
    rows = {event.attributes["mountpoint"]: event.attributes for event in of("df-full.txt", "command.df")}
    assert (rows["/"]["percent"], rows["/"]["free_kb"], rows["/"]["inodes"]) == (100, 0, False)
    assert rows["/mnt/backups"]["device"] == "nas.example:/exports/backups"
    assert of("df-inodes-full.txt", "command.df")[0].attributes["inodes"] is True


def test_df_with_a_device_in_a_line_of_its_own():
    text = (
        "Filesystem           1K-blocks      Used Available Use% Mounted on\n"
        "/dev/mapper/vg0-very--long--name\n                      41151808  39000000         0 100% /srv\n"
    )
    row = events_of(text)[0][0].attributes
    assert (row["device"], row["mountpoint"], row["size_kb"]) == ("/dev/mapper/vg0-very--long--name", "/srv", 41151808)


def test_boot_time_below_its_command_or_alone():
    assert of("uptime-s.txt", "command.boot")[0].attributes["boot"].iso() == "2026-11-23T04:29:54"
    alone = events_of("\n2025-03-26 12:43:58\n\n")[0]
    assert isinstance(alone[0].attributes["boot"], LocalTime)
    assert of("uptime.txt", "command.uptime")[0].attributes["seconds"] == 109 * 60
    long = events_of(" 14:23:01 up 46 days, 12:03,  2 users,  load average: 0.08, 0.03, 0.01")[0]
    assert long[0].attributes["seconds"] == (46 * 1440 + 12 * 60 + 3) * 60


def test_listeners_and_what_was_asked_for():
    first, second = of("ss-ltnp.txt", "command.listener")
    assert (first.attributes["address"], first.attributes["names"]) == ("127.0.0.1", ("python3",))
    assert second.attributes["address"] == "*"
    assert of("ss-ltnp.txt", "command.listing")[0].attributes == {"port": None, "rows": 2}
    assert of("ss-empty.txt", "command.listing")[0].attributes == {"port": 8000, "rows": 0}
    addresses = {event.attributes["address"] for event in of("netstat.txt", "command.listener")}
    assert addresses == {"127.0.0.1", "0.0.0.0", "::"}  # noqa: S104 - read, not bound


@pytest.mark.parametrize(
    "command",
    ["ss -ltnp | grep 9000", "ss -tnp", "ss -ltnp 'sport = :80 or sport = :81'", "ss -lunp", "ss -ltnp src 10.0.0.1"],
)
def test_a_listing_that_may_lack_lines_is_none(command):
    text = f"$ {command}\nState Recv-Q Send-Q Local Address:Port Peer Address:PortProcess\n"
    events, summary, _ = events_of(text)
    assert not [event for event in events if event.kind == "command.listing"]
    assert summary.unrecognised == 0


def test_rows_of_ss_without_a_heading():
    text = 'LISTEN 0      4096       127.0.0.53%lo:53        0.0.0.0:*    users:(("systemd-resolve",pid=601,fd=14))\n'
    text += 'tcp   LISTEN 0 511 [::]:443 [::]:* users:(("nginx",pid=8,fd=6),("nginx",pid=7,fd=6))\n'
    first, second = events_of(text)[0]
    assert first.attributes["address"] == "127.0.0.53"
    assert (second.attributes["address"], second.attributes["pids"]) == ("::", (8, 7))


def test_container_states():
    states = {
        event.attributes["container.name"]: event.attributes for event in of("docker-ps.txt", "command.container_state")
    }
    assert states["shop-api-1"]["exit_code"] == 137
    assert states["shop-cache-1"]["running"] is True
    assert states["shop-worker-1"]["status"] == "restarting"
    assert of("docker-stats.txt", "command.container_stats")[0].attributes["usage_kb"] == round(12.3 * 1024)
    state = of("docker-inspect-template.txt", "command.container_state")[0].attributes
    assert state == {"limit_bytes": 536870912, "oom_killed": True, "exit_code": 137, "restart_count": 4}
    state = of("docker-inspect.json.txt", "command.container_state")[0].attributes
    assert (state["container.name"], state["oom_killed"], state["restart_count"]) == ("shop-api-1", True, 4)
    assert isinstance(state["finished"], ZonedTime)
    assert state["limit_bytes"] == 536870912


def test_bare_words_of_docker_inspect():
    assert events_of("true 137 4\n")[0][0].attributes == {"oom_killed": True, "exit_code": 137, "restart_count": 4}
    assert events_of("$ docker inspect -f '{{.State.OOMKilled}}' web\nfalse\n")[0][1:] == []
    one = events_of('{"Status":"running","Running":true,"OOMKilled":false,"ExitCode":0}')[0][0]
    assert one.attributes["running"] is True


def test_state_block_of_json_without_its_command():
    text = (COMMANDS / "docker-inspect.json.txt").read_text(encoding="utf-8")
    block = text[text.index('        "State"') : text.index('        "Name"')]
    events, summary, _ = events_of(block)
    assert events[0].attributes["exit_code"] == 137
    assert summary.unrecognised == 0


def test_units():
    failed = of("systemctl-failed.txt", "command.unit_state")[0].attributes
    assert (failed["systemd.unit"], failed["systemd.result"], failed["signal"]) == ("shop.service", "oom-kill", "KILL")
    active = of("systemctl-active.txt", "command.unit_state")[0].attributes
    assert (active["active"], active["process.pid"]) == ("active", 3599759)


PROMPTS = {
    "root@web1:~# free -m": "free",
    "[root@web1 ~]# sudo ss -ltnp": "ss",
    "(venv) me@web1:/srv/shop$ df -h": "df",
    "$ docker exec -it web free -m": "free",
    "bash-5.1# uptime -s": "uptime",
    "/app # ps aux": "ps",
    "root@3f2a9c1d5e7b:/#": "",
}


@pytest.mark.parametrize(("text", "program"), PROMPTS.items())
def test_prompts(text, program):
    found = prompt(text)
    assert found is not None
    assert found.program == program


def test_a_prompt_of_a_program_without_a_format_is_no_unknown_line():
    text = "root@web1:~# dmesg -T | grep -E 'oom-kill:|Killed process'\nroot@web1:~#\n"
    assert events_of(text)[1].unrecognised == 0


def test_two_commands_in_one_paste():
    text = "".join(
        (COMMANDS / name).read_text(encoding="utf-8")
        for name in ("free-m.txt", "uptime-s.txt", "df-h.txt", "ss-empty.txt")
    )
    kinds = [event.kind for event in events_of(text)[0]]
    assert kinds == ["command.free", "command.free", "command.boot", "command.df", "command.listing"]


def test_formats_compile_nothing_when_they_are_imported():
    for name in ("free", "df", "uptime", "ss", "docker", "inspect", "systemctl", "ps", "ulimit"):
        module = importlib.import_module(f"assistant.events.formats.command_{name}")
        patterns = [value for key, value in vars(module).items() if key.isupper() and hasattr(value, "fullmatch")]
        assert not patterns
