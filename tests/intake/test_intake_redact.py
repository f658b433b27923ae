from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pasting import LOGS, SEED_LOGS

from assistant.intake import Redactor
from assistant.intake.detectors import DETECTORS

KEPT = [
    '2025/05/11 23:52:08 [error] 3599761#3599761: *3 connect() failed (111: Connection refused), upstream: "http://127.0.0.1:8000/x", "http://[::1]:8000/api"',
    "Killed process 3610113 (uvicorn) total-vm:4794476kB, anon-rss:1350640kB, UID:0 pgtables:3760kB oom_score_adj:0", "Chrome/124.0.6367.60 Safari/537.36", "listen 0.0.0.0:80; netmask 255.255.255.0",
    "v1.2.3.4 version 10.2.3.4 pkg==1.2.3.4 1.2.3.4.5", "Access denied for user 'root'@'localhost' (using password: YES)", "client: 【已脱敏ip地址】 password=*** token=<redacted> secret: xxx api_key=${API_KEY}",
    "password=[FILTERED] password=null pwd=%s", "getty@tty1.service git@github.com:foo/bar.git", "syntax error, unexpected token: 'x' near line 3", "size=13958643712 total 17179869184 ts 1715471528123",
    "0000:00:1f.2 std::foo::bar 12:34:56 dead::beef::cafe", "/var/log/nginx/error.log nginx/1.22.1 /home/ubuntu/x", "sha256:4bcff63911fcb4448bd4fdacec207030997caf25e9bea4045fa6c8c44de311d1",
    "http_session_timeout=30 max_tokens=4096 password_encryption=on primary key: 12 Invalid token: expired", "POSTGRES_PASSWORD is not specified. pass=1 fail=2", "mac 00:00:00:00:00:00 ff:ff:ff:ff:ff:ff",
    "[4016034.541336] [3610113]     0 3610113  1198619   337723  3850240        0             0 uvicorn", "13812345678.123456 [13812345678] order 110105194912310021", "a@b x@localhost",
]  # fmt: skip
# Tokens are broken by a bar here, so that scanners of repositories do not take them for real ones.
BROKEN = [
    ("client: 203.0.113.7, x", "203.0.113.7", "ip"), ("http://10.0.0.5:8080/", "10.0.0.5", "ip"), ("db.example.com/10.1.2.3:3306", "10.1.2.3", "ip"), ("ssh root@198.51.100.7", "198.51.100.7", "ip"),
    ("::ffff:203.0.113.9 -", "203.0.113.9", "ip"), ("[2001:db8:85a3::8a2e:370:7334]:443", "2001:db8:85a3::8a2e:370:7334", "ip"), ("fe80::1ff:fe23:4567:890a%eth0", "fe80::1ff:fe23:4567:890a", "ip"),
    ("to=<bob.smith@example.co.uk>", "bob.smith@example.co.uk", "email"), ("key AK¦IAIOSFODNN7EXAMPLE", "AK¦IAIOSFODNN7EXAMPLE", "secret"), ("x gh¦p_abcdefghijklmnopqrstuvwxyz0123456789", "gh¦p_abcdefghijklmnopqrstuvwxyz0123456789", "secret"),
    ("gl¦pat-abcdefghij0123456789", "gl¦pat-abcdefghij0123456789", "secret"), ("xo¦xb-123456789012-abcdefghij", "xo¦xb-123456789012-abcdefghij", "secret"), ("sk¦-proj-abc123def456ghi789jkl", "sk¦-proj-abc123def456ghi789jkl", "secret"),
    ("AI¦zaSyA1234567890abcdefghijklmnopqrstuv", "AI¦zaSyA1234567890abcdefghijklmnopqrstuv", "secret"), ("sk¦_live_abcdefghijklmnop", "sk¦_live_abcdefghijklmnop", "secret"), ("np¦m_abcdefghijklmnopqrstuvwxyz0123456789", "np¦m_abcdefghijklmnopqrstuvwxyz0123456789", "secret"),
    ("py¦pi-AgEIcHlwaS5vcmcCJDU5", "py¦pi-AgEIcHlwaS5vcmcCJDU5", "secret"), ("ey¦JhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc-_123", "ey¦JhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc-_123", "secret"),
    ("postgres://app:s3cr3t@db:5432/x", "s3cr3t", "secret"), ("redis://:pass@cache", "pass", "secret"), ("root:topsecret@tcp(db:3306)/x", "topsecret", "secret"), ("password=hunter2,", "hunter2", "secret"),
    ('"password": "p@ss w0rd"', "p@ss w0rd", "secret"), ("PASSWORD: hunter2", "hunter2", "secret"), ("DB_PASSWORD=topsecret!", "topsecret!", "secret"), ("dbPassword='x y z'", "x y z", "secret"), ("OPENAI_API_KEY=foo123bar", "foo123bar", "secret"),
    ("Authorization: Bearer abc.def-1 next", "abc.def-1", "secret"), ("-H 'Authorization: Basic dXNlcjpwYXNz'", "dXNlcjpwYXNz", "secret"), ("Cookie: sid=abc; csrf=xyz", "sid=abc; csrf=xyz", "secret"), ("--password hunter3 x", "hunter3", "secret"),
    ("x-api-key: 8f3b2c1d9e", "8f3b2c1d9e", "secret"), ("密码：abc123", "abc123", "secret"), ("/home/alice/app/x.py", "alice", "user"), ("C:\\Users\\bob\\x", "bob", "user"), ("手机13812345678", "13812345678", "phone"), ("+86 138-1234-5678", "+86 138-1234-5678", "phone"),
    ("id 11010519491231002X", "11010519491231002X", "id"), ("mac 52:54:00:12:34:56", "52:54:00:12:34:56", "mac"), ("MAC=aa:bb:cc:dd:ee:ff:11:22:33:44:55:66:08:00 SRC", "aa:bb:cc:dd:ee:ff:11:22:33:44:55:66:08:00", "mac"),
]  # fmt: skip
HIDDEN = [(text.replace("¦", ""), value.replace("¦", ""), kind) for text, value, kind in BROKEN]


