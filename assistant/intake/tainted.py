"""What strangers write into logs, abstracted before a model reads it.

A request line, a query, a user agent, a referrer, an SQL literal or a user name tried at a login is chosen by whoever
sends it, and may be written for the model (`GET /ignore-your-instructions…`). A diagnosis needs to know that it was
there and what it was like, seldom what it said: a short plain path stays, a query string goes, the rest becomes its
kind and its length. A question that asks for one of these gets it as it is.

>>> abstract('request: "GET /api/v1/info?next=http://x.test HTTP/1.1"')
'request: "GET /api/v1/info?⟨query: 18 characters⟩ HTTP/1.1"'

`defused` is for text of any kind: nothing in it may look like the fence around the data, or like the marks that a
server puts between the messages of a conversation.
"""
# ruff: noqa: E501 - patterns stay whole

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import StrEnum


class Kind(StrEnum):
    """What is abstracted; a question can ask for each."""

    URL = "url"
    AGENT = "user agent"
    REFERRER = "referrer"
    SQL = "SQL"
    USER = "user name"
    HEADER = "header"


NOTHING: frozenset[Kind] = frozenset()

_ASKS: Mapping[Kind, re.Pattern[str]] = {
    Kind.URL: re.compile(
        r"\b(urls?|uris?|paths?|quer(y|ies)|requests?|endpoints?|routes?|parameters?)\b|请求|路径|地址栏|参数|接口|网址",
        re.IGNORECASE,
    ),
    Kind.AGENT: re.compile(
        r"user.?agents?|\b(browsers?|crawlers?|bots?|scanners?)\b|浏览器|爬虫|扫描器|UA\b", re.IGNORECASE
    ),
    Kind.REFERRER: re.compile(r"\breferr?ers?\b|来源页|引荐|从哪个页面", re.IGNORECASE),
    Kind.SQL: re.compile(r"\b(sql|statements?|quer(y|ies)|insert|select|update)\b|语句|查询", re.IGNORECASE),
    Kind.USER: re.compile(r"\b(user ?names?|users?|accounts?|logins?|who)\b|用户名?|账号|账户|谁", re.IGNORECASE),
    Kind.HEADER: re.compile(r"\b(headers?|hosts?|virtual host)\b|请求头|主机名|域名", re.IGNORECASE),
}

_PLAIN_PATH = re.compile(r"[A-Za-z0-9_/.-]{1,80}")
_PLAIN_HOST = re.compile(r"[A-Za-z0-9_.:\[\]-]{1,100}")
_PLAIN_NAME = re.compile(r"[A-Za-z0-9_.-]{1,32}")
_PLAIN_LITERAL = re.compile(r"[A-Za-z0-9_.:-]{1,16}")
_SQL_SHOWN = 160  # characters of a statement, once its literals are gone

