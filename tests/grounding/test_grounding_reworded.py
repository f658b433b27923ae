"""Causes in everyday words, put to incidents that know nothing of them: each is a plain sentence without a value.

At its first run, before the rule for what no fact speaks of, 52 % of these were marked; with that rule and nothing
tuned to single sentences, 85 %. What is left over is told in the closing words of the design's section on grounding.
"""

import pytest
from grounds import cases, of_texts

from assistant.grounding import check
from assistant.grounding.claims import Verdict

CLAIMS = {
    "en": (
        "The cert was not renewed in time.", "A RAM stick has gone bad.", "The machine was broken into.", "Name lookups are failing.",
        "The hard disk has no room left.", "The database server had fallen over.", "Some packets never arrived.", "Two transactions blocked one another.",
        "The CPU was maxed out.", "The clock of the host is off.", "A firewall rule blocks the port.", "An intruder changed the configuration.",
        "The GPU ran out of memory.", "The kernel has a bug.", "The reason is a bad cable.", "It was caused by a misbehaving cron job.",
        "The load balancer dropped the traffic.", "All services are up and nothing needs to be done.",
    ),
    "zh": (
        "证书忘了续期。", "内存条坏了。", "有人在猜密码。", "域名服务器没有回应。", "硬盘没地方了。", "数据库挂掉了。", "丢包严重。", "两个事务互相卡住。", "CPU 被打满。",
        "系统时间不对。", "防火墙挡住了端口。", "服务器被黑了。", "显卡内存不够。", "网线松了。", "原因是定时任务跑飞了。", "负载均衡丢掉了流量。", "所有服务都好好的，不需要处理。",
    ),
}  # fmt: skip
MARKED = (Verdict.UNSUPPORTED, Verdict.CONTRADICTED, Verdict.UNCONFIRMED)
CASES = (
    "nginx-body-too-large",
    "go-nil-map",
    "php-uncaught-exception",
    "redis-port-taken",
    "node-module-missing",
    "uvicorn-port-taken",
)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_most_of_them_are_marked(language):
    by_name = {case.name: case for case in cases()}
    judged = {}
    for name in CASES:
        ground = of_texts(by_name[name].texts, language)[0]
        for claim in CLAIMS[language]:
            found = check(claim, ground).claims
            judged[name, claim] = any(one.verdict in MARKED for one in found)
    missed = sorted(key for key, marked in judged.items() if not marked)
    assert len(missed) <= 0.1 * len(judged), missed
