"""Will it happen again, is it safe, which setting, say it for the boss, say it in the other language."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.answer import head
from assistant.answer.cite import cite
from assistant.answer.focus import main, main_of, symptoms, symptoms_of
from assistant.answer.head import phrase
from assistant.answer.remedy import chain, steps
from assistant.answer.writer import explain
from assistant.fill import show_time
from assistant.i18n import Language
from assistant.knowledge.entry import Knowledge
from assistant.model import Finding, Report, Status, Step

if TYPE_CHECKING:
    from assistant.answer.followup import Question

MOST = 4
_RESTART = re.compile(r"restart|reboot|重启|重新启动|reload|重载", re.IGNORECASE)


def _fixes(asked: Question) -> list[tuple[Finding, Step]]:
    return _fixes_of(asked.report, asked.knowledge)


def _fixes_of(report: Report, knowledge: Knowledge) -> list[tuple[Finding, Step]]:
    return [
        (finding, step)
        for finding in chain(report)
        for _, step in steps(finding, knowledge.entries[finding.entry], report.facts)
    ]


def again(asked: Question) -> list[str] | None:
    """Whether it will happen again: how often it did, and that nothing here removed its cause."""
    finding = main(asked)
    if finding is None:
        return None
    language = asked.language
    rows = [phrase("again", language)]
    counted = symptoms(asked)[:1] or [finding]
    for entry in dict.fromkeys((counted[0].entry, finding.entry)):
        item = asked.report.finding(entry)
        if item is not None and item.observed:
            said = phrase("seen_times", language, title=item.title.get(language), n=item.count)
            rows.append(f"- {said} {cite(item.evidence)}")
    if asked.report.verdict != "confirmed":
        rows.append("- " + phrase("again_unproven", language))
    lasting = [step for _, step in _fixes(asked) if step.when == "lasting"] or [step for _, step in _fixes(asked)]
    rows += [f"- {phrase('prevents', language)} {step.text.get(language)}" for step in lasting[:2]]
    return rows


def lasting(asked: Question) -> list[str] | None:
    """The fixes that last, then those for now."""
    found = _fixes(asked)
    chosen = [step for _, step in found if step.when == "lasting"]
    if not chosen:
        return None
    rows = [f"**{phrase('lasting', asked.language)}**"]
    for step in chosen[:MOST]:
        rows.append(f"- {step.text.get(asked.language)}")
        rows += [f"  `{command}`" for command in (step.run, step.config) if command and "\n" not in command]
    if asked.report.verdict != "confirmed":
        rows.insert(0, phrase("fix_unproven", asked.language))
    return rows


def safe(asked: Question) -> list[str] | None:
    """Whether an action is safe: what its fix says of its risk; a restart takes down what runs."""
    if not _RESTART.search(asked.text):
        return None
    language = asked.language
    rows = [phrase("restart_safe", language)]
    finding = main(asked)
    if finding is not None and asked.report.verdict in ("confirmed", "likely"):
        said = head.headline(finding, asked.knowledge, language)
        rows.append("- " + phrase("restart_cause", language, title=said) + " " + cite(finding.evidence))
    for _, step in _fixes(asked):
        if _RESTART.search(step.text.en) or _RESTART.search(step.run):
            rows.append(f"- {step.text.get(language)}")
            rows += [f"- `{step.run}`"] if step.run else []
            rows.append("- " + phrase("risk", language, risk=phrase(step.risk.value, language)))
            break
    return rows


def settings(asked: Question) -> list[str] | None:
    """The settings that the fixes change, and the file that the log names."""
    language = asked.language
    found = [(step.config, step.text.get(language)) for _, step in _fixes(asked) if step.config]
    rows = [f"- `{config}` — {text}" for config, text in found[:MOST] if "\n" not in config]
    root = main(asked)
    if root is not None and not any(finding.entry == root.entry and step.config for finding, step in _fixes(asked)):
        # no setting of the cause itself: what its fixes change is said in words
        mine = [step for finding, step in _fixes(asked) if finding.entry == root.entry]
        rows = [f"- {step.text.get(language)}" + (f" `{step.run}`" if step.run else "") for step in mine[:2]] + rows
    for config, text in found[:MOST]:
        if "\n" in config:
            rows += [f"- {text}", "```", config, "```"]
    named = [
        f"- {phrase('file_named', language)} `{match[0]}` {cite([item])}"
        for finding in asked.report.findings
        if finding.observed
        for item in finding.evidence[:3]
        if (
            match := re.search(
                r"/[\w./-]+\.(?:conf|cnf|ini|ya?ml|toml|cfg|env|properties|xml|json)(?::\d+)?", item.text
            )
        )
    ]
    return list(dict.fromkeys([*named[:2], *rows])) or None


def boss(asked: Question) -> list[str] | None:
    """Three sentences without jargon."""
    return boss_lines(asked.report, asked.knowledge, asked.language)


def boss_lines(report: Report, knowledge: Knowledge, language: Language) -> list[str]:
    """What, when and how often, how sure, what next; also the report's summary."""
    finding = main_of(report)
    if finding is None:
        return [phrase("boss_nothing", language, n=sum(item.lines for item in report.sources))]
    rows = []
    effect = next((item for item in symptoms_of(report) if item.entry != finding.entry), None)
    if effect is not None:
        times = [show_time(time) for time in (effect.first_seen, effect.last_seen) if time is not None]
        name = "boss_effect_timed" if times else "boss_effect"
        first, last = (times[0], times[-1]) if times else ("", "")
        rows.append(
            "- "
            + phrase(name, language, title=effect.title.get(language), n=effect.count, first=first, last=last)
            + " "
            + cite(effect.evidence)
        )
    said = head.headline(finding, knowledge, language)
    when = f" ({show_time(finding.first_seen)})" if finding.first_seen is not None and effect is None else ""
    sure = phrase(
        f"boss_{report.verdict}" if report.verdict in ("confirmed", "likely", "possible") else "boss_possible",
        language,
    )
    proven = finding.status is Status.CONFIRMED or finding.observed
    rows.append(f"- {sure if proven else phrase('boss_possible', language)} {said}{when} {cite(finding.evidence)}")
    rows += [f"- {line}" for line in head.coverage(report, language) if line][:2]
    step = next((step for _, step in _fixes_of(report, knowledge)), None)
    if report.verdict == "confirmed" and step is not None:
        rows.append("- " + phrase("boss_next", language, what=step.text.get(language)))
    elif report.probes:
        purpose = report.probes[0].purpose
        rows.append(
            "- " + phrase("boss_next", language, what=purpose.get(language) if purpose else report.probes[0].run)
        )
    return rows


def translate(asked: Question) -> list[str] | None:
    """The explanation in the other language, or in the one that was named."""
    low = asked.text.lower()
    other: Language = "en" if asked.language == "zh" else "zh"
    if re.search(r"english|英文|英语", low):
        other = "en"
    elif re.search(r"chinese|中文|汉语|mandarin", low):
        other = "zh"
    return [explain(asked.report, asked.knowledge, other, None).markdown]
