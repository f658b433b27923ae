"""What a knowledge entry says, as values. `load.py` reads them from Markdown, `check.py` tests them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assistant.i18n import Language, Text
from assistant.model import Risk, Severity, Status, Value

if TYPE_CHECKING:
    from assistant.knowledge.filing import Filing


@dataclass(frozen=True, slots=True)
class Condition:
    """A predicate on one attribute: `op` is equal, not, in, over, under, present, absent or contains."""

    attribute: str
    op: str
    operand: Value = None


@dataclass(frozen=True, slots=True)
class Signal:
    """What makes an entry fire: events or facts of a kind that meet all conditions, at least `count` times.

    `messages` are templates (see `template.py`); one of them must match, and none of `exceptions`. `within` (seconds)
    bounds the span in which `count` events must fall. `after` is another signal that must have been seen at most
    `within` seconds before. `status` is what the signal proves.
    """

    event: str = ""
    fact: str = ""
    messages: tuple[str, ...] = ()
    exceptions: tuple[str, ...] = ()
    where: tuple[Condition, ...] = ()
    count: int = 1
    within: float | None = None
    after: Signal | None = None
    status: Status = Status.CONFIRMED


@dataclass(frozen=True, slots=True)
class CauseRef:
    """Another entry that could explain this one, the joins that would prove it, and how often it does."""

    entry: str
    joins: tuple[str, ...] = ()
    prior: float = 0.1


@dataclass(frozen=True, slots=True)
class Refutation:
    """What speaks against an entry: a fact (with conditions) and the sentence that says so.

    In `rules_out`, `entry` is the entry that is ruled out once this one is confirmed and that fact holds.
    In `refuted_by`, `entry` is empty: the entry itself is meant.
    """

    because: Text
    fact: str = ""
    where: tuple[Condition, ...] = ()
    entry: str = ""


@dataclass(frozen=True, slots=True)
class OutcomeSpec:
    """One outcome of a probe, as a template."""

    see: Text
    means: Text


@dataclass(frozen=True, slots=True)
class ProbeSpec:
    """A command that decides between causes, as a template."""

    run: str
    decides: tuple[str, ...]
    risk: Risk = Risk.READ_ONLY
    purpose: Text | None = None
    outcomes: tuple[OutcomeSpec, ...] = ()
    when: tuple[Signal, ...] = ()  # only offered when one of these facts holds (always when empty)
    unless: tuple[Signal, ...] = ()  # facts that this command would give and that are there already
    open_question: bool = False  # still worth running when the entry itself is confirmed


@dataclass(frozen=True, slots=True)
class FixSpec:
    """One fix, as a template. `when` says now or lasting; `only_if` are facts one of which must hold."""

    id: str
    text: Text
    when: str = "now"
    run: str = ""
    config: str = ""
    risk: Risk = Risk.CHANGES_STATE
    check: str = ""
    match: tuple[str, ...] = ()  # the words people ask about it with
    brief: Text | None = None  # the same in a few words, for the first screen
    save_first: Text | None = None
    only_if: tuple[Signal, ...] = ()
    unless: tuple[Signal, ...] = ()


@dataclass(frozen=True, slots=True)
class IneffectiveSpec:
    """A remedy people try that does not help here, as a template."""

    id: str
    name: Text
    because: Text
    match: tuple[str, ...] = ()
    harmful: bool = False
    only_if: tuple[Signal, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One failure: signals, causes, fixes, both languages, samples."""

    id: str
    path: str
    severity: Severity
    title: Text
    headline: Text | None = None
    tell: Text | None = None  # what evidence would confirm it, in one sentence
    key_facts: tuple[str, ...] = ()  # facts that belong under the headline, in this order
    symptom: bool = False  # has causes outside itself: never a root cause by itself
    fallback: bool = False  # fires only on records that no other entry explains
    signals: tuple[Signal, ...] = ()
    uses: tuple[str, ...] = ()  # facts whose attributes fill the placeholders
    causes: tuple[CauseRef, ...] = ()
    rules_out: tuple[Refutation, ...] = ()
    refuted_by: tuple[Refutation, ...] = ()
    probes: tuple[ProbeSpec, ...] = ()
    fixes: tuple[FixSpec, ...] = ()
    ineffective: tuple[IneffectiveSpec, ...] = ()
    references: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    body: Mapping[Language, Mapping[str, str]] = field(default_factory=dict)  # language → heading → Markdown
    fires_on: tuple[str, ...] = ()
    quiet_on: tuple[str, ...] = ()
    retrieval_only: bool = False  # a runbook that was not written for us: found by search, never fires


@dataclass(frozen=True, slots=True)
class Knowledge:
    """All entries that could be loaded, and what was wrong with the others. `digest` changes when any of them does."""

    entries: Mapping[str, Entry]
    problems: tuple[str, ...] = ()
    digest: str = ""
    filing: Filing | None = None  # where its signals are looked for; computed on the way when it is missing
