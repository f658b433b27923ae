"""A format never takes the lines of another: the logs of one program hold no event of the others' kinds."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from reading import events_of

TESTS = Path(__file__).parent.parent
SERVICES = ("postgresql", "redis", "mysql", "java")
OTHERS = sorted(
    path
    for folder in (TESTS / "intake" / "logs", TESTS / "logs" / "healthy", TESTS.parent / "demo" / "seed")
    for path in folder.rglob("*")
    if path.suffix in (".log", ".txt", ".yaml") and not path.name.startswith((*SERVICES, "mariadb", "stack-traces"))
)


@pytest.mark.parametrize("path", OTHERS, ids=lambda path: path.name)
def test_logs_of_other_programs(path):
    events, _, _ = events_of(path.read_text(encoding="utf-8"))
    assert not [event for event in events if event.kind.split(".")[0] in SERVICES]


@pytest.mark.parametrize("name", [*SERVICES[:2], "mariadb", "java"])
def test_logs_of_one_service(name):
    kind = name.replace("mariadb", "mysql")
    for path in (TESTS / "logs").rglob(f"{name}*.log"):
        events, summary, _ = events_of(path.read_text(encoding="utf-8"))
        assert summary.unrecognised == 0
        assert {event.kind.split(".")[0].replace("jvm", "java") for event in events} == {kind}


@pytest.mark.parametrize(
    "line",
    [
        "2026-03-02 10:11:12 UTC [1] " + "a@b " * 20_000,
        "2026-03-02 10:11:12 UTC" + " [1]" * 20_000,
        "1:M 02 Mar 2026 10:11:12.017 # " + "error " * 15_000,
        "2026-03-02 10:11:12 0 [ERROR] " + "InnoDB: *** " * 8_000,
        "java." + "a." * 40_000 + "Error",
        "\tat " + "a." * 40_000 + "(b",
        "2026-03-02 10:11:12,123 ERROR [" + "a" * 80_000,
        "Caused by: " + "com.a$" * 15_000,
    ],
    ids=lambda line: line[:24],
)
def test_long_lines_take_no_longer_than_their_length(line):
    events_of(line[:200])
    start = time.process_time()
    events_of(line)
    assert time.process_time() - start < 1.0
