"""logfmt: `key=value` pairs of any program (`app.log`).

`time="2026-03-02T10:11:12Z" level=error msg="sync failed" error="dial tcp 192.0.2.7:2379: i/o timeout"`
`ts=2026-03-02T10:11:12.123Z caller=main.go:12 level=warn component=tsdb msg="slow block"`

Source: logrus' TextFormatter, go-kit/log, log/slog's TextHandler. A line is one only when it begins with a pair and at
least two of time, level and message are among its keys.
"""

from __future__ import annotations

from assistant.events.record import Format, Record, SingleLine
from assistant.events.structured import to_event
from assistant.intake.lazily import lazily
from assistant.model import Event, Value

_FIRST = lazily(r"[A-Za-z@][\w.@-]{0,60}=")
_PAIR = lazily(r'(?P<key>[A-Za-z@_][\w.@/-]{0,60})=(?:"(?P<quoted>(?:[^"\\]|\\.){0,4000})"?|(?P<bare>[^\s"]{0,2000}))')
_LIMIT = 16_000
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\"}
_ESCAPE = lazily(r"\\(.)")


def pairs(text: str) -> dict[str, Value]:
    """The pairs of a line, the first of each key; numbers stay text except for plain integers."""
    found: dict[str, Value] = {}
    for match in _PAIR().finditer(text[:_LIMIT]):
        bare = match["bare"]
        if bare is None:
            value: Value = _ESCAPE().sub(lambda escape: _ESCAPES.get(escape[1], escape[1]), match["quoted"])
        else:
            value = int(bare) if bare.isascii() and bare.isdigit() and len(bare) < 19 else bare  # noqa: PLR2004
        found.setdefault(match["key"], value)
    return found


def parse(record: Record) -> Event | None:
    """One line, or None."""
    text = record.text
    if "=" not in text[:64] or not _FIRST().match(text):
        return None
    return to_event(record, pairs(text))


FORMAT = Format("logfmt", 71, lambda: SingleLine(parse))
