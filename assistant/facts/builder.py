"""What fact builders have in common: they take events, can be merged, and conclude facts at the end.

One builder per subject and source; builders of several sources are merged in the order of the sources, so that one
pass, several processes or a cluster come to the same facts. State is bounded: what is kept in full has a limit, what is
beyond is counted.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Protocol, Self

from assistant import facts as package
from assistant.i18n import Text
from assistant.model import Event, Evidence, Fact, Grade, Value

KEEP_FIRST, KEEP_LAST = 400, 100


class Builder(Protocol):
    """Collects events of the kinds it names and concludes facts from them."""

    kinds: frozenset[str]

    def add(self, event: Event) -> None:
        """Take one event."""

    def merge(self, other: Self) -> None:
        """Take over what the builder of a later source collected."""

    def conclude(self) -> Iterable[Fact]:
        """The facts, in a stable order."""


def stated(kind: str, evidence: Iterable[Evidence], subject: str = "", **attributes: Value) -> Fact:
    """A fact that the log says in so many words. Double underscores in names stand for dots."""
    return Fact(kind, Grade.STATED, _named(attributes), tuple(evidence), subject)


def deduced(kind: str, evidence: Iterable[Evidence], subject: str = "", **attributes: Value) -> Fact:
    """A fact that follows from lines by a rule."""
    return Fact(kind, Grade.DEDUCED, _named(attributes), tuple(evidence), subject)


def supposed(kind: str, evidence: Iterable[Evidence], subject: str = "", **attributes: Value) -> Fact:
    """A guess that is worded as one."""
    return Fact(kind, Grade.HYPOTHESIS, _named(attributes), tuple(evidence), subject)


def _named(attributes: dict[str, Value]) -> dict[str, Value]:
    return {name.replace("__", "."): value for name, value in attributes.items()}


def spread(evidence: Sequence[Evidence], limit: int = 12) -> tuple[Evidence, ...]:
    """Enough lines to cite: the first ones and the last."""
    if len(evidence) <= limit:
        return tuple(evidence)
    return (*evidence[: limit - 1], evidence[-1])


@cache
def modules() -> tuple[object, ...]:
    """Every module of this package that defines a `BUILDER`, `derive` or `SENTENCES`."""
    found = [
        importlib.import_module(f"{package.__name__}.{item.name}") for item in pkgutil.iter_modules(package.__path__)
    ]
    return tuple(found)


@cache
def builder_types() -> tuple[type[Builder], ...]:
    """The builders of all modules."""
    return tuple(module.BUILDER for module in modules() if hasattr(module, "BUILDER"))


@cache
def sentences() -> dict[str, Text]:
    """For each kind of fact the sentence that states it."""
    found: dict[str, Text] = {}
    for module in modules():
        found |= getattr(module, "SENTENCES", {})
    return found
