"""Regular expressions that are compiled when they are first used: most runs need only a few of them."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable


def lazily(pattern: str, flags: int = 0) -> Callable[[], re.Pattern[str]]:
    """A function that compiles the pattern at its first call and returns the same object from then on."""

    @functools.cache
    def compiled() -> re.Pattern[str]:
        return re.compile(pattern, flags)

    return compiled
