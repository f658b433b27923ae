"""An event that a service and its client both tell counts once, and what only one of them tells counts too."""

from __future__ import annotations

import pytest
from seed import report_of

from assistant.clock import NS, BootTime, LocalTime, ZonedTime
from assistant.diagnosis.tally import MAX_SLOTS, WIDTH, Tally, events

ENTRY = "postgresql/too-many-connections"
SERVER = "2026-03-02 {} UTC [8731] nobody@postgres FATAL:  sorry, too many clients already"
CLIENT = (
    "2026-03-02 {} ERROR [app] no connection\nTraceback (most recent call last):\n"
    'psycopg2.OperationalError: connection to server at "192.0.2.7", port 5432 failed: FATAL:  sorry, too many clients already\n'
)
PRINTED = 'psql: error: connection to server at "192.0.2.7", port 5432 failed: FATAL:  sorry, too many clients already'


def told(form: str, *times: str) -> str:
    return "\n".join(form.format(time) for time in times)


def count(*texts: str) -> int:
    finding = report_of(*texts).finding(ENTRY)
    assert finding is not None
    return finding.count


def tally(*times, untimed=0):
    made = Tally()
    for time in (*times, *[None] * untimed):
        made.add(time)
    return made


def at(*seconds):
    return [ZonedTime(second * NS) for second in seconds]


def test_two_clients_tell_of_two_events():
    client = told(CLIENT, "14:47:39,377", "14:47:39,379")
    assert count(client, client.replace("[app]", "[shop]")) == 4
    assert count(told(SERVER, "14:47:39.377", "14:47:39.379")) == 2


def test_records_that_are_far_apart_are_no_single_event():
    assert events(tally(*at(100)), tally(*at(200))) == 2
    assert events(tally(*at(100, 101)), tally(*at(100, 200))) == 3


@pytest.mark.parametrize("order", [1, -1])
def test_one_event_in_two_logs_counts_once(order):
    texts = [told(CLIENT, "14:47:39,377", "14:47:39,379"), told(SERVER, "14:47:39.377", "14:47:39.379")]
    assert count(*texts[::order]) == 2


def test_one_event_twice_in_one_log_counts_once():
    assert count(told(SERVER, "14:47:39.377") + "\n" + told(CLIENT, "14:47:39,379")) == 1


def test_other_clients_are_in_the_log_of_the_service_alone():
    assert count(told(CLIENT, "14:47:39,377"), told(SERVER, "14:47:39.377", "14:47:39.379", "14:49:00.000")) == 3


def test_what_a_client_program_prints_is_no_word_of_the_service():
    assert count(PRINTED, told(CLIENT, "14:47:39,377")) == 2


def test_a_record_without_a_time_could_be_any():
    assert count(PRINTED, told(SERVER, "14:47:39.377", "14:47:39.379")) == 2
    assert events(tally(*at(100)), tally(untimed=3)) == 3


def test_clocks_that_cannot_be_compared_tell_no_two_events_apart():
    assert events(tally(LocalTime(100 * NS)), tally(*at(9000))) == 1
    assert events(tally(BootTime(100 * NS), *at(100)), tally(*at(9000, 9500))) == 3


def test_each_record_is_in_one_pair_at_most():
    assert events(tally(*at(100)), tally(*at(100, 100, 101))) == 3
    assert events(tally(*at(103, 104)), tally(*at(105, 106))) == 2  # over the edge of a slot


def test_state_is_bounded_and_counts_all():
    steps = range(20 * MAX_SLOTS)
    own, others = tally(*at(*(60 * step for step in steps))), tally(*at(*(60 * step + 1 for step in steps)))
    assert len(own.slots) <= MAX_SLOTS
    assert own.width % WIDTH == 0
    assert events(own, others) == own.total == len(steps)


def test_merging_is_the_same_as_one_pass():
    halves = tally(*at(*range(0, 9000, 7))), tally(*at(*range(9000, 90_000, 60)), untimed=3)
    merged = Tally()
    for half in halves:
        kept = dict(half.slots)
        merged.merge(half)
        assert half.slots == kept
    assert merged == tally(*at(*range(0, 9000, 7), *range(9000, 90_000, 60)), untimed=3)
