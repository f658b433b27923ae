"""The seed incident as a dialogue: the user pastes back what the proposed commands print, and the verdict moves."""

from __future__ import annotations

import pytest
from seed import knowledge, log, report_of

from assistant.answer import explain
from assistant.model import Link, Report, Status

FREE = (
    "               total        used        free      shared  buff/cache   available\n"
    "Mem:            1800        1405         102           2         292         201\n"
    "Swap:              0           0           0\n"
)
LOGS = (log(1), log(2), log(3))


def link(report: Report, cause: str, effect: str) -> Link | None:
    return next((item for item in report.links if (item.cause, item.effect) == (cause, effect)), None)


def test_oom_killed_is_confirmed_and_leaves_open_whether_host_or_limit():
    before, report = report_of(log(1)), report_of(log(1), "true 137 4\n")
    assert report.unrecognised == 0
    found = report.finding("container/oom-killed")
    assert (found.status, found.symptom) == (Status.CONFIRMED, True)
    for entry in ("kernel/oom-kill", "kernel/oom-kill-cgroup"):
        assert report.finding(entry).status is Status.POSSIBLE
        assert report.finding(entry).weight > before.finding(entry).weight
    assert {item.entry for item in report.findings if not item.observed and item.weight > 0.2} == {
        "kernel/oom-kill", "kernel/oom-kill-cgroup"
    }  # fmt: skip
    assert report.verdict == before.verdict == "likely"
    assert not report.facts_of("oom.kill")
    assert report.facts_of("container.restarts")[0].attributes["restart_count"] == 4


def test_the_cause_of_the_container_s_kill_is_found_in_the_kernel_log():
    report = report_of(
        *LOGS, "$ docker inspect -f '{{.State.OOMKilled}} {{.State.ExitCode}} {{.RestartCount}}' api\ntrue 137 4\n"
    )
    assert report.root_causes == ("kernel/oom-kill",)
    assert report.verdict == "confirmed"
    assert report.finding("kernel/oom-kill-cgroup").status is Status.RULED_OUT


def test_not_oom_killed_rules_nothing_out():
    report = report_of(log(1), "false 0 0\n")
    assert report.finding("container/oom-killed") is None
    assert report.finding("kernel/oom-kill").status is Status.POSSIBLE
    assert report.facts_of("container.not_oom_killed")


def test_free_fills_in_the_host_and_confirms_nothing():
    before, report = report_of(log(1)), report_of(log(1), FREE)
    memory = report.facts_of("host.memory")[0].attributes
    assert memory["usable_kb"] == 1800 * 1024
    assert report.facts_of("host.no_swap")
    assert (report.verdict, report.root_causes) == (before.verdict, before.root_causes)
    assert {item.entry for item in report.findings if item.status is Status.CONFIRMED} == {
        item.entry for item in before.findings if item.status is Status.CONFIRMED
    }
    full = report_of(*LOGS, FREE)
    assert full.finding("kernel/oom-kill").facts["usable_kb"] == 1800 * 1024


@pytest.mark.parametrize(
    "paste", ["2025-03-26 12:43:58\n", "root@web1:~# uptime -s\n2025-03-26 12:43:58\nroot@web1:~#\n"]
)
def test_the_boot_time_gives_the_kill_its_wall_clock_and_confirms_the_link(paste):
    report = report_of(*LOGS, paste)
    assert report.unrecognised == 0
    wall = report.facts_of("join.wall_time")[0].attributes
    assert wall["time"].iso() in ("2025-05-12T00:17:52", "2025-05-12T00:17:53", "2025-05-12T00:17:54")
    for effect in ("nginx/upstream-closed-early", "app/process-died"):
        found = link(report, "kernel/oom-kill", effect)
        assert found.status is Status.CONFIRMED
        assert [evidence[0].line for _, evidence in found.covers] == [3]
        assert len(found.not_proven) == 3
    assert report.verdict == "confirmed"
    assert report.facts_of("join.chain")
    assert not report.facts_of("join.boot_time")
    for language in ("en", "zh"):
        assert "00:17:53" in explain(report, knowledge(), language).markdown


@pytest.mark.parametrize("boot", ["2025-03-26 10:43:58", "2025-03-26 14:43:58"])
def test_another_boot_time_removes_the_link(boot):
    report = report_of(*LOGS, boot + "\n")
    assert not [
        item for item in report.links if item.cause == "kernel/oom-kill" and item.effect.startswith(("nginx/", "app/"))
    ]
    assert report.facts_of("join.kill_elsewhen")
    assert not report.facts_of("join.chain")
    assert not report.facts_of("join.lifetime")
    assert report.verdict != "confirmed"
    assert report.finding("kernel/oom-kill").status is Status.CONFIRMED


def test_a_boot_time_within_the_kernel_clock_s_drift_decides_nothing():
    before, report = report_of(*LOGS), report_of(*LOGS, "2025-03-26 12:45:28\n")
    mine, other = (link(item, "kernel/oom-kill", "nginx/upstream-closed-early") for item in (before, report))
    assert (mine.status, len(mine.covers), len(mine.not_proven)) == (
        other.status,
        len(other.covers),
        len(other.not_proven),
    )


def test_two_boot_times_decide_nothing():
    report = report_of(*LOGS, "2025-03-26 12:43:58\n", "2025-05-12 09:00:00\n")
    assert not report.facts_of("join.wall_time")
    assert link(report, "kernel/oom-kill", "nginx/upstream-closed-early").status is Status.LIKELY


def test_a_bare_time_beside_other_lines_is_no_boot_time():
    report = report_of(*LOGS, "2025-03-26 12:43:58\n2025-03-26 12:43:59\n")
    assert not report.facts_of("host.boot")
