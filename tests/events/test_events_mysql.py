"""The error log of MariaDB and MySQL in the forms of its versions, deadlock dumps joined."""

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
    assert {event.kind for event in events} == {"mysql"}
    return events


def one(line: str):
    events, summary, _ = events_of(line)
    assert summary.unrecognised == 0
    assert [event.kind for event in events] == ["mysql"]
    return events[0]


def test_the_dump_of_a_deadlock_is_one_record():
    events = log("services/mariadb-faults.log")
    dumps = [event for event in events if event.message.startswith("InnoDB: Transactions deadlock detected")]
    assert len(dumps) == 1
    assert dumps[0].evidence.last - dumps[0].evidence.line > 50
    assert len([event for event in events if event.evidence.last > event.evidence.line]) == 2


def test_a_start_names_its_process_and_its_version():
    start, ready = (
        next(event for event in log("healthy/mariadb-start-stop.log") if words in event.message)
        for words in ("Starting MariaDB", "ready for connections")
    )
    assert start.attributes["process.pid"] == 17432
    assert "Version: '10.11.19-MariaDB" in ready.evidence.text


@pytest.mark.parametrize(
    ("line", "time", "severity", "message"),
    [
        ("2026-03-02  1:11:12 0 [Note] x", "2026-03-02T01:11:12", "INFO", "x"),
        ("2026-03-02 10:11:12 140234 [ERROR] x", "2026-03-02T10:11:12", "ERROR", "x"),
        ("2026-03-02 10:11:12 [Warning] x", "2026-03-02T10:11:12", "WARN", "x"),
        ("130507 19:00:01 [ERROR] Aborting", "2013-05-07T19:00:01", "ERROR", "Aborting"),
        ("130507  9:00:01 [Note] x", "2013-05-07T09:00:01", "INFO", "x"),
        ("130507 19:00:01 mysqld_safe Starting mysqld daemon", "2013-05-07T19:00:01", "INFO", "Starting mysqld daemon"),
        (
            "2026-03-02T10:11:12.017123Z 0 [System] [MY-010931] [Server] x",
            "2026-03-02T10:11:12.017123Z",
            "INFO",
            "x",
        ),
        ("2026-03-02T10:11:12.017123Z 0 [Warning] x", "2026-03-02T10:11:12.017123Z", "WARN", "x"),
        ("db-1  | 2026-03-02 10:11:12 0 [Note] x", "2026-03-02T10:11:12", "INFO", "x"),
        ("ERROR 1040 (HY000): Too many connections", None, "ERROR", "Too many connections"),
    ],
)
def test_forms(line, time, severity, message):
    # twice: six digits before a single line count as a line number
    event = events_of(f"{line}\n{line}")[0][1]
    assert event.kind == "mysql"
    assert (event.time.iso() if event.time else None, event.severity.name, event.message) == (time, severity, message)


def test_codes_are_attributes():
    assert one("2026-03-02T10:11:12.017123Z 7 [ERROR] [MY-010119] [Server] Aborting").attributes == {
        "thread.id": 7,
        "mysql.code": "MY-010119",
        "mysql.subsystem": "Server",
    }
    assert one("ERROR 1045 (28000) at line 3: Access denied").attributes == {
        "error.code": 1045,
        "db.response.status_code": "28000",
        "mysql.client": True,
    }


@pytest.mark.parametrize(
    "line",
    [
        "2026-03-02 10:11:12 ERROR [app.db] x",
        "2026-03-02 10:11:12 [error] 811#811: x",
        "2026-03-02 10:11:12 [notice] x",
        "ERROR 1040: x",
        "Version: 'x'",
        "TRANSACTION 7",
        " 0: len 4; hex 80000001",
    ],
)
def test_what_is_no_line_of_it_is_left_alone(line):
    events, _, _ = events_of(line)
    assert not [event for event in events if event.kind == "mysql"]


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=300))
def test_no_text_breaks_the_parser(text):
    events, _, _ = events_of("2026-03-02 10:11:12 0 [ERROR] x" + text)
    assert all(event.evidence.line >= 1 for event in events)


def test_innodb_of_5_5_has_no_level():
    events, summary, _ = events_of(
        "161109 14:28:24 InnoDB: Initializing buffer pool, size = 128.0M\n161109 14:28:24 InnoDB: Unable to lock ./ibdata1, error: 11\n"
    )
    assert [event.severity.name for event in events] == ["INFO", "ERROR"]
    assert summary.unrecognised == 0
