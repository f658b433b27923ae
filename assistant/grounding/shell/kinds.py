"""How much harm running something does, and which of two is worse."""

from __future__ import annotations

from enum import StrEnum

from assistant.i18n import Text


class Kind(StrEnum):
    """What running a command does; `unknown` is never taken for harmless."""

    SAFE = "read-only"
    CHANGES = "changes state"
    DESTROYS = "destroys data"
    UNKNOWN = "unknown"


_ORDER = (Kind.SAFE, Kind.UNKNOWN, Kind.CHANGES, Kind.DESTROYS)

Judged = tuple[Kind, Text]

WHY = {
    Kind.SAFE: Text("only reads", "只读"),
    Kind.CHANGES: Text("changes something", "会改变状态"),
    Kind.DESTROYS: Text("deletes or overwrites data", "会删除或覆盖数据"),
    Kind.UNKNOWN: Text("it is not known what this program does", "不清楚这个程序会做什么"),
}


def worst(*judged: Judged) -> Judged:
    """The worst of several; the first of equals."""
    return max(judged, key=lambda each: _ORDER.index(each[0]))


def worse_or_equal(first: Kind, second: Kind) -> bool:
    """Whether the first does no less harm than the second."""
    return _ORDER.index(first) >= _ORDER.index(second)
