"""Programs whose arguments are a language of their own: scripts of sed and awk, what is copied where.

Each function takes the arguments (the words behind the program's name) and says what they do, or None when the table of
programs is all there is to say. Sources: dd(1), sed(1), tar(1), sysctl(8), ip(8); awk as in POSIX.
"""
# ruff: noqa: E501 - patterns stay whole

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from assistant.grounding.shell import redirections
from assistant.grounding.shell.databases import CLIENTS
from assistant.grounding.shell.kinds import Judged, Kind, worst
from assistant.grounding.shell.requesting import REQUESTS
from assistant.i18n import Text
from assistant.intake.lazily import lazily

_WRITES: Judged = (Kind.CHANGES, Text("writes a file", "写文件"))
_CODE: Judged = (Kind.UNKNOWN, Text("runs code", "会执行一段代码"))
_READS: Judged = (Kind.SAFE, Text("only reads", "只读"))
_OVERWRITES: Judged = (Kind.DESTROYS, Text("overwrites what it writes to", "覆盖写入目标"))
_EMPTIES: Judged = (Kind.DESTROYS, Text("empties a file", "清空文件"))
_LOST: Judged = (Kind.DESTROYS, Text("deletes files", "删除文件"))
_LIMIT: Judged = (Kind.CHANGES, Text("changes a limit of this shell", "修改当前 shell 的限制"))
_KERNEL: Judged = (Kind.CHANGES, Text("changes a kernel setting", "修改内核参数"))
_CLOCK: Judged = (Kind.CHANGES, Text("sets the clock", "修改系统时间"))


def dd(arguments: Sequence[str]) -> Judged:
    """Harmless only without an output, or into nothing."""
    outputs = [argument.partition("=")[2] for argument in arguments if argument.startswith("of=")]
    return _OVERWRITES if any(output not in {"/dev/null", "/dev/stdout"} for output in outputs) else _READS


def sysctl(arguments: Sequence[str]) -> Judged | None:
    """`name=value` writes, with or without -w."""
    return _KERNEL if any("=" in argument and not argument.startswith("--") for argument in arguments) else None


def date(arguments: Sequence[str]) -> Judged | None:
    """A bare number sets the clock."""
    given = [
        each
        for position, each in enumerate(arguments)
        if position == 0 or arguments[position - 1] not in {"-d", "-r", "--date", "-f"}
    ]
    return _CLOCK if any(re.fullmatch(r"\d{8,12}(?:\.\d\d)?", argument) for argument in given) else None


def ulimit(arguments: Sequence[str]) -> Judged:
    """A value sets the limit."""
    return (
        _LIMIT
        if any(re.fullmatch(r"\d+|unlimited|hard|soft|<.*>|\$.*", argument) for argument in arguments)
        else _READS
    )


def copying(arguments: Sequence[str]) -> Judged | None:
    """cp, mv, tee and the like: onto a disk, from nothing, or into the kernel."""
    paths = [argument for argument in arguments if not argument.startswith("-")]
    if paths[:1] == ["/dev/null"] and len(paths) > 1:
        return _EMPTIES
    if len(paths) > 1 and paths[-1] == "/dev/null":
        return None
    found = [judged for each in paths if (judged := redirections.path(each)) is not None]
    return worst(*found) if found else None


def move(arguments: Sequence[str]) -> Judged | None:
    """What is moved into nothing is gone."""
    paths = [argument for argument in arguments if not argument.startswith("-")]
    return _LOST if paths[-1:] == ["/dev/null"] else copying(arguments)


def tee(arguments: Sequence[str]) -> Judged | None:
    """Into nothing is nothing."""
    paths = [argument for argument in arguments if not argument.startswith("-")]
    if all(path == "/dev/null" for path in paths):
        return _READS
    return copying(arguments)


