"""`assistant sessions list|show|export|fork|verify|rename|delete`."""

from __future__ import annotations

import json
from argparse import Namespace
from dataclasses import replace

from assistant.commands.common import need_store
from assistant.config import Settings
from assistant.errors import UsageError
from assistant.i18n import Text
from assistant.incident import Incident
from assistant.model import Source
from assistant.plain import safe
from assistant.sessions.export import conversation, document, session_json, texts_of, to_markdown, to_record
from assistant.sessions.extras import fork, notes, verify
from assistant.sessions.records import KeptSource, Session, Turn
from assistant.sessions.store import Store
from assistant.terminal.output import say

_NONE = Text("no sessions yet", "还没有会话")
_FORKED = Text("{name} is a copy of {old}", "{name} 是 {old} 的副本")
_STATES = {
    "same": Text("same", "未变"),
    "changed": Text("CHANGED since", "已改变"),
    "missing": Text("missing", "缺失"),
}
_VERDICT = Text("verdict: {verdict} {causes}", "结论：{verdict} {causes}")
_AS_BEFORE = Text("as it was", "与当时一致")
_OTHERWISE = Text("it was {verdict} {causes}", "当时是 {verdict} {causes}")
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


def _fork(arguments: Namespace, settings: Settings, store: Store) -> int:
    old = store.find(arguments.name)
    print(_FORKED.get(settings.language).format(name=safe(fork(store, old, arguments.new)), old=safe(old)))
    return 0


def _verify(arguments: Namespace, settings: Settings, store: Store) -> int:
    """Hash every source again, and diagnose them again: 1 when something is not as it was."""
    name = _name(arguments, store)
    language = settings.language
    checked = verify(store, name)
    for item in checked:
        state = _STATES[item.state].get(language)
        print(safe(f"[{item.kept.source.index}] {item.kept.source.name}  {item.kept.source.sha256[:16]}  {state}"))
    session = next(session for session in store.sessions() if session.name == name)
    incident = Incident(settings, store=None)
    incident.sources = tuple(item.kept.source for item in checked if item.state == "same")
    report = incident.report
    now, before = (report.verdict, report.root_causes), (session.verdict, session.causes)
    told = _VERDICT.get(language).format(verdict=now[0], causes=", ".join(now[1]))
    same = now == before
    was = (
        _AS_BEFORE.get(language)
        if same
        else _OTHERWISE.get(language).format(verdict=before[0], causes=", ".join(before[1]))
    )
    print(safe(f"{told}: {was}" if language == "en" else f"{told}（{was}）"))
    return 0 if same and all(item.state == "same" for item in checked) else 1


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
    """The conversation; with `texts`, the incident report before it and the logs behind it. Without their secrets."""
    session = next(session for session in store.sessions() if session.name == name)
    kept = store.sources(name)
    incident = Incident(settings, store=None)
    incident.sources = tuple(each.source for each in kept if not each.note)
    incident.history = list(store.turns(name))
    incident = incident.shareable()
    clean = {source.index: source for source in incident.sources}
    sources = tuple(replace(each, source=_named_as(each.source, clean.get(each.source.index))) for each in kept)
    turns = tuple(incident.history)
    if texts and sources:
        return _whole(session, sources, turns, incident, [incident.clean(note.text) for note in notes(store, name)])
    if settings.format == "json":
        return session_json(to_record(session, sources, turns)) + "\n"
    markdown = to_markdown(session, sources, turns, settings.language, texts=texts)
    if settings.format == "html":
        from assistant.answer.page import to_page  # noqa: PLC0415 - only for this format

        return to_page(safe(markdown), name, settings.language)
    return markdown


def _named_as(source: Source, clean: Source | None) -> Source:
    """What is handed on, under the hash of what was pasted."""
    return replace(clean, sha256=source.sha256) if clean else source


def _whole(
    session: Session, sources: tuple[KeptSource, ...], turns: tuple[Turn, ...], incident: Incident, noted: list[str]
) -> str:
    settings = incident.settings
    language = settings.language
    given = (incident.report, incident.knowledge, language, incident.sources)
    if settings.format == "json":
        record = to_record(session, sources, turns)
        report = json.loads(document("json", *given, title=session.name, notes=noted))
        return session_json({**record, "notes": noted, "report": report}) + "\n"
    more = conversation(turns, language) + texts_of(sources)
    form = "html" if settings.format == "html" else "md"
    return document(form, *given, title=session.name, notes=noted, more=more)


def _name(arguments: Namespace, store: Store) -> str:
    wanted = arguments.name or getattr(arguments, "session", "")
    return store.find(wanted) if wanted else store.last()


_ACTIONS = {
    "list": _list,
    "show": _show,
    "export": _export,
    "fork": _fork,
    "verify": _verify,
    "rename": _rename,
    "delete": _delete,
}
