"""One incident as it grows: sources, the report on all of them, questions and answers. Chat and commands share it.

Everything is kept before it is worked on: a source before it is analysed, a question before it is answered. When
nothing can be kept (no space, a read-only home), the incident goes on in memory and says so once.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from assistant.config import Settings
from assistant.errors import UsageError
from assistant.i18n import Language, Text, detect
from assistant.incident.engine import Engine
from assistant.incident.reply import Reply
from assistant.model import Answer, Report, Source
from assistant.sessions.extras import add_note, notes
from assistant.sessions.records import KEEP_BYTES, Session, StorageError, Turn, utc_now

if TYPE_CHECKING:
    from assistant.knowledge.entry import Knowledge
    from assistant.llm.outbox import Outbox
    from assistant.llm.payload import Payload
    from assistant.sessions.store import Store

T = TypeVar("T")

_SAME = Text("this text is already source [{number}] ({name})", "这段内容就是来源 [{number}]（{name}），不再重复加入")
_IN_MEMORY = Text("this session is not saved: {reason}", "本次会话没有保存：{reason}")
_TOO_LARGE = Text(
    "{path} is over 64 MB: the session keeps its path and hash, not its text",
    "{path} 超过 64 MB：会话只保存路径和哈希，不保存内容",
)


class Incident:
    """Sources, report and history of one session.

    `store` is None when nothing is to be kept; `name` resumes a session of the store. `tell` gets one-line notes.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        store: Store | None = None,
        name: str = "",
        tell: Callable[[str], None] = lambda _: None,
        engine: Engine | None = None,
    ) -> None:
        self.settings, self.name, self.tell = settings, name, tell
        self.engine = engine or Engine()
        self.sources: tuple[Source, ...] = ()
        self.history: list[Turn] = []
        self.previous: Report | None = None
        self._store = store
        self._report: Report | None = None
        self._knowledge: Knowledge | None = None
        self._came_with: dict[int, int] = {}  # source → question
        self._highest = 0
        self._notes: list[str] = []
        self._outbox: Outbox | None = None
        self._looked_at: set[str] = set()  # sources whose secrets are known
        if store is not None and name:
            self._resume(store)

    @property
    def saved(self) -> bool:
        """Whether what happens is kept on disk."""
        return self._store is not None

    @property
    def knowledge(self) -> Knowledge:
        """The entries, read when they are first needed."""
        if self._knowledge is None:
            self._knowledge = self.engine.load(self.settings.knowledge)
            for problem in self._knowledge.problems:
                self.tell(problem)
        return self._knowledge

    @property
    def report(self) -> Report:
        """What was found in all sources. Computed when it is needed, so that an interrupted analysis is made up for."""
        if self._report is None:
            self._report = report = self.engine.analyse(self.sources, self.knowledge)
            if self.sources:
                self._keep(lambda store: store.conclude(self.name, report.verdict, report.root_causes))
        return self._report

    @property
    def outbox(self) -> Outbox:
        """The tokens that stand for masked values in all that this session sends."""
        if self._outbox is None:
            from assistant.llm.outbox import Outbox  # noqa: PLC0415 - only where something is sent, shown or kept

            self._outbox = Outbox()
        new = [source for source in self.sources if source.sha256 not in self._looked_at]
        if new:
            from assistant.incident import privacy  # noqa: PLC0415 - as above

            self._looked_at |= {source.sha256 for source in new}
            privacy.learn(new, self._outbox.redactor.learn)
        return self._outbox

    @property
    def verdict(self) -> str:
        """The verdict as far as it is known, without computing it."""
        return self._report.verdict if self._report else ""

    def language(self, question: str = "") -> Language:
        """The language to answer in: as set, else of this question, of the one before, of the user's locale."""
        if self.settings.lang != "auto":
            return self.settings.language
        before = self.history[-1].language if self.history else self.settings.language
        return detect(question, before)

    def add(self, body: str | bytes | Path, name: str = "", *, is_paste: bool | None = None) -> Report:
        """Add a source and analyse all of them again. Errors are those of `attach`."""
        self.attach(body, name, is_paste=is_paste)
        return self.report

    def attach(self, body: str | bytes | Path, name: str = "", *, is_paste: bool | None = None) -> bool:
        """Add a source, to be analysed when the report is next asked for; False when the same text is there already.

        Raises:
            UnreadableInput: a file that cannot be read, or that is not text.
        """
        is_paste = not isinstance(body, Path) and not name if is_paste is None else is_paste
        index = self._highest + 1
        source = self.engine.make_source(index, name or f"paste {index}", _steady(body), is_paste=is_paste)
        known = next((known for known in self.sources if known.sha256 == source.sha256), None)
        if known:
            self.tell(_SAME.get(self.language()).format(number=known.index, name=known.name))
            return False
        if source.name in {known.name for known in self.sources}:
            source = replace(source, name=str(body) if isinstance(body, Path) else f"{source.name} ({index})")
        if self.sources and self._came_with[self.sources[-1].index] < self._next_turn():
            self.previous = self.report  # what the last answer was about
        self._attach(source)
        return True

    def drop(self, number: int) -> None:
        """Leave a source out from now on.

        Raises:
            UsageError: there is none of this number.
        """
        if number not in {source.index for source in self.sources}:
            raise UsageError(f"there is no source [{number}]")
        self._keep(lambda store: store.drop(self.name, number))
        self._forget({number})

    def explain(self) -> Reply:
        """Put the whole report into words, and what the latest source changed."""
        language = self.language()
        return self._reply("", language, self._explained(language))

    def ask(self, question: str) -> Reply:
        """Answer a question about the report."""
        language = self.language(question)
        return self._reply(question, language, self._rules(question, language))

    def preview(self, question: str = "") -> Payload:
        """What asking this, or explaining everything, would send to a model. Nothing is sent."""
        from assistant.llm.payload import payload  # noqa: PLC0415 - seldom asked for
        from assistant.llm.question import Question  # noqa: PLC0415 - as above

        language = self.language(question)
        rules = self._rules(question, language) if question else self._explained(language)
        answer = rules()
        history = [(past.question, past.answer) for past in self.history if past.answer]
        asked = Question(self.report, self.knowledge, language, question, answer, history, self.sources)
        return payload(asked, self.outbox, redact=self.settings.redact, tools=self.settings.model.tools)

    def _explained(self, language: Language) -> Callable[[], Answer]:
        return lambda: self.engine.explain(self.report, self.knowledge, language, self.previous)

    def _rules(self, question: str, language: Language) -> Callable[[], Answer]:
        came_along = self._next_turn() in self._came_with.values()
        before = next((turn.question for turn in reversed(self.history) if turn.question), "")

        def rules() -> Answer:
            answer: Answer = self.engine.reply(
                question,
                self.report,
                self.knowledge,
                language,
                previous=self.previous,
                sources=self.sources,
                before=before,
            )
            if came_along and answer.kind == "unknown":
                # whatever was asked of a log that was just pasted, its explanation is nearer than a refusal
                return self.engine.explain(self.report, self.knowledge, language, self.previous)
            return answer

        return rules

    def undo(self) -> bool:
        """Forget the last question and the sources that came with it. False when there is nothing to undo."""
        if not self.history:
            return False
        last = self.history.pop()
        self._keep(lambda store: store.undo(self.name, last.number))
        self._forget({index for index, turn in self._came_with.items() if turn >= last.number})
        return True

    def rename(self, name: str) -> None:
        """Give the session a name. Raises UsageError when it is taken or cannot be one."""
        if not self.saved:
            raise UsageError("this session is not saved, so that it has no name")
        self._named()
        self._keep(lambda store: store.rename(self.name, name))
        self.name = name if self.saved else ""

    def note(self, text: str) -> int:
        """Keep a note; returns how many there are now."""
        self._notes.append(text)
        self._keep(lambda store: add_note(store, self._named(), self.clean(text)))
        return len(self._notes)

    def notes(self) -> tuple[str, ...]:
        """What was noted, in order."""
        return tuple(self._notes)

    def other(self, name: str) -> Incident:
        """Another session of the same store, as it was left.

        Raises:
            SessionNotFound: there is none of that name.
            UsageError: nothing is saved.
        """
        if self._store is None:
            raise UsageError("this session is not saved, and no other can be opened from it")
        return Incident(
            self.settings, store=self._store, name=self._store.find(name), tell=self.tell, engine=self.engine
        )

    def sessions(self) -> tuple[Session, ...]:
        """All sessions of the user; none when nothing can be kept."""
        return self._keep(lambda store: store.sessions()) or ()

    def clean(self, text: str) -> str:
        """A text without secrets: the configured keys, what has the form of one, and those in what was pasted."""
        from assistant.incident import privacy  # noqa: PLC0415 - not needed to start

        return privacy.cleaner(self._secrets())(text)

    def scrub(self, error: BaseException) -> None:
        """Take secrets out of an error and its causes."""
        from assistant.incident import privacy  # noqa: PLC0415 - on the way of an error

        privacy.scrub(error, privacy.cleaner(self._secrets()))

    def shareable(self) -> Incident:
        """A copy that is not kept, without secrets in logs, questions, answers and notes: for documents."""
        from assistant.incident import privacy  # noqa: PLC0415 - not needed to start

        clean = privacy.cleaner(self._secrets())
        copy = Incident(self.settings, tell=self.tell, engine=self.engine)
        copy.name = self.name
        copy.sources = tuple(privacy.without_secrets_in(source, clean) for source in self.sources)
        copy.history = [
            replace(turn, question=clean(turn.question), answer=clean(turn.answer)) for turn in self.history
        ]
        copy._notes = [clean(note) for note in self._notes]
        return copy

    def _secrets(self) -> tuple[str, ...]:
        from assistant.incident import privacy  # noqa: PLC0415 - not needed to start

        return (*privacy.keys_of(self.settings.model), *self.outbox.redactor.secrets())

    # What follows keeps memory and disk in step.

    def _reply(self, question: str, language: Language, rules: Callable[[], Answer]) -> Reply:
        turn = Turn(self._next_turn(), question, language, utc_now())
        kept = replace(turn, question=self.clean(question)) if self.saved else turn
        number = self._keep(lambda store: store.ask(self._named(), kept))
        turn = replace(turn, number=number or turn.number)
        self.history.append(turn)
        return Reply(self, turn, rules)

    def conclude(self, turn: Turn) -> None:
        """Keep what was said; called once by each reply."""
        for at, known in enumerate(self.history):
            if known.number == turn.number:
                self.history[at] = turn
                self._keep(lambda store: store.answer(self.name, replace(turn, answer=self.clean(turn.answer))))

    def _attach(self, source: Source) -> None:
        number = self._keep(lambda store: store.attach(self._named(source.name), source, self._next_turn()))
        if number is not None and number != source.index:
            source = replace(source, index=number)
        if self.saved and isinstance(source.body, Path) and source.body.stat().st_size > KEEP_BYTES:
            self.tell(_TOO_LARGE.get(self.language()).format(path=source.body))
        self.sources = (*self.sources, source)
        self._highest = source.index
        self._came_with[source.index] = self._next_turn()
        self._report = None

    def _forget(self, numbers: set[int]) -> None:
        if numbers:
            self.sources = tuple(source for source in self.sources if source.index not in numbers)
            self._came_with = {index: turn for index, turn in self._came_with.items() if index not in numbers}
            self._report = self.previous = None

    def _next_turn(self) -> int:
        return self.history[-1].number + 1 if self.history else 1

    def _named(self, hint: str = "") -> str:
        if not self.name and self._store is not None:
            self.name = self._store.create("paste" if hint.startswith("paste ") else hint)
        return self.name

    def _keep(self, action: Callable[[Store], T]) -> T | None:
        if self._store is None:
            return None
        try:
            return action(self._store)
        except StorageError as problem:
            self._store, self.name = None, ""
            self.tell(_IN_MEMORY.get(self.language()).format(reason=problem))
            return None

    def _resume(self, store: Store) -> None:
        for kept in store.sources(self.name):
            if kept.note:
                self.tell(kept.note)
            else:
                self.sources = (*self.sources, kept.source)
                self._came_with[kept.source.index] = kept.turn
            self._highest = max(self._highest, kept.source.index)
        self.history.extend(store.turns(self.name))
        self._notes += [note.text for note in notes(store, self.name)]


def _steady(body: str | bytes | Path) -> str | bytes | Path:
    """A file that is small enough is read at once, so that a log that is still written to cannot change under us."""
    if isinstance(body, Path):
        with suppress(OSError, ValueError):  # making the source says what is wrong with it
            if body.is_file() and body.stat().st_size <= KEEP_BYTES:
                return body.read_bytes()
    return body
