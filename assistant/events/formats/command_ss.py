"""`ss -ltnp` and `netstat -ltnp`: who listens where.

`LISTEN 0 4096 127.0.0.1:8000 0.0.0.0:* users:(("uvicorn",pid=3610113,fd=6))`

Each listening socket is an event, and so is the end of a listing: what was asked for tells whether a port that is not
in it has no listener. Source: iproute2, misc/ss.c (the heading stands there even when nothing follows).
"""

from __future__ import annotations

from dataclasses import replace

from assistant.events.record import Emit, Format, Record
from assistant.events.shell import CommandReader, Prompt, output
from assistant.intake.lazily import lazily
from assistant.model import Evidence, Value

_HEAD = lazily(
    r"(?:Netid\s+)?State\s+Recv-Q\s+Send-Q\s+Local Address:Port\s+Peer Address:Port"
    r"|Active Internet connections|Proto\s+Recv-Q\s+Send-Q\s+Local Address"
)
_SS = lazily(
    r"(?:(?P<netid>tcp|udp)\s+)?(?P<state>LISTEN|UNCONN|ESTAB|TIME-WAIT|CLOSE-WAIT|SYN-SENT|SYN-RECV|FIN-WAIT-[12]|LAST-ACK)"
    r"\s+\d+\s+\d+\s+(?P<address>\S+):(?P<port>\d{1,5}|\*)\s+\S+:(?:\d{1,5}|\*)(?:\s+(?P<users>users:\(.*\)))?(?:\s.*)?$"
)
_NETSTAT = lazily(
    r"(?P<netid>tcp6?)\s+\d+\s+\d+\s+(?P<address>\S+):(?P<port>\d{1,5})\s+\S+:\S+\s+(?P<state>[A-Z_0-9]+)"
    r"(?:\s+(?:(?P<pid>\d+)/(?P<name>\S.*?)|-))?\s*$"
)
_USER = lazily(r'\("(?P<name>[^"]{1,64})",pid=(?P<pid>\d+)')
_FILTER = lazily(r"\s*(?:sport\s*=\s*:?(?P<port>\d{1,5})|sport\s+(?:eq\s+)?:(?P<other>\d{1,5}))\s*$")


def asked_port(command: Prompt) -> int | None:
    """The one port that a filter asks for (`'sport = :8000'`); 0 when there is no filter, None for any other filter."""
    rest = " ".join(word for word in command.words[1:] if not word.startswith("-"))
    match = _FILTER().match(rest)
    if match:
        return int(match["port"] or match["other"])
    return None if rest else 0


class SocketReader(CommandReader):
    """Claims headings and rows."""

    programs = frozenset({"ss", "netstat"})

    def __init__(self) -> None:
        super().__init__()
        self._head: Evidence | None = None
        self._rows = 0

    def take(self, record: Record, emit: Emit, *, follows: bool) -> bool:
        """One line of the listing."""
        text = record.text
        if text[:1] not in "NSAPLtuULETCF":
            return False
        if _HEAD().match(text):
            if not (follows and self._head is not None and self._rows == 0):
                self._end(emit)
            self._head = record.evidence()
            return True
        match = _SS().match(text) or _NETSTAT().match(text)
        if match is None:
            return False
        self._rows += 1
        if match["state"] == "LISTEN" and match["port"] != "*":
            values: dict[str, Value] = {"port": int(match["port"]), "address": _plain(match["address"])}
            groups = match.groupdict()
            if groups.get("users"):
                users = list(_USER().finditer(groups["users"]))
                names = dict.fromkeys(user["name"] for user in users)
                values |= {"names": tuple(names), "pids": tuple(int(user["pid"]) for user in users)}
            elif groups.get("pid"):
                values |= {"names": (groups["name"].rstrip(":"),), "pids": (int(groups["pid"]),)}
            emit(output("command.listener", record.evidence(), text, values))
        return True

    def finish(self, emit: Emit) -> None:
        """The end of a listing whose command is known."""
        self._end(emit)

    def _end(self, emit: Emit) -> None:
        command, asked, head = self.command, self.asked, self._head
        rows, self._head, self._rows = self._rows, None, 0
        if command is None or asked is None or head is None or command.piped or "l" not in command.flags:
            return
        port = asked_port(command)
        if port is None or ("u" in command.flags and "t" not in command.flags):
            return
        both = replace(asked, last=head.last, text=f"{asked.text}\n{head.text}")
        emit(output("command.listing", both, command.command, {"port": port or None, "rows": rows}))


def _plain(address: str) -> str:
    """`[::]`, `*`, `127.0.0.53%lo` as they are asked for: without brackets and interface."""
    return address.strip("[]").partition("%")[0]


FORMAT = Format("command.ss", 63, SocketReader)
