r"""How log records start.

`head_kind` names the kind of start that a line has (`iso`, `syslog`, `monotonic` …), "" when it has none. Two lines of
one log have the same kind, which is what tells a record from the rest of a wrapped one. Timestamps follow the list
of forms in RFC 3339, RFC 3164, nginx, klog, redis, dmesg, Apache and the journal.

>>> head_kind("2025/05/11 23:52:08 [error] 7#7: *3 open() failed")
'slash'
>>> head_kind("and the rest of a sentence")
''
"""

from __future__ import annotations

import functools
import re

_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"
_CLOCK = r"\d\d:\d\d:\d\d"
_LEVEL = (
    r"(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|ERR|CRIT|CRITICAL|FATAL|SEVERE|ALERT|EMERG|PANIC|LOG"
    r"|trace|debug|info|notice|warn|warning|error|crit|critical|fatal|alert|emerg|panic)"
)

# Timed starts: the strongest, tried first. A bracket, a quote or a log level may stand before the time.
_TIMED: tuple[tuple[str, str], ...] = (
    ("iso", r"[\[(\"']?\d{4}-\d\d-\d\d(?:[T _]|\]? )\d\d:\d\d"),
    ("slash", r"\[?\d{4}/\d\d/\d\d[ T-]\d\d:\d\d"),
    ("compact", r"\[?\d{8}[ T-]\d\d:?\d\d:?\d\d"),
    ("syslog", rf"(?:\d{{4}} )?{_MONTH}\s{{1,2}}\d{{1,2}} (?:\d{{4}} )?\d\d:\d\d:\d\d"),
    ("monotonic", r"\[\s{0,8}\d{1,9}\.\d{3,9}\]"),
    ("ctime", rf"\[?(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? (?:{_MONTH}\s{{1,2}}\d{{1,2}}|\d{{4}}-\d\d-\d\d|\d\d? )"),
    ("bracketed", rf"\[[^\[\]\n]{{4,32}}{_CLOCK}[^\[\]\n]{{0,14}}\]"),
    ("clf", rf"\[?\d{{1,2}}[/-]{_MONTH}[/-]\d{{4}}[: ]\d\d:\d\d"),
    ("access", rf"[\w.:%-]+ \S+ \S+ \[\d{{2}}/{_MONTH}/\d{{4}}:"),
    ("klog", rf"[IWEFD]\d{{4}} {_CLOCK}"),
    ("redis", rf"\d+:[A-Z] \d{{1,2}} {_MONTH} \d{{4}} {_CLOCK}"),
    ("dotted", r"\[?\d{1,2}\.\d{1,2}\.\d{4},? \d\d?:\d\d"),
    ("us", r"\[?\d{1,2}/\d{1,2}/\d{2,4},? \d\d?:\d\d"),
    ("han", r"\[?\d{4}年\d{1,2}月\d{1,2}日"),
    ("android", rf"\[?\d\d-\d\d {_CLOCK}[.,]\d{{3}}"),
    ("mysql-old", r"\d{6}\s{1,2}\d{1,2}:\d\d:\d\d"),
    ("uptime", r"\[\d+[.,]\d{1,6}s\]"),
    ("clock", rf"\[?{_CLOCK}(?:[.,]\d+)?(?:\]|\s|$)"),
    ("tai64", r"@4[0-9a-f]{15,}"),
    ("epoch", r"\[?1\d{9}(?:\.\d{1,9}|\d{3}|\d{6}|\d{9})?\]? "),
    ("audit", r"type=[A-Z_]+ msg=audit\("),
    ("levelled-time", rf"[\[<]?{_LEVEL}[\]>:]?\s{{1,6}}(?:\[?\d{{4}}[-/]\d\d[-/]\d\d|\[?{_CLOCK})"),
    ("slow-log", r"# (?:Time: |User@Host: )"),
)

