"""How many events the records of an entry come to, when two logs may tell of the same event.

A server that refuses a connection writes it down, and so does the client that was refused: two records, one event. A
record of the entry's own area (of kind `postgresql` in `postgresql/…`) is the word of the service itself, any other one
is the word of somebody beside it. Each of the first is paired with at most one of the second, where the two can be one
event: by one clock they are near, or no clock compares them. What is paired counts once.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from assistant.clock import NS, LocalTime, Time

WIDTH = 5 * NS  # of a slot: logs have whole seconds, and the clocks of two hosts differ
MAX_SLOTS = 512  # of one tally; when there are more, the slots get twice as wide

_Clock = tuple[str, str, bool]


@dataclass(slots=True)
class Tally:
    """How many records there were, and how many of them in which span of time of which clock."""

    total: int = 0
    width: int = WIDTH
    slots: Counter[tuple[_Clock, int]] = field(default_factory=Counter)

    def add(self, time: Time | None) -> None:
        """Take one record."""
        self.total += 1
        if time is not None:
            self.slots[_clock(time), time.ns // self.width] += 1
            self._bound()

    def merge(self, other: Tally) -> None:
        """Take over the records of another tally, which stays as it is."""
        self.total += other.total
        width = max(self.width, other.width)
        self.slots = self.at(width) + other.at(width)
        self.width = width
        self._bound()

    def at(self, width: int) -> Counter[tuple[_Clock, int]]:
        """The slots in a width that is the tally's own, or a multiple of it."""
        factor = width // self.width
        wider: Counter[tuple[_Clock, int]] = Counter()
        for (clock, slot), number in self.slots.items():
            wider[clock, slot // factor] += number
        return wider

    def _bound(self) -> None:
        while len(self.slots) > MAX_SLOTS:
            self.slots = self.at(2 * self.width)
            self.width *= 2


def events(own: Tally, others: Tally) -> int:
    """How many events the records of a service and those of others come to."""
    if not own.total or not others.total:
        return own.total + others.total
    width = max(own.width, others.width)
    mine, theirs = _by_clock(own.at(width)), _by_clock(others.at(width))
    near = {clock: _near(mine[clock], theirs[clock]) for clock in mine.keys() & theirs.keys()}
    left, right = own.total - sum(near.values()), others.total - sum(near.values())
    # of what is left, records of one clock were compared and are different events; all others could be the same
    apart = (left + right - mine[clock].total() - theirs[clock].total() + 2 * paired for clock, paired in near.items())
    return own.total + others.total - sum(near.values()) - min(left, right, *apart)


def _clock(time: Time) -> _Clock:
    return type(time).__name__, time.scope(), not isinstance(time, LocalTime) or time.has_year


def _by_clock(slots: Counter[tuple[_Clock, int]]) -> dict[_Clock, Counter[int]]:
    found: dict[_Clock, Counter[int]] = {}
    for (clock, slot), number in slots.items():
        found.setdefault(clock, Counter())[slot] += number
    return found


def _near(mine: Counter[int], theirs: Counter[int]) -> int:
    """How many pairs fall into the same slot or into neighbouring ones, each record in one pair at most."""
    left, paired = dict(theirs), 0
    for slot in sorted(mine):
        wanted = mine[slot]
        for other in (slot - 1, slot, slot + 1):
            taken = min(wanted, left.get(other, 0))
            if taken:
                left[other] -= taken
                wanted -= taken
                paired += taken
    return paired
