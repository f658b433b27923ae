"""Joins between findings: why one caused the other, which effects that covers, and what it does not prove.

A join looks at the facts of both sides and votes: it supports the link, says nothing, or refutes it. Which joins are
asked is written in the effect's entry (`causes: [{entry, join}]`). The link's status follows from the votes:

- confirmed: the cause falls on the effect by comparable clocks, and they are on one host or one serves the other;
- likely: one host and the order fit and only one effect is left to explain; or the clocks agree alone; or the cause's
  log is that of the service that was asked, and it was asked after the cause;
- possible: something supports it, nothing more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from assistant.clock import Time, elapsed, elapsed_in_zone, offset_name
from assistant.facts.builder import deduced, sentences
from assistant.fill import duration, fill_text, show_time
from assistant.i18n import Text
from assistant.knowledge.entry import Knowledge
from assistant.model import Evidence, Fact, Finding, Link, Status

TIME_WINDOW = 5.0  # seconds between a death and the failure it causes: logs of one second's resolution, both ways
SNAPSHOTS = ("kubernetes",)  # what they print is a state and no sequence: what stands together belongs together
STATE_LINES = 10  # a container's state and its last state, with their reasons
Reason = tuple[Text, tuple[Evidence, ...]]


@dataclass(slots=True)
class Votes:
    """What the joins of one pair said. `covers` and `open` are effect instances (positions in `effects`)."""

    because: list[Reason] = field(default_factory=list)
    timing: list[Reason] = field(default_factory=list)
    same_host: bool = False
    serves: bool = False
    refuted: list[Reason] = field(default_factory=list)
    by_time: set[int] = field(default_factory=set)
    by_order: set[int] | None = None
    excluded: dict[int, Reason] = field(default_factory=dict)
    clocks_agree: bool = False
    undecided: set[int] = field(default_factory=set)  # near the cause, but its time is not known well enough
    zone_assumed: bool = False
    asked: bool = False  # the cause's log is that of the service which the effect asked, or the effect's own


@dataclass(frozen=True, slots=True)
class Pair:
    """A cause and an effect that both fired, with all facts of the session and the effect's instances."""

    cause: Finding
    effect: Finding
    facts: Sequence[Fact]
    instances: tuple[Fact, ...]

    def of(self, *kinds: str) -> list[Fact]:
        """Facts of these kinds."""
        return [fact for fact in self.facts if fact.kind in kinds]


def reason(fact: Fact) -> Reason:
    """A fact as a reason."""
    return fill_text(sentences()[fact.kind], fact.attributes), fact.evidence


def same_host(pair: Pair, votes: Votes) -> None:
    """The same processes stand in both logs, or both logs name the same host."""
    for fact in pair.of("join.same_processes"):
        votes.same_host = True
        votes.because.append(reason(fact))
    hosts = [finding.facts.get("host") for finding in (pair.cause, pair.effect)]
    if all(hosts) and hosts[0] == hosts[1]:
        votes.same_host = True
    elif all(hosts) and pair.of("upstream.is_local"):
        text = Text(
            f"the logs are of different hosts: {hosts[0]} and {hosts[1]}",
            f"两段日志来自不同主机：{hosts[0]} 与 {hosts[1]}",
        )
        votes.refuted.append((text, ()))
    _same_log(pair, votes)


def _same_log(pair: Pair, votes: Votes) -> None:
    """One program wrote both into one log: one host, and where the cause has no time, the order of the lines."""
    service = pair.cause.facts.get("service")
    sources = {item.source for finding in (pair.cause, pair.effect) for item in finding.evidence}
    if not service or service != pair.effect.facts.get("service") or len(sources) != 1:
        return
    votes.same_host = True
    text = Text(f"{service} wrote both into one log", f"两者都是 {service} 写在同一段日志里的")
    votes.because.append((text, (*pair.cause.evidence[:1], *pair.effect.evidence[:1])))
    if service in SNAPSHOTS:
        near = any(
            abs(mine.line - theirs.line) <= STATE_LINES
            for mine in pair.cause.evidence
            for theirs in pair.effect.evidence
        )
        votes.asked, votes.by_order = near, set(range(len(pair.instances))) if near else None
    elif pair.cause.last_seen is None:
        first = pair.cause.evidence[0].line
        votes.asked = True
        votes.by_order = {
            position
            for position, instance in enumerate(pair.instances)
            if instance.evidence and instance.evidence[0].line >= first
        }


def victim_serves_upstream(pair: Pair, votes: Votes) -> None:
    """The process that died could be the one behind the upstream's address."""
    for fact in pair.of("join.proxy_addresses", "join.published_port"):
        votes.serves = True
        votes.because.append(reason(fact))
    name = str(pair.cause.facts.get("process.executable.name", ""))
    for fact in pair.of("upstream.overview")[:1]:
        address = str(fact.attributes.get("upstream.address", ""))
        if name and address.startswith("unix:") and name.rstrip("0123456789.") in address:
            votes.serves = True
            text = Text(
                f"the upstream's socket {address} is named after {name}", f"上游的套接字 {address} 以 {name} 命名"
            )
            votes.because.append((text, fact.evidence[:1]))


