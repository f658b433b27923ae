"""What speaks for a cut between two lines, and against it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from assistant.intake.lazily import lazily

ENOUGH = 3.0  # points of evidence, see Evidence.points
_VARIED = 3  # different records
_OWN_LINE = lazily(
    r"[-*+•●○▶►└├│|#$>%=~^](?:\s|[-=~^*+]{2})|[A-Z][a-z]+ |[A-Z]{2,}[A-Z ]*:|\w+@[\w.-]+[:\s]|\([\w.-]+\) "
    r"|(?:Killed|Aborted|Terminated)\b|[\u3400-\u9fff]{2,}[^\"'}\])】]*[吗呢么？?]?$"
    r"|(?:why|what|how|please|help|who|when|where|is|can)\b",
)
_PARTS = lazily(r"[=/_.,:@%&\-]")


@dataclass(slots=True)
class Evidence:
    """What was counted for one width."""

    joints: int = 0  # places where two lines would be joined
    records: int = 0  # records that would be joined from pieces
    again: int = 0  # pieces that are no record start and are full themselves
    distinct: int = 0  # different texts among the first pieces
    crossing: float = 0.0  # points for what the cut went through: a quotation, brackets, a token
    own: int = 0  # next pieces that read like lines of their own
    indented: int = 0  # next pieces that begin with a space
    full_alone: int = 0  # full lines that a new record follows
    loose: int = 0  # lines without a head that follow a line which is not full
    headed: int = 0
    customary: bool = False

    def points(self) -> float:
        """How strongly a wrap is proven; 3 is enough."""
        if not self.joints or self.full_alone > (self.joints // 4 if self.loose else self.joints) + 1:
            return 0.0
        if self.joints == 1 and not self.crossing:  # one line that happens to be the longest proves nothing
            return 0.0
        # Columns of a table make a cut fall between words each time; a block that a program indented does that too,
        # but not behind different records that happen to be equally long.
        own = self.own if self.distinct >= _VARIED and not self.loose else self.own + self.indented
        points = 1.5 * min(self.again, 3) + 1.0 * min(self.distinct - 1, 4) + min(self.crossing, 3.0)
        points += 1.0 * self.customary
        if not self.loose:
            # Without a wrap, the only lines without a head would by chance follow just the longest ones.
            points += (self.headed > _VARIED) + 0.5 * math.log2(max(self.headed / max(self.records, 1), 1))
        elif self.loose > self.joints:
            points -= 1.5
        return points - 4.0 * own / self.joints

    def count(self, text: str, following: str, *, again: bool) -> None:
        """Add one cut: the piece before it and the piece behind it; `again` when the first starts no record."""
        self.joints += 1
        self.again += again
        crossing = crosses(text, following)
        self.crossing += crossing
        self.indented += following.startswith(("  ", "\t"))
        block = text.startswith("    ") and following.startswith("    ")  # lines that a program indented alike
        self.own += block or (not crossing and stands_alone(following))


def crosses(text: str, following: str) -> float:
    """How much what is open at the end of a line, and goes on in the next, speaks for a cut."""
    if text.count('"') % 2 and following.count('"') % 2:
        return 1.5
    for opening, closing in ("()", "[]", "{}", "【】", "（）"):
        if text.count(opening) > text.count(closing) and following.count(closing) > following.count(opening):
            return 0.0 if text.endswith(opening) else 1.0
    left, right = text.rsplit(" ", 1)[-1], following.split(" ", 1)[0]
    if not left or not right or text.endswith(("...", "…", ":", "---")) or "://" in right:
        return 0.0
    if right[0] in ",=/.:)]}_%&" and right[1:2].isalnum() and not right.startswith("/") and left[-1].isalnum():
        return 1.0
    if left[-1] in "/=_,%&@(" and left[-2:-1].isalnum() and right[0].isalnum():
        return 1.0
    # Both halves of one token look like parts of an address, a path or a pair; `key:` or `done.` is a line of its own.
    torn = _PARTS().search(left) and _PARTS().search(right.rstrip(":,.;!?")) and left[-1].isalnum()
    return 1.0 if torn and (right[0].isdigit() or right[0].islower()) else 0.0


def stands_alone(text: str) -> bool:
    """Whether a line without a record start still reads like a line of its own."""
    return _OWN_LINE().match(text) is not None
