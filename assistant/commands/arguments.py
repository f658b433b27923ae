"""The command line as a parser: what may be typed, in the user's language, and the nearest word to a wrong one."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import assistant
from assistant.config import FAIL_ON, FORMATS, LANGS, nearest
from assistant.errors import UsageError
from assistant.i18n import Text, locale_language

_EXAMPLES = Text(
    """examples:
  assistant                              chat: paste a log, ask, paste the next one
  assistant explain error.log            explain a file
  dmesg | assistant explain -q 'why?'    explain what is piped in
  assistant ask 'would a longer timeout help?'
  assistant demo                         a real incident in three pastes, offline
""",
    """例子：
  assistant                              聊天：粘贴日志、提问、再粘贴下一段
  assistant explain error.log            解释一个文件
  dmesg | assistant explain -q 为什么     解释管道里的内容
  assistant ask 调大超时有用吗
  assistant demo                         离线回放一次真实故障（三次粘贴）
""",
)
_ABOUT = Text("Paste a log and ask what it means.", "粘贴日志，问它说明什么。")
_COMMANDS = {
    "chat": Text("the chat (the default)", "聊天（默认）"),
    "explain": Text("explain files or standard input, once", "解释文件或标准输入，一次性"),
    "ask": Text("ask about the last session", "就上一次会话继续提问"),
    "check": Text("check any text against the logs of a session", "用会话里的日志核对任意一段文字"),
    "sessions": Text(
        "list, show, export, fork, verify, rename or delete sessions", "列出、查看、导出、复制、校验、改名、删除会话"
    ),
    "knowledge": Text(
        "list, show, search, check or add failures that are known", "列出、查看、搜索、检查、新增已知故障"
    ),
    "demo": Text("replay a real incident, offline", "离线回放一次真实故障"),
    "config": Text("what is configured, and where", "当前配置及其来源"),
    "doctor": Text("whether everything works, the model too", "检查一切是否正常，包括模型"),
}


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(_better(message))


def parse(words: Sequence[str]) -> argparse.Namespace:
    """What was typed. Without a command, the chat is meant.

    Raises:
        UsageError: what was typed is no command of ours; names the nearest.
        SystemExit: after `--help` or `--version`.
    """
    parser, options = _parser()
    found, unknown = parser.parse_known_args(list(words))
    if found.command is None:
        found, unknown = parser.parse_known_args(["chat", *words])
    if unknown:
        raise UsageError(f"unknown argument {unknown[0]}{nearest(unknown[0], sorted(options))}")
    return found


def _parser() -> tuple[_Parser, set[str]]:
    language = locale_language()
    shared = _shared()
    parser = _Parser(
        prog="assistant",
        description=_ABOUT.get(language),
        epilog=_EXAMPLES.get(language),
        parents=[shared],
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"assistant {assistant.__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=_Parser)
    options = set(parser._option_string_actions)  # noqa: SLF001 - argparse has no public list of its options
    made = {
        name: commands.add_parser(name, parents=[shared], help=what.get(language), allow_abbrev=False)
        for name, what in _COMMANDS.items()
    }
    _add_own(made)
    for sub in made.values():
        options.update(sub._option_string_actions)  # noqa: SLF001 - as above
    return parser, options


def _add_own(made: dict[str, _Parser]) -> None:
    for name in ("chat", "explain"):
        made[name].add_argument("files", nargs="*", metavar="FILE", help="log files" + (", - for standard input"))
        made[name].add_argument("--no-session", action="store_true", help="keep nothing on disk")
    made["chat"].add_argument("--continue", dest="resume", action="store_true", help="go on with the last session")
    made["explain"].add_argument("-q", "--question", default="", help="what to ask about the log")
    made["ask"].add_argument("question", nargs="+", metavar="QUESTION")
    made["check"].add_argument("answer", metavar="ANSWER.md|-", help="the text to check; - for standard input")
    made["check"].add_argument("--log", action="append", metavar="FILE", help="a log to check it against, no session")
    made["check"].add_argument("--strict", action="store_true", help="exit 10 when a claim is not supported")

    sessions = made["sessions"].add_subparsers(dest="action", metavar="ACTION", required=True, parser_class=_Parser)
    for name, what in {
        "list": "all sessions, the last first",
        "show": "the conversation",
        "export": "incident report, conversation and logs: Markdown, or --format html|json",
        "verify": "whether the logs still are what they were, and the verdict too",
        "delete": "remove sessions, and logs that no other session holds",
    }.items():
        sub = sessions.add_parser(name, parents=[_shared()], help=what, description=what, allow_abbrev=False)
        if name in ("show", "export", "verify"):
            sub.add_argument("name", nargs="?", default="", metavar="NAME", help="the last one when left out")
        if name == "export":
            sub.add_argument("-o", "--output", type=Path, metavar="FILE", help="write to a file")
        if name == "delete":
            sub.add_argument("names", nargs="+", metavar="NAME")
    fork = sessions.add_parser("fork", parents=[_shared()], help="a copy that goes its own way", allow_abbrev=False)
    fork.add_argument("name", metavar="NAME")
    fork.add_argument("new", metavar="NEW")
    rename = sessions.add_parser("rename", parents=[_shared()], help="give a session another name", allow_abbrev=False)
    rename.add_argument("name", metavar="NAME")
    rename.add_argument("new", metavar="NEW")
    _add_knowledge(made)


def _add_knowledge(made: dict[str, _Parser]) -> None:
    knowledge = made["knowledge"].add_subparsers(dest="action", metavar="ACTION", required=True, parser_class=_Parser)
    for name, what in {
        "list": "every failure that is known",
        "show": "one failure: meaning, causes, fixes",
        "search": "failures that match some words",
        "check": "whether entries in folders are valid",
        "new": "start an entry from a log",
    }.items():
        sub = knowledge.add_parser(name, parents=[_shared()], help=what, description=what, allow_abbrev=False)
        if name == "show":
            sub.add_argument("entry", metavar="ENTRY")
        if name == "search":
            sub.add_argument("words", nargs="+", metavar="WORD")
        if name == "check":
            sub.add_argument("folders", nargs="*", type=Path, metavar="DIR")
        if name == "new":
            sub.add_argument("entry", metavar="AREA/NAME")
            sub.add_argument("log", nargs="?", metavar="FILE|-", help="the log; standard input without one")
            sub.add_argument("--into", type=Path, metavar="DIR", help="where the entry goes; else your own folder")


def _shared() -> _Parser:
    """Options that may stand before and after the command: without defaults, so that neither place wipes the other."""
    shared = _Parser(add_help=False, argument_default=argparse.SUPPRESS, allow_abbrev=False)
    group = shared.add_argument_group("shared options")
    flags: dict[str, str] = {
        "--offline": "rules only: no connection is opened",
        "--plain": "no colour, no rendering",
        "--require-model": "fail (exit 4) rather than let the rules answer",
    }
    for flag, what in flags.items():
        group.add_argument(flag, action="store_true", help=what)
    group.add_argument("--no-redact", dest="redact", action="store_false", help="send log text to the model as it is")
    group.add_argument("--lang", metavar="|".join(LANGS), type=_one_of(LANGS))
    group.add_argument("--format", metavar="|".join(FORMATS), type=_one_of(FORMATS))
    group.add_argument("--fail-on", metavar="|".join(FAIL_ON), type=_one_of(FAIL_ON), help="exit 10 on such a finding")
    group.add_argument("--session", metavar="NAME", help="the session to use")
    group.add_argument("--knowledge", metavar="DIR", action="append", help="a folder of your own entries")
    group.add_argument("--model", dest="model_name", metavar="NAME")
    group.add_argument("--base-url", dest="model_base_url", metavar="URL", help="an OpenAI-compatible server")
    return shared


def _one_of(known: tuple[str, ...]) -> type[str]:
    def read(word: str) -> str:
        if word not in known:
            raise argparse.ArgumentTypeError(f"{word!r} is none of {', '.join(known)}{nearest(word, known)}")
        return word

    return read  # type: ignore[return-value]  # argparse takes any function from text to a value


def _better(message: str) -> str:
    """Argparse's message as one line that says what to type instead."""
    wrong = re.search(r"invalid choice: '(.*?)' \(choose from (.*)\)", message)
    if not wrong:
        return message.removeprefix("argument ")
    word, known = wrong[1], re.findall(r"[\w-]+", wrong[2])
    if Path(word).is_file():
        return f"unknown command {word}; to explain this file: assistant explain {word}"
    return f"unknown command {word}{nearest(word, known) or ' (one of ' + ', '.join(known) + ')'}"
