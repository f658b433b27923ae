"""What a question is about: words of both languages, and the facts that answer them."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Topic:
    """A subject people ask about, and the kinds of facts that speak of it, most telling first."""

    name: str
    pattern: re.Pattern[str]
    facts: tuple[str, ...]


def _topic(name: str, words: str, facts: str) -> Topic:
    return Topic(name, re.compile(words, re.IGNORECASE), tuple(facts.split()))


TOPICS: tuple[Topic, ...] = (
    _topic("after-restart", r"(restart|重启|reboot).{0,14}(fix|help|work|solve|cure|好|恢复|解决|正常|管用)|(fix|help|work|solve|cure)\w{0,3}.{0,14}(restart|reboot)", "nginx.failed_again nginx.restart join.restarted_after_kill container.restarted"),
    _topic("earlier", r"earlier|before that|first (two|three|few|failures)|other failures|之前(的|那)|前(两|三|几)次|更早|那三次|都是", "join.earlier_process"),
    _topic("limit", r"mem_limit|memory limit|container limit|cgroup|limit of (the|a) container|容器.{0,4}(限制|上限)|内存(限制|上限)|上限(是|多)|whole host|整机|how much.{0,12}limit|(was|is) the limit|limit\?", "oom.scope_global oom.scope_cgroup oom.cgroup_limit"),
    _topic("swap", r"\bswap|交换", "oom.swap_unused host.no_swap host.swap"),
    _topic("ram", r"(total|how much|host).{0,12}\bram\b|total memory|memory of the host|总内存|多大内存|几 ?g ?内存|整机内存|(主机|整机|机器|服务器|这台|系统).{0,8}多少.{0,4}内存|(总共|一共|总).{0,6}多少.{0,4}内存|内存(总共|一共|总)", "host.memory host.memory_now oom.head_missing oom.head_missing_bare oom.memory_missing oom.share"),
    _topic("leak", r"\bleak|泄[漏露]", "join.lifetime join.first_use oom.memory"),
    _topic("health", r"health.?check|健康检查|\bcurl\b|docker exec", "oom.docker_exec"),
    _topic("memory", r"memory|\brss\b|resident|内存|占用|\bmib\b|\bgib\b", "oom.memory oom.share oom.badness oom.cgroup_limit host.memory host.swap oom.swap_unused"),
    _topic("protected", r"oom_score_adj|protect|保护|为什么(是|杀)它|why (was )?.{1,30} (chosen|picked|killed)", "oom.badness oom.not_largest oom.protected"),
    _topic("victim", r"which (process|pid|program|task|container)|who (was killed|died)|what was killed|victim|哪个 ?(进程|pid|程序).{0,6}(被杀|杀|死|挂)|哪个进程|谁(被杀|死了|挂了)|杀了谁|被杀的是|哪个程序", "oom.kill oom.memory oom.count nginx.worker_killed"),
    _topic("trigger", r"trigger|who asked|invoked|谁触发|触发者|谁申请", "oom.trigger oom.trigger_cpuset oom.head_missing oom.head_missing_bare oom.trigger_missing"),
    _topic("kernel", r"kernel version|which kernel|内核版本", "join.kernel_window oom.shape oom.head_missing"),
    _topic("container", r"container|docker|容器", "container.oom_killed container.state container.restarts join.restarted_after_kill container.restarted oom.docker_proxy join.proxy_addresses oom.scope_global oom.scope_cgroup"),
    _topic("ipv6", r"ipv[46]|\[?::1\]?|127\.0\.0\.1|localhost|network|网络|两个(地址|后端)|双栈", "upstream.one_name upstream.order_varies join.proxy_addresses upstream.is_local upstream.accepted"),
    _topic("timeout", r"time.?out|超时|proxy_read_timeout|\b110\b", "upstream.no_timeout"),
    _topic("port", r"not (started|running|listening|up)|is .{0,12}(up|running|listening)|port (closed|open)|bind|wrong port|没启动|没起来|未启动|没有?在?监听|端口|起来了吗|refused|\b111\b", "upstream.accepted upstream.no_refused"),
    _topic("post", r"\bpost\b|retr(y|ied)|not repeated|重试|重发|幂等", "upstream.not_replayed upstream.retried upstream.group"),
    _topic("disabled", r"disabled|max_fails|fail_timeout|停用|禁用", "upstream.group upstream.never_all_disabled"),
    _topic("status", r"\b50[0-9]\b|status code|what did the client|客户端(得到|看到|收到)|状态码", "upstream.client_status"),
    _topic("stop", r"sigquit|who (stopped|restarted)|why (was|did) nginx.{0,20}(stop|restart)|stopped nginx|restarted|谁(停|重启)|为什么(停|重启)|nginx.{0,20}(停|重启|退出)|signal 3", "nginx.stop_by_init nginx.stop nginx.stop_after_errors nginx.restart nginx.failed_again nginx.reload"),
    _topic("routes", r"which (routes?|endpoints?|urls?|requests?|paths?)|same (route|endpoint)|哪些(接口|请求|路径|路由|url)|哪个(接口|请求|路径)|接口", "upstream.routes upstream.route_again upstream.request"),
    _topic("often", r"how (often|many)|count|多少(次|个|条)|几(次|个|条)|次数|频率", "upstream.overview oom.count log.counts"),
    _topic("intermittent", r"intermittent|always|permanent|sometimes|一直|间歇|偶尔|偶发", "upstream.intermittent upstream.quiet_connections"),
    _topic("same", r"same (host|machine|server|process)|同一(台|个)(主机|机器|进程)|怎么知道.{0,8}同", "join.same_processes join.kill_after_start join.victim_started_after"),
    _topic("boot", r"\bboot|uptime|开机|启动时间", "host.boot join.wall_time join.kill_elsewhen join.boot_time log.boot_time"),
    _topic("lifetime", r"how long.{0,20}(live|run)|活了多久|存活|运行了多久", "join.lifetime join.victim_started_after"),
    _topic("setting", r"proxy_\w+|client_max_body_size|worker_\w+|setting|configured|配置|设置", "nginx.setting"),
    _topic("redis", r"\bredis\b", "redis.memory redis.memory_unbounded redis.clients redis.write_failed"),
    _topic("sessions", r"sessions?|connections?|会话|连接数", "postgresql.sessions redis.clients"),
    _topic("version", r"cloud|vendor|云(厂商|主机)|哪家云", "host.cloud"),
)  # fmt: skip


def topics_of(question: str) -> list[Topic]:
    """The subjects a question names, in the order of the table (special before general)."""
    return [topic for topic in TOPICS if topic.pattern.search(question)]
