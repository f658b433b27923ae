"""Tries a model step by step and says, in one line each, what works and what is wrong."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any, ClassVar

from assistant.errors import MissingExtra
from assistant.i18n import Language, Text, locale_language
from assistant.llm import chat, extra
from assistant.llm.failures import Failure, explain
from assistant.llm.quiet import silent
from assistant.llm.targets import Target, reachable, targets
from assistant.llm.wire import Wire

Result = tuple[bool, str]

_ASK = (("user", "Reply with the word: ready"),)
_LOOK = (
    ("system", "You answer briefly."),
    ("user", "Look up the word 'ready' with the tool look_up, then say what it means."),
)
_LISTED = 5  # models named when the wanted one is missing


def doctor(settings: chat.ModelSettings, language: Language | None = None) -> Iterator[Result]:
    """Packages, key, server, model, streaming, usage, tools: whether each works, with a line about it."""
    language = language or locale_language()
    for ok, text in _steps(settings):
        yield ok, text.get(language)


def _steps(settings: chat.ModelSettings) -> Iterator[tuple[bool, Text]]:
    try:
        extra.require()
    except MissingExtra as problem:
        yield False, Text(str(problem), str(problem))
        return
    if not reachable(settings):
        yield False, Text("no key: set OPENAI_API_KEY, or OPENAI_BASE_URL for a server of your own",
                          "没有密钥：请设置 OPENAI_API_KEY，自己的服务器请设置 OPENAI_BASE_URL")  # fmt: skip
        return
    first, *others = targets(settings)
    yield True, _key(first)
    if first.provider:
        yield (
            True,
            Text(f"{first.model} of {first.provider} is tried as it is", f"直接试用 {first.provider} 的 {first.model}"),
        )
    else:
        try:
            names = _models(first, settings)
        except Failure as failure:
            yield False, failure.reason
            return
        yield True, Text(f"{first.where} answers", f"{first.where} 有应答")
        for target in (first, *(other for other in others if other.server == first.server)):
            yield _listed(target.model, names, first.where)
    yield from _answers(_Alone(settings))
    for other in others:
        if other.server != first.server:
            yield from _reach(other, settings)


def _answers(settings: chat.ModelSettings) -> Iterator[tuple[bool, Text]]:
    """Streaming and usage, then tools; without an answer, nothing is said of tools."""
    talks = True
    for ok, text in _talk(settings):
        talks = talks and ok
        yield ok, text
    if talks and not settings.tools:
        yield True, Text("tools are switched off (model.tools)", "工具已关闭（model.tools）")
    elif talks:
        yield _calls_tools(settings)


def _key(target: Target) -> Text:
    if target.api_key:
        return Text("a key is set", "已设置密钥")
    if target.provider:
        return Text(f"no key is set; the package of {target.provider} may find its own",
                    f"没有设置密钥；{target.provider} 的软件包可能会自己找到")  # fmt: skip
    return Text(f"no key is set; {target.where} may not need one", f"没有设置密钥；{target.where} 可能不需要")


def _reach(target: Target, settings: chat.ModelSettings) -> Iterator[tuple[bool, Text]]:
    """Whether a fallback elsewhere is there. It is not made to answer: that may cost money."""
    if target.provider:
        yield True, Text(f"fallback: {target.model} of {target.provider}", f"后备：{target.provider} 的 {target.model}")
        return
    try:
        names = _models(target, settings)
    except Failure as failure:
        yield False, failure.reason
        return
    yield _listed(target.model, names, target.where)


def _models(target: Target, settings: chat.ModelSettings) -> list[str] | None:
    """The models that the server lists; None when it has no list."""
    wire = Wire()
    with silent():
        import openai  # noqa: PLC0415 - an extra

        try:
            http = wire.client(target.base_url, min(settings.timeout, 10.0))
            client = openai.OpenAI(
                base_url=target.base_url, api_key=target.api_key or "none", http_client=http, max_retries=0
            )
            return [model.id for model in client.models.list()]
        except (openai.NotFoundError, openai.PermissionDeniedError):
            return None
        except Exception as problem:
            raise explain(problem, target.model, target.where) from problem
        finally:
            wire.cut()


def _listed(model: str, names: list[str] | None, where: str) -> tuple[bool, Text]:
    if names is None:
        return True, Text(f"{where} does not list its models; {model} is tried as it is",
                          f"{where} 不提供模型列表，直接试用 {model}")  # fmt: skip
    if model in names:
        return True, Text(f"the model {model} exists", f"模型 {model} 存在")
    others = ", ".join(sorted(names)[:_LISTED]) + (", …" if len(names) > _LISTED else "")
    return False, Text(f"{where} has no model {model}; it has: {others}", f"{where} 没有模型 {model}；现有：{others}")


def _talk(settings: chat.ModelSettings) -> Iterator[tuple[bool, Text]]:
    start = time.monotonic()
    first, pieces, end = 0.0, 0, None
    try:
        for item in chat.stream(settings, lambda: _ASK, Wire()):
            if isinstance(item, chat.Attempt):
                start = time.monotonic()
            elif isinstance(item, chat.End):
                end = item
            elif isinstance(item, chat.Piece) and item.text:
                first = first or time.monotonic() - start
                pieces += 1
    except Failure as failure:
        yield False, failure.reason
        return
    if not pieces:
        yield False, Text("the model answered with nothing", "模型的回答是空的")
        return
    yield True, Text(f"it streams: first words after {first:.1f} s, {pieces} pieces",
                     f"流式输出正常：{first:.1f} 秒后出现第一个词，共 {pieces} 段")  # fmt: skip
    if end and end.usage and not end.usage.estimated:
        used = end.usage
        yield True, Text(f"it counts tokens: {used.input_tokens} in, {used.output_tokens} out",
                         f"会统计 token：输入 {used.input_tokens}，输出 {used.output_tokens}")  # fmt: skip
    else:
        yield True, Text("it does not count tokens; they will be estimated", "不统计 token，将按估算显示")


class _Probe:
    """One tool that is easy to call, and what came of it."""

    specs: ClassVar[tuple[Mapping[str, Any], ...]] = (
        {
            "type": "function",
            "function": {
                "name": "look_up",
                "description": "Looks a word up and returns what it means here.",
                "parameters": {
                    "type": "object",
                    "properties": {"word": {"type": "string"}},
                    "required": ["word"],
                },
            },
        },
    )
    instructions = "Use the tool look_up before you answer."
    closing = "Answer now."

    def use(self, name: str, arguments: chat.Arguments) -> str:
        """What the tool returns, however it was called."""
        return f"{name}: {', '.join(map(str, arguments.values()))[:80]} means that all is ready"

    def refuse(self, problem: str) -> str:
        """A sentence for the model."""
        return f"not done: {problem}"


def _calls_tools(settings: chat.ModelSettings) -> tuple[bool, Text]:
    """Whether the model calls a tool when it is told to. That it does not is no fault, only worth knowing."""
    try:
        with closing(chat.stream(settings, lambda: _LOOK, Wire(), tools=_Probe())) as items:
            for item in items:
                if isinstance(item, chat.ToolUse):  # what it makes of the result need not be waited for
                    return True, Text(
                        "it calls tools: it can look into the logs by itself", "会调用工具：能够自己查看日志"
                    )
    except Failure as failure:
        return False, Text(f"with tools: {failure.reason.en}", f"使用工具时：{failure.reason.zh}")
    return True, Text("it does not call tools: answers will come without looking into the logs by itself",
                      "不会调用工具：回答时不会自己查看日志")  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Alone:
    """The settings of a model without its fallbacks, so that they do not answer in its place."""

    settings: chat.ModelSettings
    fallbacks: tuple[str, ...] = ()
    elsewhere: tuple[chat.Endpoint, ...] = ()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.settings, name)
