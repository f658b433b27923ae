"""What a quantity of memory measures: resident, virtual, the sum of several, a limit, what is free, swap.

`1,403 MiB` may be in the log as the sum of all processes; said of one of them it is wrong, though the number is there.
"""

from __future__ import annotations

import re

from assistant.grounding.value import Value

_GROUPS = {
    "virtual": r"virtual|total.?vm|\bVSZ\b|\bVIRT\b|虚拟",
    "resident": r"resident|\brss\b|[._-]rss|physical|常驻|实际|物理",
    "sum": r"\btotal\b|\bsum\b|together|\ball (?:the |of the )?(?:\w+ )?(?:process|row|worker|instance)|visible|\brows?\b|others?\b|sum_|others_|合计|总|可见|其余|其他",
    "limit": r"\blimits?\b|limit_|maxmemory|at most|\ballowed\b|threshold|watermark|上限|下限|阈值|水位|限制|限额|允许",
    "free": r"\bfree\b|\bavailable\b|available_|空闲|可用|剩余",
    "swap": r"\bswap|交换|换出",
    "tables": r"page.?tables?|pgtables|页表",
}
_PATTERNS = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in _GROUPS.items()}
_CLAUSE = re.compile(r"[，,；;。:：()（）|]|\. |\band\b|其中|\[\d")
_SPAN = 40  # characters before and behind a value that say what it measures
_SPECIFIC = frozenset(["virtual", "sum", "limit", "free", "swap", "tables"])


def measured(text: str, value: Value) -> frozenset[str]:
    """The measures that the clause of a value names."""
    before = _CLAUSE.split(text[max(0, value.start - _SPAN) : value.start])
    after = _CLAUSE.split(text[value.end : value.end + _SPAN])
    if text[max(0, value.start - 1) : value.start] in (":", "="):  # `used:145977344 allowed:60000000`
        after = [""]
    # `memory: 4 GiB`: the words before a colon belong to the value behind it
    words = f"{' '.join(before[-2:]) if not before[-1].strip() else before[-1]} {after[0]}"
    found = set()
    for name, pattern in _PATTERNS.items():
        words, count = pattern.subn(" ", words)
        if count:
            found.add(name)
    return frozenset(found)


def agree(said: frozenset[str], known: frozenset[str]) -> bool:
    """Whether a claim may rest on a known value: both measure the same special thing, or neither one."""
    one, other = said & _SPECIFIC, known & _SPECIFIC
    return bool(one) == bool(other) and one <= other  # `limit` may rest on `free limit`, not `total swap` on `total`
