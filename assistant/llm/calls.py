"""One answer's calls of models: which one is asked, how often, and what is known of it meanwhile.

What was learned in one round (a server that knows no `stream_options`, a model that is not there) holds for the next.
Once text of an answer was shown, there is no other try.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.i18n import Text
from assistant.llm import textcalls, tokens
from assistant.llm.failures import Failure, broken, endless, explain
from assistant.llm.items import Arguments, Attempt, Emit, Piece, Usage
from assistant.llm.limits import Limits
from assistant.llm.prices import price
from assistant.llm.targets import ModelSettings, Target, chat_model, targets
from assistant.llm.thoughts import spoken
from assistant.llm.wire import Wire

_LONGEST_WAIT = 2.0  # seconds of waiting between attempts, over all of them
_HELD = 600  # bytes; what a model says before it calls a tool is shorter, an answer is longer
_LONGEST_CALL = 4000  # bytes; a tool call as text that does not end
_MESSAGE_MARKS = 4  # tokens that a server adds to each message

without_tools: set[tuple[str, str, str]] = set()  # models of this process that turned out not to call tools


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call. `problem`: why its arguments cannot be read."""

    id: str
    name: str
    arguments: Arguments
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What a model said in one round. With calls, the text is no part of the answer."""

    text: str
    calls: tuple[Call, ...] = ()
    cut: bool = False


class Asking:
    """Asks models in order until one answers. `emit` gets the items as they come."""

    def __init__(self, settings: ModelSettings, wire: Wire, limits: Limits, emit: Emit) -> None:
        self._settings, self._wire, self._limits, self._emit = settings, wire, limits, emit
        self._targets = targets(settings)
        self._number, self._plain, self._retried, self._waited, self._shown = 0, False, False, 0.0, False
        self.usage: Usage | None = None

    @property
    def target(self) -> Target:
        """The model that is asked now."""
        return self._targets[self._number]

    @property
    def offers_tools(self) -> bool:
        """Whether the model is not known to do without."""
        return _known_as(self.target) not in without_tools

    def ask(self, messages: Sequence[Any], tools: Sequence[Mapping[str, Any]] = ()) -> Said | None:
        """One round. None: this model does not call tools; ask again without.

        Raises:
            Failure: no model answered, or not to the end.
        """
        while True:
            try:
                return self._once(messages, tools)
            except Exception as error:
                failure = explain(error, self.target.model, self.target.where)
                if self._shown or self._wire.is_cut:
                    raise failure from error
                if tools and failure.toolless:
                    without_tools.add(_known_as(self.target))
                    return None
                if failure.plainer and not self._plain:
                    self._plain = True
                elif failure.plainer and tools:  # it does not say what it does not like: try without
                    return None
                elif failure.wait is not None and not self._retried and self._waited + failure.wait <= _LONGEST_WAIT:
                    self._retried, self._waited = True, self._waited + failure.wait
                    self._wire.wait(failure.wait)
                elif not self._next(failure):
                    raise failure from error

    def _next(self, failure: Failure) -> bool:
        """Go on to the next model that this failure does not hold for."""
        for number in range(self._number + 1, len(self._targets)):
            if failure.elsewhere or self._targets[number].server != self.target.server:
                if self._targets[number].server != self.target.server:
                    self._wire.connected.clear()
                self._number, self._plain, self._retried = number, False, False
                return True
        return False

    def _once(self, messages: Sequence[Any], tools: Sequence[Mapping[str, Any]]) -> Said | None:
        if self._wire.is_cut:  # nobody waits any more: send nothing
            raise Failure(broken(self.target.where))
        target, names = self.target, {spec["function"]["name"] for spec in tools}
        chat, close = chat_model(target, self._settings, self._wire, plain=self._plain)
        self._emit(Attempt(target.model))
        try:
            heard = self._listen((chat.bind_tools(list(tools)) if tools else chat).stream(list(messages)), names)
        finally:
            close()
        self._count(target, messages, tools, heard)
        calls = _calls(heard)
        words = spoken(heard.text)
        wants = textcalls.looks_like_calls(words) or textcalls.names_one(words, names)
        if names and not calls and not heard.shown and wants:
            meant = textcalls.parse(words, names)
            if meant is None:
                without_tools.add(_known_as(target))
                return None
            calls = tuple(Call(f"text_{number}", name, given) for number, (name, given) in enumerate(meant))
        if not heard.finish and not target.provider:  # other providers have their own ways to end
            raise Failure(broken(target.where))
        if heard.finish in {"content_filter", "SAFETY", "refusal"}:
            raise Failure(Text(f"the content filter of {target.where} stopped the answer",
                               f"{target.where} 的内容过滤中止了回答"))  # fmt: skip
        if names and calls and not heard.shown:
            return Said(words, calls)
        self._show(heard.text[heard.shown :])
        return Said(heard.text, (), cut=heard.finish in {"length", "max_tokens", "MAX_TOKENS"})

    def _listen(self, chunks: Any, names: Collection[str]) -> _Heard:
        """Read an answer to its end. With tools, its beginning is held until it is clear that it is one."""
        heard, characters = _Heard(), 0
        for chunk in chunks:
            if self._wire.is_cut:
                raise Failure(broken(self.target.where))
            calling = bool(getattr(chunk, "tool_call_chunks", None))
            characters += len(chunk.text) + sum(len(part.get("args") or "") for part in chunk.tool_call_chunks or ())
            if characters > self._limits.characters:
                raise Failure(endless(self.target.where))
            heard.add(chunk)
            if not names or (not heard.calling and heard.is_answer(names)):
                fresh, heard.shown = heard.text[heard.shown :], len(heard.text)
                self._show(fresh)
            else:
                self._emit(Piece("", held=calling or bool(heard.text)))
        return heard

    def _show(self, text: str) -> None:
        self._shown = self._shown or bool(text)
        self._emit(Piece(text))

    def _count(
        self, target: Target, messages: Sequence[Any], tools: Sequence[Mapping[str, Any]], heard: _Heard
    ) -> None:
        told = getattr(heard.message, "usage_metadata", None) or {}
        if told.get("input_tokens"):
            sent, received = told["input_tokens"], told["output_tokens"]
        else:
            sent = sum(tokens.count(_text_of(message)) + _MESSAGE_MARKS for message in messages)
            sent += tokens.count(json.dumps(list(tools))) if tools else 0
            received = tokens.count(heard.text + "".join(json.dumps(dict(call.arguments)) for call in _calls(heard)))
        usd = price(target.model, target.provider, target.base_url, sent, received)
        before = self.usage or Usage(target.model, 0, 0, calls=0, usd=0.0)
        self.usage = Usage(
            target.model,
            before.input_tokens + sent,
            before.output_tokens + received,
            before.estimated or not told.get("input_tokens"),
            max(before.largest, sent),
            before.calls + 1,
            None if usd is None or before.usd is None else before.usd + usd,
        )


class _Heard:
    """What came of one answer so far."""

    def __init__(self) -> None:
        self.message: Any = None
        self.text, self.finish, self.shown, self.calling = "", "", 0, False

    def add(self, chunk: Any) -> None:
        self.message = chunk if self.message is None else self.message + chunk
        self.text += chunk.text
        told = chunk.response_metadata
        self.finish = told.get("finish_reason") or told.get("stop_reason") or told.get("done_reason") or self.finish
        self.calling = self.calling or bool(chunk.tool_call_chunks)

    def is_answer(self, names: Collection[str]) -> bool:
        """Whether what came is too long for words before a tool call, and no tool call itself."""
        words = spoken(self.text)
        suspect = self.shown == 0 and (textcalls.may_begin(words) or textcalls.names_one(words, names))
        return len(words.encode()) > (_LONGEST_CALL if suspect else _HELD)


def _calls(heard: _Heard) -> tuple[Call, ...]:
    """The tool calls of a message, those with unreadable arguments too.

    They are read strictly: the library completes JSON that breaks off, and half a pattern is another pattern.
    """
    found: dict[str, Call] = {}
    for number, chunk in enumerate(getattr(heard.message, "tool_call_chunks", None) or ()):
        given, name = (chunk.get("args") or "").strip() or "{}", chunk.get("name") or "?"
        mark = chunk.get("id") or ""
        mark = f"call_{number}" if not mark or mark in found else mark
        try:
            arguments = json.loads(given)
        except (ValueError, RecursionError):
            arguments = None
        if isinstance(arguments, dict):
            found[mark] = Call(mark, name, arguments)
        else:
            found[mark] = Call(mark, name, {}, problem=given[:80])
    return tuple(found.values())


def _text_of(message: Any) -> str:
    return message[1] if isinstance(message, tuple) else f"{message.text}"


def _known_as(target: Target) -> tuple[str, str, str]:
    return target.provider, target.base_url, target.model
