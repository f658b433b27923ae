"""Lines of no known program that name a time and a level; times in every form, none guessed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading import events_of

from assistant.events import stamps
from assistant.model import Event, Severity


def only(text: str) -> list[Event]:
    return [event for event in events_of(text)[0] if event.kind == "app.log"]


@pytest.mark.parametrize(
    "text",
    [
        "ERROR", "17/06/09 20:10:40", "it was an ERROR on 17/06/09 20:10:40", "INFO is a word",
        "17/06/09 20:10:40 the first error of many", "17/06/09 20:10:40 we saw one two three four five six ERROR here",
        "12 ERROR a", "2026-03-02 no level here",
    ],
)  # fmt: skip
def test_what_names_no_time_and_level_is_left_alone(text):
    assert only(text) == []


@pytest.mark.parametrize(
    ("text", "severity", "message"),
    [
        ("17/06/29 20:10:40 INFO executor.Executor: started", Severity.INFO, "executor.Executor: started"),
        ("081109 203615 148 WARN dfs.DataNode: slow", Severity.WARN, "dfs.DataNode: slow"),
        ("03-17 16:13:38.811  1702  2395 E WindowManager: gone", Severity.ERROR, "WindowManager: gone"),
        ("2016-09-28 04:30:30, Error                 CBS    Failed", Severity.ERROR, "CBS    Failed"),
        ("[2026-03-02 10:11:12] production.ERROR: no route", Severity.ERROR, "no route"),
        ("ERROR 2026-03-02 10:11:12 db: gone", Severity.ERROR, "db: gone"),
        ("02 Mar 2026 10:11:12.123 [main] FATAL it broke", Severity.FATAL, "it broke"),
        ("2026-03-02T10:11:12.123Z [pool-1] [warn] it is slow", Severity.WARN, "it is slow"),
        ("2026-03-02T10:11:12.123Z info wcp [a.go:7] going", Severity.INFO, "wcp [a.go:7] going"),
        ("2026-03-02 10:11:12 | ERROR    | app.main:run:12 - it broke", Severity.ERROR, "app.main:run:12 - it broke"),
    ],
)
def test_a_line(text, severity, message):
    (event,) = only(text)
    assert event.severity == severity
    assert event.message == message


def test_indented_lines_belong_to_the_record_above():
    (event, other) = only("17/06/29 20:10:40 ERROR a\n  more\n\tand more\n17/06/29 20:10:41 INFO b")
    assert (event.evidence.line, event.evidence.last, other.evidence.line) == (1, 3, 4)


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2026-03-02 10:11:12", "2026-03-02T10:11:12"),
        ("2005-06-03-15.42.50.363779", "2005-06-03T15:42:50.363779"),
        ("13.05.2026 10:11:12", "2026-05-13T10:11:12"),
        ("05.03.2026 10:11:12", "2026-03-05T10:11:12"),  # dots: the day comes first
        ("5/31/2026 11:52:08 PM", "2026-05-31T23:52:08"),
        ("5/3/2026 12:52:08 AM", "2026-05-03T00:52:08"),  # AM and PM: the month comes first
        ("31/5/2026 11:52:08", "2026-05-31T11:52:08"),
        ("081109 203615", "2008-11-09T20:36:15"),
        ("20171223-22:15:29:606", "2017-12-23T22:15:29.606"),
        ("11 May 2026 23:52:08.123", "2026-05-11T23:52:08.123"),
        ("Sun May 11 23:52:08 2025", "2025-05-11T23:52:08"),
        ("03-17 16:13:38.811 ", "--03-17T16:13:38.811"),
        ("May 11 23:52:08 ", "--05-11T23:52:08"),
        ("1767348672.120 ", "2026-01-02T10:11:12.120Z"),
        ("@4000000069579980075bca00 ", "2026-01-02T10:09:58.123456000Z"),
    ],
)
def test_times(text, iso):
    time, end = stamps.read(text)
    assert time.iso().replace("+00:00", "Z") == iso
    assert end == len(text.rstrip())


@pytest.mark.parametrize(
    "text", ["03/04/05 10:11:12", "17/06/29 20:10:40", "03/04/2026 10:11:12", "23:52:08 ", "99/99/99 10:11:12"]
)
def test_a_time_that_cannot_be_told_is_not_guessed(text):
    time, end = stamps.read(text)
    assert time is None
    assert end == len(text.rstrip())


@given(st.text(alphabet="0123456789/-.: TZAPM@[]abcMayJun,", max_size=40))
def test_no_text_raises(text):
    stamps.read(text)
    list(events_of(text + " ERROR a")[0])
