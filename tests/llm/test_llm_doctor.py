from __future__ import annotations

import pytest
from conftest import URL, Settings, calling, refusal, sse, streamed

from assistant.config import Fallback
from assistant.llm import doctor

httpx = pytest.importorskip("httpx")

MODELS = {
    "object": "list",
    "data": [{"id": name, "object": "model", "created": 0, "owned_by": "me"} for name in ("m", "other")],
}


def lines(settings=None, language="en", **more):
    return list(doctor(settings or Settings(**more), language))


def test_all_is_well(api):
    api.get(f"{URL}/models").mock(return_value=httpx.Response(200, json=MODELS))
    api.chat.mock(return_value=streamed(sse("rea", "dy")))
    results = lines(fallbacks=("other",))
    assert all(ok for ok, _ in results)
    text = "\n".join(line for _, line in results)
    for words in ("a key is set", "llm.test answers", "m exists", "other exists", "2 pieces", "11 in, 7 out"):
        assert words in text
    assert "key" not in text.replace("a key is set", "")


def test_both_languages(api):
    api.get(f"{URL}/models").mock(return_value=httpx.Response(200, json=MODELS))
    api.chat.mock(return_value=streamed(sse("ready", usage=None)))
    assert [ok for ok, _ in lines()] == [ok for ok, _ in lines(language="zh")]
    assert ("不统计 token" in lines(language="zh")[-2][1], "estimated" in lines()[-2][1]) == (True, True)
    assert ("不会调用工具" in lines(language="zh")[-1][1], "does not call tools" in lines()[-1][1]) == (True, True)


def test_no_key():
    pytest.importorskip("langchain_openai")
    assert [ok for ok, _ in lines(api_key="", base_url="")] == [False]


def test_a_rejected_key(api):
    api.get(f"{URL}/models").mock(return_value=refusal(401))
    assert lines()[-1] == (False, "llm.test rejects the key (401)")


def test_a_missing_model(api):
    api.get(f"{URL}/models").mock(return_value=httpx.Response(200, json=MODELS))
    api.chat.mock(return_value=refusal(404, "no such model"))
    results = lines(model="gone")
    assert (False, "llm.test has no model gone; it has: m, other") in results
    assert results[-1][0] is False


def test_a_server_without_a_list(api):
    api.get(f"{URL}/models").mock(return_value=refusal(404))
    api.chat.mock(return_value=streamed(sse("ready")))
    assert all(ok for ok, _ in lines())


def test_a_server_that_is_not_there(api):
    httpcore2 = pytest.importorskip("httpcore2")
    api.get(f"{URL}/models").mock(side_effect=httpcore2.ConnectError("[Errno 111] Connection refused"))
    assert "refuses the connection" in lines()[-1][1]


def test_something_else_listens_there(api):
    api.get(f"{URL}/models").mock(return_value=httpx.Response(200, html="<h1>hello</h1>"))
    ok, line = lines()[-1]
    assert not ok
    assert "OpenAI-compatible" in line


def test_nothing_is_installed(monkeypatch):
    monkeypatch.setattr("assistant.llm.extra.find_spec", lambda name: None)
    ((ok, line),) = lines()
    assert not ok
    assert "pip install" in line


@pytest.mark.parametrize(
    ("second", "ok", "said"),
    [
        (streamed(calling(("look_up", {"word": "ready"}))), True, "it calls tools"),
        (
            streamed(sse('<tool_call>{"name": "look_up", "arguments": {"word": "ready"}}</tool_call>')),
            True,
            "it calls tools",
        ),
        (streamed(sse("It means that all is ready.")), True, "does not call tools: answers will come without looking"),
        (refusal(400, "this model does not support tools"), True, "does not call tools"),
        (refusal(401), False, "with tools: llm.test rejects the key"),
    ],
)
def test_tools(api, second, ok, said):
    api.get(f"{URL}/models").mock(return_value=httpx.Response(200, json=MODELS))
    api.chat.mock(side_effect=[streamed(sse("ready")), second, streamed(sse("It means that all is ready."))])
    told = lines()[-1]
    assert (told[0], said in told[1]) == (ok, True), told


def test_fallbacks_elsewhere_are_looked_at_and_not_made_to_answer(api):
    api.get(f"{URL}/models").mock(return_value=httpx.Response(200, json=MODELS))
    api.chat.mock(return_value=streamed(sse("ready")))
    other = api.get("http://other.test/v1/models").mock(return_value=refusal(401))
    results = lines(elsewhere=(Fallback("o", "http://other.test/v1", "k"), Fallback("ollama:qwen3")))
    assert results[-2:] == [(False, "other.test rejects the key (401)"), (True, "fallback: qwen3 of ollama")]
    assert other.called


def test_tools_that_are_switched_off_are_not_tried(api):
    api.get(f"{URL}/models").mock(return_value=httpx.Response(200, json=MODELS))
    api.chat.mock(return_value=streamed(sse("ready")))
    assert "switched off" in lines(tools=False)[-1][1]
    assert len(api.calls) == 2
