"""What went wrong with a model, in one line for the person who is waiting."""

from __future__ import annotations

import json
import re
import socket
import ssl
from collections.abc import Iterator
from urllib.parse import urlsplit

from assistant.i18n import Text
from assistant.llm.wire import ResponseTooLong

_MESSAGE = 160  # characters of a server's own words
_LIMIT = 429
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_TOOLLESS = frozenset({400, 404, 422, 500, 501})  # what servers say that were sent tools and know none
_OF_TOOLS = re.compile(r"\btools?\b|tool_|function.?call|jinja", re.IGNORECASE)
_UNPRINTABLE = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
_PROTOCOL = re.compile(r"Protocol|Read|Write|Close|Incomplete|Decod")  # names of the HTTP client's own errors


class Failure(Exception):
    """One failure: `reason` for the user, and what may still help.

    `plainer`: ask again without optional parameters. `wait`: seconds after which asking again may help.
    `elsewhere`: another model on the same server may answer. `toolless`: the same model may, when no tools are offered.
    """

    def __init__(
        self,
        reason: Text,
        *,
        plainer: bool = False,
        wait: float | None = None,
        elsewhere: bool = False,
        toolless: bool = False,
    ) -> None:
        self.reason, self.plainer, self.wait, self.elsewhere, self.toolless = reason, plainer, wait, elsewhere, toolless
        super().__init__(reason.en)


def explain(error: BaseException, model: str, where: str) -> Failure:
    """Any exception out of the libraries below, as a failure. `where` is the server, as a person knows it."""
    if isinstance(error, Failure):
        return error
    import openai  # noqa: PLC0415 - an extra

    if any(isinstance(cause, ResponseTooLong) for cause in _chain(error)):
        return Failure(endless(where))
    if isinstance(error, openai.APIStatusError):
        return _status(error.status_code, error, model, where)
    if isinstance(error, openai.APITimeoutError):
        return Failure(_no_connection(error, where) or timed_out(where), elsewhere=True)
    if isinstance(error, openai.APIConnectionError):
        return Failure(_no_connection(error, where) or broken(where))
    if isinstance(error, openai.APIError):  # an error object in the middle of a stream
        words = said(error)
        return Failure(Text(f"{where} stopped with an error: {words}", f"{where} 中途报错：{words}"), elsewhere=True)
    status = getattr(error, "status_code", None)  # of the other providers' libraries
    if isinstance(status, int) and status >= 300:  # noqa: PLR2004 - RFC 9110
        return _status(status, error, model, where)
    return _below(error, where)


def server_of(base_url: str) -> str:
    """Host and port; never the user name or password that an address may hold."""
    parts = urlsplit(base_url)
    return f"{parts.hostname}:{parts.port}" if parts.port else parts.hostname or "the server"


def said(error: BaseException) -> str:
    """A server's own words on one line, without control characters."""
    body = getattr(error, "body", None)
    message = body.get("message") if isinstance(body, dict) else None
    text = _UNPRINTABLE.sub(" ", str(message or getattr(error, "message", "") or error)).strip()
    return text if len(text) <= _MESSAGE else text[: _MESSAGE - 1] + "…"


def broken(where: str) -> Text:
    """The connection ended before the answer did."""
    return Text(f"{where} closed the connection before the answer was complete", f"{where} 在回答完成之前断开了连接")


def timed_out(where: str, seconds: float = 0.0) -> Text:
    """Nothing came in time; `seconds` when it is the configured time for the first words that was not enough."""
    if not seconds:
        return Text(f"{where} did not answer in time", f"{where} 没有及时回答")
    return Text(
        f"{where} did not answer in time: no word within {seconds:g} s (ASSISTANT_TIMEOUT)",
        f"{where} 没有及时回答：{seconds:g} 秒内没有任何输出(ASSISTANT_TIMEOUT)",
    )


def endless(where: str) -> Text:
    """More came than any answer needs."""
    return Text(f"{where} sends an answer that does not end", f"{where} 的回答没完没了")


def unreachable(where: str) -> Text:
    """No connection within the time for one."""
    return Text(f"{where} cannot be reached: no connection in time", f"连不上 {where}：连接超时")


def _status(status: int, error: BaseException, model: str, where: str) -> Failure:
    words = said(error)
    if status in _REDIRECTS:
        return Failure(_redirected(error, where, status), elsewhere=True)
    toolless = status in _TOOLLESS and _OF_TOOLS.search(f"{getattr(error, 'body', '')} {error}") is not None
    if status in {400, 422}:  # 422 is what servers written with FastAPI say
        reason = Text(f"{where} rejects the request ({status}): {words}", f"{where} 拒绝了请求({status})：{words}")
        return Failure(reason, plainer=True, elsewhere=True, toolless=toolless)
    if status == 401:  # noqa: PLR2004 - the server's words may hold a part of the key
        return Failure(Text(f"{where} rejects the key (401)", f"{where} 不接受这个密钥(401)"))
    if status == 403:  # noqa: PLR2004 - RFC 9110
        reason = Text(f"{where} does not allow {model} (403): {words}", f"{where} 不允许使用 {model}(403)：{words}")
        return Failure(reason, elsewhere=True)
    if status == 404:  # noqa: PLR2004 - RFC 9110
        reason = Text(
            f"{where} has no model {model}, or the base URL is wrong (404): {words}",
            f"{where} 没有模型 {model}，或者 base URL 不对(404)：{words}",
        )
        return Failure(reason, elsewhere=True, toolless=toolless)
    if status == _LIMIT:
        return _too_many(error, where, words)
    reason = Text(f"{where} failed ({status}): {words}", f"{where} 出错({status})：{words}")
    return Failure(reason, wait=0.5 if status >= 500 else None, elsewhere=True, toolless=toolless)  # noqa: PLR2004 - RFC 9110


