"""How much was read: records by level, the span they cover, and which clock they were stamped by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Self

from assistant.clock import BootTime, LocalTime, Time, comparable
from assistant.facts.builder import deduced, stated
from assistant.i18n import Text
from assistant.model import Event, Evidence, Fact, Severity


class LogbookBuilder:
    """Concludes `log.counts` per source and kind of log, and `log.clock`."""

    kinds = frozenset({"*"})

    def __init__(self) -> None:
        self._levels: dict[tuple[int, str], Counter[Severity]] = {}
        self._first: dict[tuple[int, str], Evidence] = {}
        self._last: dict[tuple[int, str], Evidence] = {}
        self._times: dict[tuple[int, str], tuple[Time, Time]] = {}

    def add(self, event: Event) -> None:
        """Count one event."""
        key = (event.evidence.source, "kernel" if event.kind.startswith("kernel.") else event.kind)
        self._levels.setdefault(key, Counter())[event.severity] += 1
        self._first.setdefault(key, event.evidence)
        self._last[key] = event.evidence
        if event.time is None:
            return
        span = self._times.get(key)
        if span is None:
            self._times[key] = (event.time, event.time)
        elif comparable(span[0], event.time):
            self._times[key] = (min(span[0], event.time), max(span[1], event.time))

    def merge(self, other: Self) -> None:
        """Take over a later source; sources never share a key."""
        for name in ("_levels", "_first", "_last", "_times"):
            getattr(self, name).update(getattr(other, name))

    def conclude(self) -> Iterable[Fact]:
        """One fact per source and kind of log."""
        for key, levels in self._levels.items():
            source, kind = key
            evidence = list(dict.fromkeys((self._first[key], self._last[key])))
            first, last = self._times.get(key, (None, None))
            yield stated(
                "log.counts", evidence, f"source {source} {kind}", source=source, format=kind, records=levels.total(),
                errors=sum(count for level, count in levels.items() if level >= Severity.ERROR),
                warnings=levels[Severity.WARN], notices=levels[Severity.NOTICE], first_seen=first, last_seen=last,
                span=last - first if first is not None and last is not None else None,
            )  # fmt: skip
            if isinstance(first, LocalTime):
                yield deduced("log.local_time", evidence[:1], f"source {source} {kind}", source=source)
            elif isinstance(first, BootTime):
                yield deduced(
                    "log.boot_time", evidence[:1], f"source {source} {kind}", source=source, uptime=first.ns / 1e9
                )


BUILDER = LogbookBuilder

SENTENCES = {
    "log.counts": Text(
        "source {source}: {records|n:record} of {format}: {errors|n:error}, {warnings|n:warning}, {notices|n:notice}; "
        "{first_seen} to {last_seen} ({span|dur})",
        "第 {source} 段：{format} 记录 {records} 条，错误 {errors}，警告 {warnings}，通知 {notices}；{first_seen} 至 {last_seen}"
        "（{span|dur}）",
    ),
    "log.unexplained": Text(
        "{count|n:record} at error level or above that no entry explains", "没有条目能解释的错误级别记录 {count} 条"
    ),
    "log.local_time": Text(
        "the times of source {source} are local times of the host without a zone",
        "第 {source} 段的时间是主机本地时间，不带时区",
    ),
    "log.boot_time": Text(
        "the times of source {source} are seconds since boot ({uptime|dur} at its first line)",
        "第 {source} 段的时间是开机以来的秒数（第一行为开机后 {uptime|dur}）",
    ),
}
