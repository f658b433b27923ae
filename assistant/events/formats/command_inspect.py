"""`docker inspect`: the state of a container, as JSON or in the words of a `-f` template.

`true 137 4` below `docker inspect -f '{{.State.OOMKilled}} {{.State.ExitCode}} {{.RestartCount}}' web`

A bare `true 137 4` is read below its command, whose template names the values, or when it is all that was pasted. JSON
is read from its `"State": {` (or from its command) to the end of what is indented. Fields: moby, container/state.go
(State) and api/types/container (RestartCount).
"""

from __future__ import annotations

import json

from assistant.events import times
from assistant.events.record import Emit, Format, Record
from assistant.events.shell import CommandReader, Prompt, output
from assistant.intake.lazily import lazily
from assistant.model import Evidence, Value

_TEMPLATE = lazily(r"\{\{\s*\.([\w.]+)\s*\}\}")
_BARE = lazily(r"(?:true|false) \d{1,3} \d{1,6}$")
_DEFAULT = ("State.OOMKilled", "State.ExitCode", "RestartCount")
_STATE = lazily(r'\s*"State": \{$')
_PAIR = lazily(r'\s*"(?P<name>\w+)": ?(?P<value>true|false|null|-?\d+|"(?:[^"\\]|\\.)*"|[\[{].*),?$')
_JSON = lazily(r"\s*(?:[\[\]{}]{1,2},?|\"(?:[^\"\\]|\\.)*\"(?:: ?.*)?,?)$")
_NAMES = {
    "OOMKilled": "oom_killed", "ExitCode": "exit_code", "RestartCount": "restart_count", "Status": "status",
    "Running": "running", "StartedAt": "started", "FinishedAt": "finished", "Name": "container.name", "Id": "container.id",
    "Memory": "limit_bytes", "Restarting": "restarting",
}  # fmt: skip
_NEVER = "0001-01-01"  # Go's zero time: it has not happened


class InspectReader(CommandReader):
    """Claims what stands below `docker inspect`, and what looks like nothing else."""

    programs = frozenset({"docker", "podman"})

    def __init__(self) -> None:
        super().__init__()
        self._values: dict[str, Value] = {}
        self._lines: list[Evidence] = []
        self._depth: int | None = None

    def wants(self, command: Prompt) -> bool:
        """`docker inspect`, `docker container inspect`."""
        return command.program in self.programs and "inspect" in command.words

    def take(self, record: Record, emit: Emit, *, follows: bool) -> bool:
        """One line."""
        text = record.text
        if self._depth is not None:
            if follows and _JSON().match(text):
                return self._json(record, text, emit)
            self.finish(emit)
        asked = follows and self.command is not None
        if text.startswith('{"Status":"') and '"OOMKilled":' in text:
            return self._one_line(record, emit)
        if _STATE().match(text) or (asked and text.strip() in ("[", "{", "[{")):
            self._depth = 0
            return self._json(record, text, emit)
        names = self._names() if asked else _DEFAULT if record.alone and _BARE().match(text) else ()
        words = text.split()
        if not names or len(words) != len(names):
            return False
        found = {name: _value(word) for name, word in zip(names, words, strict=True)}
        self._emit(emit, record.evidence(), text, {name.rpartition(".")[2]: value for name, value in found.items()})
        return True

    def _names(self) -> tuple[str, ...]:
        return tuple(_TEMPLATE().findall(self.command.command)) if self.command else ()

    def _one_line(self, record: Record, emit: Emit) -> bool:
        try:
            found = json.loads(record.text)
        except ValueError:
            return False
        flat: dict[str, Value] = {name: value for name, value in found.items() if isinstance(value, str | int | bool)}
        self._emit(emit, record.evidence(), "State", flat)
        return True

    def _json(self, record: Record, text: str, emit: Emit) -> bool:
        match = _PAIR().match(text)
        if match and match["name"] in _NAMES and match["name"] not in self._values:
            self._values[match["name"]] = _value(match["value"].strip('"'))
            self._lines.append(record.evidence())
        bare = text.strip().rstrip(",")
        self._depth = (self._depth or 0) + bare.endswith(("{", "[")) - bare.startswith(("}", "]"))
        if self._depth < 0:
            self.finish(emit)
        return True

    def finish(self, emit: Emit) -> None:
        """The JSON has ended."""
        if self._depth is None:
            return
        values, lines, self._values, self._lines, self._depth = self._values, self._lines, {}, [], None
        if lines and values.keys() & {"OOMKilled", "ExitCode", "RestartCount"}:
            shown = "\n".join(item.text for item in lines)
            evidence = Evidence(lines[0].source, lines[0].line, lines[-1].last, shown)
            self._emit(emit, evidence, "State", values)

    def _emit(self, emit: Emit, evidence: Evidence, message: str, found: dict[str, Value]) -> None:
        values: dict[str, Value] = {_NAMES[name]: value for name, value in found.items() if name in _NAMES}
        for name in ("started", "finished"):
            text = str(values.pop(name, None) or "")
            stamp = times.iso(text) if text and not text.startswith(_NEVER) else None
            if stamp is not None:
                values[name] = stamp[0]
        if isinstance(label := values.get("container.name"), str):
            values["container.name"] = label.lstrip("/")
        if values.keys() & {"oom_killed", "exit_code", "restart_count", "limit_bytes"}:
            emit(output("command.container_state", evidence, message, values))


def _value(word: str) -> Value:
    if word in ("true", "false"):
        return word == "true"
    return int(word) if word.lstrip("-").isdigit() else word


FORMAT = Format("command.inspect", 65, InspectReader)