@pytest.mark.parametrize("text", KEPT)
def test_what_a_diagnosis_needs_stays(text: str) -> None:
    assert Redactor().redact(text) == text


def test_the_seed_is_redacted_already() -> None:
    for log in SEED_LOGS:
        assert Redactor().redact(log) == log


@pytest.mark.parametrize("name", ["oom-dump.log", "config.yaml", "prose.txt"])
def test_logs_without_secrets_stay(name: str) -> None:
    text = (LOGS / name).read_text(encoding="utf-8")
    assert Redactor().redact(text) == text


@pytest.mark.parametrize(("text", "value", "kind"), HIDDEN)
def test_what_must_not_leave(text: str, value: str, kind: str) -> None:
    redactor = Redactor()
    redacted = redactor.redact(text)
    assert redacted == text.replace(value, f"⟨{kind}-1⟩")
    assert redactor.restore(redacted) == text
    assert redactor.redact(redacted) == redacted


def test_the_same_value_has_the_same_token() -> None:
    redactor = Redactor()
    assert redactor.redact("203.0.113.7 198.51.100.9 203.0.113.7") == "⟨ip-1⟩ ⟨ip-2⟩ ⟨ip-1⟩"
    assert redactor.redact("again 198.51.100.9") == "again ⟨ip-2⟩"
    assert redactor.count == 2


@pytest.mark.parametrize("end", ["\n-----END RSA PRIVATE KEY-----\nrest", ""])
def test_a_key_over_several_lines(end: str) -> None:
    text = "x\n-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nabc/+=" + end
    redactor = Redactor()
    assert "MIIEow" not in redactor.redact(text)
    assert redactor.restore(redactor.redact(text)) == text


def test_a_token_in_the_log_is_nobodys_address() -> None:
    redactor = Redactor()
    text = "GET /⟨ip-1⟩ from 203.0.113.7"
    redacted = redactor.redact(text)
    assert redacted == "GET /⟨text-1⟩ from ⟨ip-1⟩"
    assert redactor.restore(redacted) == text
    assert redactor.restore("⟨ip-9⟩") == "⟨ip-9⟩"


@given(
    st.lists(
        st.sampled_from([text for text, _, _ in HIDDEN] + KEPT + ["⟨ip-1⟩", "⟨secret-2⟩", " ", "\n", '"', "'"]),
        max_size=8,
    ),
    st.text(max_size=20),
)
def test_restore_undoes_redact(parts: list[str], noise: str) -> None:
    text = noise.join(parts)
    redactor = Redactor()
    redacted = redactor.redact(text)
    assert redactor.restore(redacted) == text
    assert redactor.restore(redactor.redact(redacted)) == text


@given(st.ip_addresses(v=4), st.ip_addresses(v=6))
def test_every_address_but_loopback_and_unspecified(four, six) -> None:
    for address in (four, six):
        text = f"client: {address}, server"
        hidden = str(address) not in Redactor().redact(text)
        first = int(str(address).split(".")[0]) if address.version == 4 else -1
        assert hidden != (address.is_loopback or address.is_unspecified or first in {0, 255})


def test_detectors_have_names_of_their_own() -> None:
    assert len({detector.name for detector in DETECTORS}) == len(DETECTORS)


def test_hostile_text_takes_linear_time() -> None:
    n = 20_000
    started = time.perf_counter()
    for piece in (
        "a@",
        "a.b",
        ":::",
        "password=",
        "1.1.1.",
        "http://",
        "a:",
        "-----BEGIN A-----\n",
        "eyJ",
        "token_",
        "x-",
        "--token ",
        "://a:",
        "authorization:",
        "cookie:",
        "aa:",
        "pass.",
        "⟨ip-1",
        "a" * 9 + "_",
    ):
        Redactor().redact(piece * n)
    assert time.perf_counter() - started < 10
