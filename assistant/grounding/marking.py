"""The marks in a checked text: citations, ⚠ behind what nothing supports, a line through what the facts contradict."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.answer.cite import cite
from assistant.grounding.citations import cited_lines
from assistant.grounding.claims import Claim, Verdict
from assistant.grounding.passages import Passage, Sentence
from assistant.i18n import Language, Text
from assistant.model import Evidence

_UNSUPPORTED = Text("nothing in the logs supports: {0}", "日志里没有依据：{0}")
_NOTED = Text("`{0}`: {1}", "`{0}`：{1}")
_SUMMARY = Text(
    "*Checked against the facts: {judged} claims, {right} supported, {open} unsupported (⚠), {wrong} contradicted (✗).*",
    "*已对照事实核对：{judged} 条说法，{right} 条有依据，{open} 条没有依据（⚠），{wrong} 条与事实矛盾（✗）。*",
)
_MOST = 4  # values that one mark names
_CITED = 6  # lines that are added to one sentence
_SHORT = 60  # characters of a command that a mark repeats
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
    wrong = [claim for claim in claims if claim.verdict is Verdict.CONTRADICTED]
    open_ = [claim for claim in claims if claim.verdict is Verdict.UNSUPPORTED]
    noted = [claim for claim in claims if claim.verdict is Verdict.NOTED and claim.because]
    said: list[str] = []
    strike = bool(wrong) and _can_be_struck(sentence.text)
    if wrong:
        said += ["✗ " + _bracketed("; ".join(dict.fromkeys(_why(claim, language) for claim in wrong)), language)]
    if open_:
        said += ["⚠ " + _bracketed(_open(open_, language), language)]
    if noted:
        said += [
            "⚠ "
            + _bracketed(
                "; ".join(_NOTED.get(language).format(_short(claim.text), _words(claim, language)) for claim in noted),
                language,
            )
        ]
    if not said and not cited_lines(passage.text):
        mark = cite(list(dict.fromkeys(evidence))[:_CITED])
        said += [mark] if mark else []
    if not said:
        return
    tail = " " + " ".join(said)
    at = _row_end(sentence) if passage.kind == "row" else sentence.end
    if strike and passage.kind != "row":
        yield Insertion(sentence.start, "~~")
        yield Insertion(at, "~~" + tail)
    else:
        yield Insertion(at, tail)


def summary(claims: Sequence[Claim], language: Language) -> str:
    """The line that counts."""
    counts = {verdict: sum(1 for claim in claims if claim.verdict is verdict) for verdict in Verdict}
    return _SUMMARY.get(language).format(
        judged=sum(counts.values()) - counts[Verdict.NOTED],
        right=counts[Verdict.SUPPORTED],
        open=counts[Verdict.UNSUPPORTED],
        wrong=counts[Verdict.CONTRADICTED],
    )


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
    text = f"{_short(claim.text)}: {words}" if claim.kind in ("remedy", "quote") else words
    return f"{text} {mark}" if mark and not cited_lines(words) else text


def _words(claim: Claim, language: Language) -> str:
    return _tame(claim.because.get(language)) if claim.because else ""


def _open(claims: Sequence[Claim], language: Language) -> str:
    bare = list(dict.fromkeys(_short(claim.text) for claim in claims if claim.because is None))
    told = list(
        dict.fromkeys(
            f"{_short(claim.text)}: {_words(claim, language)}" for claim in claims if claim.because is not None
        )
    )
    joint = "、" if language == "zh" else ", "
    parts = (
        [_UNSUPPORTED.get(language).format(joint.join(bare[:_MOST]) + (" …" if len(bare) > _MOST else ""))]
        if bare
        else []
    )
    return ("；" if language == "zh" else "; ").join([*parts, *told])


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
    by_line: dict[int, list[str]] = {}
    for claim in claims:
        if claim.verdict is Verdict.SUPPORTED:
            continue
        sign = "✗" if claim.verdict is Verdict.CONTRADICTED else "⚠"
        at = passage.text.rfind("\n", 0, claim.start - passage.start) + 1
        by_line.setdefault(at, []).append(f"{sign} {_plain(claim, language)}")
    prefix = _COMMENTS.get(passage.info, "# ")
    for at, said in by_line.items():
        end = passage.text.find("\n", at)
        end = len(passage.text) if end < 0 else end
        line = passage.text[at:end]
        text = "; ".join(dict.fromkeys(said))
        if line.rstrip().endswith("\\") or re.search(r"<<-?\s*['\"]?\w+", line):
            yield Insertion(passage.start + at, f"{prefix}{text}\n")
        else:
            yield Insertion(passage.start + end, f"  {prefix}{text}")


def _plain(claim: Claim, language: Language) -> str:
    words = _words(claim, language) or _UNSUPPORTED.get(language).format(_short(claim.text))
    mark = cite(claim.evidence[:_CITED])
    return f"{words} {mark}" if mark else words
