"""Completion: slash commands at the start of a line, files after a command that takes one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from prompt_toolkit.completion import CompleteEvent, Completer, Completion, PathCompleter
from prompt_toolkit.document import Document


class Words(Completer):
    """`names` are the commands and what they do; `takes_file` are those that a file name follows."""

    def __init__(self, names: Mapping[str, str], takes_file: frozenset[str]) -> None:
        self._names, self._takes_file = names, takes_file
        self._paths = PathCompleter(expanduser=True)

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        """What could stand at the cursor."""
        text = document.text_before_cursor
        if not text.startswith("/") or "\n" in text:
            return
        command, space, rest = text.partition(" ")
        if space:
            if command in self._takes_file:
                yield from self._paths.get_completions(Document(rest, len(rest)), complete_event)
            return
        for name, what in self._names.items():
            if name.startswith(text):
                yield Completion(name, -len(text), display_meta=what)