_QUOTED = r'"((?:[^"\\]|\\.){0,8000})"'
_METHOD = (
    r"(?:GET|HEAD|POST|PUT|DELETE|PATCH|OPTIONS|CONNECT|TRACE|PROPFIND|REPORT|MKCOL|COPY|MOVE|LOCK|UNLOCK|SEARCH|PRI)"
)
_REQUEST_LINE = re.compile(rf"\b({_METHOD}) (\S{{1,8000}}|.{{1,8000}}?)(?= HTTP/\d)")
_BARE_REQUEST = re.compile(rf"\b({_METHOD}) (/\S{{0,8000}})(?! HTTP)(?=[\s\"'`]|$)")
_REQUEST_FIELD = re.compile(rf"\b(request: |\] ){_QUOTED}")
_ADDRESS = re.compile(r"\b((?:https?|wss?|fcgi|uwsgi|grpcs?|ftp)://[^\s/\"'<>?#`]{1,255})(/[^\s\"'<>`#]{0,8000})")
_REFERRER = re.compile(rf"\b(referr?er: ){_QUOTED}", re.IGNORECASE)
_COMBINED = re.compile(rf'(" \d{{3}} (?:\d+|-)) {_QUOTED} {_QUOTED}')
_HOST = re.compile(rf"\b(host: ){_QUOTED}", re.IGNORECASE)
_HEADER = re.compile(rf"\b(client sent [\w -]{{1,80}}: ){_QUOTED}")
_NAMED = re.compile(
    r"(?<![\w.⟨-])(\"?(?P<name>[\w.-]{0,40}?(?:user[_.-]?agent(?:[_.]original)?|referr?er|request[_.]?uri|request[_.]?line|"
    r"url[_.]?path|url[_.]?query|url[_.]?original|query[_.]?string|request[_.]?path|(?<![\w.-])(?:uri|url|path|query|target)))\"?"
    r"\s?[:=]\s?)(?:\"(?P<quoted>(?:[^\"\\]|\\.){1,8000})\"|(?P<bare>[^\s\"',;}\])]{1,8000}))",
    re.IGNORECASE,
)
_SSH = re.compile(
    r"\b((?:[Ii]nvalid|[Ii]llegal) user |for invalid user |Failed \w{1,30} for (?!invalid user))(.{1,400}?)(?= from )"
)
_SQL = re.compile(
    r"((?:\b(?:STATEMENT|QUERY|[Ss]tatement|[Qq]uery|SQL|sql)\"?\s?[:=]\s{0,3}\"?)|^|[\"'\]:>] ?)"
    r"((?:SELECT|INSERT INTO|UPDATE|DELETE FROM|MERGE INTO|REPLACE INTO|WITH|CALL|EXECUTE)\s.{4,}|(?:select|insert into|update|delete from) .{4,})$"
)
_LITERAL = re.compile(r"'((?:[^'\\]|\\.|''){1,4000})'")
_NEAR = re.compile(
    r"""\b(near ['"]|Key \([^()]{1,200}\)=\(|Duplicate entry ')(.{1,4000}?)(?=['"] at |["']$|['"] for key|\) (?:already|is not|conflicts))"""
)

_DASHES = re.compile(r"-{3,}")
_FENCE_WORD = re.compile(r"data|数据", re.IGNORECASE)
_ROLE_MARK = re.compile(
    r"<(?=\|)|(?<=\|)>|<(?=/?(?:s|tool_call|tool_response|start_of_turn|end_of_turn)>)|\[(?=/?(?:INST|TOOL_CALLS|TOOL_RESULTS)\])"
)


def asked_for(question: str) -> frozenset[Kind]:
    """The kinds that a question is about, which are then not abstracted."""
    return frozenset(kind for kind, pattern in _ASKS.items() if pattern.search(question))


def abstract(text: str, keep: frozenset[Kind] = NOTHING) -> str:
    """The text with what strangers wrote replaced by its kind and length; doing it again changes nothing."""
    return "\n".join(_line(line, keep) for line in text.split("\n"))


def defused(text: str, nonce: str) -> str:
    """Text in which nothing looks like the fence around data, or like a mark between two messages."""
    if nonce and nonce in text:
        text = text.replace(nonce, "⟨mark⟩")
    if "---" in text:
        text = "\n".join(_DASHES.sub("~~~", row) if _FENCE_WORD.search(row) else row for row in text.split("\n"))
    if "<" in text or "|>" in text or "[" in text:
        text = _ROLE_MARK.sub(lambda match: "‹" if match[0] == "<" else "›" if match[0] == ">" else "(", text)
    return text


def _line(line: str, keep: frozenset[Kind]) -> str:
    for kind, anchors, pattern, replace in _RULES:
        if kind not in keep and any(anchor in line for anchor in anchors):
            line = pattern.sub(replace, line)
    return line


def _mark(kind: str, value: str) -> str:
    return f"⟨{kind}: {len(value)} character{'' if len(value) == 1 else 's'}⟩"


def _target(target: str) -> str:
    """What a client asked for: the path when it is short and plain, never the query."""
    if "⟨" in target:  # abstracted, or redacted, already
        return target
    path, mark, query = target.partition("?")
    if not path or path == "*" or _PLAIN_PATH.fullmatch(path):
        shown = path
    else:
        segments = len([part for part in path.split("/") if part])
        shown = f"⟨url: {segments} segment{'' if segments == 1 else 's'}, {len(path)} characters⟩"
    return f"{shown}?{_mark('query', query)}" if mark and query else shown


