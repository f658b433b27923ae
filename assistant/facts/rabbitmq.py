"""RabbitMQ's memory: what it used and what it may use, and whether it held any queue when its alarm was set.

`Memory high watermark set to 57 MiB (60000000 bytes) of 24105 MiB (25276518400 bytes) total`
`vm_memory_high_watermark set. Memory used:145977344 allowed:60000000`
`Node database directory at /var/lib/rabbitmq/mnesia/rabbit@db1 is empty. Assuming we need to join an existing cluster …`

The memory monitor looks for the first time when it starts, which the boot steps do before the database and the queues
(rabbit.erl: `rabbit_alarm` before `database` and `recovery`). A node that says in the same start that its database is empty, or
that it recovers no queue, had no message in memory when that alarm was set. An alarm at any other time says no such thing.

Source: deps/rabbit_common/src/vm_memory_monitor.erl, deps/rabbit/src/rabbit_alarm.erl, rabbit_mnesia.erl, rabbit_queue_type.erl.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from assistant.facts.builder import deduced, stated
from assistant.i18n import Text
from assistant.intake.lazily import lazily
from assistant.model import Event, Evidence, Fact

MIB = 1024 * 1024  # RabbitMQ prints whole MiB, cut off
_NODE = lazily(r"(?m)^ {0,4}node {1,20}: (\S{1,255})")
_LIMIT = lazily(
    r"^Memory high watermark set to \d{1,12} MiB \((\d{1,18}) bytes\) of \d{1,12} MiB \((\d{1,18}) bytes\) total"
)
_USED = lazily(r"^vm_memory_high_watermark set\. Memory used:(\d{1,18}) allowed:(\d{1,18})")
_ALARM = lazily(r"^memory resource limit alarm set on node (\S{1,255}?)\.?(?:\n|$)")
_RECOVERED = lazily(r"^Recovering (\d{1,9}) queues of type ")
_READY = ("Server startup complete", "accepting AMQP connection")


@dataclass(slots=True)
class _Start:
    """One start of a node, as far as it was read."""

    node: str = ""
    used: tuple[int, int] | None = None  # bytes used and allowed
    alarm: Evidence | None = None
    without: Evidence | None = None  # what says, after the alarm, that there was no queue
    recovered: Evidence | None = None  # what says that queues were read, of one type of several
    queues: int = 0

    def fact(self) -> Fact | None:
        """That the alarm was set and no queue was there."""
        if self.alarm is None or self.used is None or self.without is None or self.queues:
            return None
        return deduced(
            "rabbitmq.empty_at_alarm", [self.alarm, self.without], self.node, node=self.node,
            used_mib=self.used[0] // MIB, allowed_mib=self.used[1] // MIB,
        )  # fmt: skip


class RabbitBuilder:
    """Concludes `rabbitmq.watermark`, `rabbitmq.memory_used` and `rabbitmq.empty_at_alarm`."""

    kinds = frozenset({"rabbitmq"})

    def __init__(self) -> None:
        self._limit: tuple[int, int, Evidence] | None = None
        self._used: tuple[int, int, Evidence] | None = None
        self._open: _Start | None = None  # the start that is being read
        self._empty: Fact | None = None
        self._others = 0  # alarms that were set at any other time

    def add(self, event: Event) -> None:
        """Take what a node says of its start and of its memory."""
        text = event.message
        if "Starting RabbitMQ " in text[:200]:
            self._close()
            self._open = _Start()
        elif match := _LIMIT().search(text):
            self._limit = int(match[1]), int(match[2]), event.evidence
        elif match := _USED().search(text):
            self._used = int(match[1]), int(match[2]), event.evidence
            if self._open is not None:
                self._open.used = self._used[:2]
        elif match := _ALARM().search(text):
            self._alarm(match[1], event)
        elif self._open is not None:
            self._booting(self._open, event)

    def _alarm(self, node: str, event: Event) -> None:
        start = self._open
        if start is None or start.node != node or start.alarm or start.without or start.recovered:
            self._others += 1
        else:
            start.alarm = event.evidence

    def _booting(self, start: _Start, event: Event) -> None:
        text = event.message
        if match := _RECOVERED().search(text):
            start.queues += int(match[1])
            start.recovered = start.recovered or event.evidence
        elif text.startswith("Node database directory at ") and " is empty" in text:
            start.without = event.evidence
        elif text.startswith(_READY):
            start.without = start.without or start.recovered  # all types were read
            self._close()
        elif not start.node and (match := _NODE().search(text[:2000])):
            start.node = match[1]

    def _close(self) -> None:
        """The start is over."""
        start, self._open = self._open, None
        if start is not None and start.alarm is not None:
            found = start.fact()
            self._empty = found or self._empty
            self._others += found is None

    def merge(self, other: Self) -> None:
        """Take over a later source; a start does not go on in another one."""
        self._close()
        self._limit = other._limit or self._limit
        self._used = other._used or self._used
        self._empty = other._empty or self._empty
        self._others += other._others
        self._open = other._open

    def conclude(self) -> Iterable[Fact]:
        """The facts, in a stable order."""
        if self._limit is not None:
            allowed, total, evidence = self._limit
            yield stated("rabbitmq.watermark", [evidence], allowed_mib=allowed // MIB, total_mib=total // MIB)
        if self._used is not None:
            used, allowed, evidence = self._used
            yield stated("rabbitmq.memory_used", [evidence], used_mib=used // MIB, allowed_mib=allowed // MIB)
        self._close()
        if self._empty is not None and not self._others:
            yield self._empty


BUILDER = RabbitBuilder
SENTENCES = {
    "rabbitmq.watermark": Text(
        "RabbitMQ's memory watermark was last set to {allowed_mib} MiB of {total_mib} MiB",
        "RabbitMQ 的内存水位最近一次设为 {allowed_mib} MiB，总内存 {total_mib} MiB",
    ),
    "rabbitmq.memory_used": Text(
        "RabbitMQ used {used_mib} MiB when its memory alarm was set, and {allowed_mib} MiB were allowed",
        "内存告警触发时 RabbitMQ 占用 {used_mib} MiB，允许 {allowed_mib} MiB",
    ),
    "rabbitmq.empty_at_alarm": Text(
        "the alarm was set while {node} started and held no queue: no message takes this memory, the broker itself does",
        "告警是 {node} 启动时触发的，当时还没有任何队列：占内存的是代理本身，不是消息",
    ),
}
