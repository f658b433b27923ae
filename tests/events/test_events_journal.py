"""The journal's other outputs: what a program said is read as its own line, with the journal's time, host and priority."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading import events_of

from assistant.model import Severity

FIELDS = {
    "__REALTIME_TIMESTAMP": "1772446272123456", "_HOSTNAME": "web1", "SYSLOG_IDENTIFIER": "nginx", "_PID": "31",
    "PRIORITY": "3", "_BOOT_ID": "0f", "MESSAGE": "2026/03/02 10:11:12 [error] 31#31: *1 access forbidden by rule, client: 192.0.2.1, server: a",
}  # fmt: skip
VERBOSE = "Mon 2026-03-02 10:11:12.123456 UTC [s=0f;i=7;b=0f;m=1;t=64c0d5f4e2240;x=0f]\n" + "\n".join(
    f"    {name}={value}" for name, value in FIELDS.items() if not name.startswith("__")
)
PRETTY = json.dumps(FIELDS, indent=8).replace('": "', '" : "')
EXPORT = "__CURSOR=s=0f\n" + "\n".join(f"{name}={value}" for name, value in FIELDS.items()) + "\n"


@pytest.mark.parametrize(
    "text", [json.dumps(FIELDS), VERBOSE, PRETTY, EXPORT], ids=["json", "verbose", "pretty", "export"]
)
def test_the_program_s_line_is_read_by_its_own_format(text):
    (event,) = events_of(text)[0]
    assert (event.kind, event.host, event.pid) == ("nginx.error", "web1", 31)
    assert event.message == "access forbidden by rule"


def test_what_no_format_knows_keeps_the_journal_s_priority():
    record = {**FIELDS, "SYSLOG_IDENTIFIER": "frobd", "MESSAGE": "it is gone"}
    (event,) = events_of(json.dumps(record))[0]
    assert (event.kind, event.service, event.severity) == ("syslog", "frobd", Severity.ERROR)
    assert event.time.iso() == "2026-03-02T10:11:12.123456Z"


def test_the_kernel_s_records_are_the_kernel_s():
    record = {**FIELDS, "_TRANSPORT": "kernel", "MESSAGE": "eth0: NIC Link is Down"}
    (event,) = events_of(json.dumps(record))[0]
    assert event.kind.startswith("kernel.")


def test_a_message_that_is_no_text_is_a_list_of_bytes():
    record = {**FIELDS, "SYSLOG_IDENTIFIER": "frobd", "MESSAGE": [105, 116, 255]}
    (event,) = events_of(json.dumps(record))[0]
    assert event.message == "it\ufffd"


@pytest.mark.parametrize(
    "text", ["{", "{\n}", "A=b\nC=d", "    PATH=/bin", '{"MESSAGE": 7, "__REALTIME_TIMESTAMP": "1"}']
)
def test_what_is_not_the_journal_s_is_left_alone(text):
    assert events_of(text)[0] == []


@given(st.text(alphabet='{}" :,=_MESAGPID0123456789[];\n', max_size=160))
def test_no_text_raises(text):
    events_of(text)
    events_of(VERBOSE + "\n" + text)
    events_of("{\n" + text)
