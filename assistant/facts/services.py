"""Services by their own logs: on which port each listens, when it stopped in an orderly way, and who was refused there.

A service says where it listens when it starts; another log says which address refused it. Where the two name the same
port, the first log is that of the service that the second one asked. That joins any client with any server: nginx with an
application, an application with its database.

Sources: uvicorn/server.py, gunicorn/arbiter.py, src/server.c of Redis, pqcomm.c and postmaster.c of PostgreSQL, mysqld.cc;
other programs are taken at their word when they say "listening on …:port".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Self

from assistant.clock import Time, elapsed, elapsed_in_zone
from assistant.facts.builder import deduced, spread, stated
from assistant.i18n import Text
from assistant.intake.lazily import lazily
from assistant.model import Event, Evidence, Fact, Severity, Value

KEPT = 40  # notes of each sort and source
_LISTENS = lazily(
    r"(?i)\b(?:listening|running|serving|started|bound|ready|accepting connections|accept connections)\b[^\n]{0,80}?"
    r"(?:\bport[ =:]{1,3}|(?<=[\w\]*]):)(\d{2,5})\b"
)
_STOPPED = lazily(
    r"(?i)^(?:Finished server process|Shutting down: Master|Shutdown complete|.{0,60}: Shutdown complete)|"
    r"\bis now ready to exit, bye bye|^database system is shut down|Stopped Sampler"
)
_REFUSED = lazily(r"(?i)connection ?refused|ECONNREFUSED|\brefused the (?:network )?connection|actively refused")
_ASKED = lazily(
    r"(?:(?<=[\w\].*]):|\bport[ =:\"']{1,3}|, )(\d{2,5})(?!\d|\.\d)"  # host:port, port 5432, ('127.0.0.1', 6379)
)
_PLACE = lazily(r"\.(?:py|js|ts|go|rs|java|rb|php|c|cc|cpp):\d{1,6}|\b\d{1,2}:\d\d:\d\d\b")
_HIGHEST = 65535


@dataclass(frozen=True, slots=True)
class _Note:
    source: int
    service: str
    time: Time | None
    evidence: Evidence
    ports: tuple[int, ...] = ()


class ServicesBuilder:
    """Concludes `service.listens`, `service.stopped` and `service.refused`."""

    kinds = frozenset({"*"})

    def __init__(self) -> None:
        self._listens: list[_Note] = []
        self._stops: list[_Note] = []
        self._refusals: list[_Note] = []

    def add(self, event: Event) -> None:
        """Take a record that says one of the three."""
        if event.kind.startswith(("kernel", "http.access", "command")):
            return
        text = event.message[:400]
        if event.severity >= Severity.WARN and "bye bye" not in text:  # Redis stops at the level of warnings
            # the plain search spares most records the pattern
            known = "efused" in event.message or "REFUSED" in event.message
            if known and _REFUSED().search(event.message[:2000]) and (ports := _asked(event)):
                self._refusals = _kept(self._refusals, _note(event, ports))
            return
        if event.kind == "nginx.error":
            return
        if ("port" in text or ":" in text) and (match := _LISTENS().search(text)) and int(match[1]) <= _HIGHEST:
            self._listens = _kept(self._listens, _note(event, (int(match[1]),)))
        elif _STOPPED().search(text):
            self._stops = _kept(self._stops, _note(event))

    def merge(self, other: Self) -> None:
        """Take over a later source."""
        self._listens += other._listens
        self._stops += other._stops
        self._refusals += other._refusals

    def conclude(self) -> Iterable[Fact]:
        """One fact per note; refusals by port."""
        for note in self._listens:
            yield stated(
                "service.listens", [note.evidence], f"{note.source}:{note.ports[0]}", source=note.source,
                server__port=note.ports[0], service=note.service, time=note.time,
            )  # fmt: skip
        for note in self._stops:
            yield stated(
                "service.stopped", [note.evidence], str(note.source), source=note.source, service=note.service,
                time=note.time,
            )  # fmt: skip
        for port in dict.fromkeys(port for note in self._refusals for port in note.ports):
            notes = [note for note in self._refusals if port in note.ports]
            yield stated(
                "service.refused", spread([note.evidence for note in notes], 8), str(port), server__port=port,
                count=len(notes), services=tuple(dict.fromkeys(note.service for note in notes)), first_seen=notes[0].time, last_seen=notes[-1].time,
            )  # fmt: skip


def _kept(notes: list[_Note], note: _Note) -> list[_Note]:
    return [*notes, note] if len(notes) < KEPT else [*notes[:-1], note]


def _note(event: Event, ports: tuple[int, ...] = ()) -> _Note:
    return _Note(event.evidence.source, event.service, event.time, event.evidence, ports)


def _asked(event: Event) -> tuple[int, ...]:
    """The ports that a refusal names."""
    for name in ("upstream.port", "server.port", "network.peer.port"):
        if isinstance(port := event.attributes.get(name), int):
            return (port,)
    text = _PLACE().sub("", event.message[:2000])
    return tuple(dict.fromkeys(port for found in _ASKED().findall(text) if 0 < (port := int(found)) <= _HIGHEST))[:4]


def derive(facts: Sequence[Fact]) -> Iterable[Fact]:
    """Which log belongs to a service that refused somebody, and whether that service had been stopped."""
    refused = {fact.attributes["server.port"]: fact for fact in facts if fact.kind == "service.refused"}
    seen: set[tuple[Value, Value]] = set()
    for listening in facts:
        if listening.kind != "service.listens":
            continue
        port, source = listening.attributes["server.port"], listening.attributes["source"]
        refusal = refused.get(port)
        own = refusal is not None and any(item.source == source for item in refusal.evidence)
        if refusal is None or (source, port) in seen or (own and _same_service(listening, refusal)):
            continue
        seen.add((source, port))
        yield deduced(
            "join.asked_service", [*listening.evidence, *refusal.evidence[:1]], f"{source}:{port}", source=source,
            server__port=port, service=listening.attributes["service"],
        )  # fmt: skip
        yield from _stopped(facts, listening, refusal)


def _seconds(later: Value, earlier: Value) -> float | None:
    """From one time to another; logs of one incident are taken to be in one zone."""
    seconds = elapsed(later, earlier)
    if seconds is not None:
        return seconds
    found = elapsed_in_zone(later, earlier)
    return found[0] if found is not None else None


def _same_service(listening: Fact, refusal: Fact) -> bool:
    """A service that was refused somewhere does not tell about its own port."""
    services = refusal.attributes["services"]
    return isinstance(services, tuple) and listening.attributes["service"] in services


def _stopped(facts: Sequence[Fact], listening: Fact, refusal: Fact) -> Iterator[Fact]:
    """The service ended in an orderly way, and nobody who was refused was refused before that, as far as clocks tell."""
    source, port = listening.attributes["source"], listening.attributes["server.port"]
    stops = [fact for fact in facts if fact.kind == "service.stopped" and fact.attributes["source"] == source]
    starts = [fact for fact in facts if fact.kind == "service.listens" and fact.attributes["source"] == source]
    if not stops:
        return
    stop = stops[-1]
    since = _seconds(refusal.attributes["first_seen"], stop.attributes["time"])
    if since is not None and since < -1:
        return
    again = [start for start in starts if start.evidence[0].line > stop.evidence[-1].line]
    back = [_seconds(refusal.attributes["first_seen"], start.attributes["time"]) for start in again]
    if any(gap is not None and gap > 1 for gap in back):
        return  # it was up again before anybody was refused
    yield deduced(
        "join.stopped_service", [*stop.evidence, *refusal.evidence], f"{source}:{port}", source=source, server__port=port,
        service=stop.attributes["service"], time=stop.attributes["time"], count=refusal.attributes["count"],
        after=since, up_again=bool(again),
    )  # fmt: skip


BUILDER = ServicesBuilder

SENTENCES = {
    "service.listens": Text("{service} listens on port {server.port}", "{service} 监听端口 {server.port}"),
    "service.stopped": Text("{service} ended in an orderly way", "{service} 有序地结束了"),
    "service.refused": Text(
        "connections to port {server.port} were refused, {count|n:record}",
        "连接端口 {server.port} 被拒绝，共 {count} 条记录",
    ),
    "join.asked_service": Text(
        "source {source} is the log of the service on port {server.port}, the one that refused",
        "第 {source} 段是端口 {server.port} 上那个服务的日志，被拒绝的正是它",
    ),
    "join.stopped_service": Text(
        "the service on port {server.port} had ended in an orderly way; whoever asked it then was refused",
        "端口 {server.port} 上的服务当时已有序结束；那时访问它的都会被拒绝",
    ),
}
