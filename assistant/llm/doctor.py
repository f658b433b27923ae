"""Tries a model step by step and says, in one line each, what works and what is wrong."""

from __future__ import annotations

import time
from collections.abc import Iterator

from assistant.errors import MissingExtra
from assistant.i18n import Language, Text, locale_language
from assistant.llm import chat, extra
from assistant.llm.failures import Failure, explain, server_of
from assistant.llm.quiet import silent
from assistant.llm.wire import Wire

Result = tuple[bool, str]

_ASK = (("user", "Reply with the word: ready"),)
_LISTED = 5  # models named when the wanted one is missing


def doctor(settings: chat.ModelSettings, language: Language | None = None) -> Iterator[Result]:
    """Packages, key, server, model, streaming, usage: whether each works, and a line about it. Stops where it must."""
    language = language or locale_language()
    for ok, text in _steps(settings):
        yield ok, text.get(language)


def _steps(settings: chat.ModelSettings) -> Iterator[tuple[bool, Text]]:
    try:
        extra.require()
    except MissingExtra as problem:
        yield False, Text(str(problem), str(problem))
        return
    where = server_of(settings.base_url or chat.OPENAI)
    if settings.api_key:
        yield True, Text("a key is set", "已设置密钥")
    elif settings.base_url:
        yield True, Text(f"no key is set; {where} may not need one", f"没有设置密钥；{where} 可能不需要")
    else:
        yield False, Text("no key: set OPENAI_API_KEY, or OPENAI_BASE_URL for a server of your own",
                          "没有密钥：请设置 OPENAI_API_KEY，自己的服务器请设置 OPENAI_BASE_URL")  # fmt: skip
        return
    try:
        names = _models(settings)
    except Failure as failure:
        yield False, failure.reason
        return
    yield True, Text(f"{where} answers", f"{where} 有应答")
    for model in (settings.model, *settings.fallbacks):
        yield _listed(model, names, where)
    yield from _talk(settings)


def _models(settings: chat.ModelSettings) -> list[str] | None:
    """The models that the server lists; None when it has no list."""
    wire = Wire()
    base_url = settings.base_url or chat.OPENAI
    with silent():
        import openai  # noqa: PLC0415 - an extra

        try:
            http = wire.client(base_url, min(settings.timeout, 10.0))
            client = openai.OpenAI(
                base_url=base_url, api_key=settings.api_key or "none", http_client=http, max_retries=0
            )
            return [model.id for model in client.models.list()]
        except (openai.NotFoundError, openai.PermissionDeniedError):
            return None
        except Exception as problem:
            raise explain(problem, settings.model, base_url) from problem
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
            elif item.text:
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
    if end and end.usage:
        used = end.usage
        yield True, Text(f"it counts tokens: {used.input_tokens} in, {used.output_tokens} out",
                         f"会统计 token：输入 {used.input_tokens}，输出 {used.output_tokens}")  # fmt: skip
    else:
        yield True, Text("it does not count tokens; they will be estimated", "不统计 token，将按估算显示")
