"""A model's answer held to the facts while it streams: what the user sees has been checked, block by block.

Nothing is shown before the first claims were judged. When too many of them fail, the model is asked once more, with
the failures named; when that fails too, the rules' answer is given, with the model's text below it. An answer that
turns bad only later is marked where it does, and the rules' answer follows it.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import closing

from assistant.grounding.check import Checked, Checker, complete
from assistant.grounding.claims import Claim, Verdict, bad
from assistant.grounding.ground import Ground
from assistant.grounding.neutral import neutral
from assistant.i18n import Language, Text

HELD = 6  # claims that are judged before anything is shown
LIMIT = 0.3  # the share of claims that may fail
_NAMED = 12  # failures that the model is told of
_TOLD = 140  # characters of one

_AGAIN = Text(
    "Some statements of your answer are not borne out by the data:\n{0}\n"
    "Write the whole answer anew. Leave out or correct these; state nothing that the data does not say.",
    "你的回答里有些说法没有数据支持：\n{0}\n请重写整个回答：删去或改正这些说法，不要写数据里没有的内容。",
)
_RETRIED = Text(
    "{failed} of {judged} claims of the model were not borne out; it is asked once more",
    "模型的 {judged} 条说法中有 {failed} 条没有依据，再问它一次",
)
_GIVEN_UP = Text(
    "too many of the model's claims were not borne out ({failed} of {judged}); this is the rules' answer",
    "模型的说法有太多没有依据（{judged} 条中 {failed} 条），以下由规则给出",
)
_BELOW = Text("The model's answer, with its marks:", "模型的回答（带核对标记）：")
_RULES = Text("The rules' answer:", "规则给出的回答：")


class Failed(Exception):
    """An answer of which too little is borne out, before any of it was shown."""

    def __init__(self, checked: Checked) -> None:
        self.checked = checked
        super().__init__(f"{len(bad(checked.claims))} of {checked.judged} claims failed")


class Held:
    """One attempt at an answer. Feed it the model's pieces; what comes back may be shown."""

    def __init__(self, ground: Ground) -> None:
        self._checker = Checker(ground)
        self._raw = ""
        self._clean = ""
        self._taken = 0  # characters of the raw text that are in the clean one
        self.shown = ""
        self.checked = Checked("", ())
        self._urls = frozenset(
            reference
            for finding in ground.report.findings
            if finding.entry in ground.knowledge.entries
            for reference in ground.knowledge.entries[finding.entry].references
            if reference.startswith("https://")
        )

    @property
    def text(self) -> str:
        """What the model wrote."""
        return self._raw

    def feed(self, piece: str) -> str:
        """What may be shown after this piece.

        Raises:
            Failed: too many of the first claims fail.
        """
        self._raw += piece
        if "\n" not in piece:
            return ""
        end = complete(self._raw)
        if end <= self._taken:
            return ""
        self._take(end)
        self.checked = self._checker.whole(self._clean, closing=False)
        if not self.shown:
            if self.checked.judged < HELD:
                return ""
            if fails(self.checked):
                raise Failed(self.checked)
        return self._new(self.checked.markdown)

    def finish(self) -> str:
        """The rest, with the line that counts.

        Raises:
            Failed: too many claims fail, and nothing was shown yet.
        """
        self._take(len(self._raw))
        self.checked = self._checker.whole(self._clean)
        if not self.shown and fails(self.checked):
            raise Failed(self.checked)
        return self._new(self.checked.markdown)

    def _take(self, end: int) -> None:
        self._clean += neutral(self._raw[self._taken : end], self._urls)
        self._taken = end

    def _new(self, markdown: str) -> str:
        more = markdown[len(self.shown) :] if markdown.startswith(self.shown) else ""
        self.shown += more
        return more


def fails(checked: Checked) -> bool:
    """Whether too little of an answer is borne out, or nothing, or what it opens with is not."""
    first = next((claim for claim in checked.claims if claim.kind in ("cause", "name")), None)
    if first is not None and first in bad(checked.claims) and first.start < _headline(checked):
        return True
    if not checked.judged:
        return checked.count(Verdict.UNCONFIRMED) > 0  # all of it is the model's own
    return checked.share > LIMIT  # also of one claim: a short answer that is wrong is no answer


def _headline(checked: Checked) -> int:
    return checked.markdown.find("\n") if "\n" in checked.markdown else len(checked.markdown)


def again(checked: Checked, language: Language) -> str:
    """What the model is told, so that it can do better."""
    failed = bad(checked.claims) or [claim for claim in checked.claims if claim.verdict is Verdict.UNCONFIRMED]
    rows = [f"- {_told(claim, language)}" for claim in failed[:_NAMED]]
    return _AGAIN.get(language).format("\n".join(rows))


def _told(claim: Claim, language: Language) -> str:
    because = f" ({claim.because.get(language)})" if claim.because else ""
    return f"{' '.join(claim.text.split())[:_TOLD]}{because[:_TOLD]}"


def hold(
    ask: Callable[[str, str], Generator[str, None, None]],
    make_ground: Callable[[], Ground],
    rules: str,
    language: Language,
    tell: Callable[[str], None],
) -> Iterator[str]:
    """The pieces of a checked answer. `ask` gets the answer that failed and what is said about it, both empty at first.

    The ground is made when the first words are there: while the model is still thinking about the rest.
    """
    answer, complaint = "", ""
    ground: Ground | None = None
    for attempt in (1, 2):
        held: Held | None = None
        try:
            with closing(ask(answer, complaint)) as pieces:
                for piece in pieces:
                    ground = ground or make_ground()
                    held = held or Held(ground)
                    yield held.feed(piece)
            if held is None:
                return
            yield held.finish()
        except Failed as failed:
            if attempt == 1 and held is not None:
                tell(_counted(_RETRIED, failed.checked, language))
                answer, complaint = held.text, again(failed.checked, language)
                continue
            tell(_counted(_GIVEN_UP, failed.checked, language))
            yield f"{rules.rstrip()}\n\n---\n\n{_folded(failed.checked.markdown, language)}\n"
            return
        is_bad = fails(held.checked)
        if is_bad:
            tell(_counted(_GIVEN_UP, held.checked, language))
        if is_bad or not held.checked.judged:  # what holds nothing that could be checked does not stand alone
            yield f"\n\n---\n\n**{_RULES.get(language)}**\n\n{rules}"
        return


def _counted(text: Text, checked: Checked, language: Language) -> str:
    own = checked.count(Verdict.UNCONFIRMED) if not checked.judged else 0
    return text.get(language).format(failed=len(bad(checked.claims)) or own, judged=checked.judged or own)


def _folded(markdown: str, language: Language) -> str:
    """The model's text as a quotation, so that nobody takes it for the answer."""
    rows = (f"**{_BELOW.get(language)}**", "", *markdown.strip().splitlines())
    return "\n".join(f"> {row}".rstrip() for row in rows)