def _redirected(error: BaseException, where: str, status: int) -> Text:
    """A redirect is never followed: the key and the log would go to whoever it names."""
    headers = getattr(getattr(error, "response", None), "headers", {})
    there = _UNPRINTABLE.sub(" ", urlsplit(headers.get("location", "")).hostname or "?")[:_MESSAGE]
    return Text(
        f"{where} redirects to {there} ({status}), which is not followed: is the base URL right?",
        f"{where} 要求跳转到 {there}({status})，没有跟随：base URL 对吗？",
    )


def _too_many(error: BaseException, where: str, words: str) -> Failure:
    body = getattr(error, "body", None)
    if isinstance(body, dict) and body.get("code") == "insufficient_quota":
        return Failure(Text(f"the quota at {where} is used up (429)", f"{where} 的额度已用完(429)"))
    headers = getattr(getattr(error, "response", None), "headers", {})
    try:
        wait = max(0.0, float(headers.get("retry-after", 1)))
    except ValueError:  # an HTTP date is minutes away
        wait = 60.0
    reason = Text(
        f"{where} is asked too often (429; it wants {wait:g} s of rest): {words}",
        f"{where} 请求过于频繁(429，要求等待 {wait:g} 秒)：{words}",
    )
    return Failure(reason, wait=wait, elsewhere=True)


def _no_connection(error: BaseException, where: str) -> Text | None:
    """Why no connection was made, from the system's error at the bottom of the chain."""
    for cause in _chain(error):
        if isinstance(cause, socket.gaierror):
            return Text(f"the name of {where} cannot be resolved", f"域名无法解析：{where}")
        if isinstance(cause, ConnectionRefusedError):
            return Text(f"{where} refuses the connection: is the server running?", f"{where} 拒绝连接：服务启动了吗？")
        if isinstance(cause, ssl.SSLError):
            why = _UNPRINTABLE.sub(" ", cause.reason or "TLS")
            return Text(f"no secure connection to {where}: {why}", f"无法与 {where} 建立安全连接：{why}")
    for cause in _chain(error):  # the HTTP client's own errors stand above those of the system, and say less
        name = type(cause).__name__
        if name == "ConnectTimeout":
            return unreachable(where)
        if name == "ConnectError":
            return _connect_error(str(cause), where)
    return None


def _connect_error(words: str, where: str) -> Text:
    """For clients that keep only the words of the system's error."""
    low = words.lower()
    if "refused" in low:
        return Text(f"{where} refuses the connection: is the server running?", f"{where} 拒绝连接：服务启动了吗？")
    if any(part in low for part in ("name or service", "resolution", "getaddrinfo", "nodename")):
        return Text(f"the name of {where} cannot be resolved", f"域名无法解析：{where}")
    words = _UNPRINTABLE.sub(" ", words)[:_MESSAGE]
    return Text(f"{where} cannot be reached: {words}", f"连不上 {where}：{words}")


def _below(error: BaseException, where: str) -> Failure:
    """Errors that the openai library lets through: broken streams, and answers that are no JSON."""
    kind = type(error).__name__
    if reason := _no_connection(error, where):
        return Failure(reason)
    if kind in {"ReadTimeout", "WriteTimeout", "PoolTimeout", "TimeoutError"}:
        return Failure(timed_out(where))
    if _breaks_off(error) or isinstance(error, ConnectionError) or _PROTOCOL.match(kind) or "Protocol" in kind:
        return Failure(broken(where))
    if isinstance(error, (ValueError, KeyError, TypeError, AttributeError, IndexError)):
        return Failure(
            Text(f"{where} does not answer like an OpenAI-compatible server", f"{where} 的回答不符合 OpenAI 接口格式"),
            elsewhere=True,
        )
    words = _UNPRINTABLE.sub(" ", str(error))[:_MESSAGE]
    return Failure(Text(f"{where}: {kind}: {words}", f"{where}：{kind}：{words}"))


def _breaks_off(error: BaseException) -> bool:
    """Whether what came ends in the middle: of a character, or of a JSON text."""
    if isinstance(error, UnicodeDecodeError):
        return error.end >= len(error.object)
    if isinstance(error, json.JSONDecodeError):
        return bool(error.doc) and (error.msg.startswith("Unterminated") or error.pos >= len(error.doc.rstrip()))
    return False


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
