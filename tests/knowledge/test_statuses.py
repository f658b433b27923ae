"""A message that a title fits and does not prove: the entry fires, and not as confirmed."""

from __future__ import annotations

import pytest
from seed import report_of

from assistant.model import Status

HIKARI = (
    "2026-03-02T10:11:12.123+01:00 ERROR 4242 --- [shop] [nio-8080-exec-7] o.h.engine.jdbc.spi.SqlExceptionHelper : "
    "HikariPool-1 - Connection is not available, request timed out after 30001ms"
)
ETCD = '{"level":"warn","ts":"2026-03-02T10:11:12.123Z","caller":"etcdserver/a.go:1",'


@pytest.mark.parametrize(
    ("text", "entry", "status"),
    [
        ("error: RPC failed; curl 56 Recv failure: Connection reset by peer", "git/transfer-broken", Status.LIKELY),
        ("fatal: index-pack failed", "git/transfer-broken", Status.POSSIBLE),
        (HIKARI + ".", "app/pool-exhausted", Status.POSSIBLE),
        (HIKARI + " (total=10, active=10, idle=0, waiting=3)", "app/pool-exhausted", Status.CONFIRMED),
        ("shop-7d9c-x2            0/1     Evicted   0    15m", "k8s/evicted", Status.LIKELY),
        ('E0302 10:11:12.123456    1234 kubelet.go:1] node "node2" not found', "k8s/node-not-ready", Status.POSSIBLE),
        (ETCD + '"msg":"apply request took too long","took":"731ms"}', "etcd/slow-disk", Status.LIKELY),
        (ETCD + '"msg":"waiting for ReadIndex response took too long, retrying"}', "etcd/slow-disk", Status.POSSIBLE),
        (ETCD + '"msg":"slow fdatasync","took":"1.731s"}', "etcd/slow-disk", Status.CONFIRMED),
    ],
)
def test_what_a_message_proves(text, entry, status):
    assert report_of(text).finding(entry).status is status


def test_a_closing_line_is_no_cause():
    text = "ssh: connect to host git.example port 22: Connection refused\nfatal: Could not read from remote repository."
    assert report_of(text).root_causes == ("git/ssh-unreachable",)
    assert report_of("fatal: Could not read from remote repository.").verdict == "possible"
    assert report_of("error: failed to push some refs to 'git.example:shop.git'").verdict == "possible"
