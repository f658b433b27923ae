"""The incident report in its three forms, the pictures in it, notes, copies and checks of a session."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import unicodedata
from html.parser import HTMLParser

import pytest
from seed import after, knowledge, log

from assistant.answer import drawing, svg
from assistant.answer.incident_report import to_report
from assistant.answer.report_page import to_report_page
from assistant.cli import main
from assistant.diagnosis import analyse
from assistant.errors import UsageError
from assistant.intake import make_source
from assistant.sessions.extras import add_note, fork, notes, verify
from assistant.sessions.store import Store
from lab.case import load_all

SOURCES = tuple(make_source(number, f"paste {number}", log(number), is_paste=True) for number in (1, 2, 3))
HEALTHY = next(case for case in load_all() if case.healthy)
BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


class Page(HTMLParser):
    """Ids, links, what is loaded from elsewhere, and whether the tags close."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.ids |= {found["id"]} if found.get("id") else set()
        if tag == "a":
            self.links.append(found["href"])
        if tag in ("script", "link", "img", "iframe") or "src" in found:
            self.loaded.append(tag)
        if tag not in ("meta", "br", "hr"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        self.open.pop()

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def page(language="en", sources=SOURCES, **more):
    report = analyse(sources, knowledge())
    return to_report_page(report, knowledge(), language, sources, title="an incident", **more)


def test_a_healthy_log_gives_a_report_without_pictures_of_causes():
    source = make_source(1, "a.log", HEALTHY.texts[0], is_paste=False)
    report = analyse((source,), knowledge())
    text = to_report(report, knowledge(), "en", (source,))
    assert "nothing wrong" in text
    assert "●" not in text
    assert svg.graph(report, knowledge(), "en") == ""


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_report_holds_verdict_chain_times_memory_evidence_actions_and_hashes(language):
    text = to_report(after(3), knowledge(), language, SOURCES, notes=["rolled back"])
    assert text.count("\n## ") == 9
    for wanted in ("3610113", "1,319.2 MiB", "00:17:53", "[3:22]", "swap", SOURCES[2].sha256[:16], "rolled back"):
        assert wanted in text
    assert ("**not proven**" if language == "en" else "**未证实**") in text


def test_the_graph_goes_from_the_root_down_and_names_what_is_ruled_out():
    rows = drawing.graph(after(3), knowledge(), "en")
    assert rows[0].startswith("● ")
    assert "uvicorn" in rows[0]
    assert any("not proven for 3" in row for row in rows)
    assert any(row.startswith("  ✕") and "110" in row for row in rows)


def test_bars_are_in_order_and_mark_the_victim():
    rows = drawing.memory(SOURCES, "en")[1:-1]
    sizes = [float(match[1].replace(",", "")) for row in rows if (match := re.search(r"([\d,.]+) MiB \w", row))]
    assert sizes == sorted(sizes, reverse=True)
    assert "killed" in rows[0]
    assert not any("killed" in row for row in rows[1:])


def test_charts_are_as_wide_for_every_log():
    rows = drawing.chart(SOURCES, after(3), "zh")[:-1]
    assert {len(row.partition(" ")[0]) for row in rows} == {drawing.COLUMNS}
    assert all(unicodedata.east_asian_width(sign) != "W" for row in rows for sign in row.partition(" ")[0])


def test_too_few_times_give_no_chart():
    source = make_source(1, "a", "hello\nworld\n", is_paste=True)
    assert drawing.chart((source,), analyse((source,), knowledge()), "en") == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_is_whole_without_a_network_and_its_citations_lead_to_lines(language):
    found = Page(page(language))
    assert found.loaded == []
    assert found.open == []
    inner = [link[1:] for link in found.links if link.startswith("#")]
    assert len(inner) > 20
    assert set(inner) <= found.ids
    assert page(language).count("<svg") == 3


def test_log_text_cannot_become_markup_or_a_picture():
    hostile = (
        log(1)
        + '2025/05/12 00:15:20 [error] 1#1: *1 <script>alert(1)</script> @@graph@@ [1:1] upstream prematurely closed connection while reading response header from upstream, client: 1.2.3.4, server: a, request: "GET /<img src=x onerror=alert(1)> HTTP/1.1", upstream: "http://127.0.0.1:8000/"\n'
    )
    text = page(
        sources=(make_source(1, "</title><script>", hostile, is_paste=True),), notes=["<b>bold</b>", "@@chart@@"]
    )
    found = Page(text)
    assert found.loaded == []
    assert "<b>" not in text
    assert "onerror" not in re.sub(r"&lt;.*?&gt;", "", text)


@pytest.mark.skipif(BROWSER is None, reason="no Chromium is installed")
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_browser_draws_it_and_prints_it(language, tmp_path):
    (tmp_path / "a.html").write_text(page(language), encoding="utf-8")
    base = [
        BROWSER,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        f"--user-data-dir={tmp_path}/profile",
    ]
    url = (tmp_path / "a.html").as_uri()
    dom = subprocess.run([*base, "--dump-dom", url], capture_output=True, text=True, timeout=120, check=True).stdout
    assert dom.count("<svg") == 3
    assert "3610113" in dom
    subprocess.run([*base, f"--print-to-pdf={tmp_path}/a.pdf", url], capture_output=True, timeout=120, check=True)
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")
    assert (tmp_path / "a.pdf").stat().st_size > 20_000
    subprocess.run(
        [*base, f"--screenshot={tmp_path}/a.png", "--window-size=1000,3000", url],
        capture_output=True,
        timeout=120,
        check=True,
    )
    assert (tmp_path / "a.png").stat().st_size > 30_000


@pytest.fixture
def session(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    (tmp_path / "nginx.log").write_text(log(1), encoding="utf-8")
    assert main(["explain", "--offline", "--session", "night", str(tmp_path / "nginx.log")]) == 0
    return tmp_path


def test_export_writes_report_conversation_and_logs(session, capsys):
    for form in ("md", "html", "json"):
        assert main(["sessions", "export", "night", "--format", form, "-o", str(session / f"a.{form}")]) == 0
    text = (session / "a.md").read_text(encoding="utf-8")
    assert "## Evidence" in text
    assert "## 1. (explain this)" in text
    assert log(1).splitlines()[0][:60] in text
    record = json.loads((session / "a.json").read_text(encoding="utf-8"))
    assert record["report"]["verdict"] == record["verdict"]
    assert record["sources"][0]["text"].startswith("2025/05/11")
    assert Page((session / "a.html").read_text(encoding="utf-8")).loaded == []
    assert not capsys.readouterr().err


def test_a_session_is_copied_with_all_it_holds_and_goes_its_own_way(session):
    with Store(session / "data" / "assistant") as store:
        add_note(store, "night", "first")
        fork(store, "night", "theory")
        add_note(store, "theory", "second")
        assert [note.text for note in notes(store, "night")] == ["first"]
        assert [note.text for note in notes(store, "theory")] == ["first", "second"]
        assert store.turns("theory") == store.turns("night")
        with pytest.raises(UsageError, match="exists already"):
            fork(store, "night", "theory")
        store.delete("night")
        assert [item.state for item in verify(store, "theory")] == ["same"]


def test_verify_finds_a_text_that_is_not_what_it_was(session, capsys):
    assert main(["sessions", "verify", "night", "--lang", "en"]) == 0
    assert "as it was" in capsys.readouterr().out
    with Store(session / "data" / "assistant") as store:
        store.db.execute("PRAGMA foreign_keys = OFF")
        store.db.execute("UPDATE source SET sha256 = ?", ("0" * 64,))
        store.db.execute("UPDATE attached SET sha256 = ?", ("0" * 64,))
    assert main(["sessions", "verify", "night", "--lang", "en"]) == 1
    assert "CHANGED" in capsys.readouterr().out
