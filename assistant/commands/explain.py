"""`assistant explain` and `assistant ask`: one answer, then done."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from assistant.commands.common import exit_code, need_store, open_store, print_reply, read_standard_input
from assistant.config import Settings
from assistant.errors import UsageError
from assistant.incident import Incident
from assistant.terminal.output import tell, tell_offline


def run(arguments: Namespace, settings: Settings) -> int:
    """Carry out one of the two."""
    return _ask(arguments, settings) if arguments.command == "ask" else _explain(arguments, settings)


def _explain(arguments: Namespace, settings: Settings) -> int:
    store = open_store(settings, wanted=not arguments.no_session)
    name = getattr(arguments, "session", "")
    incident = Incident(settings, store=store, name=store.ensure(name) if store and name else "", tell=tell)
    tell_offline(settings)
    for word in arguments.files or ["-"]:
        if word == "-":
            text = read_standard_input()
            if not text:
                raise UsageError("standard input is empty")
            incident.attach(text, "stdin", is_paste=False)
        else:
            incident.attach(Path(word), Path(word).name)
    question = arguments.question.strip()
    print_reply(incident.ask(question) if question else incident.explain(), incident)
    return exit_code(incident.report, settings)


def _ask(arguments: Namespace, settings: Settings) -> int:
    with need_store(settings) as store:
        wanted = getattr(arguments, "session", "")
        incident = Incident(settings, store=store, name=store.find(wanted) if wanted else store.last(), tell=tell)
        tell_offline(settings)
        print_reply(incident.ask(" ".join(arguments.question).strip()), incident)
        return exit_code(incident.report, settings)
