"""What was entered before, for the arrow keys: in memory only, and without secrets."""

from __future__ import annotations

from collections.abc import Callable

from prompt_toolkit.history import InMemoryHistory


class Remembered(InMemoryHistory):
    """Lines as they were entered, but for passwords, keys and tokens: what was typed once is not shown again."""

    def __init__(self, clean: Callable[[str], str]) -> None:
        super().__init__()
        self._clean = clean

    def append_string(self, string: str) -> None:
        """Remember a line; an empty one is none."""
        if string:
            super().append_string(self._clean(string))
