r"""Settings in snippets of configuration: nginx, systemd and INI, YAML, sysctl, SQL, JSON, Redis, HAProxy.

>>> [(each.name, each.value) for each in directives("location / {\n    proxy_read_timeout 120s;\n}", "nginx")]
[('location', '/'), ('proxy_read_timeout', '120s')]
>>> [(each.name, each.value) for each in directives("[Service]\nMemoryMax=2G  # was 1G")]
[('MemoryMax', '2G')]
"""

# ruff: noqa: E501 - patterns stay whole

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from assistant.intake.lazily import lazily

LONGEST = 100_000  # characters; what follows is no snippet


@dataclass(frozen=True, slots=True)
class Directive:
    """One setting. `text` is `given[start:end]`; quotes around the value are left out of `value`."""

    name: str
    value: str
    text: str
    start: int
    end: int


_BRACED = frozenset(["nginx", "openresty", "named", "bind"])
_ASSIGNED = frozenset(
    ["ini", "systemd", "service", "toml", "properties", "conf", "cfg", "sysctl", "env", "dotenv", "desktop",
     "editorconfig", "unit"]
)  # fmt: skip
_COLON = frozenset(["yaml", "yml", "compose", "docker-compose", "k8s", "kubernetes"])
_SPACED = frozenset(["redis", "haproxy", "apache", "apacheconf", "httpd", "sshd", "ssh", "sshd_config", "limits"])
_SQL = frozenset(["sql", "mysql", "psql", "postgres", "postgresql", "pgsql", "mariadb"])
_SHELL = frozenset(["bash", "sh", "shell", "console", "zsh", "shell-session"])

_COMMENT = lazily(r"[ \t]*(?:[#;]|//|--)")
_LINE_END = lazily(r"\s+(?:#|//|;;).*$")
_NGINX = lazily(
    r"(?P<name>[a-z_][\w.-]*)(?P<rest>(?:\s+(?:\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|[^\s;{}\"']+))*)\s*(?=[;{])",
    re.DOTALL,
)
_EQUALS = lazily(r"[ \t]*(?:export[ \t]+)?(?P<name>[A-Za-z_][\w.\[\]/*-]*)[ \t]*=[ \t]*(?P<value>[^\n]*)")
_YAML = lazily(
    r"[ \t]*(?:-[ \t]+)?(?P<name>\"[^\"\n]{1,100}\"|'[^'\n]{1,100}'|[A-Za-z_][\w./-]*)[ \t]*:(?:[ \t]+(?P<value>[^\n]*))?$"
)
_WORDS = lazily(r"[ \t]*(?P<name>[A-Za-z_][\w.-]*)[ \t]+(?P<value>\S[^\n]*)")
_SQL_SET = lazily(
    r"(?:alter\s+(?:system|role\s+\S+|user\s+\S+|database\s+\S+)\s+)?set\s+(?:global\s+|session\s+|persist\s+|local\s+|@@global\.|@@)?(?P<name>[A-Za-z_][\w.]*)\s*(?:=|\bto\b)\s*(?P<value>'[^'\n]*'|\"[^\"\n]*\"|[^\s;]+)",
    re.IGNORECASE,
)
_JSON = lazily(r"\"(?P<name>[^\"\n]{1,100})\"\s*:\s*(?P<value>\"(?:[^\"\\\n]|\\.)*\"|-?[\d.]+|true|false|null)")
_BRACES = lazily(r"(?:^|[;{}])[ \t]*[a-z_][\w.-]*(?:[ \t]+[^\s;{}][^;{}\n]*)?[ \t]*[;{]", re.MULTILINE)


def directives(text: str, language_tag: str = "") -> tuple[Directive, ...]:
    """All settings of a snippet, in order; without a helpful tag, by what the snippet looks like. Never raises."""
    text = text[:LONGEST]
    return tuple(_reader(text, language_tag.strip().lower())(text))


def _reader(text: str, tag: str) -> Callable[[str], Iterator[Directive]]:
    if tag in _SQL or _SQL_SET().match(text.lstrip()):
        return _sql
    if tag in _SHELL:
        return _nothing
    if tag == "json" or (tag == "" and text.lstrip().startswith("{") and _JSON().search(text)):
        return _json
    if tag in _BRACED:
        return _nginx
    if tag in _COLON:
        return _yaml
    if tag in _SPACED:
        return _spaced
    return _by_shape(text, tag)


