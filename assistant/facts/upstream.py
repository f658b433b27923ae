"""What nginx's failed attempts say about the upstream: phase, retries, peers, routes, and what never occurred.

Rules and their sources:
- "reading response header" comes after connect and send: the connection was accepted and the request sent
  (ngx_http_upstream.c sets the action in ngx_http_upstream_connect/send_request/process_header).
- A POST, LOCK or PATCH that was sent is not passed to the next server unless `non_idempotent` is set
  (proxy_next_upstream in ngx_http_proxy_module).
- "upstream server temporarily disabled" is logged only when the group has more than one peer and max_fails (1) was
  reached; the peer is then skipped for fail_timeout (10 s), per worker unless the group has a `zone`
  (ngx_http_upstream_free_round_robin_peer).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Self

from assistant.clock import elapsed
from assistant.facts import attempts as kinds
from assistant.facts.attempts import AttemptLog, Request
from assistant.facts.builder import deduced, spread, stated, supposed
from assistant.facts.upstream_sentences import SENTENCES as SENTENCES  # noqa: PLC0414 - found by walking the modules
from assistant.model import Event, Evidence, Fact

HEADER_PHASE = "reading response header from upstream"
NOT_REPEATED = frozenset({"POST", "LOCK", "PATCH"})
MAX_REQUEST_FACTS = 60
SHORT_GAP = 30.0  # seconds; failures closer together are one burst
FEW_CONNECTIONS = 5  # fewer ids between two failures say nothing
GATEWAY_TIMEOUT, BAD_GATEWAY = 504, 502


class UpstreamBuilder:
    """Concludes the `upstream.*` facts of all sources, and the totals of each source."""

    kinds = frozenset({"nginx.error"})

    def __init__(self) -> None:
        self._log = AttemptLog()
        self._by_source: dict[int, AttemptLog] = {}
        self._records = 0
        self._levels: dict[int, set[str]] = {}
        self._first_line: Evidence | None = None

    def add(self, event: Event) -> None:
        """Take one nginx record."""
        self._records += 1
        self._log.add(event)

    def merge(self, other: Self) -> None:
        """Take over a later source."""
        self._log.merge(other._log)
        self._records += other._records

    def conclude(self) -> Iterable[Fact]:
        """All facts about upstreams; none when no attempt failed."""
        requests = [request for request in self._log.requests if request.attempts]
        if not requests:
            return
        yield self._overview("all", requests)
        for source in sorted({request.attempts[0].evidence.source for request in requests}):
            own = [request for request in requests if request.attempts[0].evidence.source == source]
            yield self._overview(f"source {source}", own)
        yield from (
            _request_fact(position, request) for position, request in enumerate(requests[:MAX_REQUEST_FACTS], 1)
        )
        yield from _phase(requests)
        yield from _shape(requests)
        yield from self._absent(requests)
        yield from _retries(requests)
        yield from _peers(requests, self._log.disabled)
        yield from _status(requests)
        yield from _routes(requests)
        yield from _gaps(requests)
        yield from _origin(requests)

    def _overview(self, subject: str, requests: list[Request]) -> Fact:
        tries = [attempt for request in requests for attempt in request.attempts]
        whole = subject == "all"
        failures = self._log.failures if whole else _count(attempt.failure for attempt in tries)
        asked = [attempt for attempt in tries if attempt.failure != kinds.NO_LIVE] or tries  # that one names the group
        ports = sorted({attempt.port for attempt in asked if attempt.port is not None})
        addresses = tuple(dict.fromkeys(endpoint(attempt.address, attempt.port) for attempt in asked))
        times = [attempt.time for attempt in tries if attempt.time is not None]
        return stated(
            "upstream.overview",
            spread([attempt.evidence for attempt in tries], 20),
            subject,
            requests=self._log.total if whole else len(requests),
            attempts=sum(failures.values()),
            closed=failures.get(kinds.CLOSED, 0),
            reset=failures.get(kinds.RESET, 0),
            refused=failures.get(kinds.REFUSED, 0),
            timeout=failures.get(kinds.TIMEOUT, 0),
            no_live=failures.get(kinds.NO_LIVE, 0),
            disabled=self._log.disabled if whole else sum(attempt.disabled is not None for attempt in tries),
            addresses=addresses,
            upstream__address=asked[0].address,
            upstream__port=ports[0] if len(ports) == 1 else None,
            first_seen=times[0] if times else None,
            last_seen=times[-1] if times else None,
            clocks=tuple(dict.fromkeys(request.time for request in requests if request.time is not None))[:6],
        )

    def _absent(self, requests: list[Request]) -> Iterator[Fact]:
        evidence = spread([item for request in requests for item in request.evidence], 20)
        for errno, failure in ((kinds.ETIMEDOUT, kinds.TIMEOUT), (kinds.ECONNREFUSED, kinds.REFUSED)):
            if not self._log.errnos[errno] and not self._log.failures[failure]:
                yield deduced(
                    f"upstream.no_{failure}",
                    evidence,
                    errno=errno,
                    records=self._records,
                    attempts=sum(self._log.failures.values()),
                )
        if not self._log.failures[kinds.NO_LIVE]:
            yield deduced("upstream.never_all_disabled", evidence, records=self._records)


def endpoint(address: str, port: int | None) -> str:
    """`[::1]:8000`, `10.0.0.7:80`, `unix:/run/app.sock`."""
    if port is None:
        return address
    return f"[{address}]:{port}" if ":" in address and not address.startswith("unix:") else f"{address}:{port}"


def _count(items: Iterable[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for item in items:
        counts[item] = counts.get(item, 0) + 1
    return counts


def _request_fact(position: int, request: Request) -> Fact:
    tries = request.attempts
    return stated(
        "upstream.request",
        [*request.evidence, *(attempt.disabled for attempt in tries if attempt.disabled)],
        f"request {position}",
        http__request__method=request.method,
        url__path=request.path,
        time=request.time,
        connection=request.connection,
        worker=request.worker,
        host=request.host,
        failures=tuple(attempt.failure for attempt in tries),
        errnos=tuple(attempt.errno or 0 for attempt in tries),
        endpoints=tuple(endpoint(attempt.address, attempt.port) for attempt in tries),
        phases=tuple(attempt.phase for attempt in tries),
        lines=tuple(attempt.evidence.line for attempt in tries),
        source=tries[0].evidence.source,
    )


def _phase(requests: list[Request]) -> Iterator[Fact]:
    tries = [attempt for request in requests for attempt in request.attempts]
    ended = [
        attempt for attempt in tries if attempt.phase == HEADER_PHASE and attempt.failure in (kinds.CLOSED, kinds.RESET)
    ]
    if not ended:
        return
    evidence = spread([attempt.evidence for attempt in ended], 20)
    whole = len(ended) == len(tries)
    yield stated(
        "upstream.header_phase" if whole else "upstream.header_phase_some",
        evidence,
        attempts=len(ended),
        all=len(tries),
    )
    refused = any(attempt.failure == kinds.REFUSED for attempt in tries)
    yield deduced("upstream.accepted_some" if refused else "upstream.accepted", evidence, attempts=len(ended))
    if whole:
        # headlines that speak of all failures at once are only true where all are of this kind
        yield stated("upstream.all_ended", evidence, died_requests=len(requests), died_attempts=len(tries))


def _shape(requests: list[Request]) -> Iterator[Fact]:
    both = [
        request
        for request in requests
        if len(request.attempts) > 1
        and request.attempts[0].failure == kinds.CLOSED
        and all(attempt.failure == kinds.RESET for attempt in request.attempts[1:])
    ]
    died = [
        request
        for request in requests
        if all(
            attempt.phase == HEADER_PHASE and attempt.failure in (kinds.CLOSED, kinds.RESET)
            for attempt in request.attempts
        )
    ]
    if both:
        evidence = spread([item for request in both for item in request.evidence])
        yield deduced("upstream.closed_then_reset", evidence, requests=len(both))
    if died:
        evidence = spread([item for request in died for item in request.evidence])
        yield deduced("upstream.died_mid_request", evidence, requests=len(died), repeated=len(died) > 1 or bool(both))


def _retries(requests: list[Request]) -> Iterator[Fact]:
    retried = [request for request in requests if len(request.attempts) > 1]
    if retried:
        fast = [
            request for request in retried if (elapsed(request.attempts[-1].time, request.attempts[0].time) or 0) < 1
        ]
        kind = "upstream.retried" if len(fast) == len(retried) else "upstream.retried_slowly"
        evidence = spread([item for request in retried for item in request.evidence])
        methods = tuple(dict.fromkeys(request.method for request in retried))
        yield deduced(kind, evidence, requests=len(retried), methods=methods)
    # Only where the group is known to have another address: with a single peer nothing is ever retried.
    grouped = bool(retried) or any(attempt.disabled for request in requests for attempt in request.attempts)
    once = [request for request in requests if len(request.attempts) == 1 and request.method in NOT_REPEATED]
    if grouped and once:
        evidence = spread([item for request in once for item in request.evidence])
        methods = tuple(dict.fromkeys(request.method for request in once))
        yield deduced("upstream.not_replayed", evidence, requests=len(once), methods=methods)


def _peers(requests: list[Request], disabled: int) -> Iterator[Fact]:
    tries = [attempt for request in requests for attempt in request.attempts]
    marks = [attempt.disabled for attempt in tries if attempt.disabled]
    if marks:
        yield deduced("upstream.group", spread(marks), disabled=disabled, max_fails=1, fail_timeout=10)
    for port in dict.fromkeys(attempt.port for attempt in tries):
        mine = [attempt for attempt in tries if attempt.port == port]
        addresses = list(dict.fromkeys(attempt.address for attempt in mine))
        first = {
            address: next(attempt.evidence for attempt in mine if attempt.address == address) for address in addresses
        }
        local = [address for address in addresses if is_loopback(address)]
        if local:
            evidence = [first[address] for address in local]
            yield deduced("upstream.is_local", evidence, upstream__port=port, addresses=tuple(local))
        families = {":" in address for address in local}
        if len(local) > 1 and families == {True, False}:
            evidence = [first[address] for address in local]
            yield deduced(
                "upstream.one_name",
                evidence,
                upstream__port=port,
                addresses=tuple(local),
                ipv4=next(item for item in local if ":" not in item),
            )
    orders: dict[tuple[str, ...], Evidence] = {}
    for request in requests:
        if len(request.attempts) > 1:
            orders.setdefault(tuple(attempt.address for attempt in request.attempts), request.evidence[0])
    if len(orders) > 1:
        yield deduced("upstream.order_varies", list(orders.values()), first=tuple(order[0] for order in orders))


def is_loopback(address: str) -> bool:
    """Whether an address is on nginx's own host: loopback, or a unix socket."""
    if address.startswith("unix:") or address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address.partition("%")[0]).is_loopback
    except ValueError:
        return False


