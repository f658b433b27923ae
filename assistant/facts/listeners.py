"""Who listens on which port, from `ss` or `netstat`, and what that means for the upstream that nginx asks.

That a port has no listener is said only when the command is known: a listing without filter that lacks the port, or one
that asks for this port and shows its heading alone. It holds for the moment and the network namespace it was run in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Self

from assistant.facts.builder import deduced, spread, stated
from assistant.i18n import Text
from assistant.model import Event, Fact, Value

MAX_PORTS = 500
_ANY = ("*", "::")  # ss prints `*` for a socket that takes both families


class ListenerBuilder:
    """Concludes `port.listener`, `port.no_listener` and `port.listing`."""

    kinds = frozenset({"command.listener", "command.listing"})

    def __init__(self) -> None:
        self._ports: dict[int, list[Event]] = {}
        self._listings: list[Event] = []

    def add(self, event: Event) -> None:
        """Take a socket, or the end of a listing."""
        if event.kind == "command.listing":
            self._listings = [*self._listings, event][-20:]
            return
        port = event.attributes["port"]
        if isinstance(port, int) and (port in self._ports or len(self._ports) < MAX_PORTS):
            self._ports.setdefault(port, []).append(event)

    def merge(self, other: Self) -> None:
        """Take over a later source."""
        for port, events in other._ports.items():
            self._ports[port] = [*self._ports.get(port, []), *events]
        self._listings = [*self._listings, *other._listings][-20:]

    def conclude(self) -> Iterable[Fact]:
        """One fact per port, then the listings."""
        for port, events in self._ports.items():
            yield stated(
                "port.listener", spread([event.evidence for event in events], 6), str(port), port=port,
                addresses=tuple(dict.fromkeys(str(event.attributes["address"]) for event in events)),
                names=_all(events, "names") or None, pids=_all(events, "pids") or None,
            )  # fmt: skip
        for number, event in enumerate(self._listings, 1):
            asked = event.attributes["port"]
            if asked is None:
                yield stated("port.listing", [event.evidence], f"listing {number}", count=event.attributes["rows"])
            elif not event.attributes["rows"] and asked not in self._ports:
                yield stated("port.no_listener", [event.evidence], str(asked), port=asked)


def _all(events: list[Event], name: str) -> tuple[Value, ...]:
    values = [value for event in events if isinstance(found := event.attributes.get(name), tuple) for value in found]
    return tuple(dict.fromkeys(values))


def derive(facts: Sequence[Fact]) -> Iterable[Fact]:
    """What the listeners mean for the upstream's port."""
    done: set[Value] = set()
    for overview in facts:
        port = overview.attributes.get("upstream.port")
        if overview.kind == "upstream.overview" and isinstance(port, int) and port not in done:
            done.add(port)  # the first overview is the one of all attempts
            yield from _for_upstream(overview, facts)


def _for_upstream(overview: Fact, facts: Sequence[Fact]) -> Iterator[Fact]:
    port, refused = overview.attributes["upstream.port"], overview.attributes.get("refused", 0)
    listener = next((fact for fact in facts if fact.kind == "port.listener" and fact.attributes["port"] == port), None)
    subject, asked_line = overview.subject, overview.evidence[:1]
    if listener is None:
        for fact in facts:
            if fact.kind == "port.listing" or (fact.kind == "port.no_listener" and fact.attributes["port"] == port):
                evidence = [*fact.evidence, *asked_line]
                yield deduced("join.nothing_listens", evidence, subject, upstream__port=port, refused=refused)
                return
        return
    addresses, asked = (
        tuple(str(item) for item in value) if isinstance(value, tuple) else ()
        for value in (listener.attributes["addresses"], overview.attributes.get("addresses"))
    )
    hosts = [address.rpartition(":")[0].strip("[]") for address in asked]
    missed = tuple(address for address, host in zip(asked, hosts, strict=True) if not _reached(host, addresses))
    kind = "join.listens_elsewhere" if missed else "join.listens_now"
    yield deduced(
        kind, [*listener.evidence, *asked_line], subject, upstream__port=port, refused=refused, asked=missed or asked,
        addresses=addresses, names=listener.attributes["names"] or ("?",),
    )  # fmt: skip


def _reached(host: str, addresses: tuple[str, ...]) -> bool:
    if not host or not all(character in "0123456789abcdefABCDEF.:" for character in host):
        return True  # a name: what it resolves to is not known
    return any(
        address == host or address in _ANY or (address == "0.0.0.0" and ":" not in host)  # noqa: S104 - read, not bound
        for address in addresses
    )


BUILDER = ListenerBuilder
SENTENCES = {
    "port.listener": Text("port {port} is listened on ({addresses})", "端口 {port} 有程序在监听（{addresses}）"),
    "port.no_listener": Text(
        "nothing listened on port {port} when the command was run, where it was run",
        "执行命令时，在执行的地方没有程序监听端口 {port}",
    ),
    "port.listing": Text("a complete list of listening sockets ({count|n:row})", "监听端口的完整列表（{count} 行）"),
    "join.nothing_listens": Text(
        "nothing listened on the upstream's port {upstream.port} when the command was run (in the network namespace it was run in)",
        "执行命令时（在其网络命名空间里），上游端口 {upstream.port} 上没有程序监听",
    ),
    "join.listens_elsewhere": Text(
        "{names} listens on port {upstream.port} at {addresses}, but nginx asks {asked}",
        "{names} 在 {addresses} 上监听端口 {upstream.port}，而 nginx 访问的是 {asked}",
    ),
    "join.listens_now": Text(
        "{names} listens on the upstream's port {upstream.port} ({addresses}) now; whether it did when the failures happened is not "
        "said by that",
        "现在 {names} 在监听上游端口 {upstream.port}（{addresses}）；故障当时是否在监听，由此看不出来",
    ),
}
