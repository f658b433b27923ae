"""Reversible redaction of text that leaves the machine.

Every value that a detector finds becomes a token such as `⟨ip-1⟩`; the same value always becomes the same token, so
that a model can still tell two clients apart, and `restore` puts the values back into its answer. What a diagnosis
rests on (pids, ports, sizes, times, paths, loopback addresses, versions) is not touched.

>>> redactor = Redactor()
>>> redactor.redact("client: 203.0.113.7, upstream: 127.0.0.1:8000, again 203.0.113.7")
'client: ⟨ip-1⟩, upstream: 127.0.0.1:8000, again ⟨ip-1⟩'
>>> redactor.restore("⟨ip-1⟩ was refused")
'203.0.113.7 was refused'
"""

from __future__ import annotations

import functools
import re

from assistant.intake.detectors import DETECTORS, Detector
from assistant.intake.lazily import lazily

_TOKEN = lazily(r"⟨([a-z]+)-(\d+)⟩")


class Redactor:
    """The tokens of one session. Not shared between sessions: a token means something only beside its values."""

    def __init__(self, detectors: tuple[Detector, ...] = DETECTORS) -> None:
        self._detectors = detectors
        self._tokens: dict[tuple[str, str], str] = {}
        self._values: dict[str, str] = {}
        self._counts: dict[str, int] = {}

    @property
    def count(self) -> int:
        """How many different values were replaced so far."""
        return len(self._values)

    def redact(self, text: str) -> str:
        """The text with tokens for what must not leave the machine; redacting it again changes nothing."""
        if "⟨" in text:
            # What only looks like a token is a value too: it must not turn into somebody's address on the way back.
            text = _TOKEN().sub(
                lambda match: match[0] if match[0] in self._values else self._token("text", match[0]), text
            )
        for detector in self._detectors:
            lowered = text.lower() if detector.fold else text
            if detector.anchors and not any(anchor in lowered for anchor in detector.anchors):
                continue
            text = _pattern(detector).sub(functools.partial(self._replace, detector), text)
        return text

    def restore(self, text: str) -> str:
        """The text with the values in place of their tokens; tokens that were never given out stay."""
        return _TOKEN().sub(lambda match: self._values.get(match[0], match[0]), text) if "⟨" in text else text

    def _replace(self, detector: Detector, match: re.Match[str]) -> str:
        value = match["value"]
        if not value or "⟨" in value or "⟩" in value or not detector.accepts(match):
            return match[0]
        start, end = match.start("value") - match.start(), match.end("value") - match.start()
        return match[0][:start] + self._token(detector.token, value) + match[0][end:]

    def _token(self, kind: str, value: str) -> str:
        token = self._tokens.get((kind, value))
        if token is None:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            token = f"⟨{kind}-{self._counts[kind]}⟩"
            self._tokens[kind, value] = token
            self._values[token] = value
        return token


@functools.cache
def _pattern(detector: Detector) -> re.Pattern[str]:
    return re.compile(detector.pattern, re.IGNORECASE if detector.fold else 0)
