"""Slash commands that change the session or show what is in it."""

from __future__ import annotations

import glob
import shlex
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.config import nearest
from assistant.errors import UsageError
from assistant.i18n import LANGUAGES, Text
from assistant.terminal import views

if TYPE_CHECKING:
    from assistant.incident import Incident
    from assistant.terminal.commands import Desk

_ON, _OFF = ("on", "yes", "1", "开"), ("off", "no", "0", "关")
_NOTHING_TO_UNDO = Text("there is nothing to undo", "没有可以撤销的内容")
_UNDONE = Text("the last question, and what came with it, is forgotten", "已忘掉最后一次提问和随它加入的内容")
_EXPORTED = Text("written to {path}", "已写入 {path}")
_DROPPED = Text("source [{number}] is left out from now on", "来源 [{number}] 已移除")
_NEEDS_FILE = Text("name a file: /load error.log", "请给出文件：/load error.log")
_BIG = 2_000_000  # bytes; reading less takes no time that anybody would notice
_READING = Text("reading {size:.0f} MB …", "正在读取 {size:.0f} MB …")
_NO_MATCH = Text("no file matches {pattern}", "没有文件匹配 {pattern}")
_NO_KEY = Text(
    "no key and no server are configured (see: assistant config)", "没有配置密钥或服务器（见 assistant config）"
)
_NO_SESSIONS = Text("no session is saved yet", "还没有保存过会话")
_SHOWN = 20


def load(desk: Desk, argument: str) -> None:
    """Files, by name or pattern; a name with blanks may stand in quotes or alone."""
    if not argument:
        raise UsageError(_NEEDS_FILE.get(desk.incident.language()))
    paths = _files(argument, desk)
    size = sum(path.stat().st_size for path in paths if path.is_file())
    if size > _BIG:
        desk.remark(_READING.get(desk.incident.language()).format(size=size / 1e6))
    for path in paths:
        desk.incident.attach(path, path.name)
    desk.answer()


def _files(argument: str, desk: Desk) -> list[Path]:
    whole = Path(argument).expanduser()
    if whole.exists():
        return [whole]
    try:
        words = shlex.split(argument)
    except ValueError:  # a quote that is not closed
        words = [argument]
    found: list[Path] = []
    for word in words:
        path = Path(word).expanduser()
        matches = sorted(glob.glob(str(path), recursive=True)) if glob.has_magic(word) else [str(path)]  # noqa: PTH207 - a pattern with a folder of its own
        if not matches:
            raise UsageError(_NO_MATCH.get(desk.incident.language()).format(pattern=word))
        found += [Path(match) for match in matches if not Path(match).is_dir()]
    return list(dict.fromkeys(found))


def sources(desk: Desk, _: str) -> None:
    """A table of the logs."""
    desk.show(views.sources(desk.incident.report, desk.incident.language()))


def facts(desk: Desk, _: str) -> None:
    """Each fact with its lines."""
    desk.show(views.facts(desk.incident.report, desk.incident.language()))


def evidence(desk: Desk, argument: str) -> None:
    """The findings with their lines; with a number, that one."""
    desk.show(views.evidence(desk.incident.report, desk.incident.language(), _number(argument or "0", desk)))


def show(desk: Desk, argument: str) -> None:
    """Lines of a source, around one when it is named."""
    number, _, line = argument.strip("[]").partition(":")
    wanted = _number(number, desk)
    source = next((source for source in desk.incident.sources if source.index == wanted), None)
    if source is None:
        raise UsageError(_no_source(wanted, desk))
    desk.show(views.lines(source, _number(line or "0", desk), desk.incident.language()))


def drop(desk: Desk, argument: str) -> None:
    """Leave a source out."""
    number = _number(argument.strip("[]"), desk)
    if number not in {source.index for source in desk.incident.sources}:
        raise UsageError(_no_source(number, desk))
    desk.incident.drop(number)
    desk.remark(_DROPPED.get(desk.incident.language()).format(number=number))


def lang(desk: Desk, argument: str) -> None:
    """The language of the answers."""
    known = ("auto", *LANGUAGES)
    if argument and argument not in known:
        raise UsageError(f"{argument}: {' | '.join(known)}{nearest(argument, known)}")
    _change(desk, lang=argument or "auto")
    desk.remark(f"lang = {desk.incident.settings.lang}")


def offline(desk: Desk, argument: str) -> None:
    """Rules only, or the model again."""
    settings = desk.incident.settings
    wanted = _switch(argument, not settings.offline)
    if not wanted and not settings.model.reachable:
        raise UsageError(_NO_KEY.get(desk.incident.language()))
    _change(desk, offline=wanted, asked_offline=wanted)
    desk.remark(f"offline = {'on' if wanted else 'off'}")


def model(desk: Desk, argument: str) -> None:
    """Which model answers."""
    settings = desk.incident.settings
    if argument:
        _change(desk, model=replace(settings.model, model=argument))
    desk.remark(f"model = {desk.incident.settings.model.model}{' (offline)' if settings.offline else ''}")


def export(desk: Desk, argument: str) -> None:
    """Write the conversation to a file that is not there yet."""
    path = Path(argument or f"{desk.incident.name or 'incident'}.md").expanduser()
    try:
        with path.open("x", encoding="utf-8") as file:  # never over something that is there
            file.write(_transcript(desk.incident.shareable()))
    except OSError as problem:
        raise UsageError(f"{path}: {problem.strerror}") from None
    desk.remark(_EXPORTED.get(desk.incident.language()).format(path=path))


def sessions(desk: Desk, argument: str) -> None:
    """All sessions with their verdicts; with a name, go on with that one."""
    if argument:
        desk.open(desk.incident.other(argument))
        return
    known = desk.incident.sessions()
    if not known:
        raise UsageError(_NO_SESSIONS.get(desk.incident.language()))
    for session in known[:_SHOWN]:
        here = "*" if session.name == desk.incident.name else " "
        desk.remark(f"{here} {session.name}  {session.verdict or '-'} {', '.join(session.causes)}".rstrip())


def rename(desk: Desk, argument: str) -> None:
    """Give this session a name."""
    desk.incident.rename(argument)
    desk.remark(desk.incident.name)


def undo(desk: Desk, _: str) -> None:
    """Forget the last question and what came with it."""
    done = desk.incident.undo()
    desk.remark((_UNDONE if done else _NOTHING_TO_UNDO).get(desk.incident.language()))


def paste(desk: Desk, _: str) -> None:
    """Take lines until one holds a dot only."""
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
