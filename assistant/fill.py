"""Fills values into sentences and commands: `{rss_kb|gib}`, `{requests|n:request}`, `{server.port}`.

The template language is as small as it can be: a name, and one filter. A value that no fact gives stays visible as
`<name>`, and is reported, so that nobody runs a command with an invented value.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from dataclasses import replace

from assistant.clock import NS, BootTime, LocalTime, Time, ZonedTime
from assistant.i18n import Language, Text
from assistant.model import Attributes, Value

_FIELD = re.compile(r"\{([A-Za-z_][\w.]*)(?:\|([a-z_]+)(?::([^{}]*))?)?\}")
_TIME_FIELD = re.compile(r"\{([A-Za-z_][\w.]*?)([+-]\d+)(s|m|h|d)\}")
_PLAIN_WORD = re.compile(r"[\w./:@%+,=\[\]-]{1,200}")
# Four words in a row, a dozen Chinese characters or some with a stop behind them, or what Markdown or a shell acts on.
_SAYS_SOMETHING = re.compile(
    r"(?:[^\W\d]\S{0,40}\s{1,8}){3}[^\W\d]|[\u4e00-\u9fff]{12}|[\u4e00-\u9fff]\S{0,40}[，。：；！]\s?\S"
    r"|\]\(|[<`]\w|\*\*|!\[|\s[|;&]{1,2}\s|\$\("
)
_SHORT = 300  # characters; what is longer is no name and no path
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
KIB_PER_MIB, KIB_PER_GIB = 1024, 1024 * 1024


def fill(template: str, values: Attributes, language: Language, *, ours: bool = False) -> tuple[str, tuple[str, ...]]:
    """The sentence, and the names that no value was found for. `ours`: the values are sentences of our own."""
    missing: list[str] = []

    def one(match: re.Match[str]) -> str:
        value = values.get(match[1])
        if value is None:
            missing.append(match[1])
            return f"<{match[1]}>"
        if ours and isinstance(value, str):
            return value
        return show(value, language, match[2] or "", match[3] or "")

    return _FIELD.sub(one, template), tuple(missing)


def fill_text(text: Text, values: Attributes) -> Text:
    """Both languages, filled."""
    return Text(fill(text.en, values, "en")[0], fill(text.zh, values, "zh")[0])


def complete(template: str, values: Attributes) -> bool:
    """Whether every name in the template has a value."""
    return all(values.get(match[1]) is not None for match in _FIELD.finditer(template))


def fill_command(template: str, values: Attributes) -> tuple[str, tuple[str, ...]]:
    """The command with values as single shell words; what has no value, or is no plain word, stays `<name>`.

    Values come out of logs that strangers write, so nothing but plain words and times gets into a command.
    `{first_seen-5m}` is a time in journalctl's form, moved by five minutes.
    """
    missing: list[str] = []

    def moved(match: re.Match[str]) -> str:
        value = values.get(match[1])
        if not isinstance(value, LocalTime | ZonedTime) or (isinstance(value, LocalTime) and not value.has_year):
            missing.append(match[1])
            return f"'<time of the failure {match[2][0]} {match[2][1:]}{match[3]}>'"
        return _journal(replace(value, ns=value.ns + int(match[2]) * _SECONDS[match[3]] * NS))

    def plain(match: re.Match[str]) -> str:
        value = values.get(match[1])
        if isinstance(value, LocalTime | ZonedTime):
            return _journal(value)
        if isinstance(value, bool) or not isinstance(value, str | int) or not _PLAIN_WORD.fullmatch(str(value)):
            missing.append(match[1])
            return f"<{match[1]}>"
        word = str(value)
        return word if word == shlex.quote(word) or word.startswith("[") else shlex.quote(word)

    return _FIELD.sub(plain, _TIME_FIELD.sub(moved, template)), tuple(missing)


def show(value: Value, language: Language, filter_: str = "", argument: str = "") -> str:
    """One value in words."""
    if isinstance(value, tuple):
        joint = "、" if language == "zh" else ", "
        return joint.join(show(item, language, filter_, argument) for item in value)
    if isinstance(value, ZonedTime | LocalTime | BootTime):
        return show_time(value, filter_)
    if isinstance(value, bool):
        return {"en": ("no", "yes"), "zh": ("否", "是")}[language][value]
    if isinstance(value, int | float) and filter_ in _FILTERS:
        return _FILTERS[filter_](value, argument, language)
    if isinstance(value, float):
        return f"{value:g}"
    return _as_written(value) if isinstance(value, str) else str(value)


def _as_written(value: str) -> str:
    """What a log says in sentences, or with marks, as a quotation: it is neither our statement nor our markup."""
    if len(value) <= _SHORT and not _SAYS_SOMETHING.search(value):
        return value
    shown = " ".join(value.replace("`", "'").split())
    return f"`{shown}`"


def show_time(value: Time, filter_: str = "") -> str:
    """A time as the log wrote it: with its date unless only the clock is asked for, never with an invented zone."""
    if isinstance(value, BootTime):
        return value.iso().removesuffix("s")
    text = value.iso().replace("T", " ").removeprefix("--")
    if filter_ == "clock":
        return text.partition(" ")[2][:8] if " " in text else text
    return text


def duration(seconds: float, language: Language) -> str:
    """`5 min 40 s`, `0.56 s`, `46 d 11 h 33 min 54.5 s`."""
    if abs(seconds) < 10:  # noqa: PLR2004 - below ten seconds the fraction is the message
        amount = f"{seconds:.2f}".rstrip("0").rstrip(".")
        return f"{amount} 秒" if language == "zh" else f"{amount} s"
    names = ("天", "小时", "分", "秒") if language == "zh" else ("d", "h", "min", "s")
    rest, parts = seconds, []
    for name, size in zip(names[:3], (86400, 3600, 60), strict=True):
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{int(count)} {name}")
    last = f"{rest:.1f}".rstrip("0").rstrip(".")
    if last not in ("0", "") or not parts:
        parts.append(f"{last} {names[3]}")
    elif language == "zh" and parts[-1].endswith("分"):
        parts[-1] += "钟"
    return " ".join(parts)


def _counted(value: float, argument: str, language: Language) -> str:
    """`3 requests`: the noun is English; Chinese templates use `n` without one."""
    number = f"{value:,}"
    if not argument or language == "zh":
        return number
    singular, _, plural = argument.partition("/")
    return f"{number} {singular if value == 1 else plural or singular + 's'}"


def _worded(value: float, argument: str, language: Language) -> str:
    """`was/were`: a word by number, in English; Chinese templates do not use it."""
    singular, _, plural = argument.partition("/")
    return "" if language == "zh" else singular if value == 1 else plural


_FILTERS: dict[str, Callable[[float, str, Language], str]] = {
    "n": _counted,
    "w": _worded,
    "kib": lambda value, _, __: f"{value:,.0f} KiB",
    "mib": lambda value, _, __: f"{value / KIB_PER_MIB:,.0f} MiB",
    "mib1": lambda value, _, __: f"{value / KIB_PER_MIB:,.1f} MiB",
    "gib": lambda value, _, __: f"{value / KIB_PER_GIB:,.2f} GiB",
    "pct": lambda value, _, __: f"{value:.1f} %",
    "dur": lambda value, _, language: duration(value, language),
    "within": lambda value, _, language: (
        {"en": "the same second", "zh": "同一秒"}[language] if value < 1 else duration(value, language)
    ),
    "f2": lambda value, _, __: f"{value:.2f}",
}


def _journal(value: LocalTime | ZonedTime) -> str:
    """A time as journalctl takes it: seconds, without a fraction."""
    text = value.iso().partition(".")[0].replace("T", " ")
    if isinstance(value, ZonedTime):
        # journalctl knows UTC and the local zone; an offset is given as UTC
        text = replace(value, offset=0, digits=0).iso().replace("T", " ").replace("Z", " UTC")
    return shlex.quote(text)
