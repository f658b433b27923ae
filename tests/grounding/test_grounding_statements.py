"""Single sentences about the seed incident, in words that no entry and no rule has: true ones pass, false ones are marked.

These were written by hand, neither by the rules nor by a model, so that they measure what the comparison with known
sentences cannot: whether a sentence in other words is understood.
"""

import pytest
from grounds import seed

from assistant.grounding import check
from assistant.grounding.claims import Verdict

BAD = (Verdict.UNSUPPORTED, Verdict.CONTRADICTED)

TRUE = [
    "The kernel's OOM killer ended uvicorn (pid 3610113).",
    "At that moment uvicorn held 1.29 GiB of memory, nearly all of it anonymous.",
    "Four client requests failed in all, with seven attempts.",
    "The request at 00:17:53 was GET /api/v1/model/info.",
    "nginx was restarted at 00:15:19; its new master is 3609160.",
    "Nobody refused a connection: there is no 111 in the log.",
    "This was not a timeout.",
    "The host ran out of memory, not a container limit.",
    "No swap was in use.",
    "It may have been a memory leak, but that is not proven.",
    "The first three failures are not explained by this kill.",
    "uvicorn accounts for 94.0 % of the memory of the visible processes.",
    "The container came back after 0.79 s.",
    "The POST request was not tried a second time.",
    "内核在内存耗尽时杀死了 uvicorn（pid 3610113）。",
    "被杀的进程常驻 1.29 GiB，虚拟内存 4.57 GiB。",
    "一共有 4 个请求失败，7 次尝试。",
    "这不是超时：没有一行 110。",
    "nginx 在 00:15:19 收到 SIGQUIT。",
    "可能是内存泄漏，但没有证实。",
    "容器在 0.79 秒后恢复。",
    "前三次失败没有证实与这次被杀有关。",
    "It is very likely that the OOM kill explains the failure at 00:17:53.",
    "uvicorn 占可见进程常驻内存合计 1,403 MiB 的 94.0 %。",
]
FALSE = [
    "The kernel's OOM killer ended dockerd (pid 3610113).",
    "The kernel's OOM killer ended uvicorn (pid 3610114).",
    "At that moment uvicorn held 2.6 GiB of memory.",
    "uvicorn held 1.29 MiB.",
    "The request at 00:17:54 was GET /api/v1/model/info.",
    "The request at 00:17:53 was POST /api/v1/embeddings.",
    "The cause is a full disk.",
    "The root cause is a deadlock in the database.",
    "The service was killed because a container limit was hit.",
    "The requests timed out.",
    "The connections were refused, since nothing was listening on port 8000.",
    "MySQL crashed first.",
    "A DNS failure made the upstream unreachable.",
    "The server is under a DDoS attack.",
    "The memory leak in uvicorn is the root cause.",
    "The failures were caused by solar flares.",
    "Everything is fine, there is nothing wrong.",
    "The OOM killer is ruled out.",
    "The process with pid 3409102 was killed at 4016034.541405.",
    "nginx was reloaded at 00:15:19.",
    "It listens on port 8080 of 127.0.0.1.",
    "You should increase proxy_read_timeout to 300 seconds.",
    "Restart the container with `docker restart web`.",
    "根因是磁盘已满。",
    "内核杀死了 dockerd（pid 3610113）。",
    "被杀的进程常驻 2.58 GiB。",
    "上游端口没有监听，连接被拒绝。",
    "这是网络故障导致的。",
    "容器内存上限被触发。",
    "一切正常，没有问题。",
    "建议调大 proxy_read_timeout。",
    "请求在 00:18:53 失败。",
    "失败是由于数据库死锁。",
    # what a small model really said
    "是的，23:52 那次失败也是 OOM。",
    "uvicorn 占用的内存：1,403 MiB",
    "内存总量：4.57 GiB",
    "It used 4.57 GiB of memory.",
    "All earlier failures were caused by the OOM killer.",
    "The kernel's OOM killer killed uvicorn (pid 3610113) at 00:17:53.",
    "The upstream closed the connection before sending a response header, which is a symptom of a memory leak.",
]


def language(text):
    return "zh" if any("一" <= char <= "鿿" for char in text) else "en"


@pytest.mark.parametrize("text", TRUE)
def test_true_in_other_words(text):
    claims = check(text, seed(3, language(text))[0]).claims
    assert [claim for claim in claims if claim.verdict in BAD] == []


@pytest.mark.parametrize("text", FALSE)
def test_false_in_any_words(text):
    claims = check(text, seed(3, language(text))[0]).claims
    assert [claim for claim in claims if claim.verdict in BAD]


@pytest.mark.parametrize("text", [text for text in TRUE if "3610113" in text or "00:15:19" in text])
def test_what_is_true_gets_its_lines(text):
    assert "[" in check(text, seed(3, language(text))[0]).markdown.replace(text, "")
