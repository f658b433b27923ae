"""nginx instances: which master and workers, who stopped or reloaded them, and what failed after a restart.

Rules and their sources (src/os/unix/ngx_process.c, ngx_process_cycle.c):
- a signal's record names the sender's pid (si_pid) and, in the master, what it does about it;
- only a master logs "start worker process N" and "reconfiguring"; only workers have connections (`*N`);
- a reload keeps the master's pid, a new master pid is a new start;
- a signal sent by pid 1 comes from the init system (a unit with KillSignal=, or the init of a container).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Self

from assistant.clock import Time, elapsed
from assistant.facts.builder import KEEP_FIRST, deduced, stated
from assistant.i18n import Text
from assistant.intake.lazily import lazily
from assistant.model import Event, Evidence, Fact, Severity, Value

_SIGNAL = lazily(r"signal (\d+) \((SIG\w+)\) received(?: from (\d+))?(?:, (.+))?$")
_START = lazily(r"start (?:worker process|cache manager process|cache loader process) (\d+)$")
_EXITED = lazily(r"worker process (\d+) exited on signal (\d+)( \(core dumped\))?")
SAME_RESTART = 15.0  # seconds between the stop of one master and the start of the next that one `restart` takes


@dataclass(frozen=True, slots=True)
class _Note:
    pid: int
    time: Time | None
    evidence: Evidence
    groups: tuple[str, ...] = ()


@dataclass(slots=True)
class _Seen:
    """What a worker pid was last heard with."""

    evidence: Evidence
    first_failure: _Note | None = None


@dataclass(slots=True)
class _State:
    signals: list[_Note] = field(default_factory=list)
    starts: list[_Note] = field(default_factory=list)
    exits: list[_Note] = field(default_factory=list)
    graceful: list[_Note] = field(default_factory=list)
    workers: dict[int, _Seen] = field(default_factory=dict)
    failures: list[_Note] = field(default_factory=list)


class LifecycleBuilder:
    """Concludes the `nginx.*` facts."""

    kinds = frozenset({"nginx.error"})

    def __init__(self) -> None:
        self._state = _State()
        self._lowest: tuple[Severity, Evidence] | None = None

    def add(self, event: Event) -> None:  # noqa: C901 - one branch per kind of record
        """Take one nginx record."""
        if self._lowest is None or event.severity < self._lowest[0]:
            self._lowest = (event.severity, event.evidence)
        if event.pid is None:
            return
        state, message, note = self._state, event.message, _Note(event.pid, event.time, event.evidence)
        connection = event.attributes.get("nginx.connection")
        if isinstance(connection, int):
            seen = state.workers.setdefault(event.pid, _Seen(event.evidence))
            if event.severity >= Severity.ERROR:
                note = _Note(event.pid, event.time, event.evidence, (str(connection),))
                seen.first_failure = seen.first_failure or note
                state.failures.append(note)
                if len(state.failures) > KEEP_FIRST:
                    del state.failures[KEEP_FIRST // 2]
        elif match := _SIGNAL().match(message):
            state.signals.append(
                _Note(event.pid, event.time, event.evidence, tuple(group or "" for group in match.groups()))
            )
        elif match := _START().match(message):
            state.starts.append(_Note(event.pid, event.time, event.evidence, (match[1],)))
        elif match := _EXITED().match(message):
            state.exits.append(_Note(event.pid, event.time, event.evidence, (match[1], match[2])))
        elif message == "gracefully shutting down":
            state.graceful.append(note)
            state.workers.setdefault(event.pid, _Seen(event.evidence))
        for notes in (state.signals, state.starts, state.exits, state.graceful):
            if len(notes) > KEEP_FIRST:
                del notes[KEEP_FIRST // 2]

    def merge(self, other: Self) -> None:
        """Take over a later source."""
        mine, theirs = self._state, other._state
        for name in ("signals", "starts", "exits", "graceful", "failures"):
            getattr(mine, name).extend(getattr(theirs, name))
        for pid, seen in theirs.workers.items():
            mine.workers.setdefault(pid, seen)
        if other._lowest and (self._lowest is None or other._lowest[0] < self._lowest[0]):
            self._lowest = other._lowest

    def conclude(self) -> Iterable[Fact]:
        """All facts about nginx's own life."""
        state = self._state
        started = self._by_master()
        yield from self._instances(started)
        for note in state.signals:
            yield from self._signal(note)
        for master, starts in started.items():
            workers = tuple(int(note.groups[0]) for note in starts)
            evidence = [note.evidence for note in starts]
            reloaded = any(note.pid == master and note.groups[1] == "SIGHUP" for note in state.signals)
            if not reloaded:
                yield stated("nginx.start", evidence, str(master), master=master, workers=workers, time=starts[0].time)
                yield from self._restart(master, starts)
                yield from self._failed_again(master, starts)
        for note in state.exits:
            number = int(note.groups[1])
            yield stated(
                "nginx.worker_killed",
                [note.evidence],
                note.groups[0],
                worker=int(note.groups[0]),
                signal=number,
                time=note.time,
            )
        if self._lowest is not None and self._lowest[0] <= Severity.WARN:
            level = {Severity.WARN: "warn", Severity.NOTICE: "notice", Severity.INFO: "info"}.get(
                self._lowest[0], "debug"
            )
            yield deduced("nginx.log_level", [self._lowest[1]], level=level)
        if any(int(note.groups[0]) > 1 for note in state.failures):
            yield deduced("nginx.connection_ids", [note.evidence for note in state.failures[:1]])

    def _by_master(self) -> dict[int, list[_Note]]:
        found: dict[int, list[_Note]] = {}
        for note in self._state.starts:
            found.setdefault(note.pid, []).append(note)
        return found

    def _instances(self, started: dict[int, list[_Note]]) -> Iterator[Fact]:
        state = self._state
        born = {int(note.groups[0]) for notes in started.values() for note in notes}
        stopped = [note for note in state.signals if note.groups[3] in ("shutting down", "exiting")]
        for note in stopped:
            if note.pid in started:
                continue
            # workers nobody was seen to start were this master's, when it is the only master they can have had
            own = [pid for pid in state.workers if pid not in born and pid != note.pid]
            others = [other for other in stopped if other.pid != note.pid and other.pid not in started]
            if own and not others:
                evidence = [note.evidence, *(state.workers[pid].evidence for pid in own)]
                yield deduced("nginx.instance", evidence, str(note.pid), master=note.pid, workers=tuple(sorted(own)))

    def _signal(self, note: _Note) -> Iterator[Fact]:
        number, name, sender, action = note.groups
        if note.pid in self._state.workers or any(int(start.groups[0]) == note.pid for start in self._state.starts):
            return  # workers log the signals they get as well
        common: dict[str, Value] = {
            "signal": name,
            "number": int(number),
            "sender": int(sender or 0),  # nginx names none for a sender outside its pid namespace
            "master": note.pid,
            "time": note.time,
        }
        if action == "reconfiguring":
            yield stated("nginx.reload", [note.evidence], str(note.pid), **common)
        elif action == "reopening logs":
            yield stated("nginx.reopen", [note.evidence], str(note.pid), **common)
        elif action in ("shutting down", "exiting"):
            drained = [
                other for other in self._state.graceful if 0 <= (elapsed(other.time, note.time) or 0) < SAME_RESTART
            ]
            evidence = [note.evidence, *(other.evidence for other in drained)]
            workers = tuple(other.pid for other in drained)
            yield stated(
                "nginx.stop", evidence, str(note.pid), workers=workers, graceful=action == "shutting down", **common
            )
            if sender == "1":
                yield deduced("nginx.stop_by_init", [note.evidence], str(note.pid), **common)
            gaps = [(elapsed(note.time, other.time), other) for other in self._state.failures]
            before = [(seconds, other) for seconds, other in gaps if seconds is not None and seconds >= 0]
            if before:
                gap, last = min(before, key=lambda pair: pair[0])
                yield deduced(
                    "nginx.stop_after_errors",
                    [last.evidence, note.evidence],
                    str(note.pid),
                    gap=gap,
                    time=note.time,
                )

    def _restart(self, master: int, starts: list[_Note]) -> Iterator[Fact]:
        first = starts[0]
        for note in self._state.signals:
            if note.pid == master or note.groups[3] not in ("shutting down", "exiting"):
                continue
            gap = elapsed(first.time, note.time)
            if gap is not None and 0 <= gap <= SAME_RESTART:
                yield deduced(
                    "nginx.restart", [note.evidence, first.evidence], str(master), old=note.pid, master=master, gap=gap,
                    time=first.time,
                )  # fmt: skip

    def _failed_again(self, master: int, starts: list[_Note]) -> Iterator[Fact]:
        workers = {int(note.groups[0]) for note in starts}
        failed = [
            seen.first_failure for pid, seen in self._state.workers.items() if pid in workers and seen.first_failure
        ]
        if not failed:
            return
        note = min(failed, key=lambda item: (item.evidence.source, item.evidence.line))
        delay = elapsed(note.time, starts[0].time)
        if delay is not None:
            yield deduced(
                "nginx.failed_again", [starts[0].evidence, note.evidence], str(master), connection=int(note.groups[0]),
                delay=delay, worker=note.pid, time=note.time,
            )  # fmt: skip


