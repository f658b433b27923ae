"""Naming and hashing what is to be read: a paste, a stream that was read, or a file that is read lazily."""

from __future__ import annotations

import stat
from pathlib import Path

from assistant.errors import UnreadableInput
from assistant.intake.binary import refuse_binary
from assistant.model import Source

_HEAD = 1 << 16  # bytes looked at to tell text from binary data


def make_source(index: int, name: str, body: bytes | str | Path, *, is_paste: bool) -> Source:
    """A source with the SHA-256 of its bytes.

    A regular file stays on disk and is read again by `read`; a pipe can be read only once, so its bytes are kept.
    Text is encoded as UTF-8.

    Raises:
        UnreadableInput: the path is missing, a directory, a device or not permitted, or the content is not text.
    """
    import hashlib  # noqa: PLC0415 - loads OpenSSL, which a start that reads nothing need not pay for

    if isinstance(body, Path):
        path = body
        _refuse_special(path)
        try:
            with path.open("rb") as stream:
                if stat.S_ISREG(path.stat().st_mode):
                    refuse_binary(stream.read(_HEAD), name)
                    stream.seek(0)
                    return Source(index, name, path, hashlib.file_digest(stream, "sha256").hexdigest(), is_paste)
                body = stream.read()
        except OSError as error:
            raise unreadable(path, error) from error
    raw = encode(body) if isinstance(body, str) else body
    refuse_binary(raw[:_HEAD], name)
    return Source(index, name, raw, hashlib.sha256(raw).hexdigest(), is_paste)


def encode(text: str) -> bytes:
    """Text as UTF-8, whatever surrogates are in it.

    Python marks bytes that it could not decode (of standard input, of arguments) with U+DC80..U+DCFF: these become
    the original bytes again. Other surrogates are paired when they are a pair, else U+FFFD.
    """
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        pass
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        paired = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        return paired.encode("utf-8")


def unreadable(path: Path, error: OSError) -> UnreadableInput:
    """The error for a path that the system refuses, in one sentence."""
    if isinstance(error, FileNotFoundError):
        return UnreadableInput(f"{path}: no such file")
    if isinstance(error, PermissionError):
        return UnreadableInput(f"{path}: no permission to read it")
    if isinstance(error, IsADirectoryError):
        return UnreadableInput(f"{path}: is a directory; name the files in it")
    return UnreadableInput(f"{path}: {error.strerror or error}")


def _refuse_special(path: Path) -> None:
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        if isinstance(error, OSError):
            raise unreadable(path, error) from error
        raise UnreadableInput(f"{str(path)!r}: not a file name") from error
    if stat.S_ISDIR(mode):
        raise UnreadableInput(f"{path}: is a directory; name the files in it")
    if stat.S_ISCHR(mode) or stat.S_ISBLK(mode):
        raise UnreadableInput(f"{path}: is a device, not a file")
    if stat.S_ISSOCK(mode):
        raise UnreadableInput(f"{path}: is a socket, not a file")
