"""A model's Markdown made harmless to show: nothing that a terminal acts on, no link that was not ours, no disguise.

A model repeats what strangers wrote into logs. So links, images and HTML become plain text with their address in code,
terminal escapes and invisible characters go, and letters that only look like ASCII ones are shown as `‹U+0435›`. Links
stay links when their address is one of ours. The result is parsed again as both renderers would; what should still be
live then loses all its brackets.

>>> neutral("see [the logs](https://evil.example/?q=1) and ![x](http://evil.example/p.png)", ())
'see the logs (`https://evil.example/?q=1`) and x (`http://evil.example/p.png`)'
>>> neutral("[docs](https://nginx.org/) [1:2]", ("https://nginx.org/",))
'[docs](https://nginx.org/) [1:2]'
"""

from __future__ import annotations

import functools
import html
import re
from collections.abc import Callable, Collection, Iterator
from typing import Any

from assistant.grounding.lookalikes import fold, is_invisible, looks_ascii, suspects
from assistant.grounding.shell.command_lines import SHELL
from assistant.grounding.shell.commands import is_command
from assistant.intake.lazily import lazily

_ESCAPE = lazily(
    r"(?:\x1b\]|\x9d)8;[^;\x07\x1b\x9c]{0,500};(?P<url>[^\x07\x1b\x9c]{0,4000})(?:\x07|\x1b\\|\x9c)"  # OSC 8: a link
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c]{0,100000}(?:\x07|\x1b\\|\x9c|(?=\x1b)|\Z)"
    r"|(?:\x1b\[|\x9b)[0-?]{0,100}[ -/]{0,20}[@-~]?|\x1b[ -/]{0,20}[0-~]?"
)
_CLEAN = lazily(r"[\n\t\x20-\x7e\u00a1-\u00ac\u00ae-\u024f\u2013-\u2026\u3001-\u9fff\uff01-\uff5e]*")
_FENCE = lazily(
    r"(?P<open>(?P<before>[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*)[ \t]*(?P<mark>`{3,}(?=[^`\n]*$)|~{3,}))"
    r"(?P<info>[^\n]*)"
)
_INFO = lazily(r"[^\w+#.-]")
_LINK = lazily(
    r"(?<!\\)(?P<image>!?)(?<!\\)\[(?P<text>(?:[^\[\]\\]|\\.|\[[^\[\]]{0,100}\]){0,300})\]"
    r"\(\s{0,20}(?:<(?P<angle>[^<>\n]{0,4000})>|(?P<url>(?:[^\s()<>\\]|\\.|\([^\s()]{0,500}\)){0,4000}))"
    r"(?:\s{1,20}(?:\"[^\"]{0,500}\"|'[^']{0,500}'|\([^()]{0,500}\)))?\s{0,20}\)",
    re.DOTALL,
)
# `[label]: address` defines a link; `at [::1]:8000` in the middle of a line does not, and is to stay readable.
_DEFINITION = lazily(
    r"(?P<kept>(?<=[^\s>*+.)-])[ \t]*[^\s\w]?\[[0-9A-Fa-f:.]{2,45}\]:(?=\d{1,5}\b))|(?P<label>(?<!\\)\]):"
)
_AUTOLINK = lazily(r"(?<!\\)<(?P<url>[A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]{0,4000}|[\w.+-]{1,64}@[\w.-]{1,200})>")
_TAG = lazily(r"(?<!\\)<(?=[A-Za-z/!?\u0080-\U0010ffff])")
_URL = lazily(r"(?<![\w/.@\\-])(?:https?|ftps?|wss?)://[^\s<>`\\\"'|，。；：！？、）】」』]{1,4000}")
_ENTITY = lazily(r"&(?=#?\w{1,32};)")
_BACKTICK = lazily(r"(?<!\\)`")
_CITED = lazily(r"\d{1,4}:\d[\d,:;\s-]*")
_WORD = lazily(r"[^\W_]+")
_TRAILING = ".,;:!?)]*_~"
_CONTROLS_TO_SPACE = frozenset("\x0b\x0c\x85\u2028\u2029")
_ROUNDS = 4  # backticks put in may pair with others of a hostile text; ordinary text is stable at once
_CHECKED = lazily(r"[\[\]<&!]|://|@")


