"""A case: logs that a service really printed, and the truth about them.

One folder under `lab/cases/`, with its logs and a `truth.toml`:

    title = "The application's port is taken by another program"
    part = "tuned"                    # or "unseen": written after the entries, never tuned on
    logs = ["nginx.log", "app.log"]   # in the order in which they are pasted, each one a paste
    root = ["uvicorn/bind-in-use"]    # entries that are right as the first answer; empty when nothing is wrong
    cite = ["address already in use"] # what a line that the answer cites must hold
    say = ["127.0.0.1:8000"]          # what the answer must hold, in both languages
    never = ["out of memory", "内存不足"]  # what it must not claim
    not_root = ["kernel/oom-kill"]    # entries that must not be confirmed or likely
    made = "lab/scenarios/python.py: uvicorn 0.38, a second server on the port"
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

CASES = Path(__file__).resolve().parent / "cases"
PARTS = ("tuned", "unseen")
_LISTS = ("logs", "root", "cite", "say", "never", "not_root")
_KEYS = {*_LISTS, "title", "part", "made"}


@dataclass(frozen=True, slots=True)
class Case:
    """One case. `texts` are its pastes, as the services printed them."""

    name: str
    title: str
    part: str
    made: str
    logs: tuple[str, ...]
    texts: tuple[str, ...]
    root: tuple[str, ...] = ()
    cite: tuple[str, ...] = ()
    say: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    not_root: tuple[str, ...] = ()

    @property
    def healthy(self) -> bool:
        """Whether nothing is wrong in it."""
        return not self.root


class BadCase(Exception):
    """A case that says too little, or something that nobody reads."""


def load(folder: Path) -> Case:
    """The case in a folder. Raises BadCase, with the file and what is wrong in it."""
    path = folder / "truth.toml"
    truth = tomllib.loads(path.read_text(encoding="utf-8"))
    if unknown := sorted(truth.keys() - _KEYS):
        raise BadCase(f"{path}: nobody reads {', '.join(unknown)}")
    if truth.get("part") not in PARTS:
        raise BadCase(f"{path}: part must be one of {', '.join(PARTS)}")
    for key in ("title", "made", "logs"):
        if not truth.get(key):
            raise BadCase(f"{path}: {key} is missing")
    if truth.get("root") and not truth.get("cite"):
        raise BadCase(f"{path}: a fault needs lines that a right answer must cite")
    lists = {key: tuple(truth.get(key, ())) for key in _LISTS}
    texts = tuple((folder / name).read_text(encoding="utf-8") for name in lists["logs"])
    for wanted in lists["cite"]:
        if not any(wanted in text for text in texts):
            raise BadCase(f"{path}: {wanted!r} stands in none of its logs")
    return Case(folder.name, truth["title"], truth["part"], truth["made"], texts=texts, **lists)


def load_all(root: Path = CASES) -> list[Case]:
    """All cases, by name."""
    return [load(path.parent) for path in sorted(root.glob("*/truth.toml"))]
