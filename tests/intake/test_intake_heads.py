from __future__ import annotations

import time

import pytest
from pasting import LOGS, SEED_LOGS

from assistant.intake import head_kind, looks_like_head


@pytest.mark.parametrize(
    "text",
    ["", "and the rest of a sentence", "    indented words", "GET /api HTTP/1.1", "client: 1.2.3.4, server: x", "Warning  BackOff  2m", "upstream timed out",
     "【已脱敏ip地址】, server", "Mem:  1.9Gi", "root  1 0.0", "Host: example.com", "3 more lines", "127.0.0.1:8000/api", "why does it fail?", "为什么"],
)  # fmt: skip
def test_no_head(text: str) -> None:
    assert not looks_like_head(text)


@pytest.mark.parametrize(
    "text",
    [
        "2025/05/11 23:52:08 [error] x", "2025-05-11T23:52:08.123456Z x", "2025-05-11 23:52:08,123 ERROR x", "[2025-05-11 23:52:08 +0800] [7] [INFO] x",
        "May 11 23:52:08 host kernel: x", "May  1 03:09:57 host x", "[4016034.541336] x", "[    0.000000] Linux", "[Sun May 11 23:52:08 2025] x",
        "[dim. 19 avril 18:03:30 2026] x", "11/May/2025:23:52:08 +0800 x", '192.0.2.7 - - [11/May/2025:23:52:08 +0800] "GET / HTTP/1.1" 200 5', "E0511 23:52:08.123456 7 x.go:1] x",
        "1:M 11 May 2025 23:52:08.123 * Ready", "<4>[ 12.3] x", "<6>x", "kern  :warn  : [ 1.2] x", '{"log":"x","stream":"stderr"}', "web-1  | x", "time=2025-05-11 level=info msg=x",
        'level=error ts=1 msg="x"', "[ 3610113]     0 3610113  1198619   337723 x", "Traceback (most recent call last):", '  File "a.py", line 3, in f', "\tat com.example.A.b(A.java:3)",
        "Caused by: java.io.IOException: x", "goroutine 1 [running]:", "ValueError: bad", "java.lang.NullPointerException", "23:52:08 x", "5/11/2025 11:52:08 PM x", "05-11 23:52:08.123 x",
        "250511 23:52:08 x", "[12.345s][info][gc] x", "@400000006821b1a80a0b0c0d x", "1747007528.123 x", "type=AVC msg=audit(1747007528.1:3): x", "INFO:     127.0.0.1:5 - x", "[error] x",
        "Sun 2025-05-11 23:52:08 CST x", "2025年5月11日 23:52:08 x", "11.05.2025 23:52:08 x", "npm ERR! x", "host-1 2025-05-11T23:52:08Z x", "sshd[812]: x", "-- Boot 1234 --",
        "[pod/web-1/app] x", "Out of memory: Killed process 1 (x)", "INFO  [main] x", "2025-05-11 23:52:08 UTC [7] LOG:  x",
    ],
)  # fmt: skip
def test_usual_heads(text: str) -> None:
    assert looks_like_head(text)


def test_every_line_of_the_seed_and_of_nginx_has_a_head() -> None:
    for log in (*SEED_LOGS, (LOGS / "nginx-messages.log").read_text(encoding="utf-8")):
        assert len({head_kind(line) for line in log.splitlines()}) == 1


def test_hostile_lines_take_linear_time() -> None:
    started = time.perf_counter()
    for piece in ("a", " ", "a ", "1", "[", "a.", "a=", "a=b ", "\t", '{"', "a/", "A", "a:", "< "):
        head_kind(piece * 100_000)
    assert time.perf_counter() - started < 3
