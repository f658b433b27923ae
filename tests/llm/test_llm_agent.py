"""A model that looks into the logs before it answers: what it is offered, what it gets, and where it ends."""

from __future__ import annotations

import json

import pytest
from asking import PROSE, ask
from conftest import Settings, calling, refusal, sse, streamed
from incident_report import HOSTILE

from assistant.config import Fallback
from assistant.errors import ModelError
from assistant.llm import agent, calls, tokens
from assistant.llm.tools import ALL, RESULT
from assistant.model import Source

httpx = pytest.importorskip("httpx")
pytest.importorskip("langchain")

GOOD = streamed(sse(PROSE, PROSE))
SEARCH = ("search_lines", {"pattern": "killed process"})


def follow(question="内核杀了谁", **options):
    return ask(question=question, kind="follow-up", **options)


def sent(api, number=-1):
    return json.loads(api.calls[number].request.content)


def results(api, number=-1):
    return [message["content"] for message in sent(api, number)["messages"] if message["role"] == "tool"]


def looked_up(api, *calls_, **options):
    """The results of tool calls that are made in one round."""
    api.chat.mock(side_effect=[streamed(calling(*calls_)), GOOD])
    assert "".join(follow(**options)) == PROSE * 2
    return results(api)


def test_the_explanation_is_asked_for_without_tools(api):
    api.chat.mock(return_value=GOOD)
    "".join(ask())
    assert "tools" not in sent(api)
    assert len(api.calls) == 1


def test_tools_can_be_switched_off(api):
    api.chat.mock(return_value=GOOD)
    "".join(follow(tools=False))
    assert "tools" not in sent(api)


@pytest.mark.parametrize("kind", ["follow-up", "unknown"])
def test_a_follow_up_is_offered_tools_and_may_do_without(api, kind):
    api.chat.mock(return_value=GOOD)
    assert "".join(ask(kind=kind, question="为什么")) == PROSE * 2
    offered = sent(api)["tools"]
    assert {each["function"]["name"] for each in offered} == {
        "search_lines", "show_lines", "list_facts", "get_finding", "timeline", "find_entries", "get_entry",
    }  # fmt: skip
    assert tokens.count(json.dumps(offered)) < 700
    assert len(api.calls) == 1


def test_a_line_is_searched_and_the_answer_given(api):
    api.chat.mock(side_effect=[streamed(calling(SEARCH)), GOOD])
    answer, told = follow(), []
    answer.tell = told.append
    assert "".join(answer) == PROSE * 2
    assert told == ["在日志中查找 killed process …"]
    (result,) = results(api)
    assert "[2:2] [4016034.541405] Out of memory: Killed process 3610113" in result
    mark = result.splitlines()[0].split()[2]
    assert result.splitlines()[0] == f"----- 数据 {mark} -----"
    assert result.splitlines()[-1] == f"----- 数据结束 {mark} -----"
    assert mark in sent(api)["messages"][0]["content"]
    assert (answer.usage.input_tokens, answer.usage.output_tokens) == (31, 12)
    assert (answer.usage.largest, answer.usage.calls, answer.usage.estimated) == (20, 2, False)


def test_words_before_a_tool_call_are_no_answer(api):
    api.chat.mock(side_effect=[streamed(calling(SEARCH, text="让我先查一下日志。")), GOOD])
    assert "".join(follow()) == PROSE * 2


@pytest.mark.parametrize("native", [True, False])
def test_long_thoughts_before_a_tool_call_are_no_answer(api, native):
    thoughts = "<think>" + "".join(f"hmm {n}, {n * n}; " for n in range(200)) + "</think>\n"
    text = '<tool_call>{"name": "search_lines", "arguments": {"pattern": "killed process"}}</tool_call>'
    first = calling(SEARCH, text=thoughts) if native else sse(*(thoughts + text))
    api.chat.mock(side_effect=[streamed(first), streamed(sse(thoughts, PROSE))])
    assert "".join(follow(max_tokens=2000)) == PROSE
    assert "[2:2] [4016034.541405]" in results(api)[0]
    assert "hmm" not in json.dumps(sent(api))


