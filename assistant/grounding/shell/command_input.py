"""What a command is given to read, where that is a program in itself: `… | sh`, `psql <<EOF`, `echo … | redis-cli`."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from assistant.grounding.shell import sql
from assistant.grounding.shell.command_words import Simple
from assistant.grounding.shell.databases import READ_STATEMENTS, redis_command
from assistant.grounding.shell.kinds import Judged, Kind, worst
from assistant.grounding.shell.wrapper_shapes import SHELLS
from assistant.i18n import Text

_FED: Judged = (Kind.CHANGES, Text("runs whatever is sent to it", "会执行送进来的任何内容"))
_ASKING = re.compile(r"\s*(?:show|stats?|ruok|mntr|srvr|info|ping)\b[^\n]*\s*$", re.IGNORECASE)  # HAProxy, memcached, …
_INTERPRETERS = frozenset(
    ["python", "python2", "python3", "perl", "ruby", "node", "nodejs", "php", "lua", "deno", "Rscript"]
)
_FLAGS = frozenset(["-", "-s", "-x", "-e", "-l", "-ex", "-i", "-u"])
_REDIS = frozenset(["redis-cli", "valkey-cli", "keydb-cli"])
_ELSEWHERE = frozenset(["ssh", "su", "sudo", "chroot", "nsenter"])  # shells, when no command is named


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is run in the end, and what it does."""

    program: str
    words: tuple[str, ...]
    kind: Kind
    why: Text

    def with_least(self, judged: Judged) -> Verdict:
        """The same, and at least that bad."""
        kind, why = worst((self.kind, self.why), judged)
        return replace(self, kind=kind, why=why)


Inner = Callable[[str], Sequence[Verdict]]  # judges a shell text within a command


def with_input(verdict: Verdict, command: Simple, inner: Inner) -> Verdict:
    """The verdict, made worse by what the command reads."""
    document = next((each.target.value for each in command.redirects if each.operator in {"<<", "<<<"}), None)
    if document is None and not command.piped and all(each.operator != "<" for each in command.redirects):
        return verdict
    given = document if document is not None else _literal(command.feeder)
    program = verdict.program
    if _is_shell(verdict):
        found = inner(given) if given else ()
        return verdict.with_least(worst(_FED, *((each.kind, each.why) for each in found)))
    if program in READ_STATEMENTS and verdict.kind is Kind.UNKNOWN:
        return replace(verdict, kind=Kind.SAFE).with_least(sql.judge(given)) if given else verdict.with_least(_FED)
    if program in _REDIS and verdict.kind is Kind.UNKNOWN:
        lines = [line.split() for line in (given or "").splitlines() if line.strip()]
        done = replace(verdict, kind=Kind.SAFE) if lines else verdict
        return done.with_least(worst(*map(redis_command, lines)) if lines else _FED)
    if program in {"socat", "nc", "ncat"} and given and all(_ASKING.match(line) for line in given.split(";")):
        return replace(verdict, kind=Kind.SAFE, why=Text("asks a service for its state", "询问服务的状态"))
    if program in _INTERPRETERS and all(word.startswith("-") for word in verdict.words[1:]):
        return verdict.with_least(_FED)
    return verdict


def _is_shell(verdict: Verdict) -> bool:
    """Whether it reads commands: a shell without a script, a job for later, a shell elsewhere."""
    if verdict.program in SHELLS:
        return "-s" in verdict.words or all(word in _FLAGS for word in verdict.words[1:])
    return verdict.program in {"at", "batch"} or (verdict.program in _ELSEWHERE and verdict.kind is Kind.UNKNOWN)


def _literal(feeder: str) -> str | None:
    """What `echo '…'` and `printf '…'` print, and what stands in a here-document; None when it is not known."""
    match = re.fullmatch(r"\s*(?:echo|printf)\s+(?:-[neE]+\s+)?(.*)", feeder, re.DOTALL)
    if match is None:
        return feeder if feeder.endswith("\n") else None
    text = match[1].strip()
    if any(mark in text for mark in "`$|"):
        return None
    return re.sub(r"['\"]", "", text).replace("\\n", "\n")
