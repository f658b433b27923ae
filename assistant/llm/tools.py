"""The tools over one session: short, read-only, bounded, and behind the same gate as everything else that leaves.

They answer from the report and from the sources. A result is data that strangers may have written: it is abstracted,
masked, and fenced with the mark of this question. Whatever a model asks for, it gets a sentence, never an exception.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from assistant.i18n import Language, Text
from assistant.intake.tainted import abstract, asked_for, defused
from assistant.llm import lookup, moments, outgoing, prompts, reported, tokens
from assistant.llm.excerpts import shorten
from assistant.llm.items import Arguments
from assistant.llm.question import Question
from assistant.llm.toolspecs import TOOLS, WrongArguments, checked
from assistant.model import Source

RESULT = 600  # tokens of one result
ALL = 2400  # tokens of all results of one question: with the context they stay below a window of 8,192
_REST = 8  # tokens of `… N more`
_LEAST = 120  # tokens; less room than this is none
_LINES, _MOST_LINES = 20, 50  # shown without and with a limit of the model's own
_MOST_SHOWN = 80  # lines that `show_lines` reads at most

_MORE = Text("… {0} more", "… 还有 {0} 条")
_THE_LAST = Text("the last one:", "最后一条：")
_NO_LINE = Text("no line of {0} holds this", "{0} 行里没有这样的行")
_NO_SUCH = Text("source {0} has {1} lines", "来源 {0} 只有 {1} 行")
_UNTIMED = Text(
    "{0} more hold the words, but have no time that can be compared", "另有 {0} 行含有这些词，但没有可比较的时间"
)
_UNREAD = Text("{0} cannot be read any more", "{0} 已经无法读取")
_PARTLY = Text("only the first {0} lines were looked at: there was no time for more", "时间有限，只看了前 {0} 行")
_FULL = "there is no room for more results: answer with what you have"


class LogTools:
    """The tools of one question. `is_cut` tells when nobody waits for the answer any more."""

    def __init__(
        self, question: Question, nonce: str, redactor: outgoing.Redactor | None, is_cut: Callable[[], bool]
    ) -> None:
        self._question, self._nonce, self._redactor, self._is_cut = question, nonce, redactor, is_cut
        self._left = ALL
        self.shown: dict[tuple[int, int], str] = {}  # lines that the model was shown, as they are in the logs
        self._keep = asked_for(question.text)
        self._made: Mapping[str, Callable[[Mapping[str, Any]], Iterator[str]]] = {
            "search_lines": self._search,
            "show_lines": self._show,
            "list_facts": lambda given: reported.facts(question, given.get("kind", "")),
            "get_finding": lambda given: reported.finding(question, given["entry"]),
            "timeline": lambda given: reported.timeline(question, _between(given)),
            "find_entries": lambda given: reported.entries_about(question, given["words"]),
            "get_entry": lambda given: reported.entry(question, given["id"]),
        }

    @cached_property
    def specs(self) -> Sequence[Mapping[str, Any]]:
        """What the model is told of the tools."""
        return [tool.spec() for tool in TOOLS.values()]

    @cached_property
    def instructions(self) -> str:
        """What the system message says about them."""
        return prompts.render("tools", self._question.language, {})

    @cached_property
    def closing(self) -> str:
        """What the last request says."""
        text = prompts.render("closing", self._question.language, {"question": self._question.text.strip()[:2000]})
        return self._gate(text)

    def cost(self) -> int:
        """Tokens of offering the tools: specifications and instructions."""
        return tokens.count(json.dumps(list(self.specs))) + tokens.count(self.instructions)

    def restored(self, arguments: Arguments) -> dict[str, Any]:
        """Arguments with the values in place of their tokens, as they were in the log."""
        return {
            key: "".join(outgoing.restored([value], self._redactor)) if isinstance(value, str) else value
            for key, value in arguments.items()
        }

    def use(self, name: str, arguments: Arguments) -> str:
        """The result of one call, ready to be sent. Calls come one after another.

        Raises:
            Stopped: nobody waits for it any more.
        """
        room = min(RESULT, self._left)
        if room < _LEAST:
            return _FULL
        try:
            given = checked(name, self.restored(arguments))
            rows = self._safe(self._made[name](given))
            text = self._fenced(bounded(rows, room - self._fence, self._question.language))
        except WrongArguments as problem:
            text = self.refuse(str(problem))
        except lookup.Stopped:
            raise
        except Exception as problem:  # noqa: BLE001 - a fault in a tool must not cost the answer
            text = self.refuse(f"{name} failed: {type(problem).__name__}")
        self._left -= tokens.count(text)
        return text

    def refuse(self, problem: str) -> str:
        """A sentence for the model: its call was not carried out. It may name what stands in a log."""
        return self._gate(defused(abstract(f"not done: {problem}"), self._nonce))

    def _search(self, given: Mapping[str, Any]) -> Iterator[str]:
        language = self._question.language
        limit = max(1, min(given.get("limit", _LINES), _MOST_LINES))
        words = lookup.words_of(str(given.get("pattern", "")))
        sources = [self._source(given["source"])] if "source" in given else self._question.sources
        found = lookup.search(sources, words, limit, self._is_cut, _between(given))
        self._seen(found)
        if not found.count:
            yield _NO_LINE.get(language).format(f"{found.looked:,}")
        yield from (_row(line) for line in found.lines)
        if found.last and found.count > len(found.lines):
            more = _MORE.get(language).format(f"{found.count - len(found.lines):,}")
            yield f"{more}; {_THE_LAST.get(language)} {_row(found.last)}"
        yield from self._remarks(found)

    def _show(self, given: Mapping[str, Any]) -> Iterator[str]:
        source, first, last = self._source(given["source"]), max(1, given["first"]), given["last"]
        if last < first:
            raise WrongArguments(f"'last' ({last}) comes before 'first' ({first})")
        found = lookup.lines_between(source, first, min(last, first + _MOST_SHOWN - 1), self._is_cut)
        self._seen(found)
        if not found.lines and not found.unread and not found.out_of_time:
            yield _NO_SUCH.get(self._question.language).format(source.index, found.looked)
        yield from (_row(line) for line in found.lines)
        yield from self._remarks(found)

    def _seen(self, found: lookup.Found) -> None:
        lines = (*found.lines, *((found.last,) if found.last else ()))
        self.shown |= {(source, number): text for source, number, text in lines}

    def _remarks(self, found: lookup.Found) -> Iterator[str]:
        language = self._question.language
        yield from (_UNREAD.get(language).format(name) for name in found.unread)
        if found.untimed:
            yield _UNTIMED.get(language).format(f"{found.untimed:,}")
        if found.out_of_time:
            yield _PARTLY.get(language).format(f"{found.looked:,}")

    def _source(self, number: int) -> Source:
        found = next((source for source in self._question.sources if source.index == number), None)
        if found is None:
            known = ", ".join(f"{source.index} = {source.name[:40]}" for source in self._question.sources)
            raise WrongArguments(f"there is no source {number}; there are: {known}")
        return found

    def _safe(self, rows: Iterable[str]) -> list[str]:
        return [self._gate(defused(abstract(row, self._keep), self._nonce)) for row in rows]

    def _gate(self, text: str) -> str:
        return outgoing.outgoing(text, self._redactor)

    @cached_property
    def _fence(self) -> int:
        return tokens.count(self._fenced(""))

    def _fenced(self, text: str) -> str:
        return prompts.render("result", self._question.language, {"nonce": self._nonce, "result": text})


def bounded(rows: Sequence[str], limit: int, language: Language) -> str:
    """As many rows as fit into `limit` tokens, and how many more there are."""
    left = limit - _REST
    kept: list[str] = []
    for row in rows:
        left -= tokens.count(row) + 1
        if left < 0 and kept:
            break
        kept.append(row if left >= 0 else f"{row[:limit]}…")
    more = len(rows) - len(kept)
    return "\n".join([*kept, _MORE.get(language).format(more)] if more else kept)


def _row(line: tuple[int, int, str]) -> str:
    source, number, text = line
    return f"[{source}:{number}] {shorten(text)}"


def _between(given: Mapping[str, Any]) -> reported.Between:
    after, before = (_moment(given, name) for name in ("after", "before"))
    return after, before


def _moment(given: Mapping[str, Any], name: str) -> moments.Moment | None:
    if name not in given:
        return None
    found = moments.read(given[name])
    if found is None:
        raise WrongArguments(f"{name!r} is no time: {given[name][:40]!r}; write it as the logs do, e.g. 00:17:53")
    return found