# Starts without a time.
_PLAIN: tuple[tuple[str, str], ...] = (
    ("priority", r"<(?:\d{1,3}|[a-z]+\.[a-z]+)>"),
    ("facility", r"[a-z]{3,8}\s{0,4}:(?:emerg|alert|crit|err|warn|notice|info|debug)\s{0,4}:"),
    ("json", r"\{\s?\"[^\"\n]{1,60}\"\s?:"),
    ("compose", r"[A-Za-z][\w.-]{0,60}\s{1,40}\| "),
    ("pod", r"\[pod/[\w.-]+/[\w.-]+\] "),
    ("logfmt", r"(?:time|ts|level|lvl|t|msg|severity|logger|caller|at|method)=(?:\"|[^\s,;]+\s)"),
    ("logfmt", r"[A-Za-z_][\w.-]{0,40}=(?:\"[^\"\n]{0,200}\"|[^\s\",;]{1,200})[ ,]{1,2}[A-Za-z_][\w.-]{0,40}="),
    ("table", r"\[\s{0,7}\d+\]\s+\d+\s+\d+\s+\d+|\[\s*pid\s*\]\s"),
    ("level", rf"\[{_LEVEL}\s{{0,4}}\]|{_LEVEL}(?::\s|\s{{1,8}}[\[(|]|\s{{0,4}}\|)|[A-Z]{{4,8}}\s{{0,4}} ?--- \["),
    ("level", r"(?:TRACE|DEBUG|INFO|WARN|WARNING|ERROR|FATAL|CRITICAL|SEVERE) {1,4}\S"),
    ("npm", r"npm (?:ERR!|error|WARN|warn|http|notice|info|verb)"),
    ("traceback", r"Traceback \(most recent call last\)|During handling of the above|The above exception was the"),
    ("traceback", r"\s{0,8}File \"[^\"\n]+\", line \d+"),
    ("traceback", r"Exception in thread|Caused by: |Suppressed: |goroutine \d+ \[|panic: |fatal error: |thread '"),
    ("traceback", r"\s{0,16}at (?:async )?(?:new )?[\w$.<>/@\[\]]+ ?\(|\s{0,16}at (?:file://|/|node:)\S+:\d+"),
    ("traceback", r"\s{1,16}\.\.\. \d+ (?:more|common frames)|\s{0,4}#\d{1,3} {1,2}(?:0x[0-9a-f]+ |/|\{main\}|\S+\()"),
    (
        "exception",
        r"(?:[A-Za-z_][\w$]*[.\\:]{1,2}){0,12}[A-Za-z_]\w{0,80}(?:Error|Exception|Exit|Interrupt|Warning)(?::|$)",
    ),
    ("kernel", r"(?:oom-kill:|Out of memory:|Memory cgroup |Mem-Info:|Call [Tt]race:|Tasks state |Killed process \d)"),
    ("kernel", r"(?:Node \d+ |CPU: \d+ |Hardware name: |RIP: |RSP: |Code: |EXT4-fs |BUG: |INFO: task |watchdog: )"),
    ("kernel", r"\S{1,16} invoked oom-killer:|\S{1,16}\[\d+\]: segfault at "),
    ("program", r"[A-Za-z_][\w./-]{0,40}\[\d+\]: "),
    ("journal", r"-- (?:Logs begin|Journal begins|Boot |Reboot|No entries|Subject:)"),
    ("windows", r"(?:Log Name|Event ID|Event\[\d+\]):?"),
)
_PREFIXED = (
    r"\S{1,80} (?:\S{1,40} ){0,2}"
    rf"[\[(]?(?:\d{{4}}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d|{_MONTH}\s{{1,2}}\d{{1,2}} {_CLOCK})"
)

TIMED = frozenset(name for name, _ in _TIMED) | {"prefixed"}
# Starts that the middle of a record practically never has.
CERTAIN = frozenset({"iso", "slash", "syslog", "monotonic", "ctime", "clf", "klog", "redis", "traceback"})


@functools.cache
def _pattern() -> re.Pattern[str]:
    names: dict[str, list[str]] = {}
    for name, pattern in (*_TIMED, *_PLAIN, ("prefixed", _PREFIXED)):
        names.setdefault(name, []).append(pattern)
    return re.compile("|".join(f"(?P<{name.replace('-', '_')}>{'|'.join(p)})" for name, p in names.items()))


def head_kind(text: str) -> str:
    """The kind of record start that a line has; "" when it has none."""
    match = _pattern().match(text)
    return (match.lastgroup or "").replace("_", "-") if match else ""


def looks_like_head(text: str) -> bool:
    """Whether a line starts a log record (or a frame of a stack trace), as far as the line alone tells."""
    return bool(head_kind(text))


def is_timed(text: str) -> bool:
    """Whether a line starts with a time, the surest sign of a log."""
    return head_kind(text) in TIMED
