from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.grounding.value import Kind
from assistant.grounding.values import values


def found(text):
    return [(value.kind.value, value.key, value.role) for value in values(text)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "IPv6 and HTTP/2",
        "x86_64",
        "utf8mb4",
        "see [1:3,5-6] [2:4]",
        "libc.so.6",
        "v1.2.3-rc1",
        "e3b0c44298fc1c14",
        "一个进程",
        "python3.11",
    ],
)
def test_what_is_no_value(text):
    assert found(text) == []


@pytest.mark.parametrize(
    ("claim", "known"),
    [
        ("1.29 GiB", "1350892kB"), ("1,319 MiB", "1,350,892 KiB"), ("1.38 GB", "1,350,892 KiB"), ("3.7 MiB", "3760 kB"),
        ("5 min 40 s", "340 s"), ("340 秒", "5 分 40 秒"), ("2 minutes", "154 s"), ("6 分钟", "360 s"), ("0.79 s", "790 ms"), ("94 %", "94.0%"),
        ("three requests", "3 requests"), ("三次", "3 次"), ("23:52", "2025-05-11 23:52:08"), ("port 8000", "127.0.0.1:8000"), ("8000 端口", "[::1]:8000"),
        ("127.0.0.1", "127.0.0.1:8000"), ("/model/info", "/api/v1/model/info"), ("SIGKILL", "SIGKILL"), ("3,610,113", "3610113"), ("2–4 GiB", "4096 MiB"),
    ],
)  # fmt: skip
def test_the_same_in_other_words(claim, known):
    wanted = values(claim)
    assert wanted
    assert any(value.meets(other) for value in wanted for other in values(known))


@pytest.mark.parametrize(
    ("claim", "known"),
    [
        ("1.35 GB", "1,350,892 KiB"), ("4.8 GB", "4,794,476 KiB"), ("1.28 GiB", "1350892kB"), ("1.29 MiB", "1350892kB"), ("about 1.2 GB", "1350892kB"),
        ("5 min", "360 s"), ("154 min", "154 s"), ("10 ms", "10 s"), ("94.1 %", "94.0%"), ("23:53", "23:52:08"), ("23:52:09", "23:52:08"),
        ("port 8001", "127.0.0.1:8000"), ("127.0.0.2", "127.0.0.1:8000"), ("[::2]:8000", "[::1]:8000"), ("pid 104", "errno 104"), ("SIGTERM", "SIGKILL"),
        ("/api/v1/mode", "/api/v1/model/info"), ("3610114", "3610113"), ("two", "3"), ("*32", "*3"),
    ],
)  # fmt: skip
def test_something_else(claim, known):
    wanted = values(claim)
    assert wanted
    assert not any(value.meets(other) for value in wanted for other in values(known))


def test_a_row_of_the_kernel_table_and_its_kill_line():
    line = "Out of memory: Killed process 3610113 (uvicorn) total-vm:4794476kB, anon-rss:1350640kB, oom_score_adj:-998"
    kinds = [(value.kind, value.key) for value in values(line)]
    assert (Kind.NUMBER, "3610113") in kinds
    assert (Kind.NUMBER, "-998") in kinds
    assert sum(kind is Kind.BYTES for kind, _ in kinds) == 2


@given(st.text(max_size=200))
def test_any_text_has_values_in_order_that_do_not_overlap(text):
    made = values(text)
    assert all(0 <= value.start < value.end <= len(text) for value in made)
    assert all(one.end <= two.start for one, two in pairwise(made))
    assert all(value.meets(value) for value in made)


@pytest.mark.parametrize(
    "text",
    ["1" * 100_000, "1," * 50_000, "12:" * 40_000, "/a" * 50_000, "1 s " * 30_000, ":" * 100_000, "1.2.3." * 20_000],
)
def test_hostile_text_is_read_in_no_time(text):
    values(text)
