"""named, dig, curl, cloud-init and audit: quiet cases first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading import events_of

from assistant.model import Event, Severity

KINDS = {"named", "command.dig", "command.curl", "cloud-init", "audit"}


def own(text: str) -> list[Event]:
    return [event for event in events_of(text)[0] if event.kind in KINDS]


@pytest.mark.parametrize(
    "text",
    [
        "24-Nov-2026 no time here", "24-Nov-2026 13:41:06 no milliseconds", "; just a comment in a file",
        ";; a Lisp comment", "* a list item", "> quoted text", "< HTML", "curl is a program", "connection refused",
        "type=AVC in a sentence", "type=USER msg=audit(x): a", "2026-03-02 10:11:12 - a.py: b", "Host a not found",
        "example.com. IN", "{ a: 1 }",
    ],
)  # fmt: skip
def test_what_is_not_theirs_is_left_alone(text):
    assert own(text) == []


@pytest.mark.parametrize(
    ("text", "severity", "message"),
    [
        ("24-Nov-2026 13:41:06.211 running", Severity.INFO, "running"),
        ("24-Nov-2026 13:41:06.211 general: warning: a b", Severity.WARN, "a b"),
        ("24-Nov-2026 13:41:06.211 managed-keys-zone: loaded serial 0", Severity.INFO, "managed-keys-zone: loaded serial 0"),
        ("24-Nov-2026 13:41:06.211 zone a/IN: not loaded due to errors.", Severity.ERROR, "zone a/IN: not loaded due to errors."),
        ("Mar  2 10:11:12 ns1 named[7]: client @0x7 192.0.2.1#9 (a): query denied", Severity.INFO, "client @0x7 192.0.2.1#9 (a): query denied"),
        ("2026-03-02 10:11:12,123 - util.py[WARNING]: a", Severity.WARN, "a"),
        ("Mar  2 10:11:12 web1 [CLOUDINIT] util.py[DEBUG]: a", None, None),
        ('type=ANOM_ABEND msg=audit(1767348672.123:77): auid=0 uid=0 pid=12 comm="a" sig=11 res=1', Severity.ERROR, None),
        ("type=USER_AUTH msg=audit(1767348672.123:77): pid=9 uid=0 msg='op=PAM:authentication res=failed'", Severity.WARN, None),
        ('type=CWD msg=audit(1767348672.123:77): cwd="/"', Severity.INFO, 'cwd="/"'),
        ("curl: (7) Failed to connect to a port 1 after 0 ms: x", Severity.ERROR, "Failed to connect to a port 1 after 0 ms: x"),
        ("Host a.example not found: 3(NXDOMAIN)", Severity.ERROR, "a.example: NXDOMAIN"),
        (";; communications error to 192.0.2.53#53: timed out", Severity.ERROR, "communications error to 192.0.2.53#53: timed out"),
    ],
)  # fmt: skip
def test_a_line(text, severity, message):
    found = own(text)
    if severity is None:
        return
    assert [event.severity for event in found] == [severity]
    assert message is None or found[0].message == message


def test_the_audit_time_is_in_utc():
    (event,) = own('type=AVC msg=audit(1767348672.123:77): avc:  denied  { read } for  pid=812 comm="nginx"')
    assert event.time.iso() == "2026-01-02T10:11:12.123Z"
    assert (event.pid, event.attributes["audit.comm"], event.severity) == (812, "nginx", Severity.WARN)


def test_an_answer_of_dig_is_one_event():
    text = (
        "; <<>> DiG 9.18 <<>> shop.example\n;; global options: +cmd\n;; Got answer:\n"
        ";; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: 7\n;; flags: qr rd; QUERY: 1, ANSWER: 1\n\n"
        ";; QUESTION SECTION:\n;shop.example.\t\tIN\tA\n\n;; ANSWER SECTION:\nshop.example.\t60\tIN\tA\t192.0.2.30\n\n"
        ";; Query time: 0 msec"
    )
    events, summary, _ = events_of(text)
    (event,) = events
    assert (event.severity, event.attributes["dns.question.name"], summary.unrecognised) == (
        Severity.INFO,
        "shop.example",
        0,
    )


def test_an_answer_that_was_cut_off_still_has_its_status():
    (event,) = own(";; ->>HEADER<<- opcode: QUERY, status: SERVFAIL, id: 7")
    assert event.attributes["dns.rcode"] == "SERVFAIL"


def test_a_verbose_run_of_curl():
    text = (
        "*   Trying 127.0.0.1:80...\n* Connected to a (127.0.0.1) port 80\n> GET / HTTP/1.1\n> Host: a\n>\n"
        "< HTTP/1.1 502 Bad Gateway\n< Server: nginx\n<\n"
    )
    events, summary, _ = events_of(text)
    assert [(event.severity, event.attributes.get("http.response.status_code")) for event in events] == [
        (Severity.ERROR, 502)
    ]
    assert summary.unrecognised == 0


@given(st.text(alphabet=";*<>{} INDiGcurlHEADERstatus:,()0123456789.-audit=msg\n", max_size=120))
def test_no_text_raises(text):
    own(text)
    own("curl: (7) a\n" + text)
    own(";; Got answer:\n" + text)
