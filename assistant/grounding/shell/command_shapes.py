"""What makes a line a command: the form of its words, for text that nothing else marks as one.

`free -h` is a command; `free memory`, `/var/log/syslog`, `nginx worker` and `proxy_read_timeout 60s` are none.
"""
# ruff: noqa: E501 - patterns and lists of words stay whole

from __future__ import annotations

import re

from assistant.grounding.lookalikes import fold
from assistant.grounding.shell import programs
from assistant.grounding.shell.kinds import Kind
from assistant.grounding.shell.wrapper_shapes import SHELLS
from assistant.grounding.shell.wrappers import wraps
from assistant.intake.lazily import lazily

REDIS_PROMPT = lazily(r"[ \t]*(?:redis )?[\w.-]{1,60}:\d{1,5}(?:\[\d+\])?>[ \t]*")
_SQL_START = lazily(
    r"\s*(?:select\s[\s\S]{0,2000}?\bfrom\s|select\s+[\w.]+\s*\(|with\s+\w+\s+as\s*\(|drop\s+(?:table|database|schema|index|user|role|view|function|owned|trigger|tablespace)\b"
    r"|truncate\s+(?:table\s+)?[a-z_\"`]\w*\s*(?:;|,|$|cascade|restart)|delete\s+from\s|update\s+\S+\s+set\s|insert\s+into\s|replace\s+into\s"
    r"|alter\s+(?:system|table|user|role|database|index|event|view)\b|set\s+(?:global|session|persist|local)\b"
    r"|show\s+(?:variables|status|global|full|processlist|engine|grants|binary|create|tables|databases|index|slave|replica|master|all|work_mem|max_\w+|shared_\w+|\w+_timeout|\w+_connections|\w+_mem)\b"
    r"|kill\s+(?:query\s+|connection\s+)?\d+\s*;|vacuum\b(?:\s+(?:full|analyze|verbose)|\s*\(|\s*;|\s*$)|explain\s+(?:analyze\s+)?(?:select|update|delete|insert|\()|purge\s+(?:binary|master)\b|reset\s+(?:master|slave|replica)\b|flush\s+(?:tables|privileges|logs|hosts|status|binary)\b"
    r"|grant\s+\S[\s\S]{0,200}?\bto\s|revoke\s+\S[\s\S]{0,200}?\bfrom\s|create\s+(?:table|index|user|role|database|extension|or|unique|view|function|trigger)\b|optimize\s+table\s|repair\s+table\s|reindex\s+(?:table|index|database|schema|system)\s|lock\s+table|copy\s+\S+\s+(?:from|to)\s|merge\s+into\s|comment\s+on\s|\\(?:d\w*\+?|l\+?|x|dt|copy|password|conninfo|!|i)(?:\s|$))",
    re.IGNORECASE,
)
_REDIS = lazily(
    r"(?:FLUSH(?:ALL|DB)|CONFIG (?:SET|GET|REWRITE|RESETSTAT)|CLIENT (?:LIST|KILL|PAUSE|INFO)|SLOWLOG (?:GET|RESET|LEN)|MEMORY (?:USAGE|STATS|DOCTOR|PURGE)|DEBUG (?:SLEEP|SEGFAULT|OBJECT|FLUSHALL|RELOAD)"
    r"|SHUTDOWN(?: (?:NOSAVE|SAVE))?|BGSAVE|BGREWRITEAOF|DBSIZE|INFO(?: [a-z]+)?|KEYS \S+|SCAN \d+|UNLINK \S+|DEL \S+|LATENCY [A-Z]+|ACL [A-Z]+|CLUSTER [A-Z]+|SCRIPT (?:FLUSH|KILL)|REPLICAOF \S+ \S+|SLAVEOF \S+ \S+)(?: .*)?"
)
# Words of English (or of logs) that are programs too: only their arguments tell.
WORDS = frozenset(
    ["at", "batch", "cat", "cut", "date", "dir", "expand", "file", "find", "fold", "format", "free", "head", "help",
     "history", "host", "id", "info", "install", "join", "kill", "last", "less", "link", "local", "look", "make",
     "mail", "man", "more", "mount", "net", "nice", "open", "patch", "paste", "pass", "process", "route", "reset",
     "return", "script", "select", "service", "set", "shift", "size", "skill", "sleep", "sort", "source", "split",
     "start", "stat", "strings", "sync", "tail", "test", "time", "top", "touch", "trap", "type", "umount", "unset",
     "uptime", "use", "users", "wait", "watch", "where", "which", "who", "write", "yes", "true", "false", "read",
     "eval", "exec", "export", "echo", "export", "printf", "break", "continue", "exit", "command", "continue",
     "security", "status", "stop", "dd", "op", "k", "go", "ant", "thin", "fly", "fab", "god", "screen", "mc", "sc",
     "ed", "ex", "as", "w", "ar", "ps", "reg", "table", "let"]
)  # fmt: skip
_STOPWORDS = frozenset(
    ["the", "a", "an", "is", "was", "are", "were", "be", "been", "to", "of", "in", "on", "for", "and", "or", "not",
     "with", "has", "have", "had", "by", "from", "that", "this", "it", "its", "as", "at", "failed", "error",
     "errors", "process", "worker", "workers", "master", "daemon", "server", "service", "died", "killed", "crashed",
     "running", "stopped", "started", "log", "logs"]
)  # fmt: skip
_ASKS = frozenset(["which", "whereis", "type", "pgrep", "pidof", "man", "command"])
_GROUPS = frozenset(
    ["container", "image", "volume", "network", "system", "node", "pod", "pods", "service", "nodes", "images"]
)  # `docker container` names a thing
_LEAVES = frozenset(["exit", "return", "break", "continue"])  # said of processes too
_OPENS = frozenset(["if", "for", "while", "until", "case"])
SHORT = 4  # words; a longer line without any mark of a command line is a sentence
_ALONE = frozenset(
    ["reboot", "poweroff", "halt", "shutdown", "sync", "dmesg", "lsblk", "uptime", "vmstat", "iostat", "htop",
     "nvidia-smi"]
)  # fmt: skip
ARGUMENT = lazily(
    r"--?[A-Za-z0-9?]|[~.]?/|\.\.?$|\d+$|[<'\"$|>]|\*|\{|[\w.-]+=\S|\w+\.(?:service|log|conf|sh|py|sql|txt|ya?ml|json|gz|out|socket|timer)$|\w[\w.-]*:\w+|localhost|https?://|[A-Z_]{3,}$|@"
)
_PROGRAM = lazily(r"(?:\.{0,2}|~)?(?:/[\w.+-]+)+|[A-Za-z_][\w.+-]*|\[\[?|:|\.")
_ASSIGNMENTS = lazily(r"(?:[A-Za-z_]\w*=(?:'[^']*'|\"[^\"]*\"|[^\s'\"]*)\s+)+(?=\S)")
PROSE = lazily(r"[\u4e00-\u9fff，。！？；：]|[a-z]{2,}[.!?]\s+[A-Z]")


