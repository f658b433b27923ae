from __future__ import annotations

import json
import socket
import threading
import time

import pytest
from asking import PROSE, ask, whole
from conftest import CHAT, HEAD, Settings, chunk, refusal, sse, streamed

from assistant.config import ModelSettings
from assistant.errors import ConfigurationError, MissingExtra, ModelError
from assistant.llm.chat import Limits

httpx = pytest.importorskip("httpx")
pytest.importorskip("langchain_openai")

GOOD = sse(PROSE, PROSE)


def failure(*arguments, **options):
    """The one line that is told to the user, and how long it took."""
    with pytest.raises(ModelError) as caught:
        whole(*arguments, **options)
    line = str(caught.value)
    assert line
    assert "\n" not in line
    assert "key" not in line or "key" in caught.value.args[0]
    return line


def test_an_answer(api):
    api.chat.mock(return_value=streamed(GOOD))
    answer = ask()
    assert "".join(answer) == PROSE * 2
    assert (answer.usage.input_tokens, answer.usage.output_tokens, answer.usage.estimated) == (11, 7, False)
    assert answer.model == "m"
    sent = json.loads(api.calls.last.request.content)
    assert sent["stream"] is True
    assert sent["stream_options"] == {"include_usage": True}
    assert sent["max_completion_tokens"] == 500
    assert [message["role"] for message in sent["messages"]] == ["system", "user"]


def test_nothing_is_sent_before_it_is_read(api):
    ask()
    assert not api.calls


def test_usage_is_estimated_when_the_server_does_not_count(api):
    api.chat.mock(return_value=streamed(sse(PROSE, usage=None)))
    answer = ask()
    "".join(answer)
    assert answer.usage.estimated
    assert answer.usage.input_tokens > 500


def test_no_key_and_no_server():
    assert "OPENAI_API_KEY" in failure(api_key="", base_url="")
    assert "OPENAI_API_KEY" in failure(api_key="", base_url="", language="en")


def test_a_server_without_a_key(api):
    api.chat.mock(return_value=streamed(GOOD))
    assert whole(api_key="") == PROSE * 2


def test_missing_packages_are_a_model_that_does_not_answer(monkeypatch):
    monkeypatch.setattr("assistant.llm.extra.find_spec", lambda name: None)
    with pytest.raises(ModelError, match=r"oncall-assistant\[llm\]") as caught:
        whole()
    assert isinstance(caught.value, MissingExtra)
    assert isinstance(caught.value, ConfigurationError)


@pytest.mark.parametrize(
    ("response", "en", "zh"),
    [
        (refusal(401, "Incorrect API key: sk-12345"), "rejects the key (401)", "不接受这个密钥"),
        (refusal(403, "region not supported"), "does not allow m (403): region not supported", "不允许使用 m"),
        (refusal(404, "model not found"), "no model m", "没有模型 m"),
        (refusal(429, "slow down", retry_after="30"), "wants 30 s of rest", "等待 30 秒"),
        (refusal(429, "slow down", retry_after="Wed, 21 Oct 2065 07:28:00 GMT"), "429", "429"),
        (refusal(429, "pay", code="insufficient_quota"), "quota", "额度"),
        (refusal(418, "tea"), "failed (418): tea", "出错(418)"),
        (refusal(500, "oops\x1b[31m\nline two"), "failed (500): oops [31m line two", "出错(500)"),
        (refusal(503), "failed (503)", "出错(503)"),
        (refusal(400, "context too long"), "rejects the request (400): context too long", "拒绝了请求"),
        (streamed(b"data: {broken\n\n"), "does not answer like", "不符合"),
        (streamed(b'data: [1, 2]\n\ndata: "x"\n\n'), "does not answer like", "不符合"),
        (
            streamed(b'data: {"error": {"message": "CUDA out of memory"}}\n\n'),
            "stopped with an error: CUDA",
            "中途报错",
        ),
        (httpx.Response(200, html="<h1>Welcome to nginx</h1>"), "does not answer like", "不符合"),
        (httpx.Response(200, json={"choices": []}), "does not answer like", "不符合"),
        (streamed(sse()), "empty", "空的"),
        (streamed(sse(" \n", "…")), "empty", "空的"),
        (streamed(sse(PROSE, finish=None, usage=None, done=False)), "before the answer was complete", "断开了连接"),
        (streamed(sse(PROSE, finish="content_filter")), "content filter", "内容过滤"),
        (
            streamed(sse(*[f"{n} {n * n} {hash(str(n))} 行，line {n}。" for n in range(400)])),
            "does not end",
            "没完没了",
        ),
    ],
)
def test_failures(api, response, en, zh):
    api.chat.mock(return_value=response)
    start = time.monotonic()
    assert en in failure(language="en") or response.status_code == 200
    assert zh in failure(language="zh")
    assert time.monotonic() - start < 4
    assert "sk-12345" not in failure(language="en")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("the process was killed " * 60, "repeats itself"),
        ("ha " * 60, "repeats itself"),
        (
            "上游进程被内核杀死了，所以连接提前关闭，需要增加内存或者换更小的模型来解决这个问题。" * 4,
            "another language",
        ),
        ("The kernel killed it <|im_start|>", "garbled"),
        ("The kernel killed it. [7:1] [2:99]", "lines that do not exist"),
    ],
)
def test_nonsense(api, text, line):
    api.chat.mock(return_value=streamed(sse(text)))
    assert line in failure(language="en", max_tokens=4000)


