"""Clients of databases: what the statements that they are given do.

Sources: redis.io/commands, psql(1), mysql(1), sqlite3(1).
"""
# ruff: noqa: E501 - the commands of one kind are one row

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from assistant.grounding.shell import sql
from assistant.grounding.shell.kinds import Judged, Kind, worst
from assistant.i18n import Text

_READS: Judged = (Kind.SAFE, Text("only reads", "只读"))
_WRITES: Judged = (Kind.CHANGES, Text("writes a file", "写文件"))
_CODE: Judged = (Kind.UNKNOWN, Text("runs code", "会执行一段代码"))
_FEEDS: Judged = (Kind.CHANGES, Text("changes Redis", "改变 Redis 的状态"))
_SQL_FILE: Judged = (Kind.UNKNOWN, Text("runs the statements of a file", "会执行文件里的语句"))

_REDIS_READS = frozenset(
    ["PING", "INFO", "GET", "MGET", "EXISTS", "TTL", "PTTL", "TYPE", "STRLEN", "LLEN", "SCARD", "ZCARD", "HLEN",
     "HGET", "HGETALL", "HKEYS", "LRANGE", "SMEMBERS", "ZRANGE", "SCAN", "SSCAN", "HSCAN", "ZSCAN", "DBSIZE",
     "KEYS", "TIME", "LASTSAVE", "ROLE", "ECHO", "OBJECT", "XINFO", "XLEN", "XRANGE", "LOLWUT", "COMMAND",
     "RANDOMKEY", "GETRANGE", "LINDEX", "ZSCORE", "SISMEMBER", "HEXISTS", "AUTH", "SELECT", "HELLO", "SUBSCRIBE",
     "PSUBSCRIBE", "MONITOR"]
)  # fmt: skip
_REDIS_READS_WITH = {
    "CONFIG": {"GET"}, "CLIENT": {"LIST", "INFO", "ID", "GETNAME"}, "SLOWLOG": {"GET", "LEN"}, "LATENCY": {"LATEST", "HISTORY", "DOCTOR", "GRAPH"},
    "MEMORY": {"USAGE", "STATS", "DOCTOR", "MALLOC-STATS"}, "CLUSTER": {"INFO", "NODES", "SLOTS", "SHARDS", "KEYSLOT"}, "ACL": {"LIST", "WHOAMI", "LOG", "USERS", "CAT"},
    "SENTINEL": {"MASTERS", "MASTER", "REPLICAS", "SLAVES", "CKQUORUM", "GET-MASTER-ADDR-BY-NAME"}, "MODULE": {"LIST"}, "PUBSUB": {"CHANNELS", "NUMSUB", "NUMPAT"}, "DEBUG": {"OBJECT"},
}  # fmt: skip
_REDIS_LOSES = frozenset(
    ["FLUSHALL", "FLUSHDB", "DEL", "UNLINK", "HDEL", "SREM", "ZREM", "LTRIM", "SPOP", "LPOP", "RPOP", "XTRIM",
     "XDEL", "GETDEL", "RESTORE"]
)  # fmt: skip
_REDIS_VALUES = frozenset(
    ["-h", "-p", "-s", "-a", "-u", "-r", "-i", "-n", "-d", "-D", "-x", "--user", "--pass", "--cacert", "--cert",
     "--key", "--sni", "-t"]
)  # fmt: skip
_REDIS_UNKNOWN = frozenset(["EVAL", "EVALSHA", "FCALL", "SCRIPT", "FUNCTION"])


def redis(arguments: Sequence[str]) -> Judged | None:
    """redis-cli: the first words behind its options are the command."""
    words: list[str] = []
    position = 0
    while position < len(arguments):
        argument = arguments[position]
        if words or not argument.startswith("-"):
            words.append(argument)
        elif argument in _REDIS_VALUES:
            position += 1
        elif argument in {"--eval", "--pipe", "--rdb", "--functions-rdb", "--ldb", "--cluster"}:
            return redis_options(argument, arguments[position + 1 : position + 2])
        elif argument in {
            "--bigkeys",
            "--memkeys",
            "--hotkeys",
            "--stat",
            "--latency",
            "--latency-history",
            "--scan",
            "--version",
            "-v",
        }:
            return _READS
        position += 1
    return redis_command(words) if words else None


def redis_options(option: str, following: Sequence[str]) -> Judged:
    """What takes the place of a command."""
    if option == "--cluster":
        return (
            _READS
            if following and following[0] in {"check", "info"}
            else (Kind.CHANGES, Text("changes the cluster", "改变集群"))
        )
    return {"--rdb": _WRITES, "--functions-rdb": _WRITES, "--pipe": _FEEDS}.get(option, _CODE)


