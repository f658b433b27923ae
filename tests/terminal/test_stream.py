"""Markdown on a terminal: whole blocks, nothing lost, nothing interpreted that strangers wrote."""

from __future__ import annotations

import io
import itertools

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from assistant.plain import safe
from assistant.terminal.output import PlainStream
from assistant.terminal.stream import MarkdownStream, console

COMMAND = "journalctl -k --since '2025-05-11 23:51' --until '2025-05-12 00:10' | grep -iE 'oom-kill|killed process'"
ANSWER = f"""**上游服务（端口 8000）收下了连接，却在发出响应头之前断开：3 个请求、5 次尝试全部失败，客户端得到 502。** [1:1,3,5,7,9]
问题出在上游进程。

## 现在看这一条
```bash
{COMMAND}
```

1. **让它装得下**：换更小的模型。
   ```bash
   {COMMAND}
   ```
   检查：`docker stats`
2. 加内存 <容器> [worker-3] [/var/log/x]
   - 内层
10. 第十

- 甲
- 乙

| 时间 | 请求 |
|---|---|
| 23:52:08 | POST /api/v1/embeddings |

> 引用

结束。
"""


def render(pieces: list[str], width: int = 80) -> str:
    out = io.StringIO()
    stream = MarkdownStream(console(file=out, force_terminal=True, width=width, color_system=None, _environ={}))
    for piece in pieces:
        stream.feed(piece)
    stream.close()
    return out.getvalue()


def test_commands_can_be_copied():
    shown = render([ANSWER]).split("\n")
    assert [line.strip() for line in shown].count(COMMAND) == 2


def test_log_text_is_text():
    shown = render([ANSWER])
    assert "<容器> [worker-3] [/var/log/x]" in shown
    assert "[1:1,3,5,7,9]" in shown
    assert "<script>" in render(["a <script> b\n"])
    assert ":bomb:" in render([":bomb: [red]x[/red]\n"])
    assert "[red]x[/red]" in render([":bomb: [red]x[/red]\n"])


def test_wide_characters_fit_the_width():
    shown = render([ANSWER], width=40)
    assert all(cell_len(line) <= 40 for line in shown.split("\n") if COMMAND not in line)
    joined = "".join(shown.split())
    assert "却在发出响应头之前断开" in joined


def test_numbers_of_items_are_as_written():
    shown = render([ANSWER])
    assert all(f"\n {number} " in shown for number in (1, 2, 10))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, len(ANSWER) - 1), max_size=60))
def test_what_is_printed_does_not_depend_on_the_cuts(cuts):
    at = [0, *sorted(cuts), len(ANSWER)]
    assert render([ANSWER[a:b] for a, b in itertools.pairwise(at)]) == render([ANSWER])


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_printed_without_an_error_and_without_controls(text):
    shown = render([text])
    assert safe(shown) == shown


def test_a_table_loses_nothing():
    path = "/api/v1/text-embedding/a-very-long-name-that-does-not-fit"
    shown = render([f"| a | b |\n|---|---|\n| {path} | {path} |\n"], width=50)
    assert "…" not in shown
    assert path[-10:] in "".join(shown.split())


def test_a_line_break_stays_a_line_break():
    assert render(["第一行\n第二行\n"]) == "第一行\n第二行\n"


def test_finished_blocks_do_not_wait():
    out = io.StringIO()
    stream = MarkdownStream(console(file=out, force_terminal=True, width=80, color_system=None, _environ={}))
    stream.feed("first\n\nsecond")
    assert out.getvalue() == ""
    stream.feed("\n\nthird\n")
    assert out.getvalue() == "first\n\nsecond\n"


def test_what_commands_a_terminal_is_taken_out():
    assert safe("a\x1b[2Jb\x07\x9b31m\u202ec\td\n") == "a[2Jb31mc\td\n"
    out = io.StringIO()
    stream = PlainStream(out)
    stream.feed("x\x1b]0;title\x07")
    stream.close()
    assert out.getvalue() == "x]0;title\n"
