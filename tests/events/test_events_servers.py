"""`nginx -T`, `redis-cli INFO` and tables of psql and mysql: quiet cases first, then the facts they give."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading import events_of
from seed import knowledge

from assistant.answer.story import say
from assistant.diagnosis import analyse
from assistant.intake import make_source

NGINX = """nginx: the configuration file /etc/nginx/nginx.conf syntax is ok
nginx: configuration file /etc/nginx/nginx.conf test is successful
# configuration file /etc/nginx/nginx.conf:
worker_processes auto;
events {
    worker_connections 768;
}
http {
    upstream shop { server 127.0.0.1:8000; server 127.0.0.1:8001 backup; }
    log_format main '$remote_addr - $remote_user [$time_local] "$request" '
                    '$status';
    server {
        listen 80 default_server;
        # proxy_read_timeout 5s;
        location / {
            proxy_pass http://shop;
            proxy_read_timeout 90s;
        }
    }
}
"""
REDIS = "# Memory\r\nused_memory:10485760\r\nused_memory_human:10.00M\r\nmaxmemory:20971520\r\nmaxmemory_policy:noeviction\r\n\r\n# Stats\r\nevicted_keys:7\r\nrejected_connections:0\r\n# Clients\r\nconnected_clients:3\r\nmaxclients:10000\r\n"
PSQL = " pid  |        state        |      query       \n------+---------------------+------------------\n 4242 | active              | select 1\n 4243 | idle in transaction | update stock\n 4244 | idle in transaction | update stock\n(3 rows)\n"
MYSQL = "+----+------+-------+\n| Id | User | State |\n+----+------+-------+\n|  5 | shop | Sleep |\n+----+------+-------+\n1 row in set (0.000 sec)\n"


def facts_of(text):
    report = analyse((make_source(1, "a", text, is_paste=True),), knowledge())
    return {(fact.kind, fact.subject): fact for fact in report.facts}


@pytest.mark.parametrize(
    "text",
    [
        "# configuration file of mine",
        "a | b",
        "----+----",
        "# Memory is full",
        "used_memory:7",
        " a | b\nnothing below",
    ],
)
def test_what_is_no_output_gives_no_event(text):
    assert not [event for event in events_of(text)[0] if event.kind.startswith("command.")]


def test_the_settings_of_nginx_with_file_and_block():
    events, summary, _ = events_of(NGINX)
    found = {
        (event.attributes["directive"], event.attributes["value"]): event.attributes
        for event in events
        if event.kind == "command.nginx_config"
    }
    assert summary.unrecognised == 0
    assert ("proxy_read_timeout", "90s") in found
    assert ("proxy_read_timeout", "5s") not in found
    assert ("server", "127.0.0.1:8001 backup") in found
    assert found["proxy_pass", "http://shop"]["block"] == "http > server > location /"
    said = say(facts_of(NGINX)["nginx.setting", "proxy_read_timeout"], "en")
    assert "90s" in said
    assert "[1:17]" in said


def test_the_state_of_redis():
    events, summary, _ = events_of(REDIS)
    assert (len(events), summary.unrecognised) == (1, 0)
    assert "10 MiB of maxmemory 20 MiB (noeviction), 7 keys" in say(facts_of(REDIS)["redis.memory", "redis"], "en")
    assert "3 of 10000 clients" in say(facts_of(REDIS)["redis.clients", "redis"], "en")


def test_sessions_of_postgresql_by_state():
    events, summary, _ = events_of(PSQL)
    assert [event.attributes["pid"] for event in events] == ["4242", "4243", "4244"]
    assert summary.unrecognised == 0
    said = say(facts_of(PSQL)["postgresql.sessions", "postgresql"], "en")
    assert "3 sessions: idle in transaction 2, active 1" in said


def test_a_table_of_mysql():
    events, summary, _ = events_of(MYSQL)
    assert [event.attributes["User"] for event in events] == ["shop"]
    assert summary.unrecognised == 0


@given(st.text(alphabet="ab |+-#:;{}\n0", max_size=80))
def test_no_text_raises_and_no_line_is_lost(text):
    _, summary, _ = events_of(NGINX[: len(text) * 9] + text)
    assert sum(count for _, count in summary.formats) + summary.unrecognised + summary.blank == summary.lines
