"""The first screen: the verdict, how sure it is, why, and what to do now."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answer.cite import cite, cited
from assistant.answer.phrases import PHRASES
from assistant.answer.remedy import chain, steps
from assistant.answer.story import say
from assistant.fill import complete, fill
from assistant.i18n import Language, Text
from assistant.knowledge.entry import Knowledge
from assistant.model import Evidence, Finding, Link, Probe, Report, Status

MAX_KEY_FACTS = 4
MAX_HYPOTHESES = 5
MAX_ALSO = 4


def phrase(name: str, language: Language, /, **values: str | int) -> str:
    """One of the fixed phrases, filled."""
    return fill(PHRASES[name].get(language), values, language, ours=True)[0]


def headline(finding: Finding, knowledge: Knowledge, language: Language) -> str:
    """The entry's headline with its values; its title when a value is missing."""
    template = knowledge.entries[finding.entry].headline
    if template is not None and complete(template.get(language), finding.facts):
        return fill(template.get(language), finding.facts, language)[0]
    return finding.title.get(language)


def verdict_lines(
    report: Report, knowledge: Knowledge, language: Language, *, newly: bool = False
) -> tuple[list[str], set[str]]:
    """The verdict with its key facts; also the kinds of facts that were said."""
    if not report.root_causes:
        return _without_root(report, knowledge, language), set()
    root = report.finding(report.root_causes[0])
    if root is None:  # a root cause is always a finding of the same report
        return [], set()
    first = headline(root, knowledge, language)
    name = ("confirmed_now" if newly else "confirmed") if report.verdict == "confirmed" else "likely"
    lines = [f"**{phrase(name, language, headline=first)}** {cite(root.evidence)}"]
    said: set[str] = set()
    if root.status is Status.CONFIRMED:
        if report.verdict != "confirmed":
            lines.append(phrase("likely_confirmed", language, title=root.title.get(language)))
        for kind in knowledge.entries[root.entry].key_facts[: MAX_KEY_FACTS + 4]:
            for fact in report.facts_of(kind)[:1]:
                text = say(fact, language)
                if text and len(said) < MAX_KEY_FACTS:
                    said.add(kind)
                    lines.append(f"- {text}")
        lines += _more_roots(report, knowledge, language)
    else:
        lines += _open_causes(report, root, language)
    return lines, said


def _more_roots(report: Report, knowledge: Knowledge, language: Language) -> list[str]:
    found = []
    for entry in report.root_causes[1:4]:
        finding = report.finding(entry)
        if finding is not None and finding.status is Status.CONFIRMED:
            text = phrase("confirmed_more", language, headline=headline(finding, knowledge, language))
            found.append(f"- {text} {cite(finding.evidence)}")
    return found


def hypotheses(report: Report) -> list[Finding]:
    """The causes that are still open, likeliest first."""
    return [finding for finding in report.findings if not finding.observed and finding.status is Status.POSSIBLE]


def _open_causes(report: Report, root: Finding, language: Language) -> list[str]:
    titles = [finding.title.get(language) for finding in hypotheses(report)[:3]]
    if not titles:
        return [phrase("likely_alone", language)]
    joint = "；" if language == "zh" else "; "
    return [
        phrase("likely_cause", language, title=root.title.get(language))
        + (" " if language == "en" else "")
        + joint.join(titles)
        + ("。" if language == "zh" else ".")
    ]


def _without_root(report: Report, knowledge: Knowledge, language: Language) -> list[str]:
    serious = chain(report)
    if not serious:
        return []
    top = serious[0]
    lines = [f"**{headline(top, knowledge, language)}** {cite(top.evidence)}"]
    titles = [finding.title.get(language) for finding in hypotheses(report)[:3]]
    if titles:
        joint, end = ("；", "。") if language == "zh" else ("; ", ".")
        lines.append(phrase("possible", language) + (" " if language == "en" else "") + joint.join(titles) + end)
    elif top.symptom:
        lines.append(phrase("no_cause", language))
    return lines


def also_seen(report: Report, knowledge: Knowledge, language: Language) -> list[str]:
    """What else fired and is neither the headline nor an effect of it: unexplained, it may be the very cause."""
    told = set(report.root_causes) | {finding.entry for finding in chain(report)[:1]}
    effects = {link.effect for link in report.links if link.status in (Status.CONFIRMED, Status.LIKELY)}
    rows = [
        f"- {headline(finding, knowledge, language)} {cite(finding.evidence)}"
        for finding in chain(report)
        if finding.entry not in told | effects
    ]
    return ["", PHRASES["also"].get(language), *rows[:MAX_ALSO]] if rows else []


