"""What happened to whom and when: known times, names and pids, said of something else."""

import pytest
from grounds import seed

from assistant.grounding import check
from assistant.grounding.claims import Verdict

BAD = (Verdict.UNSUPPORTED, Verdict.CONTRADICTED)

TRUE = [
    "nginx was restarted at 00:15:19.", "After the restart of nginx at 00:15:19 uvicorn was killed by the kernel.", "The failure of 00:17:53 came next.",
    "The OOM killer killed uvicorn.", "uvicorn (pid 3610113) was killed because the host ran out of memory.", "The GET request failed at 00:09:19.",
    "nginx 在 00:15:19 重启。", "00:15:19 之后 uvicorn 被内核杀死。", "23:52:08 的失败没有证实。", "内核杀死了 uvicorn。",
]  # fmt: skip
FALSE = [
    "The container was restarted at 00:15:19.", "uvicorn was started at 00:17:53.", "The failure of 00:15:19 is not explained.", "The OOM killer killed nginx.",
    "dockerd was killed by the kernel when memory ran out.", "容器重启了，发生在2025-05-12 00:15:19。", "00:15:19 的失败：未证实。", "OOM killer 杀死了 nginx。",
    "containerd 进程被 OOM killer 杀掉。",
]  # fmt: skip


def bad(text):
    language = "zh" if any("一" <= char <= "鿿" for char in text) else "en"
    return [claim for claim in check(text, seed(3, language)[0]).claims if claim.verdict in BAD]


@pytest.mark.parametrize("text", TRUE)
def test_what_happened_so_is_not_marked(text):
    assert bad(text) == []


@pytest.mark.parametrize("text", FALSE)
def test_what_happened_to_another_is_marked(text):
    assert bad(text)
