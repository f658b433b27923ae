"""One kernel OOM dump: lines in, one `OomDump` out, complete or cut at either end.

Every piece is optional, because people paste what their screen held. Keywords and column counts decide, never a kernel
version. Source: mm/oom_kill.c, mm/show_mem.c, mm/memcontrol.c from 2.6.24 to 7.1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from assistant.events.oom_table import RawRow, TaskRow, guess_shape, parse_header, parse_row, resolve
from assistant.intake.lazily import lazily

KIB = 1024
KEEP_TEXTS = 5_000  # lines of one dump whose text is kept to be cited


@dataclass(frozen=True, slots=True)
class Trigger:
    """The process whose allocation failed; in general not the victim. `order` -1 is SysRq-f."""

    name: str
    gfp_mask: int
    gfp_flags: str
    order: int
    line: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """The `oom-kill:` line. `cpuset` and `mems_allowed` are the trigger's, `task*` the victim's."""

    constraint: str
    cpuset: str
    global_oom: bool
    oom_memcg: str
    task_memcg: str
    task: str
    pid: int
    uid: int
    line: int


@dataclass(frozen=True, slots=True)
class Kill:
    """A `Killed process` line; sizes in kB (1,024 bytes), None where this kernel does not print them."""

    pid: int
    name: str
    line: int
    memcg: bool = False
    prefixed: bool = False  # the line begins with "Out of memory"
    score: int | None = None
    uid: int | None = None
    total_vm_kb: int | None = None
    anon_rss_kb: int | None = None
    file_rss_kb: int | None = None
    shmem_rss_kb: int | None = None
    pgtables_kb: int | None = None
    oom_score_adj: int | None = None


@dataclass(frozen=True, slots=True)
class OomDump:
    """Everything a dump said. `memory` holds Mem-Info counters by their names (pages unless the name ends in _kb)."""

    trigger: Trigger | None = None
    kernel_release: str = ""
    shape: str | None = None
    header_seen: bool = False
    rows: tuple[TaskRow, ...] = ()
    unread_rows: int = 0
    memory: dict[str, int] = field(default_factory=dict)
    memory_lines: dict[str, int] = field(default_factory=dict)
    limit_group: str = ""
    limited_group: str = ""
    memory_stat: dict[str, int] = field(default_factory=dict)
    verdict: Verdict | None = None
    kills: tuple[Kill, ...] = ()
    group_kill: str = ""
    texts: dict[int, str] = field(default_factory=dict)  # the lines as they stood in the log, by number
    first_line: int = 0
    last_line: int = 0


_TRIGGER = lazily(
    r"(?P<name>.{1,64}?) invoked oom-killer: gfp_mask=(?P<mask>0x[0-9a-fA-F]+)(?:\((?P<flags>[^)]*)\))?,.*?"
    r"order=(?P<order>-?\d+)"
)
_RELEASE = lazily(
    r"(?:CPU: \d+ .*?PID: \d+ .*?Comm: .{1,64}?|Pid: \d+, comm: .{1,64}?) (?:Kdump: loaded )?"
    r"(?:Not tainted|Tainted: [A-Z ]+?|Tainted: [^0-9]*?) -* ?(\d+\.\d+\S*)"
)
_VERDICT = lazily(r"oom-kill:constraint=(?P<constraint>\w+),(?P<rest>.*)$")
_PAIR = lazily(r"(\w+)=(.*?)(?=,\w+=|,global_oom|$)")
_KILL = lazily(
    r"(?P<prefix>Memory cgroup out of memory|Out of memory(?: \([\w ]+\))?|Out of Memory)?:? ?"
    r"(?P<verb>Killed|Kill|kill) process (?P<pid>\d+),? \(?"
)
_NAME = lazily(r"(?:, UID (?P<uid1>\d+), )?\((?P<name>.*?)\)(?=[,. ]|$)(?:,? UID:? ?(?P<uid2>\d+),?)?")
_SIZES = lazily(r"(total-vm|vsz|anon-rss|file-rss|shmem-rss|pgtables|UID|oom_score_adj|score):? ?(-?\d+)(?:kB)?")
_LIMIT_OLD = lazily(r"Task in (\S+) killed as a result of limit of (\S+)")
_GROUP_KILL = lazily(r"Tasks in (\S+) are going to be killed due to memory\.oom\.group set")
_USAGE = lazily(r"(memory|memory\+swap|swap|kmem): usage (\d+)kB, limit (\d+)kB, failcnt (\d+)")
_BUDDY = lazily(r"(?:Node \d+ )?(?:DMA|DMA32|Normal|HighMem|Movable|Device): \d+\*(\d+)kB .*= (\d+)kB$")
_COUNTED = (
    (lazily(r"(\d+) pages RAM$"), "ram"),
    (lazily(r"(\d+) pages reserved$"), "reserved"),
    (lazily(r"(\d+) pages HighMem"), "highmem"),
    (lazily(r"(\d+) pages in swap cache$"), "swap_cache"),
    (lazily(r"(\d+) total pagecache pages$"), "pagecache"),
    (lazily(r"Free swap +[=:] *(\d+)kB"), "swap_free_kb"),
    (lazily(r"Total swap = (\d+)kB"), "swap_total_kb"),
)
_TOTALS = lazily(r"\b(active_anon|inactive_anon|active_file|inactive_file|unevictable|free|slab_reclaimable|"
                     r"slab_unreclaimable|shmem|pagetables|mapped):(\d+)(?!kB)")  # fmt: skip
_STAT = lazily(r"(?:Memory cgroup stats for \S+?: ?)?([a-z][a-z_0-9]+) (\d+)$")
_STAT_OLD = lazily(r"\b([a-z_]+):(\d+)KB")
_NOISE = lazily(
    r"(?:Mem-Info:|Call [Tt]race:|Hardware name: |Workqueue: |Tainted: \[|</?TASK>|COMPACTION is disabled|"
    r"\S+(?: \S+)? cpuset=\S+ mems_allowed=|Node \d+ (?:\w+ )?(?:free:|active_anon:|hugepages_total=|\w+ per-cpu:)|"
    r"(?:DMA|DMA32|Normal|HighMem|Movable|Device) (?:free:|per-cpu:)|CPU +\d+: hi: |lowmem_reserve\[\]: |"
    r"Node \d+ hugepages_|Swap cache stats: |\d+ pages (?:shared|non-shared|cma reserved|hwpoisoned|in pagetable)|"
    r"Tasks state \(memory values in pages\):|Memory cgroup (?:stats for|out of memory)|Unreclaimable slab info:|"
    r"Memory limit reached of cgroup|(?:RIP|RSP|RAX|RBX|RCX|RDX|RSI|RDI|RBP|R\d\d|ORIG_RAX|FS|GS|CS|Code): ?|"
    r"[ ?]*(?:\[<[0-9a-f]+>\] )?[ ?]*[\w.]+\+0x[0-9a-f]+/0x[0-9a-f]+|active_anon:|active_file:|unevictable:|"
    r"slab_reclaimable:|mapped:|kernel_misc_reclaimable:|sec_pagetables:|free:\d)"
)
# Anything a dump's line can contain; tried before any pattern.
# Names of cgroup v2's memory.stat that may stand in a dump.
_STAT_NAMES = frozenset({
    "anon", "file", "kernel", "kernel_stack", "pagetables", "sec_pagetables", "percpu", "sock", "vmalloc", "shmem",
    "zswap", "zswapped", "zswap_incomp", "file_mapped", "file_dirty", "file_writeback", "swapcached", "anon_thp",
    "file_thp", "shmem_thp", "inactive_anon", "active_anon", "inactive_file", "active_file", "unevictable",
    "slab_reclaimable", "slab_unreclaimable", "slab", "hugetlb", "pgfault", "pgmajfault", "pgrefill", "pgscan",
    "pgsteal", "pgactivate", "pgdeactivate", "pglazyfree", "pglazyfreed", "pswpin", "pswpout", "thp_fault_alloc",
    "thp_collapse_alloc", "workingset_refault_anon", "workingset_refault_file", "workingset_activate_anon",
    "workingset_activate_file", "workingset_restore_anon", "workingset_restore_file", "workingset_nodereclaim",
})  # fmt: skip


class DumpBuilder:
    """Collects the lines of one dump."""

    def __init__(self) -> None:
        self._dump: dict[str, object] = {}
        self._memory: dict[str, int] = {}
        self._memory_lines: dict[str, int] = {}
        self._stat: dict[str, int] = {}
        self._rows: list[RawRow] = []
        self._kills: list[Kill] = []
        self._texts: dict[int, str] = {}
        self._first = self._last = 0

    @property
    def empty(self) -> bool:
        """Whether nothing was collected yet."""
        return self._first == 0

    @property
    def killed(self) -> bool:
        """Whether the verdict of this dump was seen."""
        return bool(self._kills)

    @property
    def last_line(self) -> int:
        """The last physical line taken."""
        return self._last

    def begins_another(self, text: str) -> bool:
        """Whether this line can only belong to the next dump."""
        if self.empty:
            return False
        if " invoked oom-killer:" in text:
            return True
        if text.startswith("oom-kill:constraint="):
            return self.killed or "verdict" in self._dump
        if not self.killed:
            return False
        kill = parse_kill(text, 0)
        if kill is None:
            return parse_row(text, 0, None) is not None or text.startswith("Mem-Info:")
        last = self._kills[-1]
        return kill.pid != last.pid and "group_kill" not in self._dump

    def take(self, text: str, line: int, last: int, raw: str) -> bool:
        """Take a line if it belongs to a dump; `raw` is the line with its prefixes, for citations."""
        if not (self._take_piece(text, line) or _NOISE().match(text)):
            return False
        if self._first == 0:
            self._first = line
        if len(self._texts) < KEEP_TEXTS:
            self._texts[line] = raw[:500]
        self._last = last
        return True

    def _take_piece(self, text: str, line: int) -> bool:
        shape = self._dump.get("shape")
        if text.startswith("["):
            found = parse_header(text)
            if found:
                self._dump |= {"shape": found, "header_seen": True}
                return True
            row = parse_row(text, line, shape if isinstance(shape, str) else None)
            if row is not None:
                self._rows.append(row)
                return True
            return False
        if "process " in text and (kill := parse_kill(text, line)) is not None:
            self._add_kill(kill)
            return True
        return self._take_header(text, line) or self._take_memory(text, line)

    def _take_header(self, text: str, line: int) -> bool:
        if " invoked oom-killer:" in text and (match := _TRIGGER().match(text)):
            flags = match["flags"] or ""
            self._dump["trigger"] = Trigger(match["name"], int(match["mask"], 16), flags, int(match["order"]), line)
        elif text.startswith("oom-kill:constraint=") and (match := _VERDICT().match(text)):
            self._dump["verdict"] = _parse_verdict(match, line)
        elif text.startswith(("CPU: ", "Pid: ")) and (match := _RELEASE().match(text)):
            self._dump["kernel_release"] = match[1]
        elif text.startswith("Task in ") and (match := _LIMIT_OLD().match(text)):
            self._dump |= {"limited_group": match[1], "limit_group": match[2]}
        elif text.startswith("Tasks in ") and (match := _GROUP_KILL().match(text)):
            self._dump["group_kill"] = match[1]
        else:
            return False
        return True

    def _take_memory(self, text: str, line: int) -> bool:
        if "usage " in text and (match := _USAGE().match(text)):
            name = match[1].replace("+", "_")
            for key, value in zip(("usage_kb", "limit_kb", "failcnt"), match.group(2, 3, 4), strict=True):
                self._put(f"{name}_{key}", int(value), line)
            return True
        if text.endswith("kB") and (match := _BUDDY().match(text)):
            self._memory.setdefault("page_kb", int(match[1]))
            self._memory_lines.setdefault("page_kb", line)
            return True
        for pattern, name in _COUNTED:
            if match := pattern().match(text):
                self._put(name, int(match[1]), line)
                return True
        if text.startswith("Memory cgroup stats for ") and (pairs := _STAT_OLD().findall(text)):
            self._stat |= {name: int(value) * KIB for name, value in pairs}
            return True
        if (match := _STAT().match(text)) and (
            match[1] in _STAT_NAMES or match[1].startswith(("pg", "thp_", "workingset_"))
        ):
            self._stat[match[1]] = int(match[2])
            return True
        totals = _TOTALS().findall(text)
        if totals and _NOISE().match(text) and not text.startswith("Node "):
            for name, value in totals:
                self._put(name, int(value), line)
            return True
        return False

    def _put(self, name: str, value: int, line: int) -> None:
        self._memory[name], self._memory_lines[name] = value, line

    def _add_kill(self, kill: Kill) -> None:
        """`Kill process N … or sacrifice child` and `Killed process N` are one kill told in two lines."""
        if self._kills and self._kills[-1].pid == kill.pid:
            old = self._kills[-1]
            merged = {name: getattr(kill, name) for name in Kill.__dataclass_fields__}
            merged |= {name: getattr(old, name) for name, value in merged.items() if value is None}
            merged |= {"memcg": old.memcg or kill.memcg, "prefixed": old.prefixed or kill.prefixed}
            self._kills[-1] = Kill(**merged)
        else:
            self._kills.append(kill)

    def build(self) -> OomDump:
        """The dump as a value."""
        shape = self._dump.get("shape") or guess_shape(self._rows)
        rows = [resolve(row, shape) for row in self._rows] if isinstance(shape, str) else []
        known = tuple(row for row in rows if row is not None)
        self._dump["shape"] = shape
        return OomDump(
            **self._dump,  # type: ignore[arg-type]  # collected by the names of its fields
            rows=known,
            unread_rows=len(self._rows) - len(known),
            memory=self._memory,
            memory_lines=self._memory_lines,
            memory_stat=self._stat,
            texts=self._texts,
            kills=tuple(self._kills),
            first_line=self._first,
            last_line=self._last,
        )


def _parse_verdict(match: re.Match[str], line: int) -> Verdict:
    rest = match["rest"]
    values = dict(_PAIR().findall(rest))
    return Verdict(
        match["constraint"],
        values.get("cpuset", ""),
        ",global_oom" in "," + rest,
        values.get("oom_memcg", ""),
        values.get("task_memcg", ""),
        values.get("task", ""),
        int(values.get("pid", "0") or 0),
        int(values.get("uid", "0") or 0),
        line,
    )


def parse_kill(text: str, line: int) -> Kill | None:
    """A verdict line of any kernel; None when the text is not one."""
    match = _KILL().match(text)
    if match is None:
        return None
    name = _NAME().match(text, match.end("pid"))
    if name is None:
        name = _NAME().match(text, match.end("pid") + 1)
    if name is None:
        return None
    sizes = {key: int(value) for key, value in _SIZES().findall(text[name.end("name") :])}
    uid = name["uid1"] or name["uid2"]
    return Kill(
        int(match["pid"]),
        name["name"],
        line,
        memcg=(match["prefix"] or "").startswith("Memory cgroup"),
        prefixed=(match["prefix"] or "").lower().startswith("out of memory"),
        score=sizes.get("score"),
        uid=int(uid) if uid else sizes.get("UID"),
        total_vm_kb=sizes.get("total-vm", sizes.get("vsz")),
        anon_rss_kb=sizes.get("anon-rss"),
        file_rss_kb=sizes.get("file-rss"),
        shmem_rss_kb=sizes.get("shmem-rss"),
        pgtables_kb=sizes.get("pgtables"),
        oom_score_adj=sizes.get("oom_score_adj"),
    )