def _by_shape(text: str, tag: str) -> Callable[[str], Iterator[Directive]]:
    """The form that most lines have; a form in words alone is believed only with a tag."""
    lines = [line for line in text.split("\n") if line.strip() and _COMMENT().match(line) is None]
    equals = sum(_EQUALS().match(line) is not None for line in lines)
    colons = sum(_YAML().match(_bare(line)) is not None for line in lines)
    braces = len(_BRACES().findall(text[:20_000]))
    best = max(equals, colons, braces)
    if not best:
        return _spaced if tag in {"conf", "cfg", "config"} else _nothing
    if braces == best and not equals:
        return _nginx
    return _equals if equals >= colons else _yaml


def _bare(line: str) -> str:
    return _LINE_END().sub("", line).rstrip()


def _nothing(_: str) -> Iterator[Directive]:
    return iter(())


def _nginx(text: str) -> Iterator[Directive]:
    """`name value…;` and `name value… {`, several on a line, values over several lines."""
    for start, end in _pieces(text):
        match = _NGINX().match(text, start, min(len(text), end + 1))
        if match:
            yield _made(text, match["name"], match["rest"], match.start(), match.end())


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """What stands between `;`, `{` and `}`, without comments."""
    start = 0
    token = lazily(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|(?:^|(?<=\s))#[^\n]*|[;{}]", re.DOTALL | re.MULTILINE)
    for match in token().finditer(text):
        if match[0] in {";", "{", "}"}:
            while start < match.start() and text[start].isspace():
                start += 1
            if start < match.start():
                yield start, match.start()
            start = match.end()
        elif match[0].startswith("#") and not text[start : match.start()].strip():
            start = match.end()


def _lines(text: str) -> Iterator[tuple[int, str]]:
    at = 0
    for line in text.split("\n"):
        if line.strip() and _COMMENT().match(line) is None:
            yield at, _bare(line)
        at += len(line) + 1


def _equals(text: str) -> Iterator[Directive]:
    """`name = value`; sections in brackets are no settings."""
    for at, line in _lines(text):
        match = _EQUALS().match(line)
        if match:
            name_at = at + match.start("name")
            yield _made(text, match["name"], match["value"], name_at, at + len(line.rstrip()))


def _yaml(text: str) -> Iterator[Directive]:
    """`name: value`; a name alone opens a block and has no value. Braces on one line are read too."""
    for at, line in _lines(text):
        match = _YAML().match(line)
        if match is None:
            continue
        value = match["value"] or ""
        if value.startswith("{"):
            inner_at = at + match.start("value")
            for inner in lazily(r"(?P<name>[A-Za-z_][\w.-]*)\s*:\s*(?P<value>[^\s,{}\[\]][^,{}\[\]]*)")().finditer(
                value
            ):
                yield _made(text, inner["name"], inner["value"], inner_at + inner.start(), inner_at + inner.end())
        elif value:
            yield _made(text, match["name"].strip("\"'"), value, at + match.start("name"), at + len(line))


def _spaced(text: str) -> Iterator[Directive]:
    """`name value`, as Redis, Apache and sshd write it. HAProxy's `timeout` and `option` go with their next word."""
    for at, line in _lines(text):
        match = _WORDS().match(line)
        if match is None:
            continue
        name, value = match["name"], match["value"]
        if name in {"timeout", "option", "stats", "tune"} and " " in value.strip():
            second, _, value = value.partition(" ")
            name = f"{name} {second}"
        yield _made(text, name, value, at + match.start("name"), at + len(line.rstrip()))


def _sql(text: str) -> Iterator[Directive]:
    """`ALTER SYSTEM SET name = value`, `SET GLOBAL name = value`."""
    for match in _SQL_SET().finditer(text):
        yield _made(text, match["name"], match["value"], match.start(), match.end())


def _json(text: str) -> Iterator[Directive]:
    """Names with plain values, at any depth."""
    for match in _JSON().finditer(text):
        yield _made(text, match["name"], match["value"], match.start(), match.end())


def _made(text: str, name: str, value: str, start: int, end: int) -> Directive:
    end = start + len(text[start:end].rstrip())
    shown = " ".join(value.split()).rstrip(";").strip()
    if len(shown) > 1 and shown[0] in "\"'" and shown[-1] == shown[0] and shown[0] not in shown[1:-1]:
        shown = shown[1:-1]
    return Directive(name, shown, text[start:end], start, end)
