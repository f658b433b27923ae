"""Go's loggers: package log, log/slog's default handler, zap's console, logrus on a terminal.

`2026/03/02 10:11:12 listening on :8080` and `2026/03/02 10:11:12.123456 main.go:9: listen tcp :8080: bind: address already in use`
`2026/03/02 10:11:12 ERROR query failed err="dial tcp 192.0.2.7:5432: connect: connection refused"`
`2026-03-02T10:11:12.123Z<TAB>ERROR<TAB>store/db.go:41<TAB>query failed<TAB>{"error": "…"}` and `ERRO[0012] query failed`

Source: src/log/log.go (formatHeader), src/log/slog/logger.go (defaultHandler), zap's console encoder, logrus' TextFormatter (printColored).
Package log has no levels, so what went wrong is told by its words. nginx writes the same stamp, with `[level] pid#tid:` behind it.
"""

from __future__ import annotations

from assistant.events import times
from assistant.events.record import Format, Record, SingleLine
from assistant.events.severity import guess
from assistant.intake.lazily import lazily
from assistant.model import Event, Severity, Value

_LEVELS = {
    "DEBUG": Severity.DEBUG, "INFO": Severity.INFO, "WARN": Severity.WARN, "WARNING": Severity.WARN, "ERROR": Severity.ERROR,
    "ERR": Severity.ERROR, "FATAL": Severity.FATAL, "PANIC": Severity.FATAL, "DPANIC": Severity.ERROR, "TRACE": Severity.TRACE,
    "ERRO": Severity.ERROR, "FATA": Severity.FATAL, "PANI": Severity.FATAL, "DEBU": Severity.DEBUG, "TRAC": Severity.TRACE,
}  # fmt: skip
_NAMES = "DEBUG|INFO|WARNING|WARN|ERROR|ERR|FATAL|PANIC|DPANIC|TRACE"
_STD = lazily(r"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})? (?![\[\d|]|kid\d|\w{1,12}\|)")
_BRACKET = lazily(rf"\d{{4}}/\d\d/\d\d \d\d:\d\d:\d\d(?:\.\d{{1,6}})? \[(?P<level>{_NAMES})\] {{1,3}}(?P<message>.*)$")
_REST = lazily(
    rf"(?:(?P<file>[\w./\-]{{1,120}}\.go):(?P<line>\d{{1,6}}): )?(?:(?P<level>{_NAMES})(?::|(?= )) {{0,3}})?(?P<message>.*)$"
)
_ZAP = lazily(rf"[ \t]{{1,3}}(?P<level>{_NAMES})\t(?P<message>\S.*)$")
_CALLER = lazily(r"(?:(?P<logger>[\w.\-/]{1,80})\t)?(?P<file>[\w./\-@]{1,160}\.go):(?P<line>\d{1,6})\t(?P<rest>.*)$")
_LOGRUS = lazily(
    r"(?P<level>TRAC|DEBU|INFO|WARN|ERRO|FATA|PANI)\[(?:\d{4,8}|\d{4}-\d\d-\d\dT[^\]]{5,30})\] {0,2}(?P<message>.*)$"
)
_DIAL = lazily(
    r"\b(?:dial|listen) (?:tcp|udp)[46]? (?P<address>\[[0-9a-fA-F:.%\w]{2,60}\]|[\w.\-]{0,200}):(?P<port>\d{1,5})"
)
_BAD = lazily(
    r"connection refused|no such host|i/o timeout|address already in use|permission denied|no such file or directory|x509: |"
    r"context deadline exceeded|too many open files|connection reset by peer|broken pipe|server misbehaving|bind: |no route to host|"
    r"network is unreachable|certificate signed by unknown|unexpected EOF|\bfailed\b|\bfailure\b|\bpanic\b|\bfatal\b|\berror:|cannot "
)
_MINOR = lazily(
    r"context canceled|broken pipe|connection reset by peer|TLS handshake error from|client disconnected|http: Server closed"
)


def parse(record: Record) -> Event | None:  # noqa: C901 - one branch per layout
    """One line, or None."""
    text = record.text
    first = text[:1]
    if not (first.isdigit() or first in "TDIWEFP"):
        return None
    time, level, found = record.envelope.time, "", {}
    if not first.isdigit():
        match = _LOGRUS().match(text) if "[" in text[4:5] else None
        if match is None:
            return None
        level, message = match["level"], match["message"]
    elif text[4:5] == "/" and (bracket := _BRACKET().match(text)):
        stamp = times.iso(text)
        time, level, message = stamp[0] if stamp else time, bracket["level"], bracket["message"]
    elif text[4:5] == "/":
        stamp = times.iso(text) if _STD().match(text) else None
        match = _REST().match(text, stamp[1] + 1) if stamp else None
        if stamp is None or match is None or match["message"].startswith("http: panic serving "):
            return None
        found = match.groupdict()
        time, level, message = stamp[0], match["level"] or "", match["message"]
    else:
        stamp = times.iso(text) if "\t" in text[19:48] else None
        match = _ZAP().match(text, stamp[1]) if stamp else None
        if stamp is None or match is None:
            return None
        time, level, message = stamp[0], match["level"], match["message"]
        if caller := _CALLER().match(message):
            found, message = caller.groupdict(), caller["rest"]
    severity = _LEVELS[level] if level else _guessed(message)
    attributes: dict[str, Value] = {}
    if found.get("file"):
        attributes["code.file.path"], attributes["code.line.number"] = str(found["file"]), int(found["line"] or 0)
    if found.get("logger"):
        attributes["log.logger"] = str(found["logger"])
    if dial := _DIAL().search(message[:2000]):
        attributes["server.address"], attributes["server.port"] = dial["address"].strip("[]"), int(dial["port"])
    return Event(
        "go.log",
        record.evidence(),
        message,
        time,
        severity,
        "go",
        record.envelope.host,
        record.envelope.pid,
        attributes,
    )


def _guessed(message: str) -> Severity:
    head = message[:1000]
    if _MINOR().search(head):
        return Severity.WARN
    return Severity.ERROR if _BAD().search(head) else guess(message)


FORMAT = Format("go.log", 58, lambda: SingleLine(parse))
