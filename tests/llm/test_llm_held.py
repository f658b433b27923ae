"""A model's answer held to the facts: what is shown, when it is asked again, and when the rules speak instead."""

import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "grounding"))

from conftest import Settings, refusal, sse, streamed
from grounds import knowledge, seed

from assistant.errors import ModelError
from assistant.llm import answer_with_model
from assistant.llm.held import HELD, Failed, Held, hold
from assistant.model import Answer

GOOD = """**The kernel's OOM killer ended uvicorn (pid 3610113).**

- it held 1.29 GiB of memory
- no swap was in use
- the first three failures are not explained by it
- the request at 00:17:53 was GET /api/v1/model/info
- the container came back after 0.79 s
"""
BAD = """**The disk is full.**

- The database has a deadlock.
- It held 99 GiB of memory.
- The kernel killed dockerd (pid 3610113).
- Run `rm -rf /var/lib/docker`.
"""
LATE = (
    GOOD
    + "\n"
    + "\n\n".join(f"The kernel killed process {number} at 23:59:{number % 60:02}." for number in range(70001, 70031))
    + "\n"
)


@pytest.fixture
def ground():
    return seed(3, "en")[0]


@pytest.fixture
def rules():
    return seed(3, "en")[1].markdown


def pieces(text, size=7):
    yield from (text[at : at + size] for at in range(0, len(text), size))


def said(ground, rules, *answers):
    """What is shown, what the user is told beside it, and what the model was told."""
    told, complaints = [], []
    queue = list(answers)

    def ask(answer, complaint):
        complaints.append((answer, complaint))
        yield from pieces(queue.pop(0))

    shown = "".join(hold(ask, lambda: ground, rules, "en", told.append))
    return shown, told, complaints


def test_a_good_answer_is_shown_once_with_its_lines_and_a_count(ground, rules):
    shown, told, complaints = said(ground, rules, GOOD)
    assert complaints == [("", "")]
    assert "asked once more" not in "".join(told)
    assert "[3:21-22]" in shown
    assert "0 unsupported (⚠), 0 contradicted (✗)" in shown


def test_nothing_is_shown_before_its_first_claims_were_judged(ground):
    held = Held(ground)
    for piece in pieces(GOOD):
        if held.feed(piece):
            break
    assert held.checked.judged >= HELD


def test_what_is_shown_grows_block_by_block(ground):
    held = Held(ground)
    long = GOOD * 4
    parts = [held.feed(piece) for piece in pieces(long)]
    assert sum(map(bool, parts)) > 3
    assert "".join(parts) + held.finish() == held.shown


def test_a_bad_answer_is_never_shown_and_the_model_is_told_what_was_wrong(ground, rules):
    shown, told, complaints = said(ground, rules, BAD, GOOD)
    assert "disk" not in shown
    assert "uvicorn" in shown
    assert len(complaints) == 2
    assert complaints[1][0].startswith("**The disk is full")
    assert "99 GiB" in complaints[1][1]
    assert any("asked once more" in line for line in told)


def test_twice_bad_gives_the_rules_answer_with_the_models_text_below(ground, rules):
    shown, told, _ = said(ground, rules, BAD, BAD)
    first, _, rest = shown.partition("\n---\n")
    assert first.strip() == rules.strip()
    assert all(line.startswith(">") for line in rest.strip().splitlines())
    assert "✗" in rest
    assert "DESTROYS DATA" in rest
    assert any("the rules' answer" in line for line in told)


def test_an_answer_that_turns_bad_later_is_marked_and_the_rules_follow(ground, rules):
    shown, _, complaints = said(ground, rules, LATE)
    assert len(complaints) == 1
    assert all("⚠" in line or "✗" in line for line in shown.splitlines() if "killed process 70" in line)
    assert shown.rstrip().endswith(rules.rstrip())


def test_a_headline_that_is_contradicted_is_enough_to_ask_again(ground):
    held = Held(ground)
    with pytest.raises(Failed):
        held.feed("**The container's memory limit was hit.**\n\n" + GOOD + "\n\nThe end.\n")


def test_a_short_answer_without_any_claim_is_shown_as_it_is(ground, rules):
    shown, _, _ = said(ground, rules, "That cannot be told from these logs.")
    assert shown.startswith("That cannot be told from these logs.")


def test_what_holds_nothing_to_check_does_not_stand_alone(ground, rules):
    shown, told, complaints = said(ground, rules, "The container may have come back because of a signal.")
    assert len(complaints) == 1
    assert shown.startswith("The container may have come back")
    assert shown.rstrip().endswith(rules.rstrip())
    assert not told


def test_a_short_answer_of_which_half_is_wrong_is_asked_for_again(ground, rules):
    shown, _, complaints = said(ground, rules, "The host has 4.57 GiB of memory in all.", GOOD)
    assert len(complaints) == 2
    assert "in all" not in shown


def test_an_answer_all_in_words_of_its_own_is_asked_for_again(ground, rules):
    own = "You need to tune the garbage collector of the scheduler, since its caches were never warmed."
    shown, told, complaints = said(ground, rules, own, own)
    assert "garbage collector" in complaints[1][1]
    assert shown.startswith(rules.rstrip()[:40])
    assert "(?)" in shown
    assert any("1 of 1" in line for line in told)


def asked(question="why?", redact=False, kind="follow-up"):
    ground, explained, sources = seed(3, "en")
    answer = Answer(explained.markdown, "en", kind)
    pieces = answer_with_model(
        Settings(tools=False), ground.report, knowledge(), "en", question, answer, [], sources, redact
    )
    told = []
    pieces.tell = told.append
    return "".join(pieces), told, pieces


@pytest.mark.usefixtures("checked")
def test_on_the_way_from_a_server_a_bad_answer_is_asked_for_again(api):
    api.chat.side_effect = [streamed(sse(BAD)), streamed(sse(GOOD, usage=(20, 9)))]
    shown, told, pieces = asked()
    assert "disk" not in shown
    assert "0 unsupported (⚠), 0 contradicted (✗)" in shown
    assert any("asked once more" in line for line in told)
    again = json.loads(api.chat.calls[1].request.content)["messages"]
    assert [message["role"] for message in again] == ["system", "user", "assistant", "user"]
    assert "99 GiB" in again[-1]["content"]
    assert pieces.usage.calls == 2


@pytest.mark.usefixtures("checked")
def test_what_is_sent_back_is_masked_like_everything_else(api):
    secret = "glpat-" + "Zk3vQ8mT1xW7pL5rN9bH"
    api.chat.side_effect = [streamed(sse(f"{BAD}\nThe token is {secret} of 203.0.113.77.\n")), streamed(sse(GOOD))]
    asked(redact=True)
    assert len(api.chat.calls) == 2
    assert secret.encode() not in api.chat.calls[1].request.content
    assert b"203.0.113.77" not in api.chat.calls[1].request.content


@pytest.mark.usefixtures("checked")
def test_a_server_that_fails_the_second_time_costs_no_answer(api):
    api.chat.side_effect = [streamed(sse(BAD)), refusal(401), refusal(401)]
    with pytest.raises(ModelError, match="401"):
        asked()
