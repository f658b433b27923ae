"""Telling text from binary data, so that an image or a program gets one clear sentence and not a screen of noise."""

from __future__ import annotations

import re

from assistant.errors import UnreadableInput

_MAGIC: tuple[tuple[bytes, int, str], ...] = (
    (b"\x7fELF", 0, "a program (ELF)"),
    (b"\x89PNG\r\n\x1a\n", 0, "a PNG image; paste the text instead of a screenshot"),
    (b"\xff\xd8\xff", 0, "a JPEG image; paste the text instead of a screenshot"),
    (b"GIF87a", 0, "a GIF image"),
    (b"GIF89a", 0, "a GIF image"),
    (b"WEBP", 8, "a WebP image; paste the text instead of a screenshot"),
    (b"%PDF-", 0, "a PDF document; paste its text"),
    (b"PK\x03\x04", 0, "a ZIP archive (or an Office document); unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", 0, "a 7z archive; unpack it first"),
    (b"Rar!\x1a\x07", 0, "a RAR archive; unpack it first"),
    (b"ustar", 257, "a tar archive; unpack it first"),
    (b"LPKSHHRH", 0, "a systemd journal file; read it with `journalctl --file`"),
    (b"ElfFile\x00", 0, "a Windows event log; export it as text first"),
    (b"SQLite format 3\x00", 0, "an SQLite database"),
    (b"\xca\xfe\xba\xbe", 0, "a Java class or Mach-O file"),
    (b"\xcf\xfa\xed\xfe", 0, "a program (Mach-O)"),
    (b"\xd4\xc3\xb2\xa1", 0, "a packet capture; read it with `tcpdump -r`"),
    (b"\x0a\x0d\x0d\x0a", 0, "a packet capture; read it with `tcpdump -r`"),
    (b"JAVA PROFILE", 0, "a Java heap dump"),
    (b"\x00asm", 0, "a WebAssembly module"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0, "an Office document; paste its text"),
)
COMPRESSED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd")  # gzip, bzip2, xz, zstd: `decode` opens these
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
_CONTROLS = bytes(sorted({*range(0x20), 0x7F} - {0x08, 0x09, 0x0A, 0x0C, 0x0D, 0x1B}))
_MAX_SHARE = 0.08  # of control bytes; text with stray ones has far fewer, compressed or random data 10 %
_MIN_CONTROLS = 3


def refuse_binary(head: bytes, name: str) -> None:
    """Check the first bytes of an input.

    Raises:
        UnreadableInput: they are those of a known binary format, or too many are control bytes.
    """
    for magic, offset, what in _MAGIC:
        if head.startswith(magic, offset):
            raise UnreadableInput(f"{name}: is {what}")
    if head.startswith(b"MZ") and b"This program cannot be run" in head[:512]:
        raise UnreadableInput(f"{name}: is a program (Windows)")
    if head.startswith((*_WIDE_MARKS, *COMPRESSED)) or looks_wide(head):
        return
    # A log that was truncated while its writer had it open starts with a run of NUL bytes, and the stream format of
    # the Docker API puts 8 bytes before each message: both are text.
    sample = re.sub(rb"\x00{16,}|(?m:^)[\x00-\x02]\x00{3}[\x00-\xff]{4}", b"", head)
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    if controls >= _MIN_CONTROLS and controls > _MAX_SHARE * len(sample):
        raise UnreadableInput(f"{name}: is not text (binary data)")


def looks_wide(head: bytes) -> str:
    """Whether bytes without a byte order mark are UTF-16: "utf-16-le", "utf-16-be" or ""."""
    sample = head[: len(head) & ~1][:4096]
    pairs = len(sample) // 2
    if pairs < 2 or b"\x00" not in sample:  # noqa: PLR2004 - one character proves nothing
        return ""
    first, second = sample[0::2].count(0), sample[1::2].count(0)
    low, high = min(first, second), max(first, second)
    # ASCII has one zero byte in each pair; Chinese text keeps at least its digits, spaces and line ends.
    if high < max(1, pairs // 20) or low > high // 20:
        return ""
    codec = "utf-16-le" if second > first else "utf-16-be"
    text = sample.decode(codec, "replace")
    odd = sum(1 for char in text if not (char.isprintable() or char.isspace() or char == "\x1b"))
    return codec if odd <= len(text) // 20 else ""
