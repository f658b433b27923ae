r"""Lines that were cut at the width of a terminal or by a mail program, put together again.

A *hard* wrap cuts at exactly `width` columns (or characters), in the middle of words; the pieces are joined with
nothing. A *soft* wrap breaks at a space, which it eats: each piece is as long as it can be without the next word.

The danger is the opposite fault, swallowing the line after one that happens to be full. So nothing is joined unless
the paste as a whole proves a wrap:

- only a line that starts a record (`head_kind`) can be continued, and only by lines that do not start one of the kinds
  that this paste has;
- no record may be longer than the width;
- a single coincidence is not enough. Each further coincidence adds to the evidence: a continuation that is full
  itself, different records that are full to the same width, a quote or a bracket that is open at the cut and closed
  behind it, a customary terminal width.

Where that proof is missing (tables, prose, YAML, text without record heads) the lines stay as they are.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from assistant.intake.heads import head_kind
from assistant.intake.lazily import lazily
from assistant.intake.quoting import Numbered
from assistant.intake.width import columns, is_wide
from assistant.model import Line

_MIN_WIDTH = 32
_MAX_WIDTH = 1000
_CUSTOMARY = frozenset({72, 76, 78, 79, 80, 99, 100, 119, 120, 131, 132, 140, 150, 160, 180, 200, 239, 240})
_ENOUGH = 3.0  # points of evidence, see _Evidence.points
_SAMPLE = 6000  # lines that decide; a wrap shows in far fewer
_VARIED = 3  # different records
_DIGITS = lazily(r"\d+")
_OWN_LINE = lazily(
    r"[-*+•●○▶►└├│|#$>%=~^](?:\s|[-=~^*+]{2})|[A-Z][a-z]+ |[A-Z]{2,}[A-Z ]*:|\w+@[\w.-]+[:\s]|\([\w.-]+\) "
    r"|(?:Killed|Aborted|Terminated)\b|[\u3400-\u9fff]{2,}[^\"'}\])】]*[吗呢么？?]?$"
    r"|(?:why|what|how|please|help|who|when|where|is|can)\b",
)
_JOINTS = lazily(r"[=/_.,:@%&\-\d]")


@dataclass(frozen=True, slots=True)
class Wrap:
    """How a paste was wrapped: `width` in columns (or characters when `by_characters`), at spaces when `soft`.

    `kinds` are the record starts of this paste; a line of another kind is a continuation.
    """

    width: int
    kinds: frozenset[str]
    by_characters: bool = False
    soft: bool = False

    def measure(self, text: str) -> int:
        """The length of a text in the unit of `width`."""
        return len(text) if self.by_characters else columns(text)

    def joint(self, text: str, following: str) -> str | None:
        """What to put between a line and the next one when that continues it; None when it does not."""
        if not following or head_kind(following) in self.kinds:
            return None
        size = self.measure(text)
        if self.soft:
            word = following.split(" ", 1)[0]
            fits = size + 1 + self.measure(word) <= self.width
            return None if fits or following[0] in " \t" else " "
        if size == self.width:
            return ""
        if size == self.width - 1:
            if not self.by_characters and is_wide(following[0]):
                return ""
            # a terminal's selection drops the space that the cut fell behind
            return " " if text[-1:] != " " and following[0] != " " else None
        return None


def find_wrap(texts: Sequence[str]) -> Wrap | None:
    """How these lines were wrapped; None when nothing proves that they were."""
    texts = texts[:_SAMPLE]
    kinds = [head_kind(text) for text in texts]
    follows = [
        i
        for i in range(len(texts) - 1)
        if texts[i + 1] and texts[i] and kinds[i + 1] != kinds[i] and _MIN_WIDTH <= len(texts[i]) <= _MAX_WIDTH
    ]
    if not follows or not any(kinds):
        return None
    best: tuple[int, int, Wrap] | None = None  # lines left unexplained (negative), cuts explained
    for by_characters in (False, True):
        sizes = [len(text) if by_characters else columns(text) for text in texts]
        if by_characters and all(text.isascii() for text in texts):
            break
        for width in _candidates(sizes, follows):
            found = _hard(texts, kinds, sizes, width, by_characters=by_characters)
            if found and (best is None or found[:2] > best[:2]):
                best = found
    for by_characters in (False, True):
        soft = _soft(texts, kinds, by_characters=by_characters)
        if soft and (best is None or soft[:2] > best[:2]):
            best = soft
    return best[-1] if best else None


def _candidates(sizes: Sequence[int], follows: Sequence[int]) -> list[int]:
    """Widths worth a try: the common lengths of lines that may be continued, and the longest."""
    common = Counter(sizes[i] for i in follows)
    widths = [width for width, _ in common.most_common(3)]
    longest = max(sizes[i] for i in follows)
    for width in (longest, longest + 1, max(sizes)):
        if width not in widths:
            widths.append(width)
    return [width for width in widths if _MIN_WIDTH <= width <= _MAX_WIDTH]


@dataclass(slots=True)
class _Evidence:
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
        if not self.joints or self.full_alone > 2 * self.joints + 1:
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


def _hard(
    texts: Sequence[str], kinds: Sequence[str], sizes: Sequence[int], width: int, *, by_characters: bool
) -> tuple[int, int, Wrap] | None:
    own_kinds = frozenset(
        kinds[i] for i in range(len(texts)) if kinds[i] and (i == 0 or sizes[i - 1] < width - 1 or not texts[i - 1])
    )
    if not own_kinds or _too_long(texts, kinds, sizes, width, own_kinds):
        return None
    wrap = Wrap(width, own_kinds, by_characters=by_characters)
    seen = _Evidence(customary=width in _CUSTOMARY)
    firsts: set[str] = set()
    inside = False  # in a record that can be continued
    joined = False
    for i, text in enumerate(texts):
        is_head = kinds[i] in own_kinds
        seen.headed += is_head
        if is_head or not text:
            inside, joined = is_head, False
        following = texts[i + 1] if i + 1 < len(texts) else ""
        full = sizes[i] == width
        joint = wrap.joint(text, following) if inside and text else None
        if joint is None:
            seen.full_alone += full and inside and bool(following)
            if following and (not inside or kinds[i + 1] not in own_kinds):
                seen.loose += 1
            inside = False
            continue
        if full or joint == "":
            _count(seen, text, following, again=not is_head)
            if is_head:
                firsts.add(_DIGITS().sub("0", text))
            seen.records += not joined
            joined = True
        else:
            seen.loose += 1
    seen.distinct = max(len(firsts), 1)
    return (-seen.loose, seen.joints, wrap) if seen.points() >= _ENOUGH else None


def _too_long(
    texts: Sequence[str], kinds: Sequence[str], sizes: Sequence[int], width: int, own: frozenset[str]
) -> bool:
    """Whether lines are longer than the width; a sentence or two that a person typed around the log may be."""
    longer = [i for i, size in enumerate(sizes) if size > width]
    if not longer:
        return False
    if len(longer) > 2 or any(kinds[i] in own for i in longer):  # noqa: PLR2004 - above and below
        return True
    first = next((i for i, kind in enumerate(kinds) if kind in own), len(texts))
    return any(first < i < len(texts) - 3 for i in longer)


def _count(seen: _Evidence, text: str, following: str, *, again: bool) -> None:
    seen.joints += 1
    seen.again += again
    crossing = _crosses(text, following)
    seen.crossing += crossing
    seen.indented += following.startswith(("  ", "\t"))
    seen.own += not crossing and _OWN_LINE().match(following) is not None


def _crosses(text: str, following: str) -> float:
    """How much what is open at the end of a line, and goes on in the next, speaks for a cut."""
    if text.count('"') % 2 and following.count('"') % 2:
        return 1.5
    for opening, closing in ("()", "[]", "{}", "【】", "（）"):
        if text.count(opening) > text.count(closing) and following.count(closing) > following.count(opening):
            return 0.0 if text.endswith(opening) else 1.0
    left, right = text.rsplit(" ", 1)[-1], following.split(" ", 1)[0]
    if not left or not right or text.endswith(("...", "…", ":", "---")):
        return 0.0
    if right[0] in ",=/.:)]}_%&" and right[1:2].isalnum():
        return 1.0
    if left[-1] in "/=_,.%&@(" and left[-2:-1].isalnum() and right[0].isalnum() and left[-1] != ".":
        return 1.0
    return 1.0 * (_JOINTS().search(left) is not None and _JOINTS().search(right) is not None and not right[0].isupper())


def _soft(texts: Sequence[str], kinds: Sequence[str], *, by_characters: bool) -> tuple[int, int, Wrap] | None:
    """A wrap at spaces: one width for which every break was needed and no line is too long."""
    measure = len if by_characters else columns
    own = frozenset(kind for i, kind in enumerate(kinds) if kind and (i == 0 or not texts[i - 1] or kinds[i - 1]))
    if not own or kinds[0] not in own:
        return None
    breaks = [
        i for i in range(len(texts) - 1) if texts[i] and texts[i + 1] and kinds[i + 1] not in own and " " in texts[i]
    ]
    if any(texts[i + 1][0] in " \t" or texts[i][-1] == " " for i in breaks):
        return None
    longest = max((measure(text) for text in texts if " " in text.strip()), default=0)
    limit = min((measure(texts[i]) + 1 + measure(texts[i + 1].split(" ", 1)[0]) for i in breaks), default=0)
    if len(breaks) < 3 or not _MIN_WIDTH <= longest < limit:  # noqa: PLR2004 - two can be chance
        return None
    open_breaks = sum(_crosses(texts[i], texts[i + 1]) for i in breaks)
    return (0, len(breaks), Wrap(longest, own, by_characters=by_characters, soft=True)) if open_breaks else None


def join(lines: Iterable[Numbered], wrap: Wrap) -> Iterator[Line]:
    """The lines with their wraps joined, one behind the other in constant memory."""
    first = last = 0
    parts: list[str] = []
    piece = ""
    inside = False
    for number, text in lines:
        joint = wrap.joint(piece, text) if inside and parts and piece else None
        if joint is None:
            if parts:
                yield Line(first, "".join(parts), last)
            first, parts = number, [text]
            inside = head_kind(text) in wrap.kinds
        else:
            parts += (joint, text)
        piece, last = text, number
    if parts:
        yield Line(first, "".join(parts), last)
