"""The log lines that prove a report, each once, the most telling first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from assistant.errors import UnreadableInput
from assistant.intake.reading import read
from assistant.model import Evidence, Report, Source, Status

_LINE = 330  # characters; a line is known by its beginning, and by its end when it is long
_END = 40
_PER_CLAIM = 6  # lines of one claim in the first round
_MOST = 60  # lines in all
_FAR = 200_000  # lines; evidence further down than this is not worth reading a file again for


def excerpts(report: Report, sources: Sequence[Source]) -> Iterator[str]:
    """`[2:3] text` lines: of root causes, of links, of other findings, of what refutes the ruled-out ones."""
    chosen = list(islice(_chosen(report), _MOST))
    missing = {(item.source, item.line) for item in chosen if not item.text}
    texts = _read(missing, sources)
    for item in chosen:
        text = item.text or texts.get((item.source, item.line), "")
        if text:
            yield f"[{item.source}:{item.line}] {shorten(text)}"


def shorten(text: str) -> str:
    """A line of bounded length that is still one line."""
    line = " ".join(text.split())
    return line if len(line) <= _LINE else f"{line[: _LINE - _END]} … {line[-_END:]}"


def _chosen(report: Report) -> Iterator[Evidence]:
    claims = list(_claims(report))
    seen: set[tuple[int, int]] = set()
    for part in (slice(0, _PER_CLAIM), slice(_PER_CLAIM, None)):
        for claim in claims:
            for item in claim[part]:
                if (item.source, item.line) not in seen:
                    seen.add((item.source, item.line))
                    yield item


def _claims(report: Report) -> Iterator[Sequence[Evidence]]:
    roots = [finding for name in report.root_causes if (finding := report.finding(name))]
    yield from (finding.evidence for finding in roots)
    for link in report.links:
        for statement in (link.because, link.covers, link.not_proven):
            yield from (evidence for _, evidence in statement)
    others = sorted(report.findings, key=lambda each: (each.status is Status.RULED_OUT, -each.severity))
    yield from (finding.evidence for finding in others if finding not in roots)
    yield from ((template.first,) for template in report.templates)
    yield from (fact.evidence for fact in report.facts)


def _read(wanted: set[tuple[int, int]], sources: Sequence[Source]) -> dict[tuple[int, int], str]:
    found: dict[tuple[int, int], str] = {}
    for source in sources:
        numbers = {line for index, line in wanted if index == source.index and line <= _FAR}
        if not numbers:
            continue
        last = max(numbers)
        try:
            for line in read(source):
                if line.number in numbers:
                    found.setdefault((source.index, line.number), line.text)
                if line.number >= last:
                    break
        except UnreadableInput:  # the file is gone; the report was made while it was there
            continue
    return found
