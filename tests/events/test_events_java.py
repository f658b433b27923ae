"""Java's exceptions, whole and cut, and the layouts of its loggers."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading import events_of

LOGS = Path(__file__).parent.parent / "logs"
FRAMES = "\tat com.example.Shop.order(Shop.java:31)\n\tat com.example.Main.main(Main.java:7)"


def one(text: str, kind: str = "java.exception"):
    events, summary, _ = events_of(text)
    assert summary.unrecognised == 0
    assert [event.kind for event in events] == [kind]
    return events[0]


def test_each_exception_of_a_real_jvm_is_one_event():
    text = (LOGS / "services" / "java-exceptions.log").read_text(encoding="utf-8")
    events, summary, _ = events_of(text)
    assert summary.unrecognised == 0
    found = [(event.attributes["exception.type"], event.attributes["java.cause"]) for event in events]
    oom = "java.lang.OutOfMemoryError"
    assert found == [(oom, oom)] * 6 + [
        ("java.net.BindException", "java.net.BindException"),
        ("java.lang.RuntimeException", "java.net.ConnectException"),
        ("java.net.UnknownHostException", "java.net.UnknownHostException"),
        ("java.lang.RuntimeException", "java.lang.IllegalStateException"),
        ("java.lang.NullPointerException", "java.lang.NullPointerException"),
    ]
    assert events[-1].attributes["thread.name"] == "pool-1-thread-1"
    assert "Suppressed: java.io.IOException: close failed" in events[-2].message


def test_a_trace_has_the_time_of_the_line_before_it():
    text = "2026-03-02 10:11:12,123 ERROR [http-1] com.example.Shop - order 7 failed\njava.lang.IllegalStateException: no stock\n"
    events, _, _ = events_of(text + FRAMES)
    assert [event.kind for event in events] == ["java.log", "java.exception"]
    assert events[1].time.iso() == "2026-03-02T10:11:12.123"
    assert (events[1].attributes["code.file.path"], events[1].attributes["code.line.number"]) == ("Shop.java", 31)


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("java.lang.IllegalStateException: no stock\n" + FRAMES, False),
        (FRAMES, True),
        ("Caused by: java.io.IOException: x\n" + FRAMES + "\n\t... 23 more", True),
        ("org.postgresql.util.PSQLException: FATAL: sorry, too many clients already", False),
        ("    at com.example.Shop.order(Shop.java:31) ~[shop.jar:1.0]\n    ... 23 common frames omitted", True),
    ],
)
def test_traces_cut_at_either_end(text, cut):
    assert one(text).attributes["cut"] is cut


@pytest.mark.parametrize(
    ("line", "severity", "logger", "thread"),
    [
        ("2026-03-02T10:11:12.123+01:00  WARN 42 --- [shop] [  main] c.e.S  : x", "WARN", "c.e.S", "main"),
        ("2026-03-02 10:11:12.123  INFO 42 --- [  main] c.e.S  : x", "INFO", "c.e.S", "main"),
        ("2026-03-02 10:11:12,123 ERROR [http-1] com.example.Shop - x", "ERROR", "com.example.Shop", "http-1"),
        ("10:11:12.123 [main] DEBUG com.example.Shop - x", "DEBUG", "com.example.Shop", "main"),
        ("2026-03-02 10:11:12.123 [main] INFO  com.example.Shop - x", "INFO", "com.example.Shop", "main"),
        ("2026-03-02 10:11:12,123 INFO  [org.jboss.as] (MSC 1-2) x", "INFO", "org.jboss.as", "MSC 1-2"),
    ],
)
def test_layouts(line, severity, logger, thread):
    event = one(line, "java.log")
    assert (event.severity.name, event.message) == (severity, "x")
    assert (event.attributes["log.logger"], event.attributes["thread.name"]) == (logger, thread)


@pytest.mark.parametrize(
    "line",
    [
        "2026-03-02 10:11:12,123 ERROR [app.db] x",
        "2026-03-02 10:11:12,123 - app.db - ERROR - x",
        "2026-03-02 10:11:12 [error] 811#811: x",
        "    at Server.listen (node:net:2067:7)",
        "   at Shop.Order(String id) in /src/Shop.cs:line 7",
        "redis.exceptions.ConnectionError: x",
        "psycopg2.OperationalError: x",
        "at the end (of it)",
    ],
)
def test_what_is_not_java_is_left_alone(line):
    events, _, _ = events_of(line)
    assert not [event for event in events if event.kind.startswith("java.")]


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=300))
def test_no_text_breaks_the_parser(text):
    events, _, _ = events_of("java.lang.IllegalStateException: x" + text + "\n" + FRAMES)
    assert all(event.evidence.line >= 1 for event in events)
