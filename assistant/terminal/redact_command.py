"""`/redact`: what the next question would send, word for word, before it is sent; and the switch for masking."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.i18n import Language, Text
from assistant.sessions.export import fenced

if TYPE_CHECKING:
    from assistant.llm.payload import Payload
    from assistant.terminal.commands import Desk

_SWITCH = {"on": True, "开": True, "off": False, "关": False}
_SHOW = ("show", "显示")
_HEAD = Text(
    "**The next question would send this, and nothing else. Nothing is sent now.**",
    "**下一个问题会发送的就是下面这些内容，此刻什么也没有发送。**",
)
_OFFLINE = Text(
    "The rules answer now: nothing is sent at all until a model is configured and `/offline off` is given.",
    "目前由规则回答：在配置模型并执行 `/离线 off` 之前，不会发送任何内容。",
)
_NOT_MASKED = Text(
    "Masking is off: values leave as they are. `/redact on` masks them.",
    "脱敏已关闭：内容将原样发送。`/脱敏 on` 可打开。",
)
_NOTHING = Text("Nothing in it had to be masked.", "其中没有需要隐去的内容。")
_MASKED = Text("Masked: {counts}. On this machine they stand for:", "已隐去：{counts}。它们在本机代表：")
_TOOLS = Text(
    "The model is offered tools that look into the logs: {names}. Their results are masked in the same way.",
    "模型可以使用查看日志的工具：{names}。工具的结果同样会先脱敏。",
)
_ROLES = {"system": Text("System message", "系统消息"), "user": Text("User message", "用户消息")}
_SHOWN = 80  # characters of a value


def redact(desk: Desk, argument: str) -> None:
    """Show what would be sent (`show`, or nothing, with a question or without), or switch masking `on` and `off`."""
    word, _, rest = argument.partition(" ")
    if word.lower() in _SWITCH and not rest.strip():
        settings = replace(desk.incident.settings, redact=_SWITCH[word.lower()])
        desk.incident.settings = settings
        desk.remark(f"redact = {'on' if settings.redact else 'off'}")
        return
    question = (rest if word.lower() in _SHOW else argument).strip()
    incident = desk.incident
    desk.show("\n\n".join(_parts(incident.preview(question), incident.language(question), desk)))


def _parts(sent: Payload, language: Language, desk: Desk) -> Iterator[str]:
    settings = desk.incident.settings
    yield _HEAD.get(language)
    if settings.offline:
        yield _OFFLINE.get(language)
    if not settings.redact:
        yield _NOT_MASKED.get(language)
    elif not sent.values:
        yield _NOTHING.get(language)
    else:
        yield _MASKED.get(language).format(counts=_counts(sent.values))
        yield "\n".join(f"- {token} = {_inline(value)}" for token, value in sent.values.items())
    if sent.tools:
        yield _TOOLS.get(language).format(names=", ".join(f"`{name}`" for name in sent.tools))
    for role, text in sent.messages:
        yield f"### {_ROLES[role].get(language) if role in _ROLES else role}"
        yield fenced(text, "text")


def _counts(values: Mapping[str, str]) -> str:
    kinds = Counter(token.strip("⟨⟩").rpartition("-")[0] for token in values)
    return ", ".join(f"{number} × {kind}" for kind, number in sorted(kinds.items()))


def _inline(value: str) -> str:
    """A value on one line, as code, whatever is in it."""
    line = " ".join(value.split()).replace("`", "'")
    return f"`{line if len(line) <= _SHOWN else line[: _SHOWN - 1] + '…'}`"
