"""What happened, in order, as far as the clocks can be compared."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.clock import BootTime, Time
from assistant.facts.builder import sentences
from assistant.fill import fill_text
from assistant.model import Fact, TimelineItem

KINDS = (
    "upstream.request", "nginx.stop", "nginx.start", "nginx.reload", "nginx.reopen", "nginx.worker_killed", "oom.kill",
    "container.network_down", "container.restarted",
)  # fmt: skip
_WHEN = {"container.restarted": "port"}
LIMIT = 400


def timeline(facts: Sequence[Fact]) -> tuple[TimelineItem, ...]:
    """Items of one clock in order of time; clocks that cannot be compared follow one another."""
    items = []
    for fact in facts:
        if fact.kind not in KINDS or not fact.evidence:
            continue
        when = fact.attributes.get(_WHEN.get(fact.kind, "time"))
        time = when if isinstance(when, Time) else None
        items.append(
            TimelineItem(time, fill_text(sentences()[fact.kind], fact.attributes), fact.evidence[0], fact.kind)
        )
    items.sort(
        key=lambda item: (_clock(item.time), item.time.ns if item.time else 0, item.evidence.source, item.evidence.line)
    )
    return tuple(items[:LIMIT])


def _clock(time: Time | None) -> tuple[int, str]:
    if time is None:
        return 9, ""
    return (5, time.boot) if isinstance(time, BootTime) else (1, type(time).__name__)