BUILDER = LifecycleBuilder

SENTENCES = {
    "nginx.instance": Text("nginx master {master}, workers {workers}", "nginx 主进程 {master}，工作进程 {workers}"),
    "nginx.stop": Text(
        "{time}: nginx master {master} received {signal} from pid {sender} and stopped",
        "{time}：nginx 主进程 {master} 收到 pid {sender} 发来的 {signal}，停止运行",
    ),
    "nginx.stop_by_init": Text(
        "{time|clock}: pid 1 (the init system, usually systemd) sent {signal} to nginx: somebody or some job ran a stop or "
        "restart of the unit",
        "{time|clock}：pid 1（init 系统，通常是 systemd）向 nginx 发送 {signal}：有人或某个任务执行了该服务的停止或重启",
    ),
    "nginx.stop_after_errors": Text(
        "nginx was stopped {gap|dur} after the last error; nothing in the log makes the error the reason",
        "nginx 在最后一个错误之后 {gap|dur}才被停止；日志里没有两者的因果",
    ),
    "nginx.start": Text(
        "{time}: nginx master {master} started workers {workers}",
        "{time}：nginx 主进程 {master} 启动工作进程 {workers}",
    ),
    "nginx.restart": Text(
        "nginx was fully restarted: master {old} was replaced by {master} within {gap|within} (a reload would keep the master)",
        "nginx 是完整重启：主进程由 {old} 换成 {master}，在{gap|within}内（重载配置不会换主进程）",
    ),
    "nginx.reload": Text(
        "{time}: nginx master {master} reloaded its configuration ({signal} from pid {sender})",
        "{time}：nginx 主进程 {master} 重载配置（pid {sender} 发来 {signal}）",
    ),
    "nginx.reopen": Text(
        "{time}: nginx reopened its log files ({signal} from pid {sender}): log rotation",
        "{time}：nginx 重新打开日志文件（pid {sender} 发来 {signal}）：日志轮转",
    ),
    "nginx.failed_again": Text(
        "starting nginx anew changed nothing: {delay|dur} later connection *{connection} of the new instance failed, so the "
        "fault lies behind nginx",
        "重新启动 nginx 没有改变任何事：{delay|dur}之后新实例的 *{connection} 号连接就失败，故障在 nginx 后面",
    ),
    "nginx.worker_killed": Text(
        "{time}: nginx worker {worker} ended on signal {signal}", "{time}：nginx 工作进程 {worker} 因信号 {signal} 结束"
    ),
    "nginx.log_level": Text(
        "error_log is set to {level} or lower (the default prints errors only)",
        "error_log 的级别是 {level} 或更低（默认只打印 error）",
    ),
    "nginx.connection_ids": Text(
        "the numbers *N count client and upstream connections of all workers, not requests",
        "*N 是所有 worker 的客户端与上游连接的编号，不是请求数",
    ),
}
