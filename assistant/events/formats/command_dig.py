"""What `dig`, `host` and `nslookup` answer: the status of a query, or that no server answered.

`;; ->>HEADER<<- opcode: QUERY, status: SERVFAIL, id: 19117`
`;; communications error to 192.0.2.53#53: timed out` · `;; no servers could be reached`
`Host nosuch.example not found: 3(NXDOMAIN)` · `** server can't find nosuch.example: NXDOMAIN`

Source: bin/dig/dig.c, dighost.c, host.c, nslookup.c of BIND 9.
"""

from __future__ import annotations

from assistant.events.record import Emit, Format, Record
from assistant.intake.lazily import lazily
from assistant.model import Event, Severity, Value

_HEADER = lazily(r";; ->>HEADER<<- opcode: \w{1,12}, status: (?P<status>\w{1,20}), id: \d{1,6}")
_OURS = lazily(r"(?:; <<>> DiG |;; |; \(\d{1,2} servers? found\)|; EDNS: |; COOKIE: |;\S{1,255}\s{1,40}(?:IN|CH)\s)")
_UNREACHED = lazily(
    r"(?:;; )?(?P<message>(?:communications error to \S{1,80}: .{1,60}|no servers could be reached|connection timed out; no servers could be reached|"
    r"connection refused|Warning: .{1,100}))$"
)
_HOST = lazily(
    r"(?:Host (?P<name>\S{1,255}) not found: \d{1,2}\((?P<status>\w{1,20})\)|\*\* server can't find (?P<other>\S{1,255}): (?P<code>\w{1,20}))"
)
_RECORD = lazily(r"\S{1,255}\s{1,40}\d{1,10}\s{1,20}(?:IN|CH)\s{1,20}[A-Z0-9]{1,10}\s")
_ASKED = lazily(r";(?P<name>\S{1,255})\s{1,40}(?:IN|CH)\s{1,20}(?P<type>[A-Z0-9]{1,10})")
_GOOD = ("NOERROR",)


class DigReader:
    """Claims the lines of an answer; emits its status."""

    def __init__(self) -> None:
        self._running = False
        self._header: tuple[Record, str] | None = None

    def read(self, record: Record, emit: Emit) -> bool:
        """Claim a line of an answer."""
        text = record.text
        if match := _HEADER().match(text):
            self.close(emit)
            self._running, self._header = True, (record, match["status"])
            return True
        if match := _HOST().match(text):
            status, name = match["status"] or match["code"], match["name"] or match["other"]
            self._emit(
                record, emit, f"{name}: {status}", Severity.ERROR, {"dns.rcode": status, "dns.question.name": name}
            )
            return True
        if match := _UNREACHED().match(text):
            if self._running or text.startswith((";; ", "communications error")):
                self._emit(record, emit, match["message"], Severity.ERROR, {"dns.rcode": "timeout"})
                return True
            return False
        if match := _ASKED().match(text):
            self._finish(emit, match["name"].rstrip("."), match["type"])
            return True
        if _OURS().match(text) or (self._running and _RECORD().match(text)):
            self._running = True
            return True
        self._running = False
        return False

    def _finish(self, emit: Emit, name: str = "", kind: str = "") -> None:
        if self._header is None:
            return
        (record, status), self._header = self._header, None
        severity = Severity.INFO if status in _GOOD else Severity.ERROR
        attributes: dict[str, Value] = {"dns.rcode": status}
        if name:
            attributes |= {"dns.question.name": name, "dns.question.type": kind}
        self._emit(record, emit, f"{name} {kind}: {status}".strip(" :"), severity, attributes)

    def _emit(self, record: Record, emit: Emit, message: str, severity: Severity, attributes: dict[str, Value]) -> None:
        emit(
            Event(
                "command.dig", record.evidence(), message, record.envelope.time, severity, "dig", "", None, attributes
            )
        )

    def close(self, emit: Emit) -> None:
        """An answer whose question was cut off."""
        self._finish(emit)


FORMAT = Format("command.dig", 21, DigReader)
