"""Any line that begins with a time and names its level: `app.log`. Asked after all formats that are known.

`17/06/09 20:10:40 WARN executor.Executor: task 7 failed`
`2026-03-02 10:11:12.123 [pool-1] ERROR c.e.Shop - order 7 failed`
`[2026-03-02 10:11:12] production.ERROR: …`, `ERROR 2026-03-02 10:11:12 db: …`

The level is a word of its own near the beginning, in the writings that loggers use; a sentence that speaks of an error
does not make a level. Lines that are indented under a record belong to it.
"""

from __future__ import annotations

from assistant.clock import Time
from assistant.events import stamps
from assistant.events.open_record import OpenRecord
from assistant.events.record import Emit, Format, Record
from assistant.intake.lazily import lazily
from assistant.model import Event, Severity, Value

_LEVELS = {
    "TRACE": Severity.TRACE, "VERBOSE": Severity.DEBUG, "DEBUG": Severity.DEBUG, "DBG": Severity.DEBUG,
    "DEBG": Severity.DEBUG, "FINE": Severity.DEBUG, "INFO": Severity.INFO, "INF": Severity.INFO,
    "INFORMATION": Severity.INFO, "NOTICE": Severity.NOTICE, "WARN": Severity.WARN, "WARNING": Severity.WARN,
    "WRN": Severity.WARN, "ERROR": Severity.ERROR, "ERR": Severity.ERROR, "ERRO": Severity.ERROR,
    "SEVERE": Severity.ERROR, "FAILURE": Severity.ERROR, "CRITICAL": Severity.CRIT, "CRIT": Severity.CRIT,
    "ALERT": Severity.ALERT, "FATAL": Severity.FATAL, "FTL": Severity.FATAL, "PANIC": Severity.FATAL, "EMERG": Severity.FATAL,
    "EMERGENCY": Severity.FATAL,
}  # fmt: skip
_LETTERS = {
    "T": Severity.TRACE, "V": Severity.DEBUG, "D": Severity.DEBUG, "I": Severity.INFO, "N": Severity.NOTICE, "W": Severity.WARN,
    "E": Severity.ERROR, "C": Severity.CRIT, "F": Severity.FATAL,
}  # fmt: skip
_WORDS = "|".join(sorted(_LEVELS, key=len, reverse=True))
_CAPITALISED = "|".join(sorted((word.capitalize() for word in _LEVELS), key=len, reverse=True))
_LOWER = "|".join(sorted((word.lower() for word in _LEVELS), key=len, reverse=True))
# a few words may stand before the level (pid, thread, logger, host), but no sentence
_BEFORE = r"(?:[\[({<|]?[\w.:/@$#+*~-]{1,80}[\])}>|]?[ \t:|,-]{1,4}){0,5}"
_LEVEL = lazily(
    rf"[\])>]?[\s:,|-]{{0,4}}(?:{_BEFORE})[\[(<{{|*]{{0,2}}(?:[a-z]{{2,20}}\.)?(?P<level>{_WORDS})(?![\w.=]) {{0,5}}[\])>}}|*]{{0,2}}[ \t:,|-]{{0,9}}(?P<message>.*)$"
)
_LEVEL_MIXED = lazily(
    rf"[\])>]?[\s:,|-]{{0,4}}(?:[\[(<][^\])>]{{1,80}}[\])>] ?){{0,3}}?(?:(?P<name>{_CAPITALISED}|info|warn|warning|error|debug|trace|fatal|critical|notice|verbose)(?=[ \t]{{1,20}}\S)|[\[(<|](?P<level>{_LOWER}|{_CAPITALISED})[\])>|]|(?P<word>{_LOWER}):)[ \t:,|-]{{0,20}}(?P<message>.*)$"
)
_LETTER = lazily(
    r"[\])]?[\s:]{0,3}(?:\d{1,8} {1,6}){0,2}(?:\[(?P<boxed>[TVDINWECF])\]|(?P<level>[TVDIWEF])(?=[ /] {0,2}[\w$.\[(]))[ /]{0,3}(?P<message>.*)$"
)
_FIRST = lazily(rf"[\[(<]?(?P<level>{_WORDS})[\])>]?(?: ?[:|-] {{0,4}}|[ \t]{{1,8}})[\[(]?(?=[\d@]|[A-Z][a-z]{{2}},? )")
_MAX_LINES = 200


def parse(record: Record) -> Event | None:
    """One line, or None when it does not begin with a time, or names no level."""
    text = record.text
    if record.envelope.time is not None and not record.envelope.ident and (event := _after(record, None, text, 0)):
        return event  # the carrier took the time off
    start = 1 if text[:1] in ("[", "(", "<") else 0
    level: str | None = None
    if text[start : start + 1].isdigit() or text[:1] == "@":
        stamp = stamps.read(text, start)
    elif text[start : start + 1].isupper():
        first = _FIRST().match(text)
        if first is not None:
            level, start = first["level"], first.end()
        stamp = stamps.read(text, start)
    else:
        return None
    if stamp is None:
        return None
    time, end = stamp
    if level is not None:
        message = text[end:].lstrip(" \t])>:|-")
        return _event(record, time, _LEVELS[level], message) if message else None
    return _after(record, time, text, end)


def _after(record: Record, time: Time | None, text: str, end: int) -> Event | None:
    """The level behind the time."""
    head = text[end : end + 1]
    if end and head and head not in " \t])>:|,-":
        return None
    if match := _LEVEL().match(text, end):
        return _event(record, time, _LEVELS[match["level"]], match["message"])
    if match := _LEVEL_MIXED().match(text, end):
        return _event(
            record, time, _LEVELS[(match["level"] or match["name"] or match["word"]).upper()], match["message"]
        )
    if match := _LETTER().match(text, end):
        return _event(record, time, _LETTERS[match["level"] or match["boxed"]], match["message"])
    return None


def _event(record: Record, time: Time | None, severity: Severity, message: str) -> Event:
    envelope = record.envelope
    attributes: dict[str, Value] = {}
    return Event(
        "app.log", record.evidence(), message.strip() or record.text, time or envelope.time, severity, envelope.ident,
        envelope.host, envelope.pid, attributes,
    )  # fmt: skip


class GenericReader:
    """Keeps the last record open for the lines that are indented under it."""

    def __init__(self) -> None:
        self._open: OpenRecord | None = None
        self._lines = 0

    def read(self, record: Record, emit: Emit) -> bool:
        """Claim a record, or an indented line under one."""
        indented = record.text[:1] in " \t"
        if self._open is not None and indented and self._open.is_from(record) and self._lines < _MAX_LINES:
            self._open.add(record)
            self._lines += 1
            return True
        event = None if indented else parse(record)
        self.close(emit)
        if event is None:
            return False
        self._open, self._lines = OpenRecord(event, record), 0
        return True

    def close(self, emit: Emit) -> None:
        """The last record."""
        if self._open is not None:
            emit(self._open.finished())
        self._open = None


FORMAT = Format("generic", 85, GenericReader)
