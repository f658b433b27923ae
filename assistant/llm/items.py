"""The values that an answer under way is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

Message = tuple[str, str]  # role (system, user, assistant), text
Arguments = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one answer, over all its calls; `estimated` where the server did not count.

    `largest` is the largest context that was sent at once, `calls` how often the model was asked, `usd` the list price
    in US dollars where it is known.
    """

    model: str
    input_tokens: int
    output_tokens: int
    estimated: bool = False
    largest: int = 0
    calls: int = 1
    usd: float | None = None

    def with_more(self, other: Usage) -> Usage:
        """Both together; the price only where both are known."""
        return Usage(
            other.model,
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.estimated or other.estimated,
            max(self.largest, other.largest),
            self.calls + other.calls,
            self.usd + other.usd if self.usd is not None and other.usd is not None else None,
        )


@dataclass(frozen=True, slots=True)
class Attempt:
    """A request goes out now, to this model."""

    model: str


@dataclass(frozen=True, slots=True)
class Piece:
    """Some text; empty when the server only showed that it is alive (a model that thinks).

    `held`: words did come, but it is not known yet whether they are a part of the answer.
    """

    text: str
    held: bool = False


@dataclass(frozen=True, slots=True)
class ToolUse:
    """The model looks something up, with these arguments, as it wrote them."""

    name: str
    arguments: Arguments = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class End:
    """The answer is complete; `cut` when it reached the token limit."""

    cut: bool
    usage: Usage | None


Item = Attempt | Piece | ToolUse | End
Emit = Callable[[Item], None]


class Toolbox(Protocol):
    """What a model may look up. `specs` are JSON Schemas of functions, in the form of the OpenAI API."""

    @property
    def specs(self) -> Sequence[Mapping[str, Any]]:
        """Name, description and parameters of each tool."""

    @property
    def instructions(self) -> str:
        """What the system message says about the tools where they are offered."""

    @property
    def closing(self) -> str:
        """What the last request says, when no tool is offered any more."""

    def use(self, name: str, arguments: Arguments) -> str:
        """The result, ready to be sent. Wrong names and arguments give a sentence, never an exception."""

    def refuse(self, problem: str) -> str:
        """A sentence for the model: its call was not carried out."""
