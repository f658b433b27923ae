"""A server that really listens: silence, drips, cuts, floods, and whether it sees us hang up."""

from __future__ import annotations

import itertools
import json
import os
import signal
import socket
import threading
import time

import pytest
from asking import PROSE, ask
from conftest import HEAD, Settings, chunk, sse

from assistant.errors import ModelError
from assistant.llm import tokens, wire

LONG = 30.0


def event(text):
    return f"data: {json.dumps(chunk(text))}\n\n".encode()


@pytest.fixture(scope="module", autouse=True)
def libraries():
    """Loaded before the clock of any test runs."""
    pytest.importorskip("langchain_openai")
    tokens.count("x")


def failing(settings):
    start, got = time.monotonic(), []
    with pytest.raises(ModelError) as caught:
        got.extend(ask(settings, language="en"))
    return str(caught.value), "".join(got), time.monotonic() - start


@pytest.mark.parametrize(
    ("script", "line", "kept", "seconds"),
    [
        ((LONG,), "did not answer in time", "", 1.2),  # not even a header
        ((HEAD, LONG), "did not answer in time", "", 1.2),
        ((HEAD, event("half "), LONG), "did not answer in time", "half ", 1.5),
        ((HEAD, event("half "), event("an answer")), "before the answer was complete", "half an answer", 1.0),
        (
            (HEAD.replace(b"connection: close", b"content-length: 99999"), event("half"), None),
            "before the answer was complete",
            "half",
            1.0,
        ),
        ((None,), "before the answer was complete", "", 1.0),
        ((b"SSH-2.0-OpenSSH_9.6\r\n",), "before the answer was complete", "", 1.0),
    ],
)
def test_streams_that_break(raw, script, line, kept, seconds):
    server = raw(*script)
    told, got, took = failing(Settings(base_url=server.url, timeout=0.6))
    assert line in told
    assert got == kept
    assert took < seconds


def test_a_slow_drip_ends(raw):
    server = raw(
        lambda: itertools.chain(
            [HEAD], itertools.chain.from_iterable((event(f"and {n * n} then "), 0.1) for n in itertools.count())
        )
    )
    told, got, took = failing(Settings(base_url=server.url, timeout=0.3, max_tokens=10_000))
    assert "did not answer in time" in told
    assert got.startswith("and 0 then and 1 then ")
    assert 1.4 < took < 2.5


def test_pings_are_no_answer(raw):
    server = raw(lambda: itertools.chain([HEAD], itertools.cycle([b": ping\n\n", 0.05])))
    told, got, took = failing(Settings(base_url=server.url, timeout=0.5))
    assert ("did not answer in time" in told, got) == (True, "")
    assert took < 1


def test_a_flood_without_a_line_end_is_cut(raw):
    server = raw(lambda: itertools.chain([HEAD, b"data: "], itertools.repeat(b"x" * (1 << 20))))
    told, _, took = failing(Settings(base_url=server.url, timeout=4))
    assert "does not end" in told
    assert took < 4


def test_a_name_that_does_not_resolve_in_time(monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: time.sleep(3))
    told, _, took = failing(Settings(base_url="http://slow.invalid/v1", timeout=0.5))
    assert "slow.invalid cannot be reached" in told
    assert took < 1


def test_an_address_that_swallows_packets(monkeypatch):
    """A full backlog: connections are neither accepted nor refused."""
    assert wire.CONNECT_TIMEOUT == 3.0
    monkeypatch.setattr(wire, "CONNECT_TIMEOUT", 0.5)
    with socket.create_server(("127.0.0.1", 0), backlog=0) as server:
        fillers = [socket.socket() for _ in range(8)]
        for each in fillers:
            each.settimeout(0)
            each.connect_ex(server.getsockname())
        told, _, took = failing(Settings(base_url=f"http://127.0.0.1:{server.getsockname()[1]}/v1", timeout=60))
        for each in fillers:
            each.close()
    assert "cannot be reached" in told
    assert took < 1.5


def test_leaving_hangs_up(raw):
    server = raw(HEAD, event("first "), LONG)
    answer = ask(Settings(base_url=server.url))
    assert next(answer) == "first "
    start = time.monotonic()
    answer.close()
    assert server.hung_up.wait(1)
    assert time.monotonic() - start < 0.1


def test_forgetting_the_answer_hangs_up(raw):
    server = raw(HEAD, event("first "), LONG)
    answer = ask(Settings(base_url=server.url))
    next(answer)
    del answer
    assert server.hung_up.wait(1)


def test_stopping_from_another_thread(raw):
    server = raw(HEAD, LONG)
    answer = ask(Settings(base_url=server.url))
    threading.Timer(0.5, answer.close).start()
    with pytest.raises(ModelError, match="已停止"):
        next(answer)
    assert server.hung_up.wait(1)


@pytest.mark.parametrize("script", [(LONG,), (HEAD, LONG)])
def test_ctrl_c_stops_at_once(raw, script):
    server = raw(*script)
    answer = ask(Settings(base_url=server.url))
    pressed = []

    def press():
        pressed.append(time.monotonic())
        os.kill(os.getpid(), signal.SIGINT)

    threading.Timer(0.5, press).start()
    with pytest.raises(KeyboardInterrupt):
        next(answer)
    assert time.monotonic() - pressed[0] < 0.1
    assert server.hung_up.wait(1)


def test_two_answers_at_once_do_not_disturb_each_other(raw):
    first, second = raw(HEAD, event("one "), 0.3, sse(PROSE)), raw(HEAD, sse(PROSE))
    slow, fast = ask(Settings(base_url=first.url)), ask(Settings(base_url=second.url))
    assert next(slow) == "one "
    assert "".join(fast) == PROSE
    assert "".join(slow) == PROSE


def test_threads_end(raw):
    server = raw(HEAD, event("first "), LONG)
    before = {thread.ident for thread in threading.enumerate()}
    answer = ask(Settings(base_url=server.url))
    next(answer)
    answer.close()
    deadline = time.monotonic() + 2
    while time.monotonic() < deadline:
        left = [thread for thread in threading.enumerate() if thread.ident not in before and thread.name == "model"]
        if not left:
            return
        time.sleep(0.01)
    raise AssertionError(left)
