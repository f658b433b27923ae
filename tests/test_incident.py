"""An incident: kept before it is worked on, answered by whoever can."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from assistant.config import ModelSettings, Settings
from assistant.errors import ModelError, UnreadableInput, UsageError
from assistant.incident import Engine, Incident, Reply
from assistant.knowledge.entry import Knowledge
from assistant.model import Answer, Report, Source, SourceSummary
from assistant.sessions.records import StorageError
from assistant.sessions.store import Store

ONLINE = Settings(ModelSettings("big", "http://127.0.0.1:1/v1", "k"), lang="auto", offline=False)
OFFLINE = Settings(offline=True, asked_offline=True)


def make_source(index, name, body, *, is_paste):
    raw = body.encode() if isinstance(body, str) else body if isinstance(body, bytes) else None
    if raw is None:
        raise UnreadableInput(f"{body}: no such file")
    return Source(index, name, raw, sha256(raw).hexdigest(), is_paste)


def analyse(sources, knowledge):
    summaries = tuple(SourceSummary(s.index, s.name, 1, (), 0, 0) for s in sources)
    return Report(summaries, "likely", ("a/b",), (), (), (), (), ())


def explain(report, knowledge, language, previous=None):
    return Answer(f"rules {len(report.sources)} {language} before={len(previous.sources) if previous else 0}", language)


def reply(question, report, knowledge, language, *, previous=None, sources=(), before=""):
    return Answer(f"rules: {question} {language}", language, "follow-up")


def engine(**changes) -> Engine:
    return replace(
        Engine(
            load=lambda folders: Knowledge({}), make_source=make_source, analyse=analyse, explain=explain, reply=reply
        ),
        **changes,
    )


class Model:
    """Stands for a model: what it says, and what it was asked."""

    def __init__(self, *pieces: str, fails: bool = False) -> None:
        self.pieces, self.fails = pieces, fails
        self.calls: list[tuple] = []
        self.closed = False

    def __call__(self, *arguments) -> Iterator[str]:
        self.calls.append(arguments)
        return self._stream()

    def _stream(self) -> Iterator[str]:
        try:
            yield from self.pieces
            if self.fails:
                raise ModelError("timed out")
        finally:
            self.closed = True


@pytest.fixture
def store(tmp_path) -> Iterator[Store]:
    with Store(tmp_path / "assistant") as opened:
        yield opened


@pytest.fixture
def said() -> list[str]:
    return []


def test_one_source_after_another(said):
    incident = Incident(OFFLINE, tell=said.append, engine=engine())
    incident.add("first")
    assert incident.explain().whole().markdown == "rules 1 en before=0"
    incident.add("second")
    assert [source.name for source in incident.sources] == ["paste 1", "paste 2"]
    assert incident.explain().whole().markdown == "rules 2 en before=1"
    assert said == []


def test_several_sources_for_one_question_are_compared_with_the_last_answer():
    incident = Incident(OFFLINE, engine=engine())
    incident.add("first")
    incident.explain().whole()
    incident.attach("second")
    incident.attach("third")
    assert incident.explain().whole().markdown == "rules 3 en before=1"


def test_the_same_text_is_not_added_twice(said):
    incident = Incident(OFFLINE, tell=said.append, engine=engine())
    incident.add("first")
    assert not incident.attach("first", "again.log")
    assert len(incident.sources) == 1
    assert said == ["this text is already source [1] (paste 1)"]


def test_two_files_of_one_name(tmp_path):
    incident = Incident(OFFLINE, engine=engine())
    for pod in ("a", "b"):
        (tmp_path / pod).mkdir()
        (tmp_path / pod / "current.log").write_text(pod)
        incident.attach(tmp_path / pod / "current.log", "current.log")
    assert [source.name for source in incident.sources] == ["current.log", str(tmp_path / "b" / "current.log")]
    assert not any(source.is_paste for source in incident.sources)
    with pytest.raises(UnreadableInput, match="no such file"):
        incident.attach(tmp_path / "none.log", "none.log")


def test_the_language_is_that_of_the_question_then_of_the_one_before():
    incident = Incident(OFFLINE, engine=engine())
    assert incident.ask("为什么").whole().language == "zh"
    assert incident.explain().whole().language == "zh"
    assert incident.ask("why").whole().language == "en"
    incident.settings = replace(OFFLINE, lang="zh")
    assert incident.ask("why").whole().language == "zh"


def test_the_question_is_kept_before_it_is_answered(store):
    def slow(*arguments, **options):
        (turn,) = store.turns(incident.name)
        assert (turn.question, turn.state) == ("why", "asked")
        assert len(store.sources(incident.name)) == 1
        return Answer("done", "en")

    incident = Incident(OFFLINE, store=store, engine=engine(reply=slow))
    incident.attach("log")
    incident.ask("why").whole()
    (turn,) = store.turns(incident.name)
    assert (turn.answer, turn.writer, turn.state) == ("done", "rules", "answered")


def test_resume(store, said):
    incident = Incident(OFFLINE, store=store, engine=engine())
    incident.add("first")
    incident.ask("为什么").whole()
    again = Incident(OFFLINE, store=store, name=incident.name, tell=said.append, engine=engine())
    assert again.sources == incident.sources
    assert again.history == incident.history
    assert again.language() == "zh"
    again.add("second")
    assert again.previous is not None
    assert again.explain().whole().markdown == "rules 2 zh before=1"
    assert store.sessions()[0].verdict == "likely"
    assert said == []


def test_undo_takes_the_sources_with_it(store):
    incident = Incident(OFFLINE, store=store, engine=engine())
    incident.add("first")
    incident.explain().whole()
    incident.add("second")
    incident.explain().whole()
    assert incident.undo()
    assert [source.index for source in incident.sources] == [1]
    assert Incident(OFFLINE, store=store, name=incident.name, engine=engine()).sources == incident.sources
    incident.add("third")
    assert incident.sources[-1].index == 3
    assert incident.undo()
    assert incident.sources == ()
    assert not incident.undo()


def test_drop(store):
    incident = Incident(OFFLINE, store=store, engine=engine())
    incident.add("first")
    incident.add("second")
    incident.drop(1)
    assert [source.index for source in incident.report.sources] == [2]
    with pytest.raises(UsageError, match=r"no source \[1\]"):
        incident.drop(1)


def test_it_goes_on_in_memory_when_nothing_can_be_written(store, said, monkeypatch):
    incident = Incident(OFFLINE, store=store, tell=said.append, engine=engine())
    incident.add("first")

    def full(*arguments):
        raise StorageError("sessions: database or disk is full")

    monkeypatch.setattr(Store, "attach", full)
    monkeypatch.setattr(Store, "ask", full)
    incident.add("second")
    assert incident.ask("why").whole().markdown == "rules: why en"
    assert said == ["this session is not saved: sessions: database or disk is full"]
    assert not incident.saved
    assert len(incident.sources) == 2


def test_a_locked_file_is_not_the_end(tmp_path, said, monkeypatch):
    monkeypatch.setattr("assistant.sessions.schema.BUSY_S", 0.05)
    with Store(tmp_path) as store:
        incident = Incident(OFFLINE, store=store, tell=said.append, engine=engine())
        other = sqlite3.connect(tmp_path / "sessions.db", isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        incident.add("first")
        other.close()
    assert said == ["this session is not saved: sessions: database is locked"]


def test_the_model_answers(store):
    model = Model("It was ", "the kernel.")
    incident = Incident(ONLINE, store=store, engine=engine(answer_with_model=model))
    incident.add("log")
    incident.ask("why").whole()
    reply_ = incident.ask("and then")
    assert list(reply_) == ["It was ", "the kernel."]
    reply_.close()
    settings, report, _, language, question, rules, history, sources, redact, outbox = model.calls[1]
    assert outbox is incident.outbox
    assert (settings, language, question, redact) == (ONLINE.model, "en", "and then", True)
    assert rules.markdown == "rules: and then en"
    assert history == [("why", "It was the kernel.")]
    assert (report, sources) == (incident.report, incident.sources)
    assert [turn.writer for turn in store.turns(incident.name)] == ["big", "big"]


@pytest.mark.parametrize("pieces", [(), ("It was the mo",)])
def test_the_rules_answer_when_the_model_does_not(said, pieces):
    incident = Incident(ONLINE, tell=said.append, engine=engine(answer_with_model=Model(*pieces, fails=True)))
    reply_ = incident.ask("why")
    shown = "".join(reply_)
    reply_.close()
    assert shown == ("It was the mo\n\n---\n\n" if pieces else "") + "rules: why en"
    assert said == ["the model did not answer (timed out); this is the rules' answer"]
    assert (reply_.writer, reply_.answer.markdown) == ("rules", "rules: why en")
    assert incident.history[-1].answer == "rules: why en"


def test_a_required_model_that_fails_is_an_error():
    settings = replace(ONLINE, require_model=True)
    incident = Incident(settings, engine=engine(answer_with_model=Model(fails=True)))
    with pytest.raises(ModelError, match="timed out"):
        incident.ask("why").whole()
    assert incident.history[-1].state == "stopped"


def test_offline_never_calls_the_model():
    model = Model("no")
    incident = Incident(OFFLINE, engine=engine(answer_with_model=model))
    assert incident.ask("why").whole().markdown == "rules: why en"
    assert model.calls == []


def test_a_stopped_answer_keeps_what_was_said(store):
    model = Model("It was ", "never said")
    incident = Incident(ONLINE, store=store, engine=engine(answer_with_model=model))

    def stop(reply_: Reply) -> None:
        with reply_:
            for _ in reply_:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stop(incident.ask("why"))
    (turn,) = store.turns(incident.name)
    assert (turn.answer, turn.state) == ("It was ", "stopped")
    assert model.closed


def test_an_interrupted_analysis_is_made_up_for(store):
    interrupted = [KeyboardInterrupt]

    def once(sources, knowledge):
        if interrupted:
            raise interrupted.pop()
        return analyse(sources, knowledge)

    incident = Incident(OFFLINE, store=store, engine=engine(analyse=once))
    with pytest.raises(KeyboardInterrupt):
        incident.add("log")
    assert len(store.sources(incident.name)) == 1
    assert len(incident.report.sources) == 1


def test_problems_of_entries_are_told_once(said):
    load = engine(load=lambda folders: Knowledge({}, ("my.md:3: no title",)))
    incident = Incident(OFFLINE, tell=said.append, engine=load)
    incident.add("a")
    incident.add("b")
    assert said == ["my.md:3: no title"]


def test_a_large_file_is_told(store, said, tmp_path, monkeypatch):
    monkeypatch.setattr("assistant.incident.incident.KEEP_BYTES", 3)
    monkeypatch.setattr("assistant.sessions.store.KEEP_BYTES", 3)
    path: Path = tmp_path / "large.log"
    path.write_text("large")

    def lazily(index, name, body, *, is_paste):
        return Source(index, name, body, sha256(b"large").hexdigest(), is_paste)

    incident = Incident(OFFLINE, store=store, tell=said.append, engine=engine(make_source=lazily))
    incident.attach(path, "large.log")
    assert said == [f"{path} is over 64 MB: the session keeps its path and hash, not its text"]
    path.unlink()
    again = Incident(OFFLINE, store=store, name=incident.name, tell=said.append, engine=engine())
    assert again.sources == ()
    assert "no longer there" in said[-1]
