"""What docker says of a container: how it ended, whether the OOM killer was at work in it, how often it was restarted.

Rules and their sources:
- moby sets OOMKilled when containerd tells it of an OOM event (daemon/monitor.go, ProcessEvent, EventOOM). With cgroup v2
  that is a rise of `oom_kill` in memory.events, which counts kills in the container by any OOM killer, the host's too;
  with cgroup v1 it is the notification of the container's own limit. So `true` does not say whether the host or the limit
  ran out, and `false` does not rule out a kill for the host's sake.
- A start sets the exit code to 0 (container/state.go, SetRunning): an exit code that is not 0 is of a stopped container,
  and 0 of a running one says nothing of how its last run ended.
- RestartCount counts restarts by the restart policy since the last start by hand (daemon/monitor.go, handleContainerExit).
- 128 + n is the shell's and runc's way to tell of a death by signal n; a program may also return that number itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Self

from assistant.clock import NS, LocalTime, ZonedTime, elapsed
from assistant.facts.builder import deduced, stated
from assistant.i18n import Text
from assistant.model import Event, Fact, Value

MAX_CONTAINERS = 200
EASTERNMOST = 14 * 3600  # seconds that the earliest zone is ahead of UTC
EXITS = {126: "not_executable", 127: "not_found", 134: "abort", 137: "sigkill", 139: "segfault", 143: "sigterm"}
_SHOWN = (
    ("OOMKilled", "oom_killed"), ("ExitCode", "exit_code"), ("RestartCount", "restart_count"), ("Status", "status"),
)  # fmt: skip


class ContainerBuilder:
    """Concludes `container.state` and what follows from it, per container; what was said last counts."""

    kinds = frozenset({"command.container_state", "command.container_stats"})

    def __init__(self) -> None:
        self._containers: dict[tuple[str, str], Event] = {}

    def add(self, event: Event) -> None:
        """Take one state."""
        name = event.attributes.get("container.name") or event.attributes.get("container.id") or ""
        if len(self._containers) < MAX_CONTAINERS:
            self._containers[event.kind, str(name)] = event

    def merge(self, other: Self) -> None:
        """Take over a later source."""
        self._containers |= other._containers

    def conclude(self) -> Iterable[Fact]:
        """The facts, container by container."""
        for (kind, name), event in self._containers.items():
            if kind == "command.container_stats":
                yield stated("container.memory", [event.evidence], name, **event.attributes)
            else:
                yield from _state(name or "container", event)


def _state(subject: str, event: Event) -> Iterator[Fact]:
    values, here = event.attributes, [event.evidence]
    said = ", ".join(f"{shown}={_word(values[name])}" for shown, name in _SHOWN if values.get(name) is not None)
    label = str(values.get("container.name") or values.get("container.id") or "")
    known: dict[str, Value] = {name.replace(".", "__"): value for name, value in values.items() if value is not None}
    known |= {"said": said, "label": f" {label}" if label else ""}
    if said:
        yield stated("container.state", here, subject, **known)
    if values.get("oom_killed") is True:
        yield stated("container.oom_killed", here, subject, **known)
    elif values.get("oom_killed") is False:
        yield stated("container.not_oom_killed", here, subject, **known)
    code = values.get("exit_code")
    if isinstance(code, int) and code and values.get("running") is not True:
        yield deduced("container.exited", here, subject, **known)
        yield deduced(f"container.exit_{EXITS.get(code, 'error')}", here, subject, **known)
    if values.get("restart_count"):
        yield stated("container.restarts", here, subject, **known)


def _word(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def derive(facts: Sequence[Fact]) -> Iterable[Fact]:
    """A container that has been running since before the failures did not end with them."""
    failures = [fact for fact in facts if fact.kind == "upstream.request"]
    for state in facts:
        values = state.attributes
        if state.kind != "container.state" or values.get("status") != "running" or not failures:
            continue
        if all(_certainly_after(fact.attributes.get("time"), values.get("started")) for fact in failures):
            evidence = [*state.evidence, *failures[0].evidence[:1]]
            yield deduced(
                "join.container_lived", evidence, state.subject, label=values["label"], started=values["started"]
            )


def _certainly_after(failed: Value, started: Value) -> bool:
    """Whether a failure comes after a start; a log without a zone may be of any (UTC-12 to UTC+14)."""
    if isinstance(failed, LocalTime) and isinstance(started, ZonedTime) and failed.has_year:
        return failed.ns - EASTERNMOST * NS > started.ns
    gap = elapsed(failed, started)
    return gap is not None and gap > 0


BUILDER = ContainerBuilder
SENTENCES = {
    "container.state": Text("docker says of the container{label}: {said}", "docker 显示容器{label}：{said}"),
    "container.oom_killed": Text(
        "OOMKilled=true: the OOM killer killed a process of the container{label}; whether the host or the container's limit ran out "
        "is not said by that",
        "OOMKilled=true：容器{label}里有进程被 OOM killer 杀死；由此看不出是整机内存耗尽，还是触到容器上限",
    ),
    "container.not_oom_killed": Text(
        "OOMKilled=false: docker was told of no OOM kill; with cgroup v1 it is told of the container's own limit only, so a kill because "
        "the host ran out is not ruled out",
        "OOMKilled=false：docker 没有收到 OOM 事件；cgroup v1 下只会收到容器自身上限的事件，所以不能排除整机内存耗尽时被杀",
    ),
    "container.restarts": Text(
        "its restart policy restarted it {restart_count|n:time} since it was last started by hand",
        "自上次手动启动以来，重启策略已把它重启 {restart_count} 次",
    ),
    "container.exited": Text(
        "the main process of the container{label} ended with exit code {exit_code}",
        "容器{label}的主进程已结束，退出码 {exit_code}",
    ),
    "container.exit_sigkill": Text(
        "exit code 137 = 128 + 9: SIGKILL, by whomever: the OOM killer, `docker kill`, `docker stop` after its grace period, or a person",
        "退出码 137 = 128 + 9：SIGKILL，谁都可能发出：OOM killer、`docker kill`、超过宽限期的 `docker stop`，或人工",
    ),
    "container.exit_sigterm": Text(
        "exit code 143 = 128 + 15: SIGTERM, it was asked to stop (`docker stop`, a deployment)",
        "退出码 143 = 128 + 15：SIGTERM，被要求停止（`docker stop`、发布）",
    ),
    "container.exit_segfault": Text(
        "exit code 139 = 128 + 11: SIGSEGV, it crashed in native code", "退出码 139 = 128 + 11：SIGSEGV，原生代码崩溃"
    ),
    "container.exit_abort": Text(
        "exit code 134 = 128 + 6: SIGABRT, it ended itself (a failed assertion, a corrupted heap)",
        "退出码 134 = 128 + 6：SIGABRT，程序自行中止（断言失败、堆损坏）",
    ),
    "container.exit_not_executable": Text(
        "exit code 126: the command of the container could not be executed (no permission, or not a program)",
        "退出码 126：容器的启动命令无法执行（没有权限，或不是可执行文件）",
    ),
    "container.exit_not_found": Text(
        "exit code 127: the command of the container was not found", "退出码 127：找不到容器的启动命令"
    ),
    "container.exit_error": Text(
        "exit code {exit_code}: the program ended with an error of its own; its log says which",
        "退出码 {exit_code}：程序自己报错退出，原因在它的日志里",
    ),
    "container.memory": Text(
        "the container {container.name} used {usage_kb|mib} of {limit_kb|mib} when the command was run (without a limit of its own, the "
        "second number is the host's memory)",
        "执行命令时容器 {container.name} 用了 {usage_kb|mib}/{limit_kb|mib}（没有设上限时，后者是整机内存）",
    ),
    "join.container_lived": Text(
        "the container{label} has been running since {started}, before the failures: its main process did not end then (a worker inside "
        "it may have)",
        "容器{label}自 {started} 起一直在运行，早于故障：其主进程当时没有结束（里面的 worker 可能结束过）",
    ),
}
