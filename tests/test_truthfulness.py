"""What must not be said: each of these logs once led, or could lead, to a sentence that it does not prove."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from seed import knowledge, report_of

from assistant.answer import explain

sys.path.insert(0, str(Path(__file__).parent / "events"))
from dumps import KILLS, MEMORY, TRIGGERS, full, table

CONTEXT = 'client: 192.0.2.1, server: a.example, request: "{} /x HTTP/1.1", upstream: "http://{}/x", host: "a.example"'


def nginx(
    message: str,
    address: str = "127.0.0.1:9000",
    method: str = "GET",
    number: int = 1,
    level: str = "error",
    at: str = "10:11:12",
) -> str:
    return f"2026/03/02 {at} [{level}] 7#7: *{number} {message}, {CONTEXT.format(method, address)}\n"


REFUSED = "connect() failed (111: Connection refused) while connecting to upstream"
CLOSED = "upstream prematurely closed connection while reading response header from upstream"
RESET = "recv() failed (104: Connection reset by peer) while reading response header from upstream"
TIMEOUT = "upstream timed out (110: Connection timed out) while reading response header from upstream"
DISABLED = "upstream server temporarily disabled while connecting to upstream"


def answer(*texts: str) -> str:
    return explain(report_of(*texts), knowledge(), "en").markdown


def stamped(lines: list[str]) -> str:
    return "\n".join(f"[{100 + number / 1000:12.6f}] {line}" for number, line in enumerate(lines))


def kinds(*texts: str) -> set[str]:
    return {fact.kind for fact in report_of(*texts).facts}


def test_a_retry_that_may_have_gone_well_is_no_502():
    """nginx logs the failed address of `localhost` and says nothing when the other one answers."""
    text = nginx(REFUSED, "[::1]:9000") + nginx(DISABLED, "[::1]:9000", level="warn")
    assert "upstream.client_status" not in kinds(text)
    assert "unless another address" in answer(text)


def test_a_request_that_no_address_was_asked_for_is_not_said_to_have_failed_everywhere():
    found = kinds(nginx("no live upstreams while connecting to upstream", "backend"))
    assert "upstream.none_left" in found
    assert not {"upstream.client_status", "upstream.client_status_if"} & found


def test_a_post_that_was_sent_is_a_502():
    assert "upstream.client_status" in kinds(nginx(CLOSED, method="POST"))


def test_the_words_of_an_application_are_no_failed_attempt():
    text = nginx(
        'FastCGI sent in stderr: "PHP message: PHP Warning:  x in /srv/a.php on line 3" while reading response header from upstream',
        "unix:/run/php.sock:",
    )
    assert not {kind for kind in kinds(text) if kind.startswith("upstream.")}


def test_accepted_and_refused_together_do_not_rule_out_a_missing_listener():
    text = nginx(RESET, number=1) + nginx(REFUSED, number=2, at="10:11:20")
    assert "upstream.accepted" not in kinds(text)
    report = report_of(text)
    assert report.finding("app/not-listening").status.value != "ruled out"
    assert "all failed" not in answer(text)


def test_a_timeout_is_not_told_as_a_closed_connection():
    assert "upstream.header_phase" not in kinds(nginx(TIMEOUT))
    assert "peer closed" not in answer(nginx(TIMEOUT))


def test_refusals_in_a_row_are_not_called_intermittent():
    text = "".join(nginx(REFUSED, number=number * 2, at=f"10:{number:02}:12") for number in range(10, 20))
    assert "intermittent" not in answer(text)


def test_a_worker_that_logs_its_signal_is_no_master():
    text = "2026/03/02 10:11:12 [notice] 7#7: signal 15 (SIGTERM) received from 1, exiting\n"
    assert "nginx.stop" not in kinds(nginx(CLOSED) + text)


def verdict_line(constraint: str) -> str:
    return f"oom-kill:constraint={constraint},nodemask=0,cpuset=batch,mems_allowed=0,global_oom,task_memcg=/,task=java,pid=4242,uid=0"


@pytest.mark.parametrize(
    ("constraint", "entry"),
    [
        ("CONSTRAINT_CPUSET", "kernel/oom-kill-cpuset"),
        ("CONSTRAINT_MEMORY_POLICY", "kernel/oom-kill-cpuset"),
        ("CONSTRAINT_NONE", "kernel/oom-kill"),
    ],
)
def test_the_constraint_decides_and_not_global_oom(constraint, entry):
    report = report_of(stamped([*table("T6"), verdict_line(constraint), *KILLS["5.4"]]))
    assert report.root_causes == (entry,)
    assert (report.finding("kernel/oom-kill") is not None and report.finding("kernel/oom-kill").observed) == (
        entry == "kernel/oom-kill"
    )


def test_a_kill_by_hand_is_no_shortage():
    report = report_of(stamped([TRIGGERS["5.x"].replace("order=0", "order=-1"), *full()[1:]]))
    assert report.root_causes == ("kernel/oom-sysrq",)
    assert not report.facts_of("oom.scope_global")
    assert not report.facts_of("oom.trigger")


def test_a_failed_allocation_killed_nobody():
    text = stamped(
        [
            "app: page allocation failure: order:4, mode:0x40cc0(GFP_KERNEL|__GFP_COMP), nodemask=(null),cpuset=/,mems_allowed=0",
            *MEMORY,
        ]
    )
    assert not {kind for kind in kinds(text) if kind.startswith("oom.")}
    assert "kernel/page-allocation-failure" in {
        finding.entry for finding in report_of(text).findings if finding.observed
    }


def test_an_old_kill_line_alone_leaves_the_scope_open():
    report = report_of(stamped(KILLS["3.10"]))
    assert report.root_causes == ("kernel/oom-kill-unknown-scope",)
    assert report.facts_of("oom.kill")[0].attributes["scope"] == "unknown"


def test_an_old_dump_with_the_hosts_memory_is_host_wide():
    lines = [line for line in full(shape="T3", kill="el7") if not line.startswith("oom-kill:")]
    assert report_of(stamped(lines)).root_causes == ("kernel/oom-kill",)


def test_what_is_in_the_dump_is_not_said_to_be_missing():
    facts = kinds(stamped(full()))
    assert not {"oom.head_missing", "oom.trigger_missing", "oom.memory_missing"} & facts
    assert "host.memory" in facts


def test_a_limit_never_has_mem_info():
    lines = [TRIGGERS["5.x"], "memory: usage 524288kB, limit 524288kB, failcnt 9", *table("T7"), *KILLS["memcg"]]
    assert not {kind for kind in kinds(stamped(lines)) if kind.endswith("_missing")}


@pytest.mark.parametrize("count", [1, 4])
def test_a_few_server_errors_are_not_called_healthy(count):
    line = '192.0.2.1 - - [02/Mar/2026:10:11:12 +0000] "GET /x HTTP/1.1" 502 150 "-" "curl/8"\n'
    assert report_of(line * count).verdict == "unknown"


@pytest.mark.parametrize(
    "line",
    [
        "Mar  2 10:11:12 web1 myapp[77]: ERROR database is locked",
        "[12.000001] sdq: some new fatal error",
        "zorbd: FATAL cannot open its spool",
    ],
)
def test_an_error_in_any_words_is_not_called_healthy(line):
    report = report_of(line)
    assert report.verdict != "none"
    assert line[:40] in answer(line)


def test_two_logs_of_one_host_and_second_are_linked():
    kill = "oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=/system.slice/app.service,task_memcg=/system.slice/app.service,task=java,pid=4242,uid=0"
    journal = f"Mar 02 10:11:12 db1 kernel: {kill}\nMar 02 10:11:12 db1 kernel: {KILLS['memcg'][0]}\n"
    journal += (
        "Mar 02 10:11:12 db1 systemd[1]: app.service: A process of this unit has been killed by the OOM killer.\n"
    )
    report = report_of(journal)
    link = next(link for link in report.links if link.effect == "systemd/unit-oom-kill")
    assert (link.cause, link.status.value) == ("kernel/oom-kill-cgroup", "confirmed")
    assert "nothing here says" not in answer(journal)
