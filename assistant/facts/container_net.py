"""A container's network torn down and set up again, as bridge and veth lines of the kernel tell it.

Teardown: the container's eth0 is renamed back (`vethX: renamed from eth0`) and the port is unregistered. Set-up: a port
goes through blocking to forwarding and `eth0: renamed from vethY`. Docker does both when a container ends and its
restart policy starts it again; the policy's delay is 100 ms and doubles up to one minute while the container keeps
dying within 10 s (moby restartmanager), so the time between the two tells a first restart from a crash loop.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from assistant.clock import Time, elapsed
from assistant.facts.builder import KEEP_FIRST, deduced
from assistant.i18n import Text
from assistant.model import Event, Evidence, Fact

TOGETHER = 120.0  # seconds within which a teardown and a set-up are one restart


@dataclass(frozen=True, slots=True)
class _Step:
    what: str
    time: Time
    evidence: Evidence


class ContainerNetBuilder:
    """Concludes `container.network_down`, `container.network_up` and `container.restarted`."""

    kinds = frozenset({"kernel.netdev"})

    def __init__(self) -> None:
        self._steps: list[_Step] = []
        self._allmulti: Evidence | None = None

    def add(self, event: Event) -> None:
        """Take one line about a network device."""
        attributes = event.attributes
        if attributes.get("mode") == "allmulticast":
            self._allmulti = self._allmulti or event.evidence
        if event.time is None or len(self._steps) >= KEEP_FIRST:
            return
        action = attributes.get("action")
        if action == "renamed":
            # the container's interface is called eth0 inside it; outside it has a veth name
            if str(attributes.get("from", "")).startswith("eth"):
                self._steps.append(_Step("down", event.time, event.evidence))
            elif str(attributes.get("device", "")).startswith("eth"):
                self._steps.append(_Step("up", event.time, event.evidence))
        elif action == "blocking":
            self._steps.append(_Step("port", event.time, event.evidence))
        elif action == "disabled" or attributes.get("unregistering"):
            self._steps.append(_Step("off", event.time, event.evidence))

    def merge(self, other: Self) -> None:
        """Take over a later source."""
        self._steps.extend(other._steps)
        self._allmulti = self._allmulti or other._allmulti

    def conclude(self) -> Iterable[Fact]:
        """Each teardown with the set-up that follows it."""
        for position, step in enumerate(self._steps):
            if step.what != "down":
                continue
            later = [item for item in self._steps[position + 1 :] if 0 <= _since(item, step) <= TOGETHER]
            earlier = [item for item in self._steps[:position] if item.what == "off" and 0 <= _since(step, item) <= 1]
            began = earlier[0] if earlier else step
            yield deduced("container.network_down", [began.evidence, step.evidence], time=began.time)
            port = next((item for item in later if item.what == "port"), None)
            if port is None:
                continue
            ready = next((item for item in later if item.what == "up"), None)
            # the teardown ends with the last line about the old port before the new one appears
            old = [item for item in later[: later.index(port)] if item.what == "off"]
            ended = old[-1] if old else step
            evidence = [began.evidence, ended.evidence, port.evidence, *([ready.evidence] if ready else [])]
            gap = _since(port, ended)
            yield deduced(
                "container.restarted",
                evidence,
                down=began.time,
                gone=ended.time,
                port=port.time,
                ready=ready.time if ready else None,
                gap=round(gap, 3),
                quick=gap < 1,
            )
        if self._allmulti is not None:
            yield deduced("kernel.logs_allmulticast", [self._allmulti])


def _since(later: _Step, earlier: _Step) -> float:
    """Seconds between two steps; never when their clocks differ."""
    seconds = elapsed(later.time, earlier.time)
    return float("inf") if seconds is None else seconds


BUILDER = ContainerNetBuilder

SENTENCES = {
    "container.network_down": Text("a container's network was torn down at {time}", "某容器的网络在 {time} 被拆除"),
    "container.restarted": Text(
        "a container's network was torn down ({gone}) and a new one came up ({port}) after {gap|dur}: the container was "
        "started again",
        "容器网络被拆除({gone})，{gap|dur} 后出现新的网络({port})：容器被重新启动",
    ),
    "kernel.logs_allmulticast": Text(
        "this kernel logs changes of allmulticast mode (added to mainline between 6.1 and 6.8, also back-ported)",
        "这个内核会打印 allmulticast 模式变化（主线在 6.1 与 6.8 之间加入，发行版也可能移植）",
    ),
}
