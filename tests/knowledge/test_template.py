"""Message templates: what they find, what they leave alone, and that no line makes them slow."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.knowledge.template import TemplateError, compile_template, words


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("open()", "reopen() failed"),
        ("limiting request", "limiting requests"),
        ("worker {n:int} died", "worker x died"),
        ("^failed here", "it failed here"),
        ("failed here$", "failed here now"),
        ("{name} died", "died"),
        ("Connection refused", "connection refused"),
        ("a {x:word} b c d", "a p,q b c d"),
    ],
)
def test_quiet(template, message):
    assert compile_template(template).match(message) is None


@pytest.mark.parametrize(
    ("template", "message", "values"),
    [
        ("open()", 'open() "/a" failed', {}),
        ("connect() to {address} failed", "x connect() to unix:/a failed y", {"address": "unix:/a"}),
        ("worker {n:int} died", "worker 12 died", {"n": 12}),
        ("{name} died", "the worker died", {"name": "the worker"}),
        ("took {t:num} s", "took 1.5 s", {"t": "1.5"}),
        ("{} is {b:word} now", "all is well now", {"b": "well"}),
        ("ends with {rest}", "ends with a, b: c", {"rest": "a, b: c"}),
        ("(a|b) [c] * +", "(a|b) [c] * +", {}),
    ],
)
def test_found(template, message, values):
    assert compile_template(template).match(message) == values


@pytest.mark.parametrize("template", ["{a}", "ab", "{x:foo} long enough", "{a} and {a} again", ""])
def test_refused(template):
    with pytest.raises(TemplateError):
        compile_template(template)


@given(st.text("abcde (){}:_0 ", min_size=3, max_size=40), st.text("abcde ():_0", max_size=200))
def test_its_words_are_in_every_message_that_it_matches(template, message):
    try:
        compiled = compile_template(template)
    except TemplateError:
        return
    if compiled.match(message) is not None:
        assert set(compiled.words) <= words(message)


@pytest.mark.parametrize("filler", ["a ", "1", "ab 1 ", "() "])
def test_time_grows_with_the_line_and_no_faster(filler):
    """A generous ratio: ten times the line may take forty times as long, quadratic matching would take a hundred."""
    compiled = compile_template("a {x} b {n:int} c {y} never there {z:word} end")
    line = "never there end " + filler

    def measure(size: int) -> float:
        text = (line * size)[: size * 10]
        best = 1.0
        for _ in range(5):
            start = time.perf_counter()
            compiled.match(text)
            best = min(best, time.perf_counter() - start)
        return best

    assert measure(20_000) < max(40 * measure(2_000), 0.05)
