"""One answer by a model: from the report to messages, and from the stream back to words for the user."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence

from assistant.answer import explain
from assistant.errors import ModelError
from assistant.grounding import Ground, ground_of
from assistant.i18n import LANGUAGES, Language, Text
from assistant.knowledge import embed
from assistant.knowledge.entry import Entry, Knowledge
from assistant.knowledge.search import search
from assistant.llm import chat, extra, outgoing, prompts, tokens
from assistant.llm.context import BUDGET, ROW, Material, blocks
from assistant.llm.failures import Failure
from assistant.llm.held import hold
from assistant.llm.outbox import Outbox
from assistant.llm.question import Question
from assistant.llm.sanity import Nonsense, Watch
from assistant.llm.targets import reachable
from assistant.llm.thoughts import without_thoughts
from assistant.llm.tools import LogTools
from assistant.llm.toolspecs import spoken
from assistant.llm.wire import Wire
from assistant.model import Answer, Report, Source

__all__ = ["ModelAnswer", "Question", "answer_with_model", "compose"]

_ENTRIES = 3
_QUESTION = 2000  # characters
_BEFORE = 4000  # characters of an answer that is sent back to be mended
_RESERVE = 40  # tokens for roles and marks, which servers add to the messages
_NO_QUESTION = Text("What do these logs mean?", "上述日志说明什么？")
_NO_KEY = Text(
    "no model is configured: set OPENAI_API_KEY, or OPENAI_BASE_URL for a server of your own",
    "没有配置模型：请设置 OPENAI_API_KEY，自己的服务器请设置 OPENAI_BASE_URL",
)
_STOPPED = Text("stopped", "已停止")
_CUT = Text(
    "(The answer ends here: it reached the limit of {0} tokens.)", "（回答到此为止：已达到 {0} 个 token 的上限。）"
)


def answer_with_model(
    settings: chat.ModelSettings,
    report: Report,
    knowledge: Knowledge,
    language: Language,
    question: str,
    rules_answer: Answer,
    history: Sequence[tuple[str, str]],
    sources: Sequence[Source],
    redact: bool,
    outbox: Outbox | None = None,
) -> ModelAnswer:
    """The model's answer as an iterator over pieces of Markdown. Nothing is sent before the first piece is asked for.

    The explanation of everything has all that it needs in its context; for a follow-up, the model may look into logs.

    Raises:
        ModelError: no key and no server, or the packages are missing; while iterating, any failure of the model.
    """
    if not reachable(settings):
        raise ModelError(_NO_KEY.get(language))
    extra.require()
    asked = Question(report, knowledge, language, question, rules_answer, history, sources)
    outbox = outbox or Outbox()
    return ModelAnswer(settings, asked, outbox.redactor if redact else None, outbox.take())


class ModelAnswer(Iterator[str]):
    """Pieces of an answer. `usage` and `model` are known when it is over. Dropping it hangs up.

    `tell` is called with one line for each thing that the model looks up before it answers.
    """

    def __init__(
        self, settings: chat.ModelSettings, question: Question, redactor: outgoing.Redactor | None, nonce: str
    ) -> None:
        self._call = _Call(settings, question, redactor, nonce)
        self._pieces = self._call.run()  # it refers to the call and not to us, so that it ends when nobody has us

    def __next__(self) -> str:
        return next(self._pieces)

    @property
    def tell(self) -> Callable[[str], None]:
        """Who is told what the model looks up; nobody at first."""
        return self._call.tell

    @tell.setter
    def tell(self, tell: Callable[[str], None]) -> None:
        self._call.tell = tell

    @property
    def usage(self) -> chat.Usage | None:
        """The tokens used, once the answer is complete."""
        return self._call.usage

    @property
    def model(self) -> str:
        """The model that answers, or was asked last."""
        return self._call.model

    def close(self) -> None:
        """Hang up. From any thread: a reader in another one gets a ModelError at once."""
        self._call.stop()


class _Call:
    """One answer under way: what was sent, what came, and how to stop it."""

    def __init__(
        self, settings: chat.ModelSettings, question: Question, redactor: outgoing.Redactor | None, nonce: str
    ) -> None:
        self.usage: chat.Usage | None = None
        self.model = settings.model
        self.tell: Callable[[str], None] = lambda _: None
        self._settings, self._question, self._redactor = settings, question, redactor
        self._wire = Wire()
        self._nonce = nonce
        self._stopped = False
        self._said_before: list[chat.Message] = []
        self._sent = self._cut_at = 0  # tokens
        self._tools = None
        if question.is_follow_up and settings.tools:
            self._tools = LogTools(question, self._nonce, redactor, lambda: self._wire.is_cut)

    def stop(self) -> None:
        self._stopped = True
        self._wire.cut()

    def run(self) -> Iterator[str]:
        language = self._question.language
        rules = self._question.rules_answer.markdown
        try:
            for text in hold(self._attempt, self._ground, rules, language, self._say):
                if text:
                    yield text
            if self._cut_at:
                yield f"\n{_CUT.get(language).format(self._cut_at)}\n"
        except (Failure, Nonsense) as problem:
            reason = _STOPPED if self._stopped else problem.reason
            raise ModelError(reason.get(language)) from problem
        finally:
            self._wire.cut()

    def _say(self, line: str) -> None:
        self.tell(line)

    def _ground(self) -> Ground:
        asked = self._question
        explained = [explain(asked.report, asked.knowledge, language) for language in LANGUAGES]
        return ground_of(
            asked.report,
            asked.knowledge,
            asked.language,
            sources=asked.sources,
            answers=(*explained, asked.rules_answer),
            shown=self._tools.shown if self._tools else None,
        )

    def _attempt(self, answer: str, complaint: str) -> Generator[str, None, None]:
        """What the model says; the second time with its first answer and what was wrong with it."""
        if self._stopped:
            raise Failure(_STOPPED)
        self._wire, self._cut_at = Wire(), 0
        self._said_before = [("assistant", answer[:_BEFORE]), ("user", complaint)] if complaint else []
        language = self._question.language
        lines = {source.index: source.lines for source in self._question.report.sources}
        headings = prompts.headings(prompts.template("context", language))
        watch = Watch(language, lines, marks=(self._nonce,), headings=headings, rows=ROW)
        try:
            for piece in outgoing.restored(without_thoughts(self._texts()), self._redactor):
                if piece:
                    watch.feed(piece)
                    yield piece
            watch.finish()
        except GeneratorExit:  # what was heard is enough; the server told no count of its own
            self._add(chat.Usage(self.model, self._sent, tokens.count(watch.text), estimated=True, largest=self._sent))
            raise
        finally:
            self._wire.cut()

    def _texts(self) -> Iterator[str]:
        language = self._question.language
        for item in chat.stream(self._settings, self._messages, self._wire, tools=self._tools):
            if isinstance(item, chat.Attempt):
                self.model = item.model
            elif isinstance(item, chat.Piece):
                yield item.text
            elif isinstance(item, chat.ToolUse):
                given = self._tools.restored(item.arguments) if self._tools else item.arguments
                self.tell(f"{spoken(item.name, given, language)} …")
            elif item.usage:
                self._add(item.usage)
                if item.cut:
                    once = item.usage.calls == 1
                    self._cut_at = item.usage.output_tokens if once else self._settings.max_tokens

    def _add(self, used: chat.Usage) -> None:
        """The tokens of one more attempt."""
        self.usage = used if self.usage is None else self.usage.with_more(used)

    def _messages(self) -> list[chat.Message]:
        messages = opening(self._question, self._nonce, self._redactor, self._tools)
        messages += [(role, outgoing.outgoing(text, self._redactor)) for role, text in self._said_before]
        self._sent = sum(tokens.count(text) for _, text in messages)
        return messages


def opening(
    question: Question, nonce: str, redactor: outgoing.Redactor | None, tools: LogTools | None
) -> list[chat.Message]:
    """The messages as they leave. What is added to them later passes the tools' own gate."""
    messages = compose(question, nonce, BUDGET - (tools.cost() if tools else 0))
    # The only place where text leaves.
    return [(role, outgoing.outgoing(text, redactor)) for role, text in messages]


