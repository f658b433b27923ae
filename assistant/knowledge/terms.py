"""The glossary's files: `knowledge/terms/*.txt`, one term a line.

    104 ECONNRESET|connection reset by peer|连接被重置 :: the peer answered with a TCP RST … :: 对端回了 TCP RST …

The first name is shown; a code (a number, an SQLSTATE, a mail status) stands before it. The file's name is the
term's area, so that the 13 of errno, of a signal and of gRPC are three terms. Lines that begin with # say from where a
file was checked. Exit codes above 128 that no line explains are made from the signals.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from assistant.i18n import Text
from assistant.knowledge.load import shipped_folder

AREAS = {
    "errno": Text("errno", "errno"),
    "signals": Text("signal", "信号"),
    "exits": Text("exit code", "退出码"),
    "http": Text("HTTP", "HTTP 状态码"),
    "sqlstate": Text("SQLSTATE", "SQLSTATE"),
    "mysql": Text("MySQL error", "MySQL 错误"),
    "grpc": Text("gRPC status", "gRPC 状态"),
    "tls": Text("TLS", "TLS"),
    "dns": Text("DNS", "DNS"),
    "smtp": Text("SMTP reply", "SMTP 应答"),
}
_CODE = re.compile(r"(?P<code>class [0-9A-Z]{2}|\d{1,5}|\d\.\d{1,3}\.\d{1,3}|[0-9A-Z]{5}|w\d{5})(?: (?P<name>\S.*))?$")
_WORDS = re.compile(r"[a-z0-9_.+/=-]+|[\u4e00-\u9fff]+")
_MAX_WORDS = 9
_DIED = 128


@dataclass(frozen=True, slots=True)
class Term:
    """One meaning. `code` is empty for a word."""

    area: str
    code: str
    name: str
    meaning: Text

    def shown(self) -> Text:
        """Name and meaning in one sentence, in both languages."""
        if self.area not in AREAS:
            return self.meaning
        area = AREAS[self.area]
        head = f"{self.code} {self.name}".strip()
        return Text(f"{area.en} {head}: {self.meaning.en}", f"{area.zh} {head}：{self.meaning.zh}")


@dataclass(frozen=True, slots=True)
class Glossary:
    """Terms by the words of their names, and by their codes."""

    names: dict[str, list[Term]]
    codes: dict[str, list[Term]]
    chinese: tuple[str, ...]  # names in Chinese script, which may stand anywhere in a sentence

    def named(self, text: str) -> list[tuple[str, list[Term]]]:
        """The names that stand in a text with their terms, longest first; a name inside a longer one is left out."""
        words = _WORDS.findall(text.lower())
        found: dict[str, list[Term]] = {}
        for start in range(len(words)):
            for end in range(min(len(words), start + _MAX_WORDS), start, -1):
                name = " ".join(words[start:end])
                if terms := self.names.get(name) or self.names.get(name.strip(".=-/+")):
                    found.setdefault(name, terms)
        for name in self.chinese:
            if name in text:
                found.setdefault(name, self.names[name])
        longest = sorted(found.items(), key=lambda pair: -len(pair[0].encode()))
        return [
            pair for number, pair in enumerate(longest) if not any(pair[0] in other[0] for other in longest[:number])
        ]


@cache
def glossary(folder: Path | None = None) -> Glossary:
    """The shipped terms; read once, and only when a question asks for one."""
    names: dict[str, list[Term]] = {}
    codes: dict[str, list[Term]] = {}
    for path in sorted((folder or shipped_folder() / "terms").glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                _add(parse_line(line, path.stem), names, codes)
    for number, terms in [(int(code), terms) for code, terms in codes.items() if code.isdigit()]:
        signal = next((term for term in terms if term.area == "signals"), None)
        if signal is not None and not any(term.area == "exits" for term in codes.get(str(number + _DIED), ())):
            _add((_died_of(signal, number), []), names, codes)
    chinese = tuple(name for name in names if not name.isascii() and re.search(r"[\u4e00-\u9fff]", name))
    return Glossary(names, codes, chinese)


def _died_of(signal: Term, number: int) -> Term:
    """The exit code by which shells and container engines tell that a signal ended a process."""
    meaning = Text(
        f"= 128 + {number}: ended by {signal.name}. {signal.name} {signal.meaning.en}",
        f"= 128 + {number}：被 {signal.name} 结束。{signal.name}：{signal.meaning.zh}",
    )
    return Term("exits", str(number + _DIED), "", meaning)


def parse_line(line: str, area: str) -> tuple[Term, list[str]]:
    """A term and all its names. Raises ValueError when the line is not of the form."""
    parts = line.split(" :: ")
    if len(parts) != 3 or not all(part.strip() for part in parts):  # noqa: PLR2004 - names and two sentences
        raise ValueError(f"not `names :: English :: 中文`: {line[:60]}")
    first, *others = [name.strip().lstrip("~") for name in parts[0].split("|")]
    match = _CODE.match(first) if area in AREAS else None
    code, name = (match["code"], match["name"] or "") if match else ("", first)
    others = [other for other in others if other]
    term = Term(area, code.removeprefix("class "), name, Text(parts[1].strip(), parts[2].strip()))
    return term, [name, *others] if name else others


def _add(found: tuple[Term, list[str]], names: dict[str, list[Term]], codes: dict[str, list[Term]]) -> None:
    term, called = found
    if term.code:
        codes.setdefault(term.code, []).append(term)
    for name in called:
        key = " ".join(_WORDS.findall(name.lower())) if name.isascii() else name
        if key and term not in names.setdefault(key, []):
            names[key].append(term)