def test_an_id_that_is_given_again_is_another_call(api):
    broken = streamed(calling(("search_lines", "{oops")))
    api.chat.mock(side_effect=[broken, streamed(calling(SEARCH)), GOOD])
    assert "".join(follow()) == PROSE * 2
    assert "not valid JSON" in results(api)[0]
    assert "[2:2] [4016034.541405]" in results(api)[1]


def test_an_answer_streams_though_tools_are_offered(api):
    long = [f"第 {n} 点：上游进程被内核杀死了，{n * n} 次。[2:2]\n" for n in range(40)]
    api.chat.mock(return_value=streamed(sse(*long)))
    pieces = list(follow())
    assert len(pieces) > 10
    assert "".join(pieces) == "".join(long)


def test_a_long_answer_that_ends_in_a_tool_call_stays_an_answer(api):
    text = "".join(f"第 {n} 点：上游进程被内核杀死了，{n * n} 次。[2:2]\n" for n in range(40))
    api.chat.mock(return_value=streamed(calling(SEARCH, text=text)))
    assert "".join(follow()) == text
    assert len(api.calls) == 1


def test_rounds_end(api):
    words = ("killed process", "out of memory", "killed", "uvicorn")
    rounds = [streamed(calling(("search_lines", {"pattern": word}))) for word in words]
    api.chat.mock(side_effect=[*rounds, GOOD])
    assert len(rounds) == agent.ROUNDS
    assert "".join(follow()) == PROSE * 2
    last = sent(api)
    assert "tools" not in last
    assert [message["role"] for message in last["messages"]] == ["system", "user"]
    assert last["messages"][1]["content"].count("[2:2] [4016034.541405] Out of memory") >= agent.ROUNDS
    assert "内核杀了谁" in last["messages"][1]["content"].rsplit("-----", 1)[1]


def test_calls_end(api):
    many = [("search_lines", {"pattern": f"word {n}"}) for n in range(agent.CALLS + 3)]
    api.chat.mock(side_effect=[streamed(calling(*many)), GOOD])
    answer, told = follow(), []
    answer.tell = told.append
    assert "".join(answer) == PROSE * 2
    assert len(told) == agent.CALLS
    assert "tools" not in sent(api)
    assert "no more look-ups" in sent(api)["messages"][1]["content"]


def test_going_round_in_circles_ends(api):
    api.chat.mock(side_effect=[*[streamed(calling(SEARCH))] * 2, GOOD])
    answer, told = follow(), []
    answer.tell = told.append
    assert "".join(answer) == PROSE * 2
    assert len(told) == 1
    assert "tools" not in sent(api)
    assert "looked up already" in sent(api)["messages"][1]["content"]


