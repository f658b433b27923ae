"""Bytes to lines: decoding, cleaning, unwrapping, telling log from prose, redaction.

```
make_source(index, name, body, is_paste=…) -> Source      named, hashed, checked to be text
read(source)                -> Iterator[Line]             clean logical lines, in constant memory
separate(text)              -> Separated(log, question)   a question pasted together with its log
clean_line(text)            -> str                        one line without terminal escapes and invisible text
looks_like_head(text)       -> bool                       whether a line starts a record; `head_kind` names the kind
Redactor().redact(text)     -> str                        reversible tokens for what must not leave the machine
```

Input that cannot be read as text raises `UnreadableInput` with one sentence for the user. Each name is loaded when it
is first used: a run that only reads files never loads what tells a question from a log.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.intake.clean import clean_line
    from assistant.intake.heads import head_kind, looks_like_head
    from assistant.intake.prose import Separated, separate
    from assistant.intake.reading import read
    from assistant.intake.redact import Redactor
    from assistant.intake.source import make_source

__all__ = [
    "Redactor",
    "Separated",
    "clean_line",
    "head_kind",
    "looks_like_head",
    "make_source",
    "read",
    "separate",
]

_HOME = {
    "Redactor": "redact",
    "Separated": "prose",
    "clean_line": "clean",
    "head_kind": "heads",
    "looks_like_head": "heads",
    "make_source": "source",
    "read": "reading",
    "separate": "prose",
}


def __getattr__(name: str) -> Any:
    module = _HOME.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib  # noqa: PLC0415 - part of loading late

    value = getattr(importlib.import_module(f"{__name__}.{module}"), name)
    globals()[name] = value
    return value
