"""Commands in an answer: taken apart by a grammar, named, and judged by what running them does.

>>> [(each.program, str(each.kind)) for each in commands("sudo systemctl restart app && rm -rf /tmp/x > /dev/null")]
[('systemctl', 'changes state'), ('rm', 'destroys data')]
>>> is_command("free -h"), is_command("/var/log/syslog"), is_command("upstream prematurely closed connection")
(True, False, False)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.grounding.lookalikes import suspects
from assistant.grounding.shell import command_risks as risks
from assistant.grounding.shell import sql
from assistant.grounding.shell.command_input import Inner, Verdict
from assistant.grounding.shell.command_lines import CODE, DATABASE_PROMPT, SHELL, SQL, Part, behind_prompt, parts
from assistant.grounding.shell.command_shapes import is_sql, looks_like_command, redis_words
from assistant.grounding.shell.command_words import LONGEST, parse
from assistant.grounding.shell.databases import redis_command
from assistant.grounding.shell.directives import Directive, directives
from assistant.grounding.shell.kinds import Judged, Kind, worse_or_equal, worst
from assistant.grounding.shell.placeholders import placeholders
from assistant.i18n import Text

__all__ = ["Command", "Directive", "Kind", "commands", "directives", "is_command"]

_TOO_LONG: Judged = (Kind.UNKNOWN, Text("is too long to be read as a command", "太长，无法当作命令分析"))
_NESTED = 4  # shell texts within shell texts
_CODE_CALLS = re.compile(
    r"os\.(?:system|popen|remove|unlink|rmdir|exec\w*)|subprocess|shutil\.rmtree|\beval\s*\(|\bexec\s*\(|child_process|execSync|Runtime\.getRuntime"
    r"|ProcessBuilder|unlink\s*\(|\.unlink\(|rmtree|exec\.Command|system\s*\(|popen|socket\.|urlopen|requests\.|__import__|fs\.(?:rm|unlink|writeFile)"
)


@dataclass(frozen=True, slots=True)
class Command:
    """One simple command. `text` is `given[start:end]`; `words` and `program` are those behind all wrappers."""

    text: str
    words: tuple[str, ...]
    program: str
    kind: Kind
    why: Text
    placeholders: tuple[str, ...]
    start: int
    end: int


def commands(text: str, language_tag: str = "") -> tuple[Command, ...]:
    """All simple commands in a text of shell, a console or SQL, in order.

    `language_tag` is what stands behind the fence. In a text that is no shell (a log, a configuration), only the
    lines that are commands by themselves count. Never raises; the time is linear in the length.
    """
    tag = language_tag.strip().lower()
    if tag in SQL:
        return tuple(_statements(text, 0))
    found: list[Command] = []
    if tag in CODE:
        found += _code(text, tag)
    for part in parts(text[:LONGEST], tag):
        found += _as_it_stands(part) if part.source else _of_part(part)
    if len(text) > LONGEST:
        end = len(text.rstrip())
        rest = text[LONGEST:end]
        if rest.strip() and (tag in SHELL or found):
            found.append(Command(rest, (), "", *_TOO_LONG, (), LONGEST, end))
    some = (each for each in found if each.text)  # a lone backslash joins nothing with nothing
    return tuple(sorted(some, key=lambda each: (each.start, -each.end)))


def is_command(text: str) -> bool:
    """Whether inline code is a command: `free -h` is, a path, a message, a name or a setting is not."""
    if len(text) > LONGEST or "\n" in text.strip():
        return False
    return looks_like_command(behind_prompt(text))


def _as_it_stands(part: Part) -> Iterator[Command]:
    """Commands of a rewritten text all stand where it stood."""
    for each in _of_part(part):
        yield replace(each, text=part.source, start=part.start, end=part.start + len(part.source))


def _of_part(part: Part) -> Iterator[Command]:
    if part.prompt == DATABASE_PROMPT or is_sql(part.text):
        yield from _statements(part.text, part.start)
    elif (words := redis_words(part.text)) is not None:
        kind, why = redis_command(words)
        text = part.text.strip()
        start = part.start + len(part.text) - len(part.text.lstrip())
        yield Command(
            text, tuple(words), "redis-cli", kind, why, placeholders(text, tuple(words)), start, start + len(text)
        )
    else:
        yield from _shell(part.text, part.start)


def _statements(text: str, offset: int) -> Iterator[Command]:
    for start, end, bare in sql.statements(text[:LONGEST]):
        piece = text[start:end].rstrip()
        kind, why = sql.judge_one(bare)
        if suspects(piece):
            kind, why = worst(
                (kind, why),
                (Kind.UNKNOWN, Text("holds characters that are not what they seem", "含有形似或不可见的字符")),
            )
        words = tuple(piece.split())
        yield Command(
            piece, words, "sql", kind, why, placeholders(piece, words), offset + start, offset + start + len(piece)
        )


def _shell(text: str, offset: int) -> Iterator[Command]:
    script = parse(text)
    assigned = frozenset(script.variables)
    bomb = risks.self_calling(script.functions, script.commands)
    environment = risks.environment(tuple(script.variables))
    found: list[Command] = []
    for simple in script.commands:
        source = text[simple.start : simple.end]
        verdict = risks.judge(simple, source, script.functions, _inner(_NESTED))
        if not simple.words and verdict.kind is Kind.SAFE:  # `< file`, `> /dev/null` of a group
            continue
        if bomb and verdict.program in script.functions:
            verdict = verdict.with_least(risks.FORK_BOMB)
        if environment is not None:
            verdict = verdict.with_least(environment)
        found.append(_command(source, verdict, assigned, offset + simple.start))
    yield from found
    for verdict, start, end in _naive(text, script.broken):
        at = offset + start
        if not any(each.start <= at < each.end and worse_or_equal(each.kind, verdict.kind) for each in found):
            found.append(_command(text[start:end], verdict.with_least(risks.BROKEN), frozenset(), at))
            yield found[-1]
    for start, end in script.broken:
        if not any(each.start < offset + end and offset + start < each.end for each in found):
            piece = text[start:end].strip()
            at = start + text[start:end].index(piece)
            yield Command(piece, (), "", *risks.BROKEN, (), offset + at, offset + at + len(piece))


def _command(source: str, verdict: Verdict, assigned: frozenset[str], start: int) -> Command:
    held = placeholders(source, verdict.words, assigned)
    return Command(source, verdict.words, verdict.program, verdict.kind, verdict.why, held, start, start + len(source))


def _inner(depth: int) -> Inner:
    """Judges a shell text within a command."""

    def judge(text: str) -> Sequence[Verdict]:
        if not depth or len(text) > LONGEST:
            return [Verdict("", (), *risks.COMPUTED)]
        script = parse(text)
        found = [
            risks.judge(simple, text[simple.start : simple.end], script.functions, _inner(depth - 1))
            for simple in script.commands
        ]
        if script.broken:
            found += [verdict for verdict, _, _ in _naive(text, script.broken)]
            found.append(Verdict("", (), *risks.BROKEN))
        if risks.self_calling(script.functions, script.commands):
            found.append(Verdict("", (), *risks.FORK_BOMB))
        return found

    return judge


def _naive(text: str, broken: Sequence[tuple[int, int]]) -> Iterator[tuple[Verdict, int, int]]:
    """Lines that the grammar does not take, piece by piece: what they would be if they were complete."""
    for start, end in broken:
        for match in re.finditer(r"[^;|&\n(){}`]+", text[start:end]):
            piece = match[0].strip()
            at = start + match.start() + len(match[0]) - len(match[0].lstrip())
            words = re.sub(r"['\"\\]", "", piece).split()
            if not words or piece.startswith("#"):
                continue
            simple = parse(" ".join(word for word in words if not re.search(r"[<>$]", word)))
            for each in simple.commands[:1]:
                yield risks.judge(each, piece, frozenset(), lambda _: ()), at, at + len(piece)


def _code(text: str, tag: str) -> Iterator[Command]:
    """A program in another language: that it runs something is all that is known."""
    if _CODE_CALLS.search(text[:LONGEST]):
        piece = text.strip()
        start = text.index(piece)
        why = Text("is code that starts programs or changes files", "是会启动程序或改动文件的代码")
        yield Command(piece, (), tag, Kind.UNKNOWN, why, (), start, start + len(piece))
