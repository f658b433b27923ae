"""Shell prompts with the command behind them, and the reader that outputs of commands have in common.

`root@web1:~# free -m`, `[root@web1 ~]# df -h`, `$ ss -ltnp`, `/app # ps`

A prompt is recognised by its shape (`user@host`), or, when it is a bare `$` or `#`, by a known program behind it. What
stands below it is read by the format of that program. Most outputs are recognised without a prompt too; those that are
one bare line (`true 137 3`) only below their command, or when they are all that was pasted.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from assistant.events.record import EMPTY, Emit, Record
from assistant.intake.lazily import lazily
from assistant.model import Event, Evidence, Severity, Value

PROGRAMS = frozenset(
    [
        "awk",
        "cat",
        "cd",
        "coredumpctl",
        "curl",
        "df",
        "dig",
        "dmesg",
        "docker",
        "du",
        "free",
        "getconf",
        "getent",
        "grep",
        "head",
        "iostat",
        "ip",
        "journalctl",
        "kubectl",
        "last",
        "ls",
        "lsof",
        "netstat",
        "nginx",
        "nproc",
        "oomctl",
        "pgrep",
        "ping",
        "podman",
        "ps",
        "sar",
        "ss",
        "sudo",
        "swapon",
        "sysctl",
        "systemctl",
        "systemd-cgtop",
        "tail",
        "top",
        "ulimit",
        "uname",
        "uptime",
        "vmstat",
        "w",
        "who",
    ]
)
_NAMED = lazily(
    r"(?:\([\w.-]{1,40}\) )?(?:\[[\w.⟨⟩-]{1,32}@[\w.⟨⟩-]{1,64} [^\]]{1,80}\]|[\w.⟨⟩-]{1,32}@[\w.⟨⟩-]{1,64}:[~/][^$#%]{0,120})"
    r" ?[$#%](?: +(?P<command>\S.*))?\s*$"
)
_BARE = lazily(r"(?:(?:ba|da|z|a)?sh-\d[\d.]*|[~/][\w./-]{0,120} )?[$#%] ?(?P<command>[a-z][\w.-]*(?: .*)?)$")
_WRAPPERS = frozenset({"sudo", "time", "exec", "command", "watch"})
_CONTAINER_EXEC = (["docker", "exec"], ["podman", "exec"], ["kubectl", "exec"])


class Prompt:
    """A command at a prompt: as typed, its words, and the program that prints the output ("" for an empty prompt)."""

    __slots__ = ("command", "words")

    def __init__(self, command: str, words: tuple[str, ...]) -> None:
        self.command, self.words = command, words

    @property
    def program(self) -> str:
        """The name of the program, without its folder."""
        return self.words[0].rpartition("/")[2] if self.words else ""

    @property
    def piped(self) -> bool:
        """Whether another program may have taken lines out of the output."""
        return any(mark in self.words for mark in ("|", ">", "|&")) or "|" in self.command.replace("'|'", "")

    @property
    def flags(self) -> str:
        """All one-letter options, joined: `-lt -n` gives `ltn`."""
        return "".join(word[1:] for word in self.words[1:] if word[:1] == "-" and word[1:2].isalpha())


@lru_cache(maxsize=8)
def prompt(text: str) -> Prompt | None:
    """The command of a prompt line; None when the line is no prompt."""
    first = text[:1]
    if first in "$#%~/" or (first in "bdzas" and "sh-" in text[:5]):
        match = _BARE().match(text)
        if match and match["command"].split()[0] in PROGRAMS:
            return _parse(match["command"])
    if "@" not in text[:80]:
        return None
    match = _NAMED().match(text)
    return _parse(match["command"] or "") if match else None


def _parse(command: str) -> Prompt:
    import shlex  # noqa: PLC0415 - most runs see no prompt, and starting should be quick

    try:
        words = shlex.split(command)
    except ValueError:  # a quote that is open goes on in the next line
        words = command.split()
    while words and words[0] in _WRAPPERS:
        words = words[1:]
        while words and words[0].startswith("-"):
            words = words[1:]
    if words[:2] in _CONTAINER_EXEC:
        rest = [word for word in words[2:] if not word.startswith("-")]
        words = rest[1:] or words
    return Prompt(command.strip(), tuple(words))


class CommandReader:
    """Reads what one family of programs prints: claims their prompts, and lines that `take` makes something of.

    A table is read as long as its lines follow one another; `gap` blank lines may stand in between.
    """

    programs: frozenset[str] = frozenset()
    gap = 0

    def __init__(self) -> None:
        self.command: Prompt | None = None
        self.asked: Evidence | None = None  # the prompt's line
        self._next = -1

    def read(self, record: Record, emit: Emit) -> bool:
        """Claim a prompt or a line of output."""
        if record.envelope is not EMPTY:
            return False
        line = record.line
        found = prompt(record.text)
        follows = self._next >= 0 and 0 <= line.number - self._next <= self.gap
        if self._next >= 0 and (found is not None or not follows):
            self.finish(emit)
            self.command, self.asked, self._next = None, None, -1
        if found is not None:
            if not self.wants(found):
                return False
            self.command, self.asked = found, record.evidence()
        elif not self.take(record, emit, follows=follows):
            return False
        self._next = line.last + 1
        return True

    def wants(self, command: Prompt) -> bool:
        """Whether this reader reads what a command prints."""
        return command.program in self.programs

    def take(self, record: Record, emit: Emit, *, follows: bool) -> bool:
        """Claim one line that is no prompt; `follows` when it stands below a line that was claimed."""
        raise NotImplementedError

    def finish(self, emit: Emit) -> None:
        """The output has ended: emit what was collected."""

    def close(self, emit: Emit) -> None:
        """The source has ended."""
        self.finish(emit)

    def asks(self, test: Callable[[Prompt], bool]) -> bool:
        """Whether the command above these lines is known and passes a test."""
        return self.command is not None and test(self.command)


def output(kind: str, evidence: Evidence, message: str, attributes: dict[str, Value]) -> Event:
    """An event from a command's output. It has no time: the output says how things were when it was run."""
    return Event(kind, evidence, message, None, Severity.INFO, kind.partition(".")[2], "", None, attributes)
