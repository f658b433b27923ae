"""From a source to its lines.

A paste or a small file is looked at as a whole. Of a larger one the first megabyte decides whether anything was quoted
or wrapped; when nothing was, the rest goes through with one check per chunk, in constant memory.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

from assistant.intake.clean import batches
from assistant.intake.decode import text_chunks
from assistant.intake.quoting import Numbered, dequote, evident
from assistant.intake.wraps import find_wrap, join
from assistant.model import Line, Source

_WHOLE = 8 << 20  # characters up to which all of the input is looked at before the first line is handed on
_SAMPLE = 1 << 20  # characters that decide for a larger input

# A frozen dataclass sets its fields through `object.__setattr__`; its slots do the same in half the time, and this is
# the one place that makes a value for each of a billion lines.
_new = Line.__new__
_set_number = Line.number.__set__  # type: ignore[misc, attr-defined]
_set_text = Line.text.__set__  # type: ignore[misc, attr-defined]
_set_last = Line.last.__set__  # type: ignore[misc, attr-defined]

Batch = tuple[int, list[str]]


def read(source: Source) -> Iterator[Line]:
    """The clean logical lines of a source, with the numbers of their physical lines; blank lines too.

    A line longer than `clean.MAX_LINE` characters comes in pieces of one number.

    Raises:
        UnreadableInput: the file vanished, is not text, or its compressed data is damaged.
    """
    stream = batches(text_chunks(source))
    held: list[Batch] = []
    size = 0
    for batch in stream:
        held.append(batch)
        size += sum(map(len, batch[1])) + len(batch[1])
        if size > _WHOLE:
            return _large(held, stream)
    return _small(held)


def _small(held: list[Batch]) -> Iterator[Line]:
    lines = dequote(list(_numbered(held)))
    wrap = find_wrap([text for _, text in lines])
    if wrap is not None:
        return join(lines, wrap)
    return (Line(number, text, number) for number, text in lines)


def _large(held: list[Batch], stream: Iterator[Batch]) -> Iterator[Line]:
    sample: list[Numbered] = []
    size = 0
    for line in _numbered(held):
        sample.append(line)
        size += len(line[1]) + 1
        if size > _SAMPLE:
            break
    everything = itertools.chain(held, stream)
    quoted = evident(sample)
    wrap = find_wrap([text for _, text in (dequote(sample) if quoted else sample)])
    if not quoted and wrap is None:
        return _plain(everything)
    lines: Iterable[Numbered] = _dequoted(everything) if quoted else _numbered(everything)
    return join(lines, wrap) if wrap else (Line(number, text, number) for number, text in lines)


def _plain(held: Iterable[Batch]) -> Iterator[Line]:
    for first, texts in held:
        number = first
        for text in texts:
            line = _new(Line)
            _set_number(line, number)
            _set_text(line, text)
            _set_last(line, number)
            yield line
            number += 1


def _dequoted(held: Iterable[Batch]) -> Iterator[Numbered]:
    for batch in held:
        yield from dequote(list(_numbered((batch,))))


def _numbered(held: Iterable[Batch]) -> Iterator[Numbered]:
    for first, texts in held:
        yield from enumerate(texts, first)
