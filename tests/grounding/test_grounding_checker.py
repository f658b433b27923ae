"""The checked text: what is added to it, and that it can be made while the answer still grows."""

import random

import pytest
from grounds import of_texts, seed
from hypothesis import given
from hypothesis import strategies as st

from assistant.grounding import Checker, check
from assistant.grounding.check import complete
from assistant.grounding.claims import Verdict
from assistant.grounding.passages import passages, sentences

ANSWERS = [(turns, language) for turns in (1, 2, 3) for language in ("en", "zh")]


def marked(text, turns=3, language="en"):
    return check(text, seed(turns, language)[0]).markdown


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        "Thanks, good luck.",
        "## What happened\n",
        "---\n",
        "The next step is up to you.",
        "| a | b |\n|---|---|\n",
    ],
)
def test_a_text_without_a_claim_stays_as_it_is(text):
    assert marked(text) == text


@pytest.mark.parametrize(("turns", "language"), ANSWERS)
def test_the_rules_own_answers_stay_as_they_are(turns, language):
    ground, answer, _ = seed(turns, language)
    checked = Checker(ground).whole(answer.markdown, closing=False)
    assert checked.share == 0
    assert checked.judged > 20
    assert "⚠" not in checked.markdown
    assert "✗" not in checked.markdown


@pytest.mark.parametrize(("turns", "language"), ANSWERS)
def test_the_beginning_does_not_depend_on_the_end(turns, language):
    ground, answer, _ = seed(turns, language)
    text = answer.markdown.replace("3610113", "3610114").replace("8000", "8001")
    checker = Checker(ground)
    whole = checker.whole(text, closing=False).markdown
    rng = random.Random(turns)  # noqa: S311 - the same places at each run
    for at in sorted(rng.sample(range(len(text)), 60)):
        assert whole.startswith(checker.so_far(text[:at]).markdown)


def test_a_contradicted_sentence_is_struck_and_the_fact_stands_behind_it():
    text = marked("The cause was a memory limit of the container that was hit.")
    assert text.startswith("~~The cause was a memory limit of the container that was hit.~~ ✗ (")
    assert "[3:21]" in text


def test_an_unsupported_value_is_named_behind_its_sentence():
    assert "⚠ (nothing in the logs supports: 2.6 GiB)" in marked("uvicorn held 2.6 GiB of memory.")
    assert "⚠ （日志里没有依据：2.6 GiB）" in marked("uvicorn 常驻 2.6 GiB。", language="zh")


def test_a_row_of_a_table_stays_one():
    text = marked("| time | pid |\n|---|---|\n| 00:17:53 | 9999999 |\n")
    row = next(line for line in text.splitlines() if "9999999" in line)
    assert "⚠" in row
    assert row.rstrip().endswith("|")
    assert row.count("|") == 3


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("rm -rf /var/lib/docker", "DESTROYS DATA"),
        ("systemctl restart nginx", "changes state"),
        ("frobnicate --all", "unknown"),
        ("uptime", "read-only"),
    ],
)
def test_commands_of_the_writer_are_told_what_they_are(command, said):
    text = marked(f"Run this:\n```bash\n{command}\n```\n")
    line = next(line for line in text.splitlines() if line.startswith(command))
    assert "# " in line
    assert said in line or "does not help" in line


def test_a_citation_of_a_line_that_does_not_exist():
    (claim,) = [
        claim
        for claim in check("The kernel killed uvicorn [9:99].", seed(3, "en")[0]).claims
        if claim.kind == "citation"
    ]
    assert claim.verdict is Verdict.UNSUPPORTED


def test_a_citation_of_a_line_that_shows_something_else():
    claims = check("The kernel killed uvicorn (pid 3610113) [1:2].", seed(3, "en")[0]).claims
    assert [claim.verdict for claim in claims if claim.kind == "citation"] == [Verdict.UNSUPPORTED]


def test_the_claims_are_counted():
    assert "1 unsupported (⚠)" in marked("uvicorn held 2.6 GiB of memory.")


@given(st.text(alphabet="ab *_`#-|>\n1.:[]()~：，。杀 /", max_size=120))
def test_any_markdown_is_taken_apart_by_its_own_offsets(text):
    for passage in passages(text):
        assert text[passage.start : passage.end] == passage.text
        if passage.kind != "code":
            assert all(text[one.start : one.end] == one.text for one in sentences(passage))


@given(st.text(alphabet="ab1 *`#-|>\n:.", max_size=80))
def test_the_end_of_what_is_complete_never_moves_back(text):
    ends = [complete(text[:at]) for at in range(len(text) + 1)]
    assert all(end <= at for at, end in enumerate(ends))


@given(st.text(max_size=200))
def test_no_text_breaks_the_check(text):
    checked = check(text, seed(1, "en")[0])
    assert all(0 <= claim.start <= claim.end <= len(text) for claim in checked.claims)


@pytest.mark.parametrize(
    "text", ["It failed on 2025-13-45.", "On 99/May/2025 it failed.", "它在 2025 年 40 月 77 日失败。"]
)
def test_a_date_that_does_not_exist_is_borne_out_by_nothing(text):
    assert any(claim.verdict is Verdict.UNSUPPORTED for claim in check(text, seed(3, "en")[0]).claims)


HOSTILE = (
    '192.0.2.9 - - [12/May/2025:00:00:01 +0000] "GET /?memory=9663676416&at=03:00:07 HTTP/1.1" 200 12 "-" "heap 9663676416 bytes"\n'
    '192.0.2.9 - - [12/May/2025:00:00:02 +0000] "GET /?x HTTP/1.1" 500 12 "-" "-"\n'
)


@pytest.mark.parametrize(
    "text", ["The process used 9 GiB of memory.", "It failed three hours and seven seconds later: 10807 s."]
)
def test_what_a_stranger_sent_bears_out_no_quantity(text):
    ground = of_texts([HOSTILE.encode()], "en")[0]
    assert any(claim.verdict is Verdict.UNSUPPORTED for claim in check(text, ground).claims)
