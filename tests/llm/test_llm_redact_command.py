"""`/redact` shows what a model's server then receives, byte for byte."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import URL, sse, streamed

from assistant.config import ModelSettings, Settings
from assistant.incident import Incident
from assistant.sessions.export import fenced
from assistant.terminal import commands

MODEL = ModelSettings(model="m", base_url=URL, api_key="key", timeout=5.0)
ONLINE = Settings(model=MODEL, lang="en", offline=False)
SECRET = "hunt3r-" + "x9"
LOG = "\n".join(
    f"2025/05/11 23:52:0{n} [error] 3599#3599: *{n} connect() failed (111: Connection refused) while connecting to upstream,"
    f' client: 203.0.113.{n}, server: pay.acme.cn, request: "GET /x?access_token={SECRET} HTTP/1.1",'
    f' upstream: "http://127.0.0.1:9000/x", host: "pay.acme.cn"'
    for n in range(1, 4)
)


class Desk:
    def __init__(self, incident):
        self.incident, self.said, self.shown = incident, [], []

    def remark(self, line):
        self.said.append(line)

    def show(self, markdown):
        self.shown.append(markdown)


@pytest.fixture
def desk():
    desk = Desk(Incident(ONLINE))
    desk.incident.add(LOG)
    return desk


def received(api):
    body = json.loads(api.calls.last.request.content)
    return [(message["role"], message["content"]) for message in body["messages"]]


def shown_for(desk, line):
    commands.run(line, desk)
    return desk.shown[-1]


def same(shown, messages):
    assert [text for _, text in messages]
    return all(fenced(text, "text") in shown for _, text in messages)


def test_without_a_model_it_is_shown_too(tmp_path):
    desk = Desk(Incident(replace(ONLINE, model=ModelSettings(), offline=True)))
    desk.incident.add(LOG)
    shown = shown_for(desk, "/redact")
    assert "Nothing is sent now" in shown
    assert "The rules answer now" in shown
    assert SECRET not in shown.split("### System message")[1]
    assert list(Path(tmp_path).iterdir()) == []


def test_the_explanation_is_sent_as_it_was_shown(desk, api):
    api.chat.mock(return_value=streamed(sse("Words. [1:1]")))
    shown = shown_for(desk, "/redact")
    assert api.calls.call_count == 0
    desk.incident.explain().whole()
    first = json.loads(api.calls[0].request.content)["messages"]
    assert same(shown, [(message["role"], message["content"]) for message in first])
    assert "203.0.113.1" not in str(first)
    assert SECRET not in str(first)


def test_questions_are_sent_as_they_were_shown_turn_after_turn(desk, api):
    api.chat.mock(return_value=streamed(sse("It was ⟨ip-1⟩. [1:1]")))
    nonces = set()
    for question in ("is 203.0.113.2 blocked?", f"and is {SECRET} wrong?", "这是谁的问题"):
        shown = shown_for(desk, f"/redact show {question}")
        nonces.add(desk.incident.outbox.nonce)
        before = api.calls.call_count
        desk.incident.ask(question).whole()
        first = json.loads(api.calls[before].request.content)["messages"]
        assert same(shown, [(message["role"], message["content"]) for message in first])
        sent = "".join(message["content"] for message in first)
        assert "203.0.113." not in sent
        assert SECRET not in sent
    assert len(nonces) == 3


def test_what_is_masked_is_counted_and_told(desk):
    shown = shown_for(desk, f"/脱敏 why does {SECRET} fail?")
    head = shown.split("### System message")[0]
    assert "× host" in head
    assert "× ip" in head
    assert "× secret" in head
    assert "= `pay.acme.cn`" in head
    assert f"= `{SECRET}`" in head


def test_masking_off_is_shown_and_sent(desk, api):
    api.chat.mock(return_value=streamed(sse("Words.")))
    commands.run("/redact off", desk)
    shown = shown_for(desk, "/redact")
    assert "Masking is off" in shown
    assert "203.0.113.1" in shown
    desk.incident.explain().whole()
    first = json.loads(api.calls[0].request.content)["messages"]
    assert same(shown, [(message["role"], message["content"]) for message in first])


def test_the_tokens_stay_the_same_over_the_turns(desk, api):
    api.chat.mock(return_value=streamed(sse("Words.")))
    desk.incident.explain().whole()
    first = dict(desk.incident.outbox.redactor.values)
    desk.incident.ask("why 203.0.113.2?").whole()
    assert first.items() <= desk.incident.outbox.redactor.values.items()
