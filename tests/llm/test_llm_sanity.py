from __future__ import annotations

from pathlib import Path

import pytest

from assistant.llm.context import ROW
from assistant.llm.sanity import Nonsense, Watch, citations, loops, speaks
from assistant.llm.thoughts import without_thoughts

SEED = Path(__file__).parents[2] / "demo" / "seed"
TABLE = "| time | request | first |\n|---|---|---|\n" + "".join(
    f"| 00:0{n}:19 | GET /api/v1/model/info | closed early [1:{n}] |\n" for n in range(1, 9)
)
ZH = "上游服务收下了连接，却在发出响应头之前断开。[1:1] 问题出在上游进程，不在 nginx，也不在网络。" * 2
EN = (
    "The service accepted each connection and closed it before a response header. [1:1] The fault is in the process. "
    * 2
)
LOG = (
    "```log\n"
    + "recv() failed (104: Connection reset by peer) while reading response header from upstream\n" * 3
    + "```\n"
)


def judge(text, language="zh", lines=None, step=7, **more):
    watch = Watch(language, lines if lines is not None else {1: 12, 2: 3}, **more)
    for start in range(0, len(text), step):
        watch.feed(text[start : start + step])
    watch.finish()


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (ZH, "zh"),
        (EN, "en"),
        (ZH + TABLE + LOG, "zh"),
        (EN + TABLE + LOG, "en"),
        ("没有。", "zh"),
        ("No. [1:2]", "en"),
        (ZH + "[9:9]", "zh"),
    ],
)
def test_answers(text, language):
    judge(text, language)


@pytest.mark.parametrize("log", sorted(SEED.glob("*.log")), ids=lambda path: path.stem)
def test_a_quoted_log_is_no_loop(log):
    text = log.read_text()
    assert not any(loops(text[:end]) for end in range(200, len(text), 200))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("", "zh"),
        ("…… \n", "zh"),
        (EN, "zh"),
        (ZH, "en"),
        ("内存不足，" * 300, "zh"),
        (ZH + "重启服务。\n" * 400, "zh"),
        ("- restart the service\n- restart nginx\n" * 60, "en"),
        ("no no no no no no no no no no no no", "en"),
        ("见 [3:1] 和 [1:13]", "zh"),
        (ZH + "\ufffd" * 20, "zh"),
        (ZH + "[INST]", "zh"),
        ("Процесс был убит ядром, потому что память закончилась. " * 5, "en"),
    ],
)
def test_nonsense(text, language):
    with pytest.raises(Nonsense):
        judge(text, language)


def test_a_mark_that_comes_back():
    with pytest.raises(Nonsense):
        judge(ZH + " f00dfeed", marks=("f00dfeed",))


def test_a_parrot():
    headings = frozenset({"事实", "日志摘录"})
    judge(ZH + "\n## 事实\n" + ZH, headings=headings)
    with pytest.raises(Nonsense):
        judge(ZH + "\n### 事实\n- x\n\n## 日志摘录\n" + ZH, headings=headings)


def test_a_loop_shows_before_the_end():
    watch = Watch("en", {})
    with pytest.raises(Nonsense):
        judge("and then " * 10_000, "en", step=9)
    with pytest.raises(Nonsense):
        all(watch.feed("and then ") is None for _ in range(200))


def test_citations():
    assert citations("[1:1,3,5] [3:21-22] [2:1; 3:4] [1:2, 4] [a:b] [12:30:45] 10:30 [x](1:2)") == [
        (1, 1),
        (1, 3),
        (1, 5),
        (3, 21),
        (3, 22),
        (2, 1),
        (3, 4),
        (1, 2),
        (1, 4),
    ]


def test_code_tells_no_language():
    assert speaks("zh", ZH + "```bash\n" + "journalctl -k --since yesterday | grep oom\n" * 20 + "```")


@pytest.mark.parametrize(
    ("pieces", "left"),
    [
        (["<think>a</think>b"], "b"),
        (["\n<th", "ink>", "a", "</", "think>", "\n\nb", "c"], "bc"),
        (["<b>bold</b>"], "<b>bold</b>"),
        (["a <think>b</think>"], "a <think>b</think>"),
        (["<thi"], "<thi"),
        (["<think>for ever"], ""),
        ([], ""),
    ],
)
def test_thoughts(pieces, left):
    assert "".join(without_thoughts(pieces)) == left
    assert "".join(without_thoughts("".join(pieces))) == left


def test_a_stutter_in_a_language_without_blanks_is_a_loop():
    assert loops("- " + "错误：" * 40)
    assert not loops("好的，" * 5 + "结束。")
    assert not loops("| 127.0.0.1:8000 提前关闭 " * 4)
    assert not loops("-" * 80)


ROWS = """- (根因，已证实) 整机内存耗尽：内核杀死了一个进程 [3:21,22]
  - 未证实: 2025-05-11 23:52:08 POST /api/v1/embeddings [1:1,2]
- oom.kill kill 1 (stated): process.pid=3610113 [3:22]
"""


def test_rows_of_what_a_model_was_given_are_no_answer():
    with pytest.raises(Nonsense, match="repeats"):
        judge(ZH + "\n" + ROWS, rows=ROW)
    judge(ZH + "\n" + ROWS.splitlines()[0] + "\n", rows=ROW)


def test_two_lines_in_turn_are_a_loop():
    rows = "- the upstream closed the connection early (likely) [1:1,3,7]\n- the upstream reset it (104) (likely) [1:5,9]\n"
    assert loops(EN + "\n" + rows * 4 + "- ")
    assert not loops(EN + "\n" + rows * 2 + "- ")
