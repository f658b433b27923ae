"""The slash commands of the chat: one table, English and Chinese names for each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from assistant.config import nearest
from assistant.errors import UsageError
from assistant.i18n import LANGUAGES, Language, Text
from assistant.incident import Incident
from assistant.terminal import views

_ON, _OFF = ("on", "yes", "1", "开"), ("off", "no", "0", "关")
_NOTHING_TO_UNDO = Text("there is nothing to undo", "没有可以撤销的内容")
_UNDONE = Text("the last question, and what came with it, is forgotten", "已忘掉最后一次提问和随它加入的内容")
_EXPORTED = Text("written to {path}", "已写入 {path}")
_DROPPED = Text("source [{number}] is left out from now on", "来源 [{number}] 已移除")
_NEEDS_FILE = Text("name a file: /load error.log", "请给出文件：/load error.log")
_NO_KEY = Text(
    "no key and no server are configured (see: assistant config)", "没有配置密钥或服务器（见 assistant config）"
)
_NO_SESSIONS = Text("no session is saved yet", "还没有保存过会话")
_SHOWN = 20
_UNKNOWN = Text("unknown command {name}{near}; /help lists them", "没有命令 {name}{near}，/帮助 列出所有命令")


class Desk(Protocol):
    """What a command may use of the chat."""

    incident: Incident

    def remark(self, line: str) -> None:
        """Print one line beside the answers."""

    def show(self, markdown: str) -> None:
        """Print Markdown."""

    def paste(self) -> None:
        """Take lines until one holds a dot only."""

    def answer(self, question: str = "") -> None:
        """Answer a question, or explain all."""


Action = Callable[[Desk, str], None]


@dataclass(frozen=True, slots=True)
class Command:
    """`names` in English then Chinese, `argument` as it is shown in the help."""

    names: tuple[str, ...]
    what: Text
    run: Action
    argument: str = ""


def run(line: str, desk: Desk) -> bool:
    """Carry out a line that starts with a slash. False when the chat is to end.

    Raises:
        UsageError: there is no such command, or not with this argument.
    """
    name, _, argument = line.strip().partition(" ")
    command = _BY_NAME.get(name.lower())
    if command is None:
        near = nearest(name, list(_BY_NAME))
        raise UsageError(_UNKNOWN.get(desk.incident.language()).format(name=name, near=near))
    if command.names[0] == "/quit":
        return False
    command.run(desk, argument.strip())
    return True


def names(language: Language) -> dict[str, str]:
    """Each name and what it does, for completion."""
    return {name: command.what.get(language) for command in COMMANDS for name in command.names}


def _help(desk: Desk, _: str) -> None:
    language = desk.incident.language()
    rows = [f"- `{' '.join((*c.names, c.argument)).rstrip()}`: {c.what.get(language)}" for c in COMMANDS]
    desk.show("\n".join(rows))


def _load(desk: Desk, argument: str) -> None:
    if not argument:
        raise UsageError(_NEEDS_FILE.get(desk.incident.language()))
    path = Path(argument).expanduser()
    desk.incident.attach(path, path.name)
    desk.answer()


def _sources(desk: Desk, _: str) -> None:
    desk.show(views.sources(desk.incident.report, desk.incident.language()))


def _facts(desk: Desk, _: str) -> None:
    desk.show(views.facts(desk.incident.report, desk.incident.language()))


def _evidence(desk: Desk, argument: str) -> None:
    desk.show(views.evidence(desk.incident.report, desk.incident.language(), _number(argument or "0", desk)))


def _timeline(desk: Desk, _: str) -> None:
    desk.show(views.timeline(desk.incident.report, desk.incident.language()))


def _show(desk: Desk, argument: str) -> None:
    number, _, line = argument.strip("[]").partition(":")
    wanted = _number(number, desk)
    source = next((source for source in desk.incident.sources if source.index == wanted), None)
    if source is None:
        raise UsageError(_no_source(wanted, desk))
    desk.show(views.lines(source, _number(line or "0", desk), desk.incident.language()))


def _drop(desk: Desk, argument: str) -> None:
    number = _number(argument.strip("[]"), desk)
    if number not in {source.index for source in desk.incident.sources}:
        raise UsageError(_no_source(number, desk))
    desk.incident.drop(number)
    desk.remark(_DROPPED.get(desk.incident.language()).format(number=number))


def _lang(desk: Desk, argument: str) -> None:
    known = ("auto", *LANGUAGES)
    if argument and argument not in known:
        raise UsageError(f"{argument}: {' | '.join(known)}{nearest(argument, known)}")
    _change(desk, lang=argument or "auto")
    desk.remark(f"lang = {desk.incident.settings.lang}")


def _offline(desk: Desk, argument: str) -> None:
    settings = desk.incident.settings
    wanted = _switch(argument, not settings.offline)
    if not wanted and not (settings.model.api_key or settings.model.base_url):
        raise UsageError(_NO_KEY.get(desk.incident.language()))
    _change(desk, offline=wanted, asked_offline=wanted)
    desk.remark(f"offline = {'on' if wanted else 'off'}")


def _model(desk: Desk, argument: str) -> None:
    settings = desk.incident.settings
    if argument:
        _change(desk, model=replace(settings.model, model=argument))
    desk.remark(f"model = {desk.incident.settings.model.model}{' (offline)' if settings.offline else ''}")


def _redact(desk: Desk, argument: str) -> None:
    _change(desk, redact=_switch(argument, not desk.incident.settings.redact))
    desk.remark(f"redact = {'on' if desk.incident.settings.redact else 'off'}")


def _export(desk: Desk, argument: str) -> None:
    path = Path(argument or f"{desk.incident.name or 'incident'}.md").expanduser()
    try:
        with path.open("x", encoding="utf-8") as file:  # never over something that is there
            file.write(_transcript(desk.incident))
    except OSError as problem:
        raise UsageError(f"{path}: {problem.strerror}") from None
    desk.remark(_EXPORTED.get(desk.incident.language()).format(path=path))


def _sessions(desk: Desk, _: str) -> None:
    sessions = desk.incident.sessions()
    if not sessions:
        raise UsageError(_NO_SESSIONS.get(desk.incident.language()))
    for session in sessions[:_SHOWN]:
        here = "*" if session.name == desk.incident.name else " "
        desk.remark(f"{here} {session.name}  {session.verdict or '-'} {', '.join(session.causes)}".rstrip())


def _rename(desk: Desk, argument: str) -> None:
    desk.incident.rename(argument)
    desk.remark(desk.incident.name)


def _undo(desk: Desk, _: str) -> None:
    done = desk.incident.undo()
    desk.remark((_UNDONE if done else _NOTHING_TO_UNDO).get(desk.incident.language()))


def _paste(desk: Desk, _: str) -> None:
    desk.paste()


def _transcript(incident: Incident) -> str:
    from assistant.sessions.export import to_markdown  # noqa: PLC0415 - this command only
    from assistant.sessions.records import Session  # noqa: PLC0415 - as above

    report = incident.report
    name = incident.name or "incident"
    session = Session(name, "", "", report.verdict, report.root_causes, len(incident.sources), len(incident.history))
    return to_markdown(session, (), incident.history, incident.language())


def _change(desk: Desk, **changes: object) -> None:
    desk.incident.settings = replace(desk.incident.settings, **changes)  # type: ignore[arg-type]  # named by our callers


def _switch(argument: str, other: bool) -> bool:
    word = argument.lower()
    if word and word not in (*_ON, *_OFF):
        raise UsageError(f"{argument}: on | off")
    return word in _ON if word else other


def _number(word: str, desk: Desk) -> int:
    if not (word.isascii() and word.isdecimal()):
        text = Text("a number is expected, not {word!r}", "这里应是数字，不是 {word!r}")
        raise UsageError(text.get(desk.incident.language()).format(word=word))
    return int(word)


def _no_source(number: int, desk: Desk) -> str:
    text = Text("there is no source [{number}]; /sources lists them", "没有来源 [{number}]，/来源 列出所有来源")
    return text.get(desk.incident.language()).format(number=number)


COMMANDS: tuple[Command, ...] = (
    Command(("/help", "/帮助"), Text("this list", "这份列表"), _help),
    Command(("/load", "/加载"), Text("read a log file and explain it", "读取日志文件并解释"), _load, "FILE"),
    Command(
        ("/paste", "/粘贴"), Text("type or paste lines; a line with just . ends", "逐行输入，单独一行 . 结束"), _paste
    ),
    Command(("/sources", "/来源"), Text("the logs of this session", "本次会话的日志"), _sources),
    Command(("/facts", "/事实"), Text("what the logs say, with lines", "日志说明的事实及其行号"), _facts),
    Command(("/evidence", "/证据"), Text("the findings with their lines", "各项发现及其依据的行"), _evidence, "[n]"),
    Command(("/timeline", "/时间线"), Text("what happened, in order", "按时间顺序发生了什么"), _timeline),
    Command(("/show", "/查看"), Text("lines of a source", "查看来源的原文"), _show, "N[:LINE]"),
    Command(("/drop", "/移除"), Text("leave a source out", "不再考虑某个来源"), _drop, "N"),
    Command(("/lang", "/语言"), Text("language of the answers", "回答的语言"), _lang, "auto|zh|en"),
    Command(
        ("/offline", "/离线"), Text("rules only, or the model again", "只用规则，或恢复使用模型"), _offline, "[on|off]"
    ),
    Command(("/model", "/模型"), Text("which model answers", "由哪个模型回答"), _model, "[NAME]"),
    Command(("/redact", "/脱敏"), Text("mask secrets before they are sent", "发送前隐去敏感信息"), _redact, "[on|off]"),
    Command(("/export", "/导出"), Text("write the conversation to a file", "把对话写入文件"), _export, "[FILE]"),
    Command(("/sessions", "/会话"), Text("all sessions", "所有会话"), _sessions),
    Command(("/rename", "/改名"), Text("name this session", "给本次会话命名"), _rename, "NAME"),
    Command(("/undo", "/撤销"), Text("forget the last question", "忘掉最后一次提问"), _undo),
    Command(("/quit", "/退出"), Text("leave (Ctrl-D too)", "离开（也可按 Ctrl-D）"), _help),
)
TAKES_FILE = frozenset({"/load", "/加载", "/export", "/导出"})
_BY_NAME = {name: command for command in COMMANDS for name in command.names} | {
    "/exit": COMMANDS[-1],
    "/?": COMMANDS[0],
}
