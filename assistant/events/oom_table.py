"""The task table of a kernel OOM dump: eight shapes, told apart by the header or, where it is cut off, by the columns.

Source: dump_tasks() in mm/oom_kill.c from 2.6.25 to 7.1. Distributions back-port, so nothing here
asks for a kernel version; the shape only says which releases print it.
"""

from __future__ import annotations

from dataclasses import dataclass

from assistant.intake.lazily import lazily

PAGE_TABLE_UNIT = 4096  # pgtables_bytes is a whole number of page-table pages, never smaller than this
MIN_OOM_ADJ, MAX_OOM_ADJ = -17, 15


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One process. `total_vm`, `rss*` and `swapents` are pages; `pgtables_bytes` is bytes."""

    pid: int
    uid: int
    tgid: int
    total_vm: int
    rss: int
    name: str
    line: int
    oom_score_adj: int | None = None
    swapents: int | None = None
    pgtables_bytes: int | None = None
    nr_ptes: int | None = None
    rss_anon: int | None = None
    rss_file: int | None = None
    rss_shmem: int | None = None


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row before its shape is known: the integers after `[pid]`, and the name."""

    pid: int
    values: tuple[int, ...]
    name: str
    line: int


# Column names after uid, tgid, total_vm, rss.
SHAPES: dict[str, tuple[str, ...]] = {
    "T1": ("cpu", "oom_adj"),
    "T2": ("cpu", "oom_adj", "oom_score_adj"),
    "T3": ("nr_ptes", "swapents", "oom_score_adj"),
    "T4": ("nr_ptes", "nr_pmds", "swapents", "oom_score_adj"),
    "T5": ("pgtables_bytes", "swapents", "oom_score_adj"),
    "T7": ("rss_anon", "rss_file", "rss_shmem", "pgtables_bytes", "swapents", "oom_score_adj"),
}
# Mainline releases that print a shape, for the reader's orientation only.
RELEASES = {
    "T1": "2.6.25–2.6.35", "T2": "2.6.36–3.7", "T3": "3.8–4.0", "T4": "4.1–4.14", "T5": "4.15–6.7", "T7": "6.8+",
}  # fmt: skip

HEADER = lazily(r"\[ *pid *\] +uid +tgid +total_vm +rss +([a-z_ ]+?) +name$")
_ROW = lazily(r"\[ *(\d+)\] +(\d+) +(\d+) +(\d+) +(\d+)((?: +-?\d+){2,6}) (.*)$")


def parse_header(text: str) -> str | None:
    """The shape that a header line announces."""
    match = HEADER().match(text)
    if match is None:
        return None
    columns = tuple(match[1].split())
    return next((shape for shape, names in SHAPES.items() if names == columns), None)


def parse_row(text: str, line: int, shape: str | None) -> RawRow | None:
    """A row; with a known shape a name that begins with digits is not taken for a column."""
    match = _ROW().match(text)
    if match is None:
        return None
    extra, name = match[6].split(), match[7].strip()
    if shape is not None:
        wanted = len(SHAPES[shape])
        while len(extra) > wanted:
            name = f"{extra.pop()} {name}".strip()
    if not name:
        return None
    values = tuple(int(value) for value in (*match.group(2, 3, 4, 5), *extra))
    return RawRow(int(match[1]), values, name, line)


def guess_shape(rows: list[RawRow]) -> str | None:
    """The shape of rows without a header; None when they do not tell."""
    counts = {len(row.values) for row in rows}
    if len(counts) != 1:
        return None
    width = counts.pop()
    if width in (6, 8, 10):
        return {6: "T1", 8: "T4", 10: "T7"}[width]
    if width != 7:  # noqa: PLR2004
        return None
    fifth = [row.values[4] for row in rows]
    if all(value >= PAGE_TABLE_UNIT and value % PAGE_TABLE_UNIT == 0 for value in fifth):
        return "T5"
    sixth = [row.values[5] for row in rows]
    # oom_adj spans -17..15; a swap count is never negative and rarely that small in every row
    if any(value < 0 for value in sixth) and all(MIN_OOM_ADJ <= value <= MAX_OOM_ADJ for value in sixth):
        return "T2"
    return "T3"


def resolve(row: RawRow, shape: str) -> TaskRow | None:
    """The row with its columns named."""
    names = SHAPES[shape]
    if len(row.values) != 4 + len(names):
        return None
    uid, tgid, total_vm, rss = row.values[:4]
    columns = dict(zip(names, row.values[4:], strict=True))
    return TaskRow(
        row.pid,
        uid,
        tgid,
        total_vm,
        rss,
        row.name,
        row.line,
        oom_score_adj=columns.get("oom_score_adj"),
        swapents=columns.get("swapents"),
        pgtables_bytes=columns.get("pgtables_bytes"),
        nr_ptes=columns.get("nr_ptes"),
        rss_anon=columns.get("rss_anon"),
        rss_file=columns.get("rss_file"),
        rss_shmem=columns.get("rss_shmem"),
    )
