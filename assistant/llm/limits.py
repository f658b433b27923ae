"""How long each part of an answer may take, and how long it may be."""

from __future__ import annotations

import time
from dataclasses import dataclass

from assistant.llm.failures import Failure, timed_out, unreachable
from assistant.llm.items import Attempt, Item, Piece, ToolUse
from assistant.llm.targets import ModelSettings
from assistant.llm.wire import CONNECT_TIMEOUT, Wire

_CHARACTERS_PER_TOKEN = 8  # more than any language has; what exceeds it ignores our limit
_IDLE = 5.0  # seconds between two words: a server that has begun to write does not pause for longer
_FIRST_PAUSE = 1 / 32  # of the wait for the first word: what took a minute to read a prompt does not write fast
_SLOWER = 8  # times its own longest pause so far: a model on a busy machine writes a word in seconds, and hesitates
_TOOL = 14.0  # seconds; tools bound themselves to less


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds until a connection, the first words, the next words, the end of a tool, and the end; characters in all.

    `first` is long, because a local model loads and reads its prompt before it writes a word, and so does a model that
    thinks. Once words come, a pause of more than `idle` is a server that hangs, unless it was slow from the beginning.
    """

    connect: float
    first: float
    idle: float
    total: float
    characters: int
    tool: float = _TOOL

    @classmethod
    def of(cls, settings: ModelSettings) -> Limits:
        """`timeout` is the wait for the first words; a whole answer may take five times as long."""
        return cls(
            connect=CONNECT_TIMEOUT + 0.5,
            first=settings.timeout,
            idle=min(settings.timeout, _IDLE),
            total=settings.timeout * 5,
            characters=settings.max_tokens * _CHARACTERS_PER_TOKEN,
        )


class Deadlines:
    """Which limit runs now."""

    def __init__(self, limits: Limits, wire: Wire, where: str) -> None:
        self._limits, self._wire, self._where = limits, wire, where
        self._start: float | None = None  # of the first attempt
        self._since: float | None = None  # when something was last heard of
        self._state: type[Item] | None = None  # what that was
        self._talking = False
        self._pause = 0.0  # the longest between two words

    def left(self) -> float:
        """Seconds that may still be waited before `check` is to be asked."""
        return min(0.25, max(0.0, self._next() - time.monotonic()))

    def check(self) -> None:
        """Raises: Failure when a deadline has passed."""
        if time.monotonic() < self._next():
            return
        if self._state is Attempt and not self._wire.connected.is_set():
            raise Failure(unreachable(self._where))
        begun = self._talking or self._state is ToolUse
        raise Failure(timed_out(self._where, 0.0 if begun else self._limits.first))

    def seen(self, item: Item) -> None:
        """Raises: Failure when the answer as a whole takes too long, however busily it comes."""
        now = time.monotonic()
        if isinstance(item, Piece) and self._since:
            waited = now - self._since
            self._pause = max(self._pause, waited if self._talking else waited * _FIRST_PAUSE)
        self._since, self._state = now, type(item)
        if isinstance(item, Attempt):
            self._start = self._start or self._since
            self._talking = False
        elif isinstance(item, Piece):
            self._talking = self._talking or item.held or bool(item.text)
        if self._start and self._since >= self._start + self._limits.total:
            raise Failure(timed_out(self._where))

    def _next(self) -> float:
        if self._since is None or self._start is None:
            return float("inf")  # libraries are loading
        limits = self._limits
        if self._state is ToolUse:
            wait = limits.tool
        elif self._talking:
            wait = max(limits.idle, min(_SLOWER * self._pause, limits.first))
        elif self._state is Attempt and not self._wire.connected.is_set():
            wait = min(limits.connect, limits.first)
        else:
            wait = limits.first
        return min(self._since + wait, self._start + limits.total)
