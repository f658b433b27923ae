"""Citations: `[1:3]`, `[1:1,3,5]`, `[3:10-12]`, one bracket per source."""

from __future__ import annotations

from collections.abc import Iterable

from assistant.model import Evidence

MAX_RANGES = 8  # per source; more prove no more


def cite(evidence: Iterable[Evidence]) -> str:
    """The citation of these lines, sources in order; empty without lines."""
    by_source: dict[int, list[tuple[int, int]]] = {}
    for item in evidence:
        by_source.setdefault(item.source, []).append((item.line, item.last))
    return " ".join(f"[{source}:{_ranges(lines)}]" for source, lines in sorted(by_source.items()))


def _ranges(lines: list[tuple[int, int]]) -> str:
    merged: list[list[int]] = []
    for first, last in sorted(set(lines)):
        if merged and first <= merged[-1][1] + 1:
            merged[-1][1] = max(merged[-1][1], last)
        else:
            merged.append([first, last])
    shown = merged if len(merged) <= MAX_RANGES else [*merged[: MAX_RANGES - 1], merged[-1]]
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in shown)


def cited(text: str, evidence: Iterable[Evidence]) -> str:
    """A sentence with its citation behind it."""
    mark = cite(evidence)
    return f"{text} {mark}" if mark else text
