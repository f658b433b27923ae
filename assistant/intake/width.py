"""How many columns a text takes on a terminal."""

from __future__ import annotations


def columns(text: str) -> int:
    """Terminal columns: 2 for a wide (East Asian) character, 0 for a combining mark, else 1."""
    if text.isascii():
        return len(text)
    from unicodedata import combining  # noqa: PLC0415 - ASCII logs never need the tables

    return sum(2 if is_wide(char) else 0 if combining(char) else 1 for char in text)


def is_wide(char: str) -> bool:
    """Whether a character takes two columns (East Asian Width W or F)."""
    if char < "\u1100":
        return False
    from unicodedata import east_asian_width  # noqa: PLC0415 - ASCII logs never need the tables

    return east_asian_width(char) in {"W", "F"}
