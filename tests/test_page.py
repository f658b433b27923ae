"""An answer as a web page: everything escaped, nothing fetched."""

from __future__ import annotations

from assistant.answer.page import to_page


def test_nothing_in_an_answer_is_markup():
    page = to_page(
        "<script>alert(1)</script> [x](javascript:alert(1)) [y](data:text/html,z) ![p](http://e/p.png)\n\n"
        "```\n</code></pre><img src=x onerror=alert(1)>\n```\n",
        "<title>",
        "en",
    )
    assert "<script" not in page
    assert "<img" not in page
    assert 'href="javascript' not in page
    assert 'href="data' not in page
    assert "&lt;title&gt;" in page


def test_it_stands_alone_and_knows_its_language():
    page = to_page("# 标题\n\n| a |\n|---|\n| b |\n\n<https://nginx.org/>", "t", "zh")
    assert '<html lang="zh-Hans">' in page
    assert "<td>b</td>" in page
    assert 'href="https://nginx.org/"' in page
    assert "src=" not in page
    assert "@import" not in page
