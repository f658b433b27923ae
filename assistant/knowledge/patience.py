"""Waiting for a call that may hang, but not for ever."""

from __future__ import annotations

import functools
import queue
import threading
from collections.abc import Callable
from typing import NoReturn, TypeVar

from assistant.errors import ConfigurationError

_Result = TypeVar("_Result")


def within(seconds: float, call: Callable[[], _Result]) -> _Result:
    """The result of a call that may hang; it is left to itself when the time is over."""
    box: queue.SimpleQueue[Callable[[], _Result]] = queue.SimpleQueue()

    def run() -> None:
        try:
            result = call()
        except BaseException as problem:  # noqa: BLE001 - raised again where it is waited for
            box.put(functools.partial(_raise, problem))
        else:
            box.put(lambda: result)

    threading.Thread(target=run, daemon=True, name="chroma").start()
    try:
        return box.get(timeout=seconds)()
    except queue.Empty:
        raise ConfigurationError(f"CHROMA_HOST: the server did not answer in {seconds:g} s") from None


def _raise(problem: BaseException) -> NoReturn:
    raise problem
