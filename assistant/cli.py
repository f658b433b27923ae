"""The entry point: parse, read the settings, call the command, turn what went wrong into one line and an exit code.

Exit codes: 0 done, 1 a bug, 2 usage or unreadable input, 3 configuration, 4 no model (with --require-model),
10 `--fail-on` found something, 130 interrupted.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module

from assistant.errors import AssistantError

INTERRUPTED = 130

_MODULES = {
    "chat": "assistant.commands.chat",
    "explain": "assistant.commands.explain",
    "ask": "assistant.commands.explain",
    "check": "assistant.commands.check",
    "sessions": "assistant.commands.sessions",
    "knowledge": "assistant.commands.knowledge",
    "demo": "assistant.commands.demo",
    "config": "assistant.commands.status",
    "doctor": "assistant.commands.status",
}


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError):  # a test, or a program that calls us, may have put something simpler there
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        code = _run(sys.argv[1:] if words is None else words)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader (head, less) has seen enough
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return INTERRUPTED
    except AssistantError as problem:
        return _complain(str(problem), problem.exit_code)
    except Exception as problem:
        if os.environ.get("ASSISTANT_DEBUG"):
            raise
        return _complain(f"a bug: {type(problem).__name__}: {problem} (ASSISTANT_DEBUG=1 shows where)", 1)
    return code


def _run(words: Sequence[str]) -> int:
    from assistant.commands.arguments import parse  # noqa: PLC0415 - errors above are caught from here on
    from assistant.config import load_settings  # noqa: PLC0415 - as above

    try:
        arguments = parse(words)
    except SystemExit as end:  # --help and --version
        return int(end.code or 0)
    settings = load_settings(vars(arguments))
    run = import_module(_MODULES[arguments.command]).run
    code: int = run(arguments, settings)
    return code


def _complain(line: str, code: int) -> int:
    from assistant.intake.redact import without_secrets  # noqa: PLC0415 - only on the way of an error

    line = without_secrets(line, filter(None, (os.environ.get("OPENAI_API_KEY"),)))
    with suppress(OSError):
        print("assistant:", " ".join(line.split()), file=sys.stderr)
    return code