def time_window(pair: Pair, votes: Votes) -> None:
    """The death falls on a failure, on clocks that can be compared."""
    moments = [(time, None) for time in _times(pair.cause)] + _deduced_times(pair)
    for position, instance in enumerate(pair.instances):
        when = instance.attributes.get("time")
        gaps = [(*found, fact) for time, fact in moments if (found := _gap(when, time)) is not None]
        if not gaps:
            continue
        nearest, zone, told = min(gaps, key=lambda gap: abs(gap[0]))
        if TIME_WINDOW < abs(nearest) <= _slack(told):
            votes.undecided.add(position)
            continue
        votes.clocks_agree = True
        if abs(nearest) > TIME_WINDOW:
            votes.excluded[position] = _far(instance, nearest)
            continue
        votes.by_time.add(position)
        votes.zone_assumed = votes.zone_assumed or zone is not None
        assumed = (f", if both logs use the zone {zone}", f"（假定两段日志同为时区 {zone}）") if zone else ("", "")
        side = "before" if nearest >= 0 else "after"
        text = Text(
            f"it happened {duration(abs(nearest), 'en')} {side} the failure{assumed[0]}",
            f"它发生在该失败之{'前' if nearest >= 0 else '后'} {duration(abs(nearest), 'zh')}{assumed[1]}",
        )
        votes.timing += [reason(told)] if told else []
        votes.timing.append((text, (*pair.cause.evidence[-1:], *instance.evidence[:1])))


def _deduced_times(pair: Pair) -> list[tuple[Time, Fact | None]]:
    """Wall-clock times that were worked out for lines of the cause which have none of their own."""
    lines = {(item.source, item.line) for item in pair.cause.evidence}
    return [
        (time, fact)
        for fact in pair.of("join.wall_time")
        if isinstance(time := fact.attributes["time"], Time)
        and lines & {(item.source, item.line) for item in fact.evidence}
    ]


def _slack(fact: Fact | None) -> float:
    """Seconds by which a deduced time may be off; within them nothing can be excluded."""
    value = fact.attributes.get("slack") if fact else None
    return float(value) if isinstance(value, int | float) else 0.0


def _gap(effect: object, cause: object) -> tuple[float, str | None] | None:
    """Seconds between two times, and the zone that had to be assumed for it."""
    seconds = elapsed(effect, cause)
    if seconds is not None:
        return seconds, None
    found = elapsed_in_zone(effect, cause)
    return None if found is None else (found[0], offset_name(found[1]))


def _far(instance: Fact, gap: float) -> Reason:
    side = ("after", "之后") if gap > 0 else ("before", "之前")
    text = Text(f"{abs(gap):,.0f} s {side[0]} the nearest such event", f"在最近一次该事件{side[1]} {abs(gap):,.0f} 秒")
    return text, instance.evidence[:1]


def started_after(pair: Pair, votes: Votes) -> None:
    """What must have happened after a known start cannot explain what failed before it."""
    for fact in pair.of("join.kill_after_start", "join.victim_started_after"):
        since = fact.attributes["since"]
        votes.because.append(reason(fact))
        later = {
            position
            for position, instance in enumerate(pair.instances)
            if (elapsed(instance.attributes.get("time"), since) or -1) >= 0
        }
        votes.by_order = later if votes.by_order is None else votes.by_order & later


def same_request(pair: Pair, votes: Votes) -> None:
    """Both speak of the same failed attempts."""
    shared = {(item.source, item.line) for item in pair.cause.evidence} & {
        (item.source, item.line) for item in pair.effect.evidence
    }
    neighbours = {(item.source, item.line + 1) for item in pair.cause.evidence}
    if shared or neighbours & {(item.source, item.line) for item in pair.effect.evidence}:
        votes.same_host = votes.serves = True
        votes.by_time.update(range(len(pair.instances)))


def same_pid(pair: Pair, votes: Votes) -> None:
    """Both name the same process: a process ends once, so that everything said of its end is covered."""
    mine = {pair.cause.facts.get(name) for name in ("process.pid", "worker", "pid")} - {None}
    other = {pair.effect.facts.get(name) for name in ("process.pid", "worker", "pid")} - {None}
    shared = mine & other
    if not shared or (votes.excluded and not votes.by_time):
        return
    pid = shared.pop()
    votes.same_host = votes.serves = True
    votes.by_time.update(range(len(pair.instances)))
    text = Text(f"both logs name pid {pid}", f"两段日志是同一个进程号 {pid}")
    votes.because.append((text, (*pair.cause.evidence[-1:], *pair.effect.evidence[:1])))


def same_container(pair: Pair, votes: Votes) -> None:
    """The container's network went down with the victim."""
    for fact in pair.of("join.restarted_after_kill"):
        votes.serves = True
        votes.because.append(reason(fact))


