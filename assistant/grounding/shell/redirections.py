"""What redirections do: `> file`, `>> file`, `> /proc/sys/…`, `> /dev/sda`."""

from __future__ import annotations

from assistant.grounding.shell.command_words import Redirect
from assistant.grounding.shell.kinds import Judged, Kind
from assistant.i18n import Text
from assistant.intake.lazily import lazily

NONE: Judged = (Kind.SAFE, Text("only reads", "只读"))
_DISK: Judged = (Kind.DESTROYS, Text("writes to a disk or device directly", "直接写磁盘或设备"))
_SENDS: Judged = (Kind.CHANGES, Text("sends data to another machine", "把数据发送到另一台机器"))
_CONNECTS: Judged = (Kind.SAFE, Text("opens a connection", "建立一个连接"))
_SETTING: Judged = (Kind.CHANGES, Text("changes a kernel setting", "修改内核参数"))
_APPENDS: Judged = (Kind.CHANGES, Text("appends to a file", "向文件追加内容"))
_REPLACES: Judged = (Kind.CHANGES, Text("writes a file, and replaces what was in it", "写文件，会覆盖原有内容"))
_EMPTIES: Judged = (Kind.DESTROYS, Text("empties a file", "清空文件"))
_MEMORY = "/dev/shm/"  # noqa: S108 - files in memory, as somebody else may write them
_NOWHERE = lazily(r"/dev/(?:null|zero|full|std(?:in|out|err)|tty|fd/\d+)|\d+-?|-")


def judge(redirect: Redirect, *, empties: bool) -> Judged:
    """What one redirection does. `empties`: nothing is written, so that only the old content goes."""
    target = redirect.target.value
    if ">" not in redirect.operator or redirect.is_document:
        return _CONNECTS if network(target) else NONE
    if _NOWHERE().fullmatch(target):
        return NONE
    found = path(target)
    if found is not None:
        return found
    if ">>" in redirect.operator:
        return _APPENDS
    return _EMPTIES if empties else _REPLACES


def network(target: str) -> bool:
    """`/dev/tcp/host/port`, which bash opens as a connection."""
    return target.startswith(("/dev/tcp/", "/dev/udp/"))


def path(target: str) -> Judged | None:
    """What writing to a path means, where the path alone tells."""
    if network(target):
        return _SENDS
    if target.startswith("/dev/") and not target.startswith(_MEMORY) and not _NOWHERE().fullmatch(target):
        return _DISK
    if target.startswith(("/proc/", "/sys/")):
        return _SETTING
    return None
