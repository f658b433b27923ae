"""What the tests of intake share: reading a body at once, the logs, and wrapping as terminals and mail programs do."""

from __future__ import annotations

from pathlib import Path

from assistant.intake import make_source, read
from assistant.intake.width import columns
from assistant.model import Line

LOGS = Path(__file__).parent / "logs"
SEED = Path(__file__).parents[2] / "demo" / "seed"
SEED_LOGS = tuple((SEED / f"turn{turn}.log").read_text(encoding="utf-8") for turn in (1, 2, 3))


def lines_of(body: bytes | str | Path) -> list[Line]:
    return list(read(make_source(1, "test", body, is_paste=True)))


def texts_of(body: bytes | str | Path) -> list[str]:
    return [line.text for line in lines_of(body)]


def cut_characters(line: str, width: int) -> list[str]:
    return [line[i : i + width] for i in range(0, len(line), width)] or [""]


def cut_columns(line: str, width: int) -> list[str]:
    pieces, piece, size = [], "", 0
    for char in line:
        if size + columns(char) > width:
            pieces.append(piece)
            piece, size = "", 0
        piece += char
        size += columns(char)
    return [*pieces, piece]


def cut_words(line: str, width: int) -> list[str]:
    pieces, piece = [], ""
    for word in line.split(" "):
        if piece and len(piece) + 1 + len(word) > width:
            pieces.append(piece)
            piece = word
        else:
            piece = f"{piece} {word}" if piece else word
    return [*pieces, piece]
