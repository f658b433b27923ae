"""What commands say of a host: memory, swap, file systems, load, limits, its largest processes.

These are of the moment in which the command was run. Only the size of memory and swap, which hardly ever changes, may be
said of the moment of a failure; hence `host.memory` and `host.memory_now` are two facts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Self

from assistant.facts.builder import stated
from assistant.i18n import Text
from assistant.model import Event, Fact

FULL, NEARLY_FULL = 100, 90  # per cent, as df rounds them (up)
LOW = 10.0  # per cent of memory available
LARGEST = 5
# images that are read-only and always full: snaps, ISO images
_IMAGES = ("/dev/loop", "/dev/sr")
_IMAGE_MOUNTS = ("/snap/", "/var/lib/snapd/", "/media/cdrom")
_IMAGE_TYPES = frozenset({"squashfs", "iso9660", "erofs"})
MAX_KEPT = 2_000


class HostBuilder:
    """Concludes `host.*`, `disk.*`, `inodes.*` and `limits.*` from commands; of a command that was run twice, the last."""

    kinds = frozenset({"command.free", "command.df", "command.uptime", "command.ulimit", "command.process"})

    def __init__(self) -> None:
        self._last: dict[tuple[str, str], Event] = {}

    def add(self, event: Event) -> None:
        """Take one row."""
        values = event.attributes
        names = {
            "command.free": "what",
            "command.df": "mountpoint",
            "command.ulimit": "option",
            "command.process": "process.pid",
        }
        key = str(values.get(names.get(event.kind, ""), "")) + str(values.get("inodes", ""))
        if len(self._last) < MAX_KEPT:
            self._last[event.kind, key] = event

    def merge(self, other: Self) -> None:
        """Take over a later source, which says how things were later."""
        self._last |= other._last

    def conclude(self) -> Iterable[Fact]:
        """The facts, in a stable order."""
        for (kind, _), event in self._last.items():
            if kind == "command.free":
                yield from _memory(event)
            elif kind == "command.df":
                yield from _filesystem(event)
            elif kind == "command.uptime":
                yield stated("host.uptime", [event.evidence], "uptime", **event.attributes)
            elif kind == "command.ulimit" and event.attributes["option"] == "n":
                yield stated("limits.shell_files", [event.evidence], "ulimit", limit=event.attributes["limit"] or -1)
        yield from _largest([event for (kind, _), event in self._last.items() if kind == "command.process"])


def _memory(event: Event) -> Iterator[Fact]:
    values = event.attributes
    total, available, used = (values.get(f"{name}_kb") for name in ("total", "available", "used"))
    if not isinstance(total, int):
        return
    here = [event.evidence]
    if values["what"] == "swap":
        kind = "host.swap" if total else "host.no_swap"
        yield stated(kind, here, "free", total_kb=total, free_kb=values.get("free_kb"), used_kb=used)
        return
    yield stated("host.memory", here, "free", total_kb=total, usable_kb=total)
    if isinstance(available, int) and total:
        yield stated(
            "host.memory_now", here, "free", total_kb=total, available_kb=available, percent=100 * available / total,
            low=100 * available / total < LOW, estimated=values.get("estimated") is True,
        )  # fmt: skip


def _filesystem(event: Event) -> Iterator[Fact]:
    values = event.attributes
    mount, device, percent = str(values["mountpoint"]), str(values["device"]), values["percent"]
    is_image = device.startswith(_IMAGES) or mount.startswith(_IMAGE_MOUNTS) or values.get("type") in _IMAGE_TYPES
    if not isinstance(percent, int) or percent < NEARLY_FULL or is_image:
        return
    what = "inodes" if values["inodes"] else "disk"
    state = "full" if percent >= FULL else "nearly_full"
    yield stated(
        f"{what}.{state}", [event.evidence], mount, mountpoint=mount, device=device, percent=percent,
        size=values["size"], used=values["used"], free=values["free"],
    )  # fmt: skip


def _largest(events: list[Event]) -> Iterator[Fact]:
    sized = [(rss, event) for event in events if isinstance(rss := event.attributes.get("rss_kb"), int) and rss]
    if not sized:
        return
    sized.sort(key=lambda pair: -pair[0])
    top = sized[:LARGEST]
    shown = tuple(
        f"{event.attributes['name']} ({event.attributes['process.pid']}) {rss / 1024:,.0f} MiB" for rss, event in top
    )
    yield stated(
        "host.largest_processes", [event.evidence for _, event in top], "ps", processes=shown, count=len(sized)
    )


BUILDER = HostBuilder
SENTENCES = {
    "host.memory_now": Text(
        "{available_kb|mib} of {total_kb|mib} memory were available when the command was run ({percent|pct}); that says nothing of "
        "the moment of a failure",
        "执行命令时 {total_kb|mib} 内存中可用 {available_kb|mib}（{percent|pct}）；这不代表故障当时的情况",
    ),
    "host.uptime": Text("the host has been up for {seconds|dur}, load {load}", "主机已运行 {seconds|dur}，负载 {load}"),
    "host.largest_processes": Text(
        "largest processes when the command was run (resident): {processes}",
        "执行命令时常驻内存最大的进程：{processes}",
    ),
    "disk.full": Text(
        "the file system {mountpoint} ({device}) is full: {percent} % of {size} used, {free} free for users",
        "文件系统 {mountpoint}（{device}）已满：{size} 已用 {percent} %，普通用户还剩 {free}",
    ),
    "disk.nearly_full": Text(
        "the file system {mountpoint} ({device}) is {percent} % full, {free} free",
        "文件系统 {mountpoint}（{device}）已用 {percent} %，还剩 {free}",
    ),
    "inodes.full": Text(
        "the file system {mountpoint} ({device}) has no inodes left ({used} of {size} used): no file can be created, whatever space is free",
        "文件系统 {mountpoint}（{device}）的 inode 已用完（{size} 已用 {used}）：不管剩多少空间都无法新建文件",
    ),
    "inodes.nearly_full": Text(
        "the file system {mountpoint} ({device}) has {percent} % of its inodes used, {free} free",
        "文件系统 {mountpoint}（{device}）的 inode 已用 {percent} %，还剩 {free}",
    ),
    "limits.shell_files": Text(
        "open files in that shell: {limit} (-1: unlimited); a service has its own limit, see /proc/<pid>/limits",
        "该 shell 的打开文件数上限：{limit}（-1 表示不限）；服务有自己的上限，见 /proc/<pid>/limits",
    ),
}
