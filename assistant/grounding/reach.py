"""How far a proven cause reaches: which failures a sentence says it explains, and which of them that is proven for.

That the kernel killed a process is proven; that the failure of an hour before was such a kill too is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from assistant.grounding.ground import Ground
from assistant.grounding.stance import Stance
from assistant.grounding.value import Kind, Value
from assistant.grounding.values import values
from assistant.i18n import Text
from assistant.intake.lazily import lazily
from assistant.model import Evidence, Link, Status

_EARLIER = lazily(
    r"\b(?:earlier|previous|first|other|prior|all)(?: \w+){0,3} (?:failures?|errors?|requests?|outages?)\b|\b(?:each|every) (?:failure|error|outage)\b"
    r"|(?:之前|此前|以前|更早|前面|前[一两二三四几]次?|其他|其余|所有|全部|每次|每一次)(?:的)?[^，。；]{0,6}(?:失败|故障|错误|报错|请求|问题)",
    re.IGNORECASE,
)

_COINCIDES = lazily(
    r"\b(?:the )?same (?:second|minute|moment|time)\b|\bat the time of\b|同一(?:秒|分钟|时刻|时间)|同时", re.IGNORECASE
)


def reach(text: str, entry: str, how: Stance, ground: Ground) -> Text | None:
    """Why a sentence says more than is proven, when it says that a cause explains certain failures; else None."""
    links = [link for link in ground.report.links if link.cause == entry and (link.covers or link.not_proven)]
    if not links:
        return None
    times = [value for value in values(text) if value.kind is Kind.TIME and not _its_own(value, entry, ground)]
    for link in links:
        if open_ := [time for time in times if _among(time, link.not_proven) and not _among(time, link.covers)]:
            said = ", ".join(time.text for time in open_)
            return Text(f"that it explains {said} is not proven", f"它能解释 {said} 的失败，这一点没有证实")
        covered = [time for time in times if _among(time, link.covers)]
        surely = how is Stance.ASSERTED and not _COINCIDES().search(text)
        if covered and surely and link.status is not Status.CONFIRMED:
            said = ", ".join(time.text for time in covered)
            return Text(
                f"that it explains {said} is likely, not proven", f"它能解释 {said} 的失败，这一点很可能，但未证实"
            )
    if not times and any(link.not_proven for link in links) and _EARLIER().search(text):
        told = _times(next(link for link in links if link.not_proven))
        return Text(f"for {told} that is not proven", f"对 {told} 没有证实")
    return None


def _its_own(time: Value, entry: str, ground: Ground) -> bool:
    """Whether the lines of the cause itself bear that time: it is when it happened, not what it explains."""
    finding = ground.report.finding(entry)
    lines = (ground.lines.get((item.source, item.line), item.text) for item in (finding.evidence if finding else ()))
    return any(time.text in line for line in lines if line)


def _among(time: Value, reasons: Sequence[tuple[Text, tuple[Evidence, ...]]]) -> bool:
    return any(time.meets(other) for text, _ in reasons for other in values(text.en) if other.kind is Kind.TIME)


def _times(link: Link) -> str:
    found: Iterable[str] = (v.text for text, _ in link.not_proven for v in values(text.en) if v.kind is Kind.TIME)
    return ", ".join(dict.fromkeys(found)) or link.effect
