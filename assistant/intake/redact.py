"""Reversible redaction of text that leaves the machine, and removal of secrets from text that stays on it.

Every value that a detector finds becomes a token such as `⟨ip-1⟩`; the same value always becomes the same token, in all
messages of a session, so that a model can still tell two clients apart, and `restore` puts the values back into its
answer. What a diagnosis rests on (pids, ports, sizes, times, paths, loopback addresses, versions) is not touched.

>>> redactor = Redactor()
>>> redactor.redact("client: 203.0.113.7, upstream: 127.0.0.1:8000, again 203.0.113.7")
'client: ⟨ip-1⟩, upstream: 127.0.0.1:8000, again ⟨ip-1⟩'
>>> redactor.restore("⟨ip-1⟩ was refused")
'203.0.113.7 was refused'
>>> without_secrets("password=hunter2 for 203.0.113.7")
'password=⟨secret⟩ for 203.0.113.7'
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from assistant.intake.detectors import DETECTORS, SECRETS, Finder, Span, View
from assistant.intake.known import Known, telling_parts
from assistant.intake.lazily import lazily

_TOKEN = lazily(r"⟨([a-z]+)-(\d+)⟩")
_BARE = lazily(r"(?<![\w⟨-])(?:ip|host|user|secret|email|phone|id|mac|cloud|serial|text)-\d{1,6}(?![\w⟩-])")
_LARGEST_SENT = 1_000_000  # characters; messages are far smaller, and what is never sent does not come back
_LINES = lazily(r"[^\r\n]+")
_BLANK = lazily(r"\W*")
GONE = "⟨secret⟩"


class Redactor:
    """The tokens of one session. Not shared between sessions: a token means something only beside its values."""

    def __init__(self, detectors: Sequence[Finder] = DETECTORS) -> None:
        self._detectors = detectors
        self._tokens: dict[tuple[str, str], str] = {}
        self._values: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        self._known = Known()
        self._learned: dict[str, None] = {}
        self.written: set[str] = set()  # words of the text itself that look like tokens without brackets

    @property
    def count(self) -> int:
        """How many different values were replaced so far."""
        return len(self._values)

    @property
    def values(self) -> Mapping[str, str]:
        """What each token stands for, in the order in which they were given out."""
        return dict(self._values)

    def secrets(self) -> tuple[str, ...]:
        """The secrets that were replaced or learned so far."""
        replaced = (value for (kind, value) in self._tokens if kind == "secret")
        return tuple(dict.fromkeys((*replaced, *self._learned)))

    def learn(self, text: str) -> None:
        """Know the secrets of a text from now on, wherever they stand, without giving out tokens for them yet."""
        view = View(text)
        for detector in SECRETS:
            for start, end, kind in detector.spans(view):
                self._known.learn(kind, text[start:end])
                self._learned.setdefault(text[start:end])

    def redact(self, text: str) -> str:
        """The text with tokens for what must not leave the machine; redacting it again changes nothing."""
        view = View(text)
        if len(text) <= _LARGEST_SENT:
            self.written.update(match[0] for match in _BARE().finditer(view.low))
        found = [span for detector in self._detectors for span in detector.spans(view)]
        for start, end, kind in found:
            self._known.learn(kind, text[start:end])
        found += self._known.spans(view)
        pieces: list[str] = []
        at = 0
        for start, end, kind in self._apart(text, found):
            pieces += (text[at:start], self._token(kind, text[start:end]))
            at = end
        return "".join((*pieces, text[at:])) if pieces else text

    def restore(self, text: str) -> str:
        """The text with the values in place of their tokens; tokens that were never given out stay."""
        return _TOKEN().sub(lambda match: self._values.get(match[0], match[0]), text) if "⟨" in text else text

    def _apart(self, text: str, found: list[Span]) -> list[Span]:
        """Spans that do not overlap, in order. Tokens that were given out stay.

        What only looks like one is a value too: it must not turn into somebody's address on the way back.
        """
        kept: list[Span] = []
        if "⟨" in text:
            looks = [(*match.span(), match[0]) for match in _TOKEN().finditer(text)]
            kept = [(start, end, "" if token in self._values else "text") for start, end, token in looks]
        spans = resolved(text, found, kept)
        return [span for span in spans if span[2]]

    def _token(self, kind: str, value: str) -> str:
        token = self._tokens.get((kind, value))
        if token is None:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            token = f"⟨{kind}-{self._counts[kind]}⟩"
            self._tokens[kind, value] = token
            self._values[token] = value
        return token


def resolved(text: str, found: Iterable[Span], kept: Sequence[Span] = ()) -> list[Span]:
    """Spans that do not overlap, in order. Those of secrets are joined, so that no part of one is left over."""
    taken = bytearray(len(text))
    spans = list(kept)
    for start, end, _ in kept:
        taken[start:end] = b"\x01" * (end - start)
    found = list(found)
    secrets = sorted(span for span in found if span[2] == "secret")
    for start, end, kind in _joined(secrets):
        for part in _free(taken, start, end, text):
            spans.append((*part, kind))
            taken[part[0] : part[1]] = b"\x01" * (part[1] - part[0])
    for start, end, kind in found:
        if kind != "secret" and taken.find(1, start, end) < 0:
            spans.append((start, end, kind))
            taken[start:end] = b"\x01" * (end - start)
    return sorted(spans)


def _joined(spans: Sequence[Span]) -> list[Span]:
    """Spans in order, overlapping ones made one."""
    joined: list[Span] = []
    for start, end, kind in spans:
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]), kind)
        else:
            joined.append((start, end, kind))
    return joined


def _free(taken: bytearray, start: int, end: int, text: str) -> list[tuple[int, int]]:
    """What of a span is not taken, without parts that say nothing."""
    parts: list[tuple[int, int]] = []
    while start < end:
        begin = taken.find(0, start, end)
        if begin < 0:
            break
        stop = taken.find(1, begin, end)
        stop = end if stop < 0 else stop
        if (begin, stop) == (start, end) or not _BLANK().fullmatch(text, begin, stop):
            parts.append((begin, stop))
        start = stop
    return parts


def without_secrets(text: str, known: Iterable[str] = ()) -> str:
    """The text without passwords, keys and tokens, for what is kept on disk or shown in an error.

    `known` are secrets that no form gives away, such as the configured key of the model. Line breaks stay, so that
    numbers of lines do. Not reversible.
    """
    view = View(text)
    register = Known()
    found = [span for detector in SECRETS for span in detector.spans(view)]
    for start, end, kind in found:
        register.learn(kind, text[start:end])
    found += register.spans(view)
    for secret in sorted({part for value in known for part in (value, *telling_parts(value))}, key=len, reverse=True):
        found += _everywhere(text, secret) if secret else ()
    spans = [span for span in _joined(sorted(found, key=lambda span: span[:2])) if span[0] < span[1]]
    pieces: list[str] = []
    at = 0
    for start, end, _ in spans:
        gone = text[start:end] if text[start:end] == GONE else _LINES().sub(GONE, text[start:end])
        pieces += (text[at:start], gone)
        at = end
    return "".join((*pieces, text[at:])) if pieces else text


def _everywhere(text: str, secret: str) -> Iterable[Span]:
    at = text.find(secret)
    while at >= 0:
        yield at, at + len(secret), "secret"
        at = text.find(secret, at + len(secret))
