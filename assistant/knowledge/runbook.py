"""Runbooks that were not written for us: SKILL.md folders and plain Markdown. They are found by search, and never fire.

A SKILL.md has front matter with a name and a description; a plain runbook has none, and is titled by its first heading.
Their text stands for both languages: it is shown as it is.
"""

from __future__ import annotations

import re
from pathlib import PurePath

from assistant.errors import KnowledgeError
from assistant.i18n import Text
from assistant.knowledge.entry import Entry
from assistant.knowledge.frontmatter import parse
from assistant.model import Severity

_FRONT = re.compile(r"---[ \t]*\n(.*?)\n---[ \t]*(?:\n|$)", re.DOTALL)
_OURS = re.compile(r"^(?:id|signals|severity)[ \t]*:", re.MULTILINE)
_HEADING = re.compile(r"^#{1,6}[ \t]+(.+?)[ \t]*#*$", re.MULTILINE)
_FENCED = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)


def is_runbook(text: str) -> bool:
    """Whether a file makes no claim to be an entry: no front matter, or one without any of an entry's own keys."""
    front = _FRONT.match(text.lstrip("\ufeff"))
    if front is None:
        return not text.startswith("---")
    return _OURS.search(front[1]) is None


def name_of(path: PurePath, entry_id: str) -> str:
    """A SKILL.md is named by its folder."""
    return PurePath(entry_id).parent.as_posix() if path.name == "SKILL.md" and "/" in entry_id else entry_id


def parse_runbook(text: str, path: str, name: str) -> Entry:
    """The runbook as an entry without signals; raises KnowledgeError when there is nothing in it to find."""
    text = text.lstrip("\ufeff")
    title, summary = "", ""
    keywords: tuple[str, ...] = ()
    if text.startswith("---"):
        field, body, _ = parse(text, path)
        title, summary = field.get("name").string(""), field.get("description").string("")
        keywords = field.get("keywords").strings() + field.get("tags").strings()
        title = field.get("title").string("") or title
    else:
        body = text
    heading = _HEADING.search(_FENCED.sub("", body))
    title = title or (heading[1] if heading else "") or name.rpartition("/")[2]
    if not body.strip() and not summary:
        raise KnowledgeError(path, 1, "an empty runbook")
    whole = "\n\n".join(part for part in (summary, body.strip()) if part)
    return Entry(
        id=name,
        path=path,
        severity=Severity.INFO,
        title=Text(title, title),
        keywords=keywords,
        body={"en": {title: whole}, "zh": {title: whole}},
        retrieval_only=True,
    )
