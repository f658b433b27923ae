"""Python services: gunicorn, uvicorn, the logging module's usual layouts, and tracebacks.

`[2025-05-11 23:52:08 +0800] [31] [CRITICAL] WORKER TIMEOUT (pid:47)` (gunicorn/glogging.py)
`INFO:     Started server process [31]` (uvicorn/logging.py)
`[2026-03-02 10:11:12,123: ERROR/MainProcess] Process 'ForkPoolWorker-1' pid:47 exited with 'signal 9 (SIGKILL)'` (celery/app/defaults.py)
`2025-05-11 23:52:08,123 - app.db - ERROR - …`, `2025-05-11 23:52:08,123 ERROR [app.db] …`, `ERROR:app.db:…`

A traceback becomes one `python.exception` event whose message is its last line; it may be cut at either end.
"""

from __future__ import annotations

import re

from assistant.clock import Time
from assistant.events import times
from assistant.events.record import EVIDENCE_LIMIT, Emit, Format, Record
from assistant.intake.lazily import lazily
from assistant.model import Event, Evidence, Severity, Value

_LEVELS = {
    "CRITICAL": Severity.FATAL, "FATAL": Severity.FATAL, "ERROR": Severity.ERROR, "WARNING": Severity.WARN,
    "WARN": Severity.WARN, "INFO": Severity.INFO, "DEBUG": Severity.DEBUG,
}  # fmt: skip
_LEVEL = "CRITICAL|FATAL|ERROR|WARNING|WARN|INFO|DEBUG"
_GUNICORN = lazily(
    rf"\[(?P<time>\d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{{4}})\] \[(?P<pid>\d+)\] \[(?P<level>{_LEVEL})\] (?P<message>.*)$"
)
_CELERY = lazily(
    rf"\[(?P<time>\d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d(?:,\d{{3}})?): (?P<level>{_LEVEL})/(?P<process>[A-Za-z][\w\-]{{0,60}})\] (?P<message>.*)$"
)
_UVICORN = lazily(rf"(?P<level>{_LEVEL}): {{2,9}}(?P<message>.*)$")
_BASIC = lazily(rf"(?P<level>{_LEVEL}):(?P<logger>[A-Za-z_][\w.]*):(?P<message>.*)$")
_STAMPED = lazily(
    rf" ?(?:- )?(?:\[?(?P<l1>{_LEVEL})\]?:? +(?:- )?(?:\[(?P<n1>[\w.]+)\]:? )?(?P<m1>.*)|"
    rf"(?:- )?(?P<n2>[A-Za-z_][\w.]*) (?:- )?\[?(?P<l2>{_LEVEL})\]?:? (?:- )?(?P<m2>.*))$"
)
_STARTED = lazily(r"(Started|Finished) server process \[(\d+)\]")
_TIMEOUT = lazily(r"WORKER TIMEOUT \(pid:(\d+)\)")
_SENT = lazily(r"Worker \(pid:(\d+)\) was sent (SIG\w+)!")
_BOOTING = lazily(r"(?:Booting worker with pid|Worker exiting \(pid): (\d+)")
_FRAME = lazily(r'\s+File "(?P<path>[^"]+)", line (?P<line>\d+), in (?P<function>.+)$')
_ERROR = lazily(
    r"(?P<type>[A-Za-z_][\w.]*(?:Error|Exception|Exit|Interrupt|Warning|Timeout|Refused|NotFound))(?:: (?P<message>.*))?$"
)
_GROUP = lazily(r"\s{0,60}\| {1,4}(?P<type>[A-Za-z_][\w.]{0,100}): (?P<message>.{0,2000})$")
_FINAL = lazily(r"(?P<type>[A-Za-z_][\w.]*)(?:: (?P<message>.*))?$")
_BEGIN = ("Traceback (most recent call last):", "Exception Group Traceback (most recent call last):")
_CHAIN = (
    "During handling of the above exception, another exception occurred:",
    "The above exception was the direct cause of the following exception:",
)