def looks_like_command(text: str) -> bool:
    """Whether a single line is a command."""
    line = text.strip()
    if not line or line.startswith("#"):
        return False
    if is_sql(line) or _REDIS().fullmatch(line):
        return True
    if re.match(r"\S*\(\)\s*\{|:?\s*>{1,2}\s*[/~.\w<]", line):
        return True
    pieces = re.split(r";|&&|\|\|?", line)[:20]
    return _is_piece(line) or (len(pieces) > 1 and any(_is_piece(piece) for piece in pieces))


def _is_piece(text: str) -> bool:
    """Whether a command begins here, behind assignments if there are any."""
    line = text.strip()
    match = _ASSIGNMENTS().match(line)
    rest = line[match.end() :] if match else line
    return _disguised(rest) or starts_program(fold(rest), assigned=match is not None)


def _disguised(line: str) -> bool:
    """A first word that only a shell makes sense of: `r''m -rf /`, `$(…) -rf /`, `{rm,-rf,/}`, `rm$IFS-rf`."""
    if re.match(r"\w+\$\{?IFS|\{\w+(?:,[^,\s{}]+)+\}\s*$", line):
        return True
    match = re.match(
        r"(?:\$\([^()]{1,200}\)|`[^`]{1,200}`|\$'[^']{1,80}'|\\?[\w'\"\\$/.?*{}]{1,80})\s+(?:--?[A-Za-z]|[/~]\w*)", line
    )
    return match is not None and re.search(r"['\"\\$`?*]", line[: match.end() - 1].split(maxsplit=1)[0]) is not None