def _status(requests: list[Request]) -> Iterator[Fact]:
    """What the client got, as far as it is proven: nginx logs failures, never a retry that went well.

    Proven where every address that the group is known to have failed, or where nginx does not try another one.
    """
    known: dict[int | None, set[str]] = {}
    for request in requests:
        for attempt in request.attempts:
            known.setdefault(attempt.port, set()).add(attempt.address)
    groups: dict[tuple[int, bool], list[Request]] = {}
    for request in requests:
        last = request.attempts[-1]
        if last.phase not in (HEADER_PHASE, "connecting to upstream"):
            continue
        status = GATEWAY_TIMEOUT if last.failure == kinds.TIMEOUT else BAD_GATEWAY
        asked = {attempt.address for attempt in request.attempts}
        exhausted = len(asked) > 1 and asked >= known.get(last.port, set())
        if last.failure == kinds.NO_LIVE:
            continue  # no address was asked for it; it is told apart below
        final = request.method in NOT_REPEATED and last.phase == HEADER_PHASE
        groups.setdefault((status, exhausted or final), []).append(request)
    none_left = [request for request in requests if request.attempts[-1].failure == kinds.NO_LIVE]
    if none_left:
        evidence = spread([request.evidence[-1] for request in none_left])
        yield deduced("upstream.none_left", evidence, status=BAD_GATEWAY, requests=len(none_left))
    for (status, proven), group in groups.items():
        kind = "upstream.client_status" if proven else "upstream.client_status_if"
        make = deduced if proven else supposed
        yield make(
            kind, spread([request.evidence[-1] for request in group]), str(status), status=status, requests=len(group)
        )


