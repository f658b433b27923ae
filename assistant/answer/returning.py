"""Whether something came back: `did the container restart?`, `is nginx up again?`, from the facts of restarts alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.answer import honest, hunches
from assistant.answer.story import bullets

if TYPE_CHECKING:
    from assistant.answer.followup import Question

# What the question names, and the kinds of facts that tell whether it came back, the most telling first.
_SUBJECTS = (
    (re.compile(r"nginx", re.IGNORECASE), ("nginx.restart", "nginx.reload", "nginx.failed_again")),
    (
        re.compile(r"container|docker|pod\b|service|process|app\b|\bit\b|容器|服务|进程|应用|它", re.IGNORECASE),
        ("join.restarted_after_kill", "container.restarted", "container.restarts", "container.state", "unit.state"),
    ),
)


def came_back(asked: Question) -> list[str]:
    """The facts that tell it; where none does, that the logs do not say it."""
    for pattern, kinds in _SUBJECTS:
        if pattern.search(asked.text) and (rows := bullets(asked.report, kinds, asked.language, lambda _: True)):
            return rows
    return honest.not_said(asked) or hunches.not_told(asked)
