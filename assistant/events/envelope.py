"""Takes the carriers off a line: docker compose, docker and CRI time stamps, json-file, syslog, journald.

A carrier's time is kept for lines that have none of their own. Several may be stacked
(`web-1  | 2025-05-11T23:52:08Z May 11 23:52:08 host nginx: …`), so they are taken off one after another.
Sources: RFC 3164, RFC 5424, systemd journalctl(1) output modes, docker's json-file driver, the CRI log format.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace

from assistant.clock import Time, ZonedTime
from assistant.events import times
from assistant.events.record import EMPTY, Envelope
from assistant.intake.lazily import lazily
from assistant.model import Severity

_COMPOSE = lazily(r"([A-Za-z0-9][\w.-]{0,62}) {1,40}\| ?")
_KUBECTL = lazily(r"\[pod/([\w.-]+)/([\w.-]+)\] ")
_PRIORITY = lazily(r"<(\d{1,3})>")
_DMESG_X = lazily(r"(kern|user|daemon|syslog)  ?:(emerg|alert|crit|err|warn|notice|info|debug)\s*: ")
_RSYSLOG_WORD = lazily(r"<(\w+)\.(emerg|alert|crit|err|error|warn|warning|notice|info|debug)> ")
_TAG = lazily(r"(?:([^\s:\[\]]{1,255}) )?((?:[A-Za-z][\w./@-]*|\([\w.-]+\))(?:\([\w:-]+\))?)(?:\[(\d+)\])?: ?")
_CRI = lazily(r" (stdout|stderr) [FP] ")
_RFC5424 = re.compile(r"1 (\S+) (\S+) (\S+) (\S+) (\S+) (?:-|(?:\[(?:[^\]\\]|\\.)*\])+) ?\ufeff?")

SYSLOG_SEVERITIES = (
    Severity.FATAL, Severity.ALERT, Severity.CRIT, Severity.ERROR, Severity.WARN, Severity.NOTICE, Severity.INFO,
    Severity.DEBUG,
)  # fmt: skip
_WORDS = {
    "emerg": Severity.FATAL, "alert": Severity.ALERT, "crit": Severity.CRIT, "err": Severity.ERROR,
    "error": Severity.ERROR, "warn": Severity.WARN, "warning": Severity.WARN, "notice": Severity.NOTICE,
    "info": Severity.INFO, "debug": Severity.DEBUG,
}  # fmt: skip
_MAX_STACKED = 4


def open_envelopes(text: str) -> tuple[Envelope, str]:
    """What the carriers said, and the payload. The innermost carrier's word counts, except for the container."""
    envelope = EMPTY
    for _ in range(_MAX_STACKED):
        opened = _open_one(text)
        if opened is None:
            break
        outer, text = envelope, opened[1]
        envelope = replace(
            opened[0],
            time=opened[0].time or outer.time,
            host=opened[0].host or outer.host,
            ident=opened[0].ident or outer.ident,
            pid=opened[0].pid if opened[0].pid is not None else outer.pid,
            severity=opened[0].severity or outer.severity,
            container=opened[0].container or outer.container,
        )
    return envelope, text


def _open_one(text: str) -> tuple[Envelope, str] | None:
    first = text[:1]
    if first == "<":
        return _priority(text)
    if first == "{":
        return _docker_json(text)
    if first == "[":
        match = _KUBECTL().match(text)
        return (Envelope(container=match[2], host=match[1]), text[match.end() :]) if match else None
    if first.isdigit():
        return _stamped(text)
    if first.isalpha():
        found = times.syslog(text)
        if found is not None:
            return _tagged(text, found[0], found[1])
        match = _DMESG_X().match(text)
        if match:
            ident = "kernel" if match[1] == "kern" else ""
            return Envelope(ident=ident, severity=_WORDS[match[2]]), text[match.end() :]
        if " | " in text[:80]:
            match = _COMPOSE().match(text)
            if match:
                return Envelope(container=match[1]), text[match.end() :]
    return None


