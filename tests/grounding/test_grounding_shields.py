"""Words that look at something, warn, quote, compare or propose: they shield nothing else in their sentence from the check."""

import pytest
from grounds import seed

from assistant.grounding import check
from assistant.grounding.claims import Verdict

BAD = (Verdict.UNSUPPORTED, Verdict.CONTRADICTED)

FALSE = [
    "Check the logs and then increase proxy_read_timeout to 300s.", "Please see below: increase proxy_read_timeout.",
    "Memory is not enough because of a memory leak.", "The memory leak makes it worse.", "The trace shows a deadlock in the database.",
    "The test fails because the disk is full.", 'The root cause is "disk full".', "The root cause is `disk full`.", "Update: the disk is full.",
    "The disk is full, which is a different problem.", "Everything is fine, but you may watch it.",
    "The OOM killer killed uvicorn at the same time as the failure at 23:52:08.", "A container limit was hit, restarting does not help.",
    "You can see that the disk is full.", "We see a memory leak.", "The monitor shows that the disk is full.", "The review found a memory leak in uvicorn.",
    "You should know that the disk is full.", "The watch command shows the database crashed.", "Increase the limit since the disk is full.",
    "可以看到磁盘已满。", "查看日志可知磁盘已满。", "监控显示磁盘已满。", "检查发现磁盘已满。", "需要知道磁盘已满。",
    "根因是“磁盘已满”。", "先检查日志，再调大 proxy_read_timeout。", "内存泄漏反而让情况更糟。", "数据库死锁，这不看日志也知道。", "更新：磁盘已满。",
    "磁盘已满，这是另一回事。", "重启不能解决问题，磁盘已满。",
]  # fmt: skip
TRUE = [
    "Compare the timeouts of nginx with those of the service.", "Whether it is a memory leak is not known.", "Check `/etc/nginx/nginx.conf`.",
    "Check that the disk is not full.", "Make sure that no memory leak is there.", "确认有没有内存泄漏。",
    "Look into a file such as `/etc/fstab`.", "这与超时不是一回事。", "看看有没有内存泄漏。",
]  # fmt: skip


def bad(text):
    language = "zh" if any("一" <= char <= "鿿" for char in text) else "en"
    return [claim for claim in check(text, seed(3, language)[0]).claims if claim.verdict in BAD]


@pytest.mark.parametrize("text", FALSE)
def test_what_is_claimed_beside_them_is_judged(text):
    assert bad(text)


@pytest.mark.parametrize("text", TRUE)
def test_what_only_looks_is_not(text):
    assert bad(text) == []
