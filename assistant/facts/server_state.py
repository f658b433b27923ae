"""What commands say of servers: nginx's settings, the state of Redis, PostgreSQL's sessions.

They hold for the moment in which the command was run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Self

from assistant.facts.builder import stated
from assistant.i18n import Text
from assistant.model import Event, Evidence, Fact

MAX_KEPT = 2_000
MOST = 8


class ServerBuilder:
    """Concludes `nginx.setting`, `redis.*` and `postgresql.sessions`."""

    kinds = frozenset({"command.nginx_config", "command.redis_info", "command.table"})

    def __init__(self) -> None:
        self._settings: dict[str, list[Event]] = {}
        self._redis: Event | None = None
        self._sessions: list[Event] = []

    def add(self, event: Event) -> None:
        """Take one directive, one answer, one row."""
        if event.kind == "command.nginx_config":
            mine = self._settings.setdefault(str(event.attributes["directive"]), [])
            if len(mine) < MAX_KEPT:
                mine.append(event)
        elif event.kind == "command.redis_info":
            self._redis = event
        elif len(self._sessions) < MAX_KEPT and _is_session(event):
            self._sessions.append(event)

    def merge(self, other: Self) -> None:
        """Take over a later source."""
        for name, events in other._settings.items():
            self._settings.setdefault(name, []).extend(events)
        self._redis = other._redis or self._redis
        self._sessions += other._sessions

    def conclude(self) -> Iterable[Fact]:
        """The facts, in a stable order."""
        for name, events in self._settings.items():
            values = tuple(dict.fromkeys(str(event.attributes["value"]) for event in events))
            evidence = [event.evidence for event in events[:MOST]]
            yield stated("nginx.setting", evidence, name, directive=name, values=values[:MOST], count=len(values))
        if self._redis is not None:
            yield from _redis(self._redis)
        if self._sessions:
            yield _sessions(self._sessions)


def _is_session(event: Event) -> bool:
    """A row of pg_stat_activity, or of a query that counts its states."""
    return "state" in event.attributes and bool({"pid", "query", "usename", "count"} & event.attributes.keys())


def _redis(event: Event) -> Iterator[Fact]:
    values, here = event.attributes, [event.evidence]
    used, limit = values.get("used_memory"), values.get("maxmemory")
    if isinstance(used, int):
        known = isinstance(limit, int) and limit > 0
        kind = "redis.memory" if known else "redis.memory_unbounded"
        yield stated(
            kind, here, "redis", used_kb=used // 1024, limit_kb=limit // 1024 if isinstance(limit, int) else 0,
            policy=values.get("maxmemory_policy", "?"), evicted=values.get("evicted_keys", 0),
        )  # fmt: skip
    if isinstance(clients := values.get("connected_clients"), int):
        yield stated(
            "redis.clients", here, "redis", clients=clients, limit=values.get("maxclients", "?"),
            rejected=values.get("rejected_connections", 0),
        )  # fmt: skip
    if values.get("rdb_last_bgsave_status") == "err" or values.get("aof_last_write_status") == "err":
        yield stated("redis.write_failed", here, "redis")


def _sessions(events: list[Event]) -> Fact:
    states: Counter[str] = Counter()
    for event in events:
        number = str(event.attributes.get("count", "1"))
        states[str(event.attributes["state"]) or "(none)"] += int(number) if number.isdigit() else 1
    shown = tuple(f"{state} {number}" for state, number in states.most_common(MOST))
    evidence: list[Evidence] = [event.evidence for event in events[:MOST]]
    return stated("postgresql.sessions", evidence, "postgresql", states=shown, count=sum(states.values()))


BUILDER = ServerBuilder
SENTENCES = {
    "nginx.setting": Text("nginx sets `{directive}` to {values}", "nginx 的 `{directive}` 设为 {values}"),
    "redis.memory": Text(
        "Redis uses {used_kb|mib} of maxmemory {limit_kb|mib} ({policy}), {evicted} keys evicted so far",
        "Redis 已用 {used_kb|mib}，maxmemory {limit_kb|mib}（{policy}），累计淘汰 {evicted} 个键",
    ),
    "redis.memory_unbounded": Text(
        "Redis uses {used_kb|mib} and has no maxmemory: only the host or container bounds it",
        "Redis 已用 {used_kb|mib}，没有设 maxmemory：只受主机或容器限制",
    ),
    "redis.clients": Text(
        "Redis has {clients} of {limit} clients, {rejected} refused so far",
        "Redis 客户端 {clients}（上限 {limit}），累计拒绝 {rejected}",
    ),
    "redis.write_failed": Text(
        "Redis could not write its last snapshot or append-only file", "Redis 最近一次快照或 AOF 写入失败"
    ),
    "postgresql.sessions": Text("{count} sessions: {states}", "会话 {count} 个：{states}"),
}
