"""What of a report reaches a model: the proof of each root cause, whatever else is in the logs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from assistant.answer import explain, reply
from assistant.diagnosis import analyse
from assistant.i18n import LANGUAGES
from assistant.intake import make_source
from assistant.intake.tainted import abstract, defused
from assistant.knowledge.load import load
from assistant.llm import tokens
from assistant.llm.answer import Question, compose
from assistant.llm.context import BUDGET
from assistant.model import Source

ROOT = Path(__file__).parents[2]
CASES = sorted(path for path in (ROOT / "lab" / "cases").iterdir() if path.is_dir())
NONCE = "0123456789abcdef"
MANY = 12  # lines of one root cause that must all be there; of more, so many


@pytest.fixture(scope="module")
def knowledge():
    return load()


def analysed(sources, knowledge):
    return analyse(sources, knowledge), sources


def composed(report, sources, knowledge, language, question=""):
    words = explain(report, knowledge, language)
    if question:
        words = reply(question, report, knowledge, language, sources=sources)
    return compose(Question(report, knowledge, language, question, words, [], sources), NONCE)


def words_of(line):
    """The beginning of a line as a model sees it."""
    return " ".join(defused(abstract(line), NONCE).split())[:40]


def missing_proofs(report, user):
    """Lines of root causes that are not told, or told without their beginning."""
    shown = dict(re.findall(r"^\[(\d+:\d+)\] (.*)$", user, re.MULTILINE))
    for name in report.root_causes:
        finding = report.finding(name)
        for item in finding.evidence[:MANY] if finding else ():
            lines = [line for line in item.text.splitlines() if line.strip()]
            told = shown.get(f"{item.source}:{item.line}", "")
            if lines and not told.startswith(words_of(lines[0])):
                yield name, item, told


def sources_of(case):
    files = [path for path in sorted(case.iterdir()) if path.suffix != ".toml"]
    return [make_source(n, path.name, path.read_bytes(), is_paste=False) for n, path in enumerate(files, 1)]


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_the_proof_of_each_root_cause_is_told(case, knowledge):
    report, sources = analysed(sources_of(case), knowledge)
    for language in LANGUAGES:
        for question in ("", "why?"):
            (_, system), (_, user) = composed(report, sources, knowledge, language, question)
            assert list(missing_proofs(report, user)) == []
            assert tokens.count(system) + tokens.count(user) <= BUDGET
            for name in report.root_causes:
                assert report.finding(name).title.get(language)[:40] in user


def test_the_last_line_of_a_long_trace_is_told_too(knowledge):
    (case,) = (path for path in CASES if path.name == "node-module-missing")
    report, sources = analysed(sources_of(case), knowledge)
    _, (_, user) = composed(report, sources, knowledge, "en")
    ends = [item.text.splitlines()[-1] for name in report.root_causes for item in report.finding(name).evidence]
    assert ends
    assert all(words_of(end) in user for end in ends)


def large(megabytes):
    """A log of mostly healthy lines, some noise at error level, and one death in the middle of it."""
    line = '203.0.113.{} - - [12/May/2025:00:{:02d}:{:02d} +0000] "GET /api/item/{} HTTP/1.1" 200 {} "-" "probe/{}"\n'
    death = (
        "[4016034.541336] oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,global_oom,"
        "task_memcg=/system.slice/frobd.service,task=frobd,pid=731,uid=0\n"
        "[4016034.541405] Out of memory: Killed process 731 (frobd) total-vm:4794476kB, anon-rss:1350640kB, "
        "file-rss:252kB, shmem-rss:0kB, UID:0 pgtables:3760kB oom_score_adj:0\n"
    )
    noise = (
        "2025/05/12 00:{:02d}:{:02d} [error] 811#811: *{} upstream prematurely closed connection while reading response "
        'header from upstream, client: 203.0.113.7, server: a.test, request: "GET /x/{} HTTP/1.1", '
        'upstream: "http://127.0.0.1:9000/x/{}", host: "a.test"\n'
    )
    size, number, half = 0, 0, False
    while size < megabytes << 20:
        part = line.format(number % 200, number // 60 % 60, number % 60, number, number % 9973, number % 17)
        if number % 5000 == 0:
            part += noise.format(number // 60 % 60, number % 60, number, number, number)
        if not half and size > megabytes << 19:
            half = True
            part += death
        size += len(part)
        number += 1
        yield part


def test_a_large_log_costs_no_more_than_a_small_one(knowledge, tmp_path):
    path = tmp_path / "large.log"
    with path.open("w", encoding="utf-8") as file:
        file.writelines(large(20))
    report, sources = analysed([make_source(1, "large.log", path, is_paste=False)], knowledge)
    assert "kernel/oom-kill" in report.root_causes
    for question in ("", "what was killed?"):
        (_, system), (_, user) = composed(report, sources, knowledge, "en", question)
        assert list(missing_proofs(report, user)) == []
        assert "Killed process 731 (frobd)" in user
        assert tokens.count(system) + tokens.count(user) <= BUDGET


@pytest.mark.parametrize("budget", [1600, 2500])
def test_proofs_come_before_all_that_is_long(knowledge, budget):
    noise = "".join(
        f"2025-05-12 00:00:{n % 60:02d} ERROR worker-{n % 7} job {n} failed: " + "x" * 400 + "\n" for n in range(900)
    )
    body = noise + "".join(part for part in large(1) if "oom" in part)
    report, sources = analysed([Source(1, "a", body.encode(), "h")], knowledge)
    answer = explain(report, knowledge, "en")
    history = [("why " * 200, "because " * 900)] * 20
    messages = compose(Question(report, knowledge, "en", "", answer, history, sources), NONCE, budget)
    assert "Killed process 731 (frobd)" in messages[1][1]
    assert sum(tokens.count(text) for _, text in messages) <= budget
