"""The marks in a checked text: citations, ⚠ behind what nothing supports, a line through what the facts contradict."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from assistant.answer.cite import cite
from assistant.grounding.citations import cited_lines
from assistant.grounding.claims import JUDGED, Claim, Verdict
from assistant.grounding.passages import Passage, Sentence
from assistant.i18n import Language, Text
from assistant.model import Evidence

_UNSUPPORTED = Text("nothing in the logs supports: {0}", "日志里没有依据：{0}")
_SUMMARY = Text(
    "Checked against the facts: {judged} claims, {right} supported, {open} unsupported (⚠), {wrong} contradicted (✗).",
    "已对照事实核对：{judged} 条说法，{right} 条有依据，{open} 条没有依据（⚠），{wrong} 条与事实矛盾（✗）。",
)
_OWN = Text(
    " {0} further statements stand in the model's words only: nothing here confirms or refutes them (?).",
    "另有 {0} 处只是回答自己的说法，没有内容能证实或推翻（标 (?)）。",
)
UNCONFIRMED = "(?)"  # behind a sentence that nothing confirms
_MOST = 4  # values that one mark names
_CITED = 6  # lines that are added to one sentence
_SHORT = 60  # characters of a command that a mark repeats
_WORST = (Verdict.CONTRADICTED, Verdict.UNSUPPORTED, Verdict.WARNED, Verdict.NOTED)
_SIGNS = {Verdict.CONTRADICTED: "✗", Verdict.UNSUPPORTED: "⚠", Verdict.WARNED: "⚠", Verdict.NOTED: "ℹ"}
_GOES_ON = re.compile(r"\\\s*$|<<-?\s*['\"]?\w+")
_COMMENTS = {"sql": "-- ", "json": "// "}


@dataclass(frozen=True, slots=True)
class Insertion:
    """Text that goes in at an offset."""

    at: int
    text: str


def marks(
    passage: Passage, sentence: Sentence, claims: Sequence[Claim], evidence: Sequence[Evidence], language: Language
) -> Iterator[Insertion]:
    """What is to be put into a sentence, or into a block of code."""
    if passage.kind == "code":
        yield from _in_code(passage, claims, language)
        return
    said = _said(claims, language)
    if not said and not cited_lines(passage.text):
        mark = cite(list(dict.fromkeys(evidence))[:_CITED])
        said = [mark] if mark else []
    if any(claim.verdict is Verdict.UNCONFIRMED for claim in claims):
        said = [*said, UNCONFIRMED]
    if not said:
        return
    tail = " " + " ".join(said)
    at = _row_end(sentence) if passage.kind == "row" else sentence.end
    if passage.text[at - passage.start : at - passage.start + 1].strip():
        tail += " "  # the next sentence begins at once, as it does in Chinese
    wrong = any(claim.verdict is Verdict.CONTRADICTED for claim in claims)
    if wrong and passage.kind != "row" and _can_be_struck(sentence.text):
        yield Insertion(sentence.start, "~~")
        tail = f"~~{tail}"
    yield Insertion(at, tail)


def _said(claims: Sequence[Claim], language: Language) -> list[str]:
    """The marks of a sentence, the worst first."""
    by_verdict = {verdict: [claim for claim in claims if claim.verdict is verdict] for verdict in Verdict}
    said = []
    if wrong := by_verdict[Verdict.CONTRADICTED]:
        said.append("✗ " + _bracketed(_joined((_why(claim, language) for claim in wrong), language), language))
    if unproven := by_verdict[Verdict.UNSUPPORTED]:
        said.append("⚠ " + _bracketed(_open(unproven, language), language))
    for verdict, sign in ((Verdict.WARNED, "⚠"), (Verdict.NOTED, "ℹ")):
        told = (f"`{_short(claim.text)}`{_colon(language)}{_words(claim, language)}" for claim in by_verdict[verdict])
        if text := _joined(told, language):
            said.append(f"{sign} " + _bracketed(text, language))
    return said


def _joined(parts: Iterable[str], language: Language) -> str:
    return ("；" if language == "zh" else "; ").join(dict.fromkeys(parts))


def _colon(language: Language) -> str:
    return "：" if language == "zh" else ": "


def summary(claims: Sequence[Claim], language: Language) -> str:
    """The line that counts."""
    counts = {verdict: sum(1 for claim in claims if claim.verdict is verdict) for verdict in Verdict}
    text = _SUMMARY.get(language).format(
        judged=sum(counts[verdict] for verdict in JUDGED),
        right=counts[Verdict.SUPPORTED],
        open=counts[Verdict.UNSUPPORTED],
        wrong=counts[Verdict.CONTRADICTED],
    )
    own = _OWN.get(language).format(counts[Verdict.UNCONFIRMED]) if counts[Verdict.UNCONFIRMED] else ""
    return f"*{text}{own}*"


def _can_be_struck(text: str) -> bool:
    """A line through half of a bold passage would break both."""
    return text.count("**") % 2 == 0 and text.count("`") % 2 == 0 and "~~" not in text and "\n" not in text


def _row_end(sentence: Sentence) -> int:
    """Inside the last cell of a row."""
    text = sentence.text.rstrip()
    return sentence.start + len(text[:-1].rstrip()) if text.endswith("|") else sentence.end


def _why(claim: Claim, language: Language) -> str:
    mark = cite(claim.evidence[:_CITED])
    words = _words(claim, language)
    text = f"{_short(claim.text)}{_colon(language)}{words}" if claim.kind in ("remedy", "quote") else words
    return f"{text} {mark}" if mark and not cited_lines(words) else text


def _words(claim: Claim, language: Language) -> str:
    return _tame(claim.because.get(language)) if claim.because else ""


def _open(claims: Sequence[Claim], language: Language) -> str:
    joint = "、" if language == "zh" else ", "
    by_reason: dict[str, list[str]] = {}
    for claim in claims:
        by_reason.setdefault(_words(claim, language), []).append(_short(claim.text))
    parts = []
    for reason, texts in by_reason.items():
        named = list(dict.fromkeys(texts))
        listed = joint.join(named[:_MOST]) + (" …" if len(named) > _MOST else "")
        parts.append(f"{listed}{_colon(language)}{reason}" if reason else _UNSUPPORTED.get(language).format(listed))
    return _joined(parts, language)


def _bracketed(text: str, language: Language) -> str:
    return f"（{text}）" if language == "zh" else f"({text})"


def _short(text: str) -> str:
    one = " ".join(text.replace("`", "'").split())
    return one if len(one) <= _SHORT else one[: _SHORT - 1] + "…"


def _tame(text: str) -> str:
    """A reason inside a mark: one line, no marks of its own that could stay open, no row of a table."""
    text = " ".join(text.replace("**", "").replace("~~", "").replace("|", "/").split())
    return text if text.count("`") % 2 == 0 else text.replace("`", "'")


def _in_code(passage: Passage, claims: Sequence[Claim], language: Language) -> Iterator[Insertion]:
    """Marks in a block stand behind the line, as a comment; a line that goes on in the next one has it above."""
    by_line: dict[int, list[Claim]] = {}
    for claim in claims:
        if claim.verdict is not Verdict.SUPPORTED:
            for at in _lines_of(claim, passage):
                by_line.setdefault(at, []).append(claim)
    prefix = _COMMENTS.get(passage.info, "# ")
    for at, found in by_line.items():
        end = passage.text.find("\n", at)
        end = len(passage.text) if end < 0 else end
        text = _joined(_of_line(found, language), language)
        if _GOES_ON.search(passage.text[at:end]):
            yield Insertion(passage.start + at, f"{prefix}{text}\n")
        else:
            yield Insertion(passage.start + end, f"  {prefix}{text}")


def _lines_of(claim: Claim, passage: Passage) -> Iterator[int]:
    """Where the lines of a claim begin: all of them, since an open quote may swallow the next command.

    Of one that is continued, and of a here-document, only the first: a comment inside would become a part of it.
    """
    text = passage.text
    at = text.rfind("\n", 0, claim.start - passage.start) + 1
    yield at
    while (at := text.find("\n", at) + 1) and at < claim.end - passage.start:
        if text[: at - 1].endswith("\\") or "<<" in claim.text:
            return
        yield at


def _of_line(claims: Sequence[Claim], language: Language) -> Iterator[str]:
    """The worst of a line says enough; of several that are equally bad each is told, but no part of another."""
    worst = min(claims, key=lambda claim: _WORST.index(claim.verdict)).verdict
    told = {_plain(claim, language) for claim in claims if claim.verdict is worst}
    for text in sorted(told, key=len, reverse=True):
        if not any(text != other and other.startswith(text) for other in told):
            yield f"{_SIGNS[worst]} {text}"


def _plain(claim: Claim, language: Language) -> str:
    words = _words(claim, language) or _UNSUPPORTED.get(language).format(_short(claim.text))
    mark = cite(claim.evidence[:_CITED])
    return f"{words} {mark}" if mark else words
