"""Every message of nginx: all 1,396 formats of its source come to an event, a family and an entry; no notice is an alarm."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from reading import events_of
from seed import knowledge

from assistant.diagnosis.match import EventMatcher, SignalIndex
from assistant.events.nginx_families import family
from assistant.model import Event, Severity

LOGS = Path(__file__).parents[1]
LINES = (LOGS / "intake" / "logs" / "nginx-messages.log").read_text(encoding="utf-8").splitlines()
ROWS = [row.split("\t") for row in (LOGS / "logs" / "nginx-messages.tsv").read_text(encoding="utf-8").splitlines()]


@cache
def events() -> dict[int, Event]:
    found: dict[int, Event] = {}
    for event in events_of("\n".join(LINES))[0]:
        found.setdefault(event.evidence.line, event)
    return found


def entries_of(event: Event, index: SignalIndex) -> set[str]:
    matcher = EventMatcher(index)
    matcher.add(event)
    return {name for name, _ in matcher.hits}


def test_the_list_is_whole():
    assert len(ROWS) == len([line for line in LINES if line]) == 1396
    assert len(events()) == 1396


def test_every_message_is_explained_and_no_notice_is_an_alarm():
    index = SignalIndex(knowledge())
    silent, alarms = [], []
    for number, row in enumerate(ROWS, 1):
        event = events()[number]
        assert event.kind == "nginx.error"
        assert event.attributes["nginx.family"]
        found = entries_of(event, index)
        if not found:
            silent.append((number, event.message))
        if row[2] in ("notice", "info") and any(knowledge().entries[name].severity >= Severity.WARN for name in found):
            alarms.append((number, event.message, found))
    assert silent == []
    assert alarms == []


def test_a_family_speaks_only_where_no_entry_of_its_own_does():
    index = SignalIndex(knowledge())
    both = []
    for event in events().values():
        found = entries_of(event, index)
        families = {name for name in found if name.startswith("nginx/family-")}
        if families and families != found:
            both.append((event.message, found))
    assert both == []


@pytest.mark.parametrize(
    ("message", "level", "wanted"),
    [
        ('unlink() "/var/cache/ssl/upstream" failed', "crit", {"files", "cache"}),
        ("wrong ident 731 in DNS response for a.example, expect 12", "error", {"dns"}),
        (
            "lua entry thread aborted: runtime error: /etc/nginx/a.lua:7: attempt to index a nil value",
            "error",
            {"modules"},
        ),
        ('invalid number of arguments in "frob" directive in /etc/nginx/nginx.conf:7', "emerg", {"config"}),
        ("SSL_write() failed", "crit", {"tls"}),
        ("upstream sent frobbed trailer frame", "error", {"upstream", "http2"}),
    ],
)
def test_messages_of_other_versions_and_modules_have_a_family(message, level, wanted):
    assert family(message, level) in wanted
