"""The report and its answer as one JSON object, as described by `report.schema.json`."""

from __future__ import annotations

from assistant.answer.cite import cite
from assistant.answer.remedy import ineffective, steps
from assistant.clock import Time
from assistant.facts.builder import sentences
from assistant.fill import fill
from assistant.i18n import Language, Text
from assistant.knowledge.entry import Knowledge
from assistant.model import Answer, Attributes, Evidence, Fact, Finding, Link, Report, Severity, Value

_SEVERITY = ((Severity.CRIT, "critical"), (Severity.ERROR, "error"), (Severity.WARN, "warning"))


def to_json(
    report: Report, knowledge: Knowledge, language: Language, answer: Answer | None = None
) -> dict[str, object]:
    """The whole report, ready for json.dumps."""
    names = {summary.index: summary.name for summary in report.sources}
    return {
        "schema": 1,
        "language": language,
        "sources": [
            {
                "name": summary.name,
                "lines": summary.lines,
                "format": summary.formats[0][0] if summary.formats else "unknown",
                "formats": dict(summary.formats),
                "unrecognised": summary.unrecognised,
                "repeated": summary.repeated,
                "first_time": _value(summary.first_time),
                "last_time": _value(summary.last_time),
            }
            for summary in report.sources
        ],
        "verdict": report.verdict,
        "root_causes": list(report.root_causes),
        "findings": [_finding(finding, report, knowledge, language, names) for finding in report.findings],
        "links": [_link(link, language) for link in report.links],
        "facts": [_fact(fact, language, names) for fact in report.facts],
        "probes": [
            {
                "run": probe.run,
                "risk": probe.risk.value,
                "decides": list(probe.decides),
                "entry": probe.entry,
                "purpose": probe.purpose.get(language) if probe.purpose else None,
                "missing": list(probe.missing),
                "outcomes": [
                    {"see": item.see.get(language), "means": item.means.get(language)} for item in probe.outcomes
                ],
            }
            for probe in report.probes
        ],
        "timeline": [
            {
                "time": _value(item.time),
                "text": item.text.get(language),
                "source": names.get(item.evidence.source, ""),
                "line": item.evidence.line,
            }
            for item in report.timeline
        ],
        "unrecognised": {
            "lines": report.unrecognised,
            "templates": [
                {
                    "text": item.text,
                    "count": item.count,
                    "source": names.get(item.first.source, ""),
                    "line": item.first.line,
                    "last_line": item.last.line,
                    "error": item.error,
                    "burst": item.burst,
                    "burst_time": _value(item.burst_time),
                }
                for item in report.templates
            ],
        },
        "answer": answer.markdown if answer else None,
    }


def severity_name(severity: Severity) -> str:
    """critical, error, warning or info."""
    return next((name for limit, name in _SEVERITY if severity >= limit), "info")


def _finding(
    finding: Finding, report: Report, knowledge: Knowledge, language: Language, names: dict[int, str]
) -> dict[str, object]:
    entry = knowledge.entries[finding.entry]
    mine = {item.id for item in entry.ineffective}
    return {
        "entry": finding.entry,
        "title": finding.title.get(language),
        "status": finding.status.value,
        "observed": finding.observed,
        "severity": severity_name(finding.severity),
        "count": finding.count,
        "weight": round(finding.weight, 3),
        "first_seen": _value(finding.first_seen),
        "last_seen": _value(finding.last_seen),
        "facts": _attributes(finding.facts),
        "because": [text.get(language) for text in finding.because],
        "evidence": [_evidence(item, names) for item in finding.evidence],
        "fixes": [step.text.get(language) for _, step in steps(finding, entry, report.facts)]
        if finding.observed
        else [],
        "ineffective": [
            f"{item.name.get(language)}: {item.because.get(language)}"
            for item in ineffective(report, knowledge)
            if item.id in mine and finding.observed
        ],
        "probes": [probe.run for probe in report.probes if probe.entry == finding.entry],
    }


def _evidence(item: Evidence, names: dict[int, str]) -> dict[str, object]:
    return {"source": names.get(item.source, str(item.source)), "line": item.line, "last": item.last, "text": item.text}


def _link(link: Link, language: Language) -> dict[str, object]:
    def told(reasons: tuple[tuple[Text, tuple[Evidence, ...]], ...]) -> list[str]:
        return [f"{text.get(language)} {cite(evidence)}".strip() for text, evidence in reasons]

    return {
        "cause": link.cause,
        "effect": link.effect,
        "status": link.status.value,
        "because": told(link.because),
        "covers": told(link.covers),
        "not_proven": told(link.not_proven),
    }


def _fact(fact: Fact, language: Language, names: dict[int, str]) -> dict[str, object]:
    sentence = sentences().get(fact.kind)
    text = fill(sentence.get(language), fact.attributes, language)[0] if sentence else fact.kind
    return {
        "kind": fact.kind,
        "grade": fact.grade.value,
        "subject": fact.subject,
        "text": text,
        "attributes": _attributes(fact.attributes),
        "evidence": [_evidence(item, names) for item in fact.evidence],
    }


def _attributes(attributes: Attributes) -> dict[str, object]:
    return {name: _value(value) for name, value in attributes.items()}


def _value(value: Value) -> object:
    if isinstance(value, Time):
        return value.iso()
    if isinstance(value, tuple):
        return [_value(item) for item in value]
    return value