def is_sql(text: str) -> bool:
    """Whether a text begins like a statement of SQL."""
    return _SQL_START().match(text) is not None


def redis_words(text: str) -> list[str] | None:
    """The words of a bare command of Redis, as its prompt takes them."""
    line = text.strip()
    prompt = REDIS_PROMPT().match(line)
    if prompt:
        return line[prompt.end() :].split() or None
    return line.split() if _REDIS().fullmatch(line) else None


def starts_program(line: str, *, assigned: bool = False, depth: int = 5) -> bool:
    """Whether the first word names a program and the rest are arguments; `assigned`: variables are set before it."""
    words = line.split()
    first = words[0] if words else ""
    name = first.rpartition("/")[2]
    if _PROGRAM().fullmatch(first) is None or name in _LEAVES:
        return False
    program, rest = programs.find(name), words[1:]
    if not rest:
        own = first.startswith(("./", "~/", "/")) and first.endswith(".sh")
        return first in _ALONE or own or (assigned and program is not None)
    if name in _OPENS and re.search(r"\b(?:then|do|in)\b", line):
        return True
    if wraps(name):
        return _wraps_program(name, rest, depth)
    if program is None:
        return _unknown(first, rest)
    return _takes(line, name, program, rest)


def _wraps_program(name: str, rest: list[str], depth: int) -> bool:
    """`sudo -u app id`, `timeout 5 df -h`, `bash run.sh`."""
    if any(ARGUMENT().match(word) for word in rest[:3]):
        return True
    if depth and starts_program(" ".join(rest), depth=depth - 1):
        return True
    return name in SHELLS and ARGUMENT().match(rest[-1]) is not None


def _takes(line: str, name: str, program: programs.Program, rest: list[str]) -> bool:
    """Whether the words behind a known program are its arguments."""
    if name in _ASKS and len(rest) == 1:
        return rest[0] not in _STOPWORDS
    if (name == "ps" and rest == ["aux"]) or "|" in rest or "&&" in rest:
        return True
    if any(ARGUMENT().match(word) for word in rest):
        return True
    if PROSE().search(re.sub(r"'[^']*'|\"[^\"]*\"|<[^<>]*>", "", line)):
        return False
    return _plain_words(name, program, rest)


def _plain_words(name: str, program: programs.Program, rest: list[str]) -> bool:
    """Whether words without any mark of a command line are arguments, and no sentence about the program."""
    if len(rest) == 1 and rest[0] in _GROUPS:
        return False
    if len(rest) == 1 and name not in WORDS and programs.names_word(program, rest):
        return True
    if _STOPWORDS & {word.lower() for word in rest}:
        return False
    if programs.names_word(program, rest[:3]):
        return len(rest) <= SHORT or name not in WORDS  # `service nginx restart`, no sentence
    if name in WORDS or program.starts_servers:
        return False
    reads = program.rows[0].kind is Kind.SAFE
    return reads or (not program.subcommands and len(rest) < SHORT)


def _unknown(first: str, rest: list[str]) -> bool:
    """A program that nothing is known of: an option right behind it, or a path of its own."""
    if first.startswith(("./", "~/")):
        return True
    if re.fullmatch(r"[A-Z][A-Za-z]*|\w+_\w+", first) and not first.startswith("/"):
        return False
    return re.match(r"--?[A-Za-z][\w-]*(?:=|$)", rest[0]) is not None or (
        rest[0] in {"|", "||", "&&"} and first.islower()
    )
