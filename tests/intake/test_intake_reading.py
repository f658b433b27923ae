from __future__ import annotations

import bz2
import gzip
import importlib
import lzma
import os
import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pasting import SEED_LOGS, lines_of, texts_of

from assistant.errors import UnreadableInput
from assistant.intake import make_source, read
from assistant.intake.clean import MAX_LINE
from assistant.model import Line

ZH = SEED_LOGS[0]


def test_numbers_texts_and_blank_lines() -> None:
    assert lines_of("a\n\nb\n") == [Line(1, "a", 1), Line(2, "", 2), Line(3, "b", 3)]
    assert lines_of("") == []
    assert texts_of("\n\n") == ["", ""]


def test_lines_are_whole_values_on_the_fast_path_too(tmp_path: Path) -> None:
    path = tmp_path / "large.log"
    path.write_text("2025/05/11 23:52:08 [error] 7#7: *3 open() failed\n" * 200_000, encoding="utf-8")
    first = next(read(make_source(1, "large", path, is_paste=False)))
    assert first == Line(1, "2025/05/11 23:52:08 [error] 7#7: *3 open() failed", 1)
    assert repr(first) == repr(Line(first.number, first.text, first.last))


@given(st.lists(st.text(st.characters(codec="utf-8", categories=["L", "N", "P"]), max_size=40), max_size=12))
def test_plain_lines_come_back_with_any_line_end(lines: list[str]) -> None:
    lines = ["x", *(f"{line}x" for line in lines)]
    if any("`" in line or line[0] in ">|│" for line in lines):
        return
    plain = texts_of("\n".join(lines))
    assert plain == texts_of("\r\n".join(lines))
    assert len(plain) == len(lines)


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gb18030"])
def test_encodings(codec: str) -> None:
    assert "\n".join(texts_of(ZH.encode(codec))) + "\n" == ZH


@pytest.mark.parametrize("cut", range(1, 40))
def test_a_character_cut_at_the_end_of_the_input_is_no_error(cut: int) -> None:
    for codec in ("utf-8", "gb18030", "utf-16-le"):
        raw = ZH.encode(codec)[: 200 + cut]
        text = "\n".join(texts_of(raw))
        assert text.rstrip("\ufffd") in ZH


def test_latin_1_only_when_nothing_else_fits() -> None:
    assert texts_of("Fehler: Gerät nicht gefunden, größer als erlaubt\n".encode("latin-1")) == [
        "Fehler: Gerät nicht gefunden, größer als erlaubt"
    ]
    assert texts_of("décision: échec à l’étape, naïve\n".encode("cp1252")) == ["décision: échec à l’étape, naïve"]
    assert texts_of("上游服务器连接失败".encode("gbk")) == ["上游服务器连接失败"]


def test_bytes_that_cannot_be_decoded_later_on_are_marked() -> None:
    raw = "正常的一行\n".encode() * 2000 + b"bad \xff\xfe byte\n" + "正常的一行\n".encode()
    texts = texts_of(raw)
    assert texts[2000] == "bad \ufffd\ufffd byte"
    assert texts[2001] == "正常的一行"


def test_the_encoding_is_decided_where_the_first_foreign_byte_is() -> None:
    raw = b"2025/05/11 23:52:08 [error] plain\n" * 20_000 + "中文日志在后面\n".encode("gb18030")
    assert texts_of(raw)[-1] == "中文日志在后面"


def test_zero_bytes_of_a_truncated_log_and_of_docker_streams() -> None:
    assert texts_of(b"\x00" * 5000 + b"2025/05/11 23:52:08 [error] x\n") == ["2025/05/11 23:52:08 [error] x"]
    assert texts_of(b"\x01\x00\x00\x00\x00\x00\x00\x06hello\n\x02\x00\x00\x00\x00\x00\x00\x0awide word\n") == [
        "hello",
        "wide word",
    ]


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_compressed(pack, tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(pack(ZH.encode()))
    assert texts_of(path) == ZH.splitlines()
    assert texts_of(pack(ZH.encode())) == ZH.splitlines()


def test_damaged_compression_is_unreadable() -> None:
    for damaged in (
        gzip.compress(ZH.encode())[:-20],
        gzip.compress(ZH.encode())[:30] + b"\x00" * 400,
        b"BZh9" + b"\x01" * 90,
    ):
        with pytest.raises(UnreadableInput, match=r"compressed|binary"):
            texts_of(damaged)


def test_zstd_is_read_or_refused_clearly() -> None:
    # one frame with one raw block, as RFC 8878 lays it out: a program that reads it gives the line back
    frame = b"\x28\xb5\x2f\xfd\x20\x06" + ((6 << 3) | 1).to_bytes(3, "little") + b"a log\n"
    libraries = ("compression.zstd", "backports.zstd", "zstandard")
    if any(_importable(name) for name in libraries):
        assert texts_of(frame) == ["a log"]
    else:
        with pytest.raises(UnreadableInput, match="zst"):
            texts_of(frame)


def _importable(name: str) -> bool:
    try:
        importlib.import_module(name)
    except ImportError:
        return False
    return True


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "PNG"),
        (b"\x7fELF\x02\x01\x01" + b"\x00" * 50, "program"),
        (b"PK\x03\x04" + b"\x00" * 50, "ZIP"),
        (b"LPKSHHRH" + b"\x00" * 50, "journalctl"),
        (bytes(range(256)) * 20, "not text"),
        (bytes((i * i * 7 + i) % 251 for i in range(9000)), "not text"),
    ],
)
def test_binary_data_is_refused(body: bytes, said: str) -> None:
    with pytest.raises(UnreadableInput, match=said):
        make_source(1, "thing", body, is_paste=False)


