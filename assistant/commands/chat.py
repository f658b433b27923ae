"""`assistant` and `assistant chat`: the chat, after what was given on the command line or piped in."""

from __future__ import annotations

import os
import stat
import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.commands.common import exit_code, open_store, print_reply, read_standard_input
from assistant.config import Settings
from assistant.errors import SessionNotFound, UsageError
from assistant.i18n import Text
from assistant.incident import Incident
from assistant.terminal.output import tell

if TYPE_CHECKING:
    from assistant.sessions.store import Store

_NO_TERMINAL = Text(
    "the chat needs a terminal, and nothing was piped in; try: assistant explain error.log",
    "聊天需要终端，也没有管道输入；可以用：assistant explain error.log",
)


def run(arguments: Namespace, settings: Settings) -> int:
    """Talk, when there is somebody to talk to; otherwise explain what was given."""
    piped = _is_piped()
    given = [(Path(name), Path(name).name) for name in arguments.files if name != "-"]
    text = read_standard_input() if "-" in arguments.files or (piped and not given) else b""
    if not given and not text and not (sys.stdin and sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(_NO_TERMINAL.get(settings.language))
    store = open_store(settings, wanted=not arguments.no_session)
    incident = Incident(settings, store=store, name=_name(arguments, store), tell=tell)
    for path, name in given:
        incident.attach(path, name)
    if text:
        incident.attach(text, "stdin", is_paste=False)

    from assistant.terminal.chat import Chat, open_terminal  # noqa: PLC0415 - prompt_toolkit takes a fifth of a second

    terminal = open_terminal()
    if terminal is None:
        print_reply(incident.explain(), incident)
        return exit_code(incident.report, settings)
    return Chat(incident, terminal).run(explain=bool(given or text))


def _name(arguments: Namespace, store: Store | None) -> str:
    if store is None:
        return ""
    if wanted := getattr(arguments, "session", ""):
        return store.ensure(wanted)
    if arguments.resume:
        try:
            return store.last()
        except SessionNotFound as none:
            tell(str(none))
    return ""


def _is_piped() -> bool:
    """Whether standard input is a pipe or a file, not a terminal and not nothing."""
    try:
        mode = os.fstat(sys.stdin.fileno()).st_mode
    except (AttributeError, OSError, ValueError):  # closed
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISREG(mode) or stat.S_ISSOCK(mode)
