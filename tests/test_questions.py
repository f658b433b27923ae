"""Follow-up questions with rules only: the tuned set, and what must hold for any question about any log."""

from __future__ import annotations

import random
import re

import pytest
from seed import knowledge

from assistant.answer.followup import reply
from assistant.answer.selection import Selection, parse, placed
from assistant.answer.spelling import mended
from assistant.clock import LocalTime
from assistant.diagnosis import analyse
from assistant.intake import make_source
from assistant.model import Severity
from lab import questions
from lab.case import load_all

ASKS = questions.load_all()
TUNED = [ask for ask in ASKS if ask.part == "tuned"]
CASES = load_all()
_CITED = re.compile(r"\[(\d+):([\d,-]+)\]")


def test_the_set_is_large_enough_and_in_both_languages():
    assert len(ASKS) >= 300
    assert 0.4 < sum(ask.lang == "zh" for ask in ASKS) / len(ASKS) < 0.6
    assert sum(ask.part == "unseen" for ask in ASKS) / len(ASKS) >= 0.2


@pytest.mark.parametrize("file", sorted({ask.file for ask in TUNED}))
def test_tuned_questions(file):
    wrong = [
        f"{verdict.ask.name}: lacks {verdict.lacks}, holds {verdict.wrong}\n{verdict.answer}"
        for ask in TUNED
        if ask.file == file and not (verdict := questions.evaluate(ask, knowledge())).right
    ]
    assert not wrong, "\n".join(wrong)


def test_nothing_that_must_not_be_said_is_said():
    verdicts = [questions.evaluate(ask, knowledge()) for ask in ASKS]
    assert not [verdict.ask.name for verdict in verdicts if verdict.wrong]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_any_question_about_any_log_is_answered_and_cites_lines_that_are_there(case):
    sources = tuple(
        make_source(number, name, text, is_paste=True)
        for number, (name, text) in enumerate(zip(case.logs, case.texts, strict=True), 1)
    )
    report = analyse(sources, knowledge())
    lengths = {item.index: item.lines for item in report.sources}
    for ask in random.Random(case.name).sample(ASKS, 12):  # noqa: S311 - chosen, not kept secret
        answer = reply(ask.ask, report, knowledge(), ask.lang, sources=sources, before=ask.after).markdown
        assert answer.strip()
        assert not re.search(r"<\w+\|", answer), answer
        for source, lines in _CITED.findall(re.sub(r"`[^`\n]*`", "", answer)):
            assert all(1 <= int(line) <= lengths[int(source)] for line in re.findall(r"\d+", lines)), answer


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("wehn did it happend", "when did it happened"),
        ("howmany erors", "how many errors"),
        ("为啥内村不足", "为什么内存不足"),
        ("wats the memroy", "wats the memory"),
        ("is uvicron dead", "is uvicron dead"),
        ("mem_limit 2g", "mem_limit 2g"),
        ("/etc/conf.d/err", "/etc/conf.d/err"),
    ],
)
def test_slips_are_put_right_and_names_are_left(typed, meant):
    assert mended(typed) == meant


def test_a_word_of_the_session_is_no_slip():
    assert mended("the servre died", {"servre"}) == "the servre died"


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("what happened", Selection()),
        ("只看 5xx", Selection(statuses=((500, 599),))),
        ("show 404s", Selection(statuses=((404, 404),))),
        ("warnings?", Selection(level=Severity.WARN, only_level=True)),
        ("pid 500", Selection(pid=500)),
        ("lines with 192.0.2.1:8080", Selection(words=("192.0.2.1:8080",))),
        ("23:57 之前的错误", Selection(level=Severity.ERROR, before=23 * 3600 + 57 * 60)),
        ("errors between 10:00 and 10:05:30", Selection(level=Severity.ERROR, after=36000, before=36330)),
    ],
)
def test_what_a_question_selects(question, wanted):
    assert parse(question) == wanted


