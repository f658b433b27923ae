"""What is advised for RabbitMQ's memory alarm: consuming helps only where a queue could hold the memory."""

from __future__ import annotations

import pytest
from seed import knowledge, report_of

from assistant.answer.remedy import ineffective, steps

ENTRY = "rabbitmq/memory-alarm"
NODE = "rabbit@db1"
START = "<0.223.0>  Starting RabbitMQ 3.10.8 on Erlang 25.2.3 [jit]"
NAME = f"<0.223.0>  node           : {NODE}"
LIMIT = "<0.288.0> Memory high watermark set to 57 MiB (60000000 bytes) of 24105 MiB (25276518400 bytes) total"
USED = "<0.288.0> vm_memory_high_watermark set. Memory used:145977344 allowed:60000000"
ALARM = f"<0.286.0> memory resource limit alarm set on node {NODE}."
EMPTY = f"<0.223.0> Node database directory at /srv/mnesia/{NODE} is empty. Assuming we need to join an existing cluster or initialise from scratch..."
NONE = "<0.611.0> Recovering 0 queues of type rabbit_classic_queue took 7ms"
SOME = "<0.611.0> Recovering 12 queues of type rabbit_quorum_queue took 7ms"
READY = "<0.652.0> Server startup complete; 0 plugins started."


def log(*messages):
    return "\n".join(f"2026-03-02 10:11:{second:02}.000000+00:00 [info] {text}" for second, text in enumerate(messages))


def advice(*texts):
    report = report_of(*texts)
    fixes = steps(report.finding(ENTRY), knowledge().entries[ENTRY], report.facts)
    return {step.id for _, step in fixes}, {item.id for item in ineffective(report, knowledge())}


@pytest.mark.parametrize(
    "messages",
    [
        (LIMIT, USED, ALARM),
        (START, NAME, EMPTY, NONE, READY, LIMIT, USED, ALARM),  # it ran when the alarm was set
        (START, NAME, LIMIT, USED, ALARM, NONE, SOME, READY),  # it has queues
        (START, NAME, LIMIT, USED, ALARM, NONE),  # the log ends before the other types of queues
        (START, NAME, EMPTY, LIMIT, USED, ALARM, READY),
        (START, NAME, LIMIT, USED, ALARM, EMPTY, READY, USED, ALARM),  # it was set once more
        (START, NAME.replace("db1", "db2"), LIMIT, USED, ALARM, EMPTY, READY),  # another node's alarm
        (START, NAME, ALARM, EMPTY, READY),  # no numbers
        (START, NAME, EMPTY, READY, START, NAME, LIMIT, USED, ALARM, SOME, READY),  # of an earlier start
    ],
)
def test_where_a_queue_could_be_long_consuming_is_advised(messages):
    report = report_of(log(*messages))
    assert not report.facts_of("rabbitmq.empty_at_alarm")
    fixes, useless = advice(log(*messages))
    assert {"consume", "watermark", "bound"} <= fixes
    assert "raise-watermark" not in fixes
    assert "consume-nothing" not in useless


@pytest.mark.parametrize("after", [(EMPTY,), (EMPTY, NONE, READY), (NONE, READY)])
def test_without_any_queue_the_watermark_is_raised(after):
    text = log(START, NAME, LIMIT, USED, ALARM, *after)
    (fact,) = report_of(text).facts_of("rabbitmq.empty_at_alarm")
    assert (fact.attributes["node"], fact.attributes["used_mib"], fact.attributes["allowed_mib"]) == (NODE, 139, 57)
    assert [item.line for item in fact.evidence] == [5, 6]
    fixes, useless = advice(text)
    assert {"raise-watermark", "configure-watermark"} <= fixes
    assert not {"consume", "watermark", "bound"} & fixes
    assert "consume-nothing" in useless
    assert not any("list_queues" in probe.run for probe in report_of(text).probes)


def test_two_nodes_are_two_logs():
    empty = log(START, NAME, LIMIT, USED, ALARM, EMPTY)
    second = empty.replace("db1", "db2").replace(" 10:11:", " 10:12:")
    other = second.replace(EMPTY.replace("db1", "db2"), SOME)
    assert "raise-watermark" in advice(empty, second)[0]
    assert "consume" in advice(empty, other)[0]
    assert "consume" in advice(other, empty)[0]
