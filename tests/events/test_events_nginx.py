"""The grammar of nginx's error log: every message of its source is split, and nothing of it is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading import events_of, read_lines

LOGS = Path(__file__).parent.parent / "logs"
MESSAGES = Path(__file__).parent.parent / "intake" / "logs" / "nginx-messages.log"
HEAD = "2026/03/02 10:11:12 [error] 811#812: "


def one(line: str):
    events, summary, _ = events_of(line)
    assert summary.unrecognised == 0
    assert [event.kind for event in events] == ["nginx.error"]
    return events[0]


def test_every_message_of_the_source():
    lines = read_lines(MESSAGES)
    table = [row.split("\t") for row in read_lines(LOGS / "nginx-messages.tsv")]
    events, summary, _ = events_of("\n".join(lines))
    assert summary.unrecognised == 0
    assert len(events) == len(lines) == len(table) == 1396
    for event, line, row in zip(events, lines, table, strict=True):
        values = event.attributes
        assert values["nginx.level"] == row[2]
        assert rebuilt(event) == line


def rebuilt(event) -> str:
    """The line again, from nothing but the parts it was split into."""
    values = event.attributes
    stamp = event.time.iso().replace("-", "/").replace("T", " ")
    text = f"{stamp} [{values['nginx.level']}] {event.pid}#{values['nginx.tid']}: "
    if "nginx.connection" in values:
        text += f"*{values['nginx.connection']} "
    text += values["nginx.message"]
    error = values.get("error.type", "")
    if error.startswith("SSL: "):
        text += f" ({error})"
    elif "error.code" in values and f"({values['error.code']}: " not in values["nginx.message"]:
        text += f" ({values['error.code']}: {error})"
    if "nginx.action" in values:
        text += f" while {values['nginx.action']}"
    names = {
        "client.address": "client: {}", "nginx.server": "server: {}", "nginx.login": 'login: "{}"', "nginx.request": 'request: "{}"',
        "nginx.subrequest": 'subrequest: "{}"', "nginx.upstream": 'upstream: "{}"', "http.request.header.host": 'host: "{}"',
        "http.request.header.referer": 'referrer: "{}"', "nginx.client.bytes": "bytes from/to client:{}", "nginx.upstream.bytes": "bytes from/to upstream:{}",
    }  # fmt: skip
    for name in values:
        if name in names:
            text += ", " + names[name].format(values[name])
    return text


def test_parts():
    event = one(
        HEAD
        + '*7 connect() failed (111: Connection refused) while connecting to upstream, client: 192.0.2.1, server: a.example, request: "GET /x?y=1 HTTP/2.0", '
        'upstream: "http://[2001:db8::7]:9000/x?y=1", host: "a.example:8443", referrer: "https://a.example/"'
    )
    values = event.attributes
    assert event.pid == 811
    assert event.message == "connect() failed (111: Connection refused) while connecting to upstream"
    assert values["nginx.message"] == "connect() failed"
    assert (values["error.code"], values["error.type"]) == (111, "Connection refused")
    assert (values["upstream.address"], values["upstream.port"], values["upstream.scheme"]) == (
        "2001:db8::7",
        9000,
        "http",
    )
    assert (values["http.request.method"], values["url.path"], values["url.query"]) == ("GET", "/x", "y=1")
    assert values["network.protocol.version"] == "2.0"


@pytest.mark.parametrize(
    ("upstream", "address", "port"),
    [
        ("http://10.0.0.7:81/a", "10.0.0.7", 81),
        ("http://10.0.0.7/a", "10.0.0.7", 80),
        ("https://b.example/", "b.example", 443),
        ("fastcgi://unix:/run/php/php8.2-fpm.sock:", "unix:/run/php/php8.2-fpm.sock", None),
        ("http://unix:/run/app.sock:/x", "unix:/run/app.sock", None),
        ("http://backend/x", "backend", 80),
        ("uwsgi://127.0.0.1:3031", "127.0.0.1", 3031),
        ("grpc://[::1]:50051", "::1", 50051),
        ("10.0.0.7:5432", "10.0.0.7", 5432),
    ],
)
def test_upstream_addresses(upstream, address, port):
    values = one(
        HEAD
        + f'*1 upstream timed out (110: Connection timed out) while connecting to upstream, client: 192.0.2.1, server: a, request: "GET / HTTP/1.1", upstream: "{upstream}", host: "a"'
    ).attributes
    assert values["upstream.address"] == address
    assert values.get("upstream.port") == port


def test_quotes_inside_the_request_do_not_move_the_context():
    values = one(
        HEAD
        + '*1 open() "/srv/a" failed (2: No such file or directory), client: 192.0.2.1, server: a, request: "GET /", client: 6.6.6.6, host: "evil HTTP/1.1", host: "a.example"'
    ).attributes
    assert values["client.address"] == "192.0.2.1"
    assert values["http.request.header.host"] == "a.example"
    assert values["nginx.request"] == 'GET /", client: 6.6.6.6, host: "evil HTTP/1.1'


@pytest.mark.parametrize(
    ("line", "name", "value"),
    [
        (
            HEAD
            + 'rewrite or internal redirection cycle while internally redirecting to "/index.html", client: 192.0.2.1, server: a, request: "GET / HTTP/1.1", host: "a"',
            "nginx.action",
            None,
        ),
        (HEAD + 'host not found in upstream "db" in /etc/nginx/conf.d/a.conf:12', "code.line.number", 12),
        (
            HEAD
            + "SSL_do_handshake() failed (SSL: error:0A00006C:SSL routines::bad key share) while SSL handshaking, client: 192.0.2.1, server: 0.0.0.0:443",
            "error.type",
            "SSL: error:0A00006C:SSL routines::bad key share",
        ),
        (
            HEAD
            + '*3 upstream timed out (110: Connection timed out) while connecting to upstream, client: 192.0.2.9, server: 0.0.0.0:5000, upstream: "10.0.0.9:5432", bytes from/to client:0/0, bytes from/to upstream:0/0',
            "nginx.upstream.bytes",
            "0/0",
        ),
        ("nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)", "error.code", 98),
        (
            "Mar  2 10:11:12 web1 nginx: 2026/03/02 10:11:12 [crit] 5#5: *1 SSL_write() failed, client: 192.0.2.1, server: a",
            "nginx.level",
            "crit",
        ),
        (
            'web-1  | 2026/03/02 10:11:12 [crit] 5#5: pwrite() "/a" failed (28: No space left on device)',
            "error.code",
            28,
        ),
        (
            "2026-03-02T10:11:12.123456789Z 2026/03/02 10:11:12 [notice] 1#1: start worker process 30",
            "nginx.level",
            "notice",
        ),
    ],
)
def test_forms(line, name, value):
    assert one(line).attributes.get(name) == value


def test_fastcgi_message_over_several_lines_is_one_record():
    text = (
        HEAD + '*5 FastCGI sent in stderr: "PHP message: PHP Fatal error:  Uncaught Error: no in /srv/a.php:3\n'
        "Stack trace:\n#0 {main}\n"
        '  thrown in /srv/a.php on line 3" while reading response header from upstream, client: 192.0.2.1, server: a, request: "GET / HTTP/1.1", '
        'upstream: "fastcgi://unix:/run/php.sock:", host: "a"\n' + HEAD + "*6 x"
    )
    events, summary, _ = events_of(text)
    assert summary.unrecognised == 0
    assert [(event.evidence.line, event.evidence.last) for event in events] == [(1, 4), (5, 5)]
    assert events[0].attributes["client.address"] == "192.0.2.1"
    assert "Stack trace" in events[0].message


@pytest.mark.parametrize(
    "line", ["2026/03/02 10:11:12 hello", "2026/03/02", "[error] 811#812: x", "2026/03/02 10:11:12 [wrong] 1#1: x", ""]
)
def test_what_is_no_nginx_line_is_left_alone(line):
    events, _, _ = events_of(line)
    assert not [event for event in events if event.kind == "nginx.error"]


@given(st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=300))
def test_no_text_breaks_the_parser(text):
    events, summary, _ = events_of(HEAD + "*1 " + text.replace("\n", " ").replace("\r", " "))
    assert summary.lines >= 1
    assert all(event.evidence.line >= 1 for event in events)
