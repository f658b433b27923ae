"""`journalctl -o verbose`, `-o export` and `-o json-pretty`: a record of several lines, read as the program's own line.

`Mon 2026-03-02 10:11:12.123456 UTC [s=…;i=7;b=…;m=…;t=…;x=…]` and then `    _PID=812`, `    MESSAGE=…`

Source: journalctl(1), systemd.journal-fields(7), "Journal Export Formats". What the message means is left to the formats of the
program that wrote it.
"""

from __future__ import annotations

import json
from dataclasses import replace

from assistant.events.envelope import journal_entry
from assistant.events.record import Emit, Format, Reader, Record
from assistant.intake.lazily import lazily

_HEAD = lazily(r"[A-Z][a-z]{2} \d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})? \S{1,40} \[s=[0-9a-f]{1,40};")
_FIELD = lazily(r"\s{0,8}(?P<name>_{0,2}[A-Z][A-Z0-9_]{0,63})=(?P<value>.*)$")
_PRETTY = lazily(r"\s{1,8}\"(?P<name>_{0,2}[A-Z][A-Z0-9_]{0,63})\" : (?P<value>.+?),?$")
_KNOWN = ("__CURSOR", "__REALTIME_TIMESTAMP", "__MONOTONIC_TIMESTAMP", "_BOOT_ID", "_MACHINE_ID")
_TIMESTAMP = lazily(r";t=(?P<hex>[0-9a-f]{6,16});")
_MAX_FIELDS = 80


class JournalReader:
    """Collects the fields of one record, then lets the other formats read its message."""

    def __init__(self) -> None:
        self._first: Record | None = None
        self._fields: dict[str, str] = {}
        self._last = 0
        self._readers: list[Reader] = []

    def read(self, record: Record, emit: Emit) -> bool:
        """Claim a line of a record."""
        text = record.text
        if text == "{" or _HEAD().match(text):
            self._finish(emit)
            self._first, self._fields = record, {}
            if match := _TIMESTAMP().search(text[:400]):
                self._fields["__REALTIME_TIMESTAMP"] = str(int(match["hex"], 16))
            return text != "{"  # a lone brace may open anything; the fields below it tell
        if text.startswith("__CURSOR="):
            self._finish(emit)
            self._first = record
        if self._first is None:
            return False
        match = _PRETTY().match(text) or _FIELD().match(text)
        if match is not None and len(self._fields) < _MAX_FIELDS:
            self._fields[match["name"]] = _plain(match["value"]) if match.re is _PRETTY() else match["value"]
            self._last = record.line.last
            return True
        if text == "}" and self._fields:
            self._finish(emit)
            return True
        self._finish(emit)
        return False

    def _finish(self, emit: Emit) -> None:
        first, self._first = self._first, None
        fields, self._fields = self._fields, {}
        found = journal_entry(fields) if first is not None and any(name in fields for name in _KNOWN) else None
        if first is None or found is None:
            return
        from assistant.events.stream import all_formats  # noqa: PLC0415 - it knows this module too

        if not self._readers:
            self._readers = [each.reader() for each in all_formats() if each.name != FORMAT.name]
        line = replace(first.line, text=found[1], last=max(self._last, first.line.last))
        inner = Record(first.source, line, found[1].split("\n", maxsplit=1)[0], found[0])
        for reader in self._readers:
            if reader.read(inner, emit):
                break

    def close(self, emit: Emit) -> None:
        """The last record, and what the other formats still hold."""
        self._finish(emit)
        for reader in self._readers:
            reader.close(emit)


def _plain(value: str) -> str:
    try:
        found = json.loads(value)
    except ValueError:
        return value.strip('"')
    return found if isinstance(found, str) else str(found)


FORMAT = Format("journal", 5, JournalReader)
