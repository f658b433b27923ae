from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.clock import NS, BootTime, LocalTime, ZonedTime, comparable, elapsed
from assistant.errors import IncomparableClocks
from assistant.events import times

KINDS = (ZonedTime(5), LocalTime(5), BootTime(5, "a"), BootTime(5, "b"))


@pytest.mark.parametrize("a", KINDS)
@pytest.mark.parametrize("b", KINDS)
def test_different_clocks_are_never_compared(a, b):
    if a is b:
        assert comparable(a, b)
        assert elapsed(a, b) == 0
        return
    assert not comparable(a, b)
    assert elapsed(a, b) is None
    for compare in (lambda: a < b, lambda: a <= b, lambda: a > b, lambda: a >= b, lambda: a - b):
        with pytest.raises(IncomparableClocks):
            compare()
    assert a != b


def syslog(text: str) -> LocalTime:
    found = times.syslog(text + " ")
    assert found
    assert isinstance(found[0], LocalTime)
    return found[0]


def iso(text: str) -> LocalTime | ZonedTime:
    found = times.iso(text)
    assert found
    assert not isinstance(found[0], BootTime)
    return found[0]


def test_a_time_without_a_year_takes_the_nearest_year():
    assert elapsed(syslog("May 12 00:17:53"), iso("2025/05/12 00:17:50")) == 3
    assert elapsed(iso("2025/05/12 00:17:53"), syslog("May 12 00:17:50")) == 3
    assert elapsed(syslog("Jan  1 00:00:05"), iso("2025/12/31 23:59:55")) == 10
    assert elapsed(syslog("Jan  1 00:00:05"), syslog("Dec 31 23:59:55")) == 10
    assert syslog("Dec 31 23:59:55") < syslog("Jan  1 00:00:05")


@pytest.mark.parametrize(
    ("text", "iso_text"),
    [
        ("2025/05/11 23:52:08", "2025-05-11T23:52:08"),
        ("2025-05-11T23:52:08.123456Z", "2025-05-11T23:52:08.123456Z"),
        ("2025-05-11T23:52:08+02:00", "2025-05-11T23:52:08+02:00"),
        ("2025-05-11 23:52:08,123", "2025-05-11T23:52:08.123"),
        ("2024-02-29 00:00:00 UTC", "2024-02-29T00:00:00Z"),
    ],
)
def test_iso_forms(text, iso_text):
    assert iso(text).iso() == iso_text


@pytest.mark.parametrize("text", ["2025/13/11 23:52:08", "2025-05-11", "25/05/11 23:52:08", "", "2025-05-11T25:00:00"])
def test_no_time_is_made_up(text):
    assert times.iso(text) is None


def test_zones_are_compared_by_instant():
    assert iso("2025-05-11T23:00:00+02:00") - iso("2025-05-11T21:00:00Z") == 0


@pytest.mark.parametrize(
    "text",
    [
        "[Sun May 11 23:52:08 2025] x",
        "[dim. 11 mai 23:52:08 2025] x",
        "[日 5月 11 23:52:08 2025] x",
        "[So Mai 11 23:52:08 2025] x",
    ],
)
def test_dmesg_with_wall_clock_in_other_languages(text):
    found = times.ctime(text)
    assert found
    assert found[0] is not None
    assert found[0].iso() == "2025-05-11T23:52:08"


def test_boot_time_keeps_microseconds():
    found = times.since_boot("[4016034.541405] x")
    assert found
    assert found[0].iso() == "4016034.541405s"


@given(st.integers(0, 4 * 10**9), st.integers(0, 4 * 10**9))
def test_differences_are_exact(a, b):
    assert LocalTime(a * NS) - LocalTime(b * NS) == a - b
    assert (ZonedTime(a * NS) < ZonedTime(b * NS)) == (a < b)