def test_times_fall_on_the_day_that_the_log_covers():
    evening, night = LocalTime((10 * 86400 + 86000) * 10**9), LocalTime((11 * 86400 + 900) * 10**9)
    after = placed(Selection(after=0), [evening, night])
    assert after.span[0] == 11 * 86400 * 10**9
    before = placed(Selection(before=86100), [evening, night])
    assert before.span[1] == (10 * 86400 + 86101) * 10**9 - 1


CASE = next(case for case in CASES if case.name == "uvicorn-port-taken")


def ask(question, language="en", texts=CASE.texts):
    sources = tuple(make_source(number, f"paste {number}", text, is_paste=True) for number, text in enumerate(texts, 1))
    return reply(question, analyse(sources, knowledge()), knowledge(), language, sources=sources).markdown


@pytest.mark.parametrize(
    ("question", "language", "said"),
    [
        ("why was it killed?", "en", "no line speaks of anything being killed"),
        ("什么时候被杀的", "zh", "没有一行提到"),
        ("why did postgres stop", "en", "no line speaks of postgres"),
        ("what happened before the panic", "en", "no line speaks of a panic"),
        ("几个 503", "zh", "没有这样的行"),
        ("is it dns", "en", "Nothing in these logs points to DNS"),
        ("which version runs", "en", "do not say"),
        ("compare celery and postgres", "en", "do not say"),
    ],
)
def test_what_a_question_takes_for_granted_wrongly_is_said(question, language, said):
    assert said in ask(question, language)


@pytest.mark.parametrize(
    ("question", "language"),
    [("why did uvicorn not start?", "en"), ("端口被谁占了", "zh"), ("since when is the port taken?", "en")],
)
def test_what_it_takes_for_granted_rightly_is_not_doubted(question, language):
    answer = ask(question, language)
    assert "Not in these logs" not in answer
    assert "没有一行提到" not in answer


def test_a_large_log_is_not_read_again_for_a_guess(monkeypatch):
    monkeypatch.setattr("assistant.answer.records.QUICK", 10)
    monkeypatch.setattr("assistant.answer.records.SourceReader", None)
    assert "in so many words" in ask("is it the ufo?")
    assert ask("is it dns?")


CONFIRMED = {
    "kernel/oom-kill", "kernel/oom-kill-cgroup", "postgresql/disk-full", "app/disk-full", "app/dns-failed", "gunicorn/worker-timeout",
    "haproxy/server-timeout", "haproxy/no-server", "haproxy/server-down", "gunicorn/worker-killed",
}  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_guess_made_for_another_incident_gets_no_yes(case):
    """What people suspect elsewhere is put to every log: a Yes is only for findings that are really of that kind."""
    sources = tuple(make_source(number, "log", text, is_paste=True) for number, text in enumerate(case.texts, 1))
    report = analyse(sources, knowledge())
    there = {item.entry for item in report.findings if item.observed} & CONFIRMED
    for ask_ in ASKS:
        if ask_.kind in ("is-it", "why-not"):
            answer = reply(ask_.ask, report, knowledge(), ask_.lang, sources=sources, before=ask_.after).markdown
            assert there or not answer.startswith(("Yes", "是：")), f"{ask_.ask}: {answer}"


@pytest.mark.parametrize(
    ("name", "question", "language"),
    [
        ("segfault-behind-nginx", "did it crash?", "en"),
        ("unseen-redis-maxmemory", "redis 内存满了吗", "zh"),
        ("nginx-host-not-found", "is it dns?", "en"),
        ("stack-postgresql-slots", "is it the database?", "en"),
        ("unseen-mariadb-wrong-password", "密码错了吗", "zh"),
    ],
)
def test_a_no_is_not_said_where_the_findings_speak_of_it_in_other_words(name, question, language):
    case = next(case for case in CASES if case.name == name)
    assert not ask(question, language, case.texts).startswith(("No", "不是"))
