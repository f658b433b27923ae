"""`knowledge new`: from a pasted log to the beginning of an entry that fires; runbooks that were not written for us."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from seed import knowledge

from assistant.diagnosis.draft import draft, propose
from assistant.diagnosis.samples import check_all, fired
from assistant.errors import UsageError
from assistant.knowledge.load import load
from assistant.knowledge.search import search
from assistant.knowledge.template import compile_template

LOG = (
    '2026/03/02 10:11:12 [error] 811#811: *1 frobnication of "/a b" on 192.0.2.7:81 took 731 ms, giving up, '
    'client: 192.0.2.1, server: a, request: "GET / HTTP/1.1", host: "a"\n'
    "2026/03/02 10:11:13 [notice] 811#811: signal process started\n"
)


def written(folder, text: str, name: str) -> None:
    path = folder / f"{name}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_the_draft_fires_on_the_log_and_lacks_only_what_a_person_knows(tmp_path):
    text = draft("my/frob", LOG, knowledge())
    assert 'frobnication of "{quoted}" on {address} took {number:num} ms, giving up' in text
    written(tmp_path, text, "my/frob")
    problems = check_all([tmp_path])
    assert problems
    assert all("still to be written" in problem for problem in problems)
    assert "my/frob" in fired(LOG.replace("731", "12").replace("/a b", "/c"), load([tmp_path]))


def test_a_draft_that_is_filled_in_is_valid(tmp_path):
    text = draft("my/frob", LOG, knowledge()).replace("  - id: todo", "  - id: it")
    text = text.replace(
        "TODO: a line that looks alike and must not fire (2)", "2026/03/02 10:11:12 [error] 811#811: *1 frobnication"
    )
    written(tmp_path, re.sub(r"TODO(: |：)?", "known ", text), "my/frob")
    assert check_all([tmp_path]) == []


@pytest.mark.parametrize("name", ["frob", "My/Frob", "../x/y", "a/b c", "/a/b", "a//b", ""])
def test_a_name_that_is_none(name):
    with pytest.raises(UsageError, match="no name"):
        draft(name, LOG, knowledge())


def test_a_name_that_is_taken():
    with pytest.raises(UsageError, match="already"):
        draft("nginx/upstream-refused", LOG, knowledge())


def test_a_log_without_any_event():
    with pytest.raises(UsageError, match="no line"):
        draft("my/frob", "hello\nworld", knowledge())


@given(st.text(min_size=3, max_size=300))
def test_a_template_is_proposed_for_whatever_is_said(message):
    template = propose("failed: " + message)
    if template.strip() and any(len(part.strip()) >= 3 for part in re.split(r"\{[^}]*\}", template)):
        compile_template(template)


def test_a_runbook_is_found_and_never_fires(tmp_path):
    written(tmp_path, "# Queue of the frobnicator is stuck\n\nRestart the consumer of the frobnicator.\n", "queue")
    written(tmp_path, "---\nname: drain-node\ndescription: Move the zorbs away\n---\nRun it.\n", "skills/drain/SKILL")
    known = load([tmp_path])
    assert known.problems == ()
    assert known.entries["queue"].retrieval_only
    assert known.entries["skills/drain"].title.en == "drain-node"
    assert search("frobnicator stuck", known)[0][0].id == "queue"
    assert search("zorbs", known)[0][0].id == "skills/drain"
    assert fired("Restart the consumer of the frobnicator.", known) == frozenset()
    assert check_all([tmp_path]) == []


def test_what_means_to_be_an_entry_is_held_to_it(tmp_path):
    written(tmp_path, "---\nid: wrong\ntitle: a\n---\n", "my/entry")
    assert "must be the path" in check_all([tmp_path])[0]


def test_an_empty_runbook_is_named(tmp_path):
    written(tmp_path, "\n", "empty")
    assert "an empty runbook" in check_all([tmp_path])[0]
