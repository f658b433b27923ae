"""Ruby, .NET, the JVM, java.util.logging, Envoy, IIS, Windows, MySQL's slow log, openssl: quiet cases first."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading import events_of

from assistant.model import Severity

LOGS = Path(__file__).parents[1] / "logs" / "runtimes"


def parsed(text):
    events, summary, _ = events_of(text)
    return events, summary


def read(name):
    return parsed((LOGS / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "text",
    [
        "app/pay.rb:8: warning: assigned but unused variable - x",
        "from the beginning",
        "the order (RuntimeError) was raised",
        "Completed the order in 12 days",
        "fail: it did not work",
        "info: all is well",
        "System.Collections.Generic.List`1[System.Int32]",
        "# Fields of the form",
        "2026-11-24 16:02:08 192.0.2.10 GET /orders - 443 - 192.0.2.1 - 500 0 64 12",
        "Index of the book: 7",
        "Date: tomorrow",
        "# Time to go",
        "SET timestamp=1795536128;",
        "# A fatal error in this script means exit 1",
        "Verify return code please",
        "connect: errno 111",
        "[GC of the garbage",
        '[2026-11-24T16:02:08.305Z] "hello" 503',
    ],
)
def test_prose_and_look_alikes_are_left_alone(text):
    kinds = {event.kind for event in parsed(text)[0]}
    assert not kinds & {
        "ruby.exception", "ruby.log", "dotnet.log", "dotnet.exception", "jvm.gc", "jvm.crash", "envoy.access",
        "http.access", "windows.event", "mysql.slow", "command.openssl",
    }  # fmt: skip


def test_ruby_names_the_first_exception_and_the_cause():
    events, summary = read("ruby.log")
    thrown = events[0]
    assert (thrown.kind, thrown.attributes["exception.type"]) == ("ruby.exception", "RuntimeError")
    assert thrown.attributes["ruby.cause"] == "ArgumentError"
    assert (thrown.evidence.line, thrown.evidence.last) == (1, 6)
    assert [event.severity for event in events[1:]] == [Severity.INFO, Severity.ERROR, Severity.WARN]
    assert events[2].pid == 18202
    assert summary.unrecognised == 0


def test_ruby_exceptions_of_different_programs_are_not_causes_of_each_other():
    events, _ = read("ruby-exceptions.log")
    thrown = [event.attributes for event in events if event.kind == "ruby.exception"]
    assert [each["exception.type"] for each in thrown][:3] == ["NoMethodError", "ArgumentError", "LoadError"]
    assert [each["ruby.cause"] for each in thrown][:3] == ["NoMethodError", "Errno::ECONNREFUSED", "LoadError"]


def test_ruby_since_3_4_quotes_otherwise():
    events, _ = parsed("app/pay.rb:8:in 'Shop#order': no stock (Shop::Empty)\n\tfrom app/pay.rb:2:in '<main>'")
    assert events[0].attributes["exception.type"] == "Shop::Empty"
    assert events[0].attributes["code.function.name"] == "Shop#order"


def test_ruby_marks_the_code_that_failed():
    events, summary = parsed(
        "-e:1:in `<main>': undefined method `foo' for nil (NoMethodError)\n\nnil.foo\n   ^^^^\nnext"
    )
    assert events[0].evidence.last == 4
    assert summary.unrecognised == 1


def test_rails_joins_a_request_to_its_end_and_reads_its_exceptions():
    events, summary = read("rails.log")
    done = [event for event in events if event.kind == "http.access"]
    assert [(event.attributes["url.path"], event.severity) for event in done] == [
        ("/orders/7", Severity.ERROR),
        ("/orders/8", Severity.ERROR),
    ]
    thrown = [event for event in events if event.kind == "ruby.exception"]
    assert [event.attributes["exception.type"] for event in thrown] == [
        "ActiveRecord::ConnectionNotEstablished",
        "NoMethodError",
    ]
    assert thrown[1].attributes["code.file.path"] == "app/models/order.rb"
    assert events[-1].message == "RuntimeError: boom"
    assert summary.unrecognised == 0


def test_dotnet():
    events, summary = read("dotnet.log")
    inner, uncaught = (event for event in events if event.kind == "dotnet.exception")
    assert inner.attributes["exception.type"] == "System.InvalidOperationException"
    assert inner.attributes["dotnet.cause"] == "System.Net.Sockets.SocketException"
    assert (inner.attributes["unhandled"], uncaught.attributes["unhandled"]) == (False, True)
    assert [event.severity for event in events if event.kind == "dotnet.log"] == [
        Severity.INFO,
        Severity.ERROR,
        Severity.WARN,
    ]
    assert summary.unrecognised == 0


def test_windows_events_with_their_text():
    events, _ = read("windows-events.log")
    assert [event.attributes["event.id"] for event in events] == [7034, 1000]
    assert "terminated unexpectedly" in events[0].message
    assert "0xc0000005" in events[1].message


def test_iis_reads_rows_by_their_columns():
    events, _ = read("iis.log")
    assert [event.attributes["http.response.status_code"] for event in events] == [500, 200]
    assert [event.severity for event in events] == [Severity.ERROR, Severity.INFO]


def test_envoy_keeps_the_flags():
    events, _ = read("envoy.log")
    assert [event.attributes.get("envoy.response_flags") for event in events] == ["UF,URX", "UF", None]
    assert "delayed connect error: 111" not in events[0].message


def test_slow_queries():
    events, summary = read("mariadb-slow.log")
    assert [event.attributes["query.seconds"] for event in events] == [2.000314, 3.000314]
    assert events[1].attributes["db.query.text"] == "select * from orders for update;"
    assert summary.unrecognised == 0


def test_java_util_logging_has_two_lines_a_record():
    events, summary = read("java-util-logging.log")
    assert [
        (event.severity, event.evidence.line, event.evidence.last) for event in events if event.kind == "java.log"
    ] == [
        (Severity.INFO, 1, 2),
        (Severity.ERROR, 3, 4),
        (Severity.WARN, 10, 11),
    ]
    assert events[0].time.iso() == "2026-11-24T16:01:40"
    assert summary.unrecognised == 0


def test_a_full_collection_says_how_much_is_left():
    events, _ = read("java-gc.log")
    full = [event for event in events if event.attributes.get("jvm.gc.full")]
    assert [event.attributes["jvm.gc.left_percent"] for event in full] == [90, 90, 90]
    old = "2026-11-24T16:02:08.305+0000: 0.166: [Full GC (Ergonomics) [PSYoungGen: 512K->0K(3072K)] [ParOldGen: 7000K->6900K(8192K)] 7512K->6900K(11264K), [Metaspace: 2M->2M(1G)], 0.0129510 secs] [Times: user=0.02 sys=0.00, real=0.01 secs]"
    found = parsed(old)[0][0].attributes
    assert (found["jvm.gc.after_kb"], found["jvm.gc.total_kb"], found["jvm.gc.full"]) == (6900, 11264, True)


def test_a_crash_of_the_virtual_machine():
    events, _ = read("java-crash.log")
    assert [event.kind for event in events] == ["jvm.crash"]
    assert events[0].attributes["frame"] == "C  [libc.so.6+0x85f14]"
    assert events[0].pid == 17996


def test_openssl_says_what_verification_found():
    events, summary = read("openssl-expired.log")
    assert [event.attributes["tls.verify_result"] for event in events if "tls.verify_result" in event.attributes] == [
        18,
        10,
        10,
    ]
    assert summary.unrecognised == 0


@given(st.text(alphabet="abAZ.:#()[]'`\t \n0123456789->/=", max_size=120), st.sampled_from(sorted(LOGS.glob("*.log"))))
def test_no_text_raises_and_no_line_is_lost(text, path):
    whole = path.read_text(encoding="utf-8")
    _, summary = parsed(whole[: len(text) * 20] + text)
    claimed = sum(count for _, count in summary.formats)
    assert claimed + summary.unrecognised + summary.blank == summary.lines
