"""A shell text taken apart: every simple command with its words, wherever it stands.

The grammar is tree-sitter's for bash: pipelines, lists, subshells, substitutions, loops, functions, here-documents. It
gets a text of the same length in which placeholders and what is not ASCII are plain letters, so that `<pid>` is a word
and not a redirection, and offsets are the same in both. Its time grows with the square of some inputs, so only the
first `LONGEST` characters are read as grammar; callers treat what follows as unknown.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from assistant.grounding.shell.placeholders import ANGLE
from assistant.grounding.shell.unquote import Word, unquote
from assistant.intake.lazily import lazily

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

LONGEST = 8000  # characters; no answer holds a longer program, and 8,000 characters of `x|` take a third of a second

_POWERSHELL_TABLE = lazily(r"@\{[^{}\n]{0,500}\}")
_ESCAPED = lazily(r"\\[^'\"$`\n]")
_NOT_ASCII = lazily(r"[^\x09\x0a\x20-\x7e]")
_DIVIDED = lazily(r"[^\s\\|&;]\\\n[^\s|&;]")


@dataclass(frozen=True, slots=True)
class Redirect:
    """`> file`: operator and target. A here-document has its text and where it begins."""

    operator: str
    target: Word
    is_document: bool = False


@dataclass(frozen=True, slots=True)
class Simple:
    """One simple command. `feeder` is the source of what is piped into it; `broken`: its line is no valid shell."""

    words: tuple[Word, ...]
    start: int
    end: int
    redirects: tuple[Redirect, ...] = ()
    piped: bool = False
    feeder: str = ""
    broken: bool = False


@dataclass(frozen=True, slots=True)
class Script:
    """All simple commands in order, variables and what is known of them, functions, lines that do not parse."""

    commands: tuple[Simple, ...]
    variables: Mapping[str, str | None] = field(default_factory=dict)
    functions: frozenset[str] = frozenset()
    broken: tuple[tuple[int, int], ...] = ()


@functools.cache
def _parser() -> Parser:
    import tree_sitter_bash  # noqa: PLC0415 - native code that only answers with commands pay for
    from tree_sitter import Language, Parser  # noqa: PLC0415

    return Parser(Language(tree_sitter_bash.language()))


def parse(text: str) -> Script:
    """The first `LONGEST` characters of a shell text; never raises."""
    text = text[:LONGEST]
    shadow = plain(text)
    tree = _parser().parse(shadow.encode("ascii"))
    reader = _Reader(text)
    reader.read(tree.root_node)
    # An error anywhere in a statement may have swallowed the lines behind it.
    reader.mark((node.start_byte, node.end_byte) for node in tree.root_node.children if node.has_error)
    # The shell joins what a backslash at the end of a line divides; the grammar takes it for a space.
    reader.mark(match.span() for match in _DIVIDED().finditer(text))
    return reader.script()


def plain(text: str) -> str:
    """The same length in ASCII: placeholders, escaped and foreign characters are letters.

    Escaped ones, because the grammar takes a line that begins with a backslash for a part of the line before it.
    """
    text = ANGLE().sub(_letters, text)
    text = _POWERSHELL_TABLE().sub(_letters, text)
    text = _ESCAPED().sub(_letters, text.replace("\r\n", " \n"))
    return _NOT_ASCII().sub("Z", text)


def _letters(match: re.Match[str]) -> str:
    return "P" * len(match[0])


class _Reader:
    """Walks the tree without recursion: hostile texts nest deeper than Python's stack."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._found: list[tuple[Node, tuple[Redirect, ...], bool, str]] = []
        self._lone: list[Simple] = []
        self._variables: dict[str, str | None] = {}
        self._functions: set[str] = set()
        self._broken: list[tuple[int, int]] = []

    def read(self, root: Node) -> None:
        stack: list[tuple[Node, tuple[Redirect, ...], bool, str]] = [(root, (), False, "")]
        while stack:
            node, redirects, piped, feeder = stack.pop()
            self._note(node)
            if node.type == "list" and redirects and node.named_children:
                parts = node.named_children
                stack.extend(
                    (part, redirects if part.id == parts[-1].id else (), False, "") for part in reversed(parts)
                )
            elif node.type == "pipeline":
                stack.extend(self._pipeline(node, redirects, piped, feeder))
            elif node.type == "redirected_statement":
                stack.extend(self._redirected(node, redirects, piped, feeder))
            else:
                if node.type in _COMMANDS:
                    self._found.append((node, redirects, piped, feeder))
                elif redirects:
                    self._alone(redirects)
                keep = piped and node.type in _GROUPS
                stack.extend((child, (), keep, feeder if keep else "") for child in reversed(node.named_children))

    def mark(self, spans: Iterable[tuple[int, int]]) -> None:
        """Note more places that are not to be trusted."""
        self._broken.extend(spans)

    def script(self) -> Script:
        broken = self._broken_lines()
        commands = [*self._lone]
        for node, redirects, piped, feeder in self._found:
            simple = self._simple(node, redirects, piped, feeder)
            if simple.start < simple.end:  # the grammar makes empty ones up where something is missing
                commands.append(simple)
        commands.sort(key=lambda each: (each.start, -each.end))
        marked = tuple(
            replace(each, broken=True) if any(start < each.end and each.start < end for start, end in broken) else each
            for each in commands
        )
        return Script(marked, self._variables, frozenset(self._functions), broken)

    def _note(self, node: Node) -> None:
        """Variables, functions and errors."""
        if node.type == "variable_assignment":
            name, _, value = self._slice(node).partition("=")
            word = unquote(value, 0, self._variables)
            known = len(word) == 1 and not word[0].dynamic and name not in self._variables
            self._variables[name.rstrip("+")] = word[0].value if known else None if value else ""
        elif node.type in {"for_statement", "c_style_for_statement", "select_statement"}:
            variable = node.child_by_field_name("variable")
            if variable is not None:
                self._variables[self._slice(variable)] = None
        elif node.type == "function_definition":
            name_node = node.child_by_field_name("name")
            if name_node is not None:
                self._functions.add(self._slice(name_node))
        elif node.type == "ERROR" or node.is_missing:
            self._broken.append((node.start_byte, max(node.end_byte, node.start_byte + 1)))

    def _pipeline(
        self, node: Node, redirects: tuple[Redirect, ...], piped: bool, feeder: str
    ) -> Iterator[tuple[Node, tuple[Redirect, ...], bool, str]]:
        parts = node.named_children
        for number, part in enumerate(parts):
            last = redirects if number == len(parts) - 1 else ()
            before = self._slice(parts[number - 1]) if number else feeder
            yield part, last, piped or number > 0, before

    def _redirected(
        self, node: Node, outer: tuple[Redirect, ...], piped: bool, feeder: str
    ) -> Iterator[tuple[Node, tuple[Redirect, ...], bool, str]]:
        body = node.child_by_field_name("body")
        redirects, rest = [*outer], []
        for child in node.named_children:
            if body is not None and child.id == body.id:
                continue
            if child.type.endswith("_redirect"):
                made, inner = self._redirect(child)
                redirects += made
                rest += inner
            else:
                rest.append((child, (), False, ""))
        if body is None:
            self._alone(tuple(redirects))
        else:
            yield body, tuple(redirects), piped, feeder
        yield from rest

    def _redirect(self, node: Node) -> tuple[list[Redirect], list[tuple[Node, tuple[Redirect, ...], bool, str]]]:
        """The redirections that a node stands for, and the nodes in it that are still to be visited."""
        made: list[Redirect] = []
        rest: list[tuple[Node, tuple[Redirect, ...], bool, str]] = []
        if node.type == "heredoc_redirect":
            body = next((child for child in node.named_children if child.type == "heredoc_body"), None)
            text = self._slice(body) if body is not None else ""
            at = body.start_byte if body is not None else node.end_byte
            made.append(Redirect("<<", Word(text, at, at + len(text)), is_document=True))
            for child in node.named_children:
                if child.type.endswith("_redirect"):
                    more, inner = self._redirect(child)
                    made += more
                    rest += inner
                elif child.type not in {"heredoc_start", "heredoc_end"}:
                    rest.append((child, (), True, text))
            return made, rest
        operator = next((self._slice(child) for child in node.children if not child.is_named), "<<<")
        for child in node.named_children:
            if child.type == "file_descriptor":
                continue
            words = unquote(self._slice(child), child.start_byte, self._variables)
            made += [Redirect(operator, word) for word in words]
            rest.append((child, (), False, ""))
        return made, rest

    def _alone(self, redirects: tuple[Redirect, ...]) -> None:
        """Redirections of a whole group, or without any command."""
        files = [each for each in redirects if not each.is_document]
        if files:
            start, end = self._with_operator(files[0]), max(each.target.end for each in files)
            self._lone.append(Simple((), start, end, tuple(files)))

    def _with_operator(self, redirect: Redirect) -> int:
        before = self._text[: redirect.target.start].rstrip()
        return len(before) - len(redirect.operator) if before.endswith(redirect.operator) else redirect.target.start

    def _simple(self, node: Node, outer: tuple[Redirect, ...], piped: bool, feeder: str) -> Simple:
        words: list[Word] = []
        redirects: list[Redirect] = []
        end = node.start_byte
        for child in node.children:
            if child.type == "variable_assignment" and node.type == "command":
                continue
            if child.type.endswith("_redirect"):
                redirects += self._redirect(child)[0]
                continue
            if child.start_byte < child.end_byte:
                words += unquote(self._slice(child), child.start_byte, self._variables)
                end = child.end_byte
        redirects += outer
        ends = [each.target.end for each in redirects if not each.is_document]
        start = min([node.start_byte, *(self._with_operator(each) for each in redirects if not each.is_document)])
        return Simple(tuple(words), start, max([end, *ends]), tuple(redirects), piped, feeder)

    def _broken_lines(self) -> tuple[tuple[int, int], ...]:
        """Whole lines: what stands beside an error may have been taken for something else."""
        lines = set()
        for start, end in self._broken:
            first = self._text.rfind("\n", 0, start) + 1
            last = self._text.find("\n", end)
            lines.add((first, len(self._text) if last < 0 else last))
        merged: list[tuple[int, int]] = []
        for start, end in sorted(lines):
            if merged and start <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
            else:
                merged.append((start, end))
        return tuple(merged)

    def _slice(self, node: Node) -> str:
        return self._text[node.start_byte : node.end_byte]


_COMMANDS = frozenset(["command", "declaration_command", "unset_command"])
_GROUPS = frozenset(
    ["subshell", "compound_statement", "while_statement", "do_group", "list", "if_statement", "command"]
)
