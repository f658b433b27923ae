"""Kubernetes as people paste it: `kubectl get pods`, events, the states in `kubectl describe pod`, and klog lines.

`Warning  FailedScheduling  2m (x5 over 3m)  default-scheduler  0/3 nodes are available: 3 Insufficient memory.`
`shop-7d9c   0/1   CrashLoopBackOff   7 (2m ago)   15m`
`    Reason:       OOMKilled` (below `Last State:     Terminated`)
`E0302 10:11:12.123456    1234 pod_workers.go:965] "Error syncing pod, skipping" err="…"`

Source: kubectl's printers (pkg/printers/internalversion), staging/src/k8s.io/kubectl/pkg/describe, klog's header (klog.go).
Kinds: `k8s.event`, `k8s.pod`, `k8s.state`, `klog`. Normal events are information, warnings are what they are called.
"""

from __future__ import annotations

from assistant.clock import LocalTime
from assistant.events import times
from assistant.events.record import Emit, Format, Record
from assistant.intake.lazily import lazily
from assistant.model import Event, Severity, Value

_AGE = r"(?:<unknown>|(?:\d{1,6}[smhdy]){1,3})(?: \(x(?P<count>\d{1,7}) over [\dsmhdy]{1,16}\))?"
_DESCRIBED = lazily(
    rf"\s{{0,8}}(?P<type>Normal|Warning) {{1,9}}(?P<reason>[A-Z][A-Za-z]{{2,60}}) {{1,40}}{_AGE} {{1,40}}(?P<from>[a-z][\w./-]{{1,80}}) {{1,40}}(?P<message>\S.*)$"
)
_LISTED = lazily(
    r"(?:(?P<namespace>[a-z0-9][a-z0-9-]{0,62}) {1,60})?(?:<unknown>|(?:\d{1,6}[smhdy]){1,3}) {1,20}(?P<type>Normal|Warning) {1,9}"
    r"(?P<reason>[A-Z][A-Za-z]{2,60}) {1,60}(?P<object>[a-z]{2,40}/[a-z0-9][\w.-]{0,250}) {1,200}(?P<message>\S.*)$"
)
_POD = lazily(
    r"(?:(?P<namespace>[a-z0-9][a-z0-9-]{0,62}) {1,60})?(?P<pod>[a-z0-9][a-z0-9.-]{1,250}) {1,200}(?P<ready>\d{1,3}/\d{1,3}) {1,20}"
    r"(?P<status>[A-Z][A-Za-z:0-9/]{2,60}) {1,30}(?P<restarts>\d{1,7})(?: \([\dsmhdy]{1,16} ago\))? {1,20}(?:\d{1,6}[smhdy]){1,3}(?: .*)?$"
)
_STATE = lazily(
    r"\s{0,12}(?P<key>State|Last State|Reason|Exit Code|Restart Count|Message|Ready|Started|Finished|Signal): {1,20}(?P<value>.+)$"
)
_HEADING = lazily(
    r"(?:NAMESPACE {1,60})?(?:NAME {1,200}READY {1,20}STATUS|LAST SEEN {1,20}TYPE {1,20}REASON)|\s{2,4}(?:Type {1,9}Reason {1,40}Age|---- {1,9}------)|Events: {0,20}(?:<none>)?$"
)
_KLOG = lazily(
    r"(?P<level>[IWEF])(?P<month>\d\d)(?P<day>\d\d) (?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)\.(?P<micro>\d{6}) {1,7}(?P<pid>\d{1,10}) (?P<file>[\w./-]{1,120}:\d{1,6})\] (?P<message>.*)$"
)
_ERR = lazily(r"\berr=\"((?:[^\"\\]|\\.){0,2000})\"?")
_LEVELS = {"I": Severity.INFO, "W": Severity.WARN, "E": Severity.ERROR, "F": Severity.FATAL}
_WELL = frozenset(
    {"Running", "Completed", "Succeeded", "ContainerCreating", "Pending", "Terminating", "PodInitializing"}
)
_KEYS = {
    "Reason": "reason",
    "Exit Code": "exit_code",
    "Restart Count": "restarts",
    "Message": "message",
    "Signal": "signal",
}


