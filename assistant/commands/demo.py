"""`assistant demo`: a real incident in three pastes, answered by the rules. Touches no session and no network."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace
from pathlib import Path

import assistant
from assistant.config import Settings
from assistant.errors import UsageError
from assistant.i18n import Language, Text
from assistant.incident import Incident
from assistant.terminal.output import say, tell

_TURNS = 3
# The people who had this incident asked in Chinese; in English the same was asked like this.
_QUESTIONS = {1: Text("What do these logs say?", "上述日志说明什么"), 2: Text("And this part?", "这段呢")}
_PASTED = Text("{lines} lines pasted: {name}", "粘贴 {lines} 行：{name}")


def run(arguments: Namespace, settings: Settings) -> int:
    """Print the conversation."""
    del arguments
    folder = _folder()
    settings = replace(settings, offline=True, asked_offline=True, lang=settings.language, knowledge=())
    language: Language = settings.language
    incident = Incident(settings, tell=tell)
    for number in range(1, _TURNS + 1):
        text = (folder / f"turn{number}.log").read_text(encoding="utf-8")
        asked = (folder / f"turn{number}.question.txt").read_text(encoding="utf-8").strip()
        question = _QUESTIONS[number].get(language) if asked and number in _QUESTIONS else ""
        incident.add(text, f"paste {number}", is_paste=True)
        pasted = _PASTED.get(language).format(lines=len(text.splitlines()), name=f"turn{number}.log")
        rule = "\n---\n\n" if number > 1 else ""
        say(f"{rule}> {f'**[{pasted}]** {question}'.rstrip()}\n\n", settings)
        with incident.ask(question) if question else incident.explain() as reply:
            say(reply, settings)
    return 0


def _folder() -> Path:
    package = Path(assistant.__file__).parent
    for folder in (package / "data" / "demo" / "seed", package.parent / "demo" / "seed"):
        if (folder / "turn1.log").is_file():
            return folder
    raise UsageError(f"the demonstration's logs are missing from {package / 'data' / 'demo' / 'seed'}")
