"""What one kernel OOM dump says: who was killed and why, how large it was, and what the paste does not hold.

Rules and their sources (mm/oom_kill.c):
- `global_oom` means that the host ran out; `oom_memcg=` names the cgroup whose limit was hit;
- `cpuset=` belongs to the task whose allocation failed, `task*` to the victim chosen by its points;
- order=-1 is SysRq-f; the dump's header is rate-limited, so a kill may be told by its last line alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Self

from assistant.events.oom import Kill, OomDump
from assistant.events.oom_table import RELEASES, TaskRow
from assistant.events.record import EVIDENCE_LIMIT
from assistant.facts import oom_numbers as numbers
from assistant.facts.builder import KEEP_FIRST, deduced, stated
from assistant.facts.oom_sentences import SENTENCES as SENTENCES  # noqa: PLC0414 - found by walking the modules
from assistant.intake.lazily import lazily
from assistant.model import Event, Evidence, Fact

_CONTAINER = lazily(
    r"(?:(?P<runtime>docker|cri-containerd|crio|libpod)[-/]|/docker/|/kubepods.*?/(?:pod[\w-]+/)?)(?P<id>[^/]+?)(?:\.scope)?$"
)
_SCOPES = {
    "CONSTRAINT_NONE": "global", "CONSTRAINT_MEMCG": "cgroup", "CONSTRAINT_CPUSET": "cpuset",
    "CONSTRAINT_MEMORY_POLICY": "mempolicy",
}  # fmt: skip
DETAILED = 20  # dumps of which every fact is told; later ones are counted with their victims
SYSRQ_ORDER = -1


class OomBuilder:
    """Concludes the `oom.*` facts."""

    kinds = frozenset({"kernel.oom", "kernel.oom_reaper"})

    def __init__(self) -> None:
        self._dumps: list[tuple[OomDump, Event]] = []
        self._kills = 0
        self._reaped: list[Event] = []

    def add(self, event: Event) -> None:
        """Take one dump."""
        if not isinstance(event.detail, OomDump):
            if len(self._reaped) < KEEP_FIRST:
                self._reaped.append(event)
            return
        self._keep(event.detail, event)

    def _keep(self, dump: OomDump, event: Event) -> None:
        """The same kill pasted twice is one kill; the fuller text wins."""
        for position, (known, _) in enumerate(self._dumps):
            if known.kills and dump.kills and _same_kill(known.kills[-1], dump.kills[-1]):
                if _extent(dump) > _extent(known):
                    self._dumps[position] = (dump, event)
                return
        self._kills += bool(dump.kills)
        if len(self._dumps) < KEEP_FIRST:
            self._dumps.append((dump, event))

    def merge(self, other: Self) -> None:
        """Take over a later source."""
        for dump, event in other._dumps:
            self._keep(dump, event)
        self._kills += max(0, other._kills - len(other._dumps))
        self._reaped.extend(other._reaped)

    def conclude(self) -> Iterable[Fact]:
        """All facts, dump by dump."""
        killed = [(dump, event) for dump, event in self._dumps if dump.kills]
        if killed:
            evidence = [_at(event, dump.kills[-1].line) for dump, event in killed[:12]]
            names = tuple(dict.fromkeys(dump.kills[-1].name for dump, _ in killed))
            yield stated("oom.count", evidence, kills=self._kills, names=names[:8])
        for position, (dump, event) in enumerate(self._dumps[:DETAILED], 1):
            yield from _dump_facts(position, dump, event)
        for event in self._reaped[:DETAILED]:
            kind = "oom.reaped" if event.attributes["reaped"] else "oom.not_reaped"
            yield stated(
                kind,
                [event.evidence],
                str(event.attributes["process.pid"]),
                process__pid=event.attributes["process.pid"],
            )


def _same_kill(a: Kill, b: Kill) -> bool:
    return (a.pid, a.name, a.total_vm_kb, a.anon_rss_kb) == (b.pid, b.name, b.total_vm_kb, b.anon_rss_kb)


def _extent(dump: OomDump) -> int:
    return dump.last_line - dump.first_line


def _at(event: Event, line: int, last: int | None = None) -> Evidence:
    """One line (or run of lines) of a dump as evidence."""
    texts = event.detail.texts if isinstance(event.detail, OomDump) else {}
    text = "\n".join(filter(None, (texts.get(number) for number in range(line, (last or line) + 1))))
    return Evidence(event.evidence.source, line, last or line, text[:EVIDENCE_LIMIT])


def _rows(event: Event, dump: OomDump) -> list[Evidence]:
    if not dump.rows:
        return []
    return [_at(event, dump.rows[0].line, dump.rows[-1].line)]


def _dump_facts(position: int, dump: OomDump, event: Event) -> Iterator[Fact]:
    subject = f"kill {position}"
    kill = dump.kills[-1] if dump.kills else None
    yield from _who(subject, dump, event, kill)
    yield from _table(subject, dump, event, kill)
    yield from _memory(subject, dump, event)
    yield from _cut(subject, dump, event, kill)
    if kill is not None:
        yield from _sizes(subject, dump, event, kill)


def _who(subject: str, dump: OomDump, event: Event, kill: Kill | None) -> Iterator[Fact]:
    verdict, trigger = dump.verdict, dump.trigger
    sysrq = trigger is not None and trigger.order == SYSRQ_ORDER
    scope = _scope(dump, kill)
    lines = [line for line in (verdict.line if verdict else None, kill.line if kill else None) if line]
    if kill is not None:
        group = verdict.task_memcg if verdict else dump.limited_group
        container = _CONTAINER().search(group) if group else None
        yield stated(
            "oom.kill", [_at(event, line) for line in lines], subject, process__pid=kill.pid,
            process__executable__name=kill.name, uid=kill.uid, time=event.time, scope=scope, sysrq=sysrq,
            constraint=verdict.constraint if verdict else None, host=event.host,
            container=container is not None, container__id=container["id"] if container else None, cgroup__path=group or None,
            uptime=event.time.ns / 1e9 if event.time is not None and type(event.time).__name__ == "BootTime" else None,
        )  # fmt: skip
    if scope == "global" and verdict is None and kill is not None:
        yield deduced("oom.scope_host", [_at(event, kill.line)], subject)
    elif scope != "unknown" and not sysrq:
        limit = (verdict.oom_memcg if verdict else "") or dump.limit_group
        evidence = [_at(event, verdict.line)] if verdict else [_at(event, kill.line)] if kill else [event.evidence]
        yield stated(f"oom.scope_{scope}", evidence, subject, oom_memcg=limit or None)
    if sysrq and trigger is not None:
        yield stated("oom.sysrq", [_at(event, trigger.line)], subject)
    if trigger is not None and not sysrq:
        yield stated(
            "oom.trigger",
            [_at(event, trigger.line)],
            subject,
            name=trigger.name,
            order=trigger.order,
            gfp=trigger.gfp_flags,
        )
    elif trigger is None and verdict is not None and verdict.cpuset not in ("", "/"):
        yield deduced("oom.trigger_cpuset", [_at(event, verdict.line)], subject, cpuset=verdict.cpuset)


def _scope(dump: OomDump, kill: Kill | None) -> str:
    """global, cgroup, cpuset, mempolicy or unknown. `global_oom` only says that it was no cgroup: the constraint decides."""
    if dump.verdict is not None:
        return _SCOPES.get(dump.verdict.constraint, "global" if dump.verdict.global_oom else "unknown")
    if dump.limit_group or (kill is not None and kill.memcg):
        return "cgroup"
    # before 5.0 nothing names the constraint; `Out of memory:` is never a cgroup's limit, and Mem-Info is the host's
    return "global" if kill is not None and kill.prefixed and "ram" in dump.memory else "unknown"


def _sizes(subject: str, dump: OomDump, event: Event, kill: Kill) -> Iterator[Fact]:
    here = [_at(event, kill.line)]
    resident = numbers.resident_kb(kill)
    if resident is not None:
        anonymous = kill.anon_rss_kb or 0
        yield stated(
            "oom.memory", here, subject, virtual_kb=kill.total_vm_kb, resident_kb=resident, anon_kb=anonymous,
            pgtables_kb=kill.pgtables_kb, mostly_anonymous=anonymous * 10 >= resident * 9,
        )  # fmt: skip
    page = numbers.page_size_kb(dump, kill)
    row = numbers.victim_row(dump, kill)
    if page is None or row is None:
        return
    both = [_at(event, row.line), *here]
    checks = numbers.equalities(dump, kill, page)
    exact = [check for check in checks if check.exact]
    if exact:
        shown = tuple(f"{check.left:,} = {check.right:,}" for check in exact)
        yield deduced(
            "oom.page_size",
            both,
            subject,
            page_kb=page,
            checks=shown,
            total_vm=row.total_vm,
            virtual_kb=kill.total_vm_kb,
        )
    for check in checks:
        if not check.holds:
            yield deduced(
                "oom.mismatch", both, f"{subject} {check.name}", name=check.name, left=check.left, right=check.right
            )
    yield from _points(subject, dump, event, row, page)


def _points(subject: str, dump: OomDump, event: Event, row: TaskRow, page: int) -> Iterator[Fact]:
    total = numbers.total_pages(dump)
    mine = numbers.points(row, page, total)
    if mine is None or dump.unread_rows:
        return
    others = [(other, numbers.points(other, page, total)) for other in dump.rows if other.pid != row.pid]
    known = sorted(((value, other) for other, value in others if value is not None), key=lambda pair: -pair[0])
    largest = all(value is None or value <= mine for _, value in others)
    tables = numbers.badness(row, page)
    yield deduced(
        "oom.badness" if largest else "oom.not_largest", [_at(event, row.line)], subject, points=mine, rss=row.rss,
        swapents=row.swapents or 0, tables=(tables or 0) - row.rss - (row.swapents or 0), oom_score_adj=row.oom_score_adj or 0,
        second=known[0][1].name if known else None, name=row.name,
    )  # fmt: skip
    rows_kb = sum(item.rss for item in dump.rows) * page
    rest = sorted((item for item in dump.rows if item.pid != row.pid), key=lambda item: -item.rss)
    yield deduced(
        "oom.share", _rows(event, dump), subject, rows=len(dump.rows), sum_kb=rows_kb, sum_pages=rows_kb // page,
        share=100 * row.rss * page / rows_kb if rows_kb else 0.0, others_kb=rows_kb - row.rss * page, name=row.name,
        next=tuple(f"{item.name} {item.rss * page / numbers.KIB:.0f} MiB" for item in rest[:3]),
    )  # fmt: skip
    same = [item for item in dump.rows if item.name == row.name]
    yield deduced(
        "oom.instances", [_at(event, item.line) for item in same[:6]], subject, count=len(same), name=row.name
    )


def _table(subject: str, dump: OomDump, event: Event, kill: Kill | None) -> Iterator[Fact]:
    if not dump.rows:
        return
    rows = _rows(event, dump)
    yield stated(
        "oom.table", rows, subject, pids=tuple(row.pid for row in dump.rows), names=tuple(row.name for row in dump.rows),
        lines=tuple(row.line for row in dump.rows), rss=tuple(row.rss for row in dump.rows), source=event.evidence.source,
        page_kb=numbers.page_size_kb(dump, kill),
    )  # fmt: skip
    if dump.shape is not None:
        yield deduced(
            "oom.shape", rows, subject, releases=RELEASES[dump.shape], header=dump.header_seen, shape=dump.shape
        )
    swap = [row.swapents for row in dump.rows if row.swapents is not None]
    if swap and not any(swap):
        yield deduced("oom.swap_unused", rows, subject, rows=len(swap))
    protected = [row for row in dump.rows if row.oom_score_adj is not None and row.oom_score_adj < 0]
    if protected:
        shown = tuple(dict.fromkeys(f"{row.name} {row.oom_score_adj}" for row in protected))
        yield stated("oom.protected", [_at(event, row.line) for row in protected[:8]], subject, processes=shown[:10])
    proxies = [row for row in dump.rows if row.name == "docker-proxy"]
    if proxies:
        yield stated("oom.docker_proxy", [_at(event, row.line) for row in proxies], subject, count=len(proxies))
    yield from _bystanders(subject, dump, event)


_AGENTS = {
    "tat_agent": "Tencent Cloud", "barad_agent": "Tencent Cloud", "YDService": "Tencent Cloud",
    "AliYunDun": "Alibaba Cloud", "aliyun-service": "Alibaba Cloud", "AliYunDunMonito": "Alibaba Cloud",
    "amazon-ssm-agen": "AWS", "google_guest_ag": "Google Cloud", "waagent": "Azure",
}  # fmt: skip
_SHELLS = frozenset({"sh", "bash", "ash", "dash"})
NEAR_PIDS = 100


def _bystanders(subject: str, dump: OomDump, event: Event) -> Iterator[Fact]:
    """What else runs there and might be misread; worded as a guess."""
    for row in dump.rows:
        if row.name in _AGENTS:
            yield deduced("host.cloud", [_at(event, row.line)], subject, name=row.name, provider=_AGENTS[row.name])
            break
    clients = [row for row in dump.rows if row.name == "docker"]
    near = [
        row
        for row in dump.rows
        if row.name in _SHELLS | {"curl", "wget"} and any(0 < row.pid - client.pid < NEAR_PIDS for client in clients)
    ]
    if near:
        evidence = [_at(event, row.line) for row in (*clients, *near)]
        yield deduced(
            "oom.docker_exec", evidence, subject, processes=tuple(f"{row.name} {row.pid}" for row in (*clients, *near))
        )


def _memory(subject: str, dump: OomDump, event: Event) -> Iterator[Fact]:
    memory, lines = dump.memory, dump.memory_lines
    page = memory.get("page_kb", 4)
    if "ram" in memory:
        usable = (memory["ram"] - memory.get("reserved", 0)) * page
        yield stated(
            "host.memory", [_at(event, lines["ram"])], subject, total_kb=memory["ram"] * page, usable_kb=usable
        )
    if "swap_total_kb" in memory:
        total, free = memory["swap_total_kb"], memory.get("swap_free_kb")
        kind = "host.swap" if total else "host.no_swap"
        used = total - free if free is not None else None
        yield stated(kind, [_at(event, lines["swap_total_kb"])], subject, total_kb=total, free_kb=free, used_kb=used)
    if "memory_limit_kb" in memory:
        limit = memory["memory_limit_kb"]
        if limit < 1 << 50:
            yield stated(
                "oom.cgroup_limit", [_at(event, lines["memory_limit_kb"])], subject, limit_kb=limit,
                usage_kb=memory["memory_usage_kb"], failcnt=memory["memory_failcnt"],
            )  # fmt: skip


def _cut(subject: str, dump: OomDump, event: Event, kill: Kill | None) -> Iterator[Fact]:
    no_head, no_memory = dump.trigger is None, "ram" not in dump.memory
    if kill is None:
        yield deduced("oom.tail_missing", [event.evidence], subject)
    if _scope(dump, kill) == "cgroup":
        no_memory = False  # a dump for a limit never holds Mem-Info
    if not (no_head or no_memory):
        return
    floor = sum(row.rss for row in dump.rows) * (numbers.page_size_kb(dump, kill) or 0)
    kind = "oom.memory_missing" if not no_head else "oom.head_missing" if no_memory else "oom.trigger_missing"
    kind += "_bare" if kind == "oom.head_missing" and not floor else ""
    yield deduced(
        kind, [_at(event, dump.first_line)], subject, trigger=no_head, memory=no_memory, rows=len(dump.rows),
        release=not dump.kernel_release, floor_kb=floor or None,
    )  # fmt: skip


BUILDER = OomBuilder

__all__ = ["BUILDER", "SENTENCES", "OomBuilder"]