def test_a_model_that_calls_tools_where_none_are_offered_has_no_answer(api):
    api.chat.mock(side_effect=[streamed(calling(("search_lines", {"pattern": f"word {n}"}))) for n in range(9)])
    with pytest.raises(ModelError, match="空的"):
        "".join(follow())


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (("search_lines", {"regex": "x"}), "search_lines takes no 'regex'; it takes: pattern"),
        (("search_lines", {}), "search_lines needs 'pattern'"),
        (
            ("search_lines", {"pattern": "oom", "source": 9}),
            "there is no source 9; there are: 1 = paste 1, 2 = paste 2",
        ),
        (("search_lines", {"pattern": "oom", "after": "yesterday"}), "'after' is no time: 'yesterday'"),
        (("search_lines", {"pattern": ["oom"]}), "'pattern' must be text"),
        (("search_lines", "{pattern: oom}"), "the arguments are not valid JSON: {pattern: oom}"),
        (("search_lines", '{"pattern": "oo'), "the arguments are not valid JSON"),
        (("search_lines", "[1, 2]"), "the arguments are not valid JSON"),
        (("show_lines", {"source": 1, "first": "x", "last": 2}), "'first' must be a whole number, not 'x'"),
        (("show_lines", {"source": 1, "first": 5, "last": 2}), "'last' (2) comes before 'first' (5)"),
        (("show_lines", {"source": 1, "first": 1}), "show_lines needs 'last'"),
        (("show_lines", {"source": 2, "first": 10**30, "last": 10**31}), "must be a whole number from 1"),
        (("get_finding", {"entry": "oom"}), "no finding of the entry 'oom'; nearest: kernel/oom-kill"),
        (("get_entry", {"id": "nginx/upstream-timeot"}), "nearest: nginx/upstream-timeout"),
        (("list_facts", {"kind": "redis"}), "no facts of the kind 'redis'; there are: kernel.hint, kernel.oom-kill"),
        (("run_command", {"command": "ls"}), "there is no tool 'run_command'; there are: search_lines"),
        (("", {}), "there is no tool"),
    ],
)
def test_a_wrong_call_is_told_what_is_wrong(api, call, said):
    (result,) = looked_up(api, call)
    assert said in result
    assert tokens.count(result) < 150


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (("search_lines", {"pattern": 'KILLED AND "memory out"'}), "5 行里没有这样的行"),
        (("search_lines", {"pattern": 'killed AND "Out of memory"'}), "[2:2] [4016034.541405] Out"),
        (("search_lines", {"pattern": "memory process", "source": "2", "limit": None}), "[2:2] [4016034.541405] Out"),
        (("search_lines", {"pattern": "upstream", "after": "00:17:53", "before": "00:18"}), "[1:2] 2025/05/12 00:17:53"),
        (("search_lines", {"pattern": "upstream", "after": "00:18"}), "没有这样的行"),
        (("search_lines", {"pattern": "upstream", "limit": 1}), "还有 1 条; 最后一条： [1:2]"),
        (("show_lines", {"source": 2, "first": 1, "last": 1}), "[2:1] [4016034.541360] [3609160]"),
        (("show_lines", {"source": 2, "first": 90, "last": 99}), "来源 2 只有 3 行"),
        (("list_facts", {}), "kernel.hint (1), kernel.oom-kill (1), nginx.upstream (1)"),
        (("list_facts", {"kind": "kernel"}), "process.pid=3610113"),
        (("get_finding", {"entry": "kernel/oom-kill"}), "ROOT CAUSE"),
        (("get_finding", {"entry": "nginx/upstream-timeout"}), "没有一行写着 110: timed out"),
        (("timeline", {}), "时间线上没有"),
        (("find_entries", {"words": "超时"}), "nginx/upstream-timeout: 上游响应超时 (已排除"),
        (("get_entry", {"id": "kernel/oom-kill"}), "含义: 内存耗尽，内核杀死了进程。更多说明。"),
    ],
)  # fmt: skip
def test_what_the_tools_find(api, call, said):
    (result,) = looked_up(api, call)
    assert said in result, result


def test_results_are_short_and_there_is_an_end_to_them(api, monkeypatch):
    lines = [f"2025-05-12 00:00:{n % 60:02d} word {n} " + "x" * 300 for n in range(5000)]
    monkeypatch.setattr("asking.SOURCES", (Source(1, "long", "\n".join(lines).encode()),))
    found = looked_up(api, *[("search_lines", {"pattern": f"word {n}", "limit": 50}) for n in range(5)])
    assert all(tokens.count(each) <= RESULT for each in found)
    assert sum(map(tokens.count, found)) <= ALL + 50
    assert any("还有" in each for each in found)
    assert any("no room for more results" in each for each in found)


def test_arguments_and_results_pass_the_gate(api):
    api.chat.mock(side_effect=[streamed(calling(("search_lines", {"pattern": "⟨ip-1⟩"}))), GOOD])
    answer, told = follow(redact=True), []
    answer.tell = told.append
    "".join(answer)
    assert told == ["在日志中查找 203.0.113.7 …"]
    (result,) = results(api)
    assert "[1:1]" in result
    assert "client: ⟨ip-1⟩" in result
    assert all(b"203.0.113.7" not in call.request.content for call in api.calls)


def test_hostile_results_are_data(api):
    (result,) = looked_up(api, ("search_lines", {"pattern": "instructions"}))
    assert HOSTILE in result
    assert result.count("-----") == 4


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (400, "registry.example/library/tiny does not support tools"),
        (404, "No endpoints found that support tool use"),
        (500, "tools param requires --jinja flag"),
        (501, "Not Implemented: tool_choice"),
        (400, '"auto" tool choice requires --enable-auto-tool-choice to be set'),
    ],
)
def test_a_server_without_tools_is_asked_once_without(api, status, words):
    api.chat.mock(side_effect=[refusal(status, words), GOOD, GOOD])
    assert "".join(follow()) == PROSE * 2
    assert "tools" in sent(api, 0)
    assert "tools" not in sent(api, 1)
    assert "look into the logs" not in sent(api, 1)["messages"][0]["content"]
    assert "".join(follow()) == PROSE * 2  # and it is remembered
    assert "tools" not in sent(api, 2)


