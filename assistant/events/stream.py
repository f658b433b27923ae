"""Lines of one source to events: takes the envelopes off, asks the formats, counts what nobody claimed."""

from __future__ import annotations

import importlib
import pkgutil
from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache
from hashlib import blake2b
from itertools import chain, islice

from assistant.clock import Time, comparable
from assistant.events import formats
from assistant.events.envelope import open_envelopes
from assistant.events.record import Format, Reader, Record
from assistant.events.severity import guess
from assistant.events.templates import TemplateCounter
from assistant.model import Event, Evidence, Line, Severity, Source, SourceSummary, Template

KEEP_SUSPECTS = 20
MAX_REMEMBERED = 400_000  # lines whose hashes are kept to recognise an overlap between pastes

FEW = 8  # fewer lines than this, blank ones too, are looked at before the first is read


@cache
def all_formats() -> tuple[Format, ...]:
    """Every module in `formats/` with a `FORMAT`, in the order in which they are asked."""
    modules = [
        importlib.import_module(f"{formats.__name__}.{found.name}") for found in pkgutil.iter_modules(formats.__path__)
    ]
    return tuple(sorted((module.FORMAT for module in modules), key=lambda found: (found.order, found.name)))


class Overlap:
    """Recognises lines that an earlier source of the session already held.

    People paste a longer excerpt of the same log a second time. A line that occurs n times in earlier sources and again
    here is the same record up to n times; counting it twice would invent failures. Lines without a digit (stack
    frames, headings) are never compared: they recur by themselves.
    """

    def __init__(self) -> None:
        self._before: Counter[bytes] = Counter()
        self._here: Counter[bytes] = Counter()

    def remember(self, lines: Iterable[Line]) -> None:
        """Take in an earlier source."""
        found: Counter[bytes] = Counter()
        for line in islice(lines, MAX_REMEMBERED):
            if (key := _key(line.text)) is not None:
                found[key] += 1
        for key, count in found.items():
            self._before[key] = max(self._before[key], count)

    def repeats(self, text: str) -> bool:
        """Whether this line of the current source is one of an earlier source."""
        if not self._before or (key := _key(text)) is None or key not in self._before:
            return False
        self._here[key] += 1
        return self._here[key] <= self._before[key]


def _key(text: str) -> bytes | None:
    if not any(character.isdigit() for character in text[:48]):
        return None
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()


class SourceReader:
    """One pass over one source. `emit` gets every event in the order in which records are completed."""

    def __init__(self, source: Source, emit: Callable[[Event], None], overlap: Overlap | None = None) -> None:
        self._source, self._emit, self._overlap = source, emit, overlap
        self._readers: list[tuple[str, Reader]] = [(found.name, found.reader()) for found in all_formats()]
        self._claimed: Counter[str] = Counter()
        self._templates = TemplateCounter()
        self._first: Time | None = None
        self._last: Time | None = None
        self._lines = self._blank = self._size = 0
        self._repeats: set[int] = set()
        self._is_alone = False
        self.suspects = 0  # lines of no known format that speak of an error
        self.first_suspects: list[Evidence] = []

    def run(self, lines: Iterable[Line]) -> tuple[SourceSummary, tuple[Template, ...]]:
        """Read all lines; returns what was made of them."""
        stream = iter(lines)
        first = list(islice(stream, FEW))
        if len(first) < FEW:  # what a bare line means may depend on its being all there is
            self._is_alone = sum(bool(line.text.strip()) for line in first) == 1
        for line in chain(first, stream):
            self._line(line)
        for _, reader in self._readers:
            reader.close(self._pass_on)
        summary = SourceSummary(
            self._source.index,
            self._source.name,
            self._lines,
            tuple(self._claimed.most_common()),
            self._templates.lines,
            self._blank,
            len(self._repeats),
            self._first,
            self._last,
            self._size,
        )
        return summary, self._templates.top()

    def _line(self, line: Line) -> None:
        self._lines = max(self._lines, line.last)
        self._size += len(line.text) + 1
        if not line.text.strip():
            self._blank += 1
            return
        if self._overlap is not None and self._overlap.repeats(line.text):
            self._repeats.add(line.number)
        envelope, text = open_envelopes(line.text)
        record = Record(self._source.index, line, text, envelope, self._is_alone)
        for position, (name, reader) in enumerate(self._readers):
            if reader.read(record, self._pass_on):
                self._claimed[name] += line.last - line.number + 1
                if position and self._claimed[name] > 1:
                    self._prefer(position)
                return
        self._templates.add(text, record.evidence(), envelope.time)
        if guess(text) >= Severity.ERROR:
            self.suspects += 1
            if len(self.first_suspects) < KEEP_SUSPECTS:
                self.first_suspects.append(record.evidence())

    def _prefer(self, position: int) -> None:
        """Logs come in runs: ask the reader that claimed the last line first, unless it is one that takes anything."""
        name, reader = self._readers[position]
        if name != "syslog":
            del self._readers[position]
            self._readers.insert(0, (name, reader))

    def _pass_on(self, event: Event) -> None:
        # a record of several lines goes on: the part that is new may complete it, and its builder knows it again
        if event.evidence.line == event.evidence.last and event.evidence.line in self._repeats:
            return
        if event.time is not None:
            if self._first is None or (comparable(self._first, event.time) and event.time < self._first):
                self._first = event.time
            if self._last is None or not comparable(self._last, event.time) or event.time > self._last:
                self._last = event.time
        self._emit(event)
