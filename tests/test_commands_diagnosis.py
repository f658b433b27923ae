"""What pasted outputs of commands confirm, rule out, and leave alone. Quiet cases first."""

from __future__ import annotations

from pathlib import Path

import pytest
from seed import knowledge, report_of

from assistant.answer import explain
from assistant.facts.builder import sentences
from assistant.model import Report, Status

COMMANDS = Path(__file__).resolve().parent / "logs" / "commands"
REFUSED = (
    "2026/03/02 10:11:12 [error] 811#811: *52 connect() failed (111: Connection refused) while connecting to upstream, "
    'client: 192.0.2.10, server: a, request: "GET /cart HTTP/1.1", upstream: "http://{peer}/cart", host: "a"\n'
)
HEAD = "State  Recv-Q Send-Q Local Address:Port Peer Address:PortProcess\n"


def text(name: str) -> str:
    return (COMMANDS / name).read_text(encoding="utf-8")


def killed_for_memory(report: Report) -> bool:
    found = report.finding("container/oom-killed")
    return found is not None and found.observed


def kinds(report: Report) -> set[str]:
    return {fact.kind for fact in report.facts if not fact.kind.startswith("log.")}


@pytest.mark.parametrize(
    "name", ["free-m", "df-h", "df-i", "uptime", "uptime-s", "ss-ltnp", "ps-aux", "top", "systemctl-active"]
)
def test_a_healthy_output_alarms_nobody(name):
    report = report_of(text(f"{name}.txt"))
    assert report.verdict == "none"
    assert not report.findings


@pytest.mark.parametrize("path", sorted(COMMANDS.iterdir()), ids=lambda path: path.name)
def test_every_fact_of_a_command_can_be_said_in_both_languages(path):
    report = report_of(path.read_text(encoding="utf-8"))
    for fact in report.facts:
        assert fact.kind in sentences()
        assert fact.evidence
    for language in ("en", "zh"):
        answer = explain(report, knowledge(), language).markdown
        said = [line for line in answer.splitlines() if "`" not in line and "--since" not in line]
        assert not [line for line in said if "<" in line]


def test_a_full_image_is_no_full_disk():
    report = report_of(text("df-full.txt"))
    assert [fact.attributes["mountpoint"] for fact in report.facts_of("disk.full")] == ["/"]
    assert report.facts_of("disk.nearly_full")[0].attributes["mountpoint"] == "/mnt/backups"
    assert report.finding("host/disk-full").status is Status.CONFIRMED
    assert report_of(text("df-inodes-full.txt")).finding("host/inodes-full").status is Status.CONFIRMED


def test_a_full_disk_elsewhere_explains_no_refusal():
    report = report_of(REFUSED.format(peer="127.0.0.1:9001"), text("df-full.txt"))
    assert not [item for item in report.links if item.cause == "host/disk-full"]
    assert report.verdict != "confirmed"


def test_a_heading_alone_says_nothing_without_its_command():
    assert "port.no_listener" not in kinds(report_of(HEAD))
    assert "port.no_listener" in kinds(report_of("$ ss -ltnp 'sport = :9001'\n" + HEAD))


def test_a_port_that_is_not_asked_for_is_not_missing():
    report = report_of(REFUSED.format(peer="127.0.0.1:9001"), "$ ss -ltnp 'sport = :8000'\n" + HEAD)
    assert "join.nothing_listens" not in kinds(report)
    assert report.finding("app/not-listening").status is Status.POSSIBLE


def test_a_missing_listener_makes_it_likely_and_the_command_is_not_asked_for_again():
    before = report_of(REFUSED.format(peer="127.0.0.1:9001"))
    report = report_of(REFUSED.format(peer="127.0.0.1:9001"), "$ ss -ltnp 'sport = :9001'\n" + HEAD)
    assert "app/not-listening" not in before.root_causes
    assert report.root_causes == ("app/not-listening",)
    assert report.verdict == "likely"
    asked = "ss -ltnp 'sport = :9001'"
    assert asked in {probe.run for probe in before.probes}
    assert asked not in {probe.run for probe in report.probes}


