"""Leaves out what a model thinks aloud before it answers (`<think>…</think>` at the beginning)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

_OPEN, _CLOSE = "<think>", "</think>"


def without_thoughts(pieces: Iterable[str]) -> Iterator[str]:
    """The pieces without the thoughts; an empty piece for each one left out, as a sign of life."""
    held, state = "", "start"
    for piece in pieces:
        if state == "answer":
            yield piece
            continue
        held += piece
        begun = held.lstrip()
        if state == "start" and begun.startswith(_OPEN):
            state = "thinking"
        elif state == "start" and not _OPEN.startswith(begun):
            state = "answer"
        if state == "thinking" and _CLOSE in held:
            state, held = "blank", held.partition(_CLOSE)[2]
        elif state == "thinking":
            held = held[-len(_CLOSE) :]  # the mark may be split over two pieces; the rest need not be kept
        if state == "blank" and held.lstrip():
            state, held = "answer", held.lstrip()
        yield held if state == "answer" else ""
    if state == "start" and held:
        yield held


def spoken(text: str) -> str:
    """What a model has said so far apart from its thoughts; nothing while it still thinks."""
    begun = text.lstrip()
    if begun.startswith(_OPEN):
        return begun.partition(_CLOSE)[2].lstrip()
    return "" if _OPEN.startswith(begun) else text
