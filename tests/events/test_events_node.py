"""Node.js' errors, whole and cut, V8's end, warnings; and Go's and Rust's panics and loggers beside them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading import events_of

LOGS = Path(__file__).parent.parent / "logs" / "runtimes"
KINDS = {"node.error", "node.log", "go.panic", "go.log", "rust.panic", "rust.log"}


def log(name: str, *, unrecognised: int = 0):
    events, summary, _ = events_of((LOGS / name).read_text(encoding="utf-8"))
    assert summary.unrecognised == unrecognised
    return events


def one(text: str, kind: str):
    events, summary, _ = events_of(text)
    assert summary.unrecognised == 0
    assert [event.kind for event in events] == [kind]
    return events[0]


@pytest.mark.parametrize(
    "line",
    [
        "Error: No such container: web",
        "TypeError: unsupported operand type(s) for +: 'int' and 'str'",
        "    at com.example.Shop.order(Shop.java:31)",
        "   at Shop.Orders.Total(Order o) in /src/Shop.cs:line 7",
        "2026/03/02 10:11:12 [error] 811#811: *3 x",
        "2026/03/02 10:11:12 [811] rsync on www/ from web1 (192.0.2.7)",
        "2026/03/02 10:11:12 kid1| Starting",
        "2026-03-02T10:11:12.123+01:00  WARN 42 --- [shop] [  main] c.e.S  : x",
        "2026-03-02 10:11:12,123 ERROR [app.db] x",
        "main.c:1:10: fatal error: shop.h: No such file or directory",
        "fatal error: too many errors emitted, stopping now",
        "[2026-03-02 10:11:12 +0000] [31] [ERROR] x",
        "Traceback (most recent call last):\n  File \"/srv/a.py\", line 1, in f\nTypeError: 'x' is not a function",
    ],
)
def test_what_is_of_others_is_left_alone(line):
    events, _, _ = events_of(line)
    assert not [event.kind for event in events if event.kind in KINDS]


def test_each_error_of_a_real_node_is_one_event():
    events = log("node-errors.log")
    errors = [event for event in events if event.kind == "node.error"]
    found = [(event.attributes.get("error.code"), event.severity.name) for event in errors]
    assert found == [
        (None, "FATAL"),
        (None, "FATAL"),
        ("ERR_UNHANDLED_REJECTION", "FATAL"),
        ("EADDRINUSE", "FATAL"),
        ("ECONNREFUSED", "FATAL"),
        ("ECONNREFUSED", "FATAL"),
        ("ENOTFOUND", "FATAL"),
        ("MODULE_NOT_FOUND", "FATAL"),
        (None, "FATAL"),
        (None, "FATAL"),
        (None, "FATAL"),
        ("ENOENT", "FATAL"),
        *[("ECONNREFUSED", "ERROR")] * 4,
        ("DEPTH_ZERO_SELF_SIGNED_CERT", "FATAL"),
        ("ERR_MODULE_NOT_FOUND", "FATAL"),
        (None, "ERROR"),
        (None, "ERROR"),
    ]
    assert (errors[4].attributes["server.address"], errors[4].attributes["server.port"]) == ("127.0.0.1", 9)
    assert errors[5].message == "TypeError: fetch failed\nError: connect ECONNREFUSED 127.0.0.1:6553"
    assert (errors[0].attributes["code.file.path"], errors[0].attributes["code.line.number"]) == (
        "/srv/app/throw.js",
        1,
    )
    assert {event.severity.name for event in events if event.kind == "node.log"} == {"WARN"}


def test_a_full_heap_is_one_event():
    (event,) = log("node-heap.log")
    assert event.message == "Reached heap limit Allocation failed - JavaScript heap out of memory"
    assert (event.severity.name, event.pid is not None) == ("FATAL", True)


def test_an_error_whose_first_line_is_in_common_words_is_known_by_its_frames():
    text = "query failed: shop is closed Error\n    at Shop.open (/srv/app/shop.js:3:7)"
    events, _, _ = events_of(text)
    assert (events[0].kind, events[0].message, events[0].evidence.line) == ("node.error", text.partition("\n")[0], 1)


def test_a_block_cut_after_the_frames():
    event = one(
        "Error: connect ECONNREFUSED 192.0.2.7:5432\n    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1611:16) {\n  errno: -111,",
        "node.error",
    )
    assert (event.attributes["error.code"], event.attributes["node.uncaught"]) == ("ECONNREFUSED", False)
    assert (
        one("    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1611:16)", "node.error").attributes["cut"]
        is True
    )


def test_each_panic_of_a_real_go_program_is_one_event():
    events = log("go-panics.log")
    assert [event.message.partition("\n")[0] for event in events] == [
        "panic: assignment to entry in nil map",
        "panic: runtime error: invalid memory address or nil pointer dereference",
        "fatal error: all goroutines are asleep - deadlock!",
        "panic: runtime error: index out of range [3] with length 1",
        "panic: config: missing DSN [recovered]",
        "fatal error: concurrent map writes",
    ]
    assert {event.severity.name for event in events} == {"FATAL"}
    assert events[1].attributes["signal"] == "SIGSEGV"


def test_a_panic_that_net_http_caught_does_not_end_the_process():
    events = [event for event in log("go-log.log", unrecognised=3) if event.kind == "go.panic"]
    assert {(event.severity.name, event.attributes["go.recovered"]) for event in events} == {("ERROR", True)}
    assert events[0].attributes["client.address"] == "127.0.0.1"


@pytest.mark.parametrize(
    ("line", "severity", "message"),
    [
        ("2026/03/02 10:11:12 listening on :8080", "INFO", "listening on :8080"),
        ("2026/03/02 10:11:12 ERROR query order=7", "ERROR", "query order=7"),
        ("2026/03/02 10:11:12 [WARN] agent: slow", "WARN", "agent: slow"),
        (
            "2026/03/02 10:11:12.000123 main.go:9: listen tcp :80: bind: permission denied",
            "ERROR",
            "listen tcp :80: bind: permission denied",
        ),
        ("2026/03/02 10:11:12 copy: context canceled", "WARN", "copy: context canceled"),
        ("2026-03-02T10:11:12.123Z\tERROR\tstore/db.go:41\tquery failed\t{}", "ERROR", "query failed\t{}"),
        ("FATA[0012] no config", "FATAL", "no config"),
    ],
)
def test_go_loggers(line, severity, message):
    event = one(line, "go.log")
    assert (event.severity.name, event.message) == (severity, message)


def test_each_panic_of_a_real_rust_program_is_one_event():
    events = log("rust-panics.log")
    assert [event.attributes["exception.type"] for event in events] == [
        "panic",
        "panic",
        "panic",
        "Error",
        "stack overflow",
        "abort",
    ]
    assert (events[1].attributes["error.errno"], events[1].attributes["thread.name"]) == (111, "main")


@pytest.mark.parametrize(
    ("line", "severity", "logger"),
    [
        ("2026-03-02T10:11:12.123456Z  INFO shop::db: x", "INFO", "shop::db"),
        ("2026-03-02T10:11:12.123456Z ERROR request{id=7}: shop::db: x", "ERROR", "shop::db"),
        ("[2026-03-02T10:11:12Z WARN  shop::db] x", "WARN", "shop::db"),
    ],
)
def test_rust_loggers(line, severity, logger):
    event = one(line, "rust.log")
    assert (event.severity.name, event.attributes["log.logger"], event.message) == (severity, logger, "x")


def test_a_panic_of_an_old_rust():
    event = one(
        "thread 'main' panicked at 'no config', src/main.rs:4:5\nnote: run with `RUST_BACKTRACE=1` environment variable to display a backtrace",
        "rust.panic",
    )
    assert event.message == "no config"


@given(
    st.sampled_from(
        [
            "Error: ",
            "panic: ",
            "thread 'main' panicked at ",
            "    at f (/a.js:1:2) {\n",
            "2026/03/02 10:11:12 ",
            "<--- Last few GCs --->\n",
        ]
    ),
    st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=300),
)
def test_no_text_breaks_the_readers(head, text):
    events, _, _ = events_of(head + text + "\n" + text)
    assert all(event.evidence.line >= 1 for event in events)
