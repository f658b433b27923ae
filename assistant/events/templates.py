"""The shape of lines that no format claimed, so that they can be counted and shown instead of dropped."""

from __future__ import annotations

from assistant.intake.lazily import lazily
from assistant.model import Evidence, Template

MAX_TEMPLATES = 200
_MASKS = (
    (lazily(r'"[^"]{1,400}"'), '"…"'),
    (lazily(r"\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b"), "<id>"),
    (lazily(r"\b0x[0-9a-fA-F]+\b|\b(?=[a-f]*\d)[0-9a-f]{12,64}\b"), "<hex>"),
    (lazily(r"\d+"), "<n>"),
)


def shape(text: str) -> str:
    """The line with its numbers, ids and quoted texts masked."""
    for pattern, mask in _MASKS:
        text = pattern().sub(mask, text)
    return text[:160]


class TemplateCounter:
    """Counts shapes in bounded memory: past the limit, new shapes are counted together as one."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}
        self._first: dict[str, Evidence] = {}
        self.lines = 0

    def add(self, text: str, evidence: Evidence) -> None:
        """Count one line."""
        self.lines += 1
        key = shape(text)
        if key not in self._counts and len(self._counts) >= MAX_TEMPLATES:
            key = "…"
        self._counts[key] = self._counts.get(key, 0) + 1
        self._first.setdefault(key, evidence)

    def top(self, limit: int = 20) -> tuple[Template, ...]:
        """The most frequent shapes."""
        ordered = sorted(self._counts.items(), key=lambda item: (-item[1], self._first[item[0]].line))
        return tuple(Template(text, count, self._first[text]) for text, count in ordered[:limit])
