"""One answer by a model: from the report to messages, and from the stream back to words for the user."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.errors import ModelError
from assistant.i18n import Language, Text
from assistant.intake.redact import Redactor
from assistant.knowledge import embed
from assistant.knowledge.entry import Entry, Knowledge
from assistant.knowledge.search import search
from assistant.llm import chat, extra, outgoing, prompts, tokens
from assistant.llm.context import BUDGET, Material, blocks
from assistant.llm.failures import Failure
from assistant.llm.sanity import Nonsense, Watch
from assistant.llm.thoughts import without_thoughts
from assistant.llm.wire import Wire
from assistant.model import Answer, Report, Source

_ENTRIES = 3
_QUESTION = 2000  # characters
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


@dataclass(frozen=True, slots=True)
class Question:
    """Everything that an answer is made from."""

    report: Report
    knowledge: Knowledge
    language: Language
    text: str
    rules_answer: Answer
    history: Sequence[tuple[str, str]]
    sources: Sequence[Source]


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
) -> ModelAnswer:
    """The model's answer as an iterator over pieces of Markdown. Nothing is sent before the first piece is asked for.

    Raises:
        ModelError: no key and no server, or the packages are missing; while iterating, any failure of the model.
    """
    if not (settings.api_key or settings.base_url):
        raise ModelError(_NO_KEY.get(language))
    extra.require()
    asked = Question(report, knowledge, language, question, rules_answer, history, sources)
    return ModelAnswer(settings, asked, Redactor() if redact else None)


class ModelAnswer(Iterator[str]):
    """Pieces of an answer. `usage` and `model` are known when it is over. Dropping it hangs up."""

    def __init__(self, settings: chat.ModelSettings, question: Question, redactor: outgoing.Redactor | None) -> None:
        self._call = _Call(settings, question, redactor)
        self._pieces = self._call.run()  # it refers to the call and not to us, so that it ends when nobody has us

    def __next__(self) -> str:
        return next(self._pieces)

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

    def __init__(self, settings: chat.ModelSettings, question: Question, redactor: outgoing.Redactor | None) -> None:
        self.usage: chat.Usage | None = None
        self.model = settings.model
        self._settings, self._question, self._redactor = settings, question, redactor
        self._wire = Wire()
        self._nonce = secrets.token_hex(8)
        self._sent = self._received = 0
        self._stopped = False

    def stop(self) -> None:
        self._stopped = True
        self._wire.cut()

    def run(self) -> Iterator[str]:
        language = self._question.language
        lines = {source.index: source.lines for source in self._question.report.sources}
        headings = prompts.headings(prompts.template("context", language))
        watch = Watch(language, lines, marks=(self._nonce,), headings=headings)
        try:
            for piece in outgoing.restored(without_thoughts(self._texts()), self._redactor):
                if piece:
                    watch.feed(piece)
                    yield piece
            watch.finish()
        except (Failure, Nonsense) as problem:
            reason = _STOPPED if self._stopped else problem.reason
            raise ModelError(reason.get(language)) from problem
        finally:
            self._wire.cut()

    def _texts(self) -> Iterator[str]:
        items = chat.stream(self._settings, self._messages, self._wire)
        for item in items:
            if isinstance(item, chat.Attempt):
                self.model = item.model
            elif isinstance(item, chat.Piece):
                self._received += len(item.text)
                yield item.text
            else:
                self.usage = item.usage or self._estimate()
                if item.cut:
                    yield "\n\n" + _CUT.get(self._question.language).format(self.usage.output_tokens)

    def _messages(self) -> list[chat.Message]:
        messages = compose(self._question, self._nonce)
        # The only place where text leaves: whatever is added to the messages passes here.
        sent = [(role, outgoing.outgoing(text, self._redactor)) for role, text in messages]
        self._sent = sum(tokens.count(text) for _, text in sent)
        return sent

    def _estimate(self) -> chat.Usage:
        return chat.Usage(self.model, self._sent, self._received // 3, estimated=True)


def compose(question: Question, nonce: str, budget: int = BUDGET) -> list[chat.Message]:
    """The messages, together at most `budget` tokens. The system message holds nothing that came out of a log.

    Raises:
        ConfigurationError: a prompt file is missing or does not fit the program.
    """
    language = question.language
    asked = question.text.strip()[:_QUESTION] or _NO_QUESTION.get(language)
    kind = "followup" if question.rules_answer.kind == "follow-up" else "question"
    system = prompts.render("system", language, {"nonce": nonce})
    bare = tokens.count(system + prompts.template("context", language) + prompts.template(kind, language) + asked)
    material = Material(
        report=question.report,
        answer=question.rules_answer,
        entries=_relevant(question, asked),
        history=question.history,
        sources=question.sources,
        language=language,
    )
    values = blocks(material, max(0, budget - bare - 2 * tokens.count(nonce) - _RESERVE))
    context = prompts.render("context", language, {**values, "nonce": nonce})
    return [("system", system), ("user", prompts.render(kind, language, {"context": context, "question": asked}))]


def _relevant(question: Question, asked: str) -> list[Entry]:
    """Entries that fired, then entries that the question is about."""
    entries = question.knowledge.entries
    fired = [*question.report.root_causes, *(finding.entry for finding in question.report.findings if finding.observed)]
    near = [entry.id for entry, _ in search(asked, question.knowledge, _ENTRIES, embed.at_hand(question.knowledge))]
    order = [*near, *fired] if question.rules_answer.kind == "follow-up" else [*fired, *near]
    return [entries[name] for name in dict.fromkeys(order) if name in entries][:_ENTRIES]
