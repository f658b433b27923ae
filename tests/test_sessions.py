"""What was acknowledged is there after a kill, is read by nobody else, and is gone when it is deleted."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from assistant.errors import SessionNotFound, UsageError
from assistant.model import Source
from assistant.sessions import schema
from assistant.sessions import store as store_module
from assistant.sessions.export import fenced, to_markdown, to_record
from assistant.sessions.records import StorageError, Turn, utc_now
from assistant.sessions.store import Store

LOG = b"2025/05/11 23:52:08 [error] 1#1: *3 upstream prematurely closed connection\n" * 20


def source(number: int, body: bytes = LOG, name: str = "") -> Source:
    return Source(number, name or f"paste {number}", body, sha256(body).hexdigest())


def turn(number: int, question: str = "why?") -> Turn:
    return Turn(number, question, "en", utc_now())


@pytest.fixture
def store(tmp_path) -> Iterator[Store]:
    with Store(tmp_path / "data" / "assistant") as opened:
        yield opened


def test_everything_comes_back(store, tmp_path):
    name = store.create("error.log")
    assert store.attach(name, source(1), 1) == 1
    assert store.ask(name, turn(1, "为什么？")) == 1
    store.answer(name, Turn(1, "为什么？", "zh", "t", "because", "rules", "answered"))
    store.conclude(name, "likely", ("kernel/oom-kill", "app/crash"))
    with Store(tmp_path / "data" / "assistant") as again:
        assert [kept.source for kept in again.sources(name)] == [source(1)]
        (kept_turn,) = again.turns(name)
        assert (kept_turn.question, kept_turn.answer, kept_turn.writer, kept_turn.state) == (
            "为什么？",
            "because",
            "rules",
            "answered",
        )
        (session,) = again.sessions()
        assert (session.verdict, session.causes, session.sources, session.turns) == (
            "likely",
            ("kernel/oom-kill", "app/crash"),
            1,
            1,
        )


def test_names_sort_by_time_and_never_clash(store):
    names = [store.create("/var/log/nginx/error.log") for _ in range(3)]
    assert len(set(names)) == 3
    assert names[0].startswith(time.strftime("%Y-"))
    assert names[0].endswith("var-log-nginx-error.log")
    assert names[1:] == [f"{names[0]}-2", f"{names[0]}-3"]
    assert store.create("星号 * [x]")  # what is a pattern to SQLite is not one here


def test_find_by_name_or_by_its_start(store):
    store.ensure("checkout")
    store.ensure("checkin")
    assert store.find("checkout") == "checkout"
    assert store.find("checko") == "checkout"
    with pytest.raises(SessionNotFound, match="checkin, checkout"):
        store.find("check")
    with pytest.raises(SessionNotFound, match="did you mean checkin"):
        store.find("chekin")
    with pytest.raises(SessionNotFound):
        store.find("")


def test_the_last_session_is_the_one_used_last(store):
    with pytest.raises(SessionNotFound):
        store.last()
    store.ensure("a")
    store.ensure("b")
    store.ask("a", turn(1))
    assert store.last() == "a"


@pytest.mark.parametrize("name", ["", " ", "a/b", "x" * 61, "a\nb", "-rf", "..", "\x1b[2J"])
def test_what_cannot_be_a_name(store, name):
    with pytest.raises(UsageError):
        store.ensure(name)


def test_rename(store):
    store.ensure("a")
    store.ensure("b")
    store.rename("a", "支付故障")
    assert {session.name for session in store.sessions()} == {"支付故障", "b"}
    with pytest.raises(UsageError, match="exists"):
        store.rename("b", "支付故障")


def test_a_text_is_kept_once_and_gone_with_its_last_session(store, tmp_path):
    secret = b"password=hunter2 0123456789abcdef\n"
    for name in ("a", "b"):
        store.ensure(name)
        store.attach(name, source(1, secret), 1)
        store.ask(name, turn(1, "NEEDLE-QUESTION"))
    path = tmp_path / "data" / "assistant" / schema.FILE_NAME
    with sqlite3.connect(path) as db:
        assert db.execute("SELECT count(*) FROM source").fetchone() == (1,)
    db.close()
    store.delete("a")
    assert store.sources("b")[0].source.body == secret
    store.delete("b")
    store.close()
    everything = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert b"NEEDLE-QUESTION" not in everything


def test_numbers_of_dropped_sources_are_not_given_again(store):
    store.ensure("a")
    store.attach("a", source(1), 1)
    store.attach("a", source(2, b"two"), 2)
    store.ask("a", turn(1))
    store.ask("a", turn(2))
    store.undo("a", 2)
    assert [kept.source.index for kept in store.sources("a")] == [1]
    assert [kept.number for kept in store.turns("a")] == [1]
    assert store.attach("a", source(2, b"three"), 2) == 3
    store.drop("a", 3)
    assert [kept.source.index for kept in store.sources("a")] == [1]


def test_only_the_owner_may_read(tmp_path):
    before = os.umask(0)
    try:
        folder = tmp_path / "data" / "assistant"
        with Store(folder) as opened:
            opened.ensure("a")
            modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()}
    finally:
        os.umask(before)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert set(modes) == {"sessions.db", "sessions.db-wal", "sessions.db-shm"}
    assert set(modes.values()) == {0o600}


def test_a_file_that_others_may_read_is_closed_to_them(tmp_path):
    (tmp_path / "sessions.db").touch(mode=0o644)
    (tmp_path / "sessions.db").chmod(0o644)
    Store(tmp_path).close()
    assert stat.S_IMODE((tmp_path / "sessions.db").stat().st_mode) == 0o600


def test_a_large_file_is_kept_by_its_place(store, tmp_path, monkeypatch):
    monkeypatch.setattr(store_module, "KEEP_BYTES", 10)
    path = tmp_path / "large.log"
    path.write_bytes(LOG)
    store.ensure("a")
    store.attach("a", Source(1, "large.log", path, sha256(LOG).hexdigest(), is_paste=False), 1)
    (kept,) = store.sources("a")
    assert (kept.source.body, kept.note, kept.size) == (path, "", len(LOG))
    path.write_bytes(LOG + b"more\n")
    assert "has changed" in store.sources("a")[0].note
    path.unlink()
    assert "no longer there" in store.sources("a")[0].note


def test_a_newer_file_is_left_alone(tmp_path):
    Store(tmp_path).close()
    with sqlite3.connect(tmp_path / "sessions.db") as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(StorageError, match="newer version"):
        Store(tmp_path)


def test_an_older_file_is_brought_forward(tmp_path, monkeypatch):
    with Store(tmp_path) as opened:
        opened.ensure("old")
    added = ("ALTER TABLE session ADD COLUMN extra TEXT NOT NULL DEFAULT ''",)
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, added))
    with Store(tmp_path) as opened:
        assert [session.name for session in opened.sessions()] == ["old"]
        assert opened.db.execute("SELECT extra FROM session").fetchone() == ("",)


def test_a_migration_that_fails_changes_nothing(tmp_path, monkeypatch):
    with Store(tmp_path) as opened:
        opened.ensure("old")
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, ("CREATE TABLE extra (x)", "NO SQL")))
    with pytest.raises(StorageError):
        Store(tmp_path)
    monkeypatch.undo()
    with Store(tmp_path) as opened:
        assert opened.last() == "old"


def test_what_is_no_database_is_named(tmp_path):
    (tmp_path / "sessions.db").write_bytes(b"not a database at all" * 100)
    with pytest.raises(StorageError, match="not a database"):
        Store(tmp_path)
    blocked = tmp_path / "file"
    blocked.touch()
    with pytest.raises(StorageError, match="file"):
        Store(blocked / "assistant")


def test_a_full_disk_is_an_error_of_storage(store):
    store.ensure("a")
    pages = store.db.execute("PRAGMA page_count").fetchone()[0]
    store.db.execute(f"PRAGMA max_page_count = {pages + 1}")
    with pytest.raises(StorageError, match="full"):
        store.attach("a", source(1, os.urandom(100_000)), 1)
    store.db.execute("PRAGMA max_page_count = 100000")
    assert store.sources("a") == ()
    assert store.ask("a", turn(1)) == 1


def test_a_session_that_another_program_deleted(store, tmp_path):
    store.ensure("a")
    with Store(tmp_path / "data" / "assistant") as other:
        other.delete("a")
    with pytest.raises(StorageError, match="deleted or renamed"):
        store.ask("a", turn(1))


WRITER = """
import sys
from hashlib import sha256
from pathlib import Path
from assistant.model import Source
from assistant.sessions.records import Turn, utc_now
from assistant.sessions.store import Store
folder, name, label = sys.argv[1:]
with Store(Path(folder)) as store:
    store.ensure(name)
    for i in range(1, 10_000):
        body = f"{label} line {i}\\n".encode() * 50
        number = store.attach(name, Source(1, f"{label} {i}", body, sha256(body).hexdigest()), i)
        print("source", number, sha256(body).hexdigest(), flush=True)
        number = store.ask(name, Turn(1, f"{label} question {i}", "en", utc_now()))
        print("turn", number, label, "question", i, flush=True)
        if len(sys.argv) > 3 and i >= 15 and label.startswith("short"):
            break
