"""One answer as it comes, by a model or by the rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Self

from assistant.errors import ModelError
from assistant.i18n import Language, Text
from assistant.model import Answer
from assistant.sessions.records import Turn

if TYPE_CHECKING:
    from assistant.incident.incident import Incident
    from assistant.llm import Usage

RULES = "rules"
_TOKENS = Text("{sent:,} tokens sent, {received:,} received", "发送 {sent:,} 个 token，收到 {received:,} 个")
_CALLS = Text(" ({calls} calls, the largest of {largest:,})", "（{calls} 次调用，最大一次 {largest:,}）")
_PRICE = Text(", {usd} at the list price of {as_of}", "，按 {as_of} 的标价约 {usd}")
_NO_MODEL = Text(
    "the model did not answer ({reason}); this is the rules' answer", "模型没有回答（{reason}），以下由规则给出"
)


class Reply:
    """An answer as it comes: iterate for pieces of Markdown. Closing it early keeps what was said, as stopped.

    `writer` is `rules` or the name of the model; it changes to `rules` when the model fails on the way.
    """

    def __init__(self, incident: Incident, turn: Turn, rules: Callable[[], Answer]) -> None:
        settings = incident.settings
        self.language: Language = turn.language
        self.writer = RULES if settings.offline else settings.model.model
        self.text = ""
        self.usage: Usage | None = None
        self._incident, self._turn, self._rules = incident, turn, rules
        self._open = True
        self._hang_up: Callable[[], None] = lambda: None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self.close(stopped=kind is not None)

    def __iter__(self) -> Iterator[str]:
        """The pieces, in order.

        Raises:
            ModelError: the model failed and a model is required.
        """
        answer = self._rules()
        if self.writer != RULES:
            try:
                yield from self._by_model(answer)
            except ModelError as problem:
                self._incident.scrub(problem)
                if self._incident.settings.require_model:
                    raise
                self._incident.tell(_NO_MODEL.get(self.language).format(reason=problem))
                if self.text:
                    yield "\n\n---\n\n"
                self.writer, self.text = RULES, ""
            else:
                return
        self.text = answer.markdown
        yield answer.markdown

    def whole(self) -> Answer:
        """The complete answer, once all of it is there."""
        with self:
            for _ in self:
                pass
        return self.answer

    @property
    def answer(self) -> Answer:
        """What was said so far."""
        return Answer(self.text, self.language, "follow-up" if self._turn.question else "explain")

    @property
    def cost(self) -> str:
        """Who wrote the answer and what it took, in one line; empty for the rules, which cost nothing."""
        if self.writer == RULES:
            return ""
        if self.usage is None:
            return self.writer
        used, language = self.usage, self.language
        told = _TOKENS.get(language).format(sent=used.input_tokens, received=used.output_tokens)
        if used.calls > 1:
            told += _CALLS.get(language).format(calls=used.calls, largest=used.largest)
        if used.usd is not None:
            from assistant.llm.prices import AS_OF, shown  # noqa: PLC0415 - only where a model answered

            told += _PRICE.get(language).format(usd=shown(used.usd), as_of=AS_OF)
        return f"{self.writer}: {'~' if used.estimated else ''}{told}"

    def close(self, *, stopped: bool = False) -> None:
        """Keep the answer. The second time does nothing."""
        if self._open:
            self._open = False
            self._hang_up()
            state = "stopped" if stopped else "answered"
            self._incident.conclude(replace(self._turn, answer=self.text, writer=self.writer, state=state))

    def _by_model(self, answer: Answer) -> Iterator[str]:
        incident = self._incident
        history = [(past.question, past.answer) for past in incident.history[:-1] if past.answer]
        settings = incident.settings
        pieces = incident.engine.answer_with_model(
            settings.model,
            incident.report,
            incident.knowledge,
            self.language,
            self._turn.question,
            answer,
            history,
            incident.sources,
            settings.redact,
            incident.outbox,
        )
        self._hang_up = getattr(pieces, "close", self._hang_up)
        if hasattr(pieces, "tell"):
            pieces.tell = incident.tell
        for piece in pieces:
            self.text += piece
            yield piece
        self.writer = getattr(pieces, "model", self.writer)  # a fallback may have answered
        self.usage = getattr(pieces, "usage", None)