def redis_command(words: Sequence[str]) -> Judged:
    """One command of Redis."""
    upper = [word.upper() for word in words]
    first, second = upper[0], upper[1] if len(upper) > 1 else ""
    if (
        first in _REDIS_LOSES
        or (first == "DEBUG" and second in {"FLUSHALL", "SEGFAULT", "RELOAD"})
        or (first, second)
        in {
            ("CLUSTER", "RESET"),
            ("CLUSTER", "FLUSHSLOTS"),
            ("XGROUP", "DESTROY"),
            ("CONFIG", "RESETSTAT"),
            ("SLOWLOG", "RESET"),
        }
    ):
        return Kind.DESTROYS, Text("deletes data of Redis", "删除 Redis 里的数据")
    if (first, second) == ("CONFIG", "SET"):
        return _redis_setting(upper[2:])
    if first in _REDIS_READS or second in _REDIS_READS_WITH.get(first, ()):
        return Kind.SAFE, Text("reads from Redis", "读取 Redis")
    if first in _REDIS_UNKNOWN:
        return _CODE
    return Kind.CHANGES, Text("changes Redis", "改变 Redis 的状态")


def _redis_setting(words: Sequence[str]) -> Judged:
    """A policy that evicts keys, or a smaller limit under such a policy, loses data."""
    if "MAXMEMORY-POLICY" in words and not any(word == "NOEVICTION" for word in words):
        return Kind.DESTROYS, Text("lets Redis delete keys when its memory is full", "内存满时 Redis 会删除键")
    return Kind.CHANGES, Text("changes a setting of Redis", "修改 Redis 的设置")


def database(statement: frozenset[str], file_options: frozenset[str]) -> Callable[[Sequence[str]], Judged | None]:
    """A client that takes statements with an option, and files with another."""

    def look(arguments: Sequence[str]) -> Judged | None:
        found: Judged | None = None
        for position, argument in enumerate(arguments):
            name, equals, value = argument.partition("=")
            following = arguments[position + 1] if position + 1 < len(arguments) else ""
            clustered = re.fullmatch(r"-[A-Za-z]+", argument) is not None and f"-{argument[-1]}" in statement
            if name in statement or clustered:
                found = _merge(found, sql.judge(value if equals else following))
            elif argument[:2] in statement:
                found = _merge(found, sql.judge(argument[2:]))
            elif name in file_options:
                found = _merge(found, _SQL_FILE)
        return found

    return look


def _merge(first: Judged | None, second: Judged | None) -> Judged | None:
    return second if first is None else first if second is None else worst(first, second)


def sqlite(arguments: Sequence[str]) -> Judged | None:
    """`sqlite3 FILE 'statement'`."""
    words = [argument for argument in arguments if not argument.startswith("-")]
    if len(words) < 2:  # noqa: PLR2004 - the file and a statement
        return None
    found: Judged | None = None
    for word in words[1:]:
        found = _merge(
            found,
            _CODE
            if word.startswith((".shell", ".system", ".read"))
            else _READS
            if word.startswith(".")
            else sql.judge(word),
        )
    return found


def mongo(arguments: Sequence[str]) -> Judged | None:
    """`--eval` is JavaScript; a few words in it tell."""
    text = "\n".join(arguments)
    if "--eval" not in text:
        return None
    if re.search(r"\b(?:drop\w*|delete\w*|remove)\s*\(", text):
        return Kind.DESTROYS, Text("deletes data of the database", "删除数据库里的数据")
    return _CODE


CLIENTS: dict[str, Callable[[Sequence[str]], Judged | None]] = {
    **dict.fromkeys(("redis-cli", "valkey-cli", "keydb-cli"), redis),
    "psql": database(frozenset(["-c", "--command"]), frozenset(["-f", "--file"])),
    **dict.fromkeys(("mysql", "mariadb"), database(frozenset(["-e", "--execute"]), frozenset(["--init-command"]))),
    "clickhouse-client": database(frozenset(["-q", "--query"]), frozenset(["--queries-file"])),
    "cqlsh": database(frozenset(["-e", "--execute"]), frozenset(["-f", "--file"])),
    "sqlcmd": database(frozenset(["-Q", "-q"]), frozenset(["-i"])),
    "sqlite3": sqlite,
    "mongosh": mongo,
    "mongo": mongo,
}
READ_STATEMENTS = frozenset(["psql", "mysql", "mariadb", "clickhouse-client", "cqlsh", "sqlite3"])  # from their input
