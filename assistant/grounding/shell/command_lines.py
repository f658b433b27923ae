"""Where commands stand in a text: prompts, output, comments, lines of other languages."""
# ruff: noqa: E501 - patterns stay whole

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.grounding.shell import programs
from assistant.grounding.shell.command_shapes import (
    ARGUMENT,
    PROSE,
    REDIS_PROMPT,
    SHORT,
    WORDS,
    looks_like_command,
    starts_program,
)
from assistant.intake.lazily import lazily

SHELL = frozenset(
    ["bash", "sh", "shell", "zsh", "ksh", "fish", "dash", "console", "shell-session", "shellsession", "sh-session",
     "bash-session", "terminal", "cmd", "command", "powershell", "ps1", "pwsh", "bat", "batch"]
)  # fmt: skip
CONSOLE = frozenset(["console", "shell-session", "shellsession", "sh-session", "bash-session", "terminal"])
SQL = frozenset(
    ["sql", "mysql", "psql", "postgres", "postgresql", "pgsql", "plsql", "plpgsql", "mariadb", "sqlite", "tsql"]
)
CODE = frozenset(
    ["python", "py", "python3", "perl", "ruby", "rb", "javascript", "js", "node", "typescript", "ts", "php", "lua",
     "go", "java", "c", "cpp", "rust", "groovy", "powershell"]
)  # fmt: skip
DATABASE_PROMPT = "sql"

