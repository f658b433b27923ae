"""`check`: every claim of a text held against the ground, and the text with its citations and marks.

What is supported gets the lines that support it, where the text names none. What nothing supports is marked where it
stands; what the facts contradict is struck, with the fact that contradicts it. `Checker` does the same while a text
grows: the beginning of a checked text does not depend on its end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from assistant.grounding import actions, quotes
from assistant.grounding.altering import altered
from assistant.grounding.causes import causes, unheard
from assistant.grounding.claims import JUDGED, Claim, Verdict, bad
from assistant.grounding.echoes import echoes
from assistant.grounding.ground import Ground
from assistant.grounding.marking import Insertion, marks, summary
from assistant.grounding.matching import match, says
from assistant.grounding.passages import Passage, Sentence, code_spans, passages, sentences
from assistant.grounding.remedies import useless_in
from assistant.grounding.stance import Stance, is_advice, is_example, is_warning, stance
from assistant.grounding.unconfirmed import unconfirmed
from assistant.grounding.victims import not_killed
from assistant.grounding.words import identifiers, words_of
from assistant.model import Evidence

_ALIKE = 0.7  # share of words from which two passages are compared letter by letter
_NEAREST = 12
_LOG_LINE = 40  # characters from which a line that stands in the logs is no accident
_BLOCK = re.compile(r"\n(?=[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]|#{1,6} |\||[ \t]*(?:```|~~~)|[ \t]*\n)")
_FENCE = re.compile(r"^[ \t]*(?:[-*+>][ \t]+)*(```|~~~)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Checked:
    """A text that was checked: with its marks, and the claims in order."""

    markdown: str
    claims: tuple[Claim, ...]

    def count(self, verdict: Verdict) -> int:
        """How many claims have this verdict."""
        return sum(1 for claim in self.claims if claim.verdict is verdict)

    @property
    def judged(self) -> int:
        """How many claims were supported, unsupported or contradicted."""
        return sum(1 for claim in self.claims if claim.verdict in JUDGED)

    @property
    def share(self) -> float:
        """The share of judged claims that failed, 0 to 1."""
        failed = self.count(Verdict.UNSUPPORTED) + self.count(Verdict.CONTRADICTED)
        return failed / self.judged if self.judged else 0.0


@dataclass(slots=True)
class Checker:
    """Checks a text while it grows. Give it all of the text so far; each passage is judged once."""

    ground: Ground
    _known: dict[tuple[str, str, tuple[str, ...], tuple[str, ...]], tuple[list[Claim], list[Insertion]]] = field(
        default_factory=dict
    )

    def whole(self, markdown: str, *, closing: bool = True) -> Checked:
        """The checked text; `closing` adds the line that counts the claims."""
        found: list[Claim] = []
        inserted: list[Insertion] = []
        for passage in passages(markdown):
            claims, more = self._passage(passage)
            found += claims
            inserted += more
        text = _applied(markdown, inserted)
        checked = Checked(text, tuple(sorted(found, key=lambda claim: claim.start)))
        if closing and (checked.judged or checked.count(Verdict.UNCONFIRMED)):
            text = f"{text.rstrip()}\n\n{summary(checked.claims, self.ground.language)}\n"
        return Checked(text, checked.claims)

    def so_far(self, markdown: str) -> Checked:
        """The checked text of all blocks that are complete."""
        return self.whole(markdown[: complete(markdown)], closing=False)

    def _passage(self, passage: Passage) -> tuple[list[Claim], list[Insertion]]:
        key = (passage.kind + passage.info, passage.text, passage.headings, passage.above)
        if key not in self._known:
            here = Passage(
                passage.kind, passage.text, 0, len(passage.text), passage.info, passage.headings, passage.above
            )
            claims: list[Claim] = []
            inserted: list[Insertion] = []
            for sentence, found, evidence in judged(here, self.ground):
                claims += found
                inserted += marks(here, sentence, found, evidence, self.ground.language)
            self._known[key] = (claims, inserted)
        claims, inserted = self._known[key]
        at = passage.start
        return (
            [Claim(c.kind, c.text, c.start + at, c.end + at, c.verdict, c.because, c.evidence) for c in claims],
            [Insertion(one.at + at, one.text) for one in inserted],
        )


def check(markdown: str, ground: Ground) -> Checked:
    """The text with its marks, and every claim of it."""
    return Checker(ground).whole(markdown)


def complete(markdown: str) -> int:
    """Where the blocks end that nothing after them can change: before the last block, and before an open fence."""
    fences = list(_FENCE.finditer(markdown))
    if len(fences) % 2:
        return fences[-1].start()
    ends = [match.start() + 1 for match in _BLOCK.finditer(markdown)]
    return max(ends[-1] if ends else 0, _after(markdown, fences[-1].end()) if fences else 0)


def _after(markdown: str, at: int) -> int:
    line = markdown.find("\n", at)
    return len(markdown) if line < 0 else line + 1


def judged(passage: Passage, ground: Ground) -> Iterator[tuple[Sentence, list[Claim], tuple[Evidence, ...]]]:
    """Each sentence (or block of code) of a passage with its claims, and the lines to cite for it."""
    if passage.kind == "code":
        block = Sentence(passage.text, passage.start, passage.end)
        if passage.info in actions.SHELL or passage.info in actions.CONFIG:
            yield block, list(actions.of_block(passage, ground)), ()
        else:
            yield block, list(_plain_block(passage, ground)), ()
        return
    if _is_log(passage, ground):
        yield Sentence(passage.text, passage.start, passage.end), list(quotes.of_block(passage, ground)), ()
        return
    changed = _altered(passage, ground)
    for sentence in sentences(passage):
        matched = match(sentence, passage, ground)
        inline = list(_inline(sentence, passage, ground))
        quoted = [claim for claim in inline if claim.kind in ("quote", "command", "remedy")]
        claims = [claim for claim in matched.claims if not any(one.start <= claim.start < one.end for one in quoted)]
        claims += causes(sentence, passage, ground, matched.said)
        claims += inline
        claims += not_killed(sentence, passage, ground) if matched.said is None else ()
        if matched.said is None or matched.said.origin not in (
            "useless",
            "answer",
            "advice",
            "fact",
            "finding",
            "entry",
        ):
            claims += useless_in(sentence, passage, ground)
        if changed and sentence.start <= changed.start < sentence.end and not bad(claims):
            claims.append(changed)
        if not bad(claims):
            claims += echoes(sentence, passage, ground)
        if matched.said is None and not claims:
            claims += unheard(sentence, passage, ground)
        if matched.said is None and not (bad(claims) or any(one.verdict is Verdict.UNCONFIRMED for one in claims)):
            claims += unconfirmed(sentence, passage, ground)
        claims += quotes.cited(sentence, ground, matched.said, claims)
        claims = _once(claims)
        evidence = matched.evidence or tuple(
            item for claim in claims if claim.verdict is Verdict.SUPPORTED for item in claim.evidence
        )
        yield sentence, claims, evidence


def _is_log(passage: Passage, ground: Ground) -> bool:
    """Whether a paragraph is pasted log: one of its lines is a line of the logs."""
    if passage.kind != "text":
        return False
    lines = (line.strip() for line in passage.text.splitlines())
    return any(len(line) >= _LOG_LINE and line in ground.lines.whole for line in lines)


def _altered(passage: Passage, ground: Ground) -> Claim | None:
    """A passage that is a known one but for one part: seen where its sentences are too short to tell."""
    if passage.kind != "text" or ground.same(passage.text):
        return None
    near = [statement for _, statement in ground.near(words_of(passage.text), _ALIKE)[:_NEAREST]]
    found = altered(passage.text, near, ground)
    if found is None:
        return None
    return Claim("name", passage.text[found.start : found.end], passage.start + found.start, passage.start + found.end,
                 Verdict.CONTRADICTED, says(found.statement), found.statement.evidence)  # fmt: skip


def _plain_block(passage: Passage, ground: Ground) -> Iterator[Claim]:
    """A block without a language: commands where it reads like some, else a quotation."""
    from assistant.grounding.shell.commands import is_command  # noqa: PLC0415 - only where there is a block

    lines = [line for line in passage.text.splitlines() if line.strip()]
    if lines and all(
        line.lstrip().startswith("#") or is_command(line.strip()) or actions.given(line, ground) for line in lines
    ):
        return actions.of_block(passage, ground)
    return quotes.of_block(passage, ground)


def _inline(sentence: Sentence, passage: Passage, ground: Ground) -> Iterator[Claim]:
    warned = is_warning(sentence.text, passage)
    for start, end, text in code_spans(sentence.text):
        at = sentence.start + start
        how = stance(sentence.text, start, end, passage)
        found = actions.of_inline(text, at, ground, warned=warned)
        if found is not None:
            yield from found
        elif quotation := quotes.of_inline(text, at, ground):
            yield quotation
        else:
            claims_it = not (is_advice(passage) or how is Stance.ASKED or is_example(sentence.text, start))
            yield from _names_in(text, at, ground) if claims_it else ()


def _names_in(text: str, at: int, ground: Ground) -> Iterator[Claim]:
    """Identifiers in inline code that no line, fact or entry has."""
    for start, end, name in identifiers(text):
        if name.lower() not in ground.vocabulary and not ground.lines.has(name):
            yield Claim("identifier", name, at + start, at + end, Verdict.UNSUPPORTED)


def _once(claims: list[Claim]) -> list[Claim]:
    """Of claims on the same words the worst; a remedy that is refused needs no second word on its parts."""
    order = {Verdict.CONTRADICTED: 0, Verdict.UNSUPPORTED: 1, Verdict.WARNED: 2, Verdict.NOTED: 3, Verdict.SUPPORTED: 4}
    whole = [claim for claim in claims if claim.verdict is Verdict.UNCONFIRMED]
    claims = [claim for claim in claims if claim.verdict is not Verdict.UNCONFIRMED]
    kept: list[Claim] = []
    for claim in sorted(claims, key=lambda one: (order[one.verdict], one.start)):
        inside = [one for one in kept if one.start <= claim.start and claim.end <= one.end and one.kind != "citation"]
        if not inside or (
            claim.kind == "citation" and not any(one.kind == "citation" and one.start == claim.start for one in kept)
        ):
            kept.append(claim)
    return sorted(kept + whole, key=lambda one: one.start)


def _applied(markdown: str, inserted: list[Insertion]) -> str:
    parts: list[str] = []
    at = 0
    for one in sorted(inserted, key=lambda item: item.at):
        parts += [markdown[at : one.at], one.text]
        at = one.at
    return "".join([*parts, markdown[at:]])
