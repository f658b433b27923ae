"""A value of a sentence or a line, in one form, and when it bears out another one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

_DECIMAL = {f"{letter}b": (1000 / 1024) ** power for power, letter in enumerate("kmgt", 1)}


class Kind(StrEnum):
    """What a value is."""

    TIME = "time"
    DATE = "date"
    BYTES = "bytes"
    SECONDS = "seconds"
    PERCENT = "percent"
    NUMBER = "number"
    ADDRESS = "address"
    PATH = "path"
    SIGNAL = "signal"
    CONNECTION = "connection"


@dataclass(frozen=True, slots=True)
class Value:
    """One value. `key` is its form for comparing; quantities compare by `low <= other.point <= high`.

    `role` is what the words beside it make of a plain number: pid, port, errno, status, signal; else empty.
    """

    kind: Kind
    key: str
    text: str
    start: int
    end: int
    point: float = 0.0
    low: float = 0.0
    high: float = 0.0
    role: str = ""

    def meets(self, other: Value) -> bool:
        """Whether a claim of this value is borne out by the other one."""
        if self.kind is Kind.TIME and other.kind is Kind.TIME:
            return other.key.startswith(self.key) or self.key.startswith(other.key)
        if self.kind is Kind.NUMBER and other.kind is Kind.ADDRESS:
            return self.role in ("", "port") and other.key.endswith(f"|{self.key}")
        if self.kind is not other.kind:
            return False
        if self.kind in (Kind.BYTES, Kind.SECONDS, Kind.PERCENT):
            return self.low <= other.point <= self.high or (self.kind is Kind.BYTES and self._decimal(other))
        if self.kind is Kind.PATH:
            return f"{self.key}/" in f"{other.key}/"  # `/orders` for `/api/v1/orders`
        if self.kind is Kind.ADDRESS:
            return other.key == self.key or other.key.startswith(f"{self.key}|")
        if self.role and other.role and self.role != other.role:
            return False
        return self.key == other.key

    def _decimal(self, other: Value) -> bool:
        """`1.38 GB` is a thousandth power, unless somebody wrote GB for GiB; either reading is accepted."""
        ratio = _DECIMAL.get(self.role, 0.0)
        return bool(ratio) and self.low * ratio <= other.point <= self.high * ratio
