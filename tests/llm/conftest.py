"""A mocked model API, a scripted raw server, and settings for both. No test here reaches a network."""

from __future__ import annotations

import json
import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec

import pytest

URL = "http://llm.test/v1"
CHAT = f"{URL}/chat/completions"
if find_spec("respx") and find_spec("httpcore2"):  # openai 3 sends through it, and respx does not know it by itself
    from respx.mocks import HTTPCoreMocker

    HTTPCoreMocker.add_targets(
        *[target.replace("httpcore.", "httpcore2.", 1) for target in list(HTTPCoreMocker.targets)]
    )


@dataclass
class Settings:
    model: str = "m"
    base_url: str = URL
    api_key: str = "key"
    timeout: float = 5.0
    max_tokens: int = 500
    temperature: float | None = 0.0
    tools: bool = True
    fallbacks: tuple[str, ...] = ()
    elsewhere: tuple = ()
    provider: str = ""


def chunk(text="", finish=None, **more):
    choices = [{"index": 0, "delta": {"content": text}, "finish_reason": finish}]
    return {"id": "x", "object": "chat.completion.chunk", "created": 0, "model": "m", "choices": choices, **more}


def sse(*texts, finish="stop", usage=(11, 7), done=True):
    parts = [chunk(text) for text in texts]
    if finish:
        parts.append(chunk(finish=finish))
    if usage:
        counted = {"prompt_tokens": usage[0], "completion_tokens": usage[1], "total_tokens": sum(usage)}
        parts.append({**chunk(), "choices": [], "usage": counted})
    events = [json.dumps(part) for part in parts] + (["[DONE]"] if done else [])
    return "".join(f"data: {event}\n\n" for event in events).encode()


def calling(*calls, text="", finish="tool_calls", usage=(20, 5)):
    """A stream of tool calls: (name, arguments as an object or as the text of one)."""
    parts = [chunk(text)] if text else []
    for number, (name, given) in enumerate(calls):
        text = given if isinstance(given, str) else json.dumps(given, ensure_ascii=False)
        half = len(text) // 2
        first = {
            "index": number,
            "id": f"c{number}",
            "type": "function",
            "function": {"name": name, "arguments": text[:half]},
        }
        for part in (first, {"index": number, "function": {"arguments": text[half:]}}):
            event = chunk()
            event["choices"][0]["delta"] = {"tool_calls": [part]}
            parts.append(event)
    if finish:
        parts.append(chunk(finish=finish))
    if usage:
        counted = {"prompt_tokens": usage[0], "completion_tokens": usage[1], "total_tokens": sum(usage)}
        parts.append({**chunk(), "choices": [], "usage": counted})
    return ("".join(f"data: {json.dumps(part)}\n\n" for part in parts) + "data: [DONE]\n\n").encode()


def streamed(body):
    httpx = pytest.importorskip("httpx")
    return httpx.Response(200, headers={"content-type": "text/event-stream"}, content=body)


def refusal(status, message="no", code=None, **headers):
    httpx = pytest.importorskip("httpx")
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, json={"error": {"message": message, "code": code}}, headers=named)


@pytest.fixture(autouse=True)
def _nothing_is_remembered():
    """Which models call no tools is remembered for the process."""
    from assistant.llm.calls import without_tools  # noqa: PLC0415 - loads nothing heavy, but not before it is wanted

    without_tools.clear()


@pytest.fixture
def checked():
    """For tests of what is checked on the way from a model to the user; see `_as_it_comes`."""


@pytest.fixture(autouse=True)
def _as_it_comes(request, monkeypatch):
    """Most tests here are about the way to a model and back: its words come through as they are."""
    if "checked" not in request.fixturenames:
        monkeypatch.setattr("assistant.llm.answer.hold", lambda attempt, *_: attempt("", ""), raising=False)


@pytest.fixture
def api():
    """The mocked API; anything that is not mocked raises."""
    respx = pytest.importorskip("respx")
    pytest.importorskip("langchain_openai")
    with respx.mock(assert_all_called=False) as router:
        router.chat = router.post(CHAT)
        yield router


class RawServer:
    """Answers each request with the script's byte strings; a number is a pause, None cuts the connection."""

    def __init__(self, script):
        self.script = script
        self.requests = 0
        self.hung_up = threading.Event()
        self._over = threading.Event()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/v1"
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self):
        self._over.set()
        self.refuse()

    def refuse(self):
        """Take no connection any more; those that are open go on."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits in `accept`
        self._socket.close()

    def _serve(self):
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection):
        self.requests += 1
        with connection:
            connection.recv(1 << 20)
            watch = threading.Thread(target=self._watch, args=(connection,), daemon=True)
            watch.start()
            try:
                for step in self.script() if callable(self.script) else self.script:
                    if step is None or self._over.is_set():
                        connection.shutdown(socket.SHUT_RDWR)
                        return
                    if isinstance(step, bytes):
                        connection.sendall(step)
                    else:
                        time.sleep(step)
            except OSError:
                self.hung_up.set()
            else:
                connection.shutdown(socket.SHUT_WR)
                watch.join(5)

    def _watch(self, connection):
        try:
            while connection.recv(1 << 16):
                continue
        except OSError:
            pass
        self.hung_up.set()


@pytest.fixture
def raw():
    pytest.importorskip("langchain_openai")
    servers = []

    def start(*script):
        servers.append(RawServer(script[0] if len(script) == 1 and callable(script[0]) else script))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n"
