"""The light mark: who gets `(?)`, who does not, and how it is shown and counted."""

import pytest
from grounds import seed

from assistant.grounding import Checker, check
from assistant.grounding.claims import Verdict

OWN = [
    "The scheduler of the orchestrator had been drained by an operator during the maintenance window.",
    "All customers in the southern region noticed slow checkouts for the whole evening.",
    "调度平台在维护窗口内被运维人员手工下线。",
]
NOT_ITS_OWN = [
    "The kernel's OOM killer ended uvicorn because the host ran out of memory.",  # said here, in other words
    "Was the scheduler of the orchestrator drained by an operator?",  # asked
    "The scheduler of the orchestrator may have been drained by an operator.",  # held for possible
    "Whether the scheduler of the orchestrator was drained cannot be told.",  # not claimed to be known
    "Next:", "OK.", "调度平台可能在维护窗口内被下线。", "从日志无法判断调度平台是否被下线。",
]  # fmt: skip


def language(text):
    return "zh" if any("一" <= char <= "鿿" for char in text) else "en"


def unconfirmed(text):
    return [c for c in check(text, seed(3, language(text))[0]).claims if c.verdict is Verdict.UNCONFIRMED]


@pytest.mark.parametrize("text", OWN)
def test_what_nothing_says_is_the_writers_own(text):
    assert len(unconfirmed(text)) == 1
    checked = check(text, seed(3, language(text))[0])
    assert checked.markdown.splitlines()[0].endswith("(?)")
    assert checked.judged == 0  # it counts neither for nor against the answer
    assert "1" in checked.markdown.splitlines()[-1]
    assert "(?)" in checked.markdown.splitlines()[-1]


@pytest.mark.parametrize("text", NOT_ITS_OWN)
def test_what_is_known_asked_or_left_open_is_not(text):
    assert unconfirmed(text) == []


@pytest.mark.parametrize("text_language", ["en", "zh"])
def test_the_rules_own_answer_has_none(text_language):
    ground, answer, _ = seed(3, text_language)
    assert Checker(ground).whole(answer.markdown).count(Verdict.UNCONFIRMED) == 0


def test_a_sentence_that_says_more_needs_more():
    plain = "nginx closed connections of clients in the evening."
    assert unconfirmed(plain) == []
    assert unconfirmed(plain.replace("nginx", "only nginx"))  # one word more, which says a lot
