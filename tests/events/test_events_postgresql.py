"""PostgreSQL's server log: prefixes, details joined to their record, and what is not its line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading import events_of

LOGS = Path(__file__).parent.parent / "logs" / "services"
KIND = "postgresql"


def log(name: str):
    text = (LOGS / f"postgresql-{name}.log").read_text(encoding="utf-8")
    events, summary, _ = events_of(text)
    assert summary.unrecognised == 0
    assert {event.kind for event in events} == {KIND}
    assert sum(event.evidence.last - event.evidence.line + 1 for event in events) == summary.lines
    return events


def one(text: str):
    events, summary, _ = events_of(text)
    assert summary.unrecognised == 0
    assert [event.kind for event in events] == [KIND]
    return events[0]


def test_details_belong_to_their_record():
    found = {event.message: event for event in log("faults")}
    deadlock = found["deadlock detected"]
    assert (deadlock.pid, deadlock.severity.name) == (12771, "ERROR")
    assert deadlock.evidence.last - deadlock.evidence.line == 7
    assert deadlock.attributes["postgresql.detail"].count("\n") == 3
    assert deadlock.attributes["db.query.text"] == "update orders set n=0 where id=2"
    assert deadlock.attributes["postgresql.hint"] == "See server log for query details."
    relation = found['relation "nope" does not exist at character 15']
    assert relation.attributes["db.query.text"] == "select * from nope where\na = 1"
    full = found['could not write to file "pg_wal/xlogtemp.16215": No space left on device']
    assert full.severity.name == "FATAL"


def test_sqlstate_in_the_message():
    duplicate = next(event for event in log("verbose") if event.severity.name == "ERROR")
    assert duplicate.attributes["db.response.status_code"] == "23505"
    assert duplicate.message == 'duplicate key value violates unique constraint "orders_pkey"'
    assert (duplicate.attributes["user.name"], duplicate.attributes["db.namespace"]) == ("postgres", "postgres")
    assert duplicate.attributes["code.location"] == "_bt_check_unique, nbtinsert.c:664"


def test_sqlstate_in_the_prefix():
    duplicate = next(event for event in log("prefix") if event.message.startswith("duplicate"))
    values = duplicate.attributes
    assert values["db.response.status_code"] == "23505"
    assert (values["user.name"], values["db.namespace"], values["client.address"]) == (
        "postgres",
        "postgres",
        "127.0.0.1",
    )


@pytest.mark.parametrize(
    ("line", "time", "pid", "message"),
    [
        ("2026-03-02 10:11:12.494 UTC [811] FATAL:  x y", "2026-03-02T10:11:12.494Z", 811, "x y"),
        ("2026-03-02 10:11:12.494 CST [811] FATAL:  x y", "2026-03-02T10:11:12.494", 811, "x y"),
        ("2026-03-02 10:11:12.494 +03 [811] 错误:  x y", "2026-03-02T10:11:12.494", 811, "x y"),
        (
            "2026-03-02 10:11:12 UTC:192.0.2.7(50123):app@shop:[811]:ERROR:  x y",
            "2026-03-02T10:11:12Z",
            811,
            "x y",
        ),
        ("db-1  | 2026-03-02 10:11:12.494 UTC [1] LOG:  x y", "2026-03-02T10:11:12.494Z", 1, "x y"),
        ("ERROR:  x y", None, None, "x y"),
        ('psql: error: connection to server at "h" failed: FATAL:  x', None, None, 'connection to server at "h" failed: FATAL:  x'),
    ],
)  # fmt: skip
def test_forms(line, time, pid, message):
    event = one(line)
    assert (event.time.iso() if event.time else None, event.pid, event.message) == (time, pid, message)


def test_the_remote_side_of_the_prefix():
    values = one("2026-03-02 10:11:12 UTC:192.0.2.7(50123):app@shop:[811]:ERROR:  x y").attributes
    assert (values["client.address"], values["client.port"]) == ("192.0.2.7", 50123)
    assert (values["user.name"], values["db.namespace"]) == ("app", "shop")


def test_a_detail_without_its_record_is_kept():
    event = one("2026-03-02 10:11:12.494 UTC [811] DETAIL:  Key (id)=(1) already exists.")
    assert (event.severity.name, event.message) == ("INFO", "Key (id)=(1) already exists.")


@pytest.mark.parametrize(
    "line",
    [
        "2026-03-02 10:11:12,494 ERROR [app.db] LOG:  x",
        "2026-03-02 10:11:12 [error] 811#811: x",
        "ERROR:    [Errno 98] error while attempting to bind on address ('127.0.0.1', 8008): address already in use",
        "INFO:     Started server process [77]",
        "2026-03-02 10:11:12 LOG: x",
        "\tat a.b.C.d(C.java:1)",
        "ERROR: x",
    ],
)
def test_what_is_no_postgresql_line_is_left_alone(line):
    events, _, _ = events_of(line)
    assert not [event for event in events if event.kind == KIND]


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=300))
def test_no_text_breaks_the_parser(text):
    events, _, _ = events_of("2026-03-02 10:11:12.494 UTC [811] ERROR:  x" + text)
    assert all(event.evidence.line >= 1 for event in events)


def test_without_a_prefix_two_blanks_are_its_mark():
    events, summary, _ = events_of(
        "LOG:  received fast shutdown request\nLOG:  database system is shut down\nLOG: something else\n"
    )
    assert [event.message for event in events if event.kind == "postgresql"] == [
        "received fast shutdown request",
        "database system is shut down",
    ]
    assert summary.unrecognised == 1
