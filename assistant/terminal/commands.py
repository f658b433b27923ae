"""The slash commands of the chat: one table, English and Chinese names for each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from assistant.config import nearest
from assistant.errors import UsageError
from assistant.i18n import Language, Text
from assistant.incident import Incident
from assistant.terminal import incident_commands as look
from assistant.terminal import session_commands as session
from assistant.terminal.redact_command import redact

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

    def open(self, incident: Incident) -> None:
        """Go on with another session."""

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


COMMANDS: tuple[Command, ...] = (
    Command(("/help", "/帮助"), Text("this list", "这份列表"), _help),
    Command(
        ("/load", "/加载"),
        Text("read log files (patterns, .gz too) and explain them", "读取日志文件（可用通配符、.gz）并解释"),
        session.load,
        "FILE…",
    ),
    Command(
        ("/paste", "/粘贴"),
        Text("type or paste lines; a line with just . ends", "逐行输入，单独一行 . 结束"),
        session.paste,
    ),
    Command(("/sources", "/来源"), Text("the logs of this session", "本次会话的日志"), session.sources),
    Command(("/facts", "/事实"), Text("what the logs say, with lines", "日志说明的事实及其行号"), session.facts),
    Command(
        ("/evidence", "/证据"),
        Text("the findings with their lines", "各项发现及其依据的行"),
        session.evidence,
        "[n]",
    ),
    Command(
        ("/timeline", "/时间线"),
        Text("what happened, in order, with a chart", "按时间顺序发生了什么（含图）"),
        look.timeline,
    ),
    Command(("/graph", "/因果图"), Text("the chain of causes as a picture", "因果链图"), look.graph),
    Command(("/why", "/为什么"), Text("the reasons of each link", "每个结论的理由"), look.why),
    Command(("/probe", "/排查"), Text("commands that would tell more", "接下来该执行的命令"), look.probe),
    Command(
        ("/runbook", "/手册"),
        Text("what is known of a failure", "某个故障的处理手册"),
        look.runbook,
        "[ID|WORDS]",
    ),
    Command(("/diff", "/变化"), Text("what the last paste changed", "上一次粘贴改变了什么"), look.diff),
    Command(
        ("/note", "/备注"),
        Text("write something down for the report", "记一条备注，会写进报告"),
        look.note,
        "[TEXT]",
    ),
    Command(
        ("/report", "/报告"),
        Text("the incident report, also as .md, .html, .json", "故障报告，可写成 .md、.html、.json"),
        look.report,
        "[FILE]",
    ),
    Command(("/show", "/查看"), Text("lines of a source", "查看来源的原文"), session.show, "N[:LINE]"),
    Command(("/drop", "/移除"), Text("leave a source out", "不再考虑某个来源"), session.drop, "N"),
    Command(("/lang", "/语言"), Text("language of the answers", "回答的语言"), session.lang, "auto|zh|en"),
    Command(
        ("/offline", "/离线"),
        Text("rules only, or the model again", "只用规则，或恢复使用模型"),
        session.offline,
        "[on|off]",
    ),
    Command(("/model", "/模型"), Text("which model answers", "由哪个模型回答"), session.model, "[NAME]"),
    Command(
        ("/redact", "/脱敏"),
        Text("what the next question would send; masking on or off", "下一个问题会发送什么；开关脱敏"),
        redact,
        "[show [QUESTION]|on|off]",
    ),
    Command(
        ("/export", "/导出"),
        Text("write the conversation to a file", "把对话写入文件"),
        session.export,
        "[FILE]",
    ),
    Command(
        ("/sessions", "/会话"),
        Text("all sessions; with a name, go on with that one", "所有会话；给出名称则切换"),
        session.sessions,
        "[NAME]",
    ),
    Command(("/rename", "/改名"), Text("name this session", "给本次会话命名"), session.rename, "NAME"),
    Command(("/undo", "/撤销"), Text("forget the last question", "忘掉最后一次提问"), session.undo),
    Command(("/quit", "/退出"), Text("leave (Ctrl-D too)", "离开（也可按 Ctrl-D）"), _help),
)
TAKES_FILE = frozenset({"/load", "/加载", "/export", "/导出", "/report", "/报告"})
TAKES_ENTRY = frozenset({"/runbook", "/手册"})
TAKES_SESSION = frozenset({"/sessions", "/会话"})
_BY_NAME = {name: command for command in COMMANDS for name in command.names} | {
    "/exit": COMMANDS[-1],
    "/?": COMMANDS[0],
}