def parse_line(record: Record) -> Event | None:  # noqa: C901 - one branch per layout
    """One log line of a Python service, or None."""
    text = record.text
    time: Time | None = record.envelope.time
    pid = record.envelope.pid
    logger, service = "", "python"
    if match := _GUNICORN().match(text):
        stamp = times.iso(match["time"])
        time, pid, level, message = stamp[0] if stamp else time, int(match["pid"]), match["level"], match["message"]
        service = "gunicorn"
    elif match := _CELERY().match(text):
        stamp = times.iso(match["time"])
        time, level, message = stamp[0] if stamp else time, match["level"], match["message"]
        service = "celery"
    elif match := _UVICORN().match(text):
        level, message, service = match["level"], match["message"], "uvicorn"
    elif match := _BASIC().match(text):
        level, message, logger = match["level"], match["message"], match["logger"]
    else:
        stamp = times.iso(text) if text[4:5] != "/" else None  # dates with slashes are Go's
        if stamp is None or (match := _STAMPED().match(text, stamp[1])) is None:
            return None
        time, level = stamp[0], match["l1"] or match["l2"]
        message, logger = match["m1"] or match["m2"] or "", match["n1"] or match["n2"] or ""
    attributes: dict[str, Value] = {"log.logger": logger} if logger else {}
    if service == "celery" and match is not None:
        attributes["thread.name"] = match["process"]
    for pattern in (_STARTED, _TIMEOUT, _SENT, _BOOTING):
        if found := pattern().match(message):
            attributes["process.pid"] = int(next(group for group in found.groups() if group.isdigit()))
    if found := _EXITED().match(message):
        attributes |= {"process.pid": int(found["pid"]), "signal": found["signal"]}
    if found := _SENT().match(message):
        attributes["signal"] = found[2]
    evidence, host = record.evidence(), record.envelope.host
    return Event("python.log", evidence, message, time, _LEVELS[level], service, host, pid, attributes)


_EXITED = lazily(
    r"Process '(?P<name>[^']{1,80})' pid:(?P<pid>\d{1,8}) exited with 'signal \d{1,2} \((?P<signal>SIG\w{1,8})\)'"
)


class PythonReader:
    """Claims log lines, and collects the one traceback that is open."""

    def __init__(self) -> None:
        self._frames: list[Record] = []
        self._time: Time | None = None
        self._ended = False  # a traceback was complete with the last line

    def read(self, record: Record, emit: Emit) -> bool:
        """Claim a log line or a line of a traceback."""
        text = record.text
        ended, self._ended = self._ended, False
        if ended and (text.startswith(("\t", "(Background on this error", '"""')) or text in _CHAIN):
            self._ended = True
            return True
        # services of one compose file write in between one another
        apart = self._frames and record.envelope.container != self._frames[0].envelope.container
        if self._frames and not apart and self._continues(record, emit):
            return True
        if text.lstrip(" |+").startswith(_BEGIN) or _FRAME().match(text):
            if apart:
                self._finish(emit, "", "")
            self._frames.append(record)
            return True
        event = parse_line(record)
        if event is None:
            return False
        self._time = event.time
        emit(event)
        return True

    def _continues(self, record: Record, emit: Emit) -> bool:
        text = record.text
        bare = text.strip(" |")
        if text.startswith("Traceback ") and "Exception Group" in self._frames[0].text:
            self._finish(emit, "", "")  # a group's traceback has no last line of its own
            return False
        if text[:1] in " \t|+" or bare in _CHAIN or text.startswith("Traceback ") or not text:
            if text or len(self._frames) > 1:
                self._frames.append(record)
            return True
        final = _ERROR().match(text) or (_FINAL().match(text) if "." in text.partition(":")[0] else None)
        if final is None and parse_line(record) is None and re.fullmatch(r"[A-Z]\w*(?:: .*)?", text):
            final = _FINAL().match(text)  # an exception class of any name ends a traceback that was read in full
        if final is not None:
            self._frames.append(record)
            self._finish(emit, final["type"], final["message"] or "")
            self._ended = True
            return True
        self._finish(emit, "", "")
        return False

    def _finish(self, emit: Emit, kind: str, message: str) -> None:
        records, self._frames = [record for record in self._frames if record.text], []
        if (
            not records or kind == "billiard.einfo.ExceptionWithTraceback"
        ):  # celery prints the same again, with its words
            return
        first, last = records[0], records[-1]
        group = next((found for record in records if (found := _GROUP().match(record.text))), None)
        if not kind and group is not None:
            kind, message = group["type"], group["message"]
        text = "\n".join(record.line.text for record in records[-30:])[:EVIDENCE_LIMIT]
        frames = [found for record in records if (found := _FRAME().match(record.text))]
        attributes: dict[str, Value] = {"exception.type": kind, "exception.message": message, "cut": not kind}
        if frames:
            attributes |= {"code.file.path": frames[-1]["path"], "code.line.number": int(frames[-1]["line"])}
        evidence = Evidence(first.source, first.line.number, last.line.last, text)
        words = f"{kind}: {message}" if message else kind or "traceback without its last line"
        time = first.envelope.time or self._time
        emit(
            Event(
                "python.exception",
                evidence,
                words,
                time,
                Severity.ERROR,
                "python",
                first.envelope.host,
                None,
                attributes,
            )
        )

    def close(self, emit: Emit) -> None:
        """A traceback whose end was cut off."""
        self._finish(emit, "", "")


FORMAT = Format("python", 50, PythonReader)
