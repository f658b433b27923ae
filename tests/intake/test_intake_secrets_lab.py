"""Every kept log of the lab and of the tests, masked: the diagnosis is the same, and what it rests on is still there."""

from __future__ import annotations

import re
import sys
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "events"))

from reading import events_of
from seed import report_of

from assistant.intake.redact import Redactor
from lab.case import load_all

LOGS = Path(__file__).parents[1] / "logs"
FIELD = re.compile(
    r"(?:^|[._])(?:pid|port|time|duration|size|bytes|path|file|exit_code|errno|status_code|status|code|signal|executable\.name|command|unit|kib)$"
)


@cache
def logs():
    cases = {case.name: case.texts for case in load_all()}
    files = sorted(path for path in LOGS.rglob("*") if path.suffix in {".log", ".txt"} and path.name != "README.md")
    return cases | {
        str(path.relative_to(LOGS)): (path.read_text(encoding="utf-8", errors="replace"),) for path in files
    }


def essence(texts):
    report = report_of(*texts)
    findings = sorted((finding.entry, finding.status, finding.count) for finding in report.findings)
    return report.verdict, report.root_causes, findings


@pytest.mark.parametrize("name", logs())
def test_the_diagnosis_is_the_same(name):
    texts = logs()[name]
    redactor = Redactor()
    masked = tuple(redactor.redact(text) for text in texts)
    assert tuple(map(redactor.restore, masked)) == texts
    if masked != texts:
        assert essence(masked) == essence(texts)


def test_what_a_diagnosis_rests_on_is_still_in_its_line():
    looked = Counter()
    for name, texts in logs().items():
        redactor = Redactor()
        for text in texts:
            lines = text.split("\n")
            for event in events_of(text)[0]:
                record = "\n".join(lines[event.evidence.line - 1 : event.evidence.last])
                wanted = {key: str(value) for key, value in event.attributes.items() if FIELD.search(key)}
                wanted |= {"pid": str(event.pid or ""), "service": event.service}
                masked = redactor.redact(record)
                for key, value in wanted.items():
                    if value and value in record:
                        looked[key] += 1
                        assert value in masked or "/home/" in value, (name, key, value, masked)
    assert looked["pid"] > 500
    assert len(looked) > 10


def test_little_is_masked_in_logs_that_name_nobody():
    """The lab's logs were made with reserved names and addresses; what is masked there is a prompt, an address, a login."""
    kinds = Counter()
    for texts in logs().values():
        redactor = Redactor()
        for text in texts:
            redactor.redact(text)
        kinds.update(token.strip("⟨⟩").partition("-")[0] for token in redactor.values)
    print(dict(kinds))
    assert kinds["secret"] <= 1  # a certificate
    assert not set(kinds) - {"secret", "host", "ip", "user"}
