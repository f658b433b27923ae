"""The compiled knowledge base: what a log does not touch is not read."""

from __future__ import annotations

import pytest
from seed import log, sources

from assistant.diagnosis import analyse
from assistant.knowledge import load as loading


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "assistant"


def test_from_the_cache_it_says_the_same(cache):
    fresh = loading.load()
    assert list(cache.glob("knowledge-*.pickle"))
    kept = loading.load()
    assert type(kept.entries) is not type(fresh.entries)
    assert (dict(kept.entries), kept.digest, kept.filing) == (dict(fresh.entries), fresh.digest, fresh.filing)


def test_a_log_reads_only_what_it_touches(cache):
    loading.load()
    kept = loading.load()
    reports = [analyse(sources(log(1), log(2), log(3)), known) for known in (kept, loading.load())]
    assert reports[0] == reports[1]
    assert len(kept.entries._ready) < len(kept.entries) / 2


def test_a_cache_that_somebody_else_may_write_is_not_read(cache):
    loading.load()
    (path,) = cache.glob("knowledge-*.pickle")
    path.chmod(0o666)
    assert loading._read_cache(path.stem.removeprefix("knowledge-")) is None


@pytest.mark.parametrize("content", [b"", b"no pickle", b"\x80\x05N."])
def test_a_broken_cache_is_no_error(cache, content):
    fresh = loading.load()
    (path,) = cache.glob("knowledge-*.pickle")
    path.write_bytes(content)
    assert loading.load().digest == fresh.digest