def coverage(report: Report, language: Language) -> list[str]:
    """Which failures the root cause explains, and which it does not."""
    best = _widest(report, [link for link in report.links if link.cause in report.root_causes[:1]])
    if best is None or report.finding(best.cause) is None:
        return []
    effect = report.finding(best.effect)
    if best.status is Status.POSSIBLE and effect is not None:
        title = effect.title.get(language)
        text = phrase("covers_possible", language, title=title)
        colon, end = ("：", "。") if language == "zh" else (": ", ".")
        return ["", f"{phrase('covers', language)}{colon}{text}{end} {cite(effect.evidence)}"]
    if not best.covers and not best.not_proven:
        return []
    colon, end = ("：", "。") if language == "zh" else (": ", ".")
    parts = []
    if effect is not None and not _clocks((*best.covers, *best.not_proven), language):
        # nothing there has a time: the effect is named, not its moments
        name = "covers_title" if best.covers else "covers_possible"
        text = phrase(name, language, title=effect.title.get(language))
        return ["", f"{phrase('covers', language)}{colon}{text}{end} {cite(effect.evidence)}"]
    if best.covers:
        name = "covers_confirmed" if best.status is Status.CONFIRMED else "covers_likely"
        covered = phrase(name, language, times=_clocks(best.covers, language))
        if len(best.timing) == 1:
            why, lines = best.timing[0]
            covered += f" ({why.en})" if language == "en" else f"（{why.zh}）"
            parts.append(cited(covered, [*lines, *_lines(best.covers)]))
        else:
            parts.append(cited(covered, _lines(best.covers)))
    if best.not_proven:
        parts.append(
            cited(phrase("covers_not", language, times=_clocks(best.not_proven, language)), _lines(best.not_proven))
        )
    return ["", phrase("covers", language) + colon + ("；" if language == "zh" else "; ").join(parts) + end]


def _widest(report: Report, links: Sequence[Link]) -> Link | None:
    """The link to what the user came with: a symptom of the earliest paste, of several the one with most failures."""
    effects = {finding.entry: finding for finding in report.findings}
    symptoms = [link for link in links if effects[link.effect].symptom] or list(links)

    def rank(link: Link) -> tuple[int, int, str]:
        evidence = effects[link.effect].evidence
        return evidence[0].source if evidence else 0, -len(link.covers) - len(link.not_proven), link.effect

    return min(symptoms, key=rank, default=None)


def _clocks(reasons: Sequence[tuple[Text, tuple[Evidence, ...]]], language: Language) -> str:
    clocks = []
    for text, _ in reasons:
        words = text.get(language).split(" ")
        clocks.append(words[1][:8] if len(words) > 1 and ":" in words[1] else text.get(language))
    return ("、" if language == "zh" else ", ").join(clock for clock in dict.fromkeys(clocks) if clock)


def _lines(reasons: Sequence[tuple[Text, tuple[Evidence, ...]]]) -> list[Evidence]:
    return [item for _, evidence in reasons for item in evidence[:1]]


def best_probe(report: Report) -> Probe | None:
    """The probe that would decide most."""
    return report.probes[0] if report.probes else None


def probe_lines(probe: Probe, language: Language, *, name: str) -> list[str]:
    """A probe as a command with what each outcome would mean."""
    purpose = probe.purpose.get(language) if probe.purpose else ""
    lines = [
        "",
        phrase(name, language, purpose=purpose, risk=PHRASES[probe.risk.value].get(language)),
        "```bash",
        probe.run,
        "```",
    ]
    arrow = " → "
    outcomes = [f"{item.see.get(language)}{arrow}{item.means.get(language)}" for item in probe.outcomes]
    if outcomes:
        lines.append(("；" if language == "zh" else "; ").join(outcomes) + ("。" if language == "zh" else "."))
    return lines


def first_step(report: Report, knowledge: Knowledge, language: Language) -> list[str]:
    """What to do now, in a few words."""
    briefs = []
    for entry in report.root_causes[:1]:
        finding = report.finding(entry)
        if finding is None or finding.status is not Status.CONFIRMED:
            continue
        for spec, _ in steps(finding, knowledge.entries[entry], report.facts):
            if spec.brief is not None and spec.when == "now":
                briefs.append(spec.brief.get(language))
    if not briefs:
        return []
    joint = "；" if language == "zh" else "; "
    return ["", phrase("first_do", language, brief=joint.join(briefs[:2]))]
