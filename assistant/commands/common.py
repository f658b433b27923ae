"""What several commands share: opening the store, reading standard input, printing an answer in the asked format."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.config import Settings
from assistant.errors import UsageError
from assistant.incident import Incident, Reply
from assistant.model import Answer, Report, Severity, Status
from assistant.plain import safe
from assistant.sessions.records import KEEP_BYTES, StorageError
from assistant.terminal.output import say, tell

if TYPE_CHECKING:
    from assistant.sessions.store import Store

FOUND = 10
_SEVERITY = {"error": Severity.ERROR, "critical": Severity.CRIT}


def open_store(settings: Settings, *, wanted: bool = True) -> Store | None:
    """The sessions of the user; None when they are not wanted, or cannot be had, which is said."""
    if not wanted:
        return None
    from assistant.sessions.store import Store  # noqa: PLC0415 - loads SQLite

    try:
        return Store(settings.data_folder)
    except StorageError as problem:
        tell(f"this session is not saved: {problem}")
        return None


def need_store(settings: Settings) -> Store:
    """The sessions of the user.

    Raises:
        StorageError: they cannot be read.
    """
    from assistant.sessions.store import Store  # noqa: PLC0415 - as above

    return Store(settings.data_folder)


def read_standard_input() -> bytes | Path:
    """All of it; in a temporary file when it is too large to be held.

    Raises:
        UsageError: nothing is piped in.
    """
    if sys.stdin is None or sys.stdin.isatty():
        raise UsageError("give a file or pipe a log in: assistant explain error.log, dmesg | assistant explain")
    head = sys.stdin.buffer.read(KEEP_BYTES + 1)
    if len(head) <= KEEP_BYTES:
        return head
    import shutil  # noqa: PLC0415 - rarely needed
    import tempfile  # noqa: PLC0415 - as above

    with tempfile.NamedTemporaryFile(prefix="assistant-", suffix=".log", delete=False) as file:
        file.write(head)
        shutil.copyfileobj(sys.stdin.buffer, file, 1 << 20)
    return Path(file.name)


def print_reply(reply: Reply, incident: Incident) -> None:
    """Write the answer to standard output: words as they come, the other formats once all is there."""
    settings = incident.settings
    if settings.format in ("text", "md"):
        with reply:
            say(reply, settings)
    else:
        print_answer(reply.whole(), incident)
    if reply.cost:
        tell(reply.cost)


def print_answer(answer: Answer, incident: Incident) -> None:
    """Write a whole answer to standard output in the format that was asked for."""
    settings = incident.settings
    if settings.format == "json":
        import json  # noqa: PLC0415 - only for this format

        from assistant.answer.export import to_json  # noqa: PLC0415 - as above

        document = to_json(incident.report, incident.knowledge, answer.language, answer)
        print(json.dumps(document, ensure_ascii=False, indent=2))
    elif settings.format == "html":
        from assistant.answer.page import to_page  # noqa: PLC0415 - as above

        print(to_page(safe(answer.markdown), incident.name or "assistant", answer.language), end="")
    else:
        say(answer.markdown, settings)


def exit_code(report: Report, settings: Settings) -> int:
    """10 when `--fail-on` was given and a finding that is that severe is confirmed or likely, else 0."""
    if not settings.fail_on:
        return 0
    least = _SEVERITY[settings.fail_on]
    sure = (Status.CONFIRMED, Status.LIKELY)
    return FOUND if any(f.severity >= least and f.status in sure for f in report.findings) else 0
