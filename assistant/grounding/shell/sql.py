"""What a statement of SQL does: nothing but reading, a change, or a loss.

Sources: PostgreSQL, SQL Commands; MySQL 8 Reference Manual, SQL Statements.
"""

# ruff: noqa: E501 - patterns and lists of words stay whole

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.grounding.shell.kinds import Judged, Kind, worst
from assistant.i18n import Text
from assistant.intake.lazily import lazily

READS = Text("reads from the database", "读取数据库")
_WRITES = Text("changes the database", "修改数据库")
_SETTING = Text("changes a setting of the database", "修改数据库的设置")
_ENDS = Text("ends connections or queries of others", "中断其他连接或查询")
_LOSES = Text("deletes data of the database", "删除数据库里的数据")
_ALL_ROWS = Text("changes or deletes every row of the table", "修改或删除表里的所有行")
_CODE = Text("runs a program or code", "会执行程序或代码")
_LOCKS = Text("locks rows or tables", "会锁住行或表")
_STRANGE = Text("it is not known what this does", "不清楚这会做什么")

_TOKEN = lazily(
    r"""'(?:[^'\\]|''|\\.)*'?|"(?:[^"]|"")*"?|\$(\w*)\$|--[^\n]*|\#[^\n]*|/\*!?\d*|\*/|;|[^'"$\-\#/*;]+|.""", re.DOTALL
)
_SAFE = frozenset(
    ["select", "show", "explain", "describe", "desc", "values", "table", "with", "help", "use", "begin", "commit",
     "end", "rollback", "status", "start"]
)  # fmt: skip
_LOSE = frozenset(["drop", "truncate", "purge", "delete"])
_CHANGE = frozenset(
    ["insert", "replace", "merge", "create", "alter", "grant", "revoke", "comment", "reindex", "cluster", "vacuum",
     "analyze", "refresh", "optimize", "repair", "rename", "load", "lock", "import", "checkpoint", "notify", "security",
     "install", "uninstall", "unlock", "upsert", "cancel", "system", "attach", "detach", "discard", "stop", "flush",
     "change", "shutdown", "restart"]
)  # fmt: skip
_FUNCTIONS: tuple[tuple[str, Kind, Text], ...] = (
    (r"pg_drop_replication_slot|lo_unlink|dropgeometrytable", Kind.DESTROYS, _LOSES),
    (r"pg_terminate_backend|pg_cancel_backend", Kind.CHANGES, _ENDS),
    (r"pg_reload_conf|set_config|pg_rotate_logfile|pg_switch_wal|pg_promote|setval|nextval|pg_stat_reset\w*|pg_create_\w+|pg_replication_\w+|pg_logical_\w+|pg_advisory_\w*lock\w*|pg_wal_replay_\w+|release_lock|get_lock", Kind.CHANGES, _SETTING),
    (r"pg_read_\w*file|pg_ls_dir|lo_export|lo_import|dblink\w*|pg_execute_server_program|load_file|sys_exec|sys_eval|xp_cmdshell|query_to_xml|load_extension", Kind.UNKNOWN, _CODE),
    (r"pg_sleep\w*|benchmark", Kind.CHANGES, Text("holds a connection busy", "会占住一个连接")),
)  # fmt: skip
_META = {"d": Kind.SAFE, "l": Kind.SAFE, "x": Kind.SAFE, "conninfo": Kind.SAFE, "timing": Kind.SAFE, "pset": Kind.SAFE, "c": Kind.SAFE, "q": Kind.SAFE, "z": Kind.SAFE, "sf": Kind.SAFE, "sv": Kind.SAFE, "echo": Kind.SAFE, "h": Kind.SAFE, "watch": Kind.UNKNOWN, "password": Kind.CHANGES, "copy": Kind.CHANGES}  # fmt: skip


