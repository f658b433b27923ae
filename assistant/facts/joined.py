"""Facts that only two logs together give: the same process in both, what was started after what, how long it lived.

Rules:
- a pid with the same program name in two logs, several at once, is the same host and the same boot of these processes;
- Linux gives out pids upwards and wraps at pid_max, so of two living processes the one with the higher pid was, short of
  a wrap, started later (kernel/pid.c, idr_alloc_cyclic);
- a failure before the start of a process cannot have been that process.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from assistant.clock import NS, BootTime, LocalTime, ZonedTime, elapsed
from assistant.facts.boot import happened_elsewhen
from assistant.facts.builder import deduced, spread, supposed
from assistant.i18n import Text
from assistant.model import Evidence, Fact

STOP_GRACE = 30.0  # seconds in which the network of a killed container is gone


def derive(facts: Sequence[Fact]) -> Iterable[Fact]:
    """Facts from the facts of all sources."""
    kills = {fact.subject: fact for fact in facts if fact.kind == "oom.kill"}
    starts = [fact for fact in facts if fact.kind in ("nginx.start", "nginx.instance")]
    requests = [fact for fact in facts if fact.kind == "upstream.request"]
    network = list(_network_after_kill(list(kills.values()), facts))
    yield from network
    for table in (fact for fact in facts if fact.kind == "oom.table"):
        kill = kills.get(table.subject)
        joined = [found for start in starts for found in _same_processes(table, kill, start, requests)]
        elsewhen = kill is not None and happened_elsewhen(kill, facts)
        moot = {"join.boot_time"} if any(fact.kind == "host.boot" for fact in facts) else set()
        moot |= {"join.lifetime"} if elsewhen else set()
        yield from (fact for fact in joined if fact.kind not in moot)
        if kill is None:
            continue
        # what the two logs say together holds only where they are known to be of one host
        one_host = any(fact.kind == "join.same_processes" for fact in joined)
        yield from _published(table, kill, facts if one_host else ())
        if one_host and not elsewhen:
            yield from _chain(kill, facts, network)
            yield from _first_use(kill, facts)
    yield from _kernel_window(facts)


def _numbers(fact: Fact, name: str) -> tuple[int, ...]:
    value = fact.attributes.get(name)
    return tuple(item for item in value if isinstance(item, int)) if isinstance(value, tuple) else ()


def _names(fact: Fact, name: str) -> tuple[str, ...]:
    value = fact.attributes.get(name)
    return tuple(str(item) for item in value) if isinstance(value, tuple) else ()


def _rows(table: Fact) -> dict[int, tuple[str, Evidence]]:
    source = table.evidence[0].source
    rows = zip(_numbers(table, "pids"), _names(table, "names"), _numbers(table, "lines"), strict=True)
    return {pid: (name, Evidence(source, line, line)) for pid, name, line in rows}


def _same_processes(table: Fact, kill: Fact | None, start: Fact, requests: list[Fact]) -> Iterator[Fact]:
    master = start.attributes["master"]
    wanted = [master, *_numbers(start, "workers")]
    rows = _rows(table)
    shared = [pid for pid in wanted if isinstance(pid, int) and rows.get(pid, ("",))[0] == "nginx"]
    if len(shared) < 2:  # noqa: PLR2004 - a single pid can be a coincidence
        return
    evidence = [*start.evidence[:3], *(rows[pid][1] for pid in shared)]
    began = start.attributes.get("time")
    yield deduced("join.same_processes", evidence, table.subject, pids=tuple(shared), name="nginx", since=began)
    if kill is None or not isinstance(began, LocalTime | ZonedTime):
        return
    victim = kill.attributes["process.pid"]
    yield deduced("join.kill_after_start", evidence, kill.subject, since=began, pids=tuple(shared))
    if not isinstance(victim, int) or victim <= max(shared):
        return
    row = rows.get(victim)
    proof = [*evidence, *([row[1]] if row else [])]
    yield deduced(
        "join.victim_started_after", proof, kill.subject, process__pid=victim,
        process__executable__name=kill.attributes["process.executable.name"], since=began, pids=tuple(shared),
    )  # fmt: skip
    yield from _lifetime(kill, proof, began, requests)


def _lifetime(kill: Fact, proof: list[Evidence], began: LocalTime | ZonedTime, requests: list[Fact]) -> Iterator[Fact]:
    """If the kill is the one failure that comes after the start, the victim lived no longer than that."""
    after = [fact for fact in requests if _is_after(fact.attributes.get("time"), began)]
    before = [fact for fact in requests if _is_after(began, fact.attributes.get("time"))]
    if before:
        lines = spread([fact.evidence[0] for fact in before])
        times = tuple(fact.attributes["time"] for fact in before)
        yield deduced(
            "join.earlier_process",
            [*lines, *proof[:1]],
            kill.subject,
            requests=len(before),
            times=times[:8],
            since=began,
        )
    if len(after) != 1:
        return
    failed = after[0].attributes["time"]
    lived = elapsed(failed, began)
    if lived is None or not isinstance(failed, LocalTime | ZonedTime):
        return
    yield supposed("join.lifetime", [*proof[:1], after[0].evidence[0]], kill.subject, seconds=lived, time=failed)
    when = kill.attributes.get("time")
    if isinstance(when, BootTime):
        booted = replace(failed, ns=(failed.ns // NS - when.ns // NS - (when.ns % NS >= NS // 2)) * NS, digits=0)
        yield supposed(
            "join.boot_time", [*kill.evidence[-1:], after[0].evidence[0]], kill.subject, boot=booted, time=failed
        )


def _is_after(value: object, limit: object) -> bool:
    seconds = elapsed(value, limit)
    return seconds is not None and seconds >= 0


def _published(table: Fact, kill: Fact, facts: Sequence[Fact]) -> Iterator[Fact]:
    proxies = [(pid, row) for pid, row in _rows(table).items() if row[0] == "docker-proxy"]
    if not proxies or not kill.attributes.get("container"):
        return
    yield deduced(
        "join.published_port", [*kill.evidence[:1], *(row[1] for _, row in proxies)], kill.subject, count=len(proxies),
        process__executable__name=kill.attributes["process.executable.name"],
    )  # fmt: skip
    for fact in facts:
        addresses = _names(fact, "addresses")
        if fact.kind == "upstream.is_local" and len(addresses) == len(proxies) == 2:  # noqa: PLR2004 - IPv4 and IPv6
            yield deduced(
                "join.proxy_addresses", [*fact.evidence, *(row[1] for _, row in proxies)], kill.subject, addresses=addresses,
                upstream__port=fact.attributes.get("upstream.port"),
            )  # fmt: skip


def _network_after_kill(kills: list[Fact], facts: Sequence[Fact]) -> Iterator[Fact]:
    for fact in facts:
        if fact.kind != "container.restarted":
            continue
        for kill in kills:
            when, values = kill.attributes.get("time"), fact.attributes
            down, up = elapsed(values["down"], when), elapsed(values["port"], when)
            if not kill.attributes.get("container") or down is None or up is None or not 0 <= down <= STOP_GRACE:
                continue
            ready = elapsed(values.get("ready"), when)
            yield deduced(
                "join.restarted_after_kill",
                [*kill.evidence[-1:], *fact.evidence],
                kill.subject,
                down=round(down, 2),
                up=round(up, 2),
                ready=None if ready is None else round(ready, 2),
                gap=values["gap"],
                quick=values["quick"],
                process__executable__name=kill.attributes["process.executable.name"],
            )
            break


def _chain(kill: Fact, facts: Sequence[Fact], network: list[Fact]) -> Iterator[Fact]:
    """From the request to the 502, when each of its steps is in the logs."""
    closed = next((fact for fact in facts if fact.kind == "upstream.closed_then_reset"), None)
    restarted = next((fact for fact in network if fact.subject == kill.subject), None)
    if closed is None or restarted is None or kill.attributes.get("scope") != "global":
        return
    yield deduced(
        "join.chain",
        [*closed.evidence[-2:], *kill.evidence, *restarted.evidence[-1:]],
        kill.subject,
        process__executable__name=kill.attributes["process.executable.name"],
        up=restarted.attributes["up"],
    )


def _first_use(kill: Fact, facts: Sequence[Fact]) -> Iterator[Fact]:
    """One process and several routes: what is loaded at the first request fits better than one heavy route."""
    routes = next((fact for fact in facts if fact.kind == "upstream.routes"), None)
    alone = next((fact for fact in facts if fact.kind == "oom.instances" and fact.subject == kill.subject), None)
    if routes is not None and alone is not None and alone.attributes["count"] == 1:
        name = kill.attributes["process.executable.name"]
        evidence = [*routes.evidence, *alone.evidence]
        yield supposed(
            "join.first_use", evidence, kill.subject, routes=routes.attributes["routes"], process__executable__name=name
        )


def _kernel_window(facts: Sequence[Fact]) -> Iterator[Fact]:
    shape = next((fact for fact in facts if fact.kind == "oom.shape" and fact.attributes["shape"] == "T5"), None)
    text = next((fact for fact in facts if fact.kind == "kernel.logs_allmulticast"), None)
    if shape is not None and text is not None:
        yield deduced("join.kernel_window", [*shape.evidence, *text.evidence])


SENTENCES = {
    "join.chain": Text(
        "the chain: a request → a peak of memory (supposed) → the host is out of memory → SIGKILL for {process.executable.name} "
        "→ the connection is closed (FIN) → nginx's next attempt is reset → 502; then nginx avoids the addresses for 10 s, "
        "although the container is back after {up} s",
        "整条链：一个请求 → 内存峰值（推测）→ 整机内存耗尽 → {process.executable.name} 被 SIGKILL → 连接被关闭(FIN) → nginx 再试被重置 → "
        "502；之后 nginx 仍会避开这些地址 10 秒，尽管容器 {up} 秒后已经回来",
    ),
    "join.first_use": Text(
        "{routes} routes fail and there is one {process.executable.name} process (a single worker): something loaded at the first "
        "request, a model for example, fits better than one heavy route; supposed, not proven",
        "{routes} 个接口都失败，而 {process.executable.name} 只有一个进程（单 worker）：更像首次请求时加载某样东西（例如模型），而不是某个接口太重；"
        "这是推测，未证实",
    ),
    "join.kernel_window": Text(
        "the table's columns and the allmulticast text together fit kernels of about 6.2 to 6.7, or a back-port",
        "任务表的列与 allmulticast 文字合起来看，内核约为 6.2 至 6.7，或是移植了补丁的版本",
    ),
    "join.same_processes": Text(
        "the nginx processes {pids} stand in both logs: it is the same host, in the same run of nginx",
        "nginx 进程 {pids} 同时出现在两段日志里：是同一台主机、同一次 nginx 运行",
    ),
    "join.kill_after_start": Text(
        "these nginx processes were started at {since}, so the kill happened after that",
        "这些 nginx 进程是 {since} 启动的，所以杀进程发生在那之后",
    ),
    "join.victim_started_after": Text(
        "{process.executable.name} has the pid {process.pid}, higher than nginx's, so it was started after {since} too",
        "{process.executable.name} 的 pid {process.pid} 大于 nginx 的，因此它也是 {since} 之后才启动的",
    ),
    "join.earlier_process": Text(
        "{requests|n:failure} ({times}) came before the victim was started: an earlier process was hit then, and nothing here "
        "says what ended it",
        "{requests} 次失败（{times}）发生在被杀进程启动之前：那时是更早的进程，这里没有证据说明它们因何结束",
    ),
    "join.lifetime": Text(
        "if the kill is the failure of {time|clock}, the process lived less than {seconds} s: a peak (loading, first use) is "
        "likelier than a slow leak",
        "如果这次被杀就是 {time|clock} 的失败，该进程只活了不到 {seconds} 秒：更像加载或首次使用时的峰值，而不是缓慢泄漏",
    ),
    "join.boot_time": Text(
        "in that case the host was booted at about {boot} (compare with `uptime -s`)",
        "那样的话，主机开机时间约为 {boot}（可用 `uptime -s` 核对）",
    ),
    "join.published_port": Text(
        "{process.executable.name} runs in a container, and {count|n:docker-proxy process/docker-proxy processes} publish ports of "
        "containers on this host",
        "{process.executable.name} 运行在容器里，这台主机上有 {count} 个 docker-proxy 进程为容器发布端口",
    ),
    "join.proxy_addresses": Text(
        "a port published on IPv4 and IPv6 has one docker-proxy each: that is how {addresses} port {upstream.port} lead to one "
        "container; the proxy accepts while the service behind it is gone, hence a reset (104) and not a refusal (111)",
        "端口发布到 IPv4 和 IPv6 时各有一个 docker-proxy，这就是 {addresses} 的 {upstream.port} 端口通向同一个容器的原因；"
        "后端已经不在时代理仍会接受连接，所以是重置(104)而不是拒绝(111)",
    ),
    "join.restarted_after_kill": Text(
        "the container's network went down {down} s after the kill and a new one came up at {up} s: the container was "
        "restarted by itself ({gap|dur} between the two: the first steps of the restart policy's delay, no crash loop)",
        "被杀后 {down} 秒容器网络拆除，{up} 秒新网络出现：容器已自动重启（两者相隔 {gap|dur}，是重启策略延迟的头几级，不是反复崩溃）",
    ),
}
