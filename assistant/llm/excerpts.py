"""The log lines that prove a report, each once, the most telling first: `proofs` of root causes, then `excerpts`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from assistant.errors import UnreadableInput
from assistant.intake.reading import read
from assistant.model import Evidence, Report, Source, Status

_LINE = 330  # characters; a line is known by its beginning, and by its end when it is long
_END = 40
_PER_CLAIM = 6  # lines of one claim in the first round
_MOST_PROOFS = 30  # lines of root causes
_MOST = 60  # other lines
_FAR = 200_000  # lines; evidence further down than this is not worth reading a file again for


def proofs(report: Report, sources: Sequence[Source]) -> Iterator[str]:
    """`[2:3] text` lines of the root causes, the first ones of each before the rest of any."""
    yield from _rows(list(islice(_chosen(list(_roots(report)), set()), _MOST_PROOFS)), sources)


def excerpts(report: Report, sources: Sequence[Source]) -> Iterator[str]:
    """`[2:3] text` lines: of links, of other findings, of what refutes the ruled-out ones, of shapes and facts."""
    shown = {(item.source, item.line) for item in islice(_chosen(list(_roots(report)), set()), _MOST_PROOFS)}
    yield from _rows(list(islice(_chosen(list(_claims(report)), shown), _MOST)), sources)


def shorten(text: str) -> str:
    """A line of bounded length that is still one line; of several, the first and the last."""
    lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    if len(lines) > 1:
        return f"{_ends(lines[0], _LINE // 2)} … {_ends(lines[-1], _LINE // 2)}"
    return _ends(lines[0], _LINE) if lines else ""


def _ends(line: str, limit: int) -> str:
    return line if len(line) <= limit else f"{line[: limit - _END]} … {line[-_END:]}"


def _rows(chosen: Sequence[Evidence], sources: Sequence[Source]) -> Iterator[str]:
    texts = _read({(item.source, item.line) for item in chosen if not item.text}, sources)
    for item in chosen:
        text = item.text or texts.get((item.source, item.line), "")
        if text:
            yield f"[{item.source}:{item.line}] {shorten(text)}"


def _chosen(claims: Sequence[Sequence[Evidence]], seen: set[tuple[int, int]]) -> Iterator[Evidence]:
    for part in (slice(0, _PER_CLAIM), slice(_PER_CLAIM, None)):
        for claim in claims:
            for item in claim[part]:
                if (item.source, item.line) not in seen:
                    seen.add((item.source, item.line))
                    yield item


def _roots(report: Report) -> Iterator[Sequence[Evidence]]:
    yield from (found.evidence for name in report.root_causes if (found := report.finding(name)))


def _claims(report: Report) -> Iterator[Sequence[Evidence]]:
    yield from _roots(report)  # what there was no room for
    for link in report.links:
        for statement in (link.because, link.covers, link.not_proven):
            yield from (evidence for _, evidence in statement)
    others = sorted(report.findings, key=lambda each: (each.status is Status.RULED_OUT, -each.severity))
    yield from (finding.evidence for finding in others if finding.entry not in report.root_causes)
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
