"""Which models may answer, in order, and the client of each.

A model is named as its server names it, or as `provider:name` for the providers that langchain has a package for
(`anthropic:claude-sonnet-4-5`, `ollama:qwen3`). The first kind is asked through the OpenAI-compatible interface at the
base URL.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Any, Protocol

from assistant.config import PROVIDERS, provider_of
from assistant.i18n import Text
from assistant.llm.failures import Failure, server_of
from assistant.llm.wire import Wire

OPENAI = "https://api.openai.com/v1"


class Endpoint(Protocol):
    """One model somewhere; `assistant.config.Fallback` is one."""

    @property
    def model(self) -> str: ...  # noqa: D102 - names of settings
    @property
    def base_url(self) -> str: ...  # noqa: D102
    @property
    def api_key(self) -> str: ...  # noqa: D102


class ModelSettings(Endpoint, Protocol):
    """What is needed to reach a model; `assistant.config.ModelSettings` is one."""

    @property
    def timeout(self) -> float: ...  # noqa: D102
    @property
    def max_tokens(self) -> int: ...  # noqa: D102
    @property
    def temperature(self) -> float | None: ...  # noqa: D102
    @property
    def tools(self) -> bool: ...  # noqa: D102
    @property
    def fallbacks(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def elsewhere(self) -> Sequence[Endpoint]: ...  # noqa: D102
    @property
    def provider(self) -> str: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Target:
    """One model at one server. `provider` is empty for OpenAI-compatible servers."""

    model: str
    base_url: str = ""
    api_key: str = field(default="", repr=False)
    provider: str = ""

    @property
    def where(self) -> str:
        """The server, for the person who is waiting: host and port, or the provider's name."""
        return self.provider if self.provider and not self.base_url else server_of(self.base_url)

    @property
    def server(self) -> tuple[str, str]:
        """What two targets share when one key and one connection problem are the other's as well."""
        return self.provider, self.base_url


def targets(settings: ModelSettings) -> tuple[Target, ...]:
    """All models that may answer, in the order in which they are asked."""
    return tuple(_targets(settings))


def reachable(settings: ModelSettings) -> bool:
    """Whether there is any way to reach a model: a key, a server, or a provider with settings of its own."""
    return bool(settings.api_key or settings.base_url or provider_of(settings.model))


def _targets(settings: ModelSettings) -> Iterator[Target]:
    for name in (settings.model, *settings.fallbacks):
        own = provider_of(name) == settings.provider  # a key goes to nobody but whom it is for
        yield _target(name, settings.base_url if own else "", settings.api_key if own else "")
    for each in settings.elsewhere:
        yield _target(each.model, each.base_url, each.api_key)


def _target(name: str, base_url: str, api_key: str) -> Target:
    provider = provider_of(name)
    if provider:
        return Target(name.partition(":")[2], base_url, api_key, provider)
    return Target(name.removeprefix("openai:"), base_url or OPENAI, api_key)


def chat_model(target: Target, settings: ModelSettings, wire: Wire, *, plain: bool) -> tuple[Any, Callable[[], None]]:
    """A chat model, and what closes its connection. `plain` leaves out what older servers do not know.

    Raises:
        Failure: the provider's package is not installed.
    """
    return _other(target, settings, plain) if target.provider else _compatible(target, settings, wire, plain)


def _compatible(target: Target, settings: ModelSettings, wire: Wire, plain: bool) -> tuple[Any, Callable[[], None]]:
    from langchain_openai import ChatOpenAI  # noqa: PLC0415 - an extra

    client = wire.client(target.base_url, settings.timeout)
    options: dict[str, Any] = {
        "model": target.model,
        "base_url": target.base_url,
        "api_key": target.api_key or "none",  # local servers ask for no key, the client does
        "http_client": client,
        "timeout": client.timeout,  # left out, it would be set to none at all
        "max_retries": 0,  # ours, because theirs obey a server that says to come back in a minute
        "stream_usage": not plain,
        "use_responses_api": False,  # which other servers do not have
        "openai_proxy": "",
    }
    if not plain:
        options["max_completion_tokens"] = settings.max_tokens
        options["temperature"] = settings.temperature
    return ChatOpenAI(**{name: value for name, value in options.items() if value is not None}), client.close


def _other(target: Target, settings: ModelSettings, plain: bool) -> tuple[Any, Callable[[], None]]:
    package = PROVIDERS[target.provider]
    if find_spec(package.replace("-", "_")) is None:
        needs = Text(
            f"models of {target.provider} need: pip install {package}",
            f"使用 {target.provider} 的模型需要：pip install {package}",
        )
        raise Failure(needs, elsewhere=True)
    from langchain.chat_models import init_chat_model  # noqa: PLC0415 - an extra

    options: dict[str, Any] = {}
    if target.base_url:
        options["base_url"] = target.base_url
    if target.api_key:
        options["api_key"] = target.api_key
    if not plain:  # not every provider knows these
        options |= {"timeout": settings.timeout, "max_retries": 0, "max_tokens": settings.max_tokens}
        if settings.temperature is not None:
            options["temperature"] = settings.temperature
    if target.provider == "ollama":  # its names for the same two
        options = {name: value for name, value in options.items() if name not in {"timeout", "max_retries", "api_key"}}
        options["num_predict"] = options.pop("max_tokens", settings.max_tokens)
        options["client_kwargs"] = {"timeout": settings.timeout, "trust_env": False}
    return init_chat_model(target.model, model_provider=target.provider, **options), lambda: None
