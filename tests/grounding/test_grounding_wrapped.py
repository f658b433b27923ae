"""Lies in true answers: answers of the kind that models give, with two or three false sentences among six to ten.

They were written by readers of the logs who did not know how the check works. What is false is marked ⚠ or ✗ where the
check knows better, and (?) where nothing confirms the sentence; a true sentence in free words may get (?), and hardly
ever more. The figures of each set at its first run, before any rule was made for it, are in the design.
"""

import json
from collections import Counter
from pathlib import Path

import pytest
from grounds import cases, of_texts, seed

from assistant.grounding import Checker
from assistant.grounding.claims import Verdict

FOLDER = Path(__file__).parent / "wrapped"
WRONG = (Verdict.UNSUPPORTED, Verdict.CONTRADICTED)


def ground_for(answer):
    if answer["case"] == "seed":
        return seed(3, answer["lang"])[0]
    by_name = {case.name: case for case in cases()}
    return of_texts(by_name[answer["case"]].texts, answer["lang"])[0]


def mark(sentence, text, claims):
    start = text.index(sentence)
    found = [claim.verdict for claim in claims if claim.start < start + len(sentence) and claim.end > start]
    if any(verdict in WRONG for verdict in found):
        return "wrong"
    if Verdict.WARNED in found:
        return "warned"  # a command that changes something, which is told of it in a true sentence too
    return "unconfirmed" if Verdict.UNCONFIRMED in found else "none"


@pytest.mark.parametrize(
    ("name", "wrongly"), [("a", 0.08), ("b", 0.08), ("c", 0.08), ("d", 0.08), ("e", 0.15)]
)  # e: nothing tuned to it
def test_most_lies_are_marked_and_most_truths_are_not(name, wrongly):
    answers = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    lies, truths = Counter(), Counter()
    for answer in answers:
        claims = Checker(ground_for(answer)).whole(answer["text"]).claims
        lies.update(mark(false["sentence"], answer["text"], claims) for false in answer["false"])
        truths.update(mark(true, answer["text"], claims) for true in answer["true"])
    print(name, "lies", dict(lies), "truths", dict(truths))
    assert lies["none"] <= 0.2 * lies.total()
    assert truths["wrong"] <= wrongly * truths.total()
    assert truths["none"] >= 0.65 * truths.total()
