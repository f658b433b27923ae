"""What happened, what the log rules out, what is unknown: facts in the order of use, each with its lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from assistant.answer.cite import cite, cited
from assistant.answer.phrases import PHRASES
from assistant.clock import BootTime, Time
from assistant.facts.builder import sentences
from assistant.fill import fill, show_time
from assistant.i18n import Language
from assistant.model import Evidence, Fact, Report, Status

# Which facts carry the story, which ones refute a hunch, which ones say what is not known. A fact in none of these
# stays in the report (`--format json`, `/facts`): it does not bear on the decision.
STORY = (
    "join.chain", "join.nothing_listens", "join.listens_elsewhere", "join.listens_now", "join.container_lived", "container.exit_sigkill",
    "container.exit_segfault", "container.exit_abort", "container.exit_error", "container.exit_not_found", "container.exit_not_executable",
    "container.exit_sigterm", "container.restarts", "unit.state", "host.memory_now", "host.no_swap", "host.largest_processes", "upstream.header_phase", "upstream.header_phase_some", "upstream.closed_then_reset", "upstream.client_status", "upstream.client_status_if", "upstream.none_left",
    "upstream.accepted_some", "upstream.retried_slowly", "upstream.group", "upstream.order_varies", "upstream.origin", "upstream.route_again", "join.proxy_addresses",
    "join.restarted_after_kill", "container.restarted", "nginx.worker_killed", "nginx.stop_by_init", "nginx.stop",
    "nginx.stop_after_errors", "nginx.restart", "nginx.start", "nginx.failed_again", "nginx.reload", "oom.count",
    "oom.scope_cgroup", "oom.scope_cpuset", "oom.scope_mempolicy", "oom.cgroup_limit", "oom.sysrq", "oom.trigger",
    "oom.trigger_cpuset", "oom.badness", "oom.not_largest", "oom.not_reaped", "join.victim_started_after",
)  # fmt: skip
EXCLUDED = (
    "join.kill_elsewhen",
    "container.not_oom_killed",
    "upstream.accepted",
    "upstream.one_name",
    "upstream.routes",
    "upstream.intermittent",
    "upstream.quiet_connections",
)
UNKNOWN = (
    "oom.mismatch", "oom.head_missing", "oom.head_missing_bare", "oom.trigger_missing", "oom.memory_missing", "oom.tail_missing", "join.earlier_process", "join.lifetime", "join.boot_time", "join.first_use",
    "oom.docker_exec",
)  # fmt: skip
# A fact that says the same more exactly takes the place of the other.
INSTEAD = {
    "nginx.stop": "nginx.stop_by_init", "nginx.start": "nginx.restart", "container.restarted": "join.restarted_after_kill",
    "oom.trigger_cpuset": "oom.trigger",
}  # fmt: skip
MAX_ROWS = 12
MAX_ATTEMPTS = 4

Wanted = Callable[[Fact], bool]


def say(fact: Fact, language: Language) -> str:
    """A fact as a sentence with its lines; empty when its sentence lacks a value."""
    sentence = sentences().get(fact.kind)
    if sentence is None:
        return ""
    text, missing = fill(sentence.get(language), fact.attributes, language)
    return "" if missing else cited(text, fact.evidence)


def bullets(report: Report, kinds: Iterable[str], language: Language, wanted: Wanted) -> list[str]:
    """One bullet per fact of these kinds, in the order of the kinds."""
    present = {fact.kind for fact in report.facts if wanted(fact)}
    found = []
    for kind in kinds:
        if (better := INSTEAD.get(kind)) and better in present:
            continue
        told = (say(fact, language) for fact in report.facts if fact.kind == kind and wanted(fact))
        found += [f"- {text}" for text in told if text]
    return found[:MAX_ROWS]


def story(report: Report, language: Language, wanted: Wanted, shown: set[str]) -> list[str]:
    """The table of failed requests, then what else happened, without what was said before."""
    rows = request_table([fact for fact in report.facts if fact.kind == "upstream.request" and wanted(fact)], language)
    kinds = [kind for kind in STORY if kind not in shown]
    if "oom.count" in kinds and len(report.facts_of("oom.kill")) < 2:  # noqa: PLR2004 - one kill is told by itself
        kinds.remove("oom.count")
    return [*rows, *([""] if rows else []), *bullets(report, kinds, language, wanted)]


def request_table(requests: list[Fact], language: Language) -> list[str]:
    """Failed requests as a table: when, what, and how each attempt ended."""
    if not requests:
        return []
    width = min(MAX_ATTEMPTS, max(len(_strings(fact, "endpoints")) for fact in requests))
    heads = [PHRASES["time"].get(language), PHRASES["request"].get(language)]
    heads += [fill(PHRASES["attempt"].get(language), {"n": n}, language)[0] for n in range(1, width + 1)]
    rows = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    rows += ["| " + " | ".join(_cells(fact, width, language)) + " |" for fact in requests[:MAX_ROWS]]
    if len(requests) > MAX_ROWS:
        more = fill(PHRASES["more_requests"].get(language), {"n": len(requests) - MAX_ROWS}, language)[0]
        rows += ["", cited(more, [fact.evidence[0] for fact in requests[MAX_ROWS:]])]
    return rows


def _cells(fact: Fact, width: int, language: Language) -> list[str]:
    when = fact.attributes.get("time")
    source = fact.evidence[0].source
    lines = fact.attributes.get("lines")
    numbers = lines if isinstance(lines, tuple) else ()
    request = f"{fact.attributes['http.request.method']} {fact.attributes['url.path']}".strip() or "-"
    cells = [show_time(when) if isinstance(when, Time) else "-", _cell(request)]
    for position, (endpoint, failure) in enumerate(
        zip(_strings(fact, "endpoints"), _strings(fact, "failures"), strict=True)
    ):
        mark = cite([Evidence(source, int(str(numbers[position])), int(str(numbers[position])))])
        cells.append(f"{_cell(endpoint)} {PHRASES[failure].get(language)} {mark}")
    if len(cells) < width + 2 and fact.attributes["http.request.method"] in ("POST", "LOCK", "PATCH"):
        cells.append(
            fill(PHRASES["no_second"].get(language), {"method": fact.attributes["http.request.method"]}, language)[0]
        )
    return (cells + [""] * width)[: width + 2]


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("`", "'")[:80]


def _strings(fact: Fact, name: str) -> tuple[str, ...]:
    value = fact.attributes.get(name)
    return tuple(str(item) for item in value) if isinstance(value, tuple) else ()


def excluded(report: Report, language: Language, wanted: Wanted) -> list[str]:
    """What is ruled out: refuted entries with their reasons, then the facts that refute usual hunches."""
    found = []
    for finding in report.findings:
        if finding.status is Status.RULED_OUT:
            found += [f"- {cited(text.get(language), finding.evidence)}" for text in finding.because]
    said = {line.split("[")[0] for line in found}
    more = [line for line in bullets(report, EXCLUDED, language, wanted) if line.split("[")[0] not in said]
    return list(dict.fromkeys(found + more))


def unknown(report: Report, language: Language) -> list[str]:
    """What the logs leave open."""
    return bullets(report, UNKNOWN, language, lambda _: True)


def clock_list(facts: Iterable[Fact]) -> str:
    """The times of some failures, shortened to the clock where they are wall times."""
    times = [fact.attributes.get("time") for fact in facts]
    return ", ".join(
        show_time(time, "" if isinstance(time, BootTime) else "clock") for time in times if isinstance(time, Time)
    )
