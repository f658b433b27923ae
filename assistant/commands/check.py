"""`assistant check`: any text about an incident held against the session's logs, wherever it came from."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.commands.common import FOUND, need_store, read_standard_input
from assistant.config import Settings
from assistant.errors import UsageError
from assistant.i18n import Language, detect
from assistant.incident import Incident
from assistant.plain import safe
from assistant.terminal.output import say, tell

if TYPE_CHECKING:
    from assistant.grounding import Checked

_MOST = 2_000_000  # characters of a text that is checked


def run(arguments: Namespace, settings: Settings) -> int:
    """Carry it out. 10 with `--strict` when a claim is unsupported or contradicted.

    Raises:
        UsageError: there is nothing to check, or nothing to check it against.
    """
    text = _text(arguments.answer)
    incident = _incident(arguments, settings)
    if not incident.sources:
        raise UsageError("the session has no log to check against; name one with --log, or a session with --session")
    language = settings.language if settings.lang != "auto" else detect(text, incident.language())
    checked = _checked(text, incident, language)
    if settings.format == "json":
        print(json.dumps(_document(checked), ensure_ascii=False, indent=2))
    elif settings.format == "html":
        from assistant.answer.page import to_page  # noqa: PLC0415 - only for this format

        print(to_page(safe(checked.markdown), incident.name or "assistant", language), end="")
    else:
        say(checked.markdown, settings)
    return FOUND if arguments.strict and checked.share else 0


def _incident(arguments: Namespace, settings: Settings) -> Incident:
    if arguments.log:
        incident = Incident(settings, tell=tell)
        for name in arguments.log:
            incident.attach(Path(name), Path(name).name)
        return incident
    with need_store(settings) as store:
        wanted = getattr(arguments, "session", "")
        return Incident(settings, store=store, name=store.find(wanted) if wanted else store.last(), tell=tell)


def _text(name: str) -> str:
    from assistant.intake import make_source  # noqa: PLC0415 - loaded when it is used
    from assistant.intake.decode import text_chunks  # noqa: PLC0415 - as above

    body = read_standard_input() if name == "-" else Path(name)
    text = "".join(text_chunks(make_source(1, name, body, is_paste=False)))
    if not text.strip():
        raise UsageError(f"{name}: there is nothing to check")
    if len(text) > _MOST:
        raise UsageError(f"{name}: {len(text):,} characters are no answer; at most {_MOST:,} are checked")
    return text


def _checked(text: str, incident: Incident, language: Language) -> Checked:
    from assistant.answer import explain  # noqa: PLC0415 - loaded when it is used
    from assistant.grounding import check, ground_of  # noqa: PLC0415 - as above
    from assistant.i18n import LANGUAGES  # noqa: PLC0415 - as above

    report, knowledge = incident.report, incident.knowledge
    answers = [explain(report, knowledge, each) for each in LANGUAGES]
    return check(text, ground_of(report, knowledge, language, sources=incident.sources, answers=answers))


def _document(checked: Checked) -> dict[str, object]:
    """The claims as values: offsets are those of the text that was given."""
    return {
        "schema": 1,
        "claims": [
            {
                "kind": claim.kind,
                "verdict": claim.verdict.value,
                "text": claim.text,
                "start": claim.start,
                "end": claim.end,
                "because": {"en": claim.because.en, "zh": claim.because.zh} if claim.because else None,
                "evidence": [[item.source, item.line, item.last] for item in claim.evidence],
            }
            for claim in checked.claims
        ],
        "markdown": checked.markdown,
    }