"""


def write_in_another_process(folder: Path, name: str, label: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(folder), name, label]
    root = Path(__file__).parent.parent
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": str(root)})


def acknowledged(folder: Path, name: str, lines: list[str]) -> None:
    """Everything that a writer had printed is there."""
    with Store(folder) as store:
        assert store.db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        hashes = {(kept.source.index, sha256(kept.source.body).hexdigest()) for kept in store.sources(name)}  # type: ignore[arg-type]
        questions = {(asked.number, asked.question) for asked in store.turns(name)}
    for line in lines:
        kind, number, rest = line.rstrip("\n").split(" ", 2)
        assert (int(number), rest) in (hashes if kind == "source" else questions)


def test_a_kill_at_any_moment_loses_nothing_that_was_acknowledged(tmp_path):
    for round_ in range(6):
        process = write_in_another_process(tmp_path, f"s{round_}", "killed")
        assert process.stdout is not None
        lines = [process.stdout.readline()]
        time.sleep(0.003 * 3**round_ / 5)
        process.send_signal(signal.SIGKILL)
        lines += process.stdout.readlines()
        process.wait()
        process.stdout.close()
        whole = [line for line in lines if line.endswith("\n")]
        assert whole
        acknowledged(tmp_path, f"s{round_}", whole)


def test_two_processes_at_once_keep_everything(tmp_path):
    processes = [write_in_another_process(tmp_path, "same", label) for label in ("short-a", "short-b")]
    lines: list[str] = []
    for process in processes:
        out, _ = process.communicate(timeout=30)
        assert process.returncode == 0
        lines += out.splitlines(keepends=True)
    assert len(lines) == 60
    acknowledged(tmp_path, "same", lines)


def test_export(store):
    store.ensure("a")
    store.attach("a", source(1, b"has ``` fence\n", "x`y.log"), 1)
    store.ask("a", turn(1, "why\nthis?"))
    store.answer("a", Turn(1, "why\nthis?", "en", "t", "**Because** [1:1]", "rules", "stopped"))
    (session,) = store.sessions()
    text = to_markdown(session, store.sources("a"), store.turns("a"), "en", texts=True)
    assert "## 1. why this?" in text
    assert "**Because** [1:1]" in text
    assert "(stopped)" in text
    assert "````log\nhas ``` fence\n````" in text
    record = to_record(session, store.sources("a"), store.turns("a"))
    assert record["turns"][0]["answer"] == "**Because** [1:1]"  # type: ignore[index]
    assert record["sources"][0]["text"] == "has ``` fence\n"  # type: ignore[index]


def test_a_fence_is_longer_than_what_it_holds():
    assert fenced("a").startswith("```log\n")
    assert fenced("`````").startswith("``````log\n")
