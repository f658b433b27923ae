"""Which model is asked, where, and with which key; models of other providers; prices."""

from __future__ import annotations

import sys
import types

import pytest
from asking import PROSE, ask
from conftest import Settings, refusal, sse, streamed

from assistant.config import PROVIDERS, Fallback, ModelSettings, provider_of
from assistant.errors import ModelError
from assistant.llm import prices
from assistant.llm.targets import OPENAI, Target, reachable, targets

pytest.importorskip("langchain_openai")


@pytest.mark.parametrize(
    "name", ["gpt-4.1-mini", "qwen3:4b", "ft:gpt-4.1:me::x", "ollama", "ollama:", "mistral:7b", "openai:gpt-4.1"]
)
def test_names_of_openai_compatible_servers(name):
    assert provider_of(name) == ""


def test_targets_in_order_each_with_its_own_key():
    settings = ModelSettings(
        "anthropic:claude-sonnet-4-5",
        api_key="for anthropic",
        provider="anthropic",
        fallbacks=("anthropic:claude-haiku-4-5", "gpt-4.1", "openai:gpt-4.1-mini"),
        elsewhere=(Fallback("big", "http://big.test/v1", "for big"), Fallback("ollama:qwen3:4b")),
    )
    assert targets(settings) == (
        Target("claude-sonnet-4-5", "", "for anthropic", "anthropic"),
        Target("claude-haiku-4-5", "", "for anthropic", "anthropic"),
        Target("gpt-4.1", OPENAI, ""),
        Target("gpt-4.1-mini", OPENAI, ""),
        Target("big", "http://big.test/v1", "for big"),
        Target("qwen3:4b", "", "", "ollama"),
    )
    assert "for anthropic" not in repr(targets(settings))


def test_a_model_chosen_in_the_chat_does_not_get_the_key_of_another_provider():
    (target,) = targets(ModelSettings("anthropic:claude-sonnet-4-5", "http://mine.test/v1", "for mine"))
    assert target == Target("claude-sonnet-4-5", "", "", "anthropic")


@pytest.mark.parametrize(
    ("settings", "ok"),
    [
        (ModelSettings(), False),
        (ModelSettings(api_key="k"), True),
        (ModelSettings(base_url="http://a.test"), True),
        (ModelSettings("ollama:qwen3"), True),
        (ModelSettings("qwen3:4b"), False),
    ],
)
def test_what_can_be_reached(settings, ok):
    assert reachable(settings) == settings.reachable == ok


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_missing_package_is_named(provider, monkeypatch):
    monkeypatch.setattr("assistant.llm.targets.find_spec", lambda name: None)
    with pytest.raises(ModelError) as caught:
        "".join(
            ask(Settings(model=f"{provider}:some-model", base_url="", api_key="", provider=provider), language="en")
        )
    assert str(caught.value) == f"models of {provider} need: pip install {PROVIDERS[provider]}"


def test_a_missing_package_is_no_reason_not_to_ask_the_next(api, monkeypatch):
    monkeypatch.setattr("assistant.llm.targets.find_spec", lambda name: None)
    api.chat.mock(return_value=streamed(sse(PROSE)))
    elsewhere = (Fallback("m", "http://llm.test/v1", "key"),)
    assert "".join(ask(Settings(model="ollama:qwen3", base_url="", provider="ollama", elsewhere=elsewhere))) == PROSE


def test_every_provider_is_one_that_langchain_knows():
    from langchain.chat_models.base import _BUILTIN_PROVIDERS  # noqa: PLC0415 - an extra

    for provider, package in PROVIDERS.items():
        assert _BUILTIN_PROVIDERS[provider][0].split(".")[0] == package.replace("-", "_")


@pytest.fixture
def provider(monkeypatch):
    """Stands for a provider's package: a chat model with its own ways, and what it was asked."""
    from langchain_core.language_models import BaseChatModel  # noqa: PLC0415 - an extra
    from langchain_core.messages import AIMessage, AIMessageChunk  # noqa: PLC0415 - an extra
    from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult  # noqa: PLC0415 - an extra

    seen = []

    class ChatOllama(BaseChatModel):
        model: str
        base_url: str | None = None
        num_predict: int | None = None
        temperature: float | None = None
        client_kwargs: dict | None = None

        @property
        def _llm_type(self):
            return "stand-in"

        def bind_tools(self, tools, **options):
            return self.bind(tools=tools)

        def _generate(self, messages, stop=None, run_manager=None, **options):
            return ChatResult(generations=[ChatGeneration(message=AIMessage(PROSE))])

        def _stream(self, messages, stop=None, run_manager=None, **options):
            seen.append((self, messages, options))
            if options.get("tools") and messages[-1].type != "tool":
                call = {"name": "search_lines", "args": {"pattern": "killed process"}, "id": "x", "type": "tool_call"}
                message = AIMessageChunk("", tool_calls=[call], response_metadata={"done_reason": "stop"})
                yield ChatGenerationChunk(message=message)
                return
            usage = {"input_tokens": 9, "output_tokens": 4, "total_tokens": 13}
            yield ChatGenerationChunk(message=AIMessageChunk(PROSE))
            ended = {"done_reason": "stop"}
            yield ChatGenerationChunk(message=AIMessageChunk("", usage_metadata=usage, response_metadata=ended))

    module = types.ModuleType("langchain_ollama")
    module.ChatOllama = ChatOllama
    monkeypatch.setitem(sys.modules, "langchain_ollama", module)
    monkeypatch.setattr("assistant.llm.targets.find_spec", lambda name: name == "langchain_ollama" or None)
    from langchain.chat_models import base  # noqa: PLC0415 - an extra

    base._get_chat_model_creator.cache_clear()
    yield seen
    base._get_chat_model_creator.cache_clear()