@pytest.mark.parametrize(
    ("peer", "listens", "elsewhere"),
    [
        ("127.0.0.1:9001", "*:9001", False),
        ("127.0.0.1:9001", "0.0.0.0:9001", False),
        ("[::1]:9001", "[::]:9001", False),
        ("10.0.4.7:9001", "10.0.4.7:9001", False),
        ("[::1]:9001", "127.0.0.1:9001", True),
        ("[::1]:9001", "0.0.0.0:9001", True),
        ("10.0.4.7:9001", "127.0.0.1:9001", True),
        ("127.0.0.1:9001", "[::1]:9001", True),
    ],
)
def test_a_listener_on_another_address(peer, listens, elsewhere):
    row = f'LISTEN 0 511 {listens} 0.0.0.0:* users:(("node",pid=77,fd=19))\n'
    report = report_of(REFUSED.format(peer=peer), row)
    assert ("app/listens-elsewhere" in report.root_causes) == elsewhere
    assert ("join.listens_now" in kinds(report)) != elsewhere
    if not elsewhere:
        assert report.finding("app/listens-elsewhere").status is Status.RULED_OUT


@pytest.mark.parametrize(
    ("code", "kind"),
    [(1, "error"), (126, "not_executable"), (127, "not_found"), (137, "sigkill"), (139, "segfault"), (143, "sigterm")],
)
def test_exit_codes_are_told_apart(code, kind):
    report = report_of(f"false {code} 2\n")
    assert f"container.exit_{kind}" in kinds(report)
    assert (report.finding("container/exited") is None) == (code == 143)
    assert not killed_for_memory(report)


def test_a_sigkill_is_no_proof_of_memory():
    report = report_of("false 137 0\n")
    assert not killed_for_memory(report)
    assert report.finding("container/oom-killed").status is Status.RULED_OUT
    assert report.finding("kernel/oom-kill").status is Status.POSSIBLE  # with cgroup v1, docker hears of the limit only
    assert "kernel/oom-kill" not in report.root_causes
    assert "by whomever" in sentences()["container.exit_sigkill"].en


def test_an_exit_code_of_a_running_container_is_none():
    report = report_of(
        '{"Status":"running","Running":true,"OOMKilled":false,"ExitCode":0,"StartedAt":"2026-03-02T09:00:00Z"}\n'
    )
    assert not {kind for kind in kinds(report) if kind.startswith("container.exit")}


def test_a_unit_that_the_oom_killer_ended():
    report = report_of(text("systemctl-failed.txt").partition("\n\n")[0])
    assert report.finding("systemd/unit-oom-kill").status is Status.CONFIRMED
    assert report.finding("systemd/unit-oom-kill").facts["unit"] == "shop.service"
    assert "kernel/oom-kill" not in report.root_causes


def test_a_later_output_of_the_same_command_counts():
    low = "               total        used        free      shared  buff/cache   available\n"
    report = report_of(low + "Mem: 1800 1700 20 1 80 60\n", low + "Mem: 1800 400 900 1 500 1300\n")
    assert len(report.facts_of("host.memory_now")) == 1
    assert report.facts_of("host.memory_now")[0].attributes["available_kb"] == 1300 * 1024
    assert report.finding("host/low-memory") is None


@pytest.mark.parametrize(
    ("started", "lived"),
    [("2026-03-01T09:00:00Z", True), ("2026-03-01T21:00:00Z", False), ("2026-03-02T11:00:00Z", False)],
)
def test_a_container_that_ran_since_before_did_not_end_with_the_failure(started, lived):
    """The nginx log has no zone: only what holds in every zone is said."""
    state = f'{{"Status":"running","Running":true,"OOMKilled":false,"ExitCode":0,"StartedAt":"{started}"}}\n'
    report = report_of(REFUSED.format(peer="127.0.0.1:9001"), state)
    assert ("join.container_lived" in kinds(report)) == lived
