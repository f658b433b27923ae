"""Amounts of memory as commands print them, in KiB."""

from __future__ import annotations

from assistant.intake.lazily import lazily

_AMOUNT = lazily(r"(\d+(?:[.,]\d+)?)\s?([kKMGTPE]?)(i?)[bB]?$")
_POWERS = {"": 0, "k": 1, "K": 1, "M": 2, "G": 3, "T": 4, "P": 5, "E": 6}


def amount_kb(text: str, unit: str = "") -> int | None:
    """`1.7Gi`, `512MiB`, `0B`, or a bare number in `unit` (`B`, `K`, `M`, `G`; 1024 each) as KiB; None otherwise.

    free, df, docker stats print powers of 1024 with or without the `i`; docker's `MB` and `GB` (powers of 1000) differ
    by less than their own rounding matters here.
    """
    match = _AMOUNT().match(text)
    if match is None:
        return None
    suffix = match[2] or ("" if text[-1:] in "bB" else unit.replace("B", ""))
    return round(float(match[1].replace(",", ".")) * 1024.0 ** _POWERS[suffix] / 1024)
