"""A service's own log and whoever was refused by it: joined by the port, and only when order and clocks allow it."""

from __future__ import annotations

import pytest
from seed import report_of

NGINX = (
    "2026/03/02 13:26:43 [error] 31#31: *4 connect() failed (111: Connection refused) while connecting to upstream, "
    'client: 192.0.2.1, server: a, request: "GET / HTTP/1.1", upstream: "http://127.0.0.1:8651/", host: "a"'
)
GUNICORN = (
    "[2026-03-02 13:20:26 +0000] [771] [INFO] Listening at: http://127.0.0.1:{port} (771)\n"
    "[2026-03-02 {stop} +0000] [771] [INFO] Shutting down: Master\n"
)


def stopped(*texts: str) -> bool:
    report = report_of(*texts)
    return bool(report.facts_of("join.stopped_service"))


def test_another_port_is_another_service():
    assert not stopped(NGINX, GUNICORN.format(port=9000, stop="13:26:40"))


def test_alone_a_stop_is_no_alarm():
    report = report_of(GUNICORN.format(port=8651, stop="13:26:40"))
    assert report.verdict == "none"


def test_a_service_that_runs_was_not_stopped():
    assert not stopped(NGINX, GUNICORN.format(port=8651, stop="13:26:40").split("\n")[0])


@pytest.mark.parametrize("order", [0, 1])
def test_stopped_before_it_was_asked(order):
    texts = [NGINX, GUNICORN.format(port=8651, stop="13:26:40")]
    report = report_of(*(texts[::-1] if order else texts))
    assert report.root_causes == ("app/stopped",)
    (link,) = [link for link in report.links if link.cause == "app/stopped"]
    assert link.effect == "nginx/upstream-refused"
    assert link.status == "likely"


def test_an_untimed_log_says_it_ended_and_not_when():
    log = "INFO:     Uvicorn running on http://127.0.0.1:8651 (Press CTRL+C to quit)\nINFO:     Finished server process [7]"
    report = report_of(NGINX, log)
    assert report.root_causes == ("app/stopped",)
    assert report.verdict == "likely"


def test_started_again_before_it_was_asked():
    log = GUNICORN.format(port=8651, stop="13:21:40") + GUNICORN.format(port=8651, stop="23:00:00").split("\n")[0].replace(
        "13:20:26", "13:22:00"
    )  # fmt: skip
    assert not stopped(NGINX.replace("13:26", "14:26"), log)


@pytest.mark.parametrize(
    "refusal",
    [
        "ConnectionRefusedError: [Errno 111] Connect call failed ('127.0.0.1', 6379)",
        "redis.exceptions.ConnectionError: Error 111 connecting to 127.0.0.1:6379. Connection refused.",
        '{"level":"error","time":"2026-03-02T13:26:43Z","msg":"dial tcp 127.0.0.1:6379: connect: connection refused"}',
    ],
)
def test_any_client_and_any_server(refusal):
    log = (
        "7:M 02 Mar 2026 13:20:00.000 * Running mode=standalone, port=6379.\n"
        "7:M 02 Mar 2026 13:26:40.000 # Redis is now ready to exit, bye bye..."
    )
    text = refusal if refusal.startswith("{") else "Traceback (most recent call last):\n" + refusal
    (fact,) = report_of(text, log).facts_of("join.asked_service")
    assert fact.attributes["server.port"] == 6379


def test_a_line_of_code_is_no_port():
    text = "2026-03-02 13:26:43,001 ERROR [app] main.py:8651 Connection refused by db1"
    assert not report_of(text, GUNICORN.format(port=8651, stop="13:26:40")).facts_of("service.refused")
