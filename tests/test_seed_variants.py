"""The seed incident in other clothes: other values, other orders, damaged in the ways pastes get damaged."""

from __future__ import annotations

import itertools
import re

import pytest
from disguise import Disguise
from hypothesis import given, settings
from hypothesis import strategies as st
from seed import after, knowledge, log, report_of

from assistant.answer import explain
from assistant.model import Report, Status


def shape(report: Report) -> dict[str, object]:
    """The diagnosis without its values."""
    return {
        "verdict": report.verdict,
        "roots": report.root_causes,
        "findings": sorted((item.entry, item.status.value, item.count) for item in report.findings),
        "links": sorted(
            (item.cause, item.effect, item.status.value, len(item.covers), len(item.not_proven))
            for item in report.links
        ),
        "facts": sorted(
            (item.kind, item.grade.value, tuple((e.source, e.line, e.last) for e in item.evidence))
            for item in report.facts
        ),
    }


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.integers(0, 10**6))
def test_other_values_give_the_same_diagnosis_with_the_new_values(seed):
    disguise = Disguise(seed)
    texts = disguise.logs()
    for turn in (1, 2, 3):
        assert shape(report_of(*texts[:turn])) == shape(after(turn))
    report = report_of(*texts)
    kill = report.facts_of("oom.kill")[0].attributes
    assert kill["process.pid"] == disguise.pid(3610113)
    assert kill["process.executable.name"] == disguise.name
    assert report.facts_of("oom.memory")[0].attributes["resident_kb"] == disguise.pages * 4
    for language in ("en", "zh"):
        text = explain(report, knowledge(), language).markdown
        for old in (
            "3610113",
            "uvicorn",
            ":8000",
            "127.0.0.1",
            "1,350,892",
            "4016034",
            "model/info",
            "00:17:53",
            "2025-05-12",
        ):
            assert old not in text, old
        for new in (disguise.name, str(disguise.pid(3610113)), str(disguise.port), disguise.four):
            assert new in text, new


@pytest.mark.parametrize("order", list(itertools.permutations((1, 2, 3))), ids=str)
def test_any_order_of_pastes(order):
    report = report_of(*(log(turn) for turn in order))
    assert report.verdict == "confirmed"
    assert report.root_causes == ("kernel/oom-kill",)
    link = next(
        link
        for link in report.links
        if link.effect == "nginx/upstream-closed-early" and link.cause == "kernel/oom-kill"
    )
    assert (link.status, len(link.covers), len(link.not_proven)) == (Status.LIKELY, 1, 3)
    overview = report.facts_of("upstream.overview")[0].attributes
    assert (overview["requests"], overview["attempts"]) == (4, 7)
    assert report.facts_of("nginx.restart")[0].attributes["old"] == 3599759


def core(report: Report) -> object:
    facts = {
        item.kind: dict(item.attributes)
        for item in report.facts
        if item.kind
        in ("upstream.closed_then_reset", "oom.kill", "oom.share", "join.restarted_after_kill", "nginx.restart")
    }
    return report.verdict, report.root_causes, str(sorted(facts))


def test_all_in_one_paste():
    report = report_of("\n".join((log(1), log(2), log(3))))
    assert core(report) == core(after(3))
    assert report.unrecognised == 0


def wrapped(text: str, width: int) -> str:
    return "\n".join(line[at : at + width] for line in text.split("\n") for at in range(0, max(1, len(line)), width))


def coloured(text: str) -> str:
    text = re.sub(r"\[(error|warn|notice)\]", "\x1b[31m[\\1]\x1b[0m", text)
    return text.replace("oom-kill:", "\x1b[1;31moom-kill\x1b[0m:")


DAMAGES = {
    "wrapped at 80": lambda text: wrapped(text, 80),
    "wrapped at 132": lambda text: wrapped(text, 132),
    "CRLF": lambda text: text.replace("\n", "\r\n"),
    "colours": coloured,
    "quoted": lambda text: "".join(f"> {line}\n" for line in text.splitlines()),
    "fenced": lambda text: f"```\n{text}```\n",
    "numbered": lambda text: "".join(f"{number:6}\t{line}\n" for number, line in enumerate(text.splitlines(), 1)),
    "BOM": lambda text: "\ufeff" + text,
    "coloured, wrapped and CRLF": lambda text: coloured(wrapped(text, 120)).replace("\n", "\r\n"),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_damaged_pastes_give_the_same_answer(name):
    report = report_of(*(DAMAGES[name](log(turn)) for turn in (1, 2, 3)))
    plain = after(3)
    assert report.verdict == plain.verdict
    assert report.root_causes == plain.root_causes
    assert report.unrecognised == 0
    assert sorted(item.kind for item in report.facts) == sorted(item.kind for item in plain.facts)
    values = {
        (item.kind, item.subject): repr(sorted(item.attributes.items()))
        for item in plain.facts
        if "lines" not in item.attributes
    }
    for item in report.facts:
        if "lines" not in item.attributes:
            assert repr(sorted(item.attributes.items())) == values[item.kind, item.subject]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "gb18030"])
