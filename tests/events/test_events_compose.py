from __future__ import annotations

import pytest
from reading import events_of

COMPOSE = """\
web-1    | 2026/11/20 09:14:59 [error] 30#30: *5 connect() failed (111: Connection refused) while connecting to upstream, client: 172.18.0.1, server: a, request: "GET / HTTP/1.1", upstream: "http://172.18.0.3:8000/", host: "a"
api-1    | Traceback (most recent call last):
api-1    |   File "/app/main.py", line 3, in <module>
web-1    | 172.18.0.1 - - [20/Nov/2026:09:14:59 +0000] "GET / HTTP/1.1" 200 157 "-" "curl/8.5.0" "-"
api-1    |     from db import engine
api-1    |   File "/app/db.py", line 9, in <module>
api-1    |     engine = create_engine(os.environ["DATABASE_URL"])
api-1    | KeyError: 'DATABASE_URL'
api-1 exited with code 1
"""


def test_services_in_between_one_another():
    events, summary, _ = events_of(COMPOSE)
    assert summary.unrecognised == 0
    assert sorted(event.kind for event in events) == [
        "command.container_state",
        "http.access",
        "nginx.error",
        "python.exception",
    ]
    error = next(event for event in events if event.kind == "python.exception")
    assert error.attributes["exception.type"] == "KeyError"
    assert error.attributes["exception.message"] == "'DATABASE_URL'"
    assert error.attributes["code.file.path"] == "/app/db.py"
    ended = next(event for event in events if event.kind == "command.container_state")
    assert (ended.attributes["container.name"], ended.attributes["exit_code"]) == ("api-1", 1)


@pytest.mark.parametrize(
    "line",
    ["it exited with code 1 yesterday", "process exited with code", "exited with code 1", "a b exited with code 1"],
)
def test_other_lines_are_left_alone(line):
    events, _, _ = events_of(line)
    assert not [event for event in events if event.kind == "command.container_state"]
