"""Whatever a server does, also in the middle of a conversation with tools: the user has the rules' answer at once, the
session is whole, one line says why, and the next question works.
"""

from __future__ import annotations

import itertools
import json
import subprocess
import time
from pathlib import Path

import pytest
from conftest import HEAD, calling, chunk, sse

from assistant.config import ModelSettings, Settings
from assistant.incident import RULES, Incident
from assistant.llm import tokens, wire
from assistant.sessions.store import Store

LONG = 30.0
LOG = "[4016034.541405] Out of memory: Killed process 731 (frobd) total-vm:4794476kB, anon-rss:1350640kB, file-rss:252kB, shmem-rss:0kB, UID:0 pgtables:3760kB oom_score_adj:0\n"
GOOD = "The kernel killed frobd because memory ran out. [1:1] "
CALL = (HEAD, calling(("search_lines", {"pattern": "killed process"})))


@pytest.fixture(scope="module", autouse=True)
def libraries():
    """Loaded before the clock of any test runs."""
    pytest.importorskip("langchain_openai")
    import langchain.agents  # noqa: F401, PLC0415 - an extra

    tokens.count("x")


def status(code, body=b'{"error": {"message": "no"}}', *headers):
    lines = [f"HTTP/1.1 {code} X".encode(), b"content-type: application/json", *headers]
    lines += [b"content-length: %d" % len(body), b"connection: close", b"", body]
    return b"\r\n".join(lines)


def event(text):
    return f"data: {json.dumps(chunk(text), ensure_ascii=False)}\n\n".encode()


HALF = event("上游进程被内核杀死了").rpartition("死".encode())[0] + "死".encode()[:2]
FAULTS = {
    "401": ((status(401),), "rejects the key"),
    "429": ((status(429, b"{}", b"retry-after: 30"),), "wants 30 s of rest"),
    "500": ((status(500),), "failed (500)"),
    "silence": ((LONG,), "did not answer in time"),
    "headers, then silence": ((HEAD, LONG), "did not answer in time"),
    "words, then silence": ((HEAD, event("The process "), LONG), "did not answer in time"),
    "a slow drip": (
        lambda: itertools.chain([HEAD], itertools.cycle([b"data", 0.2, b": ", 0.2])),
        "did not answer in time",
    ),
    "cut in a character": ((HEAD, HALF, None), "before the answer was complete"),
    "cut at once": ((None,), "before the answer was complete"),
    "no JSON": ((HEAD, b"data: {oops\n\n"), "does not answer like"),
    "another JSON": ((status(200, b'{"hello": 1}'),), "does not answer like"),
    "a stream without end": (
        lambda: itertools.chain([HEAD], (event(f"{n} and {n * n}, ") for n in itertools.count())),
        "does not end",
    ),
    "a huge answer": (lambda: itertools.chain([HEAD, b"data: "], itertools.repeat(b"x" * (1 << 20))), "does not end"),
    "an error object": ((HEAD, b'data: {"error": {"message": "CUDA out of memory"}}\n\n'), "CUDA out of memory"),
}


class Case:
    """A session with one log and one explained answer, and a server that is about to fail."""

    def __init__(self, folder: Path, url: str, said: list[str]) -> None:
        model = ModelSettings("m", url, "no-real-key", timeout=1.0, max_tokens=500)
        self.said, self.store = said, Store(folder)
        self.incident = Incident(Settings(model, lang="en", offline=False), store=self.store, tell=said.append)
        self.incident.attach(LOG)

    def ask(self, question):
        start = time.monotonic()
        with self.incident.ask(question) as reply:
            shown = "".join(reply)
        return reply, shown, time.monotonic() - start


@pytest.fixture
def case(tmp_path):
    opened = []

    def start(url):
        opened.append(Case(tmp_path, url, []))
        return opened[-1]

    yield start
    for each in opened:
        each.store.close()


def server_with(raw, fault, rounds):
    """A server whose first `rounds` requests are answered with a tool call, then comes the fault, then all is well."""
    script = fault if callable(fault) else lambda: fault
    faults = itertools.count()

    def answer():
        number = next(faults)
        if number < rounds:
            return (HEAD, calling(("search_lines", {"pattern": f"killed {number}"})))
        return (HEAD, sse(GOOD)) if server.healthy else script()

    server = raw(answer)
    server.healthy = False
    return server


