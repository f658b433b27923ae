"""nginx's attempts to reach an upstream, and the client requests they belong to.

An attempt is one record that names an upstream and says how talking to it failed. Attempts of one request have the same
worker, connection and request line; nginx asks each address of a group at most once per request
(ngx_http_upstream_round_robin.c), so an address that comes again begins another request.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Self

from assistant.clock import Time
from assistant.facts.builder import KEEP_FIRST, KEEP_LAST
from assistant.model import Event, Evidence, Severity

CLOSED, RESET, REFUSED, TIMEOUT, UNREACHABLE, NO_LIVE, BAD_RESPONSE, TLS, OTHER = (
    "closed", "reset", "refused", "timeout", "unreachable", "no_live", "bad_response", "tls", "other",
)  # fmt: skip
ECONNRESET, ECONNREFUSED, ETIMEDOUT, EPIPE = 104, 111, 110, 32
_BY_ERRNO = {
    ECONNRESET: RESET,
    EPIPE: RESET,
    ECONNREFUSED: REFUSED,
    ETIMEDOUT: TIMEOUT,
    113: UNREACHABLE,
    101: UNREACHABLE,
}
_BY_TEXT = (
    ("upstream prematurely closed connection", CLOSED),
    ("upstream timed out", TIMEOUT),
    ("no live upstreams", NO_LIVE),
    ("SSL_do_handshake() failed", TLS),
    ("upstream SSL certificate", TLS),
    ("upstream sent", BAD_RESPONSE),
)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One failed try; `phase` is nginx's action at that time."""

    failure: str
    errno: int | None
    phase: str
    scheme: str
    address: str
    port: int | None
    time: Time | None
    evidence: Evidence
    disabled: Evidence | None = None


@dataclass(slots=True)
class Request:
    """A client request with its failed attempts, in order."""

    worker: int | None
    connection: int | None
    method: str
    path: str
    line: str
    host: str
    referer: str
    server: str
    attempts: list[Attempt] = field(default_factory=list)

    @property
    def time(self) -> Time | None:
        """When the first attempt failed."""
        return self.attempts[0].time if self.attempts else None

    @property
    def evidence(self) -> list[Evidence]:
        """The lines of its attempts."""
        return [attempt.evidence for attempt in self.attempts]


def classify(event: Event) -> str | None:
    """How talking to the upstream failed; None when the record is no such failure."""
    message = event.message
    if "FastCGI sent in stderr" in message:
        return None  # the application's own words; the request may well be answered
    for text, failure in _BY_TEXT:
        if text in message:
            return None if failure == TLS and "upstream" not in message else failure
    if event.severity < Severity.ERROR or "upstream" not in str(event.attributes.get("nginx.action", "")):
        return None
    code = event.attributes.get("error.code")
    return _BY_ERRNO.get(code, OTHER) if isinstance(code, int) else OTHER


class AttemptLog:
    """Builds requests from events. Bounded: counts are exact, requests are kept from the beginning and the end."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.omitted = 0
        self.failures: Counter[str] = Counter()
        self.errnos: Counter[int] = Counter()
        self.disabled = 0
        self.connections: set[tuple[int | None, int]] = set()
        self._open: dict[tuple[int | None, int | None, str], Request] = {}

    def add(self, event: Event) -> None:
        """Take one `nginx.error` event."""
        attributes = event.attributes
        code = attributes.get("error.code")
        if isinstance(code, int):
            self.errnos[code] += 1
        if "nginx.upstream" not in attributes:
            return
        if "upstream server temporarily disabled" in event.message:
            self._disable(event)
            return
        failure = classify(event)
        if failure is None:
            return
        self.failures[failure] += 1
        request = self._request(event)
        port = attributes.get("upstream.port")
        request.attempts.append(
            Attempt(
                failure,
                code if isinstance(code, int) else None,
                str(attributes.get("nginx.action", "")),
                str(attributes.get("upstream.scheme", "")),
                str(attributes.get("upstream.address", attributes.get("nginx.upstream"))),
                port if isinstance(port, int) else None,
                event.time,
                event.evidence,
            )
        )

    def _key(self, event: Event) -> tuple[int | None, int | None, str]:
        connection = event.attributes.get("nginx.connection")
        return (
            event.pid,
            connection if isinstance(connection, int) else None,
            str(event.attributes.get("nginx.request", "")),
        )

    def _request(self, event: Event) -> Request:
        key, attributes = self._key(event), event.attributes
        request = self._open.get(key)
        address = attributes.get("upstream.address", attributes.get("nginx.upstream"))
        if request is None or any(attempt.address == address for attempt in request.attempts):
            request = Request(
                key[0],
                key[1],
                str(attributes.get("http.request.method", "")),
                str(attributes.get("url.path", "")),
                key[2],
                str(attributes.get("http.request.header.host", "")),
                str(attributes.get("http.request.header.referer", "")),
                str(attributes.get("nginx.server", "")),
            )
            self._open[key] = request
            if len(self._open) > KEEP_LAST:
                self._open.pop(next(iter(self._open)))
            self._keep(request)
        return request

    def _keep(self, request: Request) -> None:
        self.requests.append(request)
        if len(self.requests) > KEEP_FIRST + KEEP_LAST:
            del self.requests[KEEP_FIRST]
            self.omitted += 1

    def _disable(self, event: Event) -> None:
        self.disabled += 1
        request = self._open.get(self._key(event))
        address = str(event.attributes.get("upstream.address", ""))
        if request is None:
            return
        for position in range(len(request.attempts) - 1, -1, -1):
            attempt = request.attempts[position]
            if attempt.address == address and attempt.disabled is None:
                request.attempts[position] = Attempt(
                    attempt.failure, attempt.errno, attempt.phase, attempt.scheme, attempt.address, attempt.port,
                    attempt.time, attempt.evidence, event.evidence,
                )  # fmt: skip
                return

    def merge(self, other: Self) -> None:
        """Take over a later source's requests."""
        for request in other.requests:
            self._keep(request)
        self.omitted += other.omitted
        self.failures += other.failures
        self.errnos += other.errnos
        self.disabled += other.disabled

    @property
    def total(self) -> int:
        """All failed requests, kept or not."""
        return len(self.requests) + self.omitted
