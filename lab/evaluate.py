"""Whether the assistant's answers to the cases are right: causes, cited lines, forbidden claims, false alarms."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answer import explain
from assistant.config import Settings
from assistant.diagnosis import analyse
from assistant.i18n import Language
from assistant.intake import make_source
from assistant.knowledge.entry import Knowledge
from assistant.model import Report, Severity, Source, Status
from lab.case import Case

LANGUAGES: tuple[Language, ...] = ("en", "zh")
_CITATION = re.compile(r"\[(\d+):(\d[\d,-]*)\]")
# what stands in these sections stands there to be refused, not claimed
_REFUSED = re.compile(
    r"^## (?:What does not help|Ruled out by the log|What is still unknown|没有用或有害的做法|由日志排除的|还不知道的)"
)


@dataclass(frozen=True, slots=True)
class Score:
    """How one answer did. Every list names what was wrong; an empty one is right."""

    case: Case
    answers: tuple[str, ...]  # entries, the first answer first
    first: bool
    among_three: bool
    uncited: tuple[str, ...]
    unsaid: tuple[str, ...]
    claimed: tuple[str, ...]
    false_alarms: tuple[str, ...]

    @property
    def right(self) -> bool:
        """Nothing at all is wrong."""
        return self.first and not (self.uncited or self.unsaid or self.claimed or self.false_alarms)


def sources_of(case: Case) -> list[Source]:
    """The case's logs, as pastes."""
    pairs = zip(case.logs, case.texts, strict=True)
    return [make_source(number, name, text, is_paste=True) for number, (name, text) in enumerate(pairs, 1)]


def answers_of(report: Report) -> tuple[str, ...]:
    """The entries that the report names as the cause, best first.

    Without a root cause it is what was seen and serious: "the upstream refused the connection; nothing here says why".
    """
    seen = [
        finding.entry
        for finding in report.findings
        if finding.observed and finding.severity >= Severity.WARN and finding.status is not Status.RULED_OUT
    ]
    open_causes = [
        finding.entry for finding in report.findings if not finding.observed and finding.status is Status.POSSIBLE
    ]
    return tuple(dict.fromkeys([*report.root_causes, *seen, *open_causes]))


def score(case: Case, knowledge: Knowledge) -> Score:
    """The rules' answer to one case, in both languages."""
    sources = sources_of(case)
    report = analyse(sources, knowledge)
    texts = {language: explain(report, knowledge, language).markdown for language in LANGUAGES}
    return judge(case, report, texts)


def score_model(case: Case, knowledge: Knowledge, settings: Settings, language: Language) -> Score:
    """A model's answer to one case, in one language; what it says is judged like the rules' own words.

    Raises ModelError when the model cannot be reached, or what it wrote is no answer.
    """
    from assistant.llm import answer_with_model  # noqa: PLC0415 - only with a model

    sources = sources_of(case)
    report = analyse(sources, knowledge)
    rules = explain(report, knowledge, language)
    pieces = answer_with_model(settings.model, report, knowledge, language, "", rules, (), sources, settings.redact)
    return judge(case, report, {language: "".join(pieces)})


def judge(case: Case, report: Report, texts: dict[Language, str]) -> Score:
    """Any answers to a case, whoever wrote them; the report gives the order of causes."""
    answers = answers_of(report)
    uncited, unsaid, claimed = [], [], []
    for language, text in texts.items():
        lines = "\n".join(_cited_lines(case, text))
        uncited += [f"{language}: {wanted}" for wanted in case.cite if wanted not in lines]
        unsaid += [f"{language}: {wanted}" for wanted in case.say if wanted not in text]
        said = _without_refusals(text).casefold()
        claimed += [f"{language}: {word}" for word in case.never if word.casefold() in said]
    sure = {
        finding.entry
        for finding in report.findings
        if finding.observed and finding.status in (Status.CONFIRMED, Status.LIKELY)
    }
    claimed += [entry for entry in case.not_root if entry in sure or entry in report.root_causes]
    if case.healthy:
        alarms = tuple(_alarms(report))
        return Score(case, answers, not alarms, not alarms, (), tuple(unsaid), tuple(claimed), alarms)
    return Score(
        case,
        answers,
        bool(answers) and answers[0] in case.root,
        any(answer in case.root for answer in answers[:3]),
        tuple(uncited),
        tuple(unsaid),
        tuple(claimed),
        (),
    )


def _alarms(report: Report) -> list[str]:
    """What a healthy log was accused of."""
    found = [finding.entry for finding in report.findings if finding.observed and finding.severity >= Severity.WARN]
    return found if found or report.verdict == "none" else [f"verdict {report.verdict}"]


def _cited_lines(case: Case, text: str) -> list[str]:
    """The lines of the logs that an answer cites."""
    logs = [body.split("\n") for body in case.texts]
    found = []
    for source, ranges in _CITATION.findall(text):
        lines = logs[int(source) - 1] if 0 < int(source) <= len(logs) else []
        for part in ranges.split(","):
            first, _, last = part.partition("-")
            if first:
                found += lines[int(first) - 1 : int(last or first)]
    return found


def _without_refusals(text: str) -> str:
    kept, refused = [], False
    for line in text.split("\n"):
        if line.startswith("## "):
            refused = _REFUSED.match(line) is not None
        if not refused:
            kept.append(line)
    return "\n".join(kept)


def table(scores: Sequence[Score], *, verbose: bool = True) -> str:
    """All scores, one line each, and the totals by part."""
    rows = []
    for item in scores:
        wrong = [
            *([] if item.first else [f"first answer {item.answers[0] if item.answers else '-'}"]),
            *(f"not cited: {text}" for text in item.uncited),
            *(f"not said: {text}" for text in item.unsaid),
            *(f"CLAIMED: {text}" for text in item.claimed),
            *(f"FALSE ALARM: {text}" for text in item.false_alarms),
        ]
        if verbose or wrong:
            rows.append(f"{'ok  ' if item.right else 'BAD '} {item.case.name:44} {'; '.join(wrong)}".rstrip())
    for part in ("tuned", "unseen"):
        rows += _totals(part, [item for item in scores if item.case.part == part])
    return "\n".join(rows)


def _totals(part: str, scores: list[Score]) -> list[str]:
    if not scores:
        return [f"{part}: no cases"]
    faults = [item for item in scores if not item.case.healthy]
    healthy = [item for item in scores if item.case.healthy]

    def share(right: int, of: list[Score]) -> str:
        return f"{right}/{len(of)}" + (f" ({100 * right / len(of):.1f} %)" if of else "")

    return [
        f"{part}: {len(faults)} faults, {len(healthy)} healthy",
        f"  root cause right as first answer   {share(sum(item.first for item in faults), faults)}",
        f"  root cause among the first three   {share(sum(item.among_three for item in faults), faults)}",
        f"  everything that must be cited      {share(sum(not item.uncited for item in faults), faults)}",
        f"  everything that must be said       {share(sum(not item.unsaid for item in faults), faults)}",
        f"  answers with a forbidden claim     {share(sum(bool(item.claimed) for item in scores), scores)}",
        f"  healthy cases with a false alarm   {share(sum(bool(item.false_alarms) for item in healthy), healthy)}",
    ]