class KubectlReader:
    """Claims rows, events and states; a container's state of several lines is one event."""

    def __init__(self) -> None:
        self._state: tuple[Record, dict[str, Value], str] | None = None

    def read(self, record: Record, emit: Emit) -> bool:
        """Claim a line of kubectl's output or of a component's log."""
        text = record.text
        if text[:1] in _LEVELS and (match := _KLOG().match(text)):
            self.close(emit)
            emit(_klog(record, match.groupdict()))
            return True
        if (
            ": " in text[:30]
            and (match := _STATE().match(text))
            and self._part(record, match["key"], match["value"].strip(), emit)
        ):
            return True
        match = _DESCRIBED().match(text) or _LISTED().match(text)
        if match is not None:
            self.close(emit)
            emit(_happened(record, match.groupdict()))
            return True
        if match := _POD().match(text):
            self.close(emit)
            emit(_pod(record, match.groupdict()))
            return True
        return _HEADING().match(text) is not None

    def _part(self, record: Record, key: str, value: str, emit: Emit) -> bool:
        """A line of a container's state. The state itself opens, what stands under it belongs to it."""
        if key in ("State", "Last State"):
            self.close(emit)
            self._state = (record, {"k8s.state": value, "k8s.state.last": key == "Last State"}, record.text.strip())
            return True
        if self._state is None:
            return key == "Restart Count"
        first, attributes, _ = self._state
        if key in _KEYS:
            attributes[f"k8s.{_KEYS[key]}"] = int(value) if value.isdigit() else value
        self._state = (first, attributes, record.text.strip())
        if key in ("Ready", "Restart Count"):
            self.close(emit)
        return True

    def close(self, emit: Emit) -> None:
        """The state that is open."""
        if self._state is None:
            return
        (record, attributes, _), self._state = self._state, None
        reason, code = str(attributes.get("k8s.reason", "")), attributes.get("k8s.exit_code", 0)
        bad = reason not in ("", "Completed", "ContainerCreating", "PodInitializing") or code != 0
        message = " ".join(
            str(part) for part in (attributes["k8s.state"], reason, f"exit code {code}" if code else "") if part
        )
        severity = Severity.ERROR if bad else Severity.INFO
        emit(Event("k8s.state", record.evidence(), message, None, severity, "kubernetes", "", None, attributes))


def _klog(record: Record, found: dict[str, str]) -> Event:
    month, day, hour, minute, second = (int(found[name]) for name in ("month", "day", "hour", "minute", "second"))
    ns = times.wall(1972, month, day, hour, minute, second, found["micro"])
    time = record.envelope.time or (LocalTime(ns, has_year=False, digits=6) if ns is not None else None)
    message = found["message"]
    if (error := _ERR().search(message)) is not None:
        message = f"{message.partition(' err=')[0].strip()}: {error[1]}"
    host, service = record.envelope.host, record.envelope.ident or "kubernetes"
    return Event(
        "klog",
        record.evidence(),
        message,
        time,
        _LEVELS[found["level"]],
        service,
        host,
        int(found["pid"]),
        {"code.file.path": found["file"]},
    )


def _happened(record: Record, found: dict[str, str | None]) -> Event:
    attributes: dict[str, Value] = {"k8s.reason": found["reason"], "k8s.count": int(found.get("count") or 1)}
    for name in ("object", "namespace", "from"):
        if found.get(name):
            attributes[f"k8s.{name}"] = found[name]
    severity = Severity.ERROR if found["type"] == "Warning" else Severity.INFO
    message = f"{found['reason']}: {found['message']}"
    return Event(
        "k8s.event", record.evidence(), message, record.envelope.time, severity, "kubernetes", "", None, attributes
    )


def _pod(record: Record, found: dict[str, str | None]) -> Event:
    status = found["status"] or ""
    attributes: dict[str, Value] = {
        "k8s.pod": found["pod"], "k8s.status": status, "k8s.ready": found["ready"], "k8s.restarts": int(found["restarts"] or 0),
    }  # fmt: skip
    severity = (
        Severity.INFO if status.removeprefix("Init:").split("/")[0].isdigit() or status in _WELL else Severity.ERROR
    )
    return Event(
        "k8s.pod", record.evidence(), f"{found['pod']} {status}", None, severity, "kubernetes", "", None, attributes
    )


FORMAT = Format("kubectl", 22, KubectlReader)
