"""OOM dumps in every shape, written from the formats in mm/oom_kill.c of each range of kernels."""

from __future__ import annotations

# pid, uid, total_vm, rss, adj, name; the victim is the second one.
PROCESSES = (
    (812, 0, 3900, 350, -1000, "sshd"),
    (4242, 1000, 900_000, 500_000, 0, "java"),
    (991, 33, 5000, 700, 0, "Web Content (2)"),
)
PAGE_TABLES = 1_100  # page-table pages of the victim


def _pages(rss: int, name: str) -> int:
    return PAGE_TABLES if name == "java" else max(8, rss // 100)


HEADERS = {
    "T1": "[ pid ]   uid  tgid total_vm      rss cpu oom_adj name",
    "T2": "[ pid ]   uid  tgid total_vm      rss cpu oom_adj oom_score_adj name",
    "T3": "[ pid ]   uid  tgid total_vm      rss nr_ptes swapents oom_score_adj name",
    "T4": "[ pid ]   uid  tgid total_vm      rss nr_ptes nr_pmds swapents oom_score_adj name",
    "T5": "[ pid ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name",
    "T6": "[  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name",
    "T7": "[  pid  ]   uid  tgid total_vm      rss rss_anon rss_file rss_shmem pgtables_bytes swapents oom_score_adj name",
}


def row(shape: str, pid: int, uid: int, total: int, rss: int, adj: int, name: str) -> str:
    start = f"[{pid:>7}] {uid:>5} {pid:>5} {total:>8} {rss:>8} "
    pages = _pages(rss, name)
    legacy = -17 if adj == -1000 else 0
    columns = {
        "T1": f"{1:>3} {legacy:>7} ",
        "T2": f"{1:>3} {legacy:>7} {adj:>13} ",
        "T3": f"{pages:>7} {0:>8} {adj:>13} ",
        "T4": f"{pages:>7} {4:>7} {0:>8} {adj:>13} ",
        "T5": f"{pages * 4096:>8} {0:>8} {adj:>13} ",
        "T6": f"{pages * 4096:>8} {0:>8} {adj:>13} ",
        "T7": f"{rss - 10:>8} {10:>8} {0:>9} {pages * 4096:>8} {0:>8} {adj:>13} ",
    }
    return start + columns[shape] + name


def table(shape: str) -> list[str]:
    return [row(shape, *process) for process in PROCESSES]


SIZES = "total-vm:3600000kB, anon-rss:1999960kB, file-rss:40kB"
KILLS = {
    "2.6.18": ["Out of Memory: Killed process 4242 (java)."],
    "2.6.24": ["Out of memory: kill process 4242 (java) score 501100 or a child", "Killed process 4242 (java)"],
    "2.6.33": [
        "Out of memory: kill process 4242 (java) score 501100 or a child",
        "Killed process 4242 (java) vsz:3600000kB, anon-rss:1999960kB, file-rss:40kB",
    ],
    "3.10": [
        "Out of memory: Kill process 4242 (java) score 901 or sacrifice child",
        f"Killed process 4242 (java) {SIZES}",
    ],
    "4.5": [
        "Out of memory: Kill process 4242 (java) score 901 or sacrifice child",
        f"Killed process 4242 (java) {SIZES}, shmem-rss:0kB",
    ],
    "el6": [
        "Out of memory: Kill process 4242 (java) score 901 or sacrifice child",
        f"Killed process 4242, UID 1000, (java) {SIZES}",
    ],
    "el7": [
        "Out of memory: Kill process 4242 (java) score 901 or sacrifice child",
        f"Killed process 4242 (java), UID 1000, {SIZES}, shmem-rss:0kB",
    ],
    "5.1": [f"Out of memory: Killed process 4242 (java) {SIZES}, shmem-rss:0kB"],
    "5.4": [
        f"Out of memory: Killed process 4242 (java) {SIZES}, shmem-rss:0kB, UID:1000 pgtables:4400kB oom_score_adj:0"
    ],
    "allocating task": [
        f"Out of memory (oom_kill_allocating_task): Killed process 4242 (java) {SIZES}, shmem-rss:0kB, UID:1000 pgtables:4400kB oom_score_adj:0"
    ],
    "memcg": [
        f"Memory cgroup out of memory: Killed process 4242 (java) {SIZES}, shmem-rss:0kB, UID:1000 pgtables:4400kB oom_score_adj:0"
    ],
}

TRIGGERS = {
    "2.6.32": "apache2 invoked oom-killer: gfp_mask=0x280da, order=0, oom_adj=0",
    "el6": "apache2 invoked oom-killer: gfp_mask=0x280da, order=0, oom_adj=0, oom_score_adj=0",
    "3.10": "apache2 invoked oom-killer: gfp_mask=0x201da, order=0, oom_score_adj=0",
    "4.6": "apache2 invoked oom-killer: gfp_mask=0x24201ca(GFP_HIGHUSER_MOVABLE|__GFP_COLD), order=0, oom_score_adj=0",
    "4.10": "apache2 invoked oom-killer: gfp_mask=0x14280ca(GFP_HIGHUSER_MOVABLE|__GFP_ZERO), nodemask=(null),  order=0, oom_score_adj=0",
    "5.x": "apache2 invoked oom-killer: gfp_mask=0x140cca(GFP_HIGHUSER_MOVABLE|__GFP_COMP), order=0, oom_score_adj=0",
}
RELEASES = {
    "3.2": ("Pid: 7562, comm: apache2 Not tainted 3.2.0-24-virtual #37-Ubuntu", "3.2.0-24-virtual"),
    "el7": ("CPU: 4 PID: 29481 Comm: sed Not tainted 3.10.0-514.el7.x86_64 #1", "3.10.0-514.el7.x86_64"),
    "kdump": (
        "CPU: 1 PID: 1 Comm: x Kdump: loaded Tainted: G           OE    ------------   3.10.0-1160.el7.x86_64 #1",
        "3.10.0-1160.el7.x86_64",
    ),
    "6.12": (
        "CPU: 0 UID: 0 PID: 550 Comm: cron Tainted: G         C         6.12.62+rpt-rpi-v8 #1  Debian 1:6.12.62-1+rpt1",
        "6.12.62+rpt-rpi-v8",
    ),
}
MEMORY = [
    "Mem-Info:",
    "active_anon:120 inactive_anon:496000 isolated_anon:0",
    " active_file:11 inactive_file:20 isolated_file:0",
    " free:13000 free_pcp:0 free_cma:0",
    "Node 0 active_anon:480kB inactive_anon:1984000kB active_file:44kB all_unreclaimable? yes",
    "Node 0 DMA free:7900kB boost:0kB min:340kB low:420kB high:500kB present:15992kB managed:15360kB",
    "lowmem_reserve[]: 0 1900 1900 1900",
    "Node 0 DMA: 1*4kB (U) 1*8kB (U) 0*16kB 0*32kB 0*64kB 0*128kB 0*256kB 1*512kB (U) 1*1024kB (U) 1*2048kB (M) 1*4096kB (M) = 7692kB",
    "Node 0 hugepages_total=0 hugepages_free=0 hugepages_surp=0 hugepages_size=2048kB",
    "310 total pagecache pages",
    "0 pages in swap cache",
    "Free swap  = 0kB",
    "Total swap = 0kB",
    "524158 pages RAM",
    "0 pages HighMem/MovableOnly",
    "14000 pages reserved",
]


def global_verdict(task: str = "/system.slice/app.service") -> str:
    return f"oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,global_oom,task_memcg={task},task=java,pid=4242,uid=1000"


def full(shape: str = "T6", kill: str = "5.4", *, verdict: bool = True) -> list[str]:
    """A complete dump."""
    lines = [
        TRIGGERS["5.x"],
        RELEASES["6.12"][0],
        "Hardware name: QEMU Standard PC",
        "Call Trace:",
        " <TASK>",
        " dump_stack_lvl+0x48/0x70",
        " </TASK>",
    ]
    lines += [*MEMORY, "Tasks state (memory values in pages):", HEADERS[shape], *table(shape)]
    return [*lines, *([global_verdict()] if verdict else []), *KILLS[kill]]
