"""Which entries a question is about: words first, meaning added when the `[search]` extra is there.

The lexical side is BM25 over weighted fields, without an inverted index: the texts of all entries lie in one
lower-cased byte string, and each term of the question is looked up in it with `bytes.find`. For a few hundred entries
that is ready in milliseconds, where an index would have to be built (or read from a cache) first. Latin words match at
word starts, so that endings need no stemmer for the texts; Chinese runs are matched by their bigrams, which need no
segmentation. A Latin word that no text has is replaced by the nearest words of the titles, keywords and signals.

The two rankings are joined by reciprocal rank fusion (Cormack, Clarke, Büttcher, SIGIR 2009), which looks at ranks
only: BM25 scores and embedding distances have nothing in common.
"""

from __future__ import annotations

import math
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

from assistant.i18n import LANGUAGES
from assistant.knowledge.entry import Entry, Knowledge
from assistant.knowledge.spelling import nearest

_K1, _B = 1.2, 0.4  # b below the usual 0.75: a long entry is long because it says more, not because it is vague
_RRF = 60.0
_ENOUGH = 8  # occurrences of a term in one field, after which more of them say nothing new
_POOL = 30  # how deep each ranking goes into the fusion
_WHOLE_BELOW = 3  # letters: "go" must not find "google"
_MENDED_FROM = 4  # letters: shorter words have too many neighbours, and are found inside too many others
_INFLECTION = 3  # letters that may follow a stem; more make it another word
_STRONG = 3.0  # the weight from which a field lends its words to the spelling

_TOKEN = re.compile(r"[㐀-鿿]+|[^\W_㐀-鿿]+")
_ASKING_ZH = re.compile(
    "怎么回事|是怎么|怎么办|怎么解决|怎么处理|怎么排查|怎么修|怎么看|怎么|为什么|为何|是什么意思|什么意思|是什么|什么|"
    "如何|请问|帮我|看看|一下|这个|那个|这段|日志|出现|发生|遇到|解决|处理|排查|原因|意思|说明|报错|"
    "[的了吗呢吧啊是在有和与就都也还会把我你他它这那]"
)
_ASKING_WORDS = """
a an and are as at be can cannot cause could did do does error errors explain fix for from get getting has have help
how i in is it its keep keeps log logs me mean meaning means my of on or our please reason should so solve some that
the there these this to was we were what whats when where which why will with you your
"""
_ASKING_EN = frozenset(_ASKING_WORDS.split())


