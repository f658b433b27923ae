"""`assistant sessions list|show|export|rename|delete`."""

from __future__ import annotations

from argparse import Namespace

from assistant.commands.common import need_store
from assistant.config import Settings
from assistant.errors import UsageError
from assistant.i18n import Text
from assistant.sessions.export import session_json, to_markdown, to_record
from assistant.sessions.records import Session
from assistant.sessions.store import Store
from assistant.terminal.output import safe, say

_NONE = Text("no sessions yet", "还没有会话")
_COUNTS = Text("sources: {sources}, questions: {turns}", "来源：{sources}，提问：{turns}")


def run(arguments: Namespace, settings: Settings) -> int:
    """Carry out one of the actions."""
    with need_store(settings) as store:
        return _ACTIONS[arguments.action](arguments, settings, store)


def _list(arguments: Namespace, settings: Settings, store: Store) -> int:
    del arguments
    sessions = store.sessions()
    if settings.format == "json":
        print(session_json([to_record(session, (), ()) for session in sessions]))
        return 0
    if not sessions:
        print(_NONE.get(settings.language))
        return 0
    width = max(len(session.name) for session in sessions)
    for session in sessions:
        print(safe(_row(session, width, settings)))
    return 0


def _row(session: Session, width: int, settings: Settings) -> str:
    counts = _COUNTS.get(settings.language).format(sources=session.sources, turns=session.turns)
    verdict = f"{session.verdict or '-'} {', '.join(session.causes)}".rstrip()
    return f"{session.name:<{width}}  {session.changed[:16].replace('T', ' ')}Z  {counts}  {verdict}"


def _show(arguments: Namespace, settings: Settings, store: Store) -> int:
    say(_document(_name(arguments, store), settings, store, texts=False), settings)
    return 0


def _export(arguments: Namespace, settings: Settings, store: Store) -> int:
    document = _document(_name(arguments, store), settings, store, texts=True)
    if arguments.output is None:
        print(document if settings.format in ("json", "html") else safe(document), end="")
        return 0
    try:
        arguments.output.write_text(document, encoding="utf-8")
    except OSError as problem:
        raise UsageError(f"cannot write {arguments.output}: {problem.strerror}") from None
    return 0


def _rename(arguments: Namespace, settings: Settings, store: Store) -> int:
    del settings
    store.rename(store.find(arguments.name), arguments.new)
    return 0


def _delete(arguments: Namespace, settings: Settings, store: Store) -> int:
    del settings
    for name in [store.find(name) for name in arguments.names]:  # all must exist before any is deleted
        store.delete(name)
    return 0


def _document(name: str, settings: Settings, store: Store, *, texts: bool) -> str:
    session = next(session for session in store.sessions() if session.name == name)
    sources, turns = store.sources(name), store.turns(name)
    if settings.format == "json":
        return session_json(to_record(session, sources, turns)) + "\n"
    markdown = to_markdown(session, sources, turns, settings.language, texts=texts)
    if settings.format == "html":
        from assistant.terminal.page import to_page  # noqa: PLC0415 - only for this format

        return to_page(safe(markdown), name, settings.language)
    return markdown


def _name(arguments: Namespace, store: Store) -> str:
    wanted = arguments.name or getattr(arguments, "session", "")
    return store.find(wanted) if wanted else store.last()


_ACTIONS = {"list": _list, "show": _show, "export": _export, "rename": _rename, "delete": _delete}
