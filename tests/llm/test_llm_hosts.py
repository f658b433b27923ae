"""With a model, only the configured server is contacted, whatever the libraries would like to tell others."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from asking import PROSE
from conftest import HEAD, calling, sse

pytest.importorskip("langchain")

WATCHED = """
import json, sys
contacts = []
def watch(event, arguments):
    if event == "socket.connect":
        contacts.append([event, str(arguments[1])])
    elif event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.sendto"):
        contacts.append([event, str(arguments[:2])])
sys.addaudithook(watch)
"""
ANSWER = """
import time
from asking import ask
from assistant.llm import doctor
from conftest import Settings
answer = ask(Settings(base_url={url!r}), kind="follow-up", question="内核杀了谁", redact=True)
text = "".join(answer)
time.sleep(1.0)  # what is uploaded in the background would come now
print(json.dumps([text, answer.usage.calls, contacts]))
"""


def run(code, **more):
    here = Path(__file__)
    environment = {**os.environ, **more, "PYTHONPATH": os.pathsep.join([str(here.parent), str(here.parents[2])])}
    done = subprocess.run(
        [sys.executable, "-c", WATCHED + code], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_the_watch_sees():
    code = "import socket\ntry: socket.create_connection(('127.0.0.1', 9), 0.1)\nexcept OSError: pass\nprint(json.dumps(contacts))"
    seen = run(code)
    assert ["socket.connect", "('127.0.0.1', 9)"] in seen


def test_a_whole_answer_with_tools_contacts_one_server(raw):
    replies = iter(
        [
            (HEAD, calling(("search_lines", {"pattern": "killed process"}), ("find_entries", {"words": "memory"}))),
            (HEAD, calling(("list_facts", {}), ("timeline", {}))),
            (HEAD, sse(PROSE)),
        ]
    )
    server = raw(lambda: next(replies))
    asked_for = dict.fromkeys(
        (
            "LANGSMITH_TRACING",
            "LANGCHAIN_TRACING_V2",
            "LANGSMITH_TRACING_V2",
            "LANGCHAIN_TRACING",
            "LANGSMITH_OTEL_ENABLED",
        ),
        "true",
    )
    text, calls, contacts = run(
        ANSWER.format(url=server.url),
        **asked_for,
        LANGSMITH_API_KEY="not-a-key",
        LANGSMITH_ENDPOINT="http://tracing.invalid",
        OTEL_EXPORTER_OTLP_ENDPOINT="http://telemetry.invalid:4318",
        ANONYMIZED_TELEMETRY="True",
    )
    assert text.startswith(PROSE.strip())
    assert calls == 3
    port = server.url.split(":")[2].split("/")[0]
    own = {f"('127.0.0.1', {port})"}
    assert {where for event, where in contacts if event == "socket.connect"} == own
    others = [each for each in contacts if each[0] != "socket.connect" and "127.0.0.1" not in each[1]]
    assert others == []
    assert server.requests == 3
