"""The kernel's ring buffer: every prefix, every shape of an OOM dump, whole or cut."""

from __future__ import annotations

import json

import pytest
from dumps import HEADERS, KILLS, MEMORY, PAGE_TABLES, PROCESSES, RELEASES, TRIGGERS, full, global_verdict, table
from hypothesis import given
from hypothesis import strategies as st
from reading import events_of

from assistant.events.oom import OomDump


def dumps_in(text: str) -> list[OomDump]:
    events, summary, _ = events_of(text)
    assert summary.unrecognised == 0, summary
    return [event.detail for event in events if event.kind == "kernel.oom"]


def stamped(lines: list[str]) -> str:
    return "\n".join(f"[{100 + number / 1000:12.6f}] {line}" for number, line in enumerate(lines))


PREFIXES = {
    "none": lambda n, line: line,
    "monotonic": lambda n, line: f"[{46106 + n / 1000:.6f}] {line}",
    "monotonic, digits grow": lambda n, line: f"[{9.99 + n / 1000:12.6f}] {line}",
    "dmesg -T": lambda n, line: f"[Sun Aug 11 20:21:{28 + n // 40:02} 2024] {line}",
    "dmesg -T in French": lambda n, line: f"[dim. 19 avril 18:03:30 2026] {line}",
    "dmesg iso": lambda n, line: f"2024-08-11T20:21:28,123{n:03}+02:00 {line}",
    "syslog": lambda n, line: f"Apr 19 03:09:57 host1 kernel: {line}",
    "syslog and monotonic": lambda n, line: f"May 12 10:43:01 host1 kernel: [{46106 + n / 1000:.6f}] {line}",
    "rsyslog RFC3339": lambda n, line: f"2025-11-20T11:32:57.199160-05:00 host1 kernel: [{n / 1000:12.6f}] {line}",
    "caller": lambda n, line: f"[{46106 + n / 1000:12.6f}][    T{n}] {line}",
    "priority": lambda n, line: f"<4>[{46106 + n / 1000:12.6f}] {line}",
    "dmesg -x": lambda n, line: f"kern  :warn  : [{46106 + n / 1000:12.6f}] {line}",
    "rsyslog words": lambda n, line: f"<kern.warning> Apr 19 03:09:57 host1 kernel: {line}",
    "docker json": lambda n, line: json.dumps({"log": f"[{46106 + n / 1000:12.6f}] {line}\n", "stream": "stdout", "time": "2025-05-11T23:52:08.1Z"}, separators=(",", ":")),
}  # fmt: skip


@pytest.mark.parametrize("name", PREFIXES)
def test_prefixes(name):
    # without a prefix only what no other program prints can be told
    lines = (
        full() if name != "none" else [TRIGGERS["5.x"], HEADERS["T6"], *table("T6"), global_verdict(), *KILLS["5.4"]]
    )
    text = "\n".join(PREFIXES[name](number, line) for number, line in enumerate(lines))
    (dump,) = dumps_in(text)
    assert dump.kills[0].pid == 4242
    assert dump.trigger
    assert dump.trigger.name == "apache2"
    assert [row.name for row in dump.rows] == [process[5] for process in PROCESSES]
    assert (dump.first_line, dump.last_line) == (1, len(lines))


