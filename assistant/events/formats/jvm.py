"""The Java virtual machine itself: its garbage collector's log, and the report it writes when it crashes (`hs_err_pid….log`).

`[0.166s][info][gc] GC(5) Pause Full (Allocation Failure) 10M->10M(11M) 12.951ms`
`2026-11-24T16:02:08.305+0000: 0.166: [Full GC (Ergonomics) [PSYoungGen: 1M->0M(3M)] … 10240K->9980K(11264K), … 0.0129 secs]`
`# A fatal error has been detected by the Java Runtime Environment:` · `# There is insufficient memory for the Java Runtime …`

Source: unified logging (JEP 158; src/hotspot/share/gc/shared/gcTraceTime.inline.hpp), the collectors' PrintGCDetails of JDK 8,
src/hotspot/share/utilities/vmError.cpp. A crash is one `jvm.crash`; the registers, maps and libraries of the report are passed over.
"""

from __future__ import annotations

import re

from assistant.clock import Time
from assistant.events import stamps, times
from assistant.events.amounts import amount_kb
from assistant.events.record import EVIDENCE_LIMIT, Emit, Format, Record
from assistant.intake.lazily import lazily
from assistant.model import Event, Evidence, Severity, Value

_UNIFIED = lazily(
    r"(?:\[(?P<stamp>\d{4}-\d\d-\d\dT[^\]]{8,24})\])?(?:\[(?P<up>\d{1,9}[.,]\d{3})s\])?(?:\[[^\]]{1,24}\]){0,4}?\[(?P<level>error|warning|info|debug|trace) {0,8}\]\[(?P<tag>(?:gc|safepoint)[^\]]{0,40})\] "
    r"(?:GC\((?P<number>\d{1,9})\) )?(?P<message>.*)$"
)
_SIZES = lazily(
    r"(?P<before>\d{1,9}[BKMG])->(?P<after>\d{1,9}[BKMG])\((?P<total>\d{1,9}[BKMG])\)(?:,? (?P<time>\d{1,9}[.,]\d{1,7}) ?(?P<unit>ms|secs))?"
)
_OLD = lazily(
    r"(?:(?P<stamp>\d{4}-\d\d-\d\dT\S{12,18}): )?(?:\d{1,9}[.,]\d{3}: )?\[(?P<message>(?:Full )?GC(?: \([^)]{1,60}(?:\(\))?\)| pause .{1,60}).{0,1500})$"
)
_SECONDS = lazily(r", (?P<time>\d{1,6}[.,]\d{1,7}) secs\]")
_CRASH = (
    "# A fatal error has been detected by the Java Runtime Environment:",
    "# There is insufficient memory for the Java Runtime Environment to continue.",
)
_SIGNAL = lazily(
    r"#  (?P<what>(?P<signal>SIG[A-Z]{2,8}|EXCEPTION_\w{1,40}|Internal Error)\b.{0,400}?)(?:, pid=(?P<pid>\d{1,10}), tid=\d{1,12})?$"
)
_NATIVE = lazily(
    r"# (?P<what>Native memory allocation \((?P<call>\w{1,12})\) failed to (?:allocate|map|reserve|commit) (?P<bytes>\d{1,15}) bytes.{0,200})$"
)
_PART = lazily(r"-{7,20} {1,3}[A-Z](?: [A-Z]){2,20}(?: {1,3}\([^)]{0,60}\))? {1,3}-{7,20}$")
_WHEN = lazily(
    r"Time: (?P<time>[A-Z][a-z]{2} [A-Z][a-z]{2} {1,2}\d{1,2} \d\d:\d\d:\d\d \d{4})(?: (?P<zone>[A-Z]{2,5}))?"
)
_SENT = lazily(r"siginfo: .{0,80}\(SI_(?:USER|TKILL)\), si_pid: (?P<pid>\d{1,10})")
_SHOWN = 30
FULL_OF_100 = 100


