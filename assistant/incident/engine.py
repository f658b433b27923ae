"""The functions that an incident is worked on with, each loaded when it is first called.

Starting must not wait for what a command does not use; and a test may put its own function in the place of any.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.knowledge.entry import Knowledge
    from assistant.model import Answer, Report, Source


def _late(module: str, name: str) -> Callable[..., Any]:
    def call(*arguments: Any, **options: Any) -> Any:
        return getattr(import_module(module), name)(*arguments, **options)

    return call


@dataclass(frozen=True, slots=True)
class Engine:
    """What the layers below offer."""

    load: Callable[[Sequence[Path]], Knowledge] = field(default=_late("assistant.knowledge.load", "load"))
    make_source: Callable[..., Source] = field(default=_late("assistant.intake", "make_source"))
    analyse: Callable[[Sequence[Source], Knowledge], Report] = field(default=_late("assistant.diagnosis", "analyse"))
    explain: Callable[..., Answer] = field(default=_late("assistant.answer", "explain"))
    reply: Callable[..., Answer] = field(default=_late("assistant.answer", "reply"))
    answer_with_model: Callable[..., Iterator[str]] = field(default=_late("assistant.llm", "answer_with_model"))
