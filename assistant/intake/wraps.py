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

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from assistant.intake.evidence import ENOUGH, Evidence, crosses, stands_alone
from assistant.intake.heads import CERTAIN, head_kind
from assistant.intake.lazily import lazily
from assistant.intake.quoting import Numbered
from assistant.intake.width import columns, is_wide
from assistant.model import Line

_MIN_WIDTH = 32
_MAX_WIDTH = 1000
_MAX_SOFT = 160  # mail programs and editors break earlier
_CUSTOMARY = frozenset({72, 76, 78, 79, 80, 99, 100, 119, 120, 131, 132, 140, 150, 160, 180, 200, 239, 240})
_SAMPLE = 6000  # lines that decide; a wrap shows in far fewer
_DIGITS = lazily(r"\d+")


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

    def starts(self, text: str) -> bool:
        """Whether a line starts a record here, wherever it stands."""
        kind = head_kind(text)
        return kind in self.kinds or kind in CERTAIN

    def joint(self, text: str, following: str) -> str | None:
        """What to put between a line and the next one when that continues it; None when it does not."""
        if not following or self.starts(following):
            return None
        if following.startswith(("    ", "\t")) and head_kind(text) == "traceback":  # the source line of a frame
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


def _hard(
    texts: Sequence[str], kinds: Sequence[str], sizes: Sequence[int], width: int, *, by_characters: bool
) -> tuple[int, int, Wrap] | None:
    own_kinds = frozenset(
        kinds[i] for i in range(len(texts)) if kinds[i] and (i == 0 or sizes[i - 1] < width - 1 or not texts[i - 1])
    )
    if not own_kinds or _too_long(texts, kinds, sizes, width, own_kinds):
        return None
    wrap = Wrap(width, own_kinds, by_characters=by_characters)
    seen = Evidence(customary=width in _CUSTOMARY)
    firsts: set[str] = set()
    inside = False  # in a record that can be continued
    joined = False
    for i, text in enumerate(texts):
        is_head = kinds[i] in own_kinds or kinds[i] in CERTAIN
        seen.headed += is_head
        if is_head or not text:
            inside, joined = is_head, False
        following = texts[i + 1] if i + 1 < len(texts) else ""
        full = sizes[i] == width
        joint = wrap.joint(text, following) if inside and text else None
        if joint is None:
            seen.full_alone += full and inside and bool(following)
            if following and not (kinds[i + 1] in own_kinds or kinds[i + 1] in CERTAIN):
                seen.loose += 1
            inside = False
            continue
        if full or joint == "":
            seen.count(text, following, again=not is_head)
            if is_head:
                firsts.add(_DIGITS().sub("0", text))
            seen.records += not joined
            joined = True
        else:
            seen.loose += 1
    seen.distinct = max(len(firsts), 1)
    return (-seen.loose, seen.joints, wrap) if seen.points() >= ENOUGH else None


def _too_long(
    texts: Sequence[str], kinds: Sequence[str], sizes: Sequence[int], width: int, own: frozenset[str]
) -> bool:
    """Whether lines are longer than the width; a sentence or two that a person typed around the log may be."""
    longer = [i for i, size in enumerate(sizes) if size > width]
    if not longer:
        return False
    if len(longer) > 2 or any(kinds[i] in own or kinds[i] in CERTAIN for i in longer):  # noqa: PLR2004 - above and below
        return True
    first = next((i for i, kind in enumerate(kinds) if kind in own), len(texts))
    return any(first < i < len(texts) - 3 for i in longer)


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
    if len(breaks) < 3 or not _MIN_WIDTH <= longest < min(limit, _MAX_SOFT):  # noqa: PLR2004 - two can be chance
        return None
    crossing = sum(crosses(texts[i], texts[i + 1]) for i in breaks)
    strange = sum(stands_alone(texts[i + 1]) for i in breaks)
    again = any(kinds[i] not in own for i in breaks)
    if crossing < ENOUGH / 2 or strange > len(breaks) // 4 or not again:
        return None
    return (0, len(breaks), Wrap(longest, own, by_characters=by_characters, soft=True))


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
            inside = wrap.starts(text)
        else:
            parts += (joint, text)
        piece, last = text, number
    if parts:
        yield Line(first, "".join(parts), last)
