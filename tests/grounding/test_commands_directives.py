"""Settings in snippets of configuration."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.grounding.shell.directives import directives


def found(text, tag=""):
    return [(each.name, each.value) for each in directives(text, tag)]


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("", ""),
        ("The server is down.", ""),
        ("服务已经重启。", ""),
        ("# proxy_read_timeout 60s;", "nginx"),
        ("; MemoryMax=2G", "ini"),
        ("# a: b", "yaml"),
        ("[Service]", "ini"),
        ("systemctl restart app", "bash"),
        ("A=1 ls", "bash"),
        ("SELECT 1", "sql"),
    ],
)
def test_what_sets_nothing(text, tag):
    assert found(text, tag) == []


@pytest.mark.parametrize(
    ("text", "tag", "expected"),
    [
        ("proxy_read_timeout 120s;", "", [("proxy_read_timeout", "120s")]),
        (
            "upstream app {\n  server 127.0.0.1:8000 max_fails=0; # one\n  keepalive 32;\n}",
            "nginx",
            [("upstream", "app"), ("server", "127.0.0.1:8000 max_fails=0"), ("keepalive", "32")],
        ),
        ('add_header X "a; b";', "nginx", [("add_header", 'X "a; b"')]),
        ("log_format x '$a'\n   '$b';", "nginx", [("log_format", "x '$a' '$b'")]),
        ("location ~ \\.php$ { return 404; }", "nginx", [("location", "~ \\.php$"), ("return", "404")]),
        ("[Service]\nMemoryMax=2G\nRestart = always\n", "", [("MemoryMax", "2G"), ("Restart", "always")]),
        ("vm.swappiness = 10    # less", "", [("vm.swappiness", "10")]),
        ("vm.overcommit_memory=1", "sysctl", [("vm.overcommit_memory", "1")]),
        ("services:\n  app:\n    mem_limit: 2g\n", "yaml", [("mem_limit", "2g")]),
        ("livenessProbe: {periodSeconds: 5, failureThreshold: 3}", "yaml", [("periodSeconds", "5"), ("failureThreshold", "3")]),
        ('a: "x y"', "yaml", [("a", "x y")]),
        ("ALTER SYSTEM SET work_mem = '4MB';", "sql", [("work_mem", "4MB")]),
        ("SET GLOBAL max_connections = 300", "", [("max_connections", "300")]),
        ('{"log-opts": {"max-size": "20m"}, "n": 3}', "json", [("max-size", "20m"), ("n", "3")]),
        ("maxmemory 2gb\nmaxmemory-policy noeviction", "redis", [("maxmemory", "2gb"), ("maxmemory-policy", "noeviction")]),
        ("    timeout server 30s", "haproxy", [("timeout server", "30s")]),
        ("worker_max_memory_per_child = 200000  # KiB", "", [("worker_max_memory_per_child", "200000")]),
        ("NODE_OPTIONS=--max-old-space-size=512", "env", [("NODE_OPTIONS", "--max-old-space-size=512")]),
    ],
)  # fmt: skip
def test_what_is_set(text, tag, expected):
    assert found(text, tag) == expected


@given(
    st.text(alphabet="ab_ =:;{}\n\"'#[]()1.$\\", max_size=60),
    st.sampled_from(["", "nginx", "ini", "yaml", "json", "sql", "redis"]),
)
def test_it_never_raises_and_offsets_are_right(text, tag):
    for each in directives(text, tag):
        assert text[each.start : each.end] == each.text
        assert each.name


@pytest.mark.parametrize(
    "piece",
    ["a", "a b;", "a {", "a: b\n", "a=b\n", '"a": 1,', "{", "\n", " ", "set x = 1\n", "'", '"', "a\n", "#", "[x]\n"],
)
@pytest.mark.parametrize("tag", ["", "nginx", "yaml", "json", "sql", "redis"])
def test_a_megabyte_of_anything(piece, tag):
    text = piece * (1_000_000 // len(piece))
    began = time.perf_counter()
    directives(text, tag)
    assert time.perf_counter() - began < 10