QUESTION = "what was killed?"


def judge(case, line, seconds):
    alone = Incident(Settings(lang="en", offline=True))
    alone.attach(LOG)
    rules = alone.ask(QUESTION).whole().markdown
    reply, shown, took = case.ask(QUESTION)
    assert took < seconds
    assert reply.writer == RULES
    assert shown.endswith(rules)
    assert "frobd" in rules
    failures = [note for note in case.said if "the rules' answer" in note]
    assert len(failures) == 1
    assert line in failures[0]
    assert "\n" not in failures[0]
    (turn,) = case.store.turns(case.incident.name)
    assert (turn.writer, turn.state) == (RULES, "answered")
    assert turn.answer == rules


@pytest.mark.parametrize("rounds", [0, 1], ids=["first", "second"])
@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_costs_no_answer(raw, case, name, rounds):
    fault, line = FAULTS[name]
    server = server_with(raw, fault, rounds)
    session = case(server.url)
    judge(session, line, 5.0)
    server.healthy = True
    reply, shown, _ = session.ask("and why was that?")
    assert (reply.writer, shown) == ("m", GOOD)


@pytest.mark.parametrize("rounds", [0, 1], ids=["first", "second"])
def test_refused(raw, case, rounds):
    def answer():
        server.refuse()
        return CALL

    server = raw(answer)
    session = case(server.url)
    if not rounds:
        server.refuse()
    judge(session, "refuses the connection", 5.0)


@pytest.mark.parametrize("code", [301, 302, 307, 308])
@pytest.mark.parametrize("rounds", [0, 1], ids=["first", "second"])
def test_a_redirect_is_not_followed(raw, case, code, rounds):
    elsewhere = raw(HEAD, sse(GOOD))
    there = status(code, b"", f"location: {elsewhere.url}/chat/completions".encode())
    session = case(server_with(raw, (there,), rounds).url)
    judge(session, f"redirects to 127.0.0.1 ({code}), which is not followed", 5.0)
    assert elsewhere.requests == 0


def test_no_tls_where_it_is_expected(raw, case):
    server = raw(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    judge(case(server.url.replace("http:", "https:")), "no secure connection", 5.0)


def test_tls_that_fails_in_the_second_round(case, tmp_path, monkeypatch):
    import shutil  # noqa: PLC0415 - only here
    import socket  # noqa: PLC0415 - only here
    import ssl  # noqa: PLC0415 - only here
    import threading  # noqa: PLC0415 - only here

    if shutil.which("openssl") is None:
        pytest.skip("no openssl to make a certificate with")
    key, certificate = tmp_path / "k.pem", tmp_path / "c.pem"
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    make += ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(make, check=True, capture_output=True)
    monkeypatch.setattr(wire, "_LOCAL", ("nothing",))  # so that the certificate of the environment is trusted
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    listening = socket.create_server(("127.0.0.1", 0))

    def serve():
        first, _ = listening.accept()
        with context.wrap_socket(first, server_side=True) as secure:
            request = b""
            while b'"stream"' not in request or not request.rstrip().endswith(b"}"):
                request += secure.recv(1 << 16)
            for part in CALL:
                secure.sendall(part)
        second, _ = listening.accept()
        second.sendall(b"this is no TLS\r\n")
        second.close()

    threading.Thread(target=serve, daemon=True).start()
    try:
        judge(case(f"https://localhost:{listening.getsockname()[1]}/v1"), "no secure connection", 5.0)
    finally:
        listening.close()


def test_a_model_that_answers_after_two_rounds(raw, case):
    server = server_with(raw, (HEAD, sse("The kernel killed frobd. [1:1] " * 3)), 2)
    session = case(server.url)
    reply, shown, _ = session.ask(QUESTION)
    assert (reply.writer, shown) == ("m", "The kernel killed frobd. [1:1] " * 3)
    assert [note for note in session.said if note.startswith("searching the logs for")] == [
        "searching the logs for killed 0 …",
        "searching the logs for killed 1 …",
    ]
    assert "3 calls" in reply.cost
