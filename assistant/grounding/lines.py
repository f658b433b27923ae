"""The lines of the logs as one text, so that looking for something in all of them is one search."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from functools import cached_property

Place = tuple[int, int]  # source, line
_MOST = 2000  # lines that one search returns


class Lines(Mapping[Place, str]):
    """Lines by source and number. Searches give places in order, each once, and at most `_MOST`."""

    def __init__(self, lines: Mapping[Place, str]) -> None:
        self._lines = dict(lines)
        self._places = list(self._lines)
        self._text = "\n".join(text.replace("\n", " ") for text in self._lines.values())

    def __getitem__(self, place: Place) -> str:
        return self._lines[place]

    def __iter__(self) -> Iterator[Place]:
        return iter(self._lines)

    def __len__(self) -> int:
        return len(self._lines)

    def __contains__(self, place: object) -> bool:
        return place in self._lines

    def has(self, fragment: str, *, fold: bool = False) -> bool:
        """Whether a line holds this, in any case with `fold`."""
        return fragment.lower() in self._lower if fold else fragment in self._text

    def holding(self, fragment: str, *, fold: bool = False) -> Iterator[tuple[Place, str]]:
        """The lines that hold a fragment."""
        if fragment:
            text, wanted = (self._lower, fragment.lower()) if fold else (self._text, fragment)
            yield from self._at(match.start() for match in re.finditer(re.escape(wanted), text))

    def matching(self, pattern: re.Pattern[str]) -> Iterator[tuple[Place, str]]:
        """The lines in which a pattern is found; it must not reach over the end of a line."""
        yield from self._at(match.start() for match in pattern.finditer(self._text))

    @cached_property
    def whole(self) -> frozenset[str]:
        """Each line without the blanks around it."""
        return frozenset(line.strip() for line in self._lines.values())

    @cached_property
    def _lower(self) -> str:
        lower = self._text.lower()
        return lower if len(lower) == len(self._text) else self._text  # a few letters become two: places must hold

    @cached_property
    def _starts(self) -> list[int]:
        starts, at = [], 0
        for text in self._lines.values():
            starts.append(at)
            at += len(text) + 1
        return starts

    def _at(self, positions: Iterator[int]) -> Iterator[tuple[Place, str]]:
        last = -1
        count = 0
        for position in positions:
            number = bisect_right(self._starts, position) - 1
            if number != last:
                last = number
                count += 1
                yield self._places[number], self._lines[self._places[number]]
                if count >= _MOST:
                    return
