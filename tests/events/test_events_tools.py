"""kubectl, klog, docker's client, git, package managers and compilers: quiet cases first."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading import events_of

from assistant.model import Event, Severity

KINDS = ("k8s.event", "k8s.pod", "k8s.state", "klog", "docker.error", "git", "build", "ci", "build.progress")
CASES = Path(__file__).parents[2] / "lab" / "cases"


def own(text: str) -> list[Event]:
    return [event for event in events_of(text)[0] if event.kind in KINDS]


@pytest.mark.parametrize(
    "text",
    [
        "fatal: something of another program", "error: it broke", "E: not about packages", "make it so", "npm",
        "ERROR: it broke", "main.c is a file", "shop 1/1 of all", "Warning  is a word", "docker is a program",
        "State of the union", "Reason: none", "E1302 10:11:12.123456", "go: away", "error[1]: a", "cc me",
        "CONFLICT of interests", "[ERROR] it broke", "Permission denied (publickey)",
    ],
)  # fmt: skip
def test_what_is_not_theirs_is_left_alone(text):
    assert own(text) == []


@pytest.mark.parametrize(
    ("text", "kind", "severity"),
    [
        ("shop-7d9c-x2   0/1   CrashLoopBackOff   7 (2m ago)   15m", "k8s.pod", Severity.ERROR),
        (
            "prod   shop-7d9c-x2   1/1   Running   0   15m   10.0.0.7   node1   <none>   <none>",
            "k8s.pod",
            Severity.INFO,
        ),
        ("  Warning  BackOff  2m (x5 over 3m)  kubelet  Back-off restarting", "k8s.event", Severity.ERROR),
        ("2m   Normal   Pulled   pod/shop-1   Container image already present", "k8s.event", Severity.INFO),
        ('I0302 10:11:12.123456    1234 a.go:1] "Starting"', "klog", Severity.INFO),
        ("Error response from daemon: No such container: a", "docker.error", Severity.ERROR),
        ("fatal: not a git repository (or any of the parent directories): .git", "git", Severity.ERROR),
        ("ssh: connect to host git.example port 22: Connection refused", "git", Severity.ERROR),
        ("Host key verification failed.", "git", Severity.ERROR),
        ("W: GPG error: http://deb.example stable InRelease: NO_PUBKEY 0123", "build", Severity.WARN),
        ("npm warn deprecated a@1", "build", Severity.WARN),
        ("a.c:1:2: warning: unused", "build", Severity.WARN),
        ("a.c:1:2: error: expected ';'", "build", Severity.ERROR),
        ("make[2]: *** [a.mk:1: b] Error 1", "build", Severity.ERROR),
        ("2026-03-02T10:11:12.1234567Z ##[error]Process completed with exit code 1.", "ci", Severity.ERROR),
        ("ERROR: Job failed: exit code 1", "ci", Severity.ERROR),
        ("Cloning into 'a'...", "build.progress", Severity.INFO),
    ],
)
def test_a_line(text, kind, severity):
    assert [(event.kind, event.severity) for event in own(text)] == [(kind, severity)]


def test_a_state_of_several_lines_is_one():
    (event, current) = own(
        "    Last State:     Terminated\n      Reason:       OOMKilled\n      Exit Code:    137\n"
        "    State:          Running\n    Ready:          True\n    Restart Count:  3"
    )
    assert (event.attributes["k8s.reason"], event.attributes["k8s.exit_code"], event.severity) == (
        "OOMKilled",
        137,
        Severity.ERROR,
    )
    assert (current.attributes["k8s.state"], current.severity) == ("Running", Severity.INFO)


def test_a_block_of_npm_is_one():
    (event,) = own("npm error code ENOENT\nnpm error syscall open\nnpm error path /a/package.json")
    assert event.message == "code ENOENT\nsyscall open\npath /a/package.json"


def test_a_compiler_names_its_place_and_keeps_it():
    (event,) = own("main.c:3:10: fatal error: a.h: No such file or directory")
    assert (event.attributes["code.file.path"], event.attributes["code.line.number"]) == ("main.c", 3)


@pytest.mark.parametrize("case", ["build-", "git-"])
def test_what_real_tools_print_is_read(case):
    for path in CASES.glob(f"{case}*/*.log"):
        _, summary, _ = events_of(path.read_text(encoding="utf-8"))
        assert summary.unrecognised <= summary.lines / 3, path


@given(st.text(alphabet="npm error:*[]()=>|-/.abcEW0123456789 \\t\n", max_size=120))
def test_no_text_raises(text):
    own(text)
    own("npm error " + text)
    own("    State:          " + text)
    own("a.c:1:2: error: " + text)
