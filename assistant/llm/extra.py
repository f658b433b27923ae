"""Whether the `[llm]` extra is there, and loading it ahead of time: its libraries take seconds to import."""

from __future__ import annotations

import threading
from contextlib import suppress
from importlib.util import find_spec

from assistant.errors import MissingExtra, ModelError
from assistant.llm import tokens
from assistant.llm.quiet import silence

_PACKAGES = ("langchain", "langchain_openai", "openai")


class MissingModelExtra(MissingExtra, ModelError):
    """No model answers because its packages are missing; handled like any model that does not answer."""


def require() -> None:
    """Raises: MissingModelExtra when the packages are not installed."""
    if any(find_spec(name) is None for name in _PACKAGES):
        raise MissingModelExtra("llm", "answering with a model")


def warm_up() -> None:
    """Import the libraries in a daemon thread, if they are installed."""
    if all(find_spec(name) for name in _PACKAGES):
        threading.Thread(target=_load, daemon=True, name="warm-up").start()


def _load() -> None:
    with suppress(Exception):  # it will be told when they are needed
        silence()
        import langchain.agents  # noqa: F401, PLC0415 - an extra
        import langchain_openai  # noqa: F401, PLC0415 - an extra

        tokens.count("")
