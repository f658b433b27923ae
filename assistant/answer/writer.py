"""`explain`: a report as an answer, by rules alone, in the sections of the design.

The first screen holds the verdict, how sure it is, why and what to do now; the rest follows in order of use and does
not repeat it. With a previous report, the answer begins with what changed and tells only what is new.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answer import head
from assistant.answer.changes import Changes, changes
from assistant.answer.cite import cite, cited
from assistant.answer.head import phrase
from assistant.answer.phrases import PHRASES
from assistant.answer.remedy import chain, ineffective, steps
from assistant.answer.shapes import unread
from assistant.answer.story import excluded, say, story, unknown
from assistant.i18n import Language
from assistant.knowledge.entry import Knowledge
from assistant.model import Answer, Fact, Report, Risk, Severity, Status, Step

MAX_UNEXPLAINED = 8
HEADINGS = {"verify": {"en": "Verify", "zh": "验证"}}


def explain(report: Report, knowledge: Knowledge, language: Language, previous: Report | None = None) -> Answer:
    """The answer to "what does this mean?". `previous` is the report before the last paste, if there was one."""
    if not report.sources or all(summary.lines == summary.blank for summary in report.sources):
        return Answer(PHRASES["empty"].get(language), language)
    if report.verdict in ("none", "unknown") and not chain(report):
        return Answer("\n".join(_quiet(report, language)), language)
    difference = changes(previous, report) if previous is not None and previous.sources else None
    lines = _changed(report, difference, language)
    verdict, said = head.verdict_lines(report, knowledge, language, newly=_newly_proven(report, difference))
    lines += verdict
    probe = head.best_probe(report)
    confirmed = report.verdict == "confirmed"
    root = report.finding(report.root_causes[0]) if report.root_causes else None
    if root is not None and root.status is Status.CONFIRMED:
        lines += head.coverage(report, language)
    lines += head.also_seen(report, knowledge, language)
    if confirmed:
        lines += head.first_step(report, knowledge, language)
    if probe is not None:
        lines += head.probe_lines(probe, language, name="then_look" if confirmed else "first_look")
    lines += _sections(report, knowledge, language, difference, said)
    return Answer("\n".join(lines).strip() + "\n", language)


def _sections(
    report: Report, knowledge: Knowledge, language: Language, difference: Changes | None, said: set[str]
) -> list[str]:

    def fresh(fact: Fact) -> bool:
        return difference is None or (fact.kind, fact.subject) in difference.subjects

    confirmed = report.verdict == "confirmed"
    lines = _section("story", story(report, language, fresh, said), language)
    lines += _section("excluded", excluded(report, language, lambda _: True), language)
    if not confirmed:
        lines += _section("causes", _causes(report, knowledge, language), language)
    lines += _section("fixes", fixes(report, knowledge, language), language)
    lines += _section("useless", useless(report, knowledge, language), language)
    if confirmed:
        lines += _section("verify", verify(report, knowledge, language), language)
    lines += _section("missing", _missing(report, language), language)
    return lines


def _section(name: str, rows: Sequence[str], language: Language) -> list[str]:
    return ["", f"## {PHRASES[name].get(language)}", *rows] if rows else []


def changed(report: Report, previous: Report, language: Language) -> list[str]:
    """What the last paste changed, as one paragraph."""
    return _changed(report, changes(previous, report), language, all_findings=True)


def _changed(
    report: Report, difference: Changes | None, language: Language, *, all_findings: bool = False
) -> list[str]:
    if difference is None:
        return []
    rows = []
    named = (
        ("now_confirmed", difference.confirmed),
        ("now_seen", difference.came),
        # once the cause is proven, what it is not stands further down
        ("now_ruled_out", () if _newly_proven(report, difference) and not all_findings else difference.ruled_out),
    )
    for name, findings in named:
        for finding in findings[:4]:
            if (finding.entry in report.root_causes[:1] and not all_findings) or finding.severity < Severity.WARN:
                continue  # the headline says it, or it is normal life
            rows.append(cited(phrase(name, language, title=finding.title.get(language)), finding.evidence))
    rows += [say(fact, language) for fact in report.facts_of("nginx.failed_again") if difference.is_new(fact)]
    if not rows and _newly_proven(report, difference):
        return []
    if not rows:
        text = PHRASES["nothing_new"].get(language)
        repeated = [summary for summary in report.sources if summary.index in difference.new_sources]
        if repeated and all(summary.repeated >= summary.lines - summary.blank for summary in repeated):
            text += " " + PHRASES["all_repeated"].get(language)
        rows.append(text)
    colon, joint = ("：", "；") if language == "zh" else (": ", "; ")
    return [PHRASES["changed"].get(language) + colon + joint.join(rows) + ("。" if language == "zh" else "."), ""]


def _newly_proven(report: Report, difference: Changes | None) -> bool:
    """Whether the last paste turned the root cause into a proven one."""
    if difference is None:
        return False
    return any(finding.entry in report.root_causes[:1] for finding in (*difference.confirmed, *difference.came))


def _causes(report: Report, knowledge: Knowledge, language: Language) -> list[str]:
    rows = []
    for number, finding in enumerate(head.hypotheses(report)[: head.MAX_HYPOTHESES], 1):
        tell = knowledge.entries[finding.entry].tell
        text = f"{number}. **{finding.title.get(language)}**"
        if tell is not None:
            text += ("：" if language == "zh" else ": ") + tell.get(language) + ("。" if language == "zh" else ".")
        rows.append(text)
    return rows


def fixes(report: Report, knowledge: Knowledge, language: Language) -> list[str]:
    """What to do: now, then lasting, each with its command, risk and check."""
    rows: list[str] = []
    seen: set[str] = set()
    number = 0
    ordered = [
        pair for finding in chain(report) for pair in steps(finding, knowledge.entries[finding.entry], report.facts)
    ]
    for _, step in sorted(ordered, key=lambda pair: pair[1].when != "now"):
        if step.id in seen:
            continue
        seen.add(step.id)
        number += 1
        marks = [PHRASES[step.when].get(language)]
        if step.risk is not Risk.READ_ONLY:
            marks.append(PHRASES[step.risk.value].get(language))
        rows.append(f"{number}. " + _step(step, marks, language))
    return rows


def _step(step: Step, marks: list[str], language: Language) -> str:
    chinese = language == "zh"
    text = f"（{'，'.join(marks)}）" if chinese else f"({', '.join(marks)}) "
    text += step.text.get(language)
    for command in (step.run, step.config):
        if command:
            text += ("：" if chinese else ": ") + f"`{command}`"
    tail = []
    if step.save_first is not None:
        tail.append(phrase("save_first", language, what=step.save_first.get(language)))
    if step.check:
        tail.append(phrase("check", language, run=step.check))
    return text + "".join(("；" if chinese else "; ") + item for item in tail)


def useless(report: Report, knowledge: Knowledge, language: Language) -> list[str]:
    """What does not help here, and why."""
    colon = "：" if language == "zh" else ": "
    rows = []
    for item in ineffective(report, knowledge):
        harm = PHRASES["harmful_mark"].get(language) if item.harmful else ""
        rows.append(f"- {item.name.get(language)}{harm}{colon}{cited(item.because.get(language), item.evidence)}")
    return rows


def verify(report: Report, knowledge: Knowledge, language: Language) -> list[str]:
    """How to see that a fix worked, from the root cause's entry."""
    for entry in report.root_causes[:1]:
        text = knowledge.entries[entry].body.get(language, {}).get(HEADINGS["verify"][language], "")
        if text:
            return text.split("\n")
    return []


