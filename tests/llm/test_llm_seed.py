"""The seed incident, as it is: what a model would be sent at each of its three turns."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.answer import explain
from assistant.diagnosis import analyse
from assistant.i18n import LANGUAGES
from assistant.intake import make_source
from assistant.knowledge.load import load
from assistant.llm import tokens
from assistant.llm.answer import Question, compose

SEED = Path(__file__).parents[2] / "demo" / "seed"


@pytest.mark.parametrize("language", LANGUAGES)
def test_three_turns_fit_into_four_thousand_tokens(language):
    knowledge, sources, history = load(), [], []
    for turn in (1, 2, 3):
        question = (SEED / f"turn{turn}.question.txt").read_text().strip()
        body = (SEED / f"turn{turn}.log").read_text()
        sources.append(make_source(turn, f"paste {turn}", body, is_paste=True))
        report = analyse(sources, knowledge)
        answer = explain(report, knowledge, language)
        asked = Question(report, knowledge, language, question, answer, history, sources)
        (_, system), (_, user) = compose(asked, "0123456789abcdef")
        assert tokens.count(system) + tokens.count(user) <= 4000
        assert answer.markdown.splitlines()[0][:60] in user
        assert "【" not in system
        for finding in report.findings:
            if finding.observed:  # what is only conceivable, or ruled out, goes in as far as there is room
                assert finding.title.get(language) in user
        history.append((question, answer.markdown))
    for words in (
        "3610113",
        "[3:22] [4016034.541405] Out of memory: Killed process",
        "2025-05-11 23:52:08",
        "drop_caches",
    ):
        assert words in user
