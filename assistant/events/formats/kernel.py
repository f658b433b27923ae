"""The kernel ring buffer, however it was printed: dmesg (raw, -T, -x, iso), syslog, journald, or with no prefix at all.

`[4016034.541405] Out of memory: Killed process 3610113 (uvicorn) total-vm:4794476kB, …`

A line is the kernel's when a carrier names it, when it has printk's time stamp, or when nothing but an OOM dump prints
such text. An OOM dump becomes one `kernel.oom` event; lines of other subsystems that printk mixed into it stay events
of their own.
"""

from __future__ import annotations

from dataclasses import replace

from assistant.clock import Time
from assistant.events import times
from assistant.events.oom import DumpBuilder, parse_kill
from assistant.events.oom_table import parse_header, parse_row
from assistant.events.record import EVIDENCE_LIMIT, Emit, Format, Record
from assistant.events.severity import guess_kernel
from assistant.intake.lazily import lazily
from assistant.model import Event, Evidence, Severity, Value

_CALLER = lazily(r"\[ *[TC]\d+\] ?")
_FOREIGN = lazily(r"\s*\[[\w:]+:\w+\] ")  # Apache's error log has the same time stamp, then `[module:level]`
_SEGFAULT = lazily(
    r"(?:traps: )?(?P<name>.{1,64}?)\[(?P<pid>\d+)\]:? (?P<what>segfault|general protection(?: fault)?|trap \w[\w ]*?|"
    r"invalid opcode)(?: at (?P<address>[0-9a-f]+))? ip:? ?(?P<ip>[0-9a-f]+) sp:? ?(?P<sp>[0-9a-f]+) error:? ?"
    r"(?P<error>[0-9a-f]+)(?: in (?P<object>[^\[]+)\[)?"
)
_REAPED = lazily(r"oom_reaper: (?:reaped process (?P<pid>\d+) \((?P<name>.*?)\)|unable to reap pid:(?P<pid2>\d+))")
_PORT = lazily(r"(?P<bridge>\S.*?): port (?P<port>\d+)\((?P<device>.+?)\) entered (?P<state>\w+) state$")
_MODE = lazily(
    r"(?:device )?(?P<device>\S.*?)(?P<gone> \(unregistering\))?:? (?P<verb>entered|left) (?P<mode>promiscuous|allmulticast) mode$"
)
_RENAMED = lazily(r"(?:\S+ [0-9a-f:.]+ )?(?P<device>\S.*?): renamed from (?P<from>.+?)(?: \(.*\))?$")


class KernelReader:
    """Claims kernel lines; collects the one OOM dump that is open."""

    def __init__(self) -> None:
        self._dump = DumpBuilder()
        self._time: Time | None = None
        self._kill_time: Time | None = None
        self._host = ""
        self._source = 0

    def read(self, record: Record, emit: Emit) -> bool:
        """Claim a kernel line."""
        found = _strip(record)
        if found is None:
            return False
        time, text = found
        if self._dump.begins_another(text):
            self._finish(emit)
        if self._dump.take(text, record.line.number, record.line.last, record.line.text):
            self._remember(record, time, text)
        else:
            emit(_event(record, time, text))
        return True

    def _remember(self, record: Record, time: Time | None, text: str) -> None:
        self._source = record.source
        self._host = record.envelope.host or self._host
        self._time = self._time or time
        if " process " in text and parse_kill(text, 0) is not None:
            self._kill_time = time

    def _finish(self, emit: Emit) -> None:
        if self._dump.empty:
            return
        dump = self._dump.build()
        text = "\n".join(dump.texts.values())[:EVIDENCE_LIMIT]
        evidence = Evidence(self._source, dump.first_line, dump.last_line, text)
        kill = dump.kills[-1] if dump.kills else None
        if not (kill or dump.rows or dump.verdict or dump.trigger):
            # Mem-Info is also printed for an allocation that failed without anybody being killed
            emit(Event("kernel.meminfo", evidence, "memory report", self._time, Severity.INFO, "kernel", self._host))
            self._reset()
            return
        emit(
            Event(
                "kernel.oom",
                evidence,
                f"Killed process {kill.pid} ({kill.name})" if kill else "part of an OOM dump",
                self._kill_time or self._time,
                Severity.CRIT,
                "kernel",
                self._host,
                None,
                {},
                dump,
            )
        )
        self._reset()

    def _reset(self) -> None:
        self._dump = DumpBuilder()
        self._time = self._kill_time = None

    def close(self, emit: Emit) -> None:
        """A dump without its end is still a dump."""
        self._finish(emit)


def _strip(record: Record) -> tuple[Time | None, str] | None:
    """The line's own time and its text, if the kernel wrote it."""
    text, envelope = record.text, record.envelope
    is_kernel = envelope.ident == "kernel"
    time: Time | None = envelope.time
    if text.startswith("["):
        boot = f"source {record.source}"
        stamp = times.since_boot(text, 0, boot)
        if stamp is not None:
            is_kernel = True
            text = text[stamp[1] :]
            time = time or stamp[0]
        else:
            wall = times.ctime(text)
            if wall is not None and not _FOREIGN().match(text, wall[1]):
                is_kernel = True
                time, text = wall[0], text[wall[1] :]
        caller = _CALLER().match(text)
        if is_kernel and caller:
            text = text[caller.end() :]
    text = text.strip()
    if is_kernel or _unmistakable(text):
        return time, text
    return None


def _unmistakable(text: str) -> bool:
    """Text that only an OOM dump prints, for pastes whose prefixes were cut off."""
    if text.startswith("["):
        return parse_row(text, 0, None) is not None or parse_header(text) is not None
    if text.startswith("oom-kill:constraint=") or " invoked oom-killer: gfp_mask=" in text:
        return True
    return "process " in text[:64] and "-rss:" in text and parse_kill(text, 0) is not None


def _event(record: Record, time: Time | None, text: str) -> Event:
    attributes: dict[str, Value] = {}
    kind, severity = "kernel.message", record.envelope.severity
    if " ip" in text and (match := _SEGFAULT().match(text)):
        kind, severity = "kernel.segfault", Severity.ERROR
        attributes = {"process.executable.name": match["name"], "process.pid": int(match["pid"]), "trap": match["what"]}
        if match["object"]:
            attributes["code.object"] = match["object"].strip()
    elif text.startswith("oom_reaper: ") and (match := _REAPED().match(text)):
        kind = "kernel.oom_reaper"
        attributes = {"process.pid": int(match["pid"] or match["pid2"]), "reaped": match["pid"] is not None}
    elif text.endswith((" state", " mode")) or ": renamed from " in text:
        attributes = _network(text)
        kind = "kernel.netdev" if attributes else kind
    message = Event(kind, record.evidence(), text, time, severity, "kernel", record.envelope.host, None, attributes)
    if severity:
        return message
    return replace(message, severity=guess_kernel(text) if kind == "kernel.message" else Severity.INFO)


def _network(text: str) -> dict[str, Value]:
    if match := _PORT().match(text):
        return {
            "action": match["state"],
            "device": match["device"],
            "bridge": match["bridge"],
            "port": int(match["port"]),
        }
    if match := _RENAMED().match(text):
        return {"action": "renamed", "device": match["device"], "from": match["from"]}
    if match := _MODE().match(text):
        gone = match["gone"] is not None
        return {"action": match["verb"], "mode": match["mode"], "device": match["device"], "unregistering": gone}
    return {}


FORMAT = Format("kernel", 20, KernelReader)
