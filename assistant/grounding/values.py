"""The values in a sentence: numbers with their units, times, addresses, ports, pids, paths, signals, status codes.

Each is brought to one form, so that `1.29 GiB`, `1,350,892 KiB` and `1350892kB` meet, and `5 min 40 s` meets `340 秒`. A
quantity stands for an interval: half a unit of its last digit to both sides, since people round.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from urllib.parse import unquote

from assistant.grounding.value import Kind, Value
from assistant.intake.lazily import lazily

__all__ = ["MONTH_NAMES", "Kind", "Value", "values", "values_of"]

_ABOUT = lazily(
    r"(?:\b(?:about|around|roughly|approximately|nearly|almost|some|over|under|up to)|[~≈约近]|大约|大概|将近|接近|左右)\s*$",
    re.IGNORECASE,
)
_ABOUT_SHARE = 0.015  # of a value that is said to be rough
_MINUTE = 60.0
_PAGE = 4096  # bytes; only where the claim itself says pages


_UNIT = {"": 1, "k": 1024, "m": 1024**2, "g": 1024**3, "t": 1024**4}
_SECONDS = {
    "ns": 1e-9, "µs": 1e-6, "us": 1e-6, "微秒": 1e-6, "ms": 1e-3, "毫秒": 1e-3, "millisecond": 1e-3, "s": 1, "sec": 1, "second": 1, "秒": 1, "秒钟": 1,
    "min": 60, "minute": 60, "分": 60, "分钟": 60, "h": 3600, "hr": 3600, "hour": 3600, "小时": 3600, "个小时": 3600, "d": 86400, "day": 86400, "天": 86400,
    "week": 604800, "周": 604800,
}  # fmt: skip
MONTH_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTHS = "|".join(MONTH_NAMES)
_CODE = r"(?<![A-Za-z0-9_./%#@-])"
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_SPAN_UNIT = r"(?:ns|[µu]s|ms|milliseconds?|s(?:ec(?:ond)?s?)?|min(?:ute)?s?|h(?:rs?|ours?)?|d(?:ays?)?|weeks?|微秒|毫秒|秒钟?|分钟?|个?小时|天|周)"
_PATTERNS = (
    (Kind.DATE, r"(?<![\d.])(?P<y>\d{4})(?:[-/](?P<m>\d{1,2})[-/](?P<d>\d{1,2})|\s?年\s?(?P<m2>\d{1,2})\s?月\s?(?P<d2>\d{1,2})\s?日)(?!\d)"),
    (Kind.DATE, (rf"(?<![\d.])(?P<d3>\d{{1,2}})(?:st|nd|rd|th)?[ /](?P<m3>{_MONTHS})[a-z]*\.?,?[ /](?P<y3>\d{{4}})(?!\d)"
     rf"|\b(?P<m4>{_MONTHS})[a-z]*\.? +(?P<d4>\d{{1,2}})(?:st|nd|rd|th)?(?:,? (?P<y4>\d{{4}})(?!\d)|(?= +\d\d:\d\d:\d\d(?: [A-Z]{{2,5}})? +(?P<y5>\d{{4}})(?!\d)))")),
    (Kind.TIME, r"(?<![\d.:])(?P<t>[01]?\d:[0-5]\d|2[0-3]:[0-5]\d)(?P<s>:[0-5]\d(?:[.,]\d{1,9})?)?(?![\d:]|\.\d)"),
    (Kind.PATH, r"https?://[\w.:\[\]-]+(?P<url>/[^\s\"'`,<>()|；，。]*)"),
    (Kind.ADDRESS, (r"\[(?P<v6>[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*)\](?::(?P<p6>\d{1,5}))?|(?<![\d.])(?P<v4>\d{1,3}(?:\.\d{1,3}){3})(?::(?P<p4>\d{1,5}))?(?!\d|\.\d)"
     r"|(?<![A-Za-z0-9:.])(?P<bare>(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4})(?![A-Za-z0-9:])")),
    (Kind.PATH, r"(?<![A-Za-z0-9_.:/<㐀-鿿])(?<!\])/(?:[\w%.+@~{}-]+/)*[\w%.+@~{}-]*[\w%}-](?!\d*\.\d)"),
    (Kind.PATH, r"(?<=[㐀-鿿])/(?:[\w%.+@~{}-]+/)+[\w%.+@~{}-]*[\w%}-](?!\d*\.\d)"),
    (Kind.CONNECTION, r"(?<![\w*])\*(?P<c>\d{1,12})(?![\d*])"),
    (Kind.SECONDS, rf"{_CODE}(?:(?:{_NUMBER})\s?{_SPAN_UNIT}(?![A-Za-z])\s?(?:and\s)?){{1,5}}"),
    (Kind.SECONDS, r"\b(?i:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve) (?:milliseconds|seconds|minutes|hours|days|weeks)\b"),
    (Kind.BYTES, rf"{_CODE}(?P<b>{_NUMBER})\s?(?P<u>[KkMGT]i?B|[KMGT]iB|[kMGT](?=[\s，。、；)）,.;`]|$)|[KMG](?:i|b)\b|bytes?\b|字节|B\b|pages?\b|(?:个)?(?:内存)?页(?!面))"),
    (Kind.PERCENT, rf"{_CODE}(?P<pc>{_NUMBER})\s?(?:%|％|percent\b)"),
    (Kind.SIGNAL, r"\bSIG(?P<sig>[A-Z]{2,6}\d?)\b"),
    (Kind.NUMBER, rf"(?P<sign>(?<![A-Za-z0-9_)\]])[-−])?(?<![A-Za-z0-9_.#%@/])(?P<n>{_NUMBER}|0x[0-9a-f]+)(?![A-Za-z_\d]|\.\d|,\d{{3}})"),
    (Kind.NUMBER, r"(?P<han>[两二三四五六七八九十])(?!\s?回事)(?=\s?(?:次|个|条|行|种|台|遍|处|段|回|点|份|张|路|名|项|轮))"),
    (Kind.NUMBER, r"\b(?P<word>two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twice)\b"),
)  # fmt: skip
_HAN = {"两": 2, **{digit: number for number, digit in enumerate("一二三四五六七八九十", 1)}}
_WORDS = dict(
    zip(
        ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"],
        range(2, 13),
        strict=True,
    )
)
_WORDS["twice"] = 2
_ROLES = (
    (
        "pid",
        r"(?:\bpids?\b|进程(?:号|\s?ID)?(?:是不)?|\bprocess(?:es)?(?: ids?)?\b|\bmaster\b|\bworkers?\b)[\s:=`#是为]*[(（]?`?(?:\d{2,9}`?\s?(?:,|、|/|and|和|及|与|,\s?and)\s?`?){0,8}$",
    ),
    ("port", r"(?:\bports?\b|端口)[\s:=`是为]*$"),
    ("errno", r"(?:\berrno\b|错误[码号]?|报|\berror(?: code)?|RST，|RST, )[\s:=`]*$"),
    ("status", r"(?:\bHTTP(?:/[\d.]+)?|\bstatus(?: code)?|状态码|返回|得到|got|returned?|answers?)[\s:=`\"]*$"),
    ("signal", r"(?:\bsignal|信号)[\s:=`]*$"),
    ("exit", r"(?:\bexit(?:ed)?(?: with)?(?: code| status)?|退出码)[\s:=`]*$"),
    ("line", r"\bline[\s:=`]*$"),
    ("uid", r"(?:\bUID|\buid|用户)[\s:=`]*$"),
)
_AFTER = (("port", r"^`?\s?(?:端口|port\b)"), ("status", r"^`?\s?(?:Bad Gateway|Service Unavailable|Gateway Time)"))
_ROLE_PATTERNS = tuple((role, lazily(pattern, re.IGNORECASE)) for role, pattern in _ROLES)
_AFTER_PATTERNS = tuple((role, lazily(pattern, re.IGNORECASE)) for role, pattern in _AFTER)
_COMPILED = tuple((kind, lazily(pattern, re.IGNORECASE if kind is Kind.NUMBER and "word" in pattern else 0)) for kind, pattern in _PATTERNS)  # fmt: skip
_PART = lazily(rf"({_NUMBER})\s?({_SPAN_UNIT})")
_RANGE = lazily(
    rf"(?:\s?(?:[-–—~、]|至|到|\bto\b|, then\b|,? and\b|,|和)\s?(?:{_NUMBER})){{1,4}}\s?([KMGT]i?B|kB|%|{_SPAN_UNIT}(?![A-Za-z]))"
)
_CLOCK_LIKE = re.compile(r"\d{1,2}:\d{2}:\d{2}|:{1,7}")
# Citations, also one that breaks off at the end, and what stands for a masked or abstracted value.
_CITED = lazily(r"⟨[^⟨⟩]{1,80}⟩|\[\d{1,4}:[\d,;:\s-]*$|\[\d{1,4}:\d{1,9}(?:[-,;\s]+(?:\d{1,4}:)?\d{1,9})*\]")


def values(text: str) -> tuple[Value, ...]:
    """The values of a text, in order; citations are none. Each character belongs to one value at most."""
    taken = bytearray(len(text))
    for match in _CITED().finditer(text):
        taken[match.start() : match.end()] = b"\1" * len(match[0])
    found: list[Value] = []
    for kind, pattern in _COMPILED:
        for match in pattern().finditer(text):
            for value in _MAKERS[kind](match, text):
                if not any(taken[value.start : value.end]):
                    taken[value.start : value.end] = b"\1" * (value.end - value.start)
                    found.append(value)
    return tuple(sorted(found, key=lambda value: value.start))


@lru_cache(maxsize=4096)
def values_of(line: str) -> tuple[Value, ...]:
    """The values of a line, which is looked at for one claim after another."""
    return values(line)


def _date(match: re.Match[str], _: str) -> Iterator[Value]:
    part = match.groupdict()
    year = next(part[name] for name in ("y", "y3", "y4", "y5") if part.get(name))
    month = next(part[name] for name in ("m", "m2", "m3", "m4") if part.get(name))
    day = next(part[name] for name in ("d", "d2", "d3", "d4") if part.get(name))
    number = int(month) if month.isdigit() else MONTH_NAMES.index(month.title()) + 1
    yield Value(Kind.DATE, f"{year}-{number:02}-{int(day):02}", match[0].strip(), *match.span())


def _time(match: re.Match[str], _: str) -> Iterator[Value]:
    clock = match["t"].rjust(len("hh:mm"), "0") + (match["s"] or "").replace(",", ".")
    yield Value(Kind.TIME, clock, match[0].strip(), *match.span())


def _path(match: re.Match[str], _: str) -> Iterator[Value]:
    group = "url" if "url" in match.groupdict() else 0
    said, start = match[group], match.start(group)
    if len(said) > 1 and not re.fullmatch(r"/\d+", said):
        yield Value(Kind.PATH, unquote(said.partition("?")[0]).rstrip("/"), said, start, match.end())


def _connection(match: re.Match[str], _: str) -> Iterator[Value]:
    yield Value(Kind.CONNECTION, match["c"], match[0], *match.span())


def _percent(match: re.Match[str], text: str) -> Iterator[Value]:
    yield _quantity(Kind.PERCENT, match["pc"], 1.0, match, text)


def _signal(match: re.Match[str], _: str) -> Iterator[Value]:
    yield Value(Kind.SIGNAL, match["sig"], match[0], *match.span())


def _address(match: re.Match[str], _: str) -> Iterator[Value]:
    host = match["v6"] or match["v4"] or match["bare"]
    port = match["p6"] or match["p4"]
    if match["bare"] and (_CLOCK_LIKE.fullmatch(host) or not re.search(r"[0-9A-Fa-f]", host)):
        return
    yield Value(Kind.ADDRESS, host.lower() + (f"|{port}" if port else ""), match[0].strip(), *match.span())


def _duration(match: re.Match[str], text: str) -> Iterator[Value]:
    total, finest, whole = 0.0, 0.0, 0.0
    parts = _PART().findall(match[0]) or [_in_digits(match[0])]
    for number, unit in parts:
        size = _SECONDS.get(unit) or _SECONDS.get(unit.rstrip("s")) or _SECONDS["s"]
        total += _float(number) * size
        finest = size * 10.0 ** -_digits(number)
    if len(parts) == 1 and finest >= _MINUTE and finest == size:
        whole = size * 0.4999  # `2 minutes later` is said of everything under three
    said = match[0].rstrip()
    slack = finest / 2 if not _rough(text, match.start()) else max(finest / 2, total * _ABOUT_SHARE)
    yield Value(Kind.SECONDS, f"{total:g}", said, match.start(), match.start() + len(said), total, total - slack, total + slack + whole)  # fmt: skip


def _in_digits(text: str) -> tuple[str, str]:
    """`two seconds` as a number and a unit."""
    number, unit = text.lower().split()
    return str(_WORDS[number]), unit


def _bytes(match: re.Match[str], text: str) -> Iterator[Value]:
    unit = match["u"].strip().lower()
    if unit.startswith(("page", "页", "个", "内")):
        pages = _quantity(Kind.NUMBER, match["b"], 1.0, match, text)
        yield Value(Kind.NUMBER, _plain(match["b"]), match["b"], match.start(), match.end(), role="pages", point=pages.point * _PAGE)  # fmt: skip
        return
    size = _UNIT["" if unit[0] in "b字" else unit[0]]
    made = _quantity(Kind.BYTES, match["b"], size, match, text)
    decimal = f"{unit[0]}b" if "i" not in unit and unit[0] in "mgt" else ""
    yield Value(Kind.BYTES, made.key, made.text, made.start, made.end, made.point, made.low, made.high, decimal)


def _quantity(kind: Kind, number: str, size: float, match: re.Match[str], text: str) -> Value:
    point = _float(number) * size
    half = size * 10.0 ** -_digits(number) / 2
    if _rough(text, match.start()):
        half = max(half, point * _ABOUT_SHARE)
    half += abs(point) * 1e-9
    return Value(kind, f"{point:g}", match[0].strip(), *match.span(), point, point - half, point + half)


def _number(match: re.Match[str], text: str) -> Iterator[Value]:
    groups = match.groupdict()
    if groups.get("han"):
        yield Value(Kind.NUMBER, str(_HAN[match["han"]]), match[0], *match.span(), point=float(_HAN[match["han"]]))
    elif groups.get("word"):
        number = _WORDS[match["word"].lower()]
        yield Value(Kind.NUMBER, str(number), match[0], *match.span(), point=float(number))
    elif match["n"].startswith("0x"):
        yield Value(Kind.NUMBER, match["n"].lower(), match[0], *match.span())
    else:
        unit = _RANGE().match(text, match.end())
        if unit:  # `2–4 GiB`: the first number has the unit of the second
            yield from (
                Value(value.kind, value.key, match[0], *match.span(), value.point, value.low, value.high, value.role)
                for value in values(f"{match['n']} {unit[1]}")
            )
            return
        key = ("-" if match["sign"] else "") + _plain(match["n"])
        yield Value(Kind.NUMBER, key, match[0], *match.span(), point=_float(match["n"]), role=_role(match, text))


def _role(match: re.Match[str], text: str) -> str:
    before, after = text[max(0, match.start() - 48) : match.start()], text[match.end() : match.end() + 24]
    for role, pattern in _ROLE_PATTERNS:
        if pattern().search(before):
            return role
    return next((role for role, pattern in _AFTER_PATTERNS if pattern().search(after)), "")


def _rough(text: str, start: int) -> bool:
    return _ABOUT().search(text[max(0, start - 16) : start].rstrip("*`( ")) is not None


def _plain(number: str) -> str:
    digits = number.replace(",", "")
    return digits.rstrip("0").rstrip(".") if "." in digits else digits.lstrip("0") or "0"


def _float(number: str) -> float:
    return float(number.replace(",", ""))


def _digits(number: str) -> int:
    return len(number.partition(".")[2])


_MAKERS: Mapping[Kind, Callable[[re.Match[str], str], Iterator[Value]]] = {
    Kind.DATE: _date,
    Kind.TIME: _time,
    Kind.PATH: _path,
    Kind.ADDRESS: _address,
    Kind.CONNECTION: _connection,
    Kind.SECONDS: _duration,
    Kind.BYTES: _bytes,
    Kind.PERCENT: _percent,
    Kind.SIGNAL: _signal,
    Kind.NUMBER: _number,
}
