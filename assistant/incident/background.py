"""Iterating in another thread, so that Ctrl-C is heard at once however deep a library is in a blocking call."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import suppress
from queue import SimpleQueue


def in_background(pieces: Iterator[str]) -> Iterator[str]:
    """The same pieces, made in a daemon thread. When the consumer stops, the maker stops at its next piece.

    Raises:
        Exception: whatever the maker raised, at the place where it raised it.
    """
    made: SimpleQueue[str | BaseException | None] = SimpleQueue()
    stopped = threading.Event()

    def make() -> None:
        try:
            for piece in pieces:
                if stopped.is_set():
                    break
                made.put(piece)
            made.put(None)
        except BaseException as problem:  # noqa: BLE001 - it is raised again where the pieces are used
            made.put(problem)
        finally:
            with suppress(AttributeError):
                pieces.close()  # type: ignore[attr-defined]  # a generator, nearly always

    threading.Thread(target=make, name="model", daemon=True).start()
    try:
        while (piece := made.get()) is not None:
            if isinstance(piece, BaseException):
                raise piece
            yield piece
    finally:
        stopped.set()
