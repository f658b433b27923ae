from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pasting import LOGS, SEED, SEED_LOGS

from assistant.intake import Separated, separate

LOG = SEED_LOGS[1].rstrip("\n")
TRACE = (LOGS / "stack-traces.log").read_text(encoding="utf-8").split("\n\n")[0]

PRINTED = [
    "Killed", "Segmentation fault (core dumped)", "bash: foo: command not found", "foo: command not found", "ValueError: bad thing?", "Terminated", "Aborted", "Out of memory",
    "$ why", "root@host:~# docker ps", "[root@db1 ~]# free -h", "curl: (7) Failed to connect to localhost port 8000: Connection refused", "Connection refused", "no live upstreams",
    "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?", "Do you want to continue? [Y/n]", "Did you mean this?",
    '\tIs the server running on host "localhost" (127.0.0.1) and accepting TCP/IP connections on port 5432?', "Are you sure you want to continue connecting (yes/no/[fingerprint])?",
    "nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)", "Error: Could not find or load main class com.example.App", "Could not find or load main class App",
    "java.lang.NullPointerException", "    at com.foo.Bar(Bar.java:3)", "npm ERR! missing script: start", "E: Unable to locate package foo", "Please run 'npm audit fix'", "请检查网络连接",
    "panic: runtime error: index out of range", "make: *** [all] Error 2", "fatal: not a git repository (or any of the parent directories): .git", "exit status 1", "permission denied",
    "ImportError: cannot import name 'x' from 'y' (unknown location)", "error: linker `cc` not found", "-- Boot 1234 --", "[  OK  ] Started Session 1 of user root.", "Is another process using port 80?",
    "Job for nginx.service failed because the control process exited with error code.", 'See "systemctl status nginx.service" and "journalctl -xe" for details.', "No such file or directory",
    "● nginx.service - A high performance web server", "sudo: unable to resolve host foo", "You have new mail in /var/mail/root", "数据库连接失败: timeout",
    "The connection to the server localhost:8080 was refused - did you specify the right host or port?", "Warning  BackOff  2m (x5 over 3m)  kubelet  Back-off restarting failed container",
    "ERROR 1045 (28000): Access denied for user 'root'@'localhost' (using password: YES)", "ssh: connect to host foo port 22: Connection timed out", "You need to enable swap",
    "Last login: Sun May 11 23:52:08 2025 from 192.0.2.7", "error while loading shared libraries: libfoo.so: cannot open shared object file", "* What went wrong:",
    '192.0.2.7 - - [11/May/2025:23:52:08 +0800] "GET /why HTTP/1.1" 502 157', 'level=error msg="why not?"', '{"msg": "what is this?"}', "2025/05/11 23:52:08 [error] 7#7: what?",
]  # fmt: skip
ASKED = [
    "上述日志说明什么", "这段呢", "why does this happen?", "看看这个报错", "please help, nginx gives 502:", "wat dose this meen", "pls halp what is this", "这是啥情况", "what's going on here",
    "Hi all,\nI have a server with nginx.\nSince yesterday it's giving 502.\nWhat does this mean?", "explain", "any idea?", "为什么 00:09 那次没有重试", 'what does "no live upstreams" mean?',
    "111: Connection refused 是什么意思", "2025-05-12 00:09:19 那次为什么没有重试？", "and the second one?", "怎么解决", "求助", "which process was killed?", "how much memory did uvicorn use",
    "is it the OOM killer?", "解释一下 oom_score_adj", "proxy_read_timeout 调大有用吗", "should I raise proxy_read_timeout to 300s?", "what is anon-rss:1350640kB?", "did nginx crash?", "内存够吗",
    "docker-proxy 是什么", "为什么是 502 而不是 504", "哪个请求失败了", "is /api/v1/model/info slow?", "how do I check with `docker inspect -f {{.State.OOMKilled}} x`?", "can you summarise", "root cause?",
    "原因", "根因是什么", "help", "帮忙看一下", "怎么修", "what next", "fix?", "继续", "and now?", "英文解释", "in English please", "more detail", "详细点", "why 104 and not 111", "谢谢",
    "who sent SIGQUIT?", "看看下面的日志：", "帮我分析一下", "This is the kernel log:", "我的服务又挂了，怎么办", "same error again, why?",
]  # fmt: skip


