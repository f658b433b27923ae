"""The answers to the seed incident, in both languages: what they must state, and what they must never claim."""

from __future__ import annotations

import re

import pytest
from seed import after, knowledge, log, sources

from assistant.answer import explain, reply

LANGUAGES = ("en", "zh")


def answer(turn: int, language: str) -> str:
    return explain(after(turn), knowledge(), language, after(turn - 1) if turn > 1 else None).markdown


# What bears on the verdict or the remedy, at the paste that gives it (an alternative per language is enough).
MUST_STATE = {
    1: (
        "3 requests|3 个请求", "5 attempts|5 次尝试", "127.0.0.1:8000", r"\[::1\]:8000", "/api/v1/embeddings", "/api/v1/text-embedding/你好",
        "/api/v1/model/info", "response header|响应头", "closed early|提前关闭", r"reset \(104\)|被重置\(104\)", "FIN", "RST", "502",
        "POST", "localhost", "10 s|10 秒", "max_fails", "5 min 40 s|5 分 40 秒", "11 min 31 s|11 分 31 秒", "not tied to one route|与单个接口无关",
        "intermittent|间歇", "110: timed out", "111: Connection refused", "SIGQUIT", "systemd", "6 min|6 分钟", "not proven yet|尚未证实",
        "Most likely|最可能", "journalctl -k --since '2025-05-11 23:50:08'", "Killed process", "segfault", "/api/v1/docs",
    ),
    2: (
        "3609160", "fully restarted|完整重启", "reload|重载", "2 min 34 s|2 分 34 秒", "changed nothing|没有改变任何事", "behind nginx|nginx 后面",
        "4 requests|4 个请求", "7 attempts|7 次尝试", "failed 2 times|失败了 2 次", "by hand may trigger|手工再调用它可能再次触发",
        "accepted|接受", "not started|没启动", "round robin|轮询", "110: timed out", "not proven yet|尚未证实", "docker inspect", "journalctl -k",
    ),
    3: (
        "confirmed|已证实", "uvicorn", "3610113", r"1\.29 GiB", r"4\.57 GiB", r"94\.0 %", "CONSTRAINT_NONE", "global_oom", "swapents",
        "00:17:53", "not proven|未证实", "23:52:08", "23:57:48", "00:09:19", "00:15:19", "docker-proxy", r"0\.79", r"0\.56", "containerd.service",
        "154", "2025-03-26 12:43:58", "uptime -s", r"dmesg -T \| grep -E 'oom-kill:\|Killed process'", r"grep -B 60", "total and free memory|总内存",
        "quantised|量化", "worker", "swap", "30 %", "drop_caches", "mem_limit", "docker restart", "gunicorn -w 2", "health check|健康检查",
        "proxy_pass http://127.0.0.1:8000;", "338,663", "contains the damage|圈住", "memory peak|peak of memory|内存峰值",
    ),
}  # fmt: skip

# Claims that the logs refute or do not support. A pattern is looked for in each sentence that is not in the sections
# of what does not help and what is ruled out: there such words stand in order to be refused.
NEVER = {
    1: (
        r"(raise|increase|longer|增加|调大|提高).{0,20}proxy_read_timeout", r"(IPv[46]|network|网络).{0,12}(problem|fault|issue|故障|问题)",
        r"nginx (crashed|崩溃)", r"completely unavailable|完全不可用", r"other workers?|其他 ?worker", r"two backends|several backends",
        r"(memory|内存).{0,8}(is proven|已证实|confirmed)", r"root cause confirmed|根因已证实",
    ),
    2: (
        r"\[::1\]:8000 (reset|被重置)", r"(is|was) (not started|not listening)", r"http_50\d", r"config reload|重载了配置", r"root cause confirmed|根因已证实",
        r"proxy_read_timeout 60",
    ),
    3: (
        r"1,?198,?619.{0,20}(rss|resident|常驻)", r"4\.8 ?GB|1\.35 ?GB|1\.2 ?GB", r"limit (of the container )?(was|is) (reached|hit)(?! by)",
        r"leak (is|was)|存在泄漏|发生了泄漏", r"other workers?|其他 ?worker", r"completely crashed|完全崩溃", r"total RAM is|总内存(为|是) ?\d",
        r"kernel (version|release) (is|was) \d", r"proxy_read_timeout \d", r"invoked by|由.{0,12}触发了 OOM",
    ),
}  # fmt: skip
REFUSING = (
    "Ruled out by the log",
    "What does not help",
    "由日志排除的",
    "没有用或有害的做法",
    "What is still unknown",
    "还不知道的",
)


def claims(markdown: str) -> str:
    """The answer without the sections that refuse something."""
    parts = re.split(r"^## ", markdown, flags=re.MULTILINE)
    return "\n".join(part for part in parts if not part.startswith(REFUSING))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("turn", MUST_STATE)
def test_answer_states(turn, language):
    text = answer(turn, language)
    missing = [pattern for pattern in MUST_STATE[turn] if not re.search(pattern, text)]
    assert not missing, text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("turn", NEVER)
