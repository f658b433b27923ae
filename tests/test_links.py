"""Joins: what links a cause to an effect, how sure, and what refuses it."""

from __future__ import annotations

import pytest
from seed import knowledge, log, report_of

from assistant.answer import explain
from assistant.model import Report, Status

NGINX = (
    '2026/11/20 {} [error] 90#90: *{} upstream prematurely closed connection while reading response header from upstream, client: 203.0.113.9, '
    'server: shop.example, request: "GET /r HTTP/1.1", upstream: "http://127.0.0.1:8001/r", host: "shop.example"\n'
)  # fmt: skip
FAILED = NGINX.format("09:14:59", 410) + NGINX.format("09:20:11", 733)
GUNICORN = "[2026-11-20 {} {}] [2201] [CRITICAL] WORKER TIMEOUT (pid:2210)\n"
EFFECT = "nginx/upstream-closed-early"


def link_of(report: Report, cause: str):
    return next((link for link in report.links if link.cause == cause and link.effect == EFFECT), None)


@pytest.mark.parametrize("zone", ["+0000", "+0800", "-0330"])
def test_a_log_with_a_zone_beside_one_without_is_linked_with_the_assumption_named(zone):
    report = report_of(FAILED, GUNICORN.format("09:14:58", zone))
    link = link_of(report, "gunicorn/worker-timeout")
    assert link is not None
    assert link.status is Status.LIKELY
    assert (len(link.covers), len(link.not_proven)) == (1, 1)
    shown = f"{zone[:3]}:{zone[3:]}"
    assert shown in link.timing[0][0].en
    assert f"if both logs use the zone {shown}" in explain(report, knowledge(), "en").markdown
    assert f"假定两段日志同为时区 {shown}" in explain(report, knowledge(), "zh").markdown


def test_a_cause_at_another_time_is_no_cause():
    report = report_of(FAILED, GUNICORN.format("11:00:00", "+0000"))
    assert link_of(report, "gunicorn/worker-timeout") is None
    assert report.verdict != "confirmed"


def test_kills_of_two_hosts_are_not_joined():
    kill = [line for line in log(3).split("\n") if "oom-kill:" in line or "Killed process" in line]
    same = "\n".join(f"2026-11-20T09:14:59+00:00 web1 kernel: {line}" for line in kill)
    fronted = "".join(f"Nov 20 09:14:59 web1 nginx: {line}\n" for line in FAILED.splitlines())
    other = fronted.replace("web1", "web2")
    assert link_of(report_of(fronted, same), "kernel/oom-kill") is not None
    assert link_of(report_of(other, same), "kernel/oom-kill") is None


def test_one_shared_pid_is_a_coincidence():
    """Two pids of nginx in both logs are the same host; one may be chance."""
    start = "2025/05/12 00:15:19 [notice] 3609160#3609160: start worker process {}\n"
    rest = log(2).split("\n", 2)[2]
    one = start.format(1) + start.format(2) + rest.replace("3609161#3609161", "1#1")
    assert not report_of(one, log(3)).facts_of("join.same_processes")
    assert report_of(log(2), log(3)).facts_of("join.same_processes")


def test_a_kill_without_any_join_is_possible_at_most():
    report = report_of(log(1), log(3))
    link = link_of(report, "kernel/oom-kill")
    assert link is None or link.status is Status.POSSIBLE
    assert report.verdict in ("likely", "possible")
    text = explain(report, knowledge(), "en").markdown
    assert "possible, not proven" in text
    assert "Root cause confirmed" not in text


def test_a_state_and_its_last_state_belong_together():
    text = (
        "    State:          Waiting\n      Reason:       CrashLoopBackOff\n    Last State:     Terminated\n"
        "      Reason:       OOMKilled\n      Exit Code:    137\n"
    )
    report = report_of(text)
    assert report.root_causes == ("k8s/oom-killed",)
    assert [(link.effect, link.status) for link in report.links] == [("k8s/crash-loop", "likely")]
    apart = report_of(
        text.split("    Last", maxsplit=1)[0]
        + "\n".join(["Events:         <none>"] * 12)
        + "\n    Last"
        + text.split("    Last")[1]
    )
    assert all(link.status != "likely" for link in apart.links)
