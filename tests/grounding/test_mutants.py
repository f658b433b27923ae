"""True answers stay unmarked; with one thing made wrong they are marked there, and nowhere else.

The answers are the rules' own, in both languages, to every case of the lab: the explanation, and replies to questions.
What is measured is printed with `pytest -s`.
"""

from __future__ import annotations

import random
from collections import Counter

import pytest
from grounds import cases, knowledge, of_texts
from mutants import mutants

from assistant.answer import reply
from assistant.grounding import Checker, ground_of
from assistant.grounding.claims import Verdict

QUESTIONS = {
    "en": ("why did it happen?", "how do I fix it?", "when did it happen?", "what is still missing?", "how often?"),
    "zh": ("为什么会这样？", "怎么修？", "什么时候发生的？", "还缺什么？", "多久一次？"),
}
PER_ANSWER, PER_REPLY = 30, 6
ASKED = 2  # of the questions, in turn from case to case
WRONG = (Verdict.UNSUPPORTED, Verdict.CONTRADICTED)


def answers(case, language, number):
    """Each answer to a case with the ground it is checked against."""
    ground, explained, sources = of_texts(case.texts, language)
    yield explained.markdown, ground, PER_ANSWER
    for question in (QUESTIONS[language] * 2)[number % 5 : number % 5 + ASKED]:
        said = reply(question, ground.report, knowledge(), language, sources=sources)
        known = ground_of(ground.report, knowledge(), language, sources=sources, answers=(explained, said))
        yield said.markdown, known, PER_REPLY


def claims(checker, text):
    return [claim for claim in checker.whole(text, closing=False).claims if claim.verdict is not Verdict.SUPPORTED]


def line_of(text, at):
    end = text.find("\n", at)
    return text.rfind("\n", 0, at) + 1, len(text) if end < 0 else end


def judge(case, language, number, tally, rng):
    for markdown, ground, most in answers(case, language, number):
        checker = Checker(ground)
        before = claims(checker, markdown)
        judged = len(checker.whole(markdown, closing=False).claims)
        tally["claims"] += judged
        tally["marked though true"] += sum(claim.verdict in WRONG for claim in before)
        known = Counter((claim.kind, claim.text, claim.verdict) for claim in before)
        for mutant in mutants(markdown, ground, rng, most):
            first, last = line_of(mutant.text, mutant.start)
            fresh = [
                claim for claim in claims(checker, mutant.text) if not known[claim.kind, claim.text, claim.verdict]
            ]
            hit = [claim for claim in fresh if claim.start < last and claim.end > first]
            tally[f"made: {mutant.kind}"] += 1
            tally[f"marked: {mutant.kind}"] += bool(hit)
            tally["unchanged"] += judged
            tally["marked elsewhere"] += sum(claim.verdict in WRONG for claim in fresh if claim not in hit)


@pytest.fixture(scope="module")
def tally():
    counted = Counter()
    rng = random.Random(20250511)  # noqa: S311 - the same mutants at each run
    for number, case in enumerate(cases()):
        for language in ("en", "zh"):
            judge(case, language, number, counted, rng)
    kinds = sorted(key.removeprefix("made: ") for key in counted if key.startswith("made: "))
    for kind in kinds:
        print(f"{kind}: {counted[f'marked: {kind}']} of {counted[f'made: {kind}']} marked")
    print({key: count for key, count in counted.items() if ": " not in key})
    return counted


def test_true_answers_are_not_marked(tally):
    assert tally["claims"] > 3000
    assert tally["marked though true"] <= 0.01 * tally["claims"]


def test_what_was_not_changed_is_not_marked_either(tally):
    assert tally["marked elsewhere"] <= 0.01 * tally["unchanged"]


@pytest.mark.parametrize("kind", ["number", "unit", "time", "name", "cause", "command"])
def test_what_was_changed_is_marked(tally, kind):
    assert tally[f"made: {kind}"] >= 50
    assert tally[f"marked: {kind}"] >= 0.99 * tally[f"made: {kind}"]


def test_there_are_enough_of_them(tally):
    assert sum(count for key, count in tally.items() if key.startswith("made: ")) >= 5000
