"""Programs that run other programs, and where in their words the other one begins."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.grounding.shell import programs
from assistant.grounding.shell.kinds import Judged, Kind
from assistant.grounding.shell.unquote import Word
from assistant.grounding.shell.wrapper_shapes import (
    EDITS,
    FETCHED,
    GLOBAL_VALUES,
    OPENS_SHELL,
    SAFE,
    SCRIPT,
    SHAPES,
    SHELLS,
    SUBCOMMANDS,
    Shape,
    shape,
)
from assistant.i18n import Text


@dataclass(frozen=True, slots=True)
class Through:
    """What a wrapper runs: words, or a shell text; and what it does by itself."""

    words: tuple[Word, ...] = ()
    script: str | None = None
    own: Judged = SAFE


def wraps(name: str) -> bool:
    """Whether a program of that name runs another one that its words name."""
    return name in SHELLS or name in SHAPES or name in {"env", "su", "flock", "runuser"}


def see_through(program: str, words: Sequence[Word]) -> Through | None:
    """What a wrapper runs; None when the program is none, or wraps nothing as it stands."""
    if program in SHELLS:
        return _shell(words)
    special = _SPECIAL.get(program)
    if special is not None:
        return special(words)
    if program in SHAPES:
        return _apply(SHAPES[program], words[1:])
    found = _subcommand(program, words)
    return _apply(*found) if found is not None else None


def _subcommand(program: str, words: Sequence[Word]) -> tuple[Shape, Sequence[Word]] | None:
    names, position = [program], 1
    while position < len(words) and len(names) < 4:  # noqa: PLR2004 - program and three words
        value = words[position].value
        if value.startswith("-"):
            position += 2 if value in GLOBAL_VALUES else 1
            continue
        names.append(value)
        position += 1
        found = SUBCOMMANDS.get(tuple(names))
        if found is not None:
            return found, words[position:]
    return None


def _apply(form: Shape, rest: Sequence[Word]) -> Through | None:
    values = [word.value for word in rest]
    if form.stop & set(values[: _command_at(form, values)]):
        return None
    inner = tuple(rest[values.index("--") + 1 if form.dashes and "--" in values else _command_at(form, values) :])
    if not inner:
        return Through(own=form.empty if form.own is SAFE else form.own)
    if form.join:
        return Through(script=" ".join(word.value for word in inner), own=form.own)
    return Through(inner, own=form.own)


def _command_at(form: Shape, values: Sequence[str]) -> int:
    """Where the inner command begins: behind options, their values, and the words that belong to the wrapper."""
    position, left = 0, form.before
    while position < len(values):
        value = values[position]
        if value == "--":
            return position + 1 + left
        if value.startswith("-") and len(value) > 1:
            position += 2 if value in form.values else 1
        elif left:
            left -= 1
            position += 1
        elif "=" in value and not form.before and _is_assignment(value):
            position += 1
        else:
            return position
        if not left and form.before and position and not values[position - 1].startswith("-"):
            return position + (values[position : position + 1] == ["--"])
    return position


def _is_assignment(value: str) -> bool:
    return value.partition("=")[0].replace("_", "a").isalnum()


def _shell(words: Sequence[Word]) -> Through:
    """`bash -c '…'`, `bash -n file`, `bash script`, `bash`."""
    for position, word in enumerate(words[1:], 1):
        value = word.value
        if value.startswith("-") and not value.startswith("--") and "c" in value[1:]:
            if position + 1 < len(words):
                inner = words[position + 1]
                return Through(script=inner.value, own=SCRIPT if inner.dynamic else SAFE)
            return Through(own=OPENS_SHELL)
        if value in {"-n", "--version", "--help"}:
            return Through(own=SAFE)
        if value in {"-o", "-O", "+o", "--rcfile", "--init-file"}:
            continue
        if not value.startswith(("-", "+")):
            return Through(own=FETCHED if value.startswith("<(") else SCRIPT)
    return Through(own=OPENS_SHELL)


def _env(words: Sequence[Word]) -> Through:
    for position, word in enumerate(words[1:], 1):
        if word.value in {"-S", "--split-string"} and position + 1 < len(words):
            return Through(script=" ".join(each.value for each in words[position + 1 :]))
        if word.value.startswith(("-S", "--split-string=")):
            script = word.value.removeprefix("--split-string=").removeprefix("-S")
            return Through(script=" ".join([script, *(each.value for each in words[position + 1 :])]))
    found = _apply(shape("-u -C --unset --chdir"), words[1:])
    return found if found is not None else Through()


def _su(words: Sequence[Word]) -> Through:
    """`su - postgres -c '…'`."""
    for position, word in enumerate(words[1:], 1):
        if word.value in {"-c", "--command", "--session-command"} and position + 1 < len(words):
            return Through(script=words[position + 1].value)
        if word.value.startswith("--command="):
            return Through(script=word.value.partition("=")[2])
    return Through(own=OPENS_SHELL)


def _flock(words: Sequence[Word]) -> Through:
    values = [word.value for word in words]
    for option in ("-c", "--command"):
        if option in values[:-1]:
            return Through(script=values[values.index(option) + 1])
    return _apply(shape("-w -E --timeout --wait", before=1), words[1:]) or Through()


def _script_option(*options: str, own: Judged) -> Callable[[Sequence[Word]], Through | None]:
    """Programs that take a shell text with an option."""

    def look(words: Sequence[Word]) -> Through | None:
        for position, word in enumerate(words[:-1]):
            if word.value in options:
                return Through(script=words[position + 1].value, own=own)
        return None

    return look


def _runuser(words: Sequence[Word]) -> Through | None:
    through = _script_option("-c", "--command", own=SAFE)(words)
    return through or _apply(SHAPES["runuser"], words[1:])


def _sudo(words: Sequence[Word]) -> Through | None:
    values = [word.value for word in words[1:]]
    if "-e" in values[:2] or words[0].value.endswith("sudoedit"):
        return Through(own=EDITS)
    return _apply(SHAPES["sudo"], words[1:])


def _multiplexer(words: Sequence[Word]) -> Through | None:
    """`tmux new -d '…'`, `screen -dm …`: whatever stands behind the options."""
    values = [word.value for word in words]
    started = {
        "new",
        "new-session",
        "neww",
        "new-window",
        "split-window",
        "send-keys",
        "respawn-pane",
        "-dm",
        "-dmS",
        "-Dm",
        "run-shell",
        "-X",
    }
    if not started & set(values):
        return None
    first = 1 + next(position for position, value in enumerate(values) if value in started)
    inner = [value for value in values[first:] if not value.startswith("-")]
    return Through(
        script=" ; ".join([" ".join(inner), *(value for value in inner if " " in value)]),
        own=(Kind.CHANGES, Text("starts a session", "打开会话")),
    )


def _find(words: Sequence[Word]) -> Through | None:
    """`find … -exec COMMAND {} ;`, once or several times, beside what find does itself (-delete)."""
    inner: list[tuple[Word, ...]] = []
    rest: list[str] = []
    position = 1
    while position < len(words):
        if words[position].value in {"-exec", "-execdir", "-ok", "-okdir"}:
            end = position + 1
            while end < len(words) and words[end].value not in {";", "+"}:
                end += 1
            inner.append(tuple(words[position + 1 : end]))
            position = end
        else:
            rest.append(words[position].value)
        position += 1
    program = programs.find("find")
    if not inner or program is None:
        return None
    own = programs.judge(program, rest)
    if len(inner) == 1:
        return Through(inner[0], own=own)
    return Through(script="; ".join(shlex.join(word.value for word in each) for each in inner), own=own)


def _module(words: Sequence[Word]) -> Through | None:
    """`python -m pip install …` is pip."""
    for position, word in enumerate(words[1:-1], 1):
        if word.value == "-m" and words[position + 1].value in _MODULES:
            return Through(tuple(words[position + 1 :]))
        if not word.value.startswith("-"):
            return None
    return None


def _ssh(words: Sequence[Word]) -> Through | None:
    """`ssh -T git@host` is answered with a greeting."""
    values = [word.value for word in words[1:]]
    if "-T" in values and values[-1].startswith("git@"):
        return Through(own=(Kind.SAFE, Text("asks the server who you are", "询问服务器你的身份")))
    return _apply(SHAPES["ssh"], words[1:])


_MODULES = frozenset(["pip", "gunicorn", "uvicorn", "celery", "hypercorn", "flask", "alembic"])
_SPECIAL: dict[str, Callable[[Sequence[Word]], Through | None]] = {
    "env": _env,
    "su": _su,
    "flock": _flock,
    "find": _find,
    "runuser": _runuser,
    "sudo": _sudo,
    "sudoedit": _sudo,
    "ssh": _ssh,
    **dict.fromkeys(("python", "python3", "python2", "pypy3"), _module),
    "tmux": _multiplexer,
    "screen": _multiplexer,
    "script": _script_option("-c", "--command", own=SAFE),
    "vagrant": _script_option("-c", "--command", own=SAFE),
    "ansible": _script_option("-a", "--args", own=(Kind.CHANGES, Text("changes machines", "会改动多台机器"))),
}
