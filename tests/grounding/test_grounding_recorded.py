"""The recorded answers to the seed incident: every wrong or harmful claim in them is marked, and what is right is not.

The answers are in `recorded/`; which of their claims are wrong, and why, was worked out by hand beforehand.
"""

from pathlib import Path

import pytest
from grounds import seed

from assistant.grounding import check
from assistant.grounding.claims import Verdict

RECORDED = Path(__file__).parent / "recorded"
BAD = (Verdict.UNSUPPORTED, Verdict.CONTRADICTED)

# turn, what the claim says, the words in which it stands
WRONG = [
    (1, "a timeout that is too short", "请求超时时间设置过短"),
    (1, "a longer proxy_read_timeout", "增加Nginx的proxy_read_timeout值"),
    (1, "the network's configuration", "网络配置问题"),
    (1, "the errors led to the restart of nginx", "最终导致Nginx重启"),
    (1, "completely unavailable", "完全不可用"),
    (2, "a reload", "配置重载"),
    (2, "a reset on IPv6, where there was none", "recv() failed (104: Connection reset by peer)"),
    (2, "not started", "服务进程未启动"),
    (2, "the bind failed, a port conflict", "监听失败（端口冲突"),
    (2, "bound to the wrong address", "服务绑定到错误IP或端口"),
    (2, "60 s may be too short", "proxy_read_timeout 60s"),
    (2, "retries on one address", "proxy_next_upstream error timeout http_500"),
    (3, "4.8 GB, in units that fit nothing", "4.8GB 虚拟内存"),
    (3, "1.35 GB, the same", "1.35GB 实际内存"),
    (3, "1198619 pages taken for the resident size", "约 1.2GB RSS"),
    (3, "a leak, as established", "内存泄漏，或单次请求"),
    (3, "other workers were tried", "其他 Worker"),
    (3, "crashed completely", "服务已完全崩溃"),
    (3, "an urgent docker restart", "docker restart <container_name>"),
    (3, "drop_caches", "echo 3 > /proc/sys/vm/drop_caches"),
    (3, "mem_limit 2g as a cure", "mem_limit: 2g"),
    (3, "two workers", "gunicorn -w 2"),
    (3, "a longer timeout", "proxy_read_timeout 120s"),
    (3, "more retries", "proxy_next_upstream error timeout http_500 http_502"),
]
RIGHT = [
    (1, "`upstream prematurely closed connection`（上游过早关闭连接）"),
    (1, "`recv() failed (104: Connection reset by peer)`（对端重置连接）"),
    (1, "伴随`upstream server temporarily disabled`警告"),
    (1, "上游服务在处理请求（POST /embeddings、GET /text-embedding、GET /model/info）时突然断开连接"),
    (1, "上游服务(8000端口)崩溃或进程被杀死"),
    (1, "上游服务资源不足（OOM被系统终止）"),
    (1, "上游服务存在bug导致崩溃"),
    (1, "检查上游服务日志（8000端口的应用日志）"),
    (2, "`2025/05/12 00:15:19 [notice] 3609160#3609160: start worker process 3609161`"),
    (2, "2分钟后（`00:17:53`），客户端再次请求 `GET /api/v1/model/info`，但依然失败"),
    (2, "服务启动后因异常（如OOM、崩溃）再次退出"),
    (2, "说明问题与网络协议无关，而是上游服务本身的问题"),
    (3, "并杀死了 `uvicorn` 进程（PID `3610113`），导致上游服务崩溃"),
    (3, "进程 `uvicorn`（PID `3610113`）因内存不足被系统强制终止"),
    (3, "系统可能未配置足够的交换分区（Swap）"),
    (3, "这是容器重启的副作用"),
    (3, "`uvicorn` 被杀死后，Nginx 无法从上游服务（`127.0.0.1:8000`）获取响应"),
    (3, "sudo fallocate -l 4G /swapfile"),
    (3, "sudo swapon /swapfile"),
    (3, "查看 OOM Killer 历史记录"),
]


def answer(turn):
    return (RECORDED / f"turn{turn}.zh.md").read_text(encoding="utf-8")


def marked(turn, words, *, only=BAD):
    """The claims that overlap these words, of those verdicts."""
    text = answer(turn)
    start = text.index(words)
    claims = check(text, seed(turn, "zh")[0]).claims
    return [
        claim for claim in claims if claim.verdict in only and claim.start < start + len(words) and claim.end > start
    ]


@pytest.mark.parametrize(("turn", "words"), RIGHT)
def test_what_is_right_is_not_marked(turn, words):
    assert marked(turn, words) == []


@pytest.mark.parametrize(("turn", "what", "words"), WRONG)
def test_what_is_wrong_or_harmful_is_marked(turn, what, words):
    assert marked(turn, words), what


def test_a_command_that_may_trigger_the_failure_again_is_told_so():
    (claim,) = marked(2, "curl -v http://127.0.0.1:8000/api/v1/model/info", only=(Verdict.NOTED,))
    assert "再次触发" in claim.because.zh


def test_what_contradicts_is_shown_with_its_line():
    text = check(answer(3), seed(3, "zh")[0]).markdown
    line = next(line for line in text.splitlines() if "mem_limit: 2g" in line)
    assert "✗" in line
    assert "[3:21-22]" in line


@pytest.mark.parametrize("turn", [1, 2, 3])
def test_right_sentences_without_a_citation_get_one(turn):
    checked = check(answer(turn), seed(turn, "zh")[0]).markdown
    assert checked.count("[") > answer(turn).count("[")