def test_a_400_that_says_nothing_of_tools(api):
    api.chat.mock(side_effect=[refusal(400, "bad request"), refusal(400, "bad request"), GOOD])
    assert "".join(follow()) == PROSE * 2
    assert ["tools" in sent(api, number) for number in range(3)] == [True, True, False]


@pytest.mark.parametrize(
    "text",
    [
        '<tool_call>\n{"name": "search_lines", "arguments": {"pattern": "killed process"}}\n</tool_call>',
        '{"name": "search_lines", "parameters": {"pattern": "killed process"}}',
        '```json\n{"name": "search_lines", "arguments": {"pattern": "killed process"}}\n```',
        '{{"name": "search_lines", "arguments": {"pattern": "killed process"}}}',
        '[TOOL_CALLS][{"name": "search_lines", "arguments": {"pattern": "killed process"}}]',
        '<function=search_lines>{"pattern": "killed process"}</function>',
        '{"type": "function", "function": {"name": "search_lines", "arguments": "{\\"pattern\\": \\"killed process\\"}"}}',
    ],
)
@pytest.mark.parametrize("size", [1, 7, 1000])
def test_a_call_as_text_is_carried_out(api, text, size):
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    api.chat.mock(side_effect=[streamed(sse(*pieces)), GOOD])
    assert "".join(follow()) == PROSE * 2
    assert "[2:2] [4016034.541405]" in results(api)[0]


@pytest.mark.parametrize(
    "text",
    [
        '{"name": "delete_everything", "arguments": {}}',
        '<tool_call>{"name": "search_lines", "arguments": {"pattern": </tool_call>',
        '<tool_call>{"name": "search_lines", "arguments": {"pattern": "x"}}</tool_call> and then I would say no',
        '{"name": "search_lines", "arguments": "killed"}',
        "I will use the `search_lines` function to find the lines:\n" + "Let me think about that. " * 40,
        'To answer this:\n\n```json\n{\n "name": "search_lines",\n "arguments": {"pattern": "x"}\n}\n```\n\n### Step 2',
    ],
)
def test_a_call_as_text_that_is_not_clear_is_asked_again_without_tools(api, text):
    api.chat.mock(side_effect=[streamed(sse(text)), GOOD])
    assert "".join(follow()) == PROSE * 2
    assert "tools" not in sent(api)
    assert calls.without_tools


@pytest.mark.parametrize("text", ["{ 是配置里的花括号，不是调用。", '```json\n{"a": 1}\n```\n这是配置。'])
def test_json_in_an_answer_is_no_call(api, text):
    api.chat.mock(return_value=streamed(sse(*text, PROSE)))
    assert "".join(follow()) == text + PROSE
    assert len(api.calls) == 1


def test_the_second_model_goes_on_where_the_first_failed(api):
    api.chat.mock(side_effect=[streamed(calling(SEARCH)), refusal(403), GOOD])
    answer = follow(fallbacks=("second",))
    assert "".join(answer) == PROSE * 2
    assert answer.model == "second"
    assert "[2:2] [4016034.541405]" in results(api)[0]


def test_usage_without_a_count_is_estimated_over_all_rounds(api):
    api.chat.mock(side_effect=[streamed(calling(SEARCH, usage=None)), streamed(sse(PROSE, usage=None))])
    answer = follow()
    "".join(answer)
    assert answer.usage.estimated
    assert answer.usage.calls == 2
    assert answer.usage.input_tokens > answer.usage.largest > 1000


def test_another_server_is_asked_with_its_own_key(api):
    other = api.post("http://other.test/v1/chat/completions").mock(return_value=GOOD)
    api.chat.mock(return_value=refusal(401))
    settings = Settings(elsewhere=(Fallback("o", "http://other.test/v1", "other-key"),))
    answer = follow(settings=settings)
    assert "".join(answer) == PROSE * 2
    assert answer.model == "o"
    assert other.calls.last.request.headers["authorization"] == "Bearer other-key"
