"""The one gate that text passes on its way to a model, and the way back.

Nothing reaches a model but through `outgoing`. What comes back names masked values by their tokens (`⟨ip-1⟩`); they are
put back while the answer streams, also when a token is split over two pieces, and when a small model wrote other
brackets, other case, or, in code, none at all.

Inside a URL a token is only put back when the server of the URL is itself one of the masked machines, or this one:
what a log line could have talked the model into, `https://elsewhere/?x=⟨secret-1⟩`, must carry nothing when clicked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

_HELD = 48  # characters; longer than any token, so that a lone bracket does not hold the stream up
_LONG = 8  # characters from which a value stands nowhere by accident
_LONGEST_URL = 2000  # characters; what is longer is passed on as it is
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]|[\u202a-\u202e\u2066-\u2069]")
_DASH = "[-_\u2010\u2011\u2012\u2013 ]?"
# Brackets that go with the token, and brackets that a sentence may have put around it, which stay.
_TOKEN = (
    rf"(?:\\?[⟨<〈《＜«‹【「]|&lt;)(?P<kind>[A-Za-z]{{2,8}}){_DASH}(?P<number>\d{{1,6}})(?:\\?[⟩>〉》＞»›】」]|&gt;)"
)
_ENCLOSED = r"(?P<open>(?<!\$)[\[({])(?P<inner>[A-Za-z]{2,8}-\d{1,6})(?P<close>[\])}])"
_BARE = r"(?P<bare>(?<![\w-])[A-Za-z]{2,8}-\d{1,6}(?![\w-]))"
_URL_CHARACTERS = r"[^\s<>\"'`⟨⟩〈〉，。；、）】」]"
_URL = rf"(?P<url>//(?:{_TOKEN.replace('?P<kind>', '?:').replace('?P<number>', '?:')}|{_URL_CHARACTERS})+)"
_PART = re.compile(rf"(?P<ticks>`+)|{_URL}|{_TOKEN}|{_ENCLOSED}|{_BARE}|(?P<newline>\n\s*\n)")
_ANY_TOKEN = re.compile(_TOKEN)
_HOST = re.compile(r"//(?:[^/?#]*@)?(?P<host>[^/?#@]*?)(?::\d{1,5})?(?=[/?#]|$)")
_OWN = re.compile(r"localhost|127\.\d+\.\d+\.\d+|\[::1?\]|0\.0\.0\.0", re.IGNORECASE)
_OPEN = re.compile(
    r"(?:\\|\\?[⟨<〈《＜«‹【「]|\$?[\[({])[\w.\u2010-\u2013-]*(?: \d*)?\\?$"
    r"|&(?:l(?:t(?:;[\w-]*(?:&(?:g(?:t)?)?)?)?)?)?$|/$|\$$|`+$"
)
_OPEN_URL = re.compile(rf"//(?:{_URL_CHARACTERS}|[⟨<〈《][\w-]*[⟩>〉》]?)*$")
_WORD = re.compile(r"[\w-]+$")
_END_OF_URL = re.compile(r"[\s\"'`]")


class Redactor(Protocol):
    """`assistant.intake.redact.Redactor`: masks secrets and addresses, each value always by the same token."""

    def redact(self, text: str) -> str:
        """The text with tokens for what must not leave the machine."""

    def restore(self, text: str) -> str:
        """The text with the values that its tokens stand for."""


def outgoing(text: str, redactor: Redactor | None) -> str:
    """The text as it may leave: without control characters, and masked unless the user switched that off (None)."""
    clean = _CONTROL.sub("", text)
    return clean if redactor is None else redactor.redact(_taken_back(clean, redactor))


def _taken_back(text: str, redactor: Redactor) -> str:
    """Values that were given out before, as their tokens, even where nothing parts them from the text around them.

    A model may have written `⟨secret-1⟩⟨email-1⟩`; with the values put back, its answer holds them in one word, and
    goes out again as history or to be mended.
    """
    values: Mapping[str, str] = getattr(redactor, "values", {})
    for token, value in sorted(values.items(), key=lambda pair: -len(pair[1])):
        if len(value) >= _LONG:
            text = text.replace(value, token)
    return text


def restored(pieces: Iterable[str], redactor: Redactor | None) -> Iterator[str]:
    """The pieces with masked values put back. A piece that may end inside a token or a URL waits for the next one."""
    if redactor is None:
        yield from pieces
        return
    way_back = _WayBack(redactor)
    for piece in pieces:
        text = way_back.feed(piece)
        if text or not piece:
            yield text
    if rest := way_back.finish():
        yield rest


class _WayBack:
    """One answer on its way back: whether it is in code, or in a URL that got too long."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self._written: frozenset[str] | set[str] = getattr(redactor, "written", frozenset())
        self._held = ""
        self._fence = self._span = self._passing = False

    def feed(self, piece: str) -> str:
        """What is sure by now."""
        self._held += piece
        cut = self._safe_end()
        text, self._held = self._held[:cut], self._held[cut:]
        return self._restore(text)

    def finish(self) -> str:
        """What was held to the end."""
        text, self._held = self._held, ""
        return self._restore(text)

    def _safe_end(self) -> int:
        """Where a token, a URL or a mark of code could still be open."""
        held = self._held
        match = _OPEN_URL.search(held, max(0, len(held) - _LONGEST_URL)) or _OPEN.search(
            held, max(0, len(held) - _HELD)
        )
        if match is None:
            match = _WORD.search(held, max(0, len(held) - _HELD))
            if match and not self._in_code_at(match.start()):
                match = None
        return match.start() if match else len(held)

    def _in_code_at(self, end: int) -> bool:
        fence, span = self._fence, self._span
        for match in re.finditer(r"`+|\n\s*\n", self._held[:end]):
            fence, span = _after(match[0], fence=fence, span=span)
        return fence or span

    def _restore(self, text: str) -> str:
        if self._passing:
            end = _END_OF_URL.search(text)
            if end is None:
                return text
            self._passing = False
            return text[: end.start()] + self._restore(text[end.start() :])
        return _PART.sub(self._part, text)

    def _part(self, match: re.Match[str]) -> str:
        if match["ticks"] or match["newline"]:
            self._fence, self._span = _after(match[0], fence=self._fence, span=self._span)
            return match[0]
        if match["url"]:
            self._passing = len(match[0]) >= _LONGEST_URL
            return _ANY_TOKEN.sub(self._token, match[0]) if self._is_own(match[0]) else match[0]
        if match["kind"]:
            return self._token(match)
        if match["inner"]:
            return f"{match['open']}{self._plain(match['inner'])}{match['close']}"
        return self._plain(match["bare"]) if self._fence or self._span else match[0]

    def _token(self, match: re.Match[str]) -> str:
        token = f"⟨{match['kind'].lower()}-{int(match['number'])}⟩"
        value = self._redactor.restore(token)
        return match[0] if value == token else value

    def _plain(self, word: str) -> str:
        """A token without its own brackets, unless the log has such a word of its own."""
        token = f"⟨{word.lower()}⟩"
        value = self._redactor.restore(token)
        return word if value == token or word.lower() in self._written else value

    def _is_own(self, url: str) -> bool:
        """Whether the server in a URL is a masked one, as a whole, or this machine."""
        found = _HOST.match(url)
        if found is None:
            return False
        token = _ANY_TOKEN.fullmatch(found["host"])
        return bool(_OWN.fullmatch(found["host"])) or (token is not None and self._token(token) != token[0])


def _after(mark: str, *, fence: bool, span: bool) -> tuple[bool, bool]:
    """Whether a fence or a span of code is open after a mark; an empty line ends a span."""
    if mark.startswith("\n"):
        return fence, False
    if len(mark) >= 3:  # noqa: PLR2004 - CommonMark, fenced code blocks
        return not fence, False
    return fence, span if fence else not span
