"""All 42 facts of the seed incident are in the report, at the paste that first gives them."""

from __future__ import annotations

import pytest
from seed import after

from assistant.clock import Time
from assistant.model import Grade


def fact(turn: int, kind: str, **wanted: object) -> dict[str, object]:
    """The one fact of that kind (and subject), as plain values, with its cited lines."""
    subject = wanted.pop("subject", None)
    found = [item for item in after(turn).facts_of(kind) if subject is None or item.subject == subject]
    assert found, f"no fact {kind} after paste {turn}"
    values = {name: item.iso() if isinstance(item, Time) else item for name, item in found[0].attributes.items()}
    for name, value in wanted.items():
        assert values[name.replace("__", ".")] == value, (kind, name, values)
    assert found[0].evidence, kind
    return values | {"grade": found[0].grade, "lines": [(item.source, item.line) for item in found[0].evidence]}


# The number is that of the list of facts: paste and position in it.
FACTS_OF_PASTE_1 = {
    "1 counts and span": lambda: (
        fact(1, "log.counts", errors=5, warnings=5, notices=2, first_seen="2025-05-11T23:52:08", last_seen="2025-05-12T00:15:19", span=1391.0),
        fact(1, "nginx.instance", master=3599759, workers=(3599760, 3599761)),
    ),
    "2 failed requests and attempts": lambda: (
        fact(1, "upstream.overview", subject="all", requests=3, attempts=5, closed=3, reset=2),
        fact(1, "upstream.request", subject="request 1", connection=3, http__request__method="POST", url__path="/api/v1/embeddings"),
        fact(1, "upstream.request", subject="request 2", connection=9, http__request__method="GET", url__path="/api/v1/text-embedding/你好"),
        fact(1, "upstream.request", subject="request 3", connection=32, http__request__method="GET", url__path="/api/v1/model/info"),
    ),
    "3 phase": lambda: fact(1, "upstream.header_phase", attempts=5),
    "4 closed, then reset; never 111, never 110": lambda: (
        fact(1, "upstream.closed_then_reset", requests=2),
        fact(1, "upstream.no_refused", errno=111),
        fact(1, "upstream.no_timeout", errno=110),
        fact(1, "upstream.accepted", attempts=5),
    ),
    "5 GET retried, POST not": lambda: (
        fact(1, "upstream.retried", requests=2, methods=("GET",)),
        fact(1, "upstream.not_replayed", requests=1, methods=("POST",)),
        fact(1, "upstream.request", subject="request 2", endpoints=("127.0.0.1:8000", "[::1]:8000")),
    ),
    "6 disabled, one name": lambda: (
        fact(1, "upstream.group", disabled=5, max_fails=1, fail_timeout=10),
        fact(1, "upstream.one_name", addresses=("127.0.0.1", "::1"), upstream__port=8000),
    ),
    "7 the clients got 502": lambda: fact(1, "upstream.client_status", status=502, requests=3),
    "8 not one route": lambda: fact(1, "upstream.routes", routes=3),
    "9 intermittent": lambda: (
        fact(1, "upstream.intermittent", gaps=(340.0, 691.0)),
        fact(1, "upstream.quiet_connections", first=9, last=32, passed=20),
    ),
    "10 origin": lambda: fact(1, "upstream.origin", path="/api/v1/docs"),
    "12 stopped by pid 1, not by the errors": lambda: (
        fact(1, "nginx.stop", signal="SIGQUIT", sender=1, master=3599759, graceful=True, workers=(3599760,)),
        fact(1, "nginx.stop_by_init", sender=1),
        fact(1, "nginx.stop_after_errors", gap=360.0),
    ),
    "13 log level, connection numbers": lambda: (
        fact(1, "nginx.log_level", level="notice"),
        fact(1, "nginx.connection_ids"),
    ),
    "14 local time": lambda: fact(1, "log.local_time", source=1),
}  # fmt: skip

FACTS_OF_PASTE_2 = {
    "1 full restart": lambda: (
        fact(2, "nginx.start", master=3609160, workers=(3609161, 3609163), time="2025-05-12T00:15:19"),
        fact(2, "nginx.restart", old=3599759, master=3609160, gap=0.0),
    ),
    "2 the order of addresses is reversed": lambda: (
        fact(2, "upstream.request", subject="request 4", connection=1, worker=3609161, endpoints=("[::1]:8000", "127.0.0.1:8000"), failures=("closed", "reset")),
        fact(2, "upstream.order_varies"),
    ),
    "3 the restart changed nothing": lambda: fact(2, "nginx.failed_again", delay=154.0, connection=1),
    "4 the same route again": lambda: fact(2, "upstream.route_again", url__path="/api/v1/model/info", requests=2),
    "5 accepted on both addresses": lambda: fact(2, "upstream.accepted", attempts=7),
    "6 another Host header": lambda: fact(2, "upstream.hosts", hosts=("【已脱敏ip地址】", "【已脱敏域名】")),
    "7 cumulative": lambda: (
        fact(2, "upstream.overview", subject="all", requests=4, attempts=7, closed=4, reset=3, disabled=7, timeout=0, refused=0, no_live=0),
        fact(2, "upstream.never_all_disabled"),
    ),
    "9 calling it by hand": lambda: fact(2, "upstream.route_again", http__request__method="GET"),
}  # fmt: skip