def test_other_encodings(encoding):
    from assistant.diagnosis import analyse  # noqa: PLC0415
    from assistant.intake import make_source  # noqa: PLC0415

    body = [make_source(turn, f"paste {turn}", log(turn).encode(encoding), is_paste=True) for turn in (1, 2, 3)]
    report = analyse(body, knowledge())
    assert core(report) == core(after(3))


@pytest.mark.parametrize("turn", [1, 2, 3])
def test_each_log_alone(turn):
    report = report_of(log(turn))
    if turn == 3:
        assert report.verdict == "confirmed"
        assert report.root_causes == ("kernel/oom-kill",)
        assert not [link for link in report.links if link.effect.startswith("nginx/")]
        text = explain(report, knowledge(), "en").markdown
        assert "nginx" not in text.replace("the damage (sshd, nginx and the rest", "")
        assert not report.facts_of("join.same_processes")
    else:
        assert report.verdict in ("likely", "possible")
        assert "kernel/oom-kill" not in report.root_causes
        assert not report.facts_of("nginx.restart")


def cut(text: str, part: str) -> str:
    """Without the first or last third of its characters, as a terminal's buffer or a mouse cuts."""
    third = len(text) // 3
    return text[third:] if part == "first" else text[: len(text) - third]


@pytest.mark.parametrize("part", ["first", "last"])
def test_first_log_cut(part):
    report = report_of(cut(log(1), part))
    assert report.verdict in ("likely", "possible")
    overview = report.facts_of("upstream.overview")[0].attributes
    assert overview["attempts"] < 5
    text = explain(report, knowledge(), "zh").markdown
    if part == "last":
        assert not report.facts_of("nginx.stop")
        assert "SIGQUIT" not in text
    else:
        assert "embeddings" not in text


@pytest.mark.parametrize("part", ["first", "last"])
def test_kernel_log_cut(part):
    report = report_of(log(1), log(2), cut(log(3), part))
    text = explain(report, knowledge(), "en").markdown
    if part == "first":
        # the table's upper rows are gone: the kill stands, the shares are of fewer rows
        assert "kernel/oom-kill" in report.root_causes
        rows = report.facts_of("oom.table")
        assert not rows or len(rows[0].attributes["pids"]) < 20
    else:
        kept = cut(log(3), part)
        killed = "Killed process" in kept
        assert bool(report.facts_of("oom.kill")) == killed
        assert not report.facts_of("join.restarted_after_kill")
        assert "restarted by itself" not in text
        if not killed:
            assert "kernel/oom-kill" not in report.root_causes


def test_table_without_its_verdict_proves_no_kill():
    rows = "\n".join(log(3).split("\n")[:20])
    report = report_of(log(1), log(2), rows)
    assert report.verdict != "confirmed"
    assert report.facts_of("oom.tail_missing")
    assert not report.facts_of("oom.kill")


def test_the_same_text_twice_counts_once():
    report = report_of(log(1), log(1) + log(2))
    overview = report.facts_of("upstream.overview")[0].attributes
    assert (overview["requests"], overview["attempts"]) == (4, 7)
    assert report.sources[1].repeated == 12


def test_a_fuller_dump_completes_the_shorter_one():
    tail = "\n".join(log(3).split("\n")[15:])
    report = report_of(tail, log(3))
    assert report.facts_of("oom.count")[0].attributes["kills"] == 1
    assert report.facts_of("oom.share")[0].attributes["rows"] == 20


def test_kernel_log_of_a_later_kill_does_not_explain_the_earlier_failure():
    """Comparable clocks decide: a kill hours away is no cause."""
    kill = [line for line in log(3).split("\n") if "oom-kill:" in line or "Killed process" in line]
    journal = "\n".join(f"May 12 09:30:00 web1 kernel: {line}" for line in kill)
    report = report_of(log(1), log(2), journal)
    assert not [link for link in report.links if link.cause == "kernel/oom-kill"]
    assert report.verdict != "confirmed"


def test_kernel_log_at_the_second_of_the_failure_confirms_it():
    kill = [line for line in log(3).split("\n") if "oom-kill:" in line or "Killed process" in line]
    journal = "\n".join(f"May 12 00:17:53 web1 kernel: {line}" for line in kill)
    report = report_of(log(1), log(2), journal)
    link = next(
        link
        for link in report.links
        if link.cause == "kernel/oom-kill" and link.effect == "nginx/upstream-closed-early"
    )
    assert [evidence[0].line for _, evidence in link.covers] == [3]
    assert len(link.not_proven) == 3