_PROMPT = lazily(
    r"[ \t]*(?:\([\w.-]{1,40}\)[ \t]*)?(?:\[?[\w.-]{1,40}@[\w.-]{1,60}[^\n#$%>]{0,80}?\]?[#$%>][ \t]+|(?:ba|z|k)?sh-[\d.]{1,8}[#$][ \t]*"
    r"|[$%❯➜][ \t]+|PS [^\n>]{0,80}>[ \t]*)"
)
_ROOT = lazily(r"[ \t]*#[ \t]+")
_SQL_PROMPT = lazily(r"[ \t]*(?:(?:mysql|sqlite|MariaDB \[[^\]\n]{0,60}\])>|[a-z_]\w{0,40}[=-][#>])[ \t]+")
_PREFIX = lazily(
    r"\s*(?:[-*]\s+|(?:[\d*/,-]+\s+){5}(?:root\s+)?)?(?:(?:[Rr]un|RUN|[Cc]ommand|CMD|cmd|script|entrypoint|ENTRYPOINT|Exec(?:Start|Stop|Reload)(?:Pre|Post)?)\s*[:=]?\s*)?[-@+!]?"
)


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of the text that is shell (or SQL, behind such a prompt), and where it begins."""

    text: str
    start: int
    prompt: str = ""
    source: str = ""  # where the text is not as it stands (a list of JSON), what stands there


def parts(text: str, tag: str) -> Iterator[Part]:
    """The pieces of a text that hold commands."""
    lines = _lines(text)
    prompts = [_prompt(line, tag) for _, line in lines]
    first = next((prompt for (_, line), prompt in zip(lines, prompts, strict=True) if _counts(line, prompt)), None)
    if first or (any(prompts) and (tag in CONSOLE or tag not in SHELL)):
        yield from _console(lines, prompts)
    elif tag in SHELL or (tag == "" and _is_script(lines)):
        yield Part(text, 0)
    else:
        yield from _single(lines)


def _counts(line: str, prompt: tuple[int, str] | None) -> bool:
    return prompt is not None or (line.strip() != "" and not line.lstrip().startswith("#"))


def behind_prompt(line: str) -> str:
    """A line without the prompt of a console."""
    found = _prompt(line, "console")
    return line[found[0] :] if found else line


def _lines(text: str) -> list[tuple[int, str]]:
    """Logical lines with their offsets: a backslash at the end joins."""
    found, start, at = [], 0, 0
    for line in text.split("\n"):
        at += len(line) + 1
        if line.endswith("\\") and at <= len(text):
            continue
        found.append((start, text[start : at - 1]))
        start = at
    if start < len(text):
        found.append((start, text[start:]))
    return found


def _prompt(line: str, tag: str) -> tuple[int, str] | None:
    """Where the command behind a prompt begins, and of what kind the prompt is."""
    match = _PROMPT().match(line)
    if match and line[match.end() :].strip():
        return match.end(), "$"
    match = _SQL_PROMPT().match(line)
    if match and line[match.end() :].strip():
        return match.end(), DATABASE_PROMPT
    match = REDIS_PROMPT().match(line)
    if match and line[match.end() :].strip():
        return 0, "redis"
    match = _ROOT().match(line)
    if match and (tag in CONSOLE or tag == ""):
        rest = line[match.end() :]
        plausible = tag in CONSOLE or (_strict(rest) and PROSE().search(rest) is None)
        return (match.end(), "$") if plausible and rest.strip() and not rest.startswith("#") else None
    return None


def _strict(line: str) -> bool:
    """A command and no comment: a known program, and arguments that no sentence has."""
    words = line.split()
    if len(words) < 2 or (programs.find(words[0].rpartition("/")[2]) is None and words[0] not in {"sudo", "ssh"}):  # noqa: PLR2004
        return bool(words) and words[0] in {"reboot", "poweroff", "halt"} and len(words) == 1
    return any(ARGUMENT().match(word) for word in words[1:]) or (
        starts_program(line) and words[0] not in WORDS and len(words) <= SHORT
    )


def _console(lines: list[tuple[int, str]], prompts: list[tuple[int, str] | None]) -> Iterator[Part]:
    """Prompts mark commands; the rest is output, unless it is a command in its own right."""
    document = ""
    pending: Part | None = None
    for (start, line), prompt in zip(lines, prompts, strict=True):
        if pending is not None:
            body = pending.text + "\n" + line
            pending = Part(body, pending.start, pending.prompt)
            if line.strip() == document:
                yield pending
                pending = None
            continue
        if prompt is None:
            if looks_like_command(line):
                yield Part(line, start)
            continue
        part = Part(line[prompt[0] :], start + prompt[0], DATABASE_PROMPT if prompt[1] == DATABASE_PROMPT else "")
        opened = re.search(r"<<-?\s*(['\"]?)(\w+)\1", part.text)
        if opened:
            document, pending = opened[2], part
        else:
            yield part
    if pending is not None:
        yield pending


def _is_script(lines: list[tuple[int, str]]) -> bool:
    """Whether a text without a tag is shell: its first line and at least half of its lines are commands."""
    real = [line for _, line in lines if line.strip() and not line.lstrip().startswith("#")]
    if not real:
        return False
    hits = sum(looks_like_command(line) for line in real)
    opens = re.search(r"<<|\b(?:do|then)\b|\(\)\s*\{", real[0]) is not None
    return looks_like_command(real[0]) and (hits * 2 >= len(real) or opens)


def _single(lines: list[tuple[int, str]]) -> Iterator[Part]:
    """Lines that are commands by themselves, also behind what configurations put before them."""
    for start, line in lines:
        text, at = line, start
        if not looks_like_command(text):
            match = _PREFIX().match(line)
            at = start + (match.end() if match else 0)
            text = line[at - start :]
            if not match or not match[0].strip() or not text.strip():
                continue
            listed = _from_list(text) if text.startswith("[") else None
            if listed is not None and looks_like_command(listed):
                yield Part(listed, at, source=text.rstrip())
                continue
            if not looks_like_command(text):
                continue
        yield Part(text, at)


def _from_list(text: str) -> str | None:
    """`["sh", "-c", "…"]` as a command line."""
    try:
        words = json.loads(text.strip())
    except (ValueError, RecursionError):
        return None
    if isinstance(words, list) and words and all(isinstance(word, str) for word in words):
        return shlex.join(words)
    return None
