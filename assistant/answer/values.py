"""Which port, which pid, which path, which file …: the values of that kind in the lines that the report is about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.answer.cite import cite
from assistant.answer.focus import focus, named_finding, symptoms
from assistant.answer.head import phrase
from assistant.answer.looking import code
from assistant.answer.records import look, quick
from assistant.model import Event, Evidence, Finding, Severity

if TYPE_CHECKING:
    from assistant.answer.followup import Question

MOST = 5
FEW = 2  # lines that are shown whole beside their values


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of value: the words that ask for it, how it stands in a line, and the attributes that hold it."""

    asked: re.Pattern[str]
    forms: tuple[re.Pattern[str], ...]
    attributes: tuple[str, ...] = ()


def _kind(asked: str, *forms: str, attributes: str = "") -> Kind:
    return Kind(re.compile(asked, re.IGNORECASE), tuple(re.compile(form) for form in forms), tuple(attributes.split()))


KINDS: tuple[Kind, ...] = (
    _kind(r"\bport\b|端口", r"(?:\d{1,3}(?:\.\d{1,3}){3}|\]|localhost|[\w.-]+\.[a-z]{2,12}):(\d{2,5})\b", r"(?:\bport\"?[ =:]{1,3})(\d{2,5})\b", attributes="server.port port"),
    _kind(r"\b(url|uri|endpoint|route|path|api|page)s?\b|接口|路径|网址|地址是|哪个(请求|接口)|哪些(请求|接口)|多大的请求|\brequests?\b", r"\"((?:GET|POST|PUT|DELETE|PATCH|HEAD|OPTIONS) [^\" ]+)", r"(?:handling request|path=|uri=|url=) ?(/\S*)", attributes="url.path"),
    _kind(r"\bpids?\b|process id|进程号|哪个进程|which (worker|process|child)", r"\b(?:pid|PID)[ :=]{1,2}(\d{2,8})", r"(?<=[\s\[(])(\d{2,8})#\d+:", r"[a-z]\[(\d{2,8})\]", r"child (\d{2,8})", r"Killed process (\d+ \([^)]{1,60}\))", attributes="process.pid"),
    _kind(r"line of code|code line|source file|\bscript\b|哪(一)?行代码|代码(的)?哪|哪个(脚本|文件)|which file|脚本", r"File \"([^\"]+\", line \d+)", r"((?:/[\w.-]+)+\.(?:py|php|js|rb|go|java|ts|pl|sh)(?:[:(]\d+|\b(?! line)| line \d+))", r"in (/\S+\.php) on line", attributes="code.file.path script"),
    _kind(r"\b(file|directory|folder|path|dir)\b|哪个(目录|文件|路径)|目录|文件夹", r"(?:could not \w+ |cannot \w+ |to )?file \"([^\"\n]{2,200})\"", r"(?:open\(\) |could not (?:write|open|create|access)[^\"]{0,40}|cannot (?:open|load|access)[^\"]{0,40}|directory |file )\"?(/[\w./%-]+)", r"\"(/[\w./%-]{2,200})\"", r"(?<=[\s'(])(/[\w.-]+(?:/[\w.-]+)+)", attributes="file.path"),
    _kind(r"\b(client|caller|source ip|ips?|visitor)\b|客户端|来源 ?ip|哪个 ?ip|谁(发|访问|请求)的", r"client: (\S+?),", r"\[client ([^\]]+)\]", r"from (\d{1,3}(?:\.\d{1,3}){3})", attributes="client.address"),
    _kind(r"\b(upstream|backend|server|host|address|node|database|db)s?\b|上游|后端|服务器|主机|哪台|地址", r"upstream: \"([^\"]+)\"", r"[Ss]erver (\S+/\S+) is", r"(?:connect to|connecting to|connection to server at|ECONNREFUSED) \"?([\w.:\[\]-]+)\"?(?:, port (?:\d+))?", r"(?<=[\w:,\"=] )(?<!client )(?<!client: )(?<!from )(\d{1,3}(?:\.\d{1,3}){3}:\d{2,5})", attributes="server.address"),
    _kind(r"\b(users?|accounts?|login|role)\b|用户|账号|哪个角色", r"user[ =]'?\"?([\w@.'-]+)", r"for (?:invalid user )?(\w[\w-]*) from", r"role \"([^\"]+)\"", attributes="user.name db.user"),
    _kind(r"\b(size|large|big|bytes|limit|maximum|max|threshold)\b|多大|大小|上限|限制|阈值", r"((?:body|size|limit|usage|of|memory)[^\d\n]{0,12}\d[\d,.]* ?(?:bytes|kB|KB|MB|MiB|GiB|GB|B)\b)", r"(limit \d+\w*)", r"(\w+ setting \(\d+\))", r"(\d+ worker_connections)", r"(\w*_?max_\w+ ?[=(]? ?\d*)", attributes="limit"),
    _kind(r"\b(service|unit|program|module|package|library|table|column|gem)\b|哪个(服务|程序|模块|包|库|表|单元)|缺(哪个|什么)", r"([\w@.-]+\.service)", r"module named '?([\w.]+)'?", r"Cannot find module '([^']+)'", r"relation \"([^\"]+)\"", r"(\w[\w-]*)\[\d+\]:", attributes="service.name"),
    _kind(r"\bcontainers?\b|\bpods?\b|容器", r"docker-([0-9a-f]{12,64})", r"pod[ /\"=]{1,2}([\w-]+)", attributes="container.id k8s.pod"),
    _kind(r"exit (code|status)|signal|退出码|信号", r"(signal \d+ ?\(?(?:SIG[A-Z]+)?\)?)", r"(exit(?:ed)? (?:with )?(?:code|status) \d+)", r"(SIG[A-Z]{3,6})"),
)  # fmt: skip
_WHICH = re.compile(
    r"\b(which|what|whats|what's|whose|who|where|how (big|large))\b|哪|什么|多大|多少|谁|卡在", re.IGNORECASE
)


