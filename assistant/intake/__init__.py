"""Bytes to lines: decoding, cleaning, unwrapping, telling log from prose, redaction.

```
make_source(index, name, body, is_paste=…) -> Source      named, hashed, checked to be text
read(source)                -> Iterator[Line]             clean logical lines, in constant memory
separate(text)              -> Separated(log, question)   a question pasted together with its log
looks_like_head(text)       -> bool                       whether a line starts a record
Redactor().redact(text)     -> str                        reversible tokens for what must not leave the machine
```

Input that cannot be read as text raises `UnreadableInput` with one sentence for the user.
"""

from __future__ import annotations

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
