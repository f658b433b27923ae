"""One question to one of several models, streamed: retries, fallbacks, deadlines, and what the model looks up.

A thread reads from the server, and the caller waits on a queue. So the caller's deadlines hold whatever the thread
hangs in (a name lookup has no time-out), an interrupt is seen at once, also while a tool searches a large log, and the
first import of the libraries, which takes seconds, can be interrupted too. Leaving the generator cuts the connection,
which ends the thread.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Generator, Sequence

from assistant.i18n import Text
from assistant.llm.agent import converse
from assistant.llm.calls import Asking
from assistant.llm.failures import Failure, broken, explain
from assistant.llm.items import Arguments, Attempt, End, Item, Message, Piece, Toolbox, ToolUse, Usage
from assistant.llm.limits import Deadlines, Limits
from assistant.llm.quiet import silent
from assistant.llm.targets import OPENAI, Endpoint, ModelSettings, targets
from assistant.llm.wire import Wire

__all__ = [
    "OPENAI",
    "Arguments",
    "Attempt",
    "End",
    "Endpoint",
    "Item",
    "Limits",
    "Message",
    "ModelSettings",
    "Piece",
    "ToolUse",
    "Toolbox",
    "Usage",
    "stream",
]

Prepare = Callable[[], Sequence[Message]]


def stream(
    settings: ModelSettings,
    prepare: Prepare,
    wire: Wire,
    limits: Limits | None = None,
    tools: Toolbox | None = None,
) -> Generator[Item]:
    """The answer as it comes. `prepare` makes the messages, in the reading thread, because counting tokens is slow.

    With `tools`, the model may look things up first; each look-up is an item of its own.

    Raises:
        Failure: the model did not answer, or not to the end.
    """
    limits = limits or Limits.of(settings)
    where = targets(settings)[0].where
    box: queue.SimpleQueue[Item | BaseException] = queue.SimpleQueue()
    arguments = (settings, prepare, wire, limits, tools, box)
    reader = threading.Thread(target=_read, args=arguments, daemon=True, name="model")
    clock = Deadlines(limits, wire, where)
    try:
        reader.start()
        while True:
            try:
                item = box.get(timeout=clock.left())
            except queue.Empty:
                clock.check()
                continue
            if isinstance(item, BaseException):
                raise item if isinstance(item, Failure) else Failure(broken(where)) from item
            clock.seen(item)
            yield item
            if isinstance(item, End):
                return
    finally:
        wire.cut()


def _read(
    settings: ModelSettings,
    prepare: Prepare,
    wire: Wire,
    limits: Limits,
    tools: Toolbox | None,
    box: queue.SimpleQueue[Item | BaseException],
) -> None:
    try:
        with silent():
            messages = prepare()
            asking = Asking(settings, wire, limits, box.put)
            converse(asking, messages, tools, wire, box.put)
    except BaseException as error:  # noqa: BLE001 - whatever it is, the other thread must not wait for ever
        box.put(_as_failure(error, settings))


def _as_failure(error: BaseException, settings: ModelSettings) -> BaseException:
    try:
        return explain(error, settings.model, targets(settings)[0].where)
    except ImportError:
        return Failure(Text(f"a package is missing: {error}", f"缺少软件包：{error}"))
