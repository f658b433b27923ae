"""One question to one of several models, streamed: retries, fallbacks, deadlines.

A thread reads from the server, and the caller waits on a queue. So the caller's deadlines hold whatever the thread
hangs in (a name lookup has no time-out), an interrupt is seen at once, and the first import of the libraries, which
takes seconds, can be interrupted too. Leaving the generator cuts the connection, which ends the thread.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from assistant.i18n import Text
from assistant.llm.failures import Failure, broken, endless, explain, server_of, timed_out, unreachable
from assistant.llm.quiet import silent
from assistant.llm.wire import CONNECT_TIMEOUT, Wire

OPENAI = "https://api.openai.com/v1"
_LONGEST_WAIT = 2.0  # seconds of waiting between attempts, over all of them
_CHARACTERS_PER_TOKEN = 8  # more than any language has; what exceeds it ignores our limit

Message = tuple[str, str]  # role (system, user, assistant), text


class ModelSettings(Protocol):
    """What is needed to reach a model; `assistant.config.ModelSettings` is one."""

    @property
    def model(self) -> str: ...  # noqa: D102 - names of settings
    @property
    def base_url(self) -> str: ...  # noqa: D102
    @property
    def api_key(self) -> str: ...  # noqa: D102
    @property
    def timeout(self) -> float: ...  # noqa: D102
    @property
    def max_tokens(self) -> int: ...  # noqa: D102
    @property
    def temperature(self) -> float | None: ...  # noqa: D102
    @property
    def fallbacks(self) -> tuple[str, ...]: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds until a connection, the first sign of an answer, the next piece, and the end; characters in all."""

    connect: float
    first: float
    idle: float
    total: float
    characters: int

    @classmethod
    def of(cls, settings: ModelSettings) -> Limits:
        """`timeout` is the wait for the first words; a whole answer may take five times as long."""
        return cls(
            connect=CONNECT_TIMEOUT + 0.5,
            first=settings.timeout,
            idle=min(settings.timeout, 30.0),
            total=settings.timeout * 5,
            characters=settings.max_tokens * _CHARACTERS_PER_TOKEN,
        )


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one answer, as the server counted them, or `estimated` where it did not."""

    model: str
    input_tokens: int
    output_tokens: int
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class Attempt:
    """A request goes out now, to this model."""

    model: str


@dataclass(frozen=True, slots=True)
class Piece:
    """Some text; empty when the server only showed that it is alive (a model that thinks)."""

    text: str


@dataclass(frozen=True, slots=True)
class End:
    """The answer is complete; `cut` when it reached the token limit. `usage` where the server told."""

    cut: bool
    usage: Usage | None


Item = Attempt | Piece | End


def stream(
    settings: ModelSettings, prepare: Callable[[], Sequence[Message]], wire: Wire, limits: Limits | None = None
) -> Iterator[Item]:
    """The answer as it comes. `prepare` makes the messages, in the reading thread, because counting tokens is slow.

    Raises:
        Failure: the model did not answer, or not to the end.
    """
    limits = limits or Limits.of(settings)
    where = server_of(settings.base_url or OPENAI)
    box: queue.SimpleQueue[Item | BaseException] = queue.SimpleQueue()
    reader = threading.Thread(target=_read, args=(settings, prepare, wire, limits, box), daemon=True, name="model")
    clock = _Deadlines(limits, wire, where)
    try:
        reader.start()
        while True:
            try:
                item = box.get(timeout=clock.left())
            except queue.Empty:
                clock.check()
                continue
            if isinstance(item, BaseException):
                raise item if isinstance(item, Failure) else Failure(broken(where)) from item
            clock.seen(item)
            yield item
            if isinstance(item, End):
                return
    finally:
        wire.cut()


class _Deadlines:
    """Which deadline runs now."""

    def __init__(self, limits: Limits, wire: Wire, where: str) -> None:
        self._limits, self._wire, self._where = limits, wire, where
        self._began: float | None = None
        self._last: float | None = None
        self._start: float | None = None

    def left(self) -> float:
        """Seconds that may still be waited before `check` is to be asked."""
        return min(0.25, max(0.0, self._next() - time.monotonic()))

    def check(self) -> None:
        """Raises: Failure when a deadline has passed."""
        if time.monotonic() < self._next():
            return
        if self._last is None and not self._wire.connected.is_set():
            raise Failure(unreachable(self._where))
        raise Failure(timed_out(self._where))

    def seen(self, item: Item) -> None:
        """Raises: Failure when the answer as a whole takes too long, however busily it comes."""
        now = time.monotonic()
        if isinstance(item, Attempt):
            self._began, self._last = now, None
            self._start = self._start or now
        else:
            self._last = now
        if now >= (self._start or now) + self._limits.total:
            raise Failure(timed_out(self._where))

    def _next(self) -> float:
        if self._began is None or self._start is None:
            return float("inf")  # libraries are loading
        if self._last is not None:
            soonest = self._last + self._limits.idle
        elif self._wire.connected.is_set():
            soonest = self._began + self._limits.first
        else:
            soonest = self._began + min(self._limits.connect, self._limits.first)
        return min(soonest, self._start + self._limits.total)


def _read(
    settings: ModelSettings,
    prepare: Callable[[], Sequence[Message]],
    wire: Wire,
    limits: Limits,
    box: queue.SimpleQueue[Item | BaseException],
) -> None:
    try:
        with silent():
            for item in _attempts(settings, prepare(), wire, limits):
                if wire.is_cut:
                    return
                box.put(item)
    except BaseException as error:  # noqa: BLE001 - whatever it is, the other thread must not wait for ever
        box.put(_as_failure(error, settings))


def _as_failure(error: BaseException, settings: ModelSettings) -> BaseException:
    try:
        return explain(error, settings.model, settings.base_url or OPENAI)
    except ImportError:
        return Failure(Text(f"a package is missing: {error}", f"缺少软件包：{error}"))


def _attempts(settings: ModelSettings, messages: Sequence[Message], wire: Wire, limits: Limits) -> Iterator[Item]:
    """The first model that answers. Once text was shown, there is no other try."""
    models = (settings.model, *settings.fallbacks)
    plain, retried, waited, number, shown = False, False, 0.0, 0, False
    while True:
        try:
            for item in _ask(settings, models[number], messages, wire, limits, plain):
                shown = shown or (isinstance(item, Piece) and bool(item.text))
                yield item
        except Exception as error:
            failure = explain(error, models[number], settings.base_url or OPENAI)
            if shown or wire.is_cut:
                raise failure from error
            if failure.plainer and not plain:
                plain = True
            elif failure.wait is not None and not retried and waited + failure.wait <= _LONGEST_WAIT:
                retried, waited = True, waited + failure.wait
                wire.wait(failure.wait)
            elif failure.elsewhere and number + 1 < len(models):
                number, plain, retried = number + 1, False, False
            else:
                raise failure from error
        else:
            return


def _ask(
    settings: ModelSettings, model: str, messages: Sequence[Message], wire: Wire, limits: Limits, plain: bool
) -> Iterator[Item]:
    where = server_of(settings.base_url or OPENAI)
    chat, client = _chat(settings, model, wire, plain)
    yield Attempt(model)
    finish, usage, characters = "", None, 0
    try:
        for chunk in chat.stream(list(messages)):
            text = chunk.text
            characters += len(text)
            if characters > limits.characters:
                raise Failure(endless(where))
            finish = chunk.response_metadata.get("finish_reason") or finish
            usage = chunk.usage_metadata or usage
            yield Piece(text)
    finally:
        client.close()
    if finish == "content_filter":
        raise Failure(Text(f"the content filter of {where} stopped the answer", f"{where} 的内容过滤中止了回答"))
    if not finish:
        raise Failure(broken(where))
    counted = usage and Usage(model, usage["input_tokens"], usage["output_tokens"])
    yield End(cut=finish == "length", usage=counted)


def _chat(settings: ModelSettings, model: str, wire: Wire, plain: bool) -> tuple[Any, Any]:
    """A chat model, and the HTTP client below it. `plain` leaves out what older servers do not know."""
    from langchain_openai import ChatOpenAI  # noqa: PLC0415 - an extra

    base_url = settings.base_url or OPENAI
    client = wire.client(base_url, settings.timeout)
    options: dict[str, Any] = {
        "model": model,
        "base_url": base_url,
        "api_key": settings.api_key or "none",  # local servers ask for no key, the client does
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
    return ChatOpenAI(**{name: value for name, value in options.items() if value is not None}), client
