from __future__ import annotations

from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pasting import LOGS, SEED_LOGS, lines_of, texts_of

LINES = SEED_LOGS[2].splitlines()
NGINX = SEED_LOGS[0].splitlines()

QUIET = {
    "curl -v": "> GET /api HTTP/1.1\n> Host: example.com\n> Accept: */*\n>\n< HTTP/1.1 502 Bad Gateway\n< Server: nginx",
    "npm": "> app@1.0.0 build\n> tsc -p .\n\nsrc/a.ts:1:2 - error TS2304",
    "gradle": "> Task :app:compileJava FAILED\n> Could not resolve all files",
    "diff": "2c2\n< old\n---\n> new",
    "mysql": "+----+-------+\n| id | name  |\n+----+-------+\n|  1 | alice |\n|  2 | bob   |\n+----+-------+",
    "psql": " id | name\n----+------\n  1 | alice\n  2 | bob\n  3 | eve",
    "hours": "10:00:01 a\n11:00:01 b\n12:00:01 c\n13:00:01 d",
    "ip addr": "1: lo: <LOOPBACK,UP>\n    link/loopback\n2: eth0: <BROADCAST>\n    link/ether",
    "ip -o link": "1: lo: <LOOPBACK,UP> mtu 65536\n2: eth0: <BROADCAST> mtu 1500\n3: docker0: <BROADCAST> mtu 1500",
    "rust": "   0: rust_begin_unwind\n   1: core::panicking::panic_fmt\n   2: app::main",
    "redis": "1:M 11 May 2025 23:52:08.123 * Ready\n2:M 11 May 2025 23:52:08.123 * Ready\n3:M 11 May 2025 23:52:09.123 * x",
    "numbered once": "12: something",
    "ps": "    PID TTY          TIME CMD\n      1 ?        00:00:01 init\n      2 ?        00:00:00 kthreadd\n      3 ?        00:00:00 rcu",
    "compose": "web-1  | 2025/05/11 23:52:08 [error] 7#7: x\nweb-1  | 2025/05/11 23:52:09 [error] 7#7: y",
    "prompt": "> show dbs\nadmin 0.1GB",
    "counts": "     12 GET /a\n     11 GET /b\n     10 GET /c",
    "tsv": "1\tfoo\n5\tbar",
}


@pytest.mark.parametrize("name", QUIET)
def test_what_only_looks_quoted_stays(name: str) -> None:
    assert texts_of(QUIET[name]) == dedent(QUIET[name]).split("\n")


@pytest.mark.parametrize("path", sorted(LOGS.glob("*.log")), ids=lambda path: path.name)
def test_logs_are_not_quoted(path) -> None:
    body = path.read_text(encoding="utf-8")
    assert texts_of(body) == body.split("\n")[:-1]


STYLES = {
    "mail": lambda i, line: f"> {line}",
    "mail twice": lambda i, line: f"> > {line}",
    "mail tight": lambda i, line: f">{line}",
    "bar": lambda i, line: f"| {line}",
    "cat -n": lambda i, line: f"{i:6d}\t{line}",
    "grep -n": lambda i, line: f"{i * 3}:{line}",
    "grep file": lambda i, line: f"/var/log/app.log:{i * 3}:{line}",
    "editor bar": lambda i, line: f"{i:4d} | {line}",
    "arrow": lambda i, line: f"{i:6d}→{line}",
    "less -N": lambda i, line: f"{i:7d} {line}",
    "colon": lambda i, line: f"{i:4d}: {line}",
    "indent": lambda i, line: f"    {line}",
    "tab": lambda i, line: f"\t{line}",
    "numbers in mail": lambda i, line: f"> {i:6d}\t{line}",
    "numbers from 97": lambda i, line: f"{i + 96:6d}\t{line}",
}


@pytest.mark.parametrize("name", STYLES)
@pytest.mark.parametrize("log", [LINES, NGINX], ids=["kernel", "nginx"])
def test_quoting_is_taken_off_a_whole_run(name: str, log: list[str]) -> None:
    quoted = [STYLES[name](i, line) for i, line in enumerate(log, 1)]
    assert texts_of("\n".join(quoted)) == log
    assert texts_of("\n".join(["look at this:", "", *quoted])) == ["look at this:", "", *log]


@pytest.mark.parametrize("name", ["mail", "cat -n", "bar", "editor bar", "arrow", "indent"])
def test_stack_traces_keep_their_own_indentation(name: str) -> None:
    log = (LOGS / "stack-traces.log").read_text(encoding="utf-8").split("\n")[:15]
    assert texts_of("\n".join(STYLES[name](i, line) for i, line in enumerate(log, 1))) == log


def test_fences_are_dropped_and_still_counted() -> None:
    lines = lines_of("why?\n```log\n" + "\n".join(NGINX) + "\n```\n")
    assert [line.text for line in lines] == ["why?", *NGINX]
    assert [line.number for line in lines] == [1, *range(3, 3 + len(NGINX))]
    assert texts_of("```" + "\n".join(NGINX) + "```") == NGINX
    assert texts_of("~~~\na\n~~~") == ["a"]
    assert texts_of("    x = f(y)\n        ~^^^") == ["x = f(y)", "    ~^^^"]


@given(st.sampled_from(sorted(STYLES)), st.integers(2, 35))
def test_any_number_of_lines_from_two(name: str, count: int) -> None:
    log = LINES[:count]
    assert texts_of("\n".join(STYLES[name](i, line) for i, line in enumerate(log, 1))) == log


@pytest.mark.parametrize(
    "text", ["2026-03-02T10:11:12.123456789Z 2026/03/02 10:11:12 [notice] 1#1: x", "2026-03-02 10:11:12,123 ERROR x"]
)
def test_a_year_is_no_line_number(text) -> None:
    assert texts_of(text) == [text]
