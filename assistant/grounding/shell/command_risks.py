"""What one simple command does, with all wrappers seen through.

Knowledge is in `programs.txt` and `special.py`; here is only how it is put together, and the cases in which nothing can
be known: programs that are computed, look-alike characters, environments that replace what is run.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.grounding.lookalikes import code_points, fold, suspects
from assistant.grounding.shell import programs, redirections
from assistant.grounding.shell.command_input import Inner, Verdict, with_input
from assistant.grounding.shell.command_words import Simple
from assistant.grounding.shell.kinds import WHY, Judged, Kind, worst
from assistant.grounding.shell.special import FINAL, SPECIAL
from assistant.grounding.shell.unquote import Word
from assistant.grounding.shell.wrappers import see_through
from assistant.i18n import Text

_DEEPEST = 12  # wrappers within wrappers; more is not written by anybody with good intentions
_SYSTEM_FOLDERS = re.compile(r"(?:/usr(?:/local)?)?/s?bin/|(?:\S*/)?(?:\.?venv|env)/bin/|/opt/[\w.-]+/bin/")
COMPUTED: Judged = (Kind.UNKNOWN, Text("what it runs is computed, and cannot be told from the text", "运行的内容是计算出来的，从文本看不出来"))  # fmt: skip  # noqa: E501 - one text
_OWN_FUNCTION: Judged = (Kind.UNKNOWN, Text("calls a function defined in the text", "调用文本里自己定义的函数"))
FORK_BOMB: Judged = (
    Kind.CHANGES,
    Text("starts copies of itself without end, until the machine hangs", "无限复制自己，直到机器卡死"),
)
_LEAKS: Judged = (Kind.CHANGES, Text("sends what another command prints to a server", "把另一条命令的输出发送给服务器"))
_ENVIRONMENT: Judged = (Kind.UNKNOWN, Text("changes which programs are run", "改变了实际运行的程序"))
BROKEN: Judged = (Kind.UNKNOWN, Text("is no complete shell command", "不是完整的 shell 命令"))
_BY_HAND: Judged = (Kind.UNKNOWN, Text("it is not known what this program does", "不清楚这个程序会做什么"))
_EMPTY_OUTPUT = frozenset([":", "true"])
_REPLACED = frozenset(
    ["LD_PRELOAD", "LD_LIBRARY_PATH", "LD_AUDIT", "PATH", "BASH_ENV", "ENV", "PROMPT_COMMAND", "IFS", "PAGER",
     "GIT_SSH_COMMAND", "GIT_PAGER", "PERL5OPT", "PYTHONSTARTUP", "SHELLOPTS"]
)  # fmt: skip
_NETWORK = frozenset(
    ["curl", "wget", "http", "https", "xh", "dig", "host", "nslookup", "ping", "nc", "ncat", "netcat", "telnet",
     "drill", "whois", "ssh", "scp"]
)  # fmt: skip


def judge(command: Simple, source: str, functions: frozenset[str], inner: Inner) -> Verdict:
    """The verdict on one command; `source` is it as it stands, `inner` judges the texts that it hands to shells."""
    verdict = _words(command.words, inner, functions, _DEEPEST)
    if command.piped or command.redirects:
        verdict = with_input(verdict, command, inner)
    empties = (
        not verdict.words
        or verdict.words[0] in _EMPTY_OUTPUT
        or verdict.words in {("cat", "/dev/null"), ("echo", "-n", ""), ("printf", "")}
    )
    for redirect in command.redirects:
        verdict = verdict.with_least(redirections.judge(redirect, empties=empties))
    if verdict.program in _NETWORK and any(
        word.dynamic and ("$(" in word.value or "`" in word.value or "<(" in word.value) for word in command.words
    ):
        verdict = verdict.with_least(_LEAKS)
    return _suspicious(verdict, source) if not command.broken else _suspicious(verdict, source).with_least(BROKEN)


def environment(names: Sequence[str]) -> Judged | None:
    """Whether setting these variables changes what is run."""
    return _ENVIRONMENT if _REPLACED & set(names) else None


def _suspicious(verdict: Verdict, source: str) -> Verdict:
    """Look-alike and invisible characters: never harmless, and at least what it looks like."""
    found = suspects(source)
    if not found:
        return verdict
    named = code_points(found[:4])
    why = Text(f"holds characters that are not what they seem: {named}", f"含有形似或不可见的字符：{named}")
    return verdict.with_least((Kind.UNKNOWN, why))


def _words(words: Sequence[Word], inner: Inner, functions: frozenset[str], depth: int) -> Verdict:
    if not words:
        return Verdict("", (), Kind.SAFE, WHY[Kind.SAFE])
    first = words[0]
    values = tuple(word.value for word in words)
    if first.dynamic or (any(mark in first.value for mark in "*?[{") and first.value not in {"[", "[["}):
        return Verdict(first.value, values, *COMPUTED)
    program, known_place = _name(first.value)
    if first.value in functions:
        return Verdict(first.value, values, *_OWN_FUNCTION)
    through = see_through(program, words) if depth else None
    if through is None:
        return Verdict(program, values, *_placed(_program(program, words[1:], inner), known_place))
    if through.script is not None:
        found = list(inner(through.script)) if depth else []
        dynamic = any(word.dynamic for word in words[1:]) and not found
        verdict = max(found, key=_badness, default=Verdict(program, values, *(COMPUTED if dynamic else through.own)))
    elif through.words:
        verdict = _words(through.words, inner, functions, depth - 1)
    else:
        return Verdict(program, values, *_placed(through.own, known_place))
    if not depth:
        verdict = verdict.with_least(COMPUTED)
    return verdict.with_least(through.own).with_least(_placed((Kind.SAFE, WHY[Kind.SAFE]), known_place))


def _badness(verdict: Verdict) -> int:
    return (Kind.SAFE, Kind.UNKNOWN, Kind.CHANGES, Kind.DESTROYS).index(verdict.kind)


def _name(value: str) -> tuple[str, bool]:
    """The program's name, and whether it comes from a place where the system's programs are."""
    folded = fold(value)
    base = folded.rpartition("/")[2].removesuffix(".exe")
    if "/" not in folded:
        return base, True
    if _SYSTEM_FOLDERS.match(folded) and ".." not in folded:
        return base, True
    return (base or folded), False


def _placed(judged: Judged, known_place: bool) -> Judged:
    return judged if known_place else worst(judged, _BY_HAND)


def _program(name: str, arguments: Sequence[Word], inner: Inner) -> Judged:
    """What the table and the special cases say."""
    values = [fold(word.value) for word in arguments]
    if name in {"eval", "alias", "trap"}:
        return _text_of(name, arguments, inner)
    if name in {"source", "."}:
        return Kind.UNKNOWN, Text("runs a script", "运行一个脚本")
    if name in {"exec", "command", "builtin"} and not [value for value in values if not value.startswith("-")]:
        return Kind.SAFE, WHY[Kind.SAFE]
    program = programs.find(name)
    if program is None:
        return Kind.UNKNOWN, WHY[Kind.UNKNOWN]
    if set(values) <= {"--help", "--version"} and values and len(values) == 1:
        return Kind.SAFE, Text("shows its help or version", "显示帮助或版本")
    special = SPECIAL.get(name)
    found = special(values) if special is not None else None
    table = _compose(name, values) or programs.judge(program, values)
    if found is None:
        return _computed(program, arguments, table)
    final = name in FINAL or table[0] is Kind.UNKNOWN
    return _computed(program, arguments, found if final else worst(found, table))


def _compose(name: str, values: Sequence[str]) -> Judged | None:
    """`docker compose` is docker-compose."""
    words = [value for value in values if not value.startswith("-")]
    if name in {"docker", "podman"} and words[:1] == ["compose"]:
        program = programs.find("docker-compose")
        return programs.judge(program, values[values.index("compose") + 1 :]) if program else None
    return None


def _computed(program: programs.Program, arguments: Sequence[Word], judged: Judged) -> Judged:
    """Words that are computed could be any option: harmless only where the program has no harmful ones."""
    if judged[0] is not Kind.SAFE or not any(row.kind is not Kind.SAFE for row in program.rows):
        return judged
    if any(
        word.dynamic and not word.quoted and re.match(r"\$\(|`|\$\w+$|\$\{\w+\}$", word.value) for word in arguments
    ):
        return worst(judged, COMPUTED)
    return judged


def _text_of(name: str, arguments: Sequence[Word], inner: Inner) -> Judged:
    """`eval`, `alias` and `trap` hold a shell text; what is computed in it cannot be known."""
    texts = [word.value for word in arguments]
    if name == "alias":
        texts = [text.partition("=")[2] for text in texts]
    script = " ".join(texts[:1] if name == "trap" else texts)
    least = (Kind.SAFE, WHY[Kind.SAFE]) if name == "alias" and not script.strip() else COMPUTED
    return worst(least, *((verdict.kind, verdict.why) for verdict in inner(script)))


def self_calling(script_functions: frozenset[str], commands: Sequence[Simple]) -> bool:
    """Whether a function pipes into itself: a fork bomb."""
    return any(
        each.piped
        and each.words
        and each.words[0].value in script_functions
        and each.feeder.strip().startswith(each.words[0].value)
        for each in commands
    )
