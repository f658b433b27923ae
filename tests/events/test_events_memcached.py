"""memcached's few words, quiet cases first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading import events_of

from assistant.model import Severity


def severities(text: str) -> list[Severity]:
    return [event.severity for event in events_of(text)[0] if event.kind == "memcached"]


@pytest.mark.parametrize("text", ["failed to listen", "out of memory", "<html>", "> quoted", "can't find it"])
def test_what_is_not_its_own_is_left_alone(text):
    assert severities(text) == []


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("failed to listen on one of interface(s) 127.0.0.1: Address already in use", Severity.ERROR),
        ("failed to listen on TCP port 11211: Address already in use", Severity.ERROR),
        ("<31 new auto-negotiating client connection", Severity.INFO),
        ("slab class   1: chunk size        96 perslab   10922", Severity.INFO),
    ],
)
def test_a_line(text, severity):
    assert severities(text) == [severity]


@given(st.text(alphabet="abc<>:0123 ()\n", max_size=80))
def test_no_text_raises(text):
    severities(text)
    severities("failed to listen on TCP port 1" + text)
