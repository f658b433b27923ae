"""Completion: slash commands at the start of a line; files, entries or sessions after a command that takes one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from prompt_toolkit.completion import CompleteEvent, Completer, Completion, PathCompleter
from prompt_toolkit.document import Document


class Words(Completer):
    """`names` are the commands and what they do; `takes_file` are those that a file name follows.

    `lists` gives, for other commands, the words that may follow them; asked when somebody types there.
    """

    def __init__(
        self,
        names: Mapping[str, str],
        takes_file: frozenset[str],
        lists: Mapping[str, Callable[[], Iterable[str]]] | None = None,
    ) -> None:
        self._names, self._takes_file, self._lists = names, takes_file, lists or {}
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
            elif command in self._lists:
                yield from (Completion(word, -len(rest)) for word in self._lists[command]() if word.startswith(rest))
            return
        for name, what in self._names.items():
            if name.startswith(text):
                yield Completion(name, -len(text), display_meta=what)
