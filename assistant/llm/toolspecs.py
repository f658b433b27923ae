"""The tools that a model is offered: names, what they are for, and their parameters, with a check of what came.

The descriptions are paid for with each question, so they are short. They are in English in either language: models are
trained on such descriptions in English.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from assistant.i18n import Language, Text
from assistant.llm.items import Arguments

_LONGEST = 400  # characters of one argument


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: `whole` numbers, or text."""

    name: str
    description: str = ""
    required: bool = False
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Tool:
    """One tool; `spoken` says to the user what is being done, with the arguments' values."""

    name: str
    description: str
    parameters: tuple[Parameter, ...]
    spoken: Text

    def spec(self) -> dict[str, Any]:
        """The tool in the form of the OpenAI API."""
        properties = {
            each.name: {"type": "integer" if each.whole else "string"}
            | ({"description": each.description} if each.description else {})
            for each in self.parameters
        }
        required = [each.name for each in self.parameters if each.required]
        schema = {"type": "object", "properties": properties, "required": required}
        return {
            "type": "function",
            "function": {"name": self.name, "description": self.description, "parameters": schema},
        }


class WrongArguments(Exception):
    """What a model is told about its call."""


_TIMES = (Parameter("after", "time as the logs write it, e.g. 00:17 or 2025-05-12 00:17:53"), Parameter("before"))
TOOLS: Mapping[str, Tool] = {
    tool.name: tool
    for tool in (
        Tool(
            "search_lines",
            "Log lines that hold all the given words (any case and order, quotes keep words together; no regex), "
            "with their [source:line].",
            (
                Parameter("pattern", "one or more words", required=True),
                Parameter("source", "number of one source", whole=True),
                *_TIMES,
                Parameter("limit", "lines shown, at most 50", whole=True),
            ),
            Text("searching the logs for {pattern}", "在日志中查找 {pattern}"),
        ),
        Tool(
            "show_lines",
            "The lines of one source, from first to last.",
            (
                Parameter("source", required=True, whole=True),
                Parameter("first", required=True, whole=True),
                Parameter("last", required=True, whole=True),
            ),
            Text("reading lines {first}–{last} of source {source}", "查看来源 {source} 的第 {first}–{last} 行"),
        ),
        Tool(
            "list_facts",
            "Facts that parsers extracted; without kind: which kinds there are.",
            (Parameter("kind", "e.g. oom.kill, or its beginning"),),
            Text("listing facts {kind}", "列出事实 {kind}"),
        ),
        Tool(
            "get_finding",
            "All about one finding: status, lines, causes and effects, what would decide it.",
            (Parameter("entry", "id of its entry", required=True),),
            Text("looking at the finding {entry}", "查看发现 {entry}"),
        ),
        Tool("timeline", "What happened, in order.", _TIMES, Text("looking at the timeline", "查看时间线")),
        Tool(
            "find_entries",
            "Entries of the knowledge base about something.",
            (Parameter("words", required=True),),
            Text("searching the knowledge base for {words}", "在知识库中查找 {words}"),
        ),
        Tool(
            "get_entry",
            "One entry of the knowledge base: meaning, causes, fixes.",
            (Parameter("id", required=True),),
            Text("reading the entry {id}", "查阅条目 {id}"),
        ),
    )
}


def checked(name: str, given: Arguments) -> dict[str, Any]:
    """The arguments of a call, each of its kind; what is left out is not there.

    Raises:
        WrongArguments: no such tool, or arguments that it does not take.
    """
    tool = TOOLS.get(name)
    if tool is None:
        raise WrongArguments(f"there is no tool {name[:60]!r}; there are: {', '.join(TOOLS)}")
    known = {each.name: each for each in tool.parameters}
    for key in given:
        if key not in known:
            raise WrongArguments(f"{name} takes no {str(key)[:60]!r}; it takes: {', '.join(known)}")
    values = {key: _value(known[key], value) for key, value in given.items() if value not in (None, "")}
    for each in tool.parameters:
        if each.required and each.name not in values and each.name != "pattern":
            raise WrongArguments(f"{name} needs {each.name!r}")
    if name == "search_lines" and not values.keys() & {"pattern", "after", "before"}:
        raise WrongArguments("search_lines needs 'pattern'")
    return values


def _value(parameter: Parameter, value: Any) -> int | str:
    if not parameter.whole:
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            raise WrongArguments(f"{parameter.name!r} must be text")
        return str(value)[:_LONGEST]
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise WrongArguments(f"{parameter.name!r} must be a whole number")
    try:
        number = int(str(value).strip()) if isinstance(value, str) else int(value)
    except (ValueError, OverflowError):
        raise WrongArguments(f"{parameter.name!r} must be a whole number, not {str(value)[:40]!r}") from None
    if not 0 <= number < 1 << 53:
        raise WrongArguments(f"{parameter.name!r} must be a whole number from 1")
    return number


def spoken(name: str, arguments: Arguments, language: Language) -> str:
    """One line for the user: what the model is looking up."""
    tool = TOOLS.get(name)
    if tool is None:
        return name[:60]
    values = {each.name: " ".join(str(arguments.get(each.name, "")).split())[:80] for each in tool.parameters}
    return " ".join(tool.spoken.get(language).format(**values).split())


def nearest(word: str, known: Sequence[str]) -> str:
    """`; nearest: …` with known words like this one, or nothing."""
    close = get_close_matches(word, known, n=4, cutoff=0.4)
    close += [each for each in known if word and word.lower() in each.lower() and each not in close][:4]
    return f"; nearest: {', '.join(close)}" if close else ""
