"""What a question is about: the finding it names, the one that `it` stands for, or the main one of the report."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.model import Finding, Report, Status

if TYPE_CHECKING:
    from assistant.answer.followup import Question

_PRONOUN = re.compile(
    r"\b(it|its|he|that|this|they|them|those|these)\b|它|他|这个|那个|该进程|它们|这些|那些", re.IGNORECASE
)
_SHORT = 3  # characters of a name in Latin script that mean something


def mentions(text: str, name: str) -> bool:
    """Whether a name stands in the text: whole words in Latin script, anywhere in Chinese."""
    if not name or (name.isascii() and len(name) < _SHORT):
        return False
    if name.isascii():
        return re.search(rf"(?<![a-z0-9_]){re.escape(name.lower())}(?![a-z0-9_])", text.lower()) is not None
    return name in text


def named_finding(asked: Question, text: str = "") -> Finding | None:
    """The finding that the question names by its title, its id or one of its keywords; the longest name wins."""
    best: tuple[int, Finding] | None = None
    for finding in asked.report.findings:
        words = asked.knowledge.entries[finding.entry]
        names = (
            words.title.get(asked.language),
            finding.entry,
            finding.entry.rpartition("/")[2].replace("-", " "),
            *words.keywords,
        )
        size = max((len(name.encode()) for name in names if mentions(text or asked.text, name)), default=0)
        if size and (best is None or (size, finding.observed) > (best[0], best[1].observed)):
            best = (size, finding)
    return best[1] if best else None


def focus(asked: Question) -> Finding | None:
    """The finding a question is about; without a name, what the question before was about, then the main one."""
    found = named_finding(asked)
    if found is not None and found.observed:
        return found
    if asked.before and _PRONOUN.search(asked.text):
        found = named_finding(asked, asked.before)
        if found is not None and found.observed:
            return found
    return main(asked)


def main(asked: Question) -> Finding | None:
    """The root cause that was seen; else the symptom that was seen most."""
    return main_of(asked.report)


def main_of(report: Report) -> Finding | None:
    """The same of a report."""
    for entry in report.root_causes:
        finding = report.finding(entry)
        if finding is not None and finding.observed:
            return finding
    seen = [item for item in report.findings if item.observed and item.status is not Status.RULED_OUT]
    return max(seen, key=lambda item: (item.severity, item.count), default=None)


def symptoms(asked: Question) -> list[Finding]:
    """What was seen and must have had a cause: the most severe first, then what came most often."""
    return symptoms_of(asked.report)


def symptoms_of(report: Report) -> list[Finding]:
    """The same of a report."""
    seen = [item for item in report.findings if item.observed and item.count and item.status is not Status.RULED_OUT]
    return sorted((item for item in seen if item.symptom), key=_rank) or sorted(seen, key=_rank)


def _rank(finding: Finding) -> tuple[int, int]:
    return (-finding.severity, -finding.count)