@pytest.mark.parametrize("header", [True, False])
@pytest.mark.parametrize("shape", HEADERS)
def test_shapes_with_and_without_header(shape, header):
    lines = [*([HEADERS[shape]] if header else []), *table(shape), *KILLS["5.4"]]
    (dump,) = dumps_in(stamped(lines))
    assert dump.shape == ("T5" if shape == "T6" else shape)
    assert dump.header_seen is header
    assert dump.unread_rows == 0
    for found, process in zip(dump.rows, PROCESSES, strict=True):
        assert (found.pid, found.uid, found.total_vm, found.rss, found.name) == (
            process[0],
            process[1],
            process[2],
            process[3],
            process[5],
        )
        if shape != "T1":
            assert found.oom_score_adj == process[4]
        if shape in ("T5", "T6", "T7"):
            assert found.pgtables_bytes == (PAGE_TABLES if found.name == "java" else max(8, found.rss // 100)) * 4096
        if shape in ("T3", "T4", "T5", "T6", "T7"):
            assert found.swapents == 0


@pytest.mark.parametrize("kernel", KILLS)
def test_verdict_lines(kernel):
    (dump,) = dumps_in(stamped([*table("T6"), *KILLS[kernel]]))
    assert len(dump.kills) == 1
    kill = dump.kills[0]
    assert (kill.pid, kill.name) == (4242, "java")
    if kernel not in ("2.6.18", "2.6.24"):
        assert (kill.total_vm_kb, kill.anon_rss_kb, kill.file_rss_kb) == (3_600_000, 1_999_960, 40)
    if kernel in ("el6", "el7", "5.4", "memcg", "allocating task"):
        assert kill.uid == 1000
    assert kill.memcg is (kernel == "memcg")


@pytest.mark.parametrize("kernel", TRIGGERS)
def test_trigger_lines(kernel):
    (dump,) = dumps_in(stamped([TRIGGERS[kernel], *KILLS["5.4"]]))
    assert dump.trigger
    assert (dump.trigger.name, dump.trigger.order) == ("apache2", 0)


@pytest.mark.parametrize("name", RELEASES)
def test_kernel_release(name):
    text, release = RELEASES[name]
    (dump,) = dumps_in(stamped([TRIGGERS["3.10"], text, *KILLS["3.10"]]))
    assert dump.kernel_release == release


def test_memory_block():
    (dump,) = dumps_in(stamped(full()))
    assert dump.memory["ram"] == 524158
    assert dump.memory["page_kb"] == 4
    assert dump.memory["swap_total_kb"] == 0
    assert dump.memory["free"] == 13000


def test_without_numa():
    lines = [
        TRIGGERS["5.x"],
        "DMA free:7900kB min:340kB",
        "DMA: 1*4kB (U) = 4kB",
        "HighMem: 0*4kB = 0kB",
        "1000 pages RAM",
        *KILLS["5.4"],
    ]
    (dump,) = dumps_in(stamped(lines))
    assert dump.memory["page_kb"] == 4
    assert dump.memory["ram"] == 1000


def test_verdict_line_parts():
    line = "oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=a,b,mems_allowed=0-1,oom_memcg=/kubepods/pod1,task_memcg=/kubepods/pod1/c,d,task=my,app,pid=7,uid=8"
    (dump,) = dumps_in(stamped([line, *KILLS["memcg"]]))
    verdict = dump.verdict
    assert verdict
    assert (verdict.constraint, verdict.global_oom, verdict.oom_memcg) == ("CONSTRAINT_MEMCG", False, "/kubepods/pod1")
    assert (verdict.task_memcg, verdict.task, verdict.pid, verdict.uid) == ("/kubepods/pod1/c,d", "my,app", 7, 8)


def test_many_dumps_in_one_file():
    lines: list[str] = []
    for number in range(50):
        lines += [line.replace("4242", str(5000 + number)) for line in full()]
    found = dumps_in(stamped(lines))
    assert [dump.kills[0].pid for dump in found] == [5000 + number for number in range(50)]
    assert all(len(dump.rows) == len(PROCESSES) for dump in found)


def test_rate_limited_kills_are_kills_of_their_own():
    lines = [*full(), *[KILLS["5.4"][0].replace("4242", pid) for pid in ("7001", "7002")]]
    assert [dump.kills[0].pid for dump in dumps_in(stamped(lines))] == [4242, 7001, 7002]


def test_other_subsystems_in_between_stay_events():
    lines = full()
    lines.insert(10, "eth0: link becomes ready")
    lines.insert(25, "docker0: port 1(veth1) entered disabled state")
    events, summary, _ = events_of(stamped(lines))
    assert summary.unrecognised == 0
    assert [event.kind for event in events] == ["kernel.message", "kernel.netdev", "kernel.oom"]
    assert len(events[2].detail.rows) == len(PROCESSES)


@given(st.integers(0, 40), st.integers(0, 40))
def test_cut_at_either_end_never_invents(start, drop):
    lines = full()
    kept = lines[start : len(lines) - drop]
    for dump in dumps_in(stamped(kept)):
        assert bool(dump.kills) == any("Killed process" in line for line in kept)
        assert len(dump.rows) == sum(line in table("T6") for line in kept)
        assert (dump.trigger is not None) == (TRIGGERS["5.x"] in kept)
        assert ("ram" in dump.memory) == ("524158 pages RAM" in kept)


@pytest.mark.parametrize("count", range(1, len(MEMORY)))
def test_memory_block_line_by_line(count):
    dumps = dumps_in(stamped([TRIGGERS["5.x"], *MEMORY[:count]]))
    assert len(dumps) == 1
    assert dumps[0].last_line == count + 1


@pytest.mark.parametrize(
    ("line", "kind", "wanted"),
    [
        ("[12.000001] app[311]: segfault at 8 ip 00007f1 sp 00007ffd error 4 in libx.so.1[7f1000+1000]", "kernel.segfault", {"process.pid": 311, "code.object": "libx.so.1"}),
        ("[12.000001] traps: app[311] general protection fault ip:7f1 sp:7ffd error:0 in app[400000+1000]", "kernel.segfault", {"trap": "general protection fault"}),
        ("[12.000001] traps: app[311] trap invalid opcode ip:7f1 sp:7ffd error:0 in app[400000+1000]", "kernel.segfault", {"trap": "trap invalid opcode"}),
        ("[12.000001] oom_reaper: reaped process 9 (x), now anon-rss:0kB, file-rss:0kB, shmem-rss:0kB", "kernel.oom_reaper", {"process.pid": 9, "reaped": True}),
        ("[12.000001] oom_reaper: unable to reap pid:9 (x)", "kernel.oom_reaper", {"reaped": False}),
        ("[12.000001] br-1: port 2(veth9) entered forwarding state", "kernel.netdev", {"device": "veth9", "bridge": "br-1", "action": "forwarding"}),
        ("[12.000001] device veth9 entered promiscuous mode", "kernel.netdev", {"mode": "promiscuous", "device": "veth9"}),
        ("[12.000001] veth9 (unregistering): left allmulticast mode", "kernel.netdev", {"unregistering": True}),
        ("[12.000001] eth0: renamed from veth9", "kernel.netdev", {"device": "eth0", "from": "veth9"}),
        ("[12.000001] something nobody knows", "kernel.message", {}),
    ],
)  # fmt: skip
def test_other_kernel_lines(line, kind, wanted):
    events, summary, _ = events_of(line)
    assert summary.unrecognised == 0
    assert [event.kind for event in events] == [kind]
    assert wanted.items() <= dict(events[0].attributes).items()


@pytest.mark.parametrize(
    "line",
    [
        "[Sun May 11 23:52:08.123456 2025] [core:error] [pid 3] AH00126: Invalid URI",
        "[info] started",
        "killed process by hand",
        "[1] + done sleep 3",
    ],
)
def test_what_the_kernel_did_not_write_is_left_alone(line):
    events, _, _ = events_of(line)
    assert not [event for event in events if event.kind.startswith("kernel.")]


@given(st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=200))
def test_no_text_breaks_the_reader(text):
    events, _, _ = events_of("[12.000001] " + text.replace("\n", " "))
    assert all(event.evidence.line >= 1 for event in events)