class VectorRanking(Protocol):
    """Entry ids by nearness of meaning; `assistant.knowledge.embed.Vectors` is one."""

    def rank(self, query: str, limit: int) -> Sequence[str]:
        """The ids of the nearest entries, nearest first; empty when the store cannot be read."""


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry that has words of the question. `coverage`: the share of them, by rarity, that it has (0..1).

    One common word in a long question puts an entry first as surely as all its words do; in the fusion it must not
    outweigh the meaning.
    """

    entry: Entry
    score: float
    coverage: float


@dataclass(frozen=True, slots=True)
class _Term:
    """A byte string to look for. `whole`: only as a word of its own; `anywhere`: boundaries do not matter."""

    needle: bytes
    weight: float = 1.0
    whole: bool = False
    anywhere: bool = False


@dataclass(frozen=True, slots=True)
class _Texts:
    """All fields of all entries in one byte string. Field i spans starts[i] to starts[i + 1]."""

    entries: tuple[Entry, ...]
    blob: bytes
    starts: tuple[int, ...]
    owners: tuple[int, ...]
    weights: tuple[float, ...]
    norms: tuple[float, ...]  # BM25's length part, per entry
    vocabulary: frozenset[str]


def search(
    query: str, knowledge: Knowledge, limit: int = 5, vectors: VectorRanking | None = None
) -> list[tuple[Entry, float]]:
    """The entries that a question is about, best first, each with a score that only serves to order them.

    Without `vectors` the result is empty when no word of the question is known; with them it rarely is.
    """
    lexical = rank_lexical(query, knowledge)
    if vectors is None:
        return [(hit.entry, hit.score) for hit in lexical[:limit]]
    by_meaning = [(name, 1.0) for name in vectors.rank(query, _POOL) if name in knowledge.entries]
    fused = fuse([(hit.entry.id, hit.coverage) for hit in lexical[:_POOL]], by_meaning)
    return [(knowledge.entries[name], score) for name, score in fused[:limit]]


def fuse(*rankings: Iterable[tuple[str, float]]) -> list[tuple[str, float]]:
    """Reciprocal rank fusion of names with a weight up to 1; equal scores keep the order of the first ranking."""
    scores: dict[str, float] = {}
    for ranking in rankings:
        for place, (name, weight) in enumerate(ranking, 1):
            scores[name] = scores.get(name, 0.0) + weight / (_RRF + place)
    return sorted(scores.items(), key=lambda item: -item[1])


def rank_lexical(query: str, knowledge: Knowledge) -> list[Hit]:
    """BM25 over the weighted fields; equal scores are ordered by id."""
    texts = _texts_of(knowledge)
    scores: dict[int, float] = {}
    covered: dict[int, float] = {}
    asked = 0.0
    for term in _terms(query, texts):
        found = _frequencies(term, texts)
        rarity = term.weight * math.log(1 + (len(texts.entries) - len(found) + 0.5) / (len(found) + 0.5))
        asked += rarity
        for owner, frequency in found.items():
            part = frequency * (_K1 + 1) / (frequency + _K1 * texts.norms[owner])
            scores[owner] = scores.get(owner, 0.0) + rarity * part
            covered[owner] = covered.get(owner, 0.0) + rarity
    best = sorted(scores.items(), key=lambda item: (-item[1], texts.entries[item[0]].id))
    return [Hit(texts.entries[owner], score, covered[owner] / asked) for owner, score in best]


def _terms(query: str, texts: _Texts) -> Iterator[_Term]:
    """Words, Chinese bigrams, and neighbours as phrases: what stands together in the question counts more together."""
    text = unicodedata.normalize("NFKC", query).lower()
    tokens: list[str] = _TOKEN.findall(_ASKING_ZH.sub(" ", text))
    latin = [token for token in tokens if not "㐀" <= token[0] <= "鿿"]
    words = [word for word in latin if word not in _ASKING_EN] or latin
    for run in dict.fromkeys(token for token in tokens if "㐀" <= token[0] <= "鿿"):
        pairs = {run[i : i + 2] for i in range(len(run) - 1)} or {run}
        yield from (_Term(pair.encode(), anywhere=True) for pair in sorted(pairs))
        if len(pairs) > 1:
            yield _Term(run.encode(), anywhere=True)
    for word in dict.fromkeys(words):
        yield from _word_terms(word, texts)
    for first, second in pairwise(latin):
        if first in words or second in words:
            yield _Term(f"{first} {stem(second)}".encode())


def _word_terms(word: str, texts: _Texts) -> Iterator[_Term]:
    if word.isdigit() or len(word) < _WHOLE_BELOW:
        yield _Term(word.encode(), whole=True)
        return
    term = _Term(stem(word).encode())
    if len(word) < _MENDED_FROM or _starts_a_word(term.needle, texts.blob):
        yield term
        return
    for near, likeness in nearest(word, texts.vocabulary):
        yield _Term(stem(near).encode(), weight=likeness)


def stem(word: str) -> str:
    """An English word without the ending that its other forms may lack. Only ever used as a prefix."""
    for ending in ("ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= _MENDED_FROM:  # "timed" is no form of "tim"
            return word[: -len(ending)]
    return word


def _frequencies(term: _Term, texts: _Texts) -> dict[int, float]:
    """Weighted occurrences per entry: 1 for a word or its inflection, less for a longer word, little inside one."""
    blob, needle, starts = texts.blob, term.needle, texts.starts
    found: dict[int, float] = {}
    at, field, seen = blob.find(needle), -1, 0
    while at >= 0:
        if at >= starts[field + 1]:
            field, seen = bisect_right(starts, at) - 1, 0
        value = 1.0 if term.anywhere else _word_value(blob, at, len(needle), term.whole)
        if value:
            owner = texts.owners[field]
            found[owner] = found.get(owner, 0.0) + value * texts.weights[field]
            seen += 1
        at = blob.find(needle, starts[field + 1] if seen >= _ENOUGH else at + 1)
    return found


def _word_value(blob: bytes, at: int, length: int, whole: bool) -> float:
    end = at + length
    tail = 0
    while tail <= _INFLECTION and blob[end + tail : end + tail + 1].isalnum():
        tail += 1
    if blob[at - 1 : at].isalnum():
        return 0.15 if length >= _MENDED_FROM and not whole else 0.0  # "pull" in "imagepullbackoff"
    if whole:
        return 0.0 if tail else 1.0
    return 1.0 if tail <= _INFLECTION else 0.5  # "oom" in "oomkilled"


def _starts_a_word(needle: bytes, blob: bytes) -> bool:
    at = blob.find(needle)
    while at >= 0 and blob[at - 1 : at].isalnum():
        at = blob.find(needle, at + 1)
    return at >= 0


def _fields(entry: Entry) -> tuple[tuple[float, str], ...]:
    """Weight and text of each field. What people search for is in keywords and titles; bodies mention much else."""
    signals = " \n ".join(message for signal in entry.signals for message in signal.messages)
    remedies = " \n ".join(f"{item.name.en} \n {item.name.zh}" for item in entry.ineffective)
    sections = [(name, text) for language in LANGUAGES for name, text in entry.body.get(language, {}).items()]
    return (
        (4.0, f"{entry.id} \n {' '.join(entry.id.split('/'))}"),
        (5.0, f"{entry.title.en} \n {entry.title.zh}"),
        (5.0, " \n ".join(entry.keywords)),
        (3.0, signals),
        (0.5, remedies),
        (1.0, " \n ".join(name for name, _ in sections)),
        (0.6, " \n ".join(text for _, text in sections)),
    )


_kept: list[tuple[Knowledge, _Texts]] = []


def _texts_of(knowledge: Knowledge) -> _Texts:
    """The texts of a knowledge base, kept for the one that was asked last: a process has one, rarely two."""
    if not _kept or _kept[0][0] is not knowledge:
        _kept[:] = [(knowledge, _collect(tuple(knowledge.entries.values())))]
    return _kept[0][1]


def _collect(entries: tuple[Entry, ...]) -> _Texts:
    parts: list[bytes] = []
    starts: list[int] = [0]
    owners: list[int] = []
    weights: list[float] = []
    sizes: list[int] = []
    strong: list[str] = []
    for number, entry in enumerate(entries):
        fields = _fields(entry)
        strong.extend(text for weight, text in fields if weight >= _STRONG)
        sizes.append(0)
        for weight, text in fields:
            data = b"\n" + text.encode().lower()  # bytes.lower() touches ASCII only and is ten times faster than str's
            parts.append(data)
            starts.append(starts[-1] + len(data))
            owners.append(number)
            weights.append(weight)
            sizes[-1] += len(data)
    mean = sum(sizes) / len(sizes) if sizes else 1.0
    vocabulary = frozenset(re.findall(r"[a-z][a-z0-9]{3,}", "\n".join(strong).lower()))
    norms = tuple(1 - _B + _B * size / mean for size in sizes)
    return _Texts(entries, b"".join(parts), tuple(starts), tuple(owners), tuple(weights), norms, vocabulary)