def neutral(markdown: str, allowed_urls: Collection[str]) -> str:
    """The text with nothing live in it but links to `allowed_urls`. Takes whole blocks; once more changes nothing."""
    shown = _once(_cleaned(markdown), allowed_urls)
    for _ in range(_ROUNDS):
        again = _once(shown, allowed_urls)
        if again == shown:
            return shown
        shown = again
    return _flat(shown)


def _once(text: str, allowed_urls: Collection[str]) -> str:
    pieces = list(_regions(text))
    shown = "".join(_code(piece) if is_code else _prose(piece, allowed_urls) for is_code, piece in pieces)
    if _CHECKED().search(shown) and _live(shown, allowed_urls):
        shown = "".join(_code(piece) if is_code else _flat(piece) for is_code, piece in pieces)
        if _live(shown, allowed_urls):  # the grammars disagree about what is code
            shown = _flat(text)
    return shown


def _cleaned(text: str) -> str:
    """Without terminal escapes, controls and what is not drawn."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _CLEAN().fullmatch(text):
        return text
    text = _ESCAPE().sub(_linked, text)
    return "".join(
        " " if each in _CONTROLS_TO_SPACE else each
        for each in text
        if each in _CONTROLS_TO_SPACE or not is_invisible(each)
    )


def _linked(match: re.Match[str]) -> str:
    """The address of a terminal's link stays, as text."""
    url = match["url"]
    return f" {url} " if url else ""


def _regions(text: str) -> Iterator[tuple[bool, str]]:
    """Blocks of fenced code, and what stands between them."""
    held: list[str] = []
    fence: re.Match[str] | None = None
    for line in text.splitlines(keepends=True):
        if fence is not None and not _within(line, fence["before"]):
            yield True, "".join(held)
            held, fence = [], None
        if fence is not None:
            held.append(line)
            if _closes(line, fence["mark"]):
                yield True, "".join(held)
                held, fence = [], None
        elif found := _FENCE().match(line.rstrip("\n")):
            if held:
                yield False, "".join(held)
            held, fence = [line], found
        else:
            held.append(line)
    if held:
        yield fence is not None, "".join(held)


def _within(line: str, before: str) -> bool:
    """Whether a line is still in the quotation or list item that a fence was opened in."""
    if not line.strip():
        return ">" not in before
    if line.count(">", 0, len(line) - len(line.lstrip("> \t"))) < before.count(">"):
        return False
    has_marker = before.strip("> \t") != ""
    return not has_marker or len(line) - len(line.lstrip("> \t")) >= len(before.rstrip())


def _closes(line: str, mark: str) -> bool:
    stripped = line.strip().lstrip("> \t")
    return stripped != "" and not stripped.strip(mark[0]) and len(stripped) >= len(mark)


def _code(text: str) -> str:
    """A fenced block: what it holds is text to both renderers; its first line names a language and nothing else."""
    first, newline, rest = text.partition("\n")
    found = _FENCE().match(first)
    if found is None:
        return text
    info = _INFO().sub("", found["info"].strip().split(" ")[0])[:30]
    return f"{found['open']}{info}{newline}" + "".join(
        _visible(line, shell=info in SHELL) for line in rest.splitlines(keepends=True)
    )


def _visible(text: str, *, shell: bool = False) -> str:
    """The code points of what only looks like ASCII; of punctuation only where a shell would read it."""
    if text.isascii():
        return text
    for each in suspects(text, punctuation=shell or is_command(fold(text.strip("` \n")))):
        text = text.replace(each, f"‹U+{ord(each):04X}›")
    return text


