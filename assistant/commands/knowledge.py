"""`assistant knowledge list|show|search|check|new`: what failures are known, and how to add one."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.config import Settings, nearest
from assistant.errors import ConfigurationError, UnreadableInput, UsageError
from assistant.i18n import Text
from assistant.incident import Engine
from assistant.knowledge.entry import Entry, Knowledge
from assistant.terminal.output import say, tell

if TYPE_CHECKING:
    from assistant.knowledge.embed import Vectors

_FOUND = 5
_VALID = Text("all entries are valid", "所有条目都有效")
_BUILDING = Text("building the search index", "正在建立检索索引")
_DRAFTED = Text(
    "what is left to write is marked TODO; `assistant knowledge check {folder}` names each place",
    "还要写的地方标着 TODO；`assistant knowledge check {folder}` 会逐一指出",
)
_NOTHING = Text("nothing like that is known", "没有找到相近的条目")


def run(arguments: Namespace, settings: Settings) -> int:
    """Carry out one of the actions."""
    if arguments.action == "check":
        return _check([*arguments.folders, *settings.knowledge], settings)
    if arguments.action == "new":
        return _new(arguments, settings)
    knowledge = Engine().load(settings.knowledge)
    for problem in knowledge.problems:
        tell(problem)
    if arguments.action == "list":
        _print(knowledge.entries.values(), settings)
    elif arguments.action == "show":
        _show(arguments.entry, knowledge, settings)
    else:
        _search(" ".join(arguments.words), knowledge, settings)
    return 0


def _check(folders: list[Path], settings: Settings) -> int:
    from assistant.diagnosis.samples import check_all  # noqa: PLC0415 - this action only

    problems = check_all(folders)
    for problem in problems:
        print(problem)
    if problems:
        raise ConfigurationError(f"{len(problems)} problems in the entries above")
    print(_VALID.get(settings.language))
    return 0


def _new(arguments: Namespace, settings: Settings) -> int:
    from assistant.diagnosis.draft import draft  # noqa: PLC0415 - this action only

    log = sys.stdin.read() if arguments.log in (None, "-") else _log(Path(arguments.log))
    text = draft(arguments.entry, log, Engine().load(settings.knowledge))
    folder = arguments.into or settings.config_file.parent / "knowledge"
    path = folder / f"{arguments.entry}.md"
    if path.exists():
        raise UsageError(f"{path} exists already")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from error
    print(path)
    tell(_DRAFTED.get(settings.language).format(folder=folder))
    return 0


def _log(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise UnreadableInput(f"{path}: {error.strerror}") from error


def _show(wanted: str, knowledge: Knowledge, settings: Settings) -> None:
    entry = knowledge.entries.get(wanted)
    if entry is None:
        raise UsageError(f"no entry is named {wanted}{nearest(wanted, list(knowledge.entries))}")
    language = settings.language
    parts = [f"# {entry.title.get(language)}", f"`{entry.id}`"]
    parts += [f"## {heading}\n\n{text}" for heading, text in entry.body.get(language, {}).items()]
    if entry.references:
        parts.append("\n".join(f"- {address}" for address in entry.references))
    say("\n\n".join(parts) + "\n", settings)


def _search(query: str, knowledge: Knowledge, settings: Settings) -> None:
    from assistant.knowledge.search import search  # noqa: PLC0415 - this action only

    found = [entry for entry, _ in search(query, knowledge, _FOUND, vectors=_vectors(knowledge, settings))]
    if found:
        _print(found, settings)
    else:
        print(_NOTHING.get(settings.language))


def _vectors(knowledge: Knowledge, settings: Settings) -> Vectors | None:
    """Search by meaning too, where its extra is installed; the store is built once, with its progress shown."""
    from assistant.knowledge.embed import open_vectors  # noqa: PLC0415 - this action only

    def progress(done: int, total: int) -> None:
        if sys.stderr.isatty():
            end = "\n" if done == total else ""
            print(
                f"\r{_BUILDING.get(settings.language)} {done * 100 // max(1, total)} %",
                end=end,
                file=sys.stderr,
                flush=True,
            )

    if settings.asked_offline and os.environ.get("CHROMA_HOST"):
        return None
    try:
        return open_vectors(knowledge, progress)
    except ConfigurationError as problem:
        tell(str(problem))
        return None


def _print(entries: Iterable[Entry], settings: Settings) -> None:
    entries = list(entries)
    if settings.format == "json":
        from assistant.sessions.export import session_json  # noqa: PLC0415 - only for this format

        print(session_json([{"entry": e.id, "title": {"en": e.title.en, "zh": e.title.zh}} for e in entries]))
        return
    width = max((len(entry.id) for entry in entries), default=0)
    for entry in entries:
        print(f"{entry.id:<{width}}  {entry.title.get(settings.language)}")