def serves_address(pair: Pair, votes: Votes) -> None:
    """The cause stands in the log of the service whose address the effect asked, and the effect came after it."""
    sources = {item.source for item in pair.cause.evidence}
    asking = {(item.source, item.line) for item in pair.effect.evidence}
    ports = {
        fact.attributes["server.port"]
        for fact in pair.of("service.refused")
        if any((item.source, item.line) in asking for item in fact.evidence)
    }
    for fact in pair.of("join.asked_service", "join.stopped_service"):
        if fact.attributes["source"] not in sources or fact.attributes["server.port"] not in ports:
            continue
        votes.serves = votes.asked = True
        votes.because.append(reason(fact))
    if votes.asked:
        gaps = [_gap(each.attributes.get("time"), pair.cause.last_seen) for each in pair.instances]
        known = {position: found[0] for position, found in enumerate(gaps) if found is not None}
        votes.zone_assumed = votes.zone_assumed or any(found is not None and found[1] for found in gaps)
        votes.by_order = {position for position in range(len(gaps)) if known.get(position, 0.0) >= -1.0}


JOINS: dict[str, Callable[[Pair, Votes], None]] = {
    "same-host": same_host,
    "victim-serves-upstream": victim_serves_upstream,
    "time-window": time_window,
    "started-after": started_after,
    "same-request": same_request,
    "same-pid": same_pid,
    "same-container": same_container,
    "serves-address": serves_address,
}


def _times(finding: Finding) -> list[Time]:
    return [time for time in (finding.first_seen, finding.last_seen) if time is not None]


def link_all(findings: Sequence[Finding], knowledge: Knowledge, facts: Sequence[Fact]) -> list[Link]:
    """Every link between findings that fired."""
    fired = {
        finding.entry: finding for finding in findings if finding.observed and finding.status is not Status.RULED_OUT
    }
    links = []
    for effect in fired.values():
        for ref in knowledge.entries[effect.entry].causes:
            cause = fired.get(ref.entry)
            if cause is None or cause.entry == effect.entry:
                continue
            link = _link(Pair(cause, effect, facts, _instances(effect, facts)), ref.joins)
            if link is not None:
                links.append(link)
    return links


def _instances(effect: Finding, facts: Sequence[Fact]) -> tuple[Fact, ...]:
    """The failed requests that the effect's lines belong to; for other effects the moments at which it was seen."""
    lines = {(item.source, item.line) for item in effect.evidence}
    requests = [fact for fact in facts if fact.kind == "upstream.request"]
    mine = tuple(fact for fact in requests if any((item.source, item.line) in lines for item in fact.evidence))
    if mine:
        return mine
    times: dict[Time | None, None] = dict.fromkeys(_times(effect)) or {None: None}
    places = (effect.evidence[:1], effect.evidence[-1:])
    return tuple(deduced("moment", place, time=time) for time, place in zip(times, places, strict=False))


def _link(pair: Pair, joins: tuple[str, ...]) -> Link | None:
    votes = Votes()
    for name in joins:
        JOINS[name](pair, votes)
    if votes.refuted or (votes.clocks_agree and not votes.by_time and not votes.undecided):
        return None
    everything = set(range(len(pair.instances)))
    covered = votes.by_time or (votes.by_order or set()) - set(votes.excluded)
    status = _status(votes, covered)
    if status is None:
        return None
    if status is Status.CONFIRMED and pair.cause.status is not Status.CONFIRMED:
        status = pair.cause.status  # no link is surer than its cause
    unproven = everything - covered if status is not Status.POSSIBLE else everything
    if status is Status.POSSIBLE:
        covered = set()
    return Link(
        pair.cause.entry,
        pair.effect.entry,
        status,
        _unique([*votes.because, *votes.timing]),
        _unique(votes.timing),
        tuple(_name(pair.instances[position]) for position in sorted(covered)),
        tuple(_unproven(position, pair, votes) for position in sorted(unproven)),
    )


def _status(votes: Votes, covered: set[int]) -> Status | None:
    joined = votes.same_host or votes.serves
    if votes.by_time:
        return Status.CONFIRMED if joined and not votes.zone_assumed else Status.LIKELY
    if (votes.same_host and len(covered) == 1) or (votes.asked and covered):
        return Status.LIKELY
    return Status.POSSIBLE if joined or votes.by_order else None


def _name(instance: Fact) -> Reason:
    values = instance.attributes
    when = values.get("time")
    shown = show_time(when) if isinstance(when, Time) else ""
    words = " ".join(str(part) for part in (shown, values.get("http.request.method"), values.get("url.path")) if part)
    return Text(words, words), instance.evidence[:2]


def _unproven(position: int, pair: Pair, votes: Votes) -> Reason:
    name, evidence = _name(pair.instances[position])
    if position in votes.excluded:
        why = votes.excluded[position][0]
        name = Text(f"{name.en} ({why.en})", f"{name.zh}（{why.zh}）")
    return name, evidence


def _unique(reasons: list[Reason]) -> tuple[Reason, ...]:
    return tuple({text.en: (text, evidence) for text, evidence in reasons}.values())
