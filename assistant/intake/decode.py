"""Bytes to text: decompression by magic bytes, and the encoding by the first bytes that tell it.

The order is: byte order mark, UTF-16 by its zero bytes, UTF-8 when it is valid (or nearly so: one line of a UTF-8 log
can hold a character that was cut by a size limit), GB18030 when what it decodes to is common Chinese, else
Windows-1252. Bytes that do not fit later on become U+FFFD; that is never an error.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from assistant.errors import UnreadableInput
from assistant.intake.binary import looks_wide, refuse_binary
from assistant.intake.source import unreadable
from assistant.model import Source

CHUNK = 1 << 18  # bytes read at a time
_SAMPLE = 1 << 16

_MARKS = (  # the longer ones first: UTF-32 LE starts with the mark of UTF-16 LE
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_ZSTD = b"\x28\xb5\x2f\xfd"
_DOCKER_HEADER = rb"(?m)^[\x00-\x02]\x00{3}[\x00-\xff]{4}"
_HIGH = rb"[\x80-\xff]+"
_UTF8_SEQUENCE = rb"[\xc3-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"


def text_chunks(source: Source) -> Iterator[str]:
    """The text of a source in pieces, without its byte order mark.

    Raises:
        UnreadableInput: the file vanished, is not text, or its compressed data is damaged.
    """
    wide = False
    decoder: codecs.IncrementalDecoder | None = None
    for number, raw in enumerate(_byte_chunks(source)):
        chunk = raw
        if number == 0:
            refuse_binary(chunk[:_SAMPLE], source.name)
            codec, skip = by_mark(chunk)
            wide = codec.startswith(("utf-16", "utf-32"))
            if codec:
                decoder = codecs.getincrementaldecoder(codec)("replace")
                chunk = chunk[skip:]
        if not wide and b"\x00" in chunk:
            chunk = re.sub(_DOCKER_HEADER, b"", chunk).replace(b"\x00", b"")
        if decoder is None:
            # Until a byte tells, the encoding stays open: a log can be ASCII for megabytes.
            if chunk.isascii():
                yield chunk.decode("ascii")
                continue
            decoder = codecs.getincrementaldecoder(guess_encoding(_from_first_high(chunk)))("replace")
        yield decoder.decode(chunk)
    if decoder is not None:
        rest = decoder.decode(b"", final=True)
        if rest:
            yield rest


def by_mark(head: bytes) -> tuple[str, int]:
    """The encoding that a byte order mark (or the zero bytes of UTF-16) proves and the mark's length, else ("", 0)."""
    for mark, codec in _MARKS:
        if head.startswith(mark):
            return codec, len(mark)
    return looks_wide(head), 0


def guess_encoding(sample: bytes) -> str:
    """The encoding of bytes that are not all ASCII: "utf-8", "gb18030" or "cp1252".

    The sample may end inside a character.
    """
    try:
        codecs.getincrementaldecoder("utf-8")("strict").decode(sample)
    except UnicodeDecodeError:
        pass
    else:
        return "utf-8"
    high = sum(len(run) for run in re.findall(_HIGH, sample))
    valid = sum(len(sequence) for sequence in re.findall(_UTF8_SEQUENCE, sample))
    chinese = _chinese_share(sample)
    if valid > 0.8 * high and chinese < 0.9:  # noqa: PLR2004 - shares of the bytes above 0x7F
        return "utf-8"
    if chinese > 0.6:  # noqa: PLR2004
        return "gb18030"
    return "utf-8" if valid > 0.5 * high else "cp1252"


def _chinese_share(sample: bytes) -> float:
    """How much of the text above ASCII is everyday Chinese (GB 2312) when it is read as GB18030.

    Nearly any bytes decode as GB18030; only real Chinese comes out as the few thousand characters that people use.
    """
    text = sample.decode("gb18030", "replace")
    above = [char for char in text.removesuffix("\ufffd") if char > "\x7f"]
    if not above:
        return 0.0
    common = sum(1 for char in above if _is_everyday(char))
    return common / len(above)


def _is_everyday(char: str) -> bool:
    if not ("\u4e00" <= char <= "\u9fff" or "\u3000" <= char <= "\u303f" or char >= "\uff00" or "‐" <= char <= "…"):
        return False
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _from_first_high(chunk: bytes) -> bytes:
    match = re.search(_HIGH, chunk)
    return chunk[match.start() :][:_SAMPLE] if match else chunk[:_SAMPLE]


def _byte_chunks(source: Source) -> Iterator[bytes]:
    try:
        with _raw(source) as raw, _unpacked(raw, source.name) as stream:
            while chunk := stream.read(CHUNK):
                yield chunk
    except OSError as error:
        if isinstance(source.body, Path) and error.errno is not None:
            raise unreadable(source.body, error) from error
        raise UnreadableInput(f"{source.name}: the compressed data is damaged ({error})") from error
    except EOFError as error:
        raise UnreadableInput(f"{source.name}: the compressed data ends too early; is the file complete?") from error
    except Exception as error:
        if type(error).__name__ in {"error", "LZMAError", "ZstdError"}:  # zlib, lzma, zstd: imported only when used
            raise UnreadableInput(f"{source.name}: the compressed data is damaged ({error})") from error
        raise


def _raw(source: Source) -> BinaryIO:
    return source.body.open("rb") if isinstance(source.body, Path) else io.BytesIO(source.body)


def _unpacked(raw: BinaryIO, name: str) -> BinaryIO:
    magic = raw.read(6)
    raw.seek(0)
    if magic.startswith(b"\x1f\x8b"):
        import gzip  # noqa: PLC0415 - rarely needed

        return cast("BinaryIO", gzip.GzipFile(fileobj=raw))
    if magic.startswith(b"BZh"):
        import bz2  # noqa: PLC0415 - rarely needed

        return cast("BinaryIO", bz2.BZ2File(raw))
    if magic.startswith(b"\xfd7zXZ\x00"):
        import lzma  # noqa: PLC0415 - rarely needed

        return cast("BinaryIO", lzma.LZMAFile(raw))
    if magic.startswith(_ZSTD):
        return _open_zstd(raw, name)
    return raw


def _open_zstd(raw: BinaryIO, name: str) -> BinaryIO:
    import importlib  # noqa: PLC0415 - rarely needed

    for module, opener in (("compression.zstd", "ZstdFile"), ("backports.zstd", "ZstdFile"), ("zstandard", "open")):
        try:
            return cast("BinaryIO", getattr(importlib.import_module(module), opener)(raw, "rb"))
        except ModuleNotFoundError:
            continue
    raise UnreadableInput(f"{name}: is compressed with zstd, which this Python cannot read; run `zstd -d` on it first")
