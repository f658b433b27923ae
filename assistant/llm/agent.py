"""A model that may look into the logs before it answers: langchain's agent, bounded.

At most `ROUNDS` rounds of tool calls and `CALLS` calls are made; after that no tool is offered, and the model must
answer. A model that does not call tools is asked once more with the same context and none. Nothing is kept by the
agent: the session has its own history, and the messages of each question are made anew.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from assistant.llm.calls import Asking, Call, Said
from assistant.llm.failures import Failure, broken
from assistant.llm.items import Emit, End, Message, Toolbox, ToolUse
from assistant.llm.wire import Wire

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage, AnyMessage, ToolMessage

ROUNDS = 4
CALLS = 6


def converse(asking: Asking, messages: Sequence[Message], tools: Toolbox | None, wire: Wire, emit: Emit) -> None:
    """One answer, to its end. Without tools, or with a model that has no use for them, that is one call.

    Raises:
        Failure: the model did not answer, or not to the end.
    """
    said = None
    if tools is not None and asking.offers_tools:
        said = _Conversation(asking, messages, tools, wire, emit).run()
    if said is None:
        said = asking.ask(messages)
    if said is None:  # it is asked without tools, so that it cannot refuse them
        raise Failure(broken(asking.target.where))
    emit(End(said.cut, asking.usage))


class _Conversation:
    """The rounds of one answer."""

    def __init__(self, asking: Asking, messages: Sequence[Message], tools: Toolbox, wire: Wire, emit: Emit) -> None:
        self._asking, self._messages, self._tools, self._wire, self._emit = asking, messages, tools, wire, emit
        self._rounds = self._calls = 0
        self._lock = threading.Lock()
        self._odd: dict[str, Call] = {}
        self._done: set[str] = set()
        self._said: Said | None = None

    def run(self) -> Said | None:
        """What was said at last; None when it has to be asked without tools from the beginning."""
        from langchain.agents import create_agent  # noqa: PLC0415 - an extra
        from langchain.agents.middleware import AgentMiddleware, ModelResponse  # noqa: PLC0415 - an extra
        from langchain_core.language_models.fake_chat_models import FakeListChatModel  # noqa: PLC0415 - an extra

        conversation = self

        class Bounded(AgentMiddleware):
            """Asks in the agent's place, with our deadlines and fallbacks, and counts."""

            def wrap_model_call(self, request: Any, handler: Any) -> Any:  # noqa: ARG002 - the library's interface
                return ModelResponse(result=[conversation.answer(request.messages)])

            def wrap_tool_call(self, request: Any, handler: Callable[[Any], Any]) -> Any:
                return conversation.look_up(request, handler)

        agent = create_agent(
            FakeListChatModel(responses=[""]),  # never asked: each call is made by `answer`
            [self._tool(spec["function"]) for spec in self._tools.specs],
            middleware=[Bounded()],
        )
        opening: list[Any] = list(self._opening())
        agent.invoke({"messages": opening})
        return self._said

    def answer(self, messages: Sequence[AnyMessage]) -> AIMessage:
        """One call of the model, as the agent's next message."""
        from langchain_core.messages import AIMessage  # noqa: PLC0415 - an extra

        offered = self._rounds < ROUNDS and self._calls < CALLS and self._asking.offers_tools
        said = self._asking.ask(messages, self._tools.specs) if offered else None
        if said is None and len(messages) > len(self._messages):
            said = self._asking.ask(self._told(messages))
        self._said = said
        if said is None or not said.calls:
            return AIMessage(said.text if said else "")
        self._rounds += 1
        self._odd = {call.id: call for call in said.calls if call.problem}  # servers may give an id again
        calls = [{"name": call.name, "args": dict(call.arguments), "id": call.id} for call in said.calls]
        return AIMessage(said.text, tool_calls=calls)

    def look_up(self, request: Any, handler: Callable[[Any], Any]) -> ToolMessage:
        """One tool call. Whatever is wrong with it is said to the model."""
        with self._lock:  # the library carries out the calls of a round side by side, and all read the same logs
            if self._wire.is_cut:
                raise Failure(broken(self._asking.target.where))
            return self._carry_out(request, handler)

    def _carry_out(self, request: Any, handler: Callable[[Any], Any]) -> ToolMessage:
        from langchain_core.messages import ToolMessage  # noqa: PLC0415 - an extra

        call = request.tool_call
        self._calls += 1
        odd = self._odd.get(call["id"])
        same = json.dumps([call["name"], call["args"]], sort_keys=True)
        if same in self._done and odd is None:  # small models go round in circles
            self._calls = max(self._calls, CALLS)
            text = self._tools.refuse("this was looked up already: answer with what you have")
        elif self._calls > CALLS:
            text = self._tools.refuse("no more look-ups for this question: answer with what you have")
        elif odd is not None:
            text = self._tools.refuse(f"the arguments are not valid JSON: {odd.problem}")
        elif request.tool is None:
            text = self._tools.use(call["name"], call["args"])  # which says that there is none of that name
        else:
            self._done.add(same)
            self._emit(ToolUse(call["name"], dict(call["args"])))
            result: ToolMessage = handler(request)
            return result
        return ToolMessage(text, tool_call_id=call["id"], name=call["name"])

    def _tool(self, function: Any) -> Any:
        from langchain_core.tools import StructuredTool  # noqa: PLC0415 - an extra

        name = function["name"]
        return StructuredTool(
            name=name,
            description=function["description"],
            args_schema=function["parameters"],
            func=lambda **arguments: self._tools.use(name, arguments),
        )

    def _opening(self) -> list[Message]:
        (role, system), *rest = self._messages
        return [(role, f"{system}\n\n{self._tools.instructions}"), *rest]

    def _told(self, messages: Sequence[AnyMessage]) -> list[Message]:
        """The first messages with all that was looked up in the last of them: for a request that offers no tools.

        Some servers take no tool messages in such a request, and some models take no two messages of one role.
        """
        found = [str(message.content) for message in messages if message.type == "tool"]
        *first, (role, text) = self._messages
        return [*first, (role, "\n\n".join([text, *found, self._tools.closing]))]
