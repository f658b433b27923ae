"""Secrets do not get into what is kept or handed on: history, notes, documents, errors and their causes.

The sources of a session are the exception. They stay on the disk as they were pasted, because a log that was changed
proves nothing, and a rule that is learned tomorrow must find what was there today; their file is for its owner's eyes
only (mode 0600, in a folder of mode 0700), and deleting a session overwrites them. Documents that leave the session,
such as an export, are made from a copy of the sources without secrets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from assistant.config import ModelSettings
from assistant.i18n import Text
from assistant.intake import make_source
from assistant.intake.redact import without_secrets
from assistant.model import Source

Clean = Callable[[str], str]
_LEARNED = 2_000_000  # bytes of one source that are read to learn its secrets: a fifth of a second
_DEPTH = 6  # of what a server answered
_MASKED_BYTES = b"[secret]"


def keys_of(model: ModelSettings) -> tuple[str, ...]:
    """All configured keys."""
    return tuple(filter(None, (model.api_key, *(each.api_key for each in model.elsewhere))))


def cleaner(known: Iterable[str]) -> Clean:
    """A function that takes secrets out of a text: those of a known form, and these."""
    secrets = tuple(known)
    return lambda text: without_secrets(text, secrets)


def scrub(error: BaseException, clean: Clean) -> None:
    """Take secrets out of an error and all its causes, so that no traceback shows what a server echoed."""
    seen: set[int] = set()
    todo: list[BaseException | None] = [error]
    while todo:
        each = todo.pop()
        if each is None or id(each) in seen:
            continue
        seen.add(id(each))
        todo += [each.__cause__, each.__context__]
        each.args = tuple(_cleaned(value, clean) for value in each.args)
        for name in ("message", "body", "reason", "doc"):
            value = getattr(each, name, None)
            if isinstance(value, (str, dict, list, Text)):
                try:
                    setattr(each, name, _cleaned(value, clean))
                except (AttributeError, TypeError):  # a field that cannot be set is read from `args`
                    continue


def _cleaned(value: object, clean: Clean, depth: int = _DEPTH) -> object:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Text):
        return Text(clean(value.en), clean(value.zh))
    if depth and isinstance(value, dict):
        return {key: _cleaned(item, clean, depth - 1) for key, item in value.items()}
    if depth and isinstance(value, (list, tuple)):
        return type(value)(_cleaned(item, clean, depth - 1) for item in value)
    return value


def without_secrets_in(source: Source, clean: Clean) -> Source:
    """The same source without secrets, line by line the same otherwise. Files that are kept by their path stay."""
    if isinstance(source.body, Path):
        return source
    try:
        body = clean(source.body.decode()).encode()
    except UnicodeDecodeError:  # in any other encoding, secrets are ASCII
        text = clean(source.body.decode("latin-1"))
        body = text.encode("latin-1", "replace").replace(b"?secret?", _MASKED_BYTES)
    return make_source(source.index, source.name, body, is_paste=source.is_paste)


def learn(sources: Iterable[Source], learn_text: Callable[[str], None]) -> None:
    """Let a redactor see the sources, so that it knows their secrets where nothing else gives them away."""
    for source in sources:
        if isinstance(source.body, bytes):
            learn_text(source.body[:_LEARNED].decode("utf-8", "replace"))
