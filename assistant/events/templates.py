"""The shapes of lines that no format claimed: mined with Drain, so that they are counted and shown instead of dropped.

Numbers, ids and quoted texts are masked first; Drain then finds the words in which lines of one shape differ. How often
each comes, when it comes in bursts, and which come once are often all that an unknown log can tell.

Source: He et al., "Drain: An Online Log Parsing Approach with Fixed Depth Tree" (ICWS 2017), as kept in `drain3`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.clock import NS, Time, comparable
from assistant.events import stamps
from assistant.events.severity import guess
from assistant.intake.lazily import lazily
from assistant.model import Evidence, Severity, Template

if TYPE_CHECKING:
    from drain3.drain import Drain

MAX_TEMPLATES = 300  # past that the shape that was not seen for longest makes room
MAX_TEXT = 400  # characters of a line that its shape is made of
SPAN = 60 * NS  # bursts are counted by the minute
_SIMILAR = 0.5  # share of words that two lines of one shape have in common
_MASKS = (
    (lazily(r'"[^"]{1,400}"'), '"…"'),
    (lazily(r"\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b"), "<id>"),
    (lazily(r"\b0x[0-9a-fA-F]+\b|\b(?=[a-f]*\d)[0-9a-f]{12,64}\b"), "<hex>"),
    (lazily(r"\d+"), "<n>"),
)


def shape(text: str) -> str:
    """The line with its numbers, ids and quoted texts masked."""
    text = text[:MAX_TEXT]
    for pattern, mask in _MASKS:
        text = pattern().sub(mask, text)
    return text


def _leading(text: str) -> Time | None:
    """The time that a line begins with, bare or in brackets."""
    found = stamps.read(text, 1 if text[:1] in ("[", "(", "<") else 0)
    return found[0] if found is not None else None


@dataclass(slots=True)
class _Counted:
    """One shape so far, in constant memory: lines of a log come in the order of their times, or nearly."""

    first: Evidence
    last: Evidence
    error: bool
    count: int = 0
    first_time: Time | None = None
    last_time: Time | None = None
    minute: Time | None = None  # start of the span that is being counted
    in_minute: int = 0
    burst: int = 0
    burst_time: Time | None = None

    def add(self, evidence: Evidence, time: Time | None) -> None:
        self.count += 1
        self.last = evidence
        if time is None:
            return
        if self.first_time is None:
            self.first_time = time
        self.last_time = time
        if self.minute is None or not comparable(self.minute, time) or abs(time.ns - self.minute.ns) >= SPAN:
            self.minute, self.in_minute = time, 0
        self.in_minute += 1
        if self.in_minute > self.burst:
            self.burst, self.burst_time = self.in_minute, self.minute


class TemplateCounter:
    """Counts shapes in bounded memory."""

    def __init__(self) -> None:
        self._drain: Drain | None = None
        self._shapes: dict[int, _Counted] = {}
        self.lines = 0

    def add(self, text: str, evidence: Evidence, time: Time | None = None) -> None:
        """Count one line; `time` is what its carrier said, else its own beginning is looked at."""
        self.lines += 1
        if self._drain is None:
            from drain3.drain import Drain  # noqa: PLC0415 - most logs have a known format

            self._drain = Drain(sim_th=_SIMILAR, max_clusters=MAX_TEMPLATES)
        cluster, _ = self._drain.add_log_message(shape(text))
        counted = self._shapes.get(cluster.cluster_id)
        if counted is None:
            counted = _Counted(evidence, evidence, guess(text) >= Severity.ERROR)
            self._shapes[cluster.cluster_id] = counted
            if len(self._shapes) > 2 * MAX_TEMPLATES:
                kept = {found.cluster_id for found in self._drain.clusters}
                self._shapes = {number: found for number, found in self._shapes.items() if number in kept}
        counted.add(evidence, time or _leading(text))

    def top(self, limit: int = 20) -> tuple[Template, ...]:
        """The most frequent shapes, and then, as far as there is room, the rarest ones."""
        if self._drain is None:
            return ()
        texts = {found.cluster_id: found.get_template() for found in self._drain.clusters}
        known = [(texts[number], found) for number, found in self._shapes.items() if number in texts]
        known.sort(key=lambda item: (-item[1].count, item[1].first.line))
        if len(known) > limit:
            known = [*known[: limit - limit // 4], *known[-(limit // 4) :]]
        return tuple(
            Template(
                text.replace("<*>", "…")[:160], found.count, found.first, found.last, found.error, found.first_time,
                found.last_time, found.burst, found.burst_time,
            )
            for text, found in known
        )  # fmt: skip