def test_a_server_that_knows_no_stream_options_is_asked_plainly(api):
    api.chat.mock(side_effect=[refusal(400, "unknown field stream_options"), streamed(GOOD)])
    assert whole() == PROSE * 2
    sent = json.loads(api.calls.last.request.content)
    assert not {"stream_options", "temperature", "max_completion_tokens"} & sent.keys()


def test_a_server_that_fails_once_is_asked_again(api):
    api.chat.mock(side_effect=[refusal(500), streamed(GOOD)])
    assert whole() == PROSE * 2


def test_a_short_rest_is_granted(api):
    api.chat.mock(side_effect=[refusal(429, retry_after="0.2"), streamed(GOOD)])
    assert whole() == PROSE * 2


def test_a_second_rest_is_not(api):
    api.chat.mock(side_effect=[refusal(429, retry_after="0.1"), refusal(429, retry_after="0.1"), streamed(GOOD)])
    assert "429" in failure()


def test_fallbacks_in_order(api):
    api.chat.mock(side_effect=[refusal(404), refusal(429, retry_after="60"), streamed(GOOD)])
    answer = ask(fallbacks=("second", "third"))
    assert "".join(answer) == PROSE * 2
    assert answer.model == "third"
    assert [json.loads(call.request.content)["model"] for call in api.calls] == ["m", "second", "third"]


def test_a_rejected_key_is_rejected_for_every_model(api):
    api.chat.mock(return_value=refusal(401))
    failure(fallbacks=("second",))
    assert len(api.calls) == 1


def test_no_fallback_in_the_middle_of_an_answer(api):
    api.chat.mock(return_value=streamed(sse(PROSE, finish=None, usage=None, done=False)))
    answer = ask(fallbacks=("second",))
    assert next(answer)
    with pytest.raises(ModelError):
        list(answer)
    assert len(api.calls) == 1


def test_an_answer_at_its_limit_says_so(api):
    api.chat.mock(return_value=streamed(sse(PROSE, finish="length")))
    assert "已达到 7 个 token" in whole()


def test_thoughts_are_left_out(api):
    api.chat.mock(return_value=streamed(sse("<th", "ink>let me see [9:9]", " hmm</thi", "nk>\n\n", PROSE)))
    assert whole() == PROSE


def test_refused():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    assert f"127.0.0.1:{port} refuses the connection" in failure(base_url=f"http://127.0.0.1:{port}/v1", language="en")


def test_unknown_name(api):
    httpcore2 = pytest.importorskip("httpcore2")
    api.chat.mock(side_effect=httpcore2.ConnectError("[Errno -2] Name or service not known"))
    assert "the name of llm.test cannot be resolved" in failure(language="en")


def test_an_unencrypted_server_behind_https():
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.01)
        url = f"https://127.0.0.1:{server.getsockname()[1]}/v1"

        def answer():
            server.settimeout(5)
            connection, _ = server.accept()
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            connection.close()

        threading.Thread(target=answer, daemon=True).start()
        assert "secure connection" in failure(base_url=url, language="en")


def test_secrets_of_an_address_are_not_told(api):
    api.chat.mock(return_value=refusal(401))
    line = failure(base_url="http://user:secret@llm.test:81/v1", language="en")
    assert line == "llm.test:81 rejects the key (401)"


def test_a_socks_proxy_without_its_package(api, monkeypatch):
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:1")
    api.chat.mock(return_value=streamed(GOOD))
    assert failure(language="en")


def test_a_proxy_is_not_used_for_this_machine(raw, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.delenv("NO_PROXY", raising=False)
    server = raw(HEAD, sse(PROSE))
    assert whole(base_url=server.url) == PROSE


def test_settings_are_the_configured_ones():
    assert Limits.of(ModelSettings()).first == 60.0
    assert Limits.of(Settings(timeout=100)).idle == 5.0
    assert Limits.of(Settings(timeout=2)).idle == 2.0


def test_chunks_of_other_shapes(api):
    odd = {**chunk(), "choices": [{"index": 0, "delta": {"role": "assistant", "content": None}, "finish_reason": None}]}
    body = b": ping\n\n" + f"data: {json.dumps(odd)}\n\n".encode() + sse(PROSE)
    api.chat.mock(return_value=streamed(body))
    assert whole() == PROSE
    assert api.calls.last.request.url == CHAT