def statements(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and the bare text of each statement: strings as `''`, comments left out.

    What MySQL runs although it stands in a comment (`/*! … */`) is kept.
    """
    bare: list[str] = []
    start, comment, dollar = -1, False, ""
    for match in _TOKEN().finditer(text):
        piece = match[0]
        if comment:
            comment = piece != "*/"
            continue
        if dollar:
            dollar = "" if piece == dollar else dollar
            continue
        if piece == ";":
            if start >= 0:
                yield start, match.start(), "".join(bare)
            bare, start = [], -1
            continue
        if start < 0 and piece.strip() and not piece.startswith(("--", "#", "/*")):
            start = match.start() + len(piece) - len(piece.lstrip())
        if piece.startswith("/*"):
            comment = not piece.startswith("/*!")
            start = match.start() if start < 0 and not comment else start
        elif piece.startswith("$") and piece.endswith("$") and len(piece) > 1:
            dollar = piece
            bare.append("''")
        else:
            bare.append(_shown(piece))
    if start >= 0:
        yield start, len(text.rstrip()), "".join(bare)


def _shown(piece: str) -> str:
    if piece.startswith("--") or (piece.startswith("#") and len(piece) > 1):
        return " "
    return "''" if piece[0] == "'" and len(piece) > 1 else piece


def judge(text: str) -> Judged:
    """The worst of all statements of a text."""
    found: Judged = (Kind.SAFE, READS)
    for _, _, bare in statements(text):
        found = worst(found, judge_one(bare))
    return found


def judge_one(bare: str) -> Judged:
    """One statement, without strings and comments."""
    words = lazily(r"[a-z_]\w*|\\[\w!+]+", re.IGNORECASE)().findall(bare.strip())
    if not words:
        return Kind.SAFE, READS
    first = words[0].lower()
    if first.startswith("\\"):
        return _meta(first[1:])
    lowered = [word.lower() for word in words]
    found = _by_first(first, lowered, bare)
    for pattern, kind, why in _FUNCTIONS:
        if lazily(rf"\b(?:{pattern})\s*\(", re.IGNORECASE)().search(bare):
            found = worst(found, (kind, why))
    return found


def _meta(name: str) -> Judged:
    """The own commands of psql; those that run what they are given are unknown."""
    letters = name.rstrip("+S")
    kind = _META.get(letters) or (Kind.SAFE if letters[:1] == "d" and letters.isalpha() else Kind.UNKNOWN)
    return kind, {Kind.SAFE: READS, Kind.CHANGES: _WRITES}.get(kind, _CODE)


def _by_first(first: str, words: list[str], bare: str) -> Judged:
    if first in {"update", "delete"} and "where" not in words:
        return Kind.DESTROYS, _ALL_ROWS
    if (
        first in _LOSE
        or (first == "alter" and "drop" in words)
        or (
            first == "reset"
            and words[1:2] != ["query"]
            and len(words) > 1
            and words[1] in {"master", "slave", "binary", "replica", "persist"}
        )
    ):
        return Kind.DESTROYS, _LOSES
    if first in {"set", "reset"} or words[:2] == ["alter", "system"]:
        return Kind.CHANGES, _SETTING
    if first == "kill":
        return Kind.CHANGES, _ENDS
    if first in _CHANGE or first == "update":
        return Kind.CHANGES, _WRITES
    if first == "explain" and "analyze" in words:
        inner = next((word for word in words[1:] if word in {"insert", "update", "delete", "merge", "create"}), "")
        return (Kind.CHANGES, _WRITES) if inner else (Kind.SAFE, READS)
    if first == "copy":
        return (Kind.UNKNOWN, _CODE) if "program" in words else (Kind.CHANGES, _WRITES)
    if first in {"call", "do", "execute", "exec", "prepare", "perform"}:
        return Kind.UNKNOWN, _CODE
    return _reading(first, words, bare)


def _reading(first: str, words: list[str], bare: str) -> Judged:
    if first not in _SAFE:
        return Kind.UNKNOWN, _STRANGE
    if first in {"with", "explain"}:
        hidden = [word for word in words if word in {"insert", "update", "delete", "merge", "drop", "truncate"}]
        if hidden and first == "with":
            return _by_first(hidden[0], words, bare)
    if lazily(r"\binto\s+(?:outfile|dumpfile|table\b|temp\b|unlogged\b|[\w.\"]+\s+from\b)", re.IGNORECASE)().search(
        bare
    ):
        return Kind.CHANGES, _WRITES
    if first in {"select", "with", "table", "values"} and lazily(
        r"\bfor\s+(?:no\s+key\s+)?(?:update|share|key\s+share)\b|\block\s+in\s+share\b", re.IGNORECASE
    )().search(bare):
        return Kind.CHANGES, _LOCKS
    return Kind.SAFE, READS
