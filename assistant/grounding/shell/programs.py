"""The table of programs (`programs.txt`), and what of it holds for one command line."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

from assistant.grounding.shell.kinds import WHY, Judged, Kind, worst
from assistant.i18n import Text

_KINDS = {"safe": Kind.SAFE, "changes": Kind.CHANGES, "destroys": Kind.DESTROYS, "unknown": Kind.UNKNOWN}
_UNSURE = 3  # words that may belong to an option; each doubles the readings
_ABBREVIATED = 4  # characters of a long option, with its dashes, from which GNU programs may take it shortened


@dataclass(frozen=True, slots=True)
class Row:
    """One row: words in their order, options anywhere, and what it means when all are there."""

    words: tuple[frozenset[str], ...]
    options: tuple[frozenset[str], ...]
    kind: Kind
    why: Text


@dataclass(frozen=True, slots=True)
class Program:
    """The rows of one program, and its options that take the next word."""

    rows: tuple[Row, ...]
    values: frozenset[str] = frozenset()

    @property
    def subcommands(self) -> frozenset[str]:
        """The words that rows name."""
        return frozenset(word for row in self.rows for choices in row.words for word in choices if word != "*")

    @property
    def starts_servers(self) -> bool:
        """Whether its name is most often that of a running process."""
        return self.rows[0].why.en.startswith(("starts ", "changes the database server"))


@dataclass
class _Draft:
    rows: list[Row] = field(default_factory=list)
    values: set[str] = field(default_factory=set)


@functools.cache
def _table() -> tuple[Mapping[str, Program], tuple[tuple[str, Program], ...]]:
    """Programs by name, and those whose names end in `*`."""
    drafts: dict[str, _Draft] = {}
    for line in Path(__file__).with_name("programs.txt").read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("# ") and line != "#":
            _read_row(line, drafts)
    programs = {name: Program(tuple(draft.rows), frozenset(draft.values)) for name, draft in drafts.items()}
    patterns = tuple((name[:-1], program) for name, program in programs.items() if name.endswith("*"))
    return programs, patterns


def _read_row(line: str, drafts: dict[str, _Draft]) -> None:
    head, kind, *why = (part.strip() for part in line.split(" :: "))
    names, *pattern = head.split()
    for name in [names] if names in {"[", "[["} else names.split("|"):
        draft = drafts.setdefault(name, _Draft())
        if kind == "values":
            draft.values.update(why[0].split())
            continue
        words = tuple(frozenset(each.split("|")) for each in pattern if not each.startswith("-"))
        options = tuple(frozenset(_alternatives(each)) for each in pattern if each.startswith("-"))
        text = Text(why[0], why[1]) if why else _inherited(draft, _KINDS[kind])
        draft.rows.append(Row(words, options, _KINDS[kind], text))


def _alternatives(option: str) -> Iterator[str]:
    """`-X=POST|PUT` is `-X=POST` and `-X=PUT`; `-a|-b` are themselves."""
    name, equals, values = option.partition("=")
    if equals and "|" in values and "|-" not in values:
        yield from (f"{name}={value}" for value in values.split("|"))
    else:
        yield from option.split("|")


def _inherited(draft: _Draft, kind: Kind) -> Text:
    return next((row.why for row in draft.rows if row.kind is kind), WHY[kind])


def find(name: str) -> Program | None:
    """The program of that name, if the table knows it."""
    programs, patterns = _table()
    found = programs.get(name)
    if found is None:
        found = next((program for prefix, program in patterns if name.startswith(prefix)), None)
    return found


def names() -> frozenset[str]:
    """All names in the table."""
    return frozenset(_table()[0])


def names_word(program: Program, words: Sequence[str]) -> bool:
    """Whether one of the words is a subcommand that the table names."""
    return any(_is_word(word, program.subcommands) for word in words)


def judge(program: Program, arguments: Sequence[str]) -> Judged:
    """What the table says of a program with these arguments.

    Options that the table does not know may take the next word, or not: the worse reading counts.
    """
    readings = list(_positionals(program, arguments))
    return worst(*(_one(program, arguments, words) for words in readings))


def _one(program: Program, arguments: Sequence[str], words: Sequence[str]) -> Judged:
    found: Judged = (Kind.UNKNOWN, WHY[Kind.UNKNOWN])
    for row in program.rows:
        if _meets(row, arguments, words):
            found = (row.kind, row.why)
    return found


def _meets(row: Row, arguments: Sequence[str], words: Sequence[str]) -> bool:
    if len(words) < len(row.words):
        return False
    if not all(_is_word(word, choices) for word, choices in zip(words, row.words, strict=False)):
        return False
    return all(any(_has_option(arguments, each, row.kind) for each in choices) for choices in row.options)


def _is_word(word: str, choices: frozenset[str]) -> bool:
    return word in choices or any(choice.endswith("*") and word.startswith(choice[:-1]) for choice in choices)


def _has_option(arguments: Sequence[str], option: str, kind: Kind) -> bool:
    """Whether an option is there: as it is, as `--option=value`, and, where it does harm, in other spellings."""
    name, equals, value = option.partition("=")
    for position, argument in enumerate(arguments):
        if not argument.startswith("-"):
            continue
        if equals:
            following = arguments[position + 1] if position + 1 < len(arguments) else ""
            given = following if argument == name else argument.removeprefix(name).removeprefix("=")
            if argument.startswith(name) and _is_word(given, frozenset([value])):
                return True
        elif _spelled(argument, name, harmless=kind is Kind.SAFE):
            return True
    return False


def _spelled(argument: str, name: str, *, harmless: bool) -> bool:
    if argument == name or argument.startswith(f"{name}=") or (name.endswith("*") and argument.startswith(name[:-1])):
        return True
    if harmless:
        return False
    if name.startswith("--"):
        head = argument.partition("=")[0]
        return len(head) >= _ABBREVIATED and name.startswith(head)
    is_letter, is_cluster = len(name) == 2, not argument.startswith("--") and argument[1:].isalpha()  # noqa: PLR2004
    return is_letter and is_cluster and name[1] in argument[1:]


def _positionals(program: Program, arguments: Sequence[str]) -> Iterator[list[str]]:
    """The words that are no options, in the ways that they can be read."""
    fixed: list[tuple[tuple[str, ...], ...]] = []
    unsure, skip = 0, False
    for position, argument in enumerate(arguments):
        if skip:
            skip = False
            continue
        if argument == "--":
            fixed += [((each,),) for each in arguments[position + 1 :]]
            break
        if argument.startswith("-") and len(argument) > 1:
            skip = argument in program.values
            continue
        after_unknown = position > 0 and _may_take_value(arguments[position - 1], program)
        doubtful = after_unknown and unsure < _UNSURE
        unsure += doubtful
        fixed.append(((argument,), ()) if doubtful else ((argument,),))
    for reading in product(*fixed):
        yield [word for part in reading for word in part]


def _may_take_value(option: str, program: Program) -> bool:
    """Whether it is an option that the table says nothing of."""
    if not option.startswith("-") or "=" in option or option in program.values:
        return False
    return not any(option in choices for row in program.rows for choices in row.options)
