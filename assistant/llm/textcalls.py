"""Tool calls that a model wrote as text, because it, or its server, knows no other way.

Small models write `<tool_call>{"name": …, "arguments": {…}}</tool_call>`, `[TOOL_CALLS][{…}]`,
`<function=name>{…}</function>` or the bare object, where the interface has a field for it. Such an answer is no answer.
When it is nothing but calls of tools that exist, with arguments that are JSON, they are taken for what they mean.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from typing import Any

from assistant.llm.items import Arguments

_STARTS = (
    "<tool_call",
    "<function",
    "[TOOL_CALLS]",
    "<|python_tag|>",
    "```json",
    "```tool",
    "```\n{",
    "{",
    "[{",
    "[ {",
    "[\n",
)
_WRAPPED = re.compile(r"<tool_call>\s*(.*?)\s*(?:</tool_call>|\Z)", re.DOTALL)
_FUNCTION = re.compile(r"<function=([\w.-]{1,64})>\s*(.*?)\s*(?:</function>|\Z)", re.DOTALL)
_FENCED = re.compile(r"```(?:json|tool_call|tool)?\s*(.*?)\s*```", re.DOTALL)
_SPOKEN_OF = re.compile(r'"(?:name|function|tool)"\s*:\s*"|<tool_call|<function=|\[TOOL_CALLS\]')

Calls = list[tuple[str, Arguments]]


def may_begin(text: str) -> bool:
    """Whether a text that has only begun could still turn out to be a call."""
    begun = text.lstrip()
    return any(begun.startswith(start) or start.startswith(begun) for start in _STARTS)


def looks_like_calls(text: str) -> bool:
    """Whether a whole answer means to call tools, readable or not."""
    begun = text.lstrip()
    return begun.startswith(_STARTS) and _SPOKEN_OF.search(begun) is not None


def names_one(text: str, names: Collection[str]) -> bool:
    """Whether a text names a tool, as an answer never does: `I will use search_lines to …`."""
    return any(name in text for name in names if "_" in name)


def parse(text: str, names: Collection[str]) -> Calls | None:
    """The calls that a text consists of; None when it is anything else, or when any of them is not clear."""
    stripped = text.strip().removeprefix("<|python_tag|>").removeprefix("[TOOL_CALLS]").strip()
    for pattern in (_WRAPPED, _FENCED):
        bodies = pattern.findall(stripped)
        if bodies:
            if pattern.sub("", stripped).strip():
                return None  # words around the calls: which of them is meant?
            return _all([call for body in bodies for call in _read(body)], names)
    functions = _FUNCTION.findall(stripped)
    if functions:
        if _FUNCTION.sub("", stripped).strip():
            return None
        return _all([_call({"name": name, "arguments": body or "{}"}) for name, body in functions], names)
    return _all(_read(stripped), names)


def _all(calls: list[tuple[str, Arguments] | None], names: Collection[str]) -> Calls | None:
    clear = [call for call in calls if call is not None and call[0] in names]
    return clear if clear and len(clear) == len(calls) else None


def _read(body: str) -> list[tuple[str, Arguments] | None]:
    """The calls of one JSON text: an object, a list of them, or objects one after another."""
    decoder, found, at = json.JSONDecoder(), [], 0
    while at < len(body):
        try:
            value, at = decoder.raw_decode(body, at)
        except (ValueError, RecursionError):
            if body.startswith("{{") and body.endswith("}}"):  # copied from a template in which braces are doubled
                return _read(body[1:-1])
            return [None]
        found += [_call(each) for each in (value if isinstance(value, list) else [value])]
        while at < len(body) and body[at] in " \t\r\n;,":
            at += 1
    return found or [None]


def _call(value: Any) -> tuple[str, Arguments] | None:
    if not isinstance(value, Mapping):
        return None
    inner = value.get("function")
    value = inner if isinstance(inner, Mapping) else value
    name = value.get("name") or value.get("tool") or value.get("function")
    given: Any = next((value[key] for key in ("arguments", "parameters", "args", "input") if key in value), {})
    if isinstance(given, str):
        try:
            given = json.loads(given)
        except (ValueError, RecursionError):
            return None
    return (name, given) if isinstance(name, str) and isinstance(given, Mapping) else None
