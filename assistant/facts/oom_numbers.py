"""The arithmetic of an OOM dump: page size, equalities, badness, shares. Pure functions on one `OomDump`.

Sources: dump_tasks(), oom_badness() and __oom_kill_process() in mm/oom_kill.c; mm/show_mem.c. `rss` is counted per CPU
in batches, so sums may differ by a few pages; such differences are no mismatch.
"""

from __future__ import annotations

from dataclasses import dataclass

from assistant.events.oom import Kill, OomDump
from assistant.events.oom_table import TaskRow

KIB = 1024
BATCH_PAGES = 256  # percpu_counter batching: a few dozen pages per CPU in practice, this is generous
PAGE_SIZES_KB = (4, 8, 16, 64)
UNKILLABLE = -1000


@dataclass(frozen=True, slots=True)
class Equality:
    """One machine check: what must equal what, in kB or pages, and whether it does."""

    name: str
    left: int
    right: int
    holds: bool
    exact: bool


def victim_row(dump: OomDump, kill: Kill) -> TaskRow | None:
    """The victim's row in the task table."""
    return next((row for row in dump.rows if row.pid == kill.pid), None)


def page_size_kb(dump: OomDump, kill: Kill | None) -> int | None:
    """The page size in kB: the first buddy size, or total-vm divided by total_vm of the victim."""
    known = dump.memory.get("page_kb")
    if known:
        return known
    row = victim_row(dump, kill) if kill else None
    if row is None or kill is None or not kill.total_vm_kb or not row.total_vm:
        return None
    size, rest = divmod(kill.total_vm_kb, row.total_vm)
    return size if rest == 0 and size in PAGE_SIZES_KB else None


def resident_kb(kill: Kill) -> int | None:
    """Resident size as the kill line gives it: anonymous, file-backed and shared pages."""
    if kill.anon_rss_kb is None:
        return None
    return kill.anon_rss_kb + (kill.file_rss_kb or 0) + (kill.shmem_rss_kb or 0)


def equalities(dump: OomDump, kill: Kill, page_kb: int) -> list[Equality]:
    """Every equality that this dump has both sides of."""
    row = victim_row(dump, kill)
    found: list[Equality] = []
    if row is not None and kill.total_vm_kb is not None:
        left = row.total_vm * page_kb
        found.append(Equality("total_vm", left, kill.total_vm_kb, left == kill.total_vm_kb, left == kill.total_vm_kb))
    resident = resident_kb(kill)
    if row is not None and resident is not None:
        left = row.rss * page_kb
        near = abs(left - resident) <= BATCH_PAGES * page_kb
        found.append(Equality("rss", left, resident, near, left == resident))
    if row is not None and None not in (row.rss_anon, row.rss_file, row.rss_shmem):
        right = (row.rss_anon or 0) + (row.rss_file or 0) + (row.rss_shmem or 0)
        found.append(Equality("rss_parts", row.rss, right, abs(row.rss - right) <= BATCH_PAGES, row.rss == right))
    if row is not None and row.pgtables_bytes is not None and kill.pgtables_kb is not None:
        left = row.pgtables_bytes // KIB
        found.append(Equality("pgtables", left, kill.pgtables_kb, left == kill.pgtables_kb, left == kill.pgtables_kb))
    free, total = dump.memory.get("swap_free_kb"), dump.memory.get("swap_total_kb")
    if free is not None and total is not None and free > total:
        found.append(Equality("swap", free, total, holds=False, exact=False))
    return found


def badness(row: TaskRow, page_kb: int) -> int | None:
    """The points (pages) by which the kernel picks the victim, without the share that oom_score_adj adds."""
    if row.pgtables_bytes is not None:
        tables = row.pgtables_bytes // KIB // page_kb
    elif row.nr_ptes is not None:
        tables = row.nr_ptes
    else:
        return None
    return row.rss + (row.swapents or 0) + tables


def points(row: TaskRow, page_kb: int, total_pages: int | None) -> int | None:
    """Badness with `oom_score_adj`, when the total is known or the adjustment is zero."""
    base = badness(row, page_kb)
    if base is None or row.oom_score_adj in (None, 0):
        return base
    if row.oom_score_adj == UNKILLABLE:
        return 0
    return None if total_pages is None else base + (row.oom_score_adj or 0) * total_pages // 1000


def total_pages(dump: OomDump) -> int | None:
    """RAM and swap in pages, when Mem-Info is in the dump."""
    ram, reserved, swap = dump.memory.get("ram"), dump.memory.get("reserved", 0), dump.memory.get("swap_total_kb")
    page = dump.memory.get("page_kb")
    if ram is None or page is None:
        return None
    return ram - reserved + (swap or 0) // page
