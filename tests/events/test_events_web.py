"""Apache, HAProxy and php-fpm: quiet cases first, then the lines of real services."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading import events_of

from assistant.model import Event, Severity

KINDS = ("apache.error", "haproxy", "haproxy.request", "php-fpm", "php.error")
CASES = Path(__file__).parents[2] / "lab" / "cases"


def own(text: str) -> list[Event]:
    return [event for event in events_of(text)[0] if event.kind in KINDS]


@pytest.mark.parametrize(
    "text",
    [
        "[Sun May 11 23:52:08 2025] usb 1-1: new device", "[Sun May 11 23:52:08 2025] [error of nobody] a",
        "AH is an abbreviation", "Server is DOWN", "PHP is a language", "[24-Nov-2026 13:55:27] hello",
        '192.0.2.1 - - [11/May/2025:23:52:08 +0800] "GET / HTTP/1.1" 200 612', "[NOTICE] a", "server a/b is fine",
        "192.0.2.1:4000 [soon] web shop/app1 0/0/0/1/1 200",
    ],
)  # fmt: skip
def test_what_is_not_theirs_is_left_alone(text):
    assert own(text) == []


@pytest.mark.parametrize("case", ["apache-", "haproxy-", "php-"])
def test_every_line_of_the_lab_is_read(case):
    found = 0
    for path in CASES.glob(f"{case}*/*.log"):
        _, summary, _ = events_of(path.read_text(encoding="utf-8"))
        assert summary.unrecognised <= (path.parent.name == "apache-port-taken"), path
        found += 1
    assert found > 3


def test_apache_2_2_and_2_4():
    old, new = own(
        "[Tue Nov 24 13:55:15 2026] [error] [client 192.0.2.1] File does not exist: /a\n"
        "[Tue Nov 24 13:55:15.058464 2026] [proxy:error] [pid 20:tid 21] [client 192.0.2.1:40] (111)Connection refused: AH00957: http: a"
    )
    assert (old.severity, old.message, old.attributes["client.address"]) == (
        Severity.ERROR,
        "File does not exist: /a",
        "192.0.2.1",
    )
    assert (new.pid, new.attributes["apache.code"], new.attributes["error.code"]) == (20, "AH00957", 111)
    assert new.message == "(111)Connection refused: http: a"
    assert new.time.iso() == "2026-11-24T13:55:15.058464"


def test_a_syntax_error_and_what_it_is_are_one():
    (event,) = own("AH00526: Syntax error on line 7 of /a.conf:\nInvalid command 'B'")
    assert event.message == "Syntax error on line 7 of /a.conf:\nInvalid command 'B'"
    (cut,) = own("AH00526: Syntax error on line 7 of /a.conf:")
    assert cut.severity == Severity.FATAL


HEAD = "192.0.2.1:4000 [02/Mar/2026:10:11:12.123] web "


@pytest.mark.parametrize(
    ("line", "severity"),
    [
        ('shop/app1 0/0/0/1/1 200 51 - - ---- 1/1/0/0/0 0/0 "GET / HTTP/1.1"', Severity.INFO),
        ('shop/app1 0/0/0/1/1 500 51 - - ---- 1/1/0/0/0 0/0 "GET / HTTP/1.1"', Severity.ERROR),
        ('shop/app1 0/0/0/-1/2001 504 198 - - sH-- 1/1/0/0/0 0/0 "GET / HTTP/1.1"', Severity.ERROR),
        ('shop/app1 0/0/0/-1/7 -1 0 - - CH-- 1/1/0/0/0 0/0 "GET / HTTP/1.1"', Severity.INFO),
        ('web/<NOSRV> -1/-1/-1/-1/0 400 0 - - CR-- 2/2/0/0/0 0/0 "<BADREQ>"', Severity.INFO),
        ('web/<NOSRV> 0/-1/-1/-1/0 403 0 - - PR-- 2/2/0/0/0 0/0 "GET /x HTTP/1.1"', Severity.INFO),
        ('shop/app1 0/0/0/1/+1 200 +51 - - --NI 1/1/0/0/+0 0/0 {a|b} "GET / HTTP/1.1"', Severity.INFO),
        ("shop/db1 0/0/731 51 -- 1/1/0/0/0 0/0", Severity.INFO),
        ("shop/db1 0/-1/2001 0 sC 1/1/0/0/3 0/0", Severity.ERROR),
    ],
)
def test_haproxy_requests_by_who_ended_them(line, severity):
    (event,) = own(HEAD + line)
    assert event.severity == severity
    assert event.time.iso().startswith("2026-03-02T10:11:12")


def test_php_errors_keep_their_trace():
    text = (
        "[24-Nov-2026 13:55:27 UTC] PHP Fatal error:  Uncaught E: a in /a.php:7\nStack trace:\n#0 {main}\n"
        "  thrown in /a.php on line 7\n[24-Nov-2026 13:55:28 UTC] PHP Notice:  b"
    )
    error, notice = own(text)
    assert (error.severity, error.evidence.last, notice.severity) == (Severity.ERROR, 4, Severity.INFO)
    assert error.time.iso() == "2026-11-24T13:55:27Z"


@given(st.text(alphabet='[]()/:-0123456789 AHPsC"<>NOSRVerror.{}', max_size=160))
def test_no_text_raises(text):
    own(text)
    own(HEAD + text)
    own("[24-Nov-2026 13:55:27] " + text)
    own("AH00526: " + text)
