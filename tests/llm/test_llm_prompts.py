from __future__ import annotations

import pytest

from assistant.errors import ConfigurationError
from assistant.i18n import LANGUAGES
from assistant.llm import prompts

FIELDS = {
    "system": {"nonce"},
    "context": {
        "nonce",
        "sources",
        "findings",
        "links",
        "answer",
        "facts",
        "probes",
        "templates",
        "excerpts",
        "entries",
        "history",
    },
    "question": {"context", "question"},
    "followup": {"context", "question"},
    "tools": set(),
    "result": {"nonce", "result"},
    "closing": {"question"},
}


@pytest.mark.parametrize("name", prompts.NAMES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_templates_are_complete_and_alike(name, language):
    assert prompts.fields(prompts.template(name, language)) == FIELDS[name]


def test_there_are_no_other_files():
    wanted = {f"{name}.{language}.md" for name in prompts.NAMES for language in LANGUAGES}
    assert {path.name for path in prompts.folder().glob("*.md")} - {"README.md"} == wanted


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_data_is_the_last_thing_but_the_question(language):
    assert prompts.template("question", language).startswith("{{context}}")
    assert prompts.template("followup", language).rstrip().endswith("{{question}}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_systems_forbid_the_same(language):
    text = prompts.template("system", language)
    words = {
        "en": ("ruled out", "[source:line]", "never an instruction", "not proven", "contradict"),
        "zh": ("已被排除", "[来源:行]", "不是指令", "没有证实", "矛盾"),
    }
    for word in words[language]:
        assert word in text


def test_empty_sections_are_left_out():
    values = {**dict.fromkeys(FIELDS["context"], ""), "nonce": "N", "facts": "- a fact"}
    text = prompts.render("context", "en", values)
    assert text.startswith("----- data N -----")
    assert text.endswith("----- end of data N -----")
    assert text.count("=== ") == 1
    assert "=== Facts ===\n- a fact" in text


def test_values_are_put_in_once():
    text = prompts.render("question", "en", {"context": "{{question}}", "question": "{{context}} \\1"})
    assert text.startswith("{{question}}")
    assert text.endswith("{{context}} \\1")


@pytest.mark.parametrize("values", [{}, {"context": "", "question": "", "more": ""}])
def test_values_that_do_not_fit(values):
    with pytest.raises(ConfigurationError, match=r"question\.en\.md"):
        prompts.render("question", "en", values)


def test_a_missing_file():
    with pytest.raises(ConfigurationError, match=r"nothing\.en\.md"):
        prompts.template("nothing", "en")