def _prose(text: str, allowed: Collection[str]) -> str:
    """Everything between blocks of code."""
    text = _paragraphs(text, _unpaired)
    text = _paragraphs(
        text, lambda part: _outside(part, lambda plain: _ENTITY().sub(_entity, plain)) if "&" in part else part
    )
    text = _paragraphs(text, lambda part: _links(part, allowed))
    text = _paragraphs(text, lambda part: _outside(part, lambda plain: _tags(plain, allowed)))
    text = _paragraphs(text, lambda part: _outside(part, lambda plain: _urls(plain, allowed)))
    return _paragraphs(text, _names)  # last: what has become code is looked at as code


def _paragraphs(text: str, change: Callable[[str], str]) -> str:
    """Code spans end with their paragraph."""
    return "".join(part if not part.strip() else change(part) for part in re.split(r"(\n[ \t>]*\n)", text))


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Where code spans stand: a run of backticks, and the next run of the same length (CommonMark 0.31, 6.1)."""
    runs = [match.span() for match in re.finditer("`+", text)]
    later: dict[int, list[int]] = {}
    for start, end in reversed(runs):
        later.setdefault(end - start, []).append(start)
    at = 0
    for start, end in runs:
        later[end - start].pop()
        backslashes = start - len(text[max(0, start - 20) : start].rstrip("\\")) - max(0, start - 20)
        opening = start + backslashes % 2  # an escaped backtick opens nothing, those behind it may
        closing = later.get(end - opening)
        if start >= at and opening < end and closing:
            at = closing[-1] + end - opening
            yield opening, at


def _unpaired(text: str) -> str:
    """Lone backticks as text, so that they cannot pair with those that are put around addresses."""
    return _outside(text, lambda plain: _BACKTICK().sub(r"\\`", plain)) if "`" in text else text


def _outside(text: str, change: Callable[[str], str]) -> str:
    """The text with what is not in code spans changed."""
    parts: list[str] = []
    at = 0
    for start, end in _spans(text):
        parts += [_apart(change(text[at:start]), before=at > 0, after=True), text[start:end]]
        at = end
    return "".join([*parts, _apart(change(text[at:]), before=at > 0, after=False)])


def _apart(text: str, *, before: bool, after: bool) -> str:
    """Backticks that were put in do not run together with those of a neighbour."""
    left = " " if before and text.startswith("`") else ""
    right = " " if after and text.endswith("`") else ""
    return f"{left}{text}{right}"


def _masked(text: str) -> str:
    """The same length, with letters for what is in code spans."""
    parts, at = [], 0
    for start, end in _spans(text):
        parts += [text[at:start], "x" * (end - start)]
        at = end
    return "".join([*parts, text[at:]])


def _links(text: str, allowed: Collection[str]) -> str:
    """Links and images as their text and their address; definitions of links as text."""
    for _ in range(6):  # an image in a link in a link
        masked = _masked(text)
        parts, at, changed = [], 0, False
        for match in _LINK().finditer(masked):
            made = _unlinked(text, match, allowed)
            if made is not None:
                beside = (text[: match.start()].endswith("`"), text.startswith("`", match.end()))
                parts += [text[at : match.start()], _apart(made, before=beside[0], after=beside[1])]
                at, changed = match.end(), True
        text = "".join([*parts, text[at:]])
        if not changed:
            break
    return _outside(text, lambda plain: _DEFINITION().sub(_undefined, plain)) if "]:" in text else text


def _undefined(match: re.Match[str]) -> str:
    return match["kept"] or f"{match['label']}\\:"


def _unlinked(text: str, match: re.Match[str], allowed: Collection[str]) -> str | None:
    """What stands for a link; None for one of ours."""
    group = "url" if match["angle"] is None else "angle"
    url = text[match.start(group) : match.end(group)]
    if not match["image"] and url in allowed and "[" not in match["text"]:
        return None
    shown = text[match.start("text") : match.end("text")].strip()
    shown = f"[{shown}]" if _CITED().fullmatch(shown) else shown
    address = url.replace("`", "").strip()
    if not address:
        return shown
    return f"`{address}`" if shown in {address, f"`{address}`"} or not shown else f"{shown} (`{address}`)"


def _tags(text: str, allowed: Collection[str]) -> str:
    """HTML and links in angle brackets as text."""

    def one(match: re.Match[str]) -> str:
        return match[0] if match["url"] in allowed else f"`{match['url']}`"

    parts, at = [], 0
    for match in _AUTOLINK().finditer(text):
        parts += [_TAG().sub("&lt;", text[at : match.start()]), one(match)]
        at = match.end()
    return "".join([*parts, _TAG().sub("&lt;", text[at:])])


def _urls(text: str, allowed: Collection[str]) -> str:
    """Addresses in the text as code, so that nothing makes links of them."""
    kept = [match.span() for match in _LINK().finditer(text)] + [match.span() for match in _AUTOLINK().finditer(text)]

    def one(match: re.Match[str]) -> str:
        url = match[0]
        if any(start <= match.start() < end for start, end in kept):
            return url
        bare = url.rstrip(_TRAILING)
        if bare in allowed:
            return url
        left = " " if text.endswith("`", 0, match.start()) else ""
        return f"{left}`{bare}`{url[len(bare) :]}"

    return _URL().sub(one, text) if "://" in text else text


def _entity(match: re.Match[str]) -> str:
    """An entity for something invisible is shown as it is written."""
    rest = match.string[match.end() : match.end() + 40]
    decoded = html.unescape(f"&{rest[: rest.index(';') + 1]}")
    return "&amp;" if any(is_invisible(each) for each in decoded) else "&"


def _names(text: str) -> str:
    """Words that mix ASCII with its look-alikes, and whole disguises in code."""
    if text.isascii():
        return text
    parts, at = [], 0
    for start, end in _spans(text):
        parts += [_WORD().sub(_mixed, text[at:start]), _visible(text[start:end])]
        at = end
    return "".join([*parts, _WORD().sub(_mixed, text[at:])])


def _mixed(match: re.Match[str]) -> str:
    word = match[0]
    if (
        word.isascii()
        or not any("a" <= each.lower() <= "z" for each in word)
        or re.fullmatch(r"[μµ][smgAVWFLlB]\w?", word)
    ):
        return word
    return "".join(f"‹U+{ord(each):04X}›" if each >= "\x80" and looks_ascii(each) else each for each in word)


_FLAT = {"[": "&#91;", "]": "&#93;", "<": "&#60;", "!": "&#33;", "`": "'", "~": "-"}


def _flat(text: str) -> str:
    """Without any bracket or mark that could be live: the last resort."""
    return _urls("".join(_FLAT.get(each, each) for each in text), ())


@functools.cache
def _parsers() -> tuple[Any, ...]:
    """Both renderers read CommonMark with tables; one knows images and HTML, the other does not."""
    from markdown_it import MarkdownIt  # noqa: PLC0415 - only answers of models need it

    most = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    most.validateLink = _any_link  # type: ignore[method-assign,assignment]  # the library's own way
    least = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    least.validateLink = _any_link  # type: ignore[method-assign,assignment]
    return most, least


def _any_link(_: str) -> bool:
    return True


def _live(text: str, allowed: Collection[str]) -> bool:
    """Whether a renderer would make a link, an image or HTML of anything."""
    ours = {_normal(url) for url in allowed}
    for parser in _parsers():
        environment: dict[str, Any] = {}
        tokens = parser.parse(text, environment)
        if environment.get("references"):
            return True
        for token in tokens:
            for each in (token, *(token.children or ())):
                if each.type in {"image", "html_inline", "html_block"}:
                    return True
                if each.type == "link_open" and _normal(str(each.attrs.get("href", ""))) not in ours:
                    return True
    return False


@functools.cache
def _normal(url: str) -> str:
    normalised: str = _parsers()[0].normalizeLink(html.unescape(url))
    return normalised
