"""The commands of the entries do what the entries say: the table of programs and the knowledge base agree."""

from __future__ import annotations

import pytest
from command_lists import kind

from assistant.grounding.shell.commands import Kind
from assistant.knowledge.load import load


def entries():
    for entry in load().entries.values():
        for fix in entry.fixes:
            if fix.run:
                yield pytest.param(fix.run, fix.risk.value, id=f"{entry.id}:{fix.id}")
            if fix.check:
                yield pytest.param(fix.check, Kind.SAFE.value, id=f"{entry.id}:{fix.id}:check")
        for number, probe in enumerate(entry.probes):
            yield pytest.param(probe.run, probe.risk.value, id=f"{entry.id}:probe-{number}")


@pytest.mark.parametrize(("run", "risk"), list(entries()))
def test_the_knowledge_base_and_the_table_agree(run, risk):
    assert kind(run).value == risk
