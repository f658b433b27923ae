"""Places in a command that the reader has to fill in: `<pid>`, `YOUR_SERVICE`, `xxx`, `{name}`, `$NAME`, `你的服务名`.

What looks like one and is none: redirections, shell patterns (`[0-9]*`), brace lists, format strings, awk programs.
"""

from __future__ import annotations

from assistant.intake.lazily import lazily

# A redirection has a space or a path behind it, or a system folder behind what looks like a closing bracket.
ANGLE = lazily(
    r"(?<![<&\d])<(?![\s<(&/.~$])[^<>|;&`$()\n\"']{0,60}[^<>|;&`$()\n\"'\s](?:'[^'\n]{0,20}')?>"
    r"(?!>|\s?/(?:dev|proc|sys|etc|boot|var|usr|bin|home|root)\b|&)"
)
_BRACED = lazily(r"(?<![{$%@\\])\{[A-Za-z_\u4e00-\u9fff][\w. -]{0,40}(?:[+-]\d+[smhd])?\}(?!\})")
_NAMED = lazily(
    r"(?<![\w-])(?i:your|my)[-_][A-Za-z0-9][\w-]*|\byour[A-Z]\w*|\bYOUR[A-Z]\w*|(?<![\w.])[xX]{3,}(?![\w.])"
    r"|(?<![\w.])[xX]{1,3}(?:\.[xX]{1,3}){3}(?![\w.])|\b(?:CHANGE_?ME|REPLACE_?(?:ME|THIS)|PLACEHOLDER|TODO|FIXME)\b"
    r"|(?<![\w$%{-])(?:[A-Z]+_)?(?:PID|SERVICE|SERVICE_NAME|CONTAINER|POD|NAMESPACE|HOSTNAME|USERNAME|PASSWORD|PORT|[A-Z]+_(?:ID|NAME|IP|HOST|PORT))(?![\w=:(-])"
    r"|…|(?<![.\w])\.\.\.(?![.\w/])"
)  # fmt: skip
_HAN = lazily(
    r"[\w./-]*(?:你的|您的|某个?|对应的?|实际的?)[\u4e00-\u9fffA-Za-z0-9_-]+|[\u4e00-\u9fff]{0,8}(?:服务名?|进程名?|进程号|端口号?|容器名?"
    r"|名称|名字|路径|文件名|目录|地址|用户名?|主机名?|密码|数据库名?|域名|设备名?|命名空间|编号)[\u4e00-\u9fff]{0,4}"
)
_SQUARE = lazily(r"\[[A-Za-z\u4e00-\u9fff][A-Za-z\u4e00-\u9fff _]{2,30}\]")
_VARIABLE = lazily(r"\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))")
# Set by every shell or login.
_KNOWN = frozenset(
    ["HOME", "USER", "PATH", "PWD", "OLDPWD", "HOSTNAME", "SHELL", "RANDOM", "SECONDS", "UID", "EUID", "PPID",
     "LANG", "LOGNAME", "TMPDIR", "EDITOR", "TERM", "IFS", "LINENO", "HOSTTYPE", "OSTYPE", "MACHTYPE", "BASHPID",
     "BASH_VERSION", "XDG_RUNTIME_DIR", "REPLY", "OPTARG", "OPTIND", "PIPESTATUS", "COLUMNS", "LINES", "MAINPID",
     "XDG_CONFIG_HOME"]
)  # fmt: skip


def placeholders(text: str, words: tuple[str, ...], assigned: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """What is to be filled in, each once. `text` is the command as it stands, `words` its words without quotes."""
    found: dict[str, None] = dict.fromkeys(match[0] for match in ANGLE().finditer(text))
    for word in words:
        found.update(dict.fromkeys(match[0] for match in ANGLE().finditer(word)))
        bare = ANGLE().sub(" ", word)
        if _SQUARE().fullmatch(bare):
            found[bare] = None
        if "print" not in bare:  # a program for awk
            found.update(dict.fromkeys(match[0] for match in _BRACED().finditer(bare)))
        if not any(mark in bare for mark in "|\\^"):  # a pattern to search for
            found.update(dict.fromkeys(match[0] for match in _NAMED().finditer(bare) if "XXXXXX" not in match[0]))
            if " " not in bare:
                found.update(dict.fromkeys(match[0] for match in _HAN().finditer(bare)))
    for match in _VARIABLE().finditer(_without_single_quotes(text)):
        name = match[1] or match[2]
        if name not in _KNOWN and name not in assigned:
            found[match[0]] = None
    return tuple(found)


def _without_single_quotes(text: str) -> str:
    """Nothing is expanded between single quotes."""
    return lazily(r"(?<![\\\w])'[^']*'")().sub("''", text) if "'" in text else text
