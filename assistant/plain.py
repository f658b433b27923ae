"""Text that nothing acts on: what log lines may hold is taken out before it is shown or written anywhere."""

from __future__ import annotations

import re

# C0 and C1 controls but tab and newline, and the marks that turn the direction of text around.
_UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def safe(text: str) -> str:
    """The text without what a terminal would act on."""
    return _UNSAFE.sub("", text)