def sed(arguments: Sequence[str]) -> Judged | None:
    """`e` runs commands and `w` writes files, in a script or as a flag of `s`."""
    runs = lazily(r"(?:^|[;{}\n]|[\d$/])\s*e(?:\s|$)|([/|#,@!:])[gIipmM\d]*e[gIipmM\d]*\s*(?:[;}\n]|$)")
    writes = lazily(r"(?:^|[;{}\n]|[\d$/])\s*[wW]\s+[\w/.~]|[/|#,@!][gIipmM\d]*w\s+[\w/.~]")
    for argument in arguments:
        if argument.startswith("-") and not argument.startswith(("-e", "--expression")):
            continue
        if runs().search(argument):
            return _CODE
        if writes().search(argument):
            return _WRITES
    return None


def awk(arguments: Sequence[str]) -> Judged | None:
    """Pipes, `system()` and files in the program."""
    text = "\n".join(arguments)
    if re.search(r"system\s*\(|\bgetline\b|\|&?\s*\"|-f\b|-E\b|@load|-l\b", text):
        return _CODE
    return _WRITES if re.search(r"\bprintf?\b[^;}\n]*>>?\s*[\"\w(]", text) else None


def tar(arguments: Sequence[str]) -> Judged | None:
    """The letters may come without a dash."""
    letters = arguments[0].lstrip("-") if arguments and not arguments[0].startswith("--") else ""
    if "--checkpoint-action" in " ".join(arguments) or any(
        each.startswith(("--to-command", "--use-compress-program")) for each in arguments
    ):
        return _CODE
    return _READS if "t" in letters and not set("xcruA") & set(letters) and "--remove-files" not in arguments else None


def mount(arguments: Sequence[str]) -> Judged | None:
    """Without arguments, a list."""
    return None if [each for each in arguments if each not in {"-l", "-t", "-v"}] else _READS


def nothing_given(arguments: Sequence[str]) -> Judged | None:
    """Programs that only show something when they are given nothing."""
    return None if arguments else _READS


def ip(arguments: Sequence[str]) -> Judged | None:
    """`ip netns exec` without a command, and forms that only show."""
    words = [argument for argument in arguments if not argument.startswith("-")]
    return _READS if words and len(words) == 1 and words[0].startswith(("a", "l", "r", "n")) else None


def mkswap(arguments: Sequence[str]) -> Judged | None:
    """Onto a disk it overwrites; onto a file, which is made for it, it only writes."""
    paths = [argument for argument in arguments if not argument.startswith("-")]
    return _WRITES if paths and not any(path.startswith(("/dev/", "$", "<")) for path in paths) else None


def node(arguments: Sequence[str]) -> Judged | None:
    """An expression that only reads what node tells of itself."""
    if len(arguments) == 2 and arguments[0] in {"-p", "--print", "-e"}:  # noqa: PLR2004 - the option and the expression
        plain = r"(?:require\((?:'|\")(?:v8|os)(?:'|\")\)|process)(?:\.(?!exit|kill|abort|binding|dlopen|chdir|set)\w+(?:\(\))?)+(?:\s*[/*]\s*\d+)*"
        return _READS if re.fullmatch(plain, arguments[1]) else _CODE
    return None


SPECIAL: dict[str, Callable[[Sequence[str]], Judged | None]] = {
    **REQUESTS, **CLIENTS,
    "dd": dd, "sysctl": sysctl, "date": date, "ulimit": ulimit, "tar": tar, "mount": mount, "mv": move, "tee": tee, "ip": ip,
    **dict.fromkeys(("cp", "install", "rsync", "ln", "fallocate"), copying), **dict.fromkeys(("sed", "gsed"), sed),
    **dict.fromkeys(("awk", "gawk", "mawk", "nawk"), awk), **dict.fromkeys(("node", "nodejs"), node), "mkswap": mkswap,
    **dict.fromkeys(("swapon", "ifconfig", "route", "arp", "losetup", "systemctl"), nothing_given),
}  # fmt: skip
# Where these speak, the table has nothing to add.
FINAL = frozenset({*REQUESTS, "dd", "ulimit", "tar", "tee", "swapon", "mount", "ip", "mkswap"})