@pytest.mark.parametrize("line", PRINTED)
def test_what_programs_print_is_log(line: str) -> None:
    assert separate(line) == Separated(line.strip(), "")
    for log in (LOG, TRACE):
        pasted = f"{log}\n{line}"
        assert separate(pasted) == Separated(pasted, "")


@pytest.mark.parametrize(
    "name",
    sorted(
        path.name for path in LOGS.glob("*") if path.suffix in {".log", ".yaml", ".txt"} and path.name != "prose.txt"
    ),
)
def test_logs_alone_have_no_question(name: str) -> None:
    body = (LOGS / name).read_text(encoding="utf-8")
    assert separate(body) == Separated(body, "")


@pytest.mark.parametrize("count", range(1, 30))
def test_no_end_of_a_stack_trace_is_a_question(count: int) -> None:
    pasted = "\n".join((LOGS / "stack-traces.log").read_text(encoding="utf-8").split("\n")[:count])
    assert separate(pasted).question == ""


@pytest.mark.parametrize("question", ASKED)
def test_a_question_alone_above_and_below(question: str) -> None:
    assert separate(question) == Separated("", question)
    for log in (LOG, SEED_LOGS[2].rstrip("\n"), TRACE):
        assert separate(f"{question}\n{log}") == Separated(log, question)
        assert separate(f"{log}\n\n{question}\n") == Separated(log, question)
        assert separate(f"\n\n{question}\n\n{log}\n") == Separated(log, question)
        assert separate(f"{question}\r\n\r\n" + log.replace("\n", "\r\n")).question == question.replace("\r", "")
    assert separate(f"{LOG}\n{question}") == Separated(LOG, question)


def test_the_seed_turns() -> None:
    for turn in (1, 2, 3):
        log = (SEED / f"turn{turn}.log").read_text(encoding="utf-8")
        question = (SEED / f"turn{turn}.question.txt").read_text(encoding="utf-8").strip()
        assert separate(f"{log}{question}") == Separated(log.rstrip("\n") if question else log, question)


def test_above_and_below_at_once() -> None:
    assert separate(f"看看这个报错\n{LOG}\nwhy 104?") == Separated(LOG, "看看这个报错\nwhy 104?")


def test_remark_and_record_on_one_line() -> None:
    record = LOG.split("\n")[0]
    assert separate(f"看看这个报错：{record}") == Separated(record, "看看这个报错")
    assert separate(f"{record} 这是什么意思？") == Separated(record, "这是什么意思？")


def test_fenced_log_with_a_question_around_it() -> None:
    result = separate(f"what does this mean?\n```\n{LOG}\nKilled\n```\nthanks in advance, what should I do?")
    assert result.question == "what does this mean?\nthanks in advance, what should I do?"
    assert LOG in result.log


def test_blank() -> None:
    assert separate("") == separate(" \n\t\n") == Separated("", "")


@given(st.text(max_size=300))
def test_nothing_is_lost(text: str) -> None:
    result = separate(text)
    kept = "".join((result.log + result.question).split())
    assert sorted(char for char in kept if char.isalnum()) == sorted(
        char for char in "".join(text.split()) if char.isalnum()
    )


def test_hostile_pastes_take_linear_time() -> None:
    started = time.perf_counter()
    for piece in ("a ", "a", "?", "为", "=a ", "[a", "a.", '"', "/", "is ", "```\n", "why\n", "\t"):
        separate(piece * 50_000)
        separate("2025/05/11 23:52:08 x " + piece * 50_000)
    assert time.perf_counter() - started < 10
