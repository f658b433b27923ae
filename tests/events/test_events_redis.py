"""Redis' log in its forms, its logo, and the replies that redis-cli prints."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading import events_of

LOGS = Path(__file__).parent.parent / "logs"


def log(name: str):
    text = (LOGS / name).read_text(encoding="utf-8")
    events, summary, _ = events_of(text)
    assert summary.unrecognised == 0
    assert {event.kind for event in events} == {"redis"}
    return events


def one(line: str):
    events, summary, _ = events_of(line)
    assert summary.unrecognised == 0
    assert [event.kind for event in events] == ["redis"]
    return events[0]


def test_faults_are_errors_and_the_rest_is_not():
    errors = [event.message for event in log("services/redis-faults.log") if event.severity.name == "ERROR"]
    assert errors == [
        "Warning: Could not create server TCP listening socket *:16379: bind: Address already in use",
        "Failed listening on port 16379 (TCP), aborting.",
        "Write error saving DB on disk(rdbSaveRio): No space left on device",
        "Background saving error",
        "Write error saving DB on disk(rdbSaveRio): No space left on device",
        "Background saving error",
        "Write error saving DB on disk(rdbSaveRio): No space left on device",
        "Error trying to save the DB, can't exit.",
        "Errors trying to shut down the server. Check the logs for more information.",
        "Can't save in background: fork: Resource temporarily unavailable",
    ]


def test_the_logo_belongs_to_the_line_before_it():
    events = log("healthy/redis-logo.log")
    joined = [event for event in events if event.evidence.last > event.evidence.line]
    assert len(joined) == 1
    assert joined[0].message == "monotonic clock: POSIX clock_gettime"
    assert joined[0].evidence.last - joined[0].evidence.line == 17


@pytest.mark.parametrize(
    ("line", "time", "pid", "severity"),
    [
        ("1:M 02 Mar 2026 10:11:12.017 * Ready", "2026-03-02T10:11:12.017", 1, "NOTICE"),
        ("1:S 02 Mar 2026 10:11:12.017 # Connection lost", "2026-03-02T10:11:12.017", 1, "WARN"),
        ("1:signal-handler (1772446272) Received SIGTERM", "2026-03-02T10:11:12Z", 1, "NOTICE"),
        ("[811] 02 Mar 10:11:12.017 * Ready", "--03-02T10:11:12.017", 811, "NOTICE"),
        ("cache-1  | 1:C 02 Mar 2026 10:11:12.017 * RDB: 0 MB", "2026-03-02T10:11:12.017", 1, "NOTICE"),
        ("(error) LOADING Redis is loading the dataset in memory", None, None, "ERROR"),
    ],
)
def test_forms(line, time, pid, severity):
    event = one(line)
    assert (event.time.iso() if event.time else None, event.pid, event.severity.name) == (time, pid, severity)


@pytest.mark.parametrize(
    "line",
    [
        "1:M 02 Foo 2026 10:11:12.017",
        "(error) something else",
        "  - a: list",
        " |  table",
        "12:30 M 02 Mar",
        "[811] 02 Mar",
    ],
)
def test_what_is_no_redis_line_is_left_alone(line):
    events, _, _ = events_of("1:M 02 Mar 2026 10:11:12.017 * Ready\n" + line)
    assert [event.evidence.last for event in events if event.kind == "redis"] == [1]


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=300))
def test_no_text_breaks_the_parser(text):
    events, _, _ = events_of("1:M 02 Mar 2026 10:11:12.017 # x" + text)
    assert all(event.evidence.line >= 1 for event in events)