def _routes(requests: list[Request]) -> Iterator[Fact]:
    by_route: dict[tuple[str, str], list[Request]] = {}
    for request in requests:
        if request.path:
            by_route.setdefault((request.method, request.path), []).append(request)
    if len(by_route) > 1:
        evidence = [group[0].evidence[0] for group in by_route.values()]
        paths = tuple(path for _, path in by_route)
        yield deduced("upstream.routes", spread(evidence), routes=len(by_route), paths=paths[:8])
    for (method, path), group in by_route.items():
        # a call can only bring down what had accepted it
        deadly = all(
            attempt.failure in (kinds.CLOSED, kinds.RESET) for request in group for attempt in request.attempts
        )
        if deadly and len(group) > 1 and len(by_route) <= 20:  # noqa: PLR2004 - a scanner's hundred paths say nothing
            evidence = [request.evidence[0] for request in group]
            when = tuple(request.time for request in group if request.time is not None)
            yield deduced(
                "upstream.route_again", spread(evidence), f"{method} {path}", http__request__method=method, url__path=path,
                requests=len(group), times=when[:8],
            )  # fmt: skip


def _gaps(requests: list[Request]) -> Iterator[Fact]:
    """Failures with other connections in between are intermittent; without any, nothing is known of the time between."""
    ordered = [request for request in requests if request.time is not None]
    widest: tuple[int, Request, Request] | None = None
    for before, after in pairwise(ordered):
        if (
            before.connection is None
            or after.connection is None
            or before.evidence[0].source != after.evidence[0].source
        ):
            continue
        # the upstream connections of the failed attempts have numbers of their own
        passed = after.connection - before.connection - 1 - len(before.attempts)
        if passed >= FEW_CONNECTIONS and (widest is None or passed > widest[0]):
            widest = (passed, before, after)
    if widest is None:
        return
    passed, before, after = widest
    measured = (elapsed(later.time, earlier.time) for earlier, later in pairwise(ordered))
    gaps = tuple(gap for gap in measured if gap is not None and gap > 0)
    if gaps and max(gaps) >= SHORT_GAP:
        evidence = spread([request.evidence[0] for request in ordered])
        yield deduced("upstream.intermittent", evidence, gaps=gaps[:8], bursts=len(gaps) + 1)
        ends = [before.evidence[0], after.evidence[0]]
        yield deduced("upstream.quiet_connections", ends, first=before.connection, last=after.connection, passed=passed)


def _origin(requests: list[Request]) -> Iterator[Fact]:
    pages = list(dict.fromkeys(request.referer for request in requests if request.referer))
    if len(requests) > 1 and len({page.rpartition("/")[2] for page in pages}) == 1 and all(r.referer for r in requests):
        path = "/" + pages[0].partition("://")[2].partition("/")[2]
        yield stated("upstream.origin", spread([request.evidence[0] for request in requests]), path=path)
    hosts: dict[str, Evidence] = {}
    for request in requests:
        if request.host:
            hosts.setdefault(request.host, request.evidence[0])
    if len(hosts) > 1:
        yield stated("upstream.hosts", list(hosts.values()), hosts=tuple(hosts))


BUILDER = UpstreamBuilder
