"""Where each signal is looked for: by kind of event and by a word of its template, or by kind of fact.

Computed once and kept with the compiled knowledge base, as plain tuples: starting does not touch an entry that has
nothing to do with the log, however many there are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from assistant.knowledge.entry import Entry
from assistant.knowledge.template import compile_template

Key = tuple[str, int]  # entry id, index of the signal
Filed = tuple[str, int, str, bool]  # entry id, index of the signal, template (empty without one), fallback


@dataclass(slots=True)
class Filing:
    """All signals of a knowledge base."""

    by_word: dict[str, dict[str, list[Filed]]] = field(default_factory=dict)  # kind of event → word → signals
    always: dict[str, list[Filed]] = field(default_factory=dict)  # kind of event → signals without a word
    befores: dict[str, list[Key]] = field(default_factory=dict)  # kind of event → signals that come after one of it
    by_fact: dict[str, list[str]] = field(default_factory=dict)  # kind of fact → entries


def file_signals(entries: Iterable[Entry]) -> Filing:
    """File every signal; a template goes under the one of its words that the fewest templates share."""
    filing = Filing()
    found: list[tuple[str, Filed, tuple[str, ...]]] = []
    for entry in entries:
        for position, signal in enumerate(entry.signals):
            if signal.fact:
                names = filing.by_fact.setdefault(signal.fact, [])
                if entry.id not in names:
                    names.append(entry.id)
                continue
            for text in signal.messages or ("",):
                words = compile_template(text).words if text else ()
                found.append((signal.event, (entry.id, position, text, entry.fallback), words))
            if signal.after is not None:
                filing.befores.setdefault(signal.after.event, []).append((entry.id, position))
    shared = Counter(word for _, _, words in found for word in words)
    for event, filed, words in found:
        if words:
            word = min(words, key=lambda each: (shared[each], -len(each)))
            filing.by_word.setdefault(event, {}).setdefault(word, []).append(filed)
        else:
            filing.always.setdefault(event, []).append(filed)
    return filing