def _request_line(match: re.Match[str]) -> str:
    return f"{match[1]} {_target(match[2])}"


def _request_field(match: re.Match[str]) -> str:
    """A quoted request that is no request line at all: a TLS hello on a plain port, a probe, a prank."""
    value = match[2]
    if not value or value == "-" or "⟨" in value or re.match(rf"{_METHOD} ", value):
        return match[0]
    return f'{match[1]}"{_mark("request", value)}"'


def _address(match: re.Match[str]) -> str:
    return match[1] + _target(match[2])


def _whole(kind: str, plain: re.Pattern[str] | None = None) -> Callable[[re.Match[str]], str]:
    def replace(match: re.Match[str]) -> str:
        value = match[2]
        if value in {"", "-"} or value.startswith("⟨") or (plain and plain.fullmatch(value)):
            return match[0]
        return f'{match[1]}"{_mark(kind, value)}"'

    return replace


def _combined(match: re.Match[str]) -> str:
    referrer, agent = (
        value if value in {"", "-"} or value.startswith("⟨") else _mark(kind, value)
        for kind, value in (("referrer", match[2]), ("user agent", match[3]))
    )
    return f'{match[1]} "{referrer}" "{agent}"'


def _named(match: re.Match[str]) -> str:
    value = match["quoted"] if match["quoted"] is not None else match["bare"]
    name = match["name"].lower()
    if value == "-" or "⟨" in value:
        return match[0]
    if "agent" in name or "refer" in name:
        shown = _mark("user agent" if "agent" in name else "referrer", value)
    elif "query" in name:
        shown = value if _PLAIN_NAME.fullmatch(value) else _mark("query", value)
    else:
        shown = _ADDRESS.sub(_address, value) if "://" in value else _target(value)
    return match[1] + (f'"{shown}"' if match["quoted"] is not None else shown)


def _ssh(match: re.Match[str]) -> str:
    name = match[2]
    invalid = "nvalid" in match[1] or "llegal" in match[1]
    if name.startswith("⟨") or (not invalid and _PLAIN_NAME.fullmatch(name)):
        return match[0]
    return match[1] + _mark("user name", name)


def _sql(match: re.Match[str]) -> str:
    statement = _LITERAL.sub(_literal, match[2])
    if len(statement) > _SQL_SHOWN and not statement.endswith("⟩"):
        statement = f"{statement[:_SQL_SHOWN]}{_mark('more', statement[_SQL_SHOWN:])}"
    return match[1] + statement


def _literal(match: re.Match[str]) -> str:
    value = match[1]
    return match[0] if "⟨" in value or _PLAIN_LITERAL.fullmatch(value) else f"'{_mark('text', value)}'"


def _near(match: re.Match[str]) -> str:
    return match[0] if match[2].startswith("⟨") else match[1] + _mark("text", match[2])


# Kind, strings of which one must be in the line, pattern, replacement; in the order in which they are tried.
_RULES: tuple[tuple[Kind, tuple[str, ...], re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (Kind.URL, (" HTTP/",), _REQUEST_LINE, _request_line),
    (Kind.URL, (" /",), _BARE_REQUEST, _request_line),
    (Kind.URL, ('request: "', '] "'), _REQUEST_FIELD, _request_field),
    (Kind.REFERRER, ("eferrer:", "eferer:"), _REFERRER, _whole("referrer")),
    (Kind.AGENT, ('" "',), _COMBINED, _combined),
    (Kind.URL, ("://",), _ADDRESS, _address),
    (Kind.HEADER, ("ost: ",), _HOST, _whole("host", _PLAIN_HOST)),
    (Kind.HEADER, ("client sent",), _HEADER, _whole("header")),
    (Kind.URL, (":", "="), _NAMED, _named),
    (Kind.USER, (" from ",), _SSH, _ssh),
    (Kind.SQL, ("SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE", "WITH", "CALL", "EXEC", "select ", "insert ", "update ", "delete "), _SQL, _sql),
    (Kind.SQL, ("near ", "Key (", "Duplicate entry"), _NEAR, _near),
)  # fmt: skip