def test_answer_never_claims(turn, language):
    text = claims(answer(turn, language))
    assert not [pattern for pattern in NEVER[turn] if re.search(pattern, text, re.IGNORECASE)], text


FIGURE = re.compile(r"\d")
CITATION = re.compile(r"\[\d+:[\d,-]+\]")
# Figures that come from no log: the numbering of lists, units of advice, and terms that contain digits.
NO_FIGURE = re.compile(
    r"^\d+\. |`[^`]*`|2–4 GiB|4 GiB|30 %|IPv[46]|502|10 s\b|10 秒|pid 1\b|PID 1|1 个 worker|\(104\)|\(110\)|\(111\)|attempt \d|第 \d 次|127\.0\.0\.1|第 2 次|"
    r"\d\d:\d\d:\d\d"
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("turn", [1, 2, 3])
def test_every_figure_is_cited(turn, language):
    fenced = False
    for line in answer(turn, language).split("\n"):
        if line.startswith("```"):
            fenced = not fenced
        if fenced or line.startswith(("#", "|---", "| time", "| 时间", "```")):
            continue
        bare = NO_FIGURE.sub("", CITATION.sub("", line))
        assert not FIGURE.search(bare) or CITATION.search(line), line


@pytest.mark.parametrize("language", LANGUAGES)
def test_first_screen_holds_verdict_reason_and_what_to_do(language):
    """24 lines of 80 columns, wide characters counted as two."""
    rows = 0
    seen = ""
    for line in answer(3, language).split("\n"):
        width = sum(2 if ord(character) > 0x2E7F else 1 for character in line)
        rows += max(1, -(-width // 80))
        if rows > 24:
            break
        seen += line + "\n"
    for wanted in (
        "confirmed|已证实",
        "uvicorn",
        "1.29 GiB",
        "global_oom",
        "00:17:53",
        "not proven|未证实",
        "Do now|现在先做",
        "dmesg -T",
    ):
        assert re.search(wanted, seen), (wanted, seen)


def test_verdict_is_never_confirmed_before_the_kernel_log():
    for turn in (1, 2):
        assert after(turn).verdict == "likely"


QUESTIONS = (
    ("哪个进程被杀了", ("uvicorn", "3610113", "[3:"), ()),
    ("how much memory did it use?", ("1.29 GiB", "4.57 GiB"), ("1.2 GB",)),
    ("is it the timeout, right?", ("no timeout occurred",), ("Yes",)),
    ("是不是网络问题", ("localhost",), ("是：",)),
    ("为什么不是超时", ("没有发生超时", "110"), ()),
    ("加 swap 有用吗", ("有用", "swapon", "会改动系统"), ("没有用",)),
    ("调大超时有用吗", ("没有用",), ()),
    ("would a longer proxy_read_timeout help?", ("No.",), ("Yes",)),
    ("mem_limit 2g 能解决吗", ("没有用", "1.29 GiB"), ()),
    ("drop_caches 行吗", ("没有用", "匿名内存"), ()),
    ("will docker restart help?", ("No.", "0.79"), ()),
    ("what does total_vm mean", ("pages", "virtual"), ()),
    ("oom_score_adj 是什么", ("−1000",), ()),
    ("什么时候发生的", ("23:52:08", "00:17:53", "4016034.541405"), ()),
    ("怎么解决", ("量化", "drop_caches", "swapfile"), ()),
    ("how do i confirm it", ("Killed process", "dmesg -T"), ()),
    ("还缺什么", ("未证实", "grep -B 60"), ()),
    ("这次粘贴改变了什么", ("现已证实",), ()),
    ("why was POST not retried", ("non-idempotent",), ()),
    ("第 22 行什么意思", ("Killed process 3610113",), ()),
    ("are the earlier failures also oom?", ("not proven",), ("Yes",)),
    ("前三次也是内存不足吗", ("未证实",), ("是：",)),
    ("是内存泄漏吗", ("更像",), ("是：",)),
    ("who restarted nginx", ("pid 1", "SIGQUIT"), ()),
    ("总内存是多少", ("未知",), ()),
    ("evidence?", ("oom-kill:constraint=CONSTRAINT_NONE", "[3:21]"), ()),
    ("is the container limit reached?", ("CONSTRAINT_NONE",), ("Yes",)),
)  # fmt: skip


@pytest.mark.parametrize(("question", "wanted", "never"), QUESTIONS, ids=[item[0] for item in QUESTIONS])
def test_follow_ups_offline(question, wanted, never):
    language = "zh" if re.search(r"[\u4e00-\u9fff]", question) else "en"
    texts = [log(1), log(2), log(3)]
    given = reply(question, after(3), knowledge(), language, previous=after(2), sources=sources(*texts))
    assert given.kind == "follow-up"
    assert not [text for text in wanted if text not in given.markdown], given.markdown
    assert not [text for text in never if text in given.markdown], given.markdown


def test_a_question_beyond_the_rules_is_refused_with_the_nearest_entries():
    given = reply("what is the meaning of life", after(3), knowledge(), "en")
    assert given.kind == "unknown"
    assert "cannot answer" in given.markdown
