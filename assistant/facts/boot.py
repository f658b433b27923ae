"""When the host was booted, and with it the wall-clock time of what the kernel stamped with seconds since boot.

`uptime -s` + the kernel's stamp = wall time, if the host was never suspended (the kernel's stamp stands still in suspend,
the boot time counts it) and not booted again in between. The stamp comes from local_clock(), which NTP does not correct
(kernel/printk/printk.c, kernel/sched/clock.c), so it drifts away from the wall clock: `slack` says by how much at most.
`dmesg -T` rests on the same assumptions (util-linux, dmesg(1)).

This module is walked before `joined`, which uses what it derives.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Self

from assistant.clock import NS, BootTime, LocalTime, elapsed
from assistant.facts.builder import deduced, stated
from assistant.i18n import Text
from assistant.model import Event, Fact, Value

DRIFT = 50e-6  # seconds per second: what uncorrected clocks of servers stay under
RESOLUTION = 2.0  # seconds: `uptime -s` is rounded, and so are most logs
WINDOW = 5.0  # seconds between a kill and the failure it causes, see diagnosis/links.py


class BootBuilder:
    """Concludes `host.boot`."""

    kinds = frozenset({"command.boot"})

    def __init__(self) -> None:
        self._boots: list[Event] = []

    def add(self, event: Event) -> None:
        """Take one boot time."""
        self._boots = [*self._boots, event][-8:]

    def merge(self, other: Self) -> None:
        """Take over a later source."""
        self._boots = [*self._boots, *other._boots][-8:]

    def conclude(self) -> Iterable[Fact]:
        """One fact per boot time; the same boot told twice is one."""
        known: list[object] = []
        for event in self._boots:
            boot = event.attributes["boot"]
            if not any(abs(elapsed(boot, other) or 0.0) <= RESOLUTION for other in known):
                known.append(boot)
                yield stated("host.boot", [event.evidence], f"boot {len(known)}", boot=boot)


def derive(facts: Sequence[Fact]) -> Iterable[Fact]:
    """The wall-clock time of each kill, when just one boot time is known."""
    boots = [fact for fact in facts if fact.kind == "host.boot"]
    if len(boots) == 1:  # with two of them it is open to which one a stamp belongs
        for kill in facts:
            if kill.kind == "oom.kill":
                known = list(_wall_time(boots[0], kill))
                yield from known
                if known and happened_elsewhen(kill, [*facts, *known]):
                    yield deduced("join.kill_elsewhen", known[0].evidence, kill.subject, **_renamed(known[0]))


def _wall_time(boot: Fact, kill: Fact) -> Iterator[Fact]:
    began, stamp = boot.attributes["boot"], kill.attributes.get("time")
    if not isinstance(began, LocalTime) or not isinstance(stamp, BootTime):
        return
    seconds = (stamp.ns + NS // 2) // NS
    yield deduced(
        "join.wall_time", [*boot.evidence, *kill.evidence[-1:]], kill.subject, time=replace(began, ns=began.ns + seconds * NS),
        boot=began, uptime=stamp.ns / NS, slack=RESOLUTION + round(DRIFT * stamp.ns / NS),
        process__executable__name=kill.attributes["process.executable.name"], process__pid=kill.attributes["process.pid"],
    )  # fmt: skip


def _renamed(fact: Fact) -> dict[str, Value]:
    return {name.replace(".", "__"): value for name, value in fact.attributes.items()}


def happened_elsewhen(kill: Fact, facts: Sequence[Fact]) -> bool:
    """Whether the wall-clock time of a kill is known and no failed request is near it."""
    for fact in facts:
        if fact.kind == "join.wall_time" and fact.subject == kill.subject:
            slack = fact.attributes["slack"]
            near = max(WINDOW, slack) if isinstance(slack, float | int) else WINDOW
            times = [item.attributes.get("time") for item in facts if item.kind == "upstream.request"]
            gaps = [gap for time in times if (gap := elapsed(time, fact.attributes["time"])) is not None]
            return bool(gaps) and all(abs(gap) > near for gap in gaps)
    return False


BUILDER = BootBuilder
SENTENCES = {
    "join.kill_elsewhen": Text(
        "none of the failed requests is near that time ({time}): this kill explains none of them",
        "没有哪次失败靠近这个时刻（{time}）：这次被杀解释不了任何一次失败",
    ),
    "host.boot": Text("the host was booted at {boot}", "主机于 {boot} 开机"),
    "join.wall_time": Text(
        "the kill of {process.executable.name} (pid {process.pid}) was at {time} by the wall clock: booted {boot}, plus {uptime|dur} "
        "on the kernel's clock (assuming that the host was never suspended and not booted again since; the kernel's clock may "
        "have drifted by up to {slack|dur})",
        "{process.executable.name}(pid {process.pid}) 被杀的实际时间是 {time}：{boot} 开机，加上内核时钟的 {uptime|dur}"
        "（假设主机从未休眠、此后没有重启；内核时钟的漂移最多约 {slack|dur}）",
    ),
}
