"""RabbitMQ's log in its three forms, the banner, a failed start, and what the commands print."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading import events_of

HEAD = "2026-03-02 10:11:12.017000+00:00 [error] <0.811.0> "


def rabbit(text: str):
    events, summary, _ = events_of(text)
    return [event for event in events if event.kind == "rabbitmq"], summary


@pytest.mark.parametrize(
    "line",
    [
        "2026-03-02 10:11:12.017 [error] something without a process",
        "2026-03-02 10:11:12 ERROR [main] c.e.Shop - failed",
        "2026/03/02 10:11:12 [error] 811#811: *3 connect() failed (111: Connection refused)",
        "Error: unable to perform surgery",
        "=ERROR REPORT=== of somebody",
        "** a note",
        "  ## a heading",
    ],
)
def test_lines_of_others_are_left_alone(line):
    assert rabbit(line)[0] == []


def test_lines_with_the_same_head_are_one_event():
    text = f"{HEAD}Channel error on connection <0.1.0> (192.0.2.7:4000 -> 192.0.2.9:5672, vhost: '/', user: 'app'), channel 1:\n{HEAD}operation queue.declare caused a channel exception not_found: no queue 'orders' in vhost '/'\n2026-03-02 10:11:12.018000+00:00 [info] <0.811.0> next"
    events, summary = rabbit(text)
    assert summary.unrecognised == 0
    assert [(event.severity.name, event.evidence.line, event.evidence.last) for event in events] == [
        ("ERROR", 1, 2),
        ("INFO", 3, 3),
    ]
    assert "not_found: no queue 'orders'" in events[0].message
    assert events[0].attributes["client.address"] == "192.0.2.7"
    assert events[0].time is not None
    assert events[0].time.iso() == "2026-03-02T10:11:12.017000Z"


def test_lager_prints_the_second_line_bare():
    events, summary = rabbit(
        "2021-03-02 10:11:12.017 [warning] <0.811.0> closing AMQP connection <0.811.0> (192.0.2.7:4000 -> 192.0.2.9:5672, vhost: '/', user: 'app'):\nclient unexpectedly closed TCP connection\n"
    )
    assert summary.unrecognised == 0
    assert [event.message.splitlines()[-1] for event in events] == ["client unexpectedly closed TCP connection"]


def test_reports_of_old_versions():
    events, _ = rabbit(
        "=ERROR REPORT==== 2-Mar-2018::10:11:12 ===\nclosing AMQP connection <0.8.0>:\nmissed heartbeats from client, timeout: 60s\n"
    )
    assert [event.severity.name for event in events] == ["ERROR"]
    assert "missed heartbeats from client" in events[0].message


def test_a_failed_start_and_a_command_are_errors():
    events, _ = rabbit(
        "BOOT FAILED\n===========\nERROR: could not bind to distribution port 25672, it is in use by another node: rabbit@db1\n"
    )
    assert [event.severity.name for event in events] == ["ERROR"]
    assert "in use by another node" in events[0].message
    events, _ = rabbit("Error: unable to perform an operation on node 'rabbit@db1'. Please see diagnostics information")
    assert [event.severity.name for event in events] == ["ERROR"]


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=300))
def test_no_text_breaks_the_parser(text):
    for head in (HEAD, "", "BOOT FAILED\n", "=ERROR REPORT==== 2-Mar-2018::10:11:12 ===\n"):
        events, _, _ = events_of(head + text)
        assert all(event.evidence.line >= 1 for event in events)
