"""Each thing that other OOM readers are known to get wrong, on its own: what we must not repeat."""

from __future__ import annotations

import pytest
from dumps import HEADERS, KILLS, PROCESSES, TRIGGERS, full, table
from reading import events_of
from seed import knowledge, report_of

from assistant.answer import explain
from assistant.events.oom import OomDump


def dumps_in(text: str) -> list[OomDump]:
    return [event.detail for event in events_of(text)[0] if event.kind == "kernel.oom"]


def stamped(lines: list[str], start: float = 100.0, step: float = 0.001) -> str:
    return "\n".join(f"[{start + number * step:12.6f}] {line}" for number, line in enumerate(lines))


def test_a_tail_without_the_trigger_line_still_has_its_facts():
    lines = full()
    cut = next(number for number, line in enumerate(lines) if line.startswith("[ ") or "oom-kill:" in line)
    (dump,) = dumps_in(stamped(lines[cut:]))
    assert dump.trigger is None
    assert (dump.kills[0].pid, dump.kills[0].name) == (4242, "java")


@pytest.mark.parametrize("header", [True, False])
def test_the_table_of_6_8_is_not_read_by_the_columns_of_5_x(header):
    (dump,) = dumps_in(stamped([*([HEADERS["T7"]] if header else []), *table("T7"), *KILLS["5.4"]]))
    java = next(row for row in dump.rows if row.pid == 4242)
    assert (java.swapents, java.pgtables_bytes, java.oom_score_adj, java.name) == (0, 1100 * 4096, 0, "java")


@pytest.mark.parametrize("header", [True, False])
def test_the_table_of_4_1_to_4_14_is_not_read_by_the_columns_of_4_0(header):
    (dump,) = dumps_in(stamped([*([HEADERS["T4"]] if header else []), *table("T4"), *KILLS["4.5"]]))
    assert [row.name for row in dump.rows] == [process[5] for process in PROCESSES]
    assert all(row.swapents == 0 for row in dump.rows)
    assert [row.oom_score_adj for row in dump.rows] == [process[4] for process in PROCESSES]


def test_enterprise_linux_6_is_read():
    lines = ["apache2 invoked oom-killer: gfp_mask=0x201da, order=0, oom_adj=0, oom_score_adj=0",
             "Pid: 1, comm: apache2 Not tainted 2.6.32-754.el6.x86_64 #1", HEADERS["T2"], *table("T2"), *KILLS["el6"]]  # fmt: skip
    (dump,) = dumps_in(stamped(lines))
    assert (dump.kernel_release, dump.kills[0].uid, dump.kills[0].anon_rss_kb) == (
        "2.6.32-754.el6.x86_64", 1000, 1_999_960,
    )  # fmt: skip


def test_enterprise_linux_7_has_its_uid_before_its_sizes():
    (dump,) = dumps_in(stamped(KILLS["el7"]))
    assert (dump.kills[0].uid, dump.kills[0].anon_rss_kb) == (1000, 1_999_960)


def test_uptime_may_get_another_digit_inside_a_dump():
    (dump,) = dumps_in(stamped(full(), start=9.99))
    assert dump.trigger
    assert len(dump.rows) == len(PROCESSES)
    assert dump.kills[0].pid == 4242


def test_a_thousand_kills_in_one_file_are_a_thousand():
    lines = [line.replace("4242", str(10_000 + number)) for number in range(1_000) for line in full()]
    assert [dump.kills[0].pid for dump in dumps_in(stamped(lines))] == list(range(10_000, 11_000))


def test_zones_without_nodes_are_read():
    lines = [TRIGGERS["5.x"], "Normal free:7900kB min:340kB low:424kB high:508kB", "HighMem free:100kB min:40kB",
             "Movable free:100kB min:40kB", "1000 pages RAM", *KILLS["5.4"]]  # fmt: skip
    (dump,) = dumps_in(stamped(lines))
    assert dump.memory["ram"] == 1000


@pytest.mark.parametrize("name", ["x", "a b", "Web Content (2)", "0 java", "9", "kworker/u8:4", "(sd-pam)"])
def test_names_are_whole(name):
    (dump,) = dumps_in(stamped([line.replace("java", name) for line in [HEADERS["T6"], *table("T6"), *KILLS["5.4"]]]))
    assert dump.kills[0].name == name
    assert dump.rows[1].name == name


@pytest.mark.parametrize("kernel", ["4.5", "5.1", "5.4"])
def test_the_line_that_lost_its_score_and_the_one_with_shmem_are_kills(kernel):
    assert len(dumps_in(stamped(KILLS[kernel]))[0].kills) == 1


def test_a_kill_in_a_group_is_not_said_to_be_the_machine_s():
    lines = [line.replace("CONSTRAINT_NONE", "CONSTRAINT_MEMCG").replace("global_oom", "oom_memcg=/a/b") for line in full()]  # fmt: skip
    lines = [line.replace("Out of memory: Killed", "Memory cgroup out of memory: Killed") for line in lines]
    report = report_of(stamped(lines))
    assert "kernel/oom-kill-cgroup" in {finding.entry for finding in report.findings if finding.observed}
    assert "kernel/oom-kill" not in {finding.entry for finding in report.findings if finding.observed}


def test_counts_of_events_are_not_shown_as_bytes():
    lines = full()
    lines[3:3] = ["Memory cgroup stats for /a: anon 4096 file 0", "pgfault 731731", "pgmajfault 731", "workingset_refault_anon 7317"]  # fmt: skip
    answer = explain(report_of(stamped(lines)), knowledge(), "en").markdown
    assert "731731 B" not in answer.replace(",", "")
    assert "731731 bytes" not in answer.replace(",", "")