class JvmReader:
    """Claims collections line by line; keeps a crash open until its report ends."""

    def __init__(self) -> None:
        self._head: list[Record] = []
        self._last: Record | None = None
        self._report = False  # behind the block of # lines: the parts of the hs_err file
        self._facts: dict[str, Value] = {}
        self._what: list[str] = []
        self._time: Time | None = None

    def read(self, record: Record, emit: Emit) -> bool:
        """Claim a collection, or a line of a crash's report."""
        text = record.text
        if self._head and self._crash_goes_on(record):
            return True
        self.close(emit)
        if text.startswith("# ") and text.rstrip().startswith(_CRASH):
            self._head, self._last = [record], record
            self._what = [text[2:].strip()]
            return True
        event = collection(record)
        if event is None:
            return text == "#"  # the frame around a crash's report
        emit(event)
        return True

    def _crash_goes_on(self, record: Record) -> bool:
        text = record.text
        if not self._report:
            if text.startswith("#"):
                self._remember(record)
                return True
            if not _PART().match(text.strip()) and text.strip():
                return False
            self._report = _PART().match(text.strip()) is not None or self._report
            return True
        if when := _WHEN().match(text):
            found = stamps.read(when["time"])
            self._time = found[0] if found else None
        if sent := _SENT().match(text):
            self._facts["signal.sender.pid"] = int(sent["pid"])
        if text.startswith("Command Line: "):
            self._facts["process.command_line"] = text[14:300]
        if text.strip() == "END.":
            self._report = False
        return True

    def _remember(self, record: Record) -> None:
        text = record.text
        if len(self._head) < _SHOWN:
            self._head.append(record)
            self._last = record
        if match := _SIGNAL().match(text):
            self._facts["signal"] = match["signal"]
            self._what.append(match["what"].strip())
            if match["pid"]:
                self._facts["process.pid"] = int(match["pid"])
            if "(sent by kill)" in text:
                self._facts["signal.sent"] = True
        elif match := _NATIVE().match(text):
            self._facts |= {"allocation.call": match["call"], "allocation.bytes": int(match["bytes"])}
            self._what.append(match["what"].strip())
        elif self._head[-2:-1] and self._head[-2].text.startswith("# Problematic frame"):
            self._facts["frame"] = text.lstrip("# ").strip()
            self._what.append("Problematic frame: " + text.lstrip("# ").strip())

    def close(self, emit: Emit) -> None:
        """The crash, once its report is over."""
        if not self._head or self._last is None:
            return
        first, last = self._head[0], self._last
        shown = "\n".join(record.line.text for record in self._head)[:EVIDENCE_LIMIT]
        evidence = Evidence(first.source, first.line.number, last.line.last, shown)
        pid = self._facts.get("process.pid")
        time, host = self._time or first.envelope.time, first.envelope.host
        number = pid if isinstance(pid, int) else first.envelope.pid
        emit(
            Event("jvm.crash", evidence, "\n".join(self._what), time, Severity.FATAL, "java", host, number, self._facts)
        )
        self._head, self._last, self._report, self._facts, self._what, self._time = [], None, False, {}, [], None


def collection(record: Record) -> Event | None:
    """One line of the collector's log, or None."""
    text = record.text
    if not text.startswith("[") and "[GC" not in text[:60] and "[Full GC" not in text[:60]:
        return None
    match = _UNIFIED().match(text)
    level, message = Severity.INFO, ""
    if match is not None:
        message = match["message"]
        level = {"error": Severity.ERROR, "warning": Severity.WARN}.get(match["level"], Severity.INFO)
    else:
        match = _OLD().match(text)
        if match is None:
            return None
        message = match["message"]
    stamp = times.iso(match["stamp"]) if match["stamp"] else None
    attributes: dict[str, Value] = {}
    sizes = list(_SIZES().finditer(message))
    if sizes:
        whole = sizes[-1] if "number" in match.groupdict() else _whole_heap(message, sizes)
        before, after, total = (amount_kb(whole[name]) or 0 for name in ("before", "after", "total"))
        attributes |= {"jvm.gc.before_kb": before, "jvm.gc.after_kb": after, "jvm.gc.total_kb": total}
        attributes["jvm.gc.full"] = "Pause Full" in message or message.startswith("Full GC")
        if total:
            attributes["jvm.gc.left_percent"] = after * FULL_OF_100 // total
        if took := (whole if whole["time"] else _SECONDS().search(message)):
            seconds = float(took["time"].replace(",", "."))
            attributes["duration.ms"] = seconds if took.groupdict().get("unit") == "ms" else seconds * 1000
    host, pid = record.envelope.host, record.envelope.pid
    time = stamp[0] if stamp else record.envelope.time
    return Event("jvm.gc", record.evidence(), message, time, level, "java", host, pid, attributes)


def _whole_heap(message: str, sizes: list[re.Match[str]]) -> re.Match[str]:
    """In JDK 8's lines each generation stands in brackets of its own; the heap's sizes stand outside of them."""
    for match in sizes:
        if message[: match.start()].count("[") - message[: match.start()].count("]") <= 1 and not message[
            : match.start()
        ].rstrip().endswith(":"):
            return match
    return sizes[-1]


FORMAT = Format("jvm", 45, JvmReader)
