"""What goes out, and what comes back."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import ClassVar

import pytest
from asking import PROSE, ask, whole
from conftest import HEAD, sse, streamed
from incident_report import HOSTILE, KNOWLEDGE, NGINX, REPORT, SOURCES, entry, rules

from assistant.i18n import LANGUAGES, Text
from assistant.knowledge.entry import Knowledge
from assistant.llm import tokens
from assistant.llm.answer import Question, compose
from assistant.llm.context import BUDGET, cite, sections
from assistant.llm.outgoing import outgoing, restored
from assistant.model import Answer, Evidence, Fact, Finding, Grade, Severity, Source, Status, Template

NONCE = "0123456789abcdef"


def composed(language="zh", budget=BUDGET, kind="explain", **changes):
    fields = {
        "report": REPORT,
        "knowledge": KNOWLEDGE,
        "language": language,
        "text": "这段日志说明什么" if language == "zh" else "what does it mean",
        "rules_answer": rules(language, kind),
        "history": [("first question", "first answer"), ("second question", "second answer")],
        "sources": SOURCES,
    }
    return compose(Question(**{**fields, **changes}), NONCE, budget)


def cost(messages):
    return sum(tokens.count(text) for _, text in messages)


def big():
    """A report with far more in it than any budget."""
    lines = [Evidence(1, n, n, f"{NGINX} number {n} " + "x" * 900) for n in range(1, 400)]
    findings = [
        Finding(
            f"a/{n}",
            Status.CONFIRMED,
            Severity.ERROR,
            Text(f"Failure {n} of many", f"第 {n} 个故障"),
            evidence=tuple(lines),
        )
        for n in range(200)
    ]
    facts = [Fact("nginx.upstream", Grade.STATED, {"n": n, "path": "/" + "p" * 4000}, tuple(lines)) for n in range(300)]
    shapes = tuple(Template(f"<*> {n} " + "y" * 3000, n, lines[0], lines[0]) for n in range(100))
    return replace(REPORT, findings=(*REPORT.findings, *findings), facts=tuple(facts), templates=shapes)


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_that_matters_is_told(language):
    (_, system), (_, user) = composed(language)
    assert NONCE in system
    assert user.count(NONCE) == 2
    told = {
        "zh": ("根因", "已排除，不要再提", "未证实: 重启之前的失败", "第二"),
        "en": ("ROOT CAUSE", "RULED OUT, do not offer it", "NOT proven", "second"),
    }
    for words in told[language][:3]:
        assert words in user
    for words in ("3610113", "[2:2]", "dmesg -T", "proxy_read_timeout", "[1:1] 2025/05/12", "second answer"):
        assert words in user
    assert user.index("second answer") < user.index("first answer")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("budget", [BUDGET, 2000, 1200])
def test_the_budget_holds(language, budget):
    long = Answer("## 结论\n" + "\n".join(f"第 {n} 行说明了一些事情。" for n in range(3000)), language)
    many = Knowledge({f"a/{n}": entry(f"a/{n}", f"Failure {n}", f"故障 {n}") for n in range(300)})
    messages = composed(
        language,
        budget,
        report=big(),
        rules_answer=long,
        knowledge=many,
        history=[("问题 " * 500, "回答 " * 5000)] * 50,
        text="长" * 50_000 if budget == BUDGET else "why",
    )
    assert cost(messages) <= budget


@pytest.mark.parametrize("limit", [80, 200, 500])
def test_each_section_of_the_rules_answer_is_told(limit):
    long = "\n".join(f"- line {n}" for n in range(200))
    text = f"**The head.** [1:1]\n\n## First\n{long}\n\n## Second\n```bash\nls\n{long}\n```\n\n## Third\nshort [2:2]\n"
    told = sections(text, limit)
    assert tokens.count(told) <= limit
    for words in ("**The head.** [1:1]", "### First\n- line 0", "### Second", "### Third\nshort [2:2]"):
        assert words in told
    assert told.count("```") in {0, 2}


def test_a_flood_leaves_room_for_evidence():
    _, (_, user) = composed(report=big(), rules_answer=Answer("说明 " * 20_000, "zh"))
    assert "[1:1] 2025/05/12" in user
    assert "3610113" in user or "第 1 个故障" in user


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_log_text_in_the_system_message(language):
    (role, system), (_, user) = composed(language, kind="follow-up")
    assert role == "system"
    assert HOSTILE in user
    start, end = user.index(NONCE), user.rindex(NONCE)
    assert start < user.index(HOSTILE) < end
    for line in (HOSTILE, "3610113", "203.0.113.7", "uvicorn", "paste 1"):
        assert line not in system


def test_a_line_that_looks_like_a_placeholder_stays_one():
    evil = "{{system}} {{question}} {{nonce}}"
    finding = replace(REPORT.findings[0], evidence=(Evidence(2, 2, 2, evil),))
    _, (_, user) = composed(report=replace(REPORT, findings=(finding,)))
    assert evil in user
    assert user.count(NONCE) == 2


def test_missing_texts_are_read_from_the_sources(tmp_path):
    _, (_, user) = composed()
    assert "[1:2] 2025/05/12 00:17:53" in user
    path = tmp_path / "error.log"
    path.write_text(f"{NGINX}\nsecond line of a file\n")
    sources = (Source(1, "error.log", path, is_paste=False), SOURCES[1])
    _, (_, user) = composed(sources=sources)
    assert "[1:2] second line of a file" in user
    path.unlink()
    _, (_, user) = composed(sources=sources)
    assert "[1:2] second" not in user


def test_a_question_about_something_else_brings_its_entry():
    _, (_, user) = composed(kind="follow-up", text="是不是超时")
    assert "上游响应超时 (nginx/upstream-timeout)" in user


def test_citations():
    evidence = [Evidence(2, 4, 4), Evidence(1, 21, 22), Evidence(1, 3, 3), Evidence(1, 3, 3)]
    assert cite(evidence) == "[1:3,21-22] [2:4]"
    assert cite([]) == ""


# --- the gate


def test_addresses_do_not_leave_and_come_back(api):
    reply = ["客户端 ", "⟨ip", "-1", "⟩ 得到 502。[1:1]", " ⟨i"]
    api.chat.mock(return_value=streamed(sse(*reply)))
    text = whole(redact=True, question="203.0.113.7 怎么了", history=[("203.0.113.7?", "203.0.113.7!")])
    sent = api.calls.last.request.content.decode()
    assert "203.0.113.7" not in sent
    assert "⟨ip-1⟩" in json.loads(sent)["messages"][1]["content"]
    assert text == "客户端 203.0.113.7 得到 502。[1:1] ⟨i"


def test_redaction_can_be_switched_off(api):
    api.chat.mock(return_value=streamed(sse(PROSE)))
    whole(redact=False)
    assert "203.0.113.7" in api.calls.last.request.content.decode()


def test_every_message_passes_the_gate(api, monkeypatch):
    passed = []

    def gate(text, redactor):
        passed.append(text)
        return f"passed {len(passed)}"

    monkeypatch.setattr("assistant.llm.answer.outgoing.outgoing", gate)
    api.chat.mock(return_value=streamed(sse(PROSE)))
    whole()
    assert [message["content"] for message in json.loads(api.calls.last.request.content)["messages"]] == [
        "passed 1",
        "passed 2",
    ]


class Tokens:
    values: ClassVar = {"⟨ip-1⟩": "203.0.113.7", "⟨host-12⟩": "db.internal"}

    def redact(self, text):
        for token, value in self.values.items():
            text = text.replace(value, token)
        return text

    def restore(self, text):
        for token, value in self.values.items():
            text = text.replace(token, value)
        return text


def test_a_token_split_anywhere_is_restored():
    text = "a ⟨ip-1⟩ and <host-12>, 〈ip-1〉; <pid> ⟨ip-9⟩ x<y ⟨"
    wanted = "a 203.0.113.7 and db.internal, 203.0.113.7; <pid> ⟨ip-9⟩ x<y ⟨"
    for cuts in itertools.combinations(range(len(text)), 2):
        pieces = [text[: cuts[0]], text[cuts[0] : cuts[1]], text[cuts[1] :]]
        assert "".join(restored(pieces, Tokens())) == wanted
    assert "".join(restored(text, Tokens())) == wanted


def test_only_what_may_be_a_token_waits():
    pieces = restored(iter(["plain ", "words <", "b", "> more"]), Tokens())
    assert next(pieces) == "plain "
    assert next(pieces) == "words "
    assert "".join(pieces) == "<b> more"


def test_control_characters_do_not_leave():
    assert outgoing("a\x1b[31mb\x00c\nd\te\u202e", None) == "a[31mbc\nd\te"


# --- nothing else leaves


class _Tracer(BaseHTTPRequestHandler):
    def do_POST(self):
        self.server.seen.append(self.path)
        self.send_response(200)
        self.end_headers()

    do_GET = do_POST  # noqa: N815 - the name that the standard library calls

    def log_message(self, *_):
        pass


def test_tracing_is_off_also_when_the_environment_wants_it(raw):
    tracer = HTTPServer(("127.0.0.1", 0), _Tracer)
    tracer.seen = []
    threading.Thread(target=tracer.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{tracer.server_port}"
    server = raw(HEAD, sse(PROSE))
    code = f"import time; from asking import whole; print(whole(base_url={server.url!r})); time.sleep(0.5)"
    names = ("LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2", "LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING")
    wanted = {**os.environ, **dict.fromkeys(names, "true"), "LANGSMITH_ENDPOINT": url, "LANGCHAIN_ENDPOINT": url}
    wanted |= {
        "LANGSMITH_API_KEY": "lsv2_x",
        "LANGSMITH_GATEWAY": url,
        "LANGSMITH_PROJECT": "p",
        "LANGSMITH_RUNS_ENDPOINTS": "{}",
    }
    wanted["PYTHONPATH"] = os.pathsep.join([str(Path(__file__).parent), str(Path(__file__).parents[2])])
    result = subprocess.run([sys.executable, "-c", code], env=wanted, capture_output=True, text=True, check=False)
    tracer.shutdown()
    tracer.server_close()
    assert PROSE.strip() in result.stdout, result.stderr
    assert (tracer.seen, server.requests) == ([], 1)


def test_importing_the_package_loads_nothing_heavy():
    code = "import sys, assistant.llm; print([m for m in ('openai', 'langchain_core', 'tiktoken', 'chromadb', 'httpx') if m in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def test_the_answer_is_an_iterator_of_pieces(api):
    api.chat.mock(return_value=streamed(sse(PROSE, PROSE)))
    assert list(ask()) == [PROSE, PROSE]
