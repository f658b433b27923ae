"""The condition language of entries: predicates on attributes, no more than a reader can check by eye."""

from __future__ import annotations

from collections.abc import Iterable

from assistant.knowledge.entry import Condition, Signal
from assistant.model import Attributes, Fact, Value

OPERATORS = ("equal", "not", "in", "over", "under", "present", "absent", "contains")


def holds(condition: Condition, attributes: Attributes) -> bool:
    """Whether one predicate holds."""
    value, operand = attributes.get(condition.attribute), condition.operand
    match condition.op:
        case "present":
            return value is not None
        case "absent":
            return value is None
        case "equal":
            return value == operand
        case "not":
            return value is not None and value != operand
        case "in":
            return isinstance(operand, tuple) and value in operand
        case "contains":
            return _contains(value, operand)
        case "over":
            return _number(value) > _number(operand) if _both_numbers(value, operand) else False
        case "under":
            return _number(value) < _number(operand) if _both_numbers(value, operand) else False
    return False


def all_hold(conditions: Iterable[Condition], attributes: Attributes) -> bool:
    """Whether every predicate holds."""
    return all(holds(condition, attributes) for condition in conditions)


def facts_of(signal: Signal, facts: Iterable[Fact]) -> list[Fact]:
    """The facts that a fact signal is about."""
    return [fact for fact in facts if fact.kind == signal.fact and all_hold(signal.where, fact.attributes)]


def any_holds(signals: Iterable[Signal], facts: Iterable[Fact]) -> bool:
    """Whether one of the fact signals finds enough facts."""
    known = list(facts)
    return any(len(facts_of(signal, known)) >= signal.count for signal in signals)


def _contains(value: Value, operand: Value) -> bool:
    if isinstance(value, str):
        return str(operand) in value
    return isinstance(value, tuple) and operand in value


def _both_numbers(value: Value, operand: Value) -> bool:
    return isinstance(value, int | float) and isinstance(operand, int | float)


def _number(value: Value) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