def _missing(report: Report, language: Language) -> list[str]:
    rows = unknown(report, language)
    for probe in report.probes[1:3]:
        purpose = probe.purpose.get(language) if probe.purpose else ""
        colon = "：" if language == "zh" else ": "
        rows.append(f"- {purpose}{colon}`{probe.run}`" if purpose else f"- `{probe.run}`")
    rows += unexplained(report, language)
    rows += unread(report, language)
    return rows


def unexplained(report: Report, language: Language) -> list[str]:
    """Error records that no entry knows: shown, never hidden."""
    rows = []
    for fact in report.facts_of("log.unexplained"):
        count = fact.attributes["count"]
        rows.append("- " + phrase("unknown_errors", language, count=count if isinstance(count, int) else 0))
        rows += [f"  - `{_code(item.text)}` {cite([item])}" for item in fact.evidence[:MAX_UNEXPLAINED]]
    return rows


def _code(text: str) -> str:
    """Log text as inline code: no line break, no backtick that could end it."""
    return text.replace("`", "'").replace("\n", " ⏎ ")[:160]


def _quiet(report: Report, language: Language) -> list[str]:
    lines = sum(summary.lines for summary in report.sources)
    formats: dict[str, int] = {}
    for summary in report.sources:
        for name, count in summary.formats:
            formats[name] = formats.get(name, 0) + count
    shown = ", ".join(f"{name} {count}" for name, count in formats.items()) or "-"
    rows = []
    if report.verdict == "none":
        rows += [PHRASES["none"].get(language) + " " + phrase("none_looked", language, lines=lines, formats=shown)]
        seen = [finding for finding in report.findings if finding.observed and finding.severity < Severity.WARN]
        for finding in seen[:6]:
            if finding.status is not Status.RULED_OUT:
                rows.append(f"- {finding.title.get(language)} {cite(finding.evidence)}")
        rows += unread(report, language)
        return rows
    unknown = {"lines": lines, "unread": report.unrecognised} if report.unrecognised else {"lines": lines}
    rows += [
        PHRASES["unknown"].get(language)
        + " "
        + phrase("unknown_format" if report.unrecognised else "unknown_entry", language, **unknown)
    ]
    return rows + unexplained(report, language) + unread(report, language)