FACTS_OF_PASTE_3 = {
    "1 host-wide": lambda: (fact(3, "oom.kill", constraint="CONSTRAINT_NONE", scope="global"), fact(3, "oom.scope_global")),
    "2 victim": lambda: (
        fact(3, "oom.kill", process__pid=3610113, process__executable__name="uvicorn", uid=0, container=True, time="4016034.541405s"),
        fact(3, "log.boot_time"),
    ),
    "3 page size proven": lambda: fact(3, "oom.page_size", page_kb=4, checks=("4,794,476 = 4,794,476", "1,350,892 = 1,350,892", "3,760 = 3,760")),
    "4 sizes": lambda: fact(3, "oom.memory", virtual_kb=4794476, resident_kb=1350892, anon_kb=1350640, pgtables_kb=3760, mostly_anonymous=True),
    "5 share of the visible rows": lambda: fact(3, "oom.share", rows=20, sum_pages=359210, next=("dockerd 36 MiB", "containerd 15 MiB", "docker 8 MiB")),
    "6 badness, protected": lambda: (fact(3, "oom.badness", points=338663, tables=940), fact(3, "oom.protected")),
    "7 no swap in use": lambda: fact(3, "oom.swap_unused", rows=20),
    "8 the dump is cut": lambda: fact(3, "oom.head_missing", trigger=True, memory=True, release=True),
    "9 which kernels": lambda: (fact(3, "oom.shape", releases="4.15–6.7", header=False), fact(3, "join.kernel_window")),
    "10 cpuset of the trigger": lambda: fact(3, "oom.trigger_cpuset", cpuset="containerd.service"),
    "11 the same nginx; started later": lambda: (
        fact(3, "join.same_processes", pids=(3609160, 3609161, 3609163)),
        fact(3, "join.kill_after_start", since="2025-05-12T00:15:19"),
        fact(3, "join.victim_started_after", process__pid=3610113),
        fact(3, "join.earlier_process", requests=3),
    ),
    "12 lifetime, boot time": lambda: (
        fact(3, "join.lifetime", seconds=154.0),
        fact(3, "join.boot_time", boot="2025-03-26T12:43:58"),
    ),
    "13 the container restarted by itself": lambda: (
        fact(3, "join.restarted_after_kill", down=0.56, up=0.79, ready=0.81, quick=True),
        fact(3, "container.restarted", gap=0.206),
    ),
    "14 docker-proxy": lambda: (fact(3, "oom.docker_proxy", count=2), fact(3, "join.proxy_addresses", addresses=("127.0.0.1", "::1"))),
    "15 the chain": lambda: fact(3, "join.chain", up=0.79),
    "16 one process": lambda: (fact(3, "oom.instances", count=1, name="uvicorn"), fact(3, "join.first_use", routes=3)),
    "17 cloud agent; health check undecided": lambda: (fact(3, "host.cloud"), fact(3, "oom.docker_exec")),
    "18 one kill is proven": lambda: fact(3, "oom.count", kills=1),
}  # fmt: skip


@pytest.mark.parametrize("name", FACTS_OF_PASTE_1)
def test_first_paste(name):
    FACTS_OF_PASTE_1[name]()


@pytest.mark.parametrize("name", FACTS_OF_PASTE_2)
def test_second_paste(name):
    FACTS_OF_PASTE_2[name]()


@pytest.mark.parametrize("name", FACTS_OF_PASTE_3)
def test_third_paste(name):
    FACTS_OF_PASTE_3[name]()


def test_guesses_are_marked_as_guesses():
    for kind in ("join.lifetime", "join.boot_time", "join.first_use"):
        assert after(3).facts_of(kind)[0].grade is Grade.HYPOTHESIS


def test_every_fact_is_proven_by_lines_that_exist():
    lines = {1: 12, 2: 6, 3: 35}
    for item in after(3).facts:
        assert item.evidence, item.kind
        for evidence in item.evidence:
            assert 1 <= evidence.line <= evidence.last <= lines[evidence.source], item.kind


# Facts 11 of paste 1, 8 of paste 2 and 19 of paste 3 are what to look at and what to do: probes and fixes.
def test_first_paste_names_the_causes_and_the_next_evidence():
    report = after(1)
    assert report.verdict == "likely"
    open_causes = [
        finding.entry for finding in report.findings if not finding.observed and finding.status.value == "possible"
    ]
    assert open_causes[0] == "kernel/oom-kill"
    assert {"kernel/segfault", "gunicorn/worker-timeout", "app/python-exception"} <= set(open_causes)
    first = report.probes[0]
    assert first.run.startswith("journalctl -k --since '2025-05-11 23:50:08' --until '2025-05-12 00:11:19'")
    assert "kernel/oom-kill" in first.decides
    assert any("docker inspect" in probe.run for probe in report.probes)


def test_second_paste_asks_for_kernel_container_and_memory():
    runs = " ; ".join(probe.run for probe in after(2).probes)
    for wanted in ("journalctl -k", "docker inspect", "free -m"):
        assert wanted in runs
    assert after(2).verdict == "likely"


def test_third_paste_proves_the_kill_and_what_it_covers():
    report = after(3)
    assert report.verdict == "confirmed"
    assert report.root_causes == ("kernel/oom-kill",)
    link = next(
        link
        for link in report.links
        if link.cause == "kernel/oom-kill" and link.effect == "nginx/upstream-closed-early"
    )
    assert link.status.value == "likely"
    assert [evidence[0].line for _, evidence in link.covers] == [3]
    assert [(evidence[0].source, evidence[0].line) for _, evidence in link.not_proven] == [(1, 1), (1, 3), (1, 7)]
    assert report.probes[0].run == "dmesg -T | grep -E 'oom-kill:|Killed process'"
    ruled = {finding.entry for finding in report.findings if finding.status.value == "ruled out"}
    assert {"nginx/upstream-timeout", "nginx/upstream-refused", "kernel/oom-kill-cgroup"} <= ruled
