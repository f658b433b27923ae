"""Commands and configuration of an answer: what they do, whether anything here gives them, whether they help.

What the report or an entry gives is right as it stands. Of the rest the reader is told what it does: that it is the
writer's own, that it changes or destroys something, that a placeholder is to be filled and with what, that a pid or port
in it is none of this incident.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from assistant.grounding.claims import Claim, Verdict
from assistant.grounding.ground import Ground, folded
from assistant.grounding.looking import in_lines, rare
from assistant.grounding.passages import Passage
from assistant.grounding.quotes import find
from assistant.grounding.remedies import reason, remedies_in
from assistant.grounding.stance import is_warning
from assistant.grounding.value import Kind as ValueKind
from assistant.grounding.value import Value
from assistant.grounding.values import values
from assistant.i18n import Text
from assistant.model import Fact

if TYPE_CHECKING:
    from assistant.grounding.shell.commands import Command, Directive

SHELL = frozenset(["bash", "sh", "shell", "console", "zsh", "shell-session", "terminal", "cmd", "powershell"])
CONFIG = frozenset(["nginx", "yaml", "yml", "ini", "toml", "conf", "sql", "apache", "properties", "systemd", "json", "dockerfile", "env", "service", "cfg", "hcl"])  # fmt: skip
_TEMPLATE = re.compile(r"\\\{[a-z_](?:[\w+|:]|\\.)*\\\}|<[^<>]*>")
_DOTS = re.compile(r"[\s.…·*-]+")  # the shape of a line, not `. file`
_COMMENT = re.compile(r"(?m)(?:^|\s)#[^\n]*")
_VERDICTS = {
    "read-only": Verdict.NOTED,
    "changes state": Verdict.WARNED,
    "destroys data": Verdict.UNSUPPORTED,
    "unknown": Verdict.UNSUPPORTED,
}
_ANYWHERE = ("0.0.0.0", "::", "127.0.0.1", "::1", "127.0.0.11")  # noqa: S104 - compared with, not bound to
_FILLS = (
    (r"pid|进程号", ("process.pid",)),
    (r"port|端口", ("upstream.port", "server.port")),
    (r"process|program|进程|程序", ("process.executable.name",)),
    (r"container|容器", ("container.name",)),
    (r"unit|service|服务", ("systemd.unit", "unit")),
    (r"path|url|uri|接口|route|endpoint", ("url.path",)),
    (r"host|ip|addr|地址|主机", ("upstream.address",)),
)


def of_block(passage: Passage, ground: Ground) -> Iterator[Claim]:
    """The commands or directives of a block of code."""
    from assistant.grounding.shell.commands import commands, directives  # noqa: PLC0415 - only where there are any

    warned = is_warning("", passage)
    if passage.info in CONFIG:
        for directive in directives(passage.text, passage.info):
            yield from _directive(directive, passage.start, ground, warned=warned)
        return
    for command in commands(passage.text, passage.info):
        yield from _command(command, passage.start, ground, warned=warned)


def of_inline(text: str, start: int, ground: Ground, *, warned: bool) -> Iterator[Claim] | None:
    """The commands in inline code; None when it is no command."""
    from assistant.grounding.shell.commands import commands, directives, is_command  # noqa: PLC0415 - as above

    if _DOTS.fullmatch(text):
        return None
    if given(text, ground):
        return iter([Claim("command", text, start, start + len(text), Verdict.SUPPORTED)])
    if is_command(text):
        return (claim for command in commands(text) for claim in _command(command, start, ground, warned=warned))
    if not find(text, ground) and re.search(r"^[a-z_]\w*\s+\S.*;\s*$|^[A-Za-z_][\w.-]*\s*[:=]\s*\S+$", text):
        return (claim for one in directives(text) for claim in _directive(one, start, ground, warned=warned))
    return None


def _command(command: Command, offset: int, ground: Ground, *, warned: bool) -> Iterator[Claim]:
    start, end = offset + command.start, offset + command.end
    if given(command.text, ground):
        yield Claim("command", command.text, start, end, Verdict.SUPPORTED)
        return
    if warned and _warned_of(command.text, ground):
        yield Claim("command", command.text, start, end, Verdict.SUPPORTED)
        return
    bare = _COMMENT.sub("", command.text)
    for remedy, _, _ in remedies_in(bare, ground, command=True):
        yield Claim("remedy", command.text, start, end, Verdict.CONTRADICTED, reason(remedy), remedy.evidence)
        return
    for wrong in _strange_values(bare, ground):
        yield Claim("command", command.text, start, end, Verdict.UNSUPPORTED,
                    Text(f"{wrong} is not in the logs", f"日志里没有 {wrong}"))  # fmt: skip
        return
    verdict, because = _judged(command, bare, ground)
    yield Claim("command", command.text, start, end, verdict, because)


def _judged(command: Command, bare: str, ground: Ground) -> tuple[Verdict, Text]:
    from assistant.grounding.shell.commands import Kind  # noqa: PLC0415 - as above

    filled = _filled(command.placeholders, ground)
    again = _asks_again(bare, ground)
    what = {
        Kind.SAFE: Text("read-only; not from the knowledge base", "只读；不是知识库里的命令"),
        Kind.CHANGES: Text(f"changes state: {command.why.en}; nothing here gives this command", f"会改动系统：{command.why.zh}；这里没有依据给出这条命令"),
        Kind.DESTROYS: Text(f"DESTROYS DATA: {command.why.en}; nothing here asks for it", f"会毁掉数据：{command.why.zh}；这里没有任何依据要求这样做"),
        Kind.UNKNOWN: Text("unknown what it does; nothing here gives this command", "不知道它会做什么；这里没有依据给出这条命令"),
    }[command.kind]  # fmt: skip
    verdict = _VERDICTS[command.kind.value]
    extra = [text for text in (again, filled) if text is not None]
    return verdict, Text(
        "; ".join([what.en, *(text.en for text in extra)]), "；".join([what.zh, *(text.zh for text in extra)])
    )


def _directive(directive: Directive, offset: int, ground: Ground, *, warned: bool) -> Iterator[Claim]:
    start, end = offset + directive.start, offset + directive.end
    if given(directive.text, ground):
        yield Claim("command", directive.text, start, end, Verdict.SUPPORTED)
        return
    if warned and _warned_of(directive.name, ground):
        yield Claim("command", directive.text, start, end, Verdict.SUPPORTED)
        return
    for remedy, _, _ in remedies_in(f"{directive.name} {directive.value}", ground, command=True):
        yield Claim("remedy", directive.text, start, end, Verdict.CONTRADICTED, reason(remedy), remedy.evidence)
        return
    yield Claim("command", directive.text, start, end, Verdict.WARNED,
                Text("changes the configuration; nothing here gives this setting", "会改动配置；这里没有依据给出这个设置"))  # fmt: skip


def given(text: str, ground: Ground) -> bool:
    """Whether the report or an entry gives this command, alone or as a part of a longer one."""
    wanted = folded(_COMMENT.sub("", text)).removeprefix("sudo ").rstrip(";")
    if not wanted:
        return True
    for pattern in _givens(ground.commands):
        match = pattern.fullmatch(wanted)
        if match and all(_known_word(word, ground) for word in match.groups()):
            return True
    return False


def _known_word(word: str, ground: Ground) -> bool:
    """What stands in the place of a placeholder: another placeholder, or something that the incident knows."""
    plain = word.strip("'\"")
    if re.fullmatch(r"[<{].*[>}]", plain):
        return True
    return ground.lines.has(plain) or any(plain in one.text for one in ground.statements)


def _warned_of(text: str, ground: Ground) -> bool:
    """Whether an entry warns of just this."""
    plain = folded(text)
    return any(plain in one.text for one in ground.statements if one.origin in ("useless", "answer", "entry"))


@lru_cache(maxsize=8)
def _givens(commands: frozenset[str]) -> tuple[re.Pattern[str], ...]:
    """Each command, and each simple command in it, with its placeholders open."""
    from assistant.grounding.shell.commands import commands as simple  # noqa: PLC0415 - as above

    texts: set[str] = set()
    for command in commands:
        bare = folded(_COMMENT.sub("", command)).removeprefix("$ ").removeprefix("sudo ")
        texts.add(bare.rstrip(";"))
        texts |= {folded(part.text).removeprefix("sudo ") for part in simple(command)}
        texts |= {folded(part) for part in re.split(r"\s(?:&&|\|\||;)\s", bare)}
    return tuple(
        re.compile(_TEMPLATE.sub(r"([^\\s|;&`]+|'[^']*')", re.escape(text)))
        if "{" in text
        else re.compile(re.escape(text))
        for text in texts
        if text
    )


def _strange_values(text: str, ground: Ground) -> Iterator[str]:
    """Addresses, pids and ports in a command that the incident does not know.

    Times need no line of their own: a window around a failure begins before it.
    """
    for value in values(text):
        if not _is_bound(value):
            continue
        known = any(value.meets(other) for statement in ground.statements for other in statement.values)
        if not known and in_lines(value, text, frozenset(), ground) is None:
            yield value.text


def _is_bound(value: Value) -> bool:
    """Whether a value ties a command to one host or process: then it must be one of this incident."""
    if value.kind is ValueKind.ADDRESS:
        host, _, port = value.key.partition("|")
        return bool(port) or host not in _ANYWHERE
    if value.kind is not ValueKind.NUMBER:
        return False
    return value.role in ("pid", "port") or (rare(value) and value.key.isdigit())


def _filled(placeholders: tuple[str, ...], ground: Ground) -> Text | None:
    """What stands for a placeholder, where the facts have one value for it only."""
    parts = []
    for placeholder in placeholders:
        for pattern, names in _FILLS:
            if re.search(pattern, placeholder, re.IGNORECASE):
                found = {str(value) for fact in ground.report.facts for value in _values_of(fact, names)}
                if len(found) == 1:
                    parts.append((placeholder, found.pop()))
                break
    if placeholders and not parts:
        listed = ", ".join(placeholders)
        return Text(f"fill in {listed}: the logs do not say it", f"{listed} 需要自己填：日志里没有")
    if not parts:
        return None
    said = ", ".join(f"{placeholder} = {value}" for placeholder, value in parts)
    return Text(f"here {said}", f"这里 {said}")


def _values_of(fact: Fact, names: tuple[str, ...]) -> Iterator[object]:
    for name in names:
        value = fact.attributes.get(name)
        if value not in (None, "") and not isinstance(value, tuple):
            yield value


def _asks_again(text: str, ground: Ground) -> Text | None:
    """A request that failed before may end the service once more."""
    if not re.search(r"\b(?:curl|wget|http|ab|wrk|hey)\b", text):
        return None
    paths = {str(fact.attributes.get("url.path", "")) for fact in ground.report.facts_of("upstream.request")}
    hit = next((path for path in paths if len(path) > 1 and path in text), None)
    return hit and Text(
        "this request failed before and may trigger the failure again", "这个请求失败过，手工再调用可能再次触发故障"
    )  # type: ignore[return-value]
