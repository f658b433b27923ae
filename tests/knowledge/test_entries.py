"""Every entry of the shipped knowledge base: valid, consistent, and true to its samples (quiet ones first)."""

from __future__ import annotations

from pathlib import Path

import pytest
from seed import knowledge

from assistant.diagnosis.samples import check_all, fired
from assistant.errors import ConfigurationError
from assistant.knowledge.load import load


def test_nothing_is_wrong_with_the_shipped_entries():
    assert check_all() == []


def test_there_are_enough_of_them():
    assert len(knowledge().entries) >= 25


@pytest.mark.parametrize("name", sorted(knowledge().entries))
def test_samples(name):
    entry = knowledge().entries[name]
    for sample in entry.quiet_on:
        assert name not in fired(sample, knowledge())
    for sample in entry.fires_on:
        assert name in fired(sample, knowledge())


ENTRY = """---
id: my/entry
severity: error
title: {{en: "A", zh: "甲"}}
{extra}
references: [here]
---
## en
### What it means
A.
## zh
### 含义
甲。
## Fires on
```log
2026/03/02 10:11:12 [error] 1#1: frobnicator is empty
```
```log
2026/03/02 10:11:13 [error] 1#1: frobnicator is empty
```
## Stays quiet on
```log
2026/03/02 10:11:12 [error] 1#1: frobnicator is full
```
```log
2026/03/02 10:11:12 [error] 1#1: else
```
"""
SIGNAL = 'signals:\n  - event: nginx.error\n    message: "frobnicator is empty"'


def write(folder: Path, extra: str, name: str = "entry") -> Path:
    path = folder / "my" / f"{name}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(ENTRY.format(extra=extra), encoding="utf-8")
    return path


def test_a_failure_is_one_file_and_nothing_else(tmp_path):
    write(tmp_path, SIGNAL)
    assert check_all([tmp_path]) == []
    assert fired("2026/03/02 10:11:12 [error] 1#1: frobnicator is empty", load([tmp_path])) == {"my/entry"}


@pytest.mark.parametrize(
    ("extra", "line", "reason"),
    [
        (SIGNAL + "\nsignls: []", 8, "did you mean 'signals'"),
        ('signals:\n  - event: nginx.error\n    message: "a"', 7, "three literal characters"),
        ('signals:\n  - event: nginx.error\n    message: "abc {x:foo}"', 7, "unknown type"),
        ("signals:\n  - event: nginx.error\n    fact: oom.kill", 6, "one of the two"),
        (SIGNAL + "\ncauses:\n  - {entry: no/such}", 9, "there is no entry 'no/such'"),
        (SIGNAL + "\ncauses:\n  - {entry: kernel/oom-kill, join: [telepathy]}", 9, "there is no join"),
        (SIGNAL + "\nuses: [no.fact]", 8, "there is no fact"),
        (SIGNAL + "\nseverity: terrible", 8, "is none of"),
        ('signals:\n  - event: nginx.error\n    message: "something else"', 0, "does not fire on its sample"),
        ('signals:\n  - event: nginx.error\n    message: "frobnicator is"', 0, "must stay quiet"),
        (SIGNAL + '\nfixes:\n  - {id: x, do: {en: "a", zh: "b"}, risk: destroys data}', 9, "save"),
        (SIGNAL + "\n  bad: [", 8, ""),
    ],
)
def test_what_is_wrong_is_named_with_file_and_line(tmp_path, extra, line, reason):
    path = write(tmp_path, extra)
    problems = [problem for problem in check_all([tmp_path]) if problem.startswith(str(path))]
    assert problems
    if line:
        assert any(problem.startswith(f"{path}:{line}:") for problem in problems), problems
    assert any(reason in problem for problem in problems), problems


def test_a_wrong_entry_does_not_keep_the_others_from_loading(tmp_path):
    write(tmp_path, "nonsense: 1")
    found = load([tmp_path])
    assert "my/entry" not in found.entries
    assert "kernel/oom-kill" in found.entries
    assert len(found.problems) == 1


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(ConfigurationError, match="does not exist"):
        load([tmp_path / "none"])


def test_the_cache_follows_every_change(tmp_path):
    path = write(tmp_path, SIGNAL)
    first = load([tmp_path])
    assert load([tmp_path]) == first
    path.write_text(path.read_text(encoding="utf-8").replace('"A"', '"Another"'), encoding="utf-8")
    assert load([tmp_path]).entries["my/entry"].title.en == "Another"
    assert load([tmp_path]).digest != first.digest


def test_a_message_may_be_excepted(tmp_path):
    write(tmp_path, SIGNAL.replace("is empty", "is") + "\n    except: [is full]")
    known = load([tmp_path])
    assert known.problems == ()
    assert fired("2026/03/02 10:11:12 [error] 1#1: frobnicator is empty", known) == {"my/entry"}
    assert "my/entry" not in fired("2026/03/02 10:11:12 [error] 1#1: frobnicator is full", known)