def compose(question: Question, nonce: str, budget: int = BUDGET) -> list[chat.Message]:
    """The messages, together at most `budget` tokens. The system message holds nothing that came out of a log.

    Raises:
        ConfigurationError: a prompt file is missing or does not fit the program.
    """
    language = question.language
    asked = question.text.strip()[:_QUESTION] or _NO_QUESTION.get(language)
    kind = "followup" if question.is_follow_up else "question"
    system = prompts.render("system", language, {"nonce": nonce})
    bare = tokens.count(system + prompts.template("context", language) + prompts.template(kind, language) + asked)
    material = Material(
        report=question.report,
        answer=question.rules_answer,
        entries=_relevant(question, asked),
        history=question.history,
        sources=question.sources,
        language=language,
        question=question.text,
        nonce=nonce,
    )
    values = blocks(material, max(0, budget - bare - 2 * tokens.count(nonce) - _RESERVE))
    context = prompts.render("context", language, {**values, "nonce": nonce})
    return [("system", system), ("user", prompts.render(kind, language, {"context": context, "question": asked}))]


def _relevant(question: Question, asked: str) -> list[Entry]:
    """Entries that fired, then entries that the question is about."""
    entries = question.knowledge.entries
    fired = [*question.report.root_causes, *(finding.entry for finding in question.report.findings if finding.observed)]
    near = [entry.id for entry, _ in search(asked, question.knowledge, _ENTRIES, embed.at_hand(question.knowledge))]
    order = [*near, *fired] if question.is_follow_up else [*fired, *near]
    return [entries[name] for name in dict.fromkeys(order) if name in entries][:_ENTRIES]
