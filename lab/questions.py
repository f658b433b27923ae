"""Follow-up questions over the lab's cases and the seed: what a right answer holds, and what it must not hold.

`questions/tuned/*.toml` and `questions/unseen/*.toml`, one file an incident:

    case = "nginx-upstream-down"      # a folder of lab/cases, or
    logs = ["demo/nginx.log"]         # files, relative to the repository
    [[question]]
    ask = "how many requests failed?"
    lang = "en"
    kind = "count"
    must = ["3 times / 3 requests"]   # each stands in a right answer; alternatives are separated by " / "
    must_not = ["timed out"]          # none may
    after = "which process died?"     # the question before, when this one refers to it
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.answer.followup import reply
from assistant.diagnosis import analyse
from assistant.i18n import Language
from assistant.intake import make_source
from assistant.knowledge.entry import Knowledge
from assistant.model import Report, Source
from lab.case import CASES, PARTS, BadCase

QUESTIONS = Path(__file__).resolve().parent / "questions"
ROOT = QUESTIONS.parents[1]
KINDS = (
    "which", "who", "where", "when", "count", "duration", "since", "frequency", "compare", "show", "filter", "before", "after",
    "why-not", "is-it", "again", "safe", "remedy", "confirm", "fix", "config", "term", "line", "summary", "translate", "cause",
    "changed", "missing", "pronoun", "unknowable",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ask:
    """One question with what its answer must and must not hold."""

    file: str
    part: str
    texts: tuple[str, ...]
    ask: str
    lang: Language
    kind: str
    must: tuple[str, ...]
    must_not: tuple[str, ...] = ()
    after: str = ""

    @property
    def name(self) -> str:
        """File and question, for messages."""
        return f"{self.file}: {self.ask}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an answer lacks, and what it holds against the truth."""

    ask: Ask
    answer: str
    lacks: tuple[str, ...]
    wrong: tuple[str, ...]

    @property
    def right(self) -> bool:
        """Everything there, nothing wrong."""
        return not self.lacks and not self.wrong


def load_all(root: Path = QUESTIONS) -> list[Ask]:
    """All questions, by part and file. Raises BadCase for what nobody can evaluate."""
    return [ask for part in PARTS for path in sorted((root / part).glob("*.toml")) for ask in _load(path, part)]


def _load(path: Path, part: str) -> Iterator[Ask]:
    found = tomllib.loads(path.read_text(encoding="utf-8"))
    if "case" in found:
        folder = CASES / found["case"]
        truth = tomllib.loads((folder / "truth.toml").read_text(encoding="utf-8"))
        paths = [folder / name for name in truth["logs"]]
    else:
        paths = [ROOT / name for name in found["logs"]]
    texts = tuple(item.read_text(encoding="utf-8") for item in paths)
    for row in found["question"]:
        lang, kind, must = row.get("lang"), row.get("kind"), tuple(row.get("must", ()))
        if lang not in ("en", "zh") or kind not in KINDS or not must:
            raise BadCase(f"{path}: {row.get('ask')!r} needs lang, a known kind, and what it must hold")
        yield Ask(
            path.stem, part, texts, row["ask"], lang, kind, must, tuple(row.get("must_not", ())), row.get("after", "")
        )


_INCIDENTS: dict[tuple[str, ...], tuple[tuple[Source, ...], Report, Report | None]] = {}


def _incident(texts: tuple[str, ...], knowledge: Knowledge) -> tuple[tuple[Source, ...], Report, Report | None]:
    if texts in _INCIDENTS:
        return _INCIDENTS[texts]
    sources = tuple(make_source(number, f"paste {number}", text, is_paste=True) for number, text in enumerate(texts, 1))
    before = analyse(sources[:-1], knowledge) if len(sources) > 1 else None
    _INCIDENTS[texts] = (sources, analyse(sources, knowledge), before)
    return _INCIDENTS[texts]


def evaluate(ask: Ask, knowledge: Knowledge) -> Verdict:
    """Ask it, by rules alone."""
    sources, report, previous = _incident(ask.texts, knowledge)
    answer = reply(ask.ask, report, knowledge, ask.lang, previous=previous, sources=sources, before=ask.after).markdown
    low = answer.lower()
    lacks = tuple(wanted for wanted in ask.must if not any(item.strip().lower() in low for item in wanted.split(" / ")))
    affirmed = low.replace("不是", "否")  # `是：` must not be found in `不是：`
    return Verdict(ask, answer, lacks, tuple(item for item in ask.must_not if item.lower() in affirmed))


def table(verdicts: Sequence[Verdict]) -> str:
    """Right answers by part and language, then by kind."""
    rows = []
    for part in PARTS:
        mine = [verdict for verdict in verdicts if verdict.ask.part == part]
        if not mine:
            continue
        rows.append(
            f"follow-ups, {part}: {_share(mine)}; with something that must not be said: {sum(bool(v.wrong) for v in mine)}"
        )
        rows += [f"  {lang:<12} {_share([item for item in mine if item.ask.lang == lang])}" for lang in ("en", "zh")]
        kinds = [kind for kind, _ in Counter(verdict.ask.kind for verdict in mine).most_common()]
        rows += [f"  {kind:<12} {_share([item for item in mine if item.ask.kind == kind])}" for kind in kinds]
    return "\n".join(rows)


def _share(verdicts: Sequence[Verdict]) -> str:
    right = sum(verdict.right for verdict in verdicts)
    return f"{right}/{len(verdicts)} ({100 * right / len(verdicts):.1f} %)" if verdicts else "-"