def test_a_model_of_another_provider(provider):
    settings = Settings(model="ollama:qwen3:4b", base_url="http://127.0.0.1:9", provider="ollama", max_tokens=77)
    answer = ask(settings)
    assert "".join(answer) == PROSE
    (model, messages, options) = provider[0]
    assert (model.model, model.base_url, model.num_predict, model.temperature) == (
        "qwen3:4b",
        "http://127.0.0.1:9",
        77,
        0.0,
    )
    assert [message.type for message in messages] == ["system", "human"]
    assert "tools" not in options
    assert (answer.usage.input_tokens, answer.model) == (9, "qwen3:4b")


def test_a_model_of_another_provider_looks_into_the_logs(provider):
    answer, told = ask(Settings(model="ollama:qwen3", base_url="", provider="ollama"), kind="follow-up"), []
    answer.tell = told.append
    assert "".join(answer) == PROSE
    assert told == ["在日志中查找 killed process …"]
    assert "[2:2] [4016034.541405] Out of memory" in provider[1][1][-1].content


def test_an_error_of_another_provider_is_told(provider, monkeypatch):
    class ResponseError(Exception):
        status_code = 404

    def fail(*_, **__):
        raise ResponseError("model 'qwen9' not found")

    monkeypatch.setattr(sys.modules["langchain_ollama"].ChatOllama, "_stream", fail)
    with pytest.raises(ModelError, match=r"ollama has no model qwen9, or .*not found"):
        "".join(ask(Settings(model="ollama:qwen9", base_url="", provider="ollama"), language="en"))


def test_the_rejected_key_of_one_server_is_no_reason_not_to_ask_another(api):
    other = api.post("http://other.test/v1/chat/completions").mock(return_value=streamed(sse(PROSE)))
    api.chat.mock(return_value=refusal(401))
    answer = ask(Settings(fallbacks=("second",), elsewhere=(Fallback("o", "http://other.test/v1", "k2"),)))
    assert "".join(answer) == PROSE
    assert len([call for call in api.calls if call.request.url.host == "llm.test"]) == 1
    assert other.calls.last.request.headers["authorization"] == "Bearer k2"


# --- prices


@pytest.mark.parametrize(
    ("model", "provider", "base_url"),
    [
        ("gpt-4.1-mini", "", "http://127.0.0.1:8090/v1"),
        ("gpt-4.1-mini", "", "https://api.openai.com.evil.test/v1"),
        ("gpt-99", "", OPENAI),
        ("gpt-4.1-mini-preview", "", OPENAI),
        ("claude-sonnet-4-5", "", OPENAI),
        ("claude-sonnet-4-5", "anthropic", "https://proxy.test"),
        ("qwen3", "ollama", ""),
    ],
)
def test_what_has_no_price(model, provider, base_url):
    assert prices.price(model, provider, base_url, 1000, 1000) is None


def test_what_has_one():
    assert prices.price("gpt-4.1-mini", "", OPENAI, 1_000_000, 0) == 0.40
    assert prices.price("gpt-4.1-mini-2025-04-14", "", OPENAI, 0, 1_000_000) == 1.60
    assert prices.price("claude-sonnet-4-5-20250929", "anthropic", "", 1_000_000, 1_000_000) == 18.0


def test_the_cost_of_an_answer(api):
    api.post(f"{OPENAI}/chat/completions").mock(return_value=streamed(sse(PROSE, usage=(4000, 500))))
    answer = ask(Settings(model="gpt-4.1-mini", base_url=""))
    "".join(answer)
    assert answer.usage.usd == pytest.approx(0.0024)
    api.chat.mock(return_value=streamed(sse(PROSE)))
    answer = ask(Settings(model="gpt-4.1-mini"))
    "".join(answer)
    assert answer.usage.usd is None
