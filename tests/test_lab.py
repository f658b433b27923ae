"""The lab's cases, evaluated with rules only: every kept log of a real service and what must be said about it."""

from __future__ import annotations

import pytest
from seed import knowledge

from lab.case import BadCase, load, load_all
from lab.evaluate import score

CASES = load_all()
TUNED = [case for case in CASES if case.part == "tuned"]


@pytest.mark.parametrize("case", TUNED, ids=lambda case: case.name)
def test_case(case):
    found = score(case, knowledge())
    assert not found.false_alarms
    assert not found.claimed
    assert found.first, found.answers
    assert not found.uncited
    assert not found.unsaid


def test_every_root_is_an_entry():
    unknown = {name for case in CASES for name in (*case.root, *case.not_root)} - knowledge().entries.keys()
    assert not unknown


def test_a_case_that_says_what_nobody_reads_is_refused(tmp_path):
    (tmp_path / "truth.toml").write_text('title = "a"\npart = "tuned"\nlogs = ["a"]\nmade = "b"\nrot = ["c"]\n')
    with pytest.raises(BadCase, match="rot"):
        load(tmp_path)
