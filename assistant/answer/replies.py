"""The ways to answer a follow-up question. Each returns Markdown lines, or None when it has nothing to say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.answer import head
from assistant.answer.cite import cite, cited
from assistant.answer.focus import mentions, named_finding
from assistant.answer.glossary import find_terms
from assistant.answer.head import phrase
from assistant.answer.phrases import PHRASES
from assistant.answer.remedy import chain, ineffective, steps
from assistant.answer.story import bullets, say, unknown
from assistant.answer.topics import topics_of
from assistant.answer.writer import changed as changed_lines
from assistant.answer.writer import explain, fixes, unexplained, useless
from assistant.intake import read
from assistant.knowledge.search import search

if TYPE_CHECKING:
    from assistant.answer.followup import Question

MAX_FACTS = 6
SHOWN_LINES = 12
_LINE = re.compile(r"\[?\b(\d+):(\d+)(?:-(\d+))?\]?")
_NUMBER = re.compile(r"(?:lines?|第) ?(\d+)(?:\s*[-到至]\s*(\d+))?")


def whole(asked: Question) -> list[str] | None:
    """The first answer again."""
    return [explain(asked.report, asked.knowledge, asked.language, asked.previous).markdown]


def facts(asked: Question) -> list[str] | None:
    """The facts on the subjects that the question names."""
    rows = _on_topics(asked)
    return rows or None


def _on_topics(asked: Question, *, limit: int = MAX_FACTS) -> list[str]:
    rows: list[str] = []
    for topic in topics_of(asked.text):
        rows += bullets(
            asked.report, topic.facts, asked.language, lambda fact: fact.subject in ("", "all") or "." in fact.kind
        )
        if rows:
            break
    return list(dict.fromkeys(rows))[:limit]


def cause(asked: Question) -> list[str] | None:
    """The verdict with its key facts and what it covers; on a named subject, its facts."""
    named = _on_topics(asked)
    if named and re.search(r"为什么|\bwhy\b|为何", asked.text, re.IGNORECASE):
        return named
    lines, _ = head.verdict_lines(asked.report, asked.knowledge, asked.language)
    if not lines:
        return whole(asked)
    if asked.report.verdict == "confirmed":
        lines += head.coverage(asked.report, asked.language)
        lines += head.first_step(asked.report, asked.knowledge, asked.language)
    elif asked.report.probes:
        lines += head.probe_lines(asked.report.probes[0], asked.language, name="first_look")
    return lines


def timeline(asked: Question) -> list[str] | None:
    """What happened, in order."""
    items = asked.report.timeline
    rows = [f"- {cited(item.text.get(asked.language), [item.evidence])}" for item in items[:20]]
    clocks = {type(item.time).__name__ for item in items if item.time is not None}
    if len(clocks) > 1:
        rows.append("- " + PHRASES["two_clocks"].get(asked.language))
        rows += bullets(asked.report, ("join.kill_after_start", "join.boot_time"), asked.language, lambda _: True)
    return rows or None


def evidence(asked: Question) -> list[str] | None:
    """The lines that prove the root causes, or the first findings, as they stand in the log."""
    wanted = [finding for entry in asked.report.root_causes if (finding := asked.report.finding(entry))] or chain(
        asked.report
    )[:2]
    rows: list[str] = []
    for finding in wanted[:3]:
        rows.append(f"**{finding.title.get(asked.language)}** {cite(finding.evidence)}")
        for item in finding.evidence[:6]:
            first = item.text.split("\n")[0]
            rows.append(f"- `{_code(first)}` {cite([item])}")
    reasons = [
        pair for link in asked.report.links if link.cause in asked.report.root_causes[:1] for pair in link.because
    ]
    rows += dict.fromkeys(f"- {cited(text.get(asked.language), lines)}" for text, lines in reasons)
    return rows or None


def lines(asked: Question) -> list[str] | None:
    """Lines of a source as they stand there."""
    match = _LINE.search(asked.text)
    if match:
        source, first = int(match[1]), int(match[2])
        last = int(match[3] or first)
    else:
        number = _NUMBER.search(asked.text)
        if number is None or not asked.sources:
            return None
        source, first = asked.sources[-1].index, int(number[1])
        last = int(number[2] or first)
    body = next((item for item in asked.sources if item.index == source), None)
    if body is None:
        return None
    rows = []
    for line in read(body):
        if line.last >= first and line.number <= last:
            rows.append(f"- [{source}:{line.number}] `{_code(line.text)}`")
        if line.number > last or len(rows) >= SHOWN_LINES:
            break
    if not rows:
        return [phrase("no_line", asked.language, source=source, line=first)]
    about = [
        f"- {text}"
        for fact in asked.report.facts
        if any(
            item.source == source and item.line <= last and item.last >= first and item.last - item.line < SHOWN_LINES
            for item in fact.evidence
        )
        and (text := say(fact, asked.language))
    ]
    return [*rows, "", *list(dict.fromkeys(about))[:MAX_FACTS]] if about else rows


def confirm(asked: Question) -> list[str] | None:
    """The commands that would decide, best first; for a proven cause, how it is known."""
    rows: list[str] = []
    if asked.report.verdict == "confirmed":
        rows += [line for line in evidence(asked) or [] if line.startswith("**") or "`" in line]
        rows += [line for line in head.coverage(asked.report, asked.language) if line]
    for position, probe in enumerate(asked.report.probes[:3]):
        rows += head.probe_lines(probe, asked.language, name="then_look" if position == 0 else "also_look")
    return rows or None


def fix(asked: Question) -> list[str] | None:
    """What to do, and what not to."""
    rows = fixes(asked.report, asked.knowledge, asked.language)
    bad = useless(asked.report, asked.knowledge, asked.language)
    if not rows and not bad:
        return None
    if asked.report.verdict != "confirmed":
        rows = [PHRASES["fix_unproven"].get(asked.language), *rows]
        if asked.report.probes:
            rows += head.probe_lines(asked.report.probes[0], asked.language, name="first_look")
    return [*rows, *(["", f"**{PHRASES['useless'].get(asked.language)}**", *bad] if bad else [])]


def missing(asked: Question) -> list[str] | None:
    """What the logs leave open, and what would settle it."""
    rows = unknown(asked.report, asked.language)
    rows += unexplained(asked.report, asked.language)
    best = max(
        (link for link in asked.report.links if link.not_proven), key=lambda link: len(link.not_proven), default=None
    )
    if best is not None:
        rows = [line for line in head.coverage(asked.report, asked.language) if line] + rows
    for position, probe in enumerate(asked.report.probes[:2]):
        rows += head.probe_lines(probe, asked.language, name="then_look" if position == 0 else "also_look")
    return rows or [PHRASES["nothing_missing"].get(asked.language)]


def changed(asked: Question) -> list[str] | None:
    """The difference to the report before the last paste."""
    if asked.previous is None or not asked.previous.sources:
        return [PHRASES["only_one"].get(asked.language)]
    return changed_lines(asked.report, asked.previous, asked.language)


def remedy(asked: Question) -> list[str] | None:
    """Whether something would help: what does not comes with its reason, what does with its risk and check."""
    text = asked.text.lower()
    bad = [
        (max((len(word) for word in item.match if word.lower() in text), default=0), item)
        for item in ineffective(asked.report, asked.knowledge)
    ]
    good = []
    for finding in chain(asked.report):
        for spec, step in steps(finding, asked.knowledge.entries[finding.entry], asked.report.facts):
            said = " ".join((step.text.get(asked.language), step.run, step.config))
            good.append((_fits(spec.match, spec.id, said, text), step))
    best_bad = max(bad, key=lambda pair: pair[0], default=(0, None))
    best_good = max(good, key=lambda pair: pair[0], default=(0, None))
    if best_bad[1] is not None and best_bad[0] > 0 and best_bad[0] >= best_good[0]:
        item = best_bad[1]
        name = "no_harm" if item.harmful else "no_help"
        return [
            phrase(name, asked.language, name=item.name.get(asked.language))
            + cited(item.because.get(asked.language), item.evidence)
        ]
    if best_good[1] is not None and best_good[0] > 0:
        step = best_good[1]
        rows = [phrase("yes_help", asked.language) + step.text.get(asked.language)]
        rows += [f"- `{command}`" for command in (step.run, step.config) if command]
        rows.append("- " + phrase("risk", asked.language, risk=PHRASES[step.risk.value].get(asked.language)))
        if step.check:
            rows.append("- " + phrase("check", asked.language, run=step.check))
        return rows
    named = _on_topics(asked)
    if asked.report.verdict == "none" and not named:
        return None
    return [
        PHRASES["remedy_unknown"].get(asked.language),
        *named,
        *fixes(asked.report, asked.knowledge, asked.language)[:3],
    ]


_DESTROYS = re.compile(r"\b(delete|remove|rm|drop|wipe|erase|truncate|kill)\b|删|清空|清掉|杀掉", re.IGNORECASE)
_VERBS = frozenset(
    [
        "will",
        "would",
        "does",
        "should",
        "could",
        "help",
        "helps",
        "fix",
        "solve",
        "cure",
        "work",
        "enough",
        "raise",
        "raising",
        "increase",
        "increasing",
        "more",
        "longer",
        "larger",
        "bigger",
        "higher",
        "adding",
        "just",
        "what",
        "about",
        "this",
        "that",
        "with",
        "then",
        "from",
        "here",
        "have",
        "make",
        "using",
        "restart-only",
        "please",
        "maybe",
        "really",
    ]
)
_WEAK = frozenset(
    [
        "more",
        "less",
        "free",
        "full",
        "disk",
        "file",
        "files",
        "memory",
        "service",
        "server",
        "restart",
        "start",
        "stop",
        "use",
        "limit",
        "size",
        "find",
        "read",
        "see",
        "look",
    ]
)


def _fits(match: tuple[str, ...], name: str, words: str, text: str) -> int:
    """How well a question names a fix: by its own words, else by two words of its id or one that is telling.

    A question that wants to delete something is not answered by a fix that deletes nothing.
    """
    if _DESTROYS.search(text) and not _DESTROYS.search(words):
        return 0
    low = " ".join((words.lower(), name, *match)).lower()
    named_things = [word for word in re.findall(r"[a-z_][\w-]{3,40}", text) if word not in _VERBS]
    if any(word not in low and word.rstrip("s") not in low for word in named_things):
        return 0  # it asks about something else as well: `docker restart` is not the fix that says `docker update`
    named = max((len(word) for word in match if word.lower() in text), default=0)
    parts = [part for part in name.split("-") if len(part) > 2 and mentions(text, part)]  # noqa: PLR2004 - shorter parts are no words
    telling = [part for part in parts if part not in _WEAK]
    return max(named, max(map(len, telling), default=0) if telling else 0, 4 if len(parts) > 1 else 0)


def term(asked: Question) -> list[str] | None:
    """What a word means, and where it stands here."""
    if re.search(r"\b(of|for) (that|the|this|its)\b|它的|该.{1,6}的", asked.text) and re.search(
        r"pid|port|path|url|端口|进程号", asked.text
    ):
        return None  # a value is asked for, not what its name means
    found = find_terms(asked.text, _shown(asked))
    if not found and asked.before and len(asked.text) < 40:  # noqa: PLR2004 - `what does it mean`
        found = find_terms(asked.before, _shown(asked))
    if not found:
        return entry(asked)
    rows = [found[0].get(asked.language)] if len(found) == 1 else [f"- {text.get(asked.language)}" for text in found]
    rows += _on_topics(asked, limit=3)
    return rows


def _shown(asked: Question) -> list[str]:
    """The lines that the report cites: how a number is written there tells which kind it is."""
    return [item.text for finding in asked.report.findings for item in finding.evidence[:6]]


def entry(asked: Question) -> list[str] | None:
    """What the knowledge base says of the entry that the question names, when it is one of this incident."""
    found = named_finding(asked)
    if found is None:
        return None
    words = asked.knowledge.entries[found.entry]
    status = PHRASES[f"status_{found.status.value.replace(' ', '_')}"].get(asked.language)
    rows = [f"**{found.title.get(asked.language)}** ({status}) {cite(found.evidence)}".strip()]
    body = next(iter(words.body.get(asked.language, {}).values()), "")
    return [*rows, body] if body else rows


def nearest(asked: Question, *, nothing_pasted: bool = False) -> list[str]:
    """The rules cannot answer: say so, and show the nearest entries."""
    rows = [PHRASES["nothing_pasted" if nothing_pasted else "cannot"].get(asked.language)]
    found = search(asked.text, asked.knowledge, limit=3)
    if found:
        rows.append(PHRASES["nearest"].get(asked.language))
        rows += [f"- `{item.id}`: {item.title.get(asked.language)}" for item, _ in found]
    if not nothing_pasted:
        rows.append(PHRASES["ask_like"].get(asked.language))
    return rows


def _code(text: str) -> str:
    return text.replace("`", "'").replace("\n", " ⏎ ")[:300]
