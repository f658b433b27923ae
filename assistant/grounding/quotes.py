"""What a text quotes from the logs, and the lines that it cites: do they exist, and do they say it?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.grounding.citations import citations
from assistant.grounding.claims import Claim, Verdict
from assistant.grounding.ground import Ground, Statement
from assistant.grounding.passages import Passage, Sentence
from assistant.grounding.value import Kind, Value
from assistant.grounding.values import values
from assistant.i18n import Text
from assistant.model import Evidence

_LEAST = 12  # characters of a quotation
_WORDS = 2  # words of a quotation in inline code
_TOKEN = re.compile(r"[A-Za-z0-9]{2,}|[㐀-鿿]+")
_MASK = re.compile(r"⏎|…|\.\.\.|\bx{3,}\b|【[^】]*】|<[^<>]{1,40}>|\*{3,}")
_NOT_SAID = Text("no line says this", "没有哪一行这样写")
_NO_LINE = Text("there is no such line", "没有这一行")
_OTHER_LINE = Text("the line cited does not show it", "引用的行看不出这一点")
_APART = Text("this line is not of that address or time", "这一行不属于那个地址或时间")


def of_block(passage: Passage, ground: Ground) -> Iterator[Claim]:
    """Each line of a block of log, looked for in the logs; an address or time above it must be the line's own."""
    scope = _scope(passage)
    offset = passage.start
    for raw in passage.text.splitlines(keepends=True):
        line = raw.strip()
        start = offset + raw.find(line) if line else offset
        offset += len(raw)
        if len(line) < _LEAST:
            continue
        places = find(line, ground)
        if not places:
            yield Claim("quote", line, start, start + len(line), Verdict.UNSUPPORTED, _NOT_SAID)
        elif scope and not any(_fits(ground.lines[place], scope) for place in places):
            yield Claim(
                "quote", line, start, start + len(line), Verdict.CONTRADICTED, _APART, _evidence(places, ground)
            )
        else:
            fitting = [place for place in places if _fits(ground.lines[place], scope)]
            yield Claim("quote", line, start, start + len(line), Verdict.SUPPORTED, None, _evidence(fitting, ground))


def of_inline(text: str, start: int, ground: Ground) -> Claim | None:
    """A quotation in inline code; None when it is too short to be one, or when entries and facts say it."""
    if len(text) < _LEAST:
        return None
    places = find(text, ground)
    if not places and len(text.split()) < _WORDS:
        return None
    if places:
        return Claim("quote", text, start, start + len(text), Verdict.SUPPORTED, None, _evidence(places, ground))
    plain = _plain(text)
    if any(plain in _plain(statement.text) for statement in ground.statements):
        return Claim("quote", text, start, start + len(text), Verdict.SUPPORTED)
    return Claim("quote", text, start, start + len(text), Verdict.UNSUPPORTED, _NOT_SAID)


def find(quotation: str, ground: Ground) -> list[tuple[int, int]]:
    """The lines that hold a quotation; what is left out or masked in it may be anything."""
    parts = [_plain(part) for part in _MASK.split(quotation)]
    parts = [part for part in parts if len(part) > 1]
    longest = max(_TOKEN.findall(quotation), key=len, default="")
    found = []
    for place, line in ground.lines.holding(longest, fold=True):
        at = 0
        plain = _plain(line)
        for part in parts:
            at = plain.find(part, at)
            if at < 0:
                break
            at += len(part)
        else:
            if parts:
                found.append(place)
    return found


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9㐀-鿿]+", " ", text.lower()).strip()


def _scope(passage: Passage) -> tuple[Value, ...]:
    """The times and addresses that a block stands under: one of each, else it is about all of them."""
    found: list[Value] = []
    for line in reversed(passage.above):
        here = values(line)
        for kind in (Kind.TIME, Kind.ADDRESS):
            of_kind = [value for value in here if value.kind is kind]
            if len({value.key for value in of_kind}) == 1 and not any(value.kind is kind for value in found):
                found.append(of_kind[0])
    return tuple(found)


def _fits(line: str, scope: Sequence[Value]) -> bool:
    held = values(line)
    return all(any(value.meets(other) for other in held) for value in scope)


def _evidence(places: Sequence[tuple[int, int]], ground: Ground) -> tuple[Evidence, ...]:
    return tuple(Evidence(source, line, line, ground.lines[source, line]) for source, line in places[:6])


def cited(sentence: Sentence, ground: Ground, said: Statement | None, claims: Sequence[Claim]) -> Iterator[Claim]:
    """Citations of lines that do not exist, or that do not show what they stand behind."""
    known = {summary.index: summary.lines for summary in ground.report.sources}
    for start, end, lines in citations(sentence.text):
        text = sentence.text[start:end]
        missing = [line for line in lines if not 1 <= line[1] <= known.get(line[0], 0)]
        if missing or not lines:
            yield Claim("citation", text, sentence.start + start, sentence.start + end, Verdict.UNSUPPORTED, _NO_LINE)
        elif not _shows(lines, ground, said, claims):
            yield Claim(
                "citation", text, sentence.start + start, sentence.start + end, Verdict.UNSUPPORTED, _OTHER_LINE
            )
        else:
            yield Claim("citation", text, sentence.start + start, sentence.start + end, Verdict.SUPPORTED)


def _shows(lines: frozenset[tuple[int, int]], ground: Ground, said: Statement | None, claims: Sequence[Claim]) -> bool:
    if said is not None and (said.citations or said.evidence):
        proper = said.citations | {
            (item.source, number) for item in said.evidence for number in range(item.line, item.last + 1)
        }
        return bool(lines & proper)
    judged = [claim for claim in claims if claim.kind in ("value", "name", "cause", "quote")]
    proofs = {
        (item.source, number)
        for claim in judged
        for item in claim.evidence
        for number in range(item.line, item.last + 1)
    }
    if not judged or lines & proofs or not any(claim.verdict is Verdict.SUPPORTED for claim in judged):
        return True
    held = [value for line in lines for value in values(ground.lines.get(line, ""))]
    wanted = [value for claim in judged for value in values(claim.text)]
    return not wanted or any(value.meets(other) for value in wanted for other in held)
