"""Healthy logs give "nothing wrong found"; what is not understood gives "I cannot tell", never a guess."""

from __future__ import annotations

from pathlib import Path

import pytest
from seed import knowledge, report_of

from assistant.answer import explain

HEALTHY = sorted((Path(__file__).parent / "logs" / "healthy").glob("*.log"))


@pytest.mark.parametrize("path", HEALTHY, ids=lambda path: path.stem)
def test_healthy(path):
    report = report_of(path.read_text(encoding="utf-8"))
    assert report.verdict == "none", [(finding.entry, finding.severity) for finding in report.findings]
    assert report.root_causes == ()
    english, chinese = (explain(report, knowledge(), language).markdown for language in ("en", "zh"))
    assert english.startswith("**Nothing wrong found.**")
    assert chinese.startswith("**没有发现问题。**")
    assert len(english.split("\n")) < 14


def test_there_are_healthy_logs():
    assert len(HEALTHY) >= 5


@pytest.mark.parametrize("text", ["hello world", "a\nb\nc", "x=1 y=2\nx=2 y=3", "???"])
def test_what_no_format_knows_is_counted_and_shown(text):
    report = report_of(text)
    assert report.verdict == "unknown"
    assert report.unrecognised == len(text.split("\n"))
    for language in ("en", "zh"):
        markdown = explain(report, knowledge(), language).markdown
        assert report.templates[0].text.replace("`", "'") in markdown


def test_an_error_that_no_entry_knows_is_shown():
    report = report_of(
        "2026/03/02 10:11:12 [error] 811#811: *1 the frobnicator is out of gas, client: 192.0.2.1, server: a"
    )
    assert report.root_causes == ()
    assert {finding.entry for finding in report.findings if finding.observed} == {"nginx/family-core"}
    for language, words in (("en", "The cause cannot be told"), ("zh", "无法判断原因")):
        answer = explain(report, knowledge(), language).markdown
        assert "frobnicator is out of gas" in answer
        assert words in answer


@pytest.mark.parametrize("text", ["", "   \n\n  "])
def test_nothing_pasted(text):
    assert "no log" in explain(report_of(text), knowledge(), "en").markdown
