"""A secret that was pasted, asked about, configured or echoed by a server stands nowhere but in the kept log itself."""

from __future__ import annotations

import random
import sqlite3
import sys
import traceback
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import URL, refusal, sse, streamed

sys.path.insert(0, str(Path(__file__).parents[1] / "intake"))

import secret_formats

from assistant.cli import main
from assistant.config import ModelSettings, Settings
from assistant.errors import ModelError
from assistant.incident import Incident
from assistant.incident.privacy import scrub
from assistant.sessions.store import Store

KEY = "local-" + "key-of-nobody-77"
KINDS = (
    "aws-access-token", "github-pat", "gitlab-pat", "slack-bot", "openai-project", "stripe-live", "google-oauth-access", "npm", "sendgrid", "jwt",
    "digitalocean-pat", "huggingface", "vault-service", "postgres-url", "telegram-bot", "tencent",
)  # fmt: skip
NAMED = ("password", "aws-secret", "session", "generic", "datadog")


def secrets_of_a_log():
    chance = random.Random(20)  # noqa: S311 - must come out the same again
    values = [secret_formats.make(secret_formats.FORMS[kind], chance) for kind in KINDS]
    lines = [f"2026-11-24 10:00:{n:02d} ERROR call with {value} failed" for n, value in enumerate(values)]
    for name in NAMED:
        key, template = secret_formats.KEYED[name]
        values.append(secret_formats.make(template, chance))
        lines.append(f"2026-11-24 10:01:00 ERROR {key}={values[-1]}")
    error = (
        "2025/05/11 23:52:01 [error] 3599#3599: *1 connect() failed (111: Connection refused) while connecting to upstream,"
        f' client: 127.0.0.1, server: a, request: "GET /?access_token={values[1]} HTTP/1.1", upstream: "http://127.0.0.1:9000/"'
    )
    parts = [part for value in values for part in secret_formats.secret_parts(value)]
    return "\n".join([error, *lines]) + "\n", values, parts


LOG, VALUES, SECRETS = secrets_of_a_log()
ASKED = VALUES[-2]  # stands in the question without anything that gives it away
assert len(SECRETS) >= 20


def found_in(text):
    return [secret for secret in (*SECRETS, KEY) if secret in text]


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "data" / "assistant"


@pytest.fixture
def said():
    return []


@pytest.fixture
def incident(folder, said):
    model = ModelSettings(model="m", base_url=URL, api_key=KEY, timeout=5.0)
    settings = Settings(model=model, lang="en", offline=False, data_folder=folder)
    incident = Incident(settings, store=Store(folder), tell=said.append)
    incident.add(LOG)
    return incident


def on_disk(folder):
    """Everything in the file but the pasted texts, and all that the file system shows besides."""
    with sqlite3.connect(folder / "sessions.db") as db:
        tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        assert {"source", "session", "turn", "note", "attached"} <= set(tables)
        rows = [row for name in tables if name != "source" for row in db.execute(f"SELECT * FROM {name}")]  # noqa: S608 - its own tables
    raw = "".join(path.read_bytes().decode("latin-1") for path in folder.iterdir())
    return "\n".join(map(str, rows)) + raw


def test_the_pasted_log_is_kept_as_it_was_and_is_private(incident, folder):
    incident.explain().whole()
    (kept,) = Store(folder).sources(incident.name)
    assert kept.source.body == LOG.encode()
    assert folder.stat().st_mode & 0o077 == 0
    assert all(path.stat().st_mode & 0o077 == 0 for path in folder.iterdir())


def test_history_on_disk_holds_no_secret(incident, folder, api):
    echo = f"It is {VALUES[0]} and {ASKED}, see `password={VALUES[1]}`. [1:1]"
    api.chat.mock(return_value=streamed(sse(echo)))
    incident.explain().whole()
    incident.ask(f"is {ASKED} wrong? my token is {VALUES[3]}, the key {KEY}").whole()
    incident.note(f"tried with {ASKED}")
    assert found_in(on_disk(folder)) == []
    assert "⟨secret⟩" in on_disk(folder).encode("latin-1", "replace").decode("latin-1") or "secret" in on_disk(folder)
    again = Incident(incident.settings, store=Store(folder), name=incident.name)
    assert found_in(str(again.history)) == []
    assert "wrong?" in again.history[1].question


def test_rules_answers_on_disk_hold_no_secret(incident, folder):
    incident.settings = replace(incident.settings, offline=True)
    incident.explain().whole()
    incident.ask(f"show the lines with {ASKED}").whole()
    assert found_in(on_disk(folder)) == []


@pytest.mark.parametrize("redact", [True, False])
@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, f"Incorrect API key provided: {KEY}"),
        (403, f"key {KEY} may not"),
        (500, f"cannot parse {ASKED} near {VALUES[1]}"),
        (400, f"bad: {ASKED}"),
    ],
)
def test_what_a_server_echoes_is_in_no_error(incident, said, api, status, words, redact):
    api.chat.mock(return_value=refusal(status, words))
    incident.settings = replace(incident.settings, redact=redact)
    incident.explain().whole()
    assert said
    assert found_in("\n".join(said)) == []
    incident.settings = replace(incident.settings, require_model=True)
    with pytest.raises(ModelError) as caught:
        incident.ask(f"is {ASKED} wrong?").whole()
    shown = "".join(traceback.format_exception(caught.value))
    chain, todo, seen = [], [caught.value], set()
    while todo:
        error = todo.pop()
        if error is None or id(error) in seen:
            continue
        seen.add(id(error))
        todo += [error.__cause__, error.__context__]
        own = vars(error)
        chain.append(f"{error!r} {error} {own.get('body')} {own.get('message')} {own.get('reason')}")
    assert len(chain) > 1
    assert found_in(shown + "\n".join(chain)) == []
    assert str(status) in str(caught.value)


def test_scrubbing_goes_through_causes_groups_of_values_and_cycles():
    inner = ValueError({"message": "secret-a1b2"}, ["secret-a1b2", 5])
    outer = RuntimeError("failed: secret-a1b2")
    outer.__cause__, inner.__context__ = inner, outer
    scrub(outer, lambda text: text.replace("secret-a1b2", "⟨secret⟩"))
    assert "a1b2" not in "".join(traceback.format_exception(outer)) + repr(inner) + repr(outer)
    assert inner.args[1][1] == 5


@pytest.mark.parametrize("form", ["text", "md", "html", "json"])
def test_exports_and_errors_of_the_command_line(incident, folder, capsys, monkeypatch, form):
    incident.settings = replace(incident.settings, offline=True)
    incident.explain().whole()
    incident.ask(f"is {ASKED} wrong?").whole()
    monkeypatch.setenv("XDG_DATA_HOME", str(folder.parent))
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    assert main(["sessions", "export", "--format", form, incident.name]) == 0
    out, err = capsys.readouterr()
    assert "Connection refused" in out
    assert found_in(out + err) == []
    assert main(["sessions", "show", "--format", form, incident.name]) == 0
    assert main(["explain", f"/nosuch/password={VALUES[-4]}/{KEY}"]) == 2
    assert found_in("".join(capsys.readouterr())) == []


def test_line_editor_history():
    history = pytest.importorskip("assistant.terminal.history").Remembered
    model = ModelSettings(model="m", base_url=URL, api_key=KEY)
    lines = history(Incident(Settings(model=model)).clean)
    lines.append_string(f"why does {KEY} fail with password=hunt3r-x")
    lines.append_string("")
    assert lines.get_strings() == ["why does ⟨secret⟩ fail with password=⟨secret⟩"]
