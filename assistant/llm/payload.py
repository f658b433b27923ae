"""What the next question would send, word for word, without sending it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.llm.answer import opening
from assistant.llm.items import Message
from assistant.llm.outbox import Outbox
from assistant.llm.question import Question
from assistant.llm.tools import LogTools


@dataclass(frozen=True, slots=True)
class Payload:
    """The messages of the first request, masked, and what each token in them stands for here.

    `tools`: names of the tools that are offered with them. A model that uses one makes further requests, whose results
    pass the same gate.
    """

    messages: Sequence[Message]
    values: Mapping[str, str]
    tools: tuple[str, ...] = ()


def payload(question: Question, outbox: Outbox, *, redact: bool, tools: bool) -> Payload:
    """The first request for a question. Nothing is sent, and the outbox keeps its mark for the real one."""
    redactor = outbox.redactor if redact else None
    offered = LogTools(question, outbox.nonce, redactor, lambda: False) if tools and question.is_follow_up else None
    messages = opening(question, outbox.nonce, redactor, offered)
    if offered is not None:
        (role, system), *rest = messages
        messages = [(role, f"{system}\n\n{offered.instructions}"), *rest]
    text = "\n".join(text for _, text in messages)
    used = {token: value for token, value in outbox.redactor.values.items() if token in text} if redact else {}
    names = tuple(str(spec["function"]["name"]) for spec in offered.specs) if offered else ()
    return Payload(tuple(messages), used, names)
