"""JSON lines and logfmt: times, levels, messages, stacks inside; quiet cases first."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading import events_of as read_events

from assistant.clock import ZonedTime
from assistant.events.structured import read_level, read_time
from assistant.model import Event, Severity


def events_of(text: str) -> list[Event]:
    return read_events(text)[0]


@pytest.mark.parametrize(
    "text",
    [
        "{}", "{1: 2}", '{"a": 1}', '{"level": "error"}', "[1, 2]", '"level=error"', '{"msg": "alone"}', "a=b c=d",
        "level=error", "x = 1 level=error msg=a", "if level=error and msg=a", "PATH=/bin HOME=/root msg=1",
        '{"name": "web1", "version": "1.2.3"}',
    ],
)  # fmt: skip
def test_what_is_no_record_is_left_alone(text):
    assert [event.kind for event in events_of(text)] == []


@pytest.mark.parametrize(
    ("record", "severity", "message"),
    [
        ({"level": "error", "ts": 1767348672.12, "msg": "a"}, Severity.ERROR, "a"),  # zap
        ({"time": "2026-01-02T10:11:12Z", "level": "WARN", "msg": "a"}, Severity.WARN, "a"),  # slog
        ({"level": "fatal", "time": 1767348672, "message": "a", "error": "b"}, Severity.FATAL, "a: b"),  # zerolog
        ({"@timestamp": "2026-01-02T10:11:12Z", "log.level": "error", "message": "a"}, Severity.ERROR, "a"),  # ECS
        ({"@timestamp": "2026-01-02T10:11:12Z", "log": {"level": "warn"}, "message": "a"}, Severity.WARN, "a"),
        ({"@t": "2026-01-02T10:11:12Z", "@mt": "a {B}", "@l": "Error"}, Severity.ERROR, "a {B}"),  # Serilog
        ({"event": "a", "level": "info", "timestamp": "2026-01-02T10:11:12Z"}, Severity.INFO, "a"),  # structlog
        ({"severity": "CRITICAL", "message": "a", "timestamp": "2026-01-02T10:11:12Z"}, Severity.CRIT, "a"),
        ({"time": "2026-01-02T10:11:12Z", "msg": "request", "status": 503}, Severity.ERROR, "request"),
        ({"time": "2026-01-02T10:11:12Z", "msg": "ERROR it broke"}, Severity.ERROR, "ERROR it broke"),
        ({"time": "2026-01-02T10:11:12Z", "msg": "it works"}, Severity.INFO, "it works"),
    ],
)
def test_records_of_the_usual_loggers(record, severity, message):
    (event,) = events_of(json.dumps(record))
    assert (event.kind, event.severity, event.message) == ("app.log", severity, message)
    assert event.time.iso().startswith("2026-01-02T10:11:12")


def test_a_request_is_an_access_event():
    (event,) = events_of('{"time_iso8601":"2026-01-02T10:11:12+00:00","request":"GET /a?b HTTP/1.1","status":"502"}')
    assert (event.kind, event.severity, event.attributes["url.path"]) == ("http.access", Severity.ERROR, "/a")
    assert event.attributes["http.response.status_code"] == 502


def test_a_traceback_inside_is_an_exception_too():
    stack = 'Traceback (most recent call last):\n  File "a.py", line 3, in f\n    g()\nKeyError: 7'
    log, exception = events_of(
        json.dumps({"asctime": "2026-01-02 10:11:12,123", "levelname": "ERROR", "message": "a", "exc_info": stack})
    )
    assert (log.kind, exception.kind, exception.message) == ("app.log", "python.exception", "KeyError: 7")
    assert exception.evidence == log.evidence
    assert exception.time == log.time


def test_a_record_that_was_cut_off_is_read_as_far_as_it_goes():
    (event,) = events_of('{"level":"error","ts":"2026-01-02T10:11:12Z","msg":"dial \\"x\\" fai')
    assert (event.severity, event.message, event.attributes["cut"]) == (Severity.ERROR, 'dial "x" fai', True)


def test_logfmt():
    (event,) = events_of('time="2026-01-02T10:11:12Z" level=error msg="a \\"b\\" c" error=d status=500')
    assert (event.kind, event.severity, event.message) == ("app.log", Severity.ERROR, 'a "b" c: d')
    assert event.attributes["http.response.status_code"] == 500


@pytest.mark.parametrize("stamp", [1767348672, 1767348672123, 1767348672123456, 1767348672123456789, 1767348672.5])
def test_the_unit_of_a_number_is_told_by_its_digits(stamp):
    assert read_time(stamp).iso().startswith("2026-01-02T10:11:12")


@pytest.mark.parametrize("stamp", [0, 7, 1234567, True, "", "soon", "12:00", 10**30])
def test_what_is_no_time(stamp):
    assert read_time(stamp) is None


@pytest.mark.parametrize(
    ("level", "severity"),
    [
        (50, Severity.ERROR), (35, Severity.INFO), (3, Severity.ERROR), (6, Severity.INFO), (90, Severity.FATAL),
        ("Warning", Severity.WARN), ("", Severity.UNSET), ("strange", Severity.UNSET), (None, Severity.UNSET),
        (True, Severity.UNSET), (-1, Severity.INFO),
    ],
)  # fmt: skip
def test_levels(level, severity):
    assert read_level(level) == severity


@given(st.dictionaries(st.sampled_from(["time", "level", "msg", "err", "x"]), st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3), max_leaves=6)))  # fmt: skip
def test_no_record_raises(record):
    for event in events_of(json.dumps(record)):
        assert event.time is None or isinstance(event.time, ZonedTime) or event.time.iso()


@given(st.text(alphabet='{}[]":,=\\ abmsgleverot019\n', max_size=120))
def test_no_text_raises(text):
    list(events_of("{" + text))
    list(events_of("level=" + text))