def test_paths_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match="no such file"):
        make_source(1, "x", tmp_path / "missing", is_paste=False)
    with pytest.raises(UnreadableInput, match="directory"):
        make_source(1, "x", tmp_path, is_paste=False)
    with pytest.raises(UnreadableInput, match="device"):
        make_source(1, "x", Path(os.devnull), is_paste=False)
    with pytest.raises(UnreadableInput, match="not a file name"):
        make_source(1, "x", Path("a\x00b"), is_paste=False)
    gone = tmp_path / "gone"
    gone.write_text("x", encoding="utf-8")
    source = make_source(1, "x", gone, is_paste=False)
    gone.unlink()
    with pytest.raises(UnreadableInput, match="no such file"):
        list(read(source))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text("x", encoding="utf-8")
    path.chmod(0)
    with pytest.raises(UnreadableInput, match="permission"):
        make_source(1, "x", path, is_paste=False)


def test_a_pipe_is_read_once_and_kept(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen([sys.executable, "-c", f"open({str(pipe)!r}, 'w').write('a\\nb\\n')"]):
        source = make_source(1, "pipe", pipe, is_paste=False)
    assert [line.text for line in read(source)] == ["a", "b"]
    assert [line.text for line in read(source)] == ["a", "b"]


def test_the_digest_is_of_the_bytes(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(ZH.encode())
    digests = {make_source(1, "x", body, is_paste=True).sha256 for body in (path, ZH.encode(), ZH)}
    assert len(digests) == 1


@given(st.text(max_size=50))
def test_any_text_makes_a_source(text: str) -> None:
    make_source(1, "x", "plain words to begin with " * 9 + text, is_paste=True)


def test_surrogates_of_every_kind() -> None:
    assert texts_of("a\ud800b") == ["a\ufffdb"]
    assert texts_of("smile \ud83d\ude00") == ["smile 😀"]
    assert texts_of("中文".encode("gbk").decode("utf-8", "surrogateescape") + "日志") != []


@given(st.binary(max_size=300))
def test_any_bytes_give_lines_or_one_clear_error(body: bytes) -> None:
    try:
        lines = lines_of(body)
    except UnreadableInput:
        return
    assert all(line.text.replace("\t", "").isascii() or line.text for line in lines)
    assert all(not set(line.text) & set("\x00\x07\x08\x1b\r\n\u202e\u200b") for line in lines)


def test_a_line_without_end_comes_in_pieces_of_one_number() -> None:
    lines = lines_of(b"x" * (3 * MAX_LINE) + b"\nnext\n")
    assert {line.number for line in lines[:-1]} == {1}
    assert sum(len(line.text) for line in lines[:-1]) == 3 * MAX_LINE
    assert lines[-1] == Line(2, "next", 2)


def test_a_large_file_is_read_in_constant_memory(tmp_path: Path) -> None:
    path = tmp_path / "large.log"
    path.write_text("2025/05/11 23:52:08 [error] 7#7: *3 upstream timed out\n" * 900_000, encoding="utf-8")
    source = make_source(1, "large", path, is_paste=False)
    tracemalloc.start()
    try:
        count = 0
        for line in read(source):
            count = line.number
            if count == 300_000:
                break
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 60_000_000


def test_a_large_wrapped_and_quoted_file_is_joined_from_its_sample(tmp_path: Path) -> None:
    record = SEED_LOGS[0].splitlines()
    path = tmp_path / "large.log"
    pieces = [f"> {line[i : i + 90]}" for line in record for i in range(0, len(line), 90)]
    path.write_text("\n".join(pieces * 2600) + "\n", encoding="utf-8")
    assert path.stat().st_size > 9_000_000
    lines = list(read(make_source(1, "large", path, is_paste=False)))
    assert [line.text for line in lines[: len(record)]] == record
    assert len(lines) == 2600 * len(record)
    assert lines[-1].last == 2600 * len(pieces)


def test_import_is_cheap_and_pulls_in_nothing_heavy() -> None:
    code = "import assistant.model, sys; b = set(sys.modules); import assistant.intake; print(sorted(m for m in set(sys.modules) - b if not m.startswith('assistant')))"
    out = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    )
    heavy = {"hashlib", "ipaddress", "gzip", "bz2", "lzma", "unicodedata"}
    assert not heavy & set(eval(out.stdout))  # noqa: S307 - our own output
