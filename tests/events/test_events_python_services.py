"""Celery's lines, the clients' tracebacks, exception groups."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading import events_of

LOGS = Path(__file__).parent.parent / "logs" / "runtimes"


@pytest.mark.parametrize(
    "line",
    ["2026/03/02 10:11:12 ERROR query failed", "[2026-03-02 10:11:12,123] x", "[1970: ERROR] x", "\tgoes on", '"""'],
)
def test_what_is_of_others_is_left_alone(line):
    events, _, _ = events_of(line)
    assert not [event for event in events if event.kind.startswith("python.")]


def test_every_line_of_the_clients_tracebacks_is_read():
    events, summary, _ = events_of((LOGS / "python-clients.log").read_text(encoding="utf-8"))
    assert summary.unrecognised == 0
    kinds = [event.attributes["exception.type"] for event in events]
    assert kinds[:3] == ["psycopg.OperationalError", "psycopg2.OperationalError", "ConnectionRefusedError"]
    assert kinds[-2:] == ["ExceptionGroup", "RecursionError"]


def test_celery():
    events, _, _ = events_of((LOGS / "celery-faults.log").read_text(encoding="utf-8"))
    dead = [event for event in events if event.attributes.get("signal") == "SIGKILL"]
    assert [event.attributes["process.pid"] for event in dead] == [28740, 28743]
    assert {event.service for event in events if event.kind == "python.log"} == {"celery"}
    assert dead[0].time.iso() == "2026-11-24T13:08:31.504"


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=300))
def test_no_text_breaks_the_reader(text):
    events, _, _ = events_of("  + Exception Group Traceback (most recent call last):\n  | " + text + "\n" + text)
    assert all(event.evidence.line >= 1 for event in events)