def _priority(text: str) -> tuple[Envelope, str] | None:
    match = _PRIORITY().match(text)
    if match is None:
        word = _RSYSLOG_WORD().match(text)
        return (Envelope(severity=_WORDS[word[2]]), text[word.end() :]) if word else None
    severity = SYSLOG_SEVERITIES[int(match[1]) % 8]
    rest = match.end()
    structured = _RFC5424.match(text, rest)
    if structured is None:
        return Envelope(severity=severity), text[rest:]
    stamp = times.iso(structured[1])
    pid = int(structured[4]) if structured[4].isdigit() else None
    host, ident = ("" if word == "-" else word for word in (structured[2], structured[3]))
    return Envelope(stamp[0] if stamp else None, host, ident, pid, severity), text[structured.end() :]


def _docker_json(text: str) -> tuple[Envelope, str] | None:
    if not text.startswith('{"log":'):
        return _journal_json(text) if '"MESSAGE"' in text and "REALTIME_TIMESTAMP" in text else None
    try:
        record = json.loads(text)
        log, stamp = record["log"], times.iso(str(record.get("time", "")))
    except (ValueError, KeyError, TypeError):
        return None
    if not isinstance(log, str):
        return None
    return Envelope(time=stamp[0] if stamp else None), log.rstrip("\r\n")


def _journal_json(text: str) -> tuple[Envelope, str] | None:
    """`journalctl -o json`: one object per line; MESSAGE is a list of bytes when it is no text."""
    try:
        record = json.loads(text)
    except ValueError:
        return None
    return journal_entry(record) if isinstance(record, dict) else None


def journal_entry(fields: Mapping[str, object]) -> tuple[Envelope, str] | None:
    """A record of the journal by its fields (systemd.journal-fields(7)); None without a message."""
    message = fields.get("MESSAGE")
    if isinstance(message, list):
        codes = [code for code in message if isinstance(code, int) and 0 <= code < 256]  # noqa: PLR2004 - bytes
        message = bytes(codes).decode("utf-8", "replace")
    if not isinstance(message, str):
        return None

    def text(*names: str) -> str:
        return next((str(value) for name in names if isinstance(value := fields.get(name), str) and value), "")

    stamp = text("_SOURCE_REALTIME_TIMESTAMP", "__REALTIME_TIMESTAMP")
    time = ZonedTime(int(stamp[:18]) * 1000, 0, 6) if stamp.isascii() and stamp.isdigit() else None
    pid, priority = text("_PID", "SYSLOG_PID"), text("PRIORITY")
    ident = "kernel" if text("_TRANSPORT") == "kernel" else text("SYSLOG_IDENTIFIER", "_COMM")
    severity = SYSLOG_SEVERITIES[int(priority)] if priority in tuple("01234567") else Severity.UNSET
    container = text("CONTAINER_NAME")
    number = int(pid) if pid.isascii() and pid.isdigit() else None
    return Envelope(time, text("_HOSTNAME"), ident, number, severity, container), message.rstrip("\n")


def _stamped(text: str) -> tuple[Envelope, str] | None:
    if text[4:5] != "-" or text[10:11] != "T":
        return None  # a date with a space after it belongs to the program's own format
    found = times.iso(text)
    if found is None:
        return None
    time, end = found
    cri = _CRI().match(text, end)
    if cri:
        return Envelope(time=time), text[cri.end() :]
    if text[end : end + 1] != " ":
        return None
    tagged = _tagged(text, time, end)
    if tagged is not None:
        return tagged
    # `dmesg --time-format iso` is the only one of these with a comma before the fraction and a zone behind it
    ident = "kernel" if text[19:20] == "," and end > len("2024-08-11T20:21:28,123456") else ""
    return Envelope(time=time, ident=ident), text[end + 1 :]


def _tagged(text: str, time: Time, end: int) -> tuple[Envelope, str] | None:
    """The rest of a syslog header: `host program[pid]: `."""
    match = _TAG().match(text, end + 1)
    if match is None or (match[1] is None and match[2] != "kernel"):
        return None
    pid = int(match[3]) if match[3] else None
    return Envelope(time, match[1] or "", match[2], pid), text[match.end() :]