def values(asked: Question) -> list[str] | None:
    """The values of the kind that the question asks for, with their lines; None when no line holds one."""
    if not _WHICH.search(asked.text):
        return None
    for kind in KINDS:
        if kind.asked.search(asked.text) and (rows := _rows(asked, kind)):
            return rows
    return None


def _rows(asked: Question, kind: Kind) -> list[str]:
    found: dict[str, list[Evidence]] = {}
    for evidence in _lines(asked):
        for value in _in(evidence.text, kind):
            found.setdefault(value, []).append(evidence)
    if not found:
        return []
    rows = [f"- `{code(value)}` {cite(lines[:6])}" for value, lines in list(found.items())[:MOST]]
    shown = list(dict.fromkeys(item for lines in found.values() for item in lines))
    if len(shown) <= FEW:  # few enough to be read whole
        rows += [f"  - `{code(item.text.split(chr(10))[0])}` {cite([item])}" for item in shown]
    return rows + (["- " + phrase("more_values", asked.language, n=len(found) - MOST)] if len(found) > MOST else [])


def _in(text: str, kind: Kind) -> list[str]:
    """All values of a line by the first form that fits it."""
    for form in kind.forms:
        if values_found := [match[1].strip(" \"'") for match in form.finditer(text)]:
            return list(dict.fromkeys(values_found))
    return []


def _lines(asked: Question) -> list[Evidence]:
    """The lines of the finding in question, of the symptoms, then of every error."""
    findings: list[Finding] = [
        item for item in (named_finding(asked), focus(asked), *symptoms(asked)) if item is not None and item.observed
    ]
    rows = [item for finding in findings for item in finding.evidence]
    if asked.sources and quick(asked.sources):
        errors = look(asked.sources, _is_bad)
        rows += [event.evidence for event in errors.kept]
    return list(dict.fromkeys(rows))


def _is_bad(event: Event) -> bool:
    return event.severity >= Severity.WARN


def spoken_of(asked: Question, words: Sequence[str]) -> list[str]:
    """Lines in which most of these words stand, best first."""
    if not quick(asked.sources):
        return []
    low = [word.lower() for word in words]
    scored: list[tuple[int, Event]] = []

    def score(event: Event) -> bool:
        text = event.evidence.text.lower()
        hits = sum(word in text for word in low)
        if hits:
            scored.append((hits, event))
        return False

    look(asked.sources, score)
    best = max((hits for hits, _ in scored), default=0)
    if best * 2 < len(low) or not best:
        return []
    chosen = [event for hits, event in scored if hits == best]
    rows = [phrase("speak_of_it", asked.language, n=len(chosen))]
    return rows + [
        f"- {cite([event.evidence])} `{code(event.evidence.text.split(chr(10))[0])}`" for event in chosen[:MOST]
    ]
