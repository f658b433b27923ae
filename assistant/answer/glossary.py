"""What a word or a number in a log means: errno, signals, exit codes, HTTP, SQLSTATE and the terms of servers.

A bare number has as many meanings as there are tables it stands in. The words around it choose (`errno 13`, `exit code
13`, `信号 13`); where nothing chooses, every meaning is given, the one that the session's lines use first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.i18n import Text
from assistant.knowledge.terms import Term, glossary

_AREA_WORDS = (
    ("exits", re.compile(r"exit(ed)?[ -]?(code|status)?|退出|return ?code|status=\d|rc\b|code=", re.IGNORECASE)),
    ("signals", re.compile(r"signal|\bsig\b|信号|kill -", re.IGNORECASE)),
    ("errno", re.compile(r"errno|os error|error number|错误号|系统错误|winsock", re.IGNORECASE)),
    ("http", re.compile(r"\bhttps?\b|status code|状态码|response", re.IGNORECASE)),
    ("sqlstate", re.compile(r"sqlstate|postgres|\bpg\b", re.IGNORECASE)),
    ("mysql", re.compile(r"mysql|mariadb|\ber_", re.IGNORECASE)),
    ("grpc", re.compile(r"grpc", re.IGNORECASE)),
    ("tls", re.compile(r"\btls\b|\bssl\b|openssl|verify|alert|证书", re.IGNORECASE)),
    ("dns", re.compile(r"\bdns\b|rcode|解析", re.IGNORECASE)),
    ("smtp", re.compile(r"smtp|mail|邮件|postfix|dsn", re.IGNORECASE)),
)
# how each kind of number is written in logs, to prefer the meaning that the session shows
_IN_LOGS = {
    "errno": r"\({0}: |errno[ =:]*{0}\b|Errno {0}\b|os error {0}\b",
    "exits": r"(?:exit(?:ed)?(?: with)?(?: code| status)?|status|code)[ =:]*{0}\b|ExitCode\W+{0}\b|Exited \({0}\)",
    "signals": r"signal:? ?{0}\b|sig {0}\b|status={0}/",
    "http": r'" {0} |HTTP/[\d.]+ {0}\b|status\W{{1,4}}{0}\b',
    "mysql": r"ERROR {0} |\({0},",
}
_CODE = re.compile(
    r"(?<![A-Za-z0-9_.:/#-])(?:\d\.\d{1,3}\.\d{1,3}|\d{1,5}|[0-9][0-9A-Z]{4}|[A-Z]{2}\d{3}|[0-9A-Z]{2}P\d{2})"
    r"(?![A-Za-z0-9_]|[.:/-]\d)"
)
_ASKS = re.compile(r"what|mean|什么|啥|含义|explain|解释|define|code|代码|码", re.IGNORECASE)
MOST = 4


def find_terms(question: str, shown: Sequence[str] = ()) -> list[Text]:
    """What the words and numbers of a question mean, the best first; `shown` are lines of the session."""
    table = glossary()
    found: list[Term] = []
    hinted = [area for area, pattern in _AREA_WORDS if pattern.search(question)]
    for code in _CODE.findall(question):
        meanings = table.codes.get(code, [])
        chosen = [term for area in hinted for term in meanings if term.area == area]
        if not chosen and hinted == ["exits"] and code.isdigit():
            found.append(_own(code))
            continue
        found += chosen or sorted(meanings, key=lambda term: (-_uses(term, shown), _usual(term)))
    for name, terms in table.named(question):
        found += [term for term in terms if _is_meant(term, name, question, hinted)]
    return [term.shown() for term in dict.fromkeys(found)][:MOST]


def _is_meant(term: Term, name: str, question: str, hinted: list[str]) -> bool:
    """The name of an exit code or a status is mostly an ordinary word (`CONFIG`, `Found`): it must be written as one."""
    if term.area not in ("exits", "http", "grpc", "smtp") or " " in name or "_" in name:
        return True
    return (
        term.area in hinted or re.search(rf"(?<![A-Za-z]){re.escape(name.upper())}(?![A-Za-z])", question) is not None
    )


def _own(code: str) -> Term:
    """An exit code that no table knows."""
    meaning = Text(
        "no common meaning; the program gave it one of its own: its last lines, or its manual, say which",
        "没有通用含义，由程序自己规定：看它最后几行输出或手册",
    )
    return Term("exits", code, "", meaning)


def asks_for_number(question: str) -> bool:
    """Whether the question is nothing but a number, or asks what one means."""
    return _CODE.search(question) is not None and _ASKS.search(question) is not None


def _uses(term: Term, shown: Sequence[str]) -> int:
    """In how many of the session's lines the number is written as one of its area."""
    form = _IN_LOGS.get(term.area)
    if form is None or not shown:
        return 0
    pattern = re.compile(form.format(re.escape(term.code)))
    return sum(pattern.search(line) is not None for line in shown)


def _usual(term: Term) -> int:
    """Which meaning people have in mind when nothing says so."""
    number = int(term.code) if term.code.isdigit() else 0
    order = ["http", "errno", "exits", "signals", "smtp", "tls", "dns", "grpc"]
    if number < 200 or number > 599:  # noqa: PLR2004 - below and above the statuses of HTTP that anybody asks for
        order = ["errno", "exits", "signals", "grpc", "mysql", "tls", "dns", "http", "smtp"]
    if 128 < number < 160:  # noqa: PLR2004 - 128 + signal
        order = ["exits", *order]
    return order.index(term.area) if term.area in order else len(order)
