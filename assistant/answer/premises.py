"""What a question takes for granted: `why was it killed` says that something was killed. When no line says so, we say that.

The answer still follows, because most questions are right about that something went wrong.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.answer.head import phrase
from assistant.answer.records import look, quick
from assistant.i18n import Text

if TYPE_CHECKING:
    from assistant.answer.followup import Question


@dataclass(frozen=True, slots=True)
class Premise:
    """Words that take something for granted, and those that a line holds in which it happened."""

    name: Text
    asked: re.Pattern[str]
    held: re.Pattern[str]


def _premise(en: str, zh: str, asked: str, held: str) -> Premise:
    return Premise(Text(en, zh), re.compile(asked, re.IGNORECASE), re.compile(held, re.IGNORECASE))


PREMISES: tuple[Premise, ...] = (
    _premise("anything being killed", "有进程被杀", r"\bkill(ed|s)?\b|被杀|杀(了|掉)", r"kill|signal 9|signal 15|terminated|被杀|oom"),
    _premise("memory running out", "内存不足", r"\boom\b|out of memory|内存(不足|溢出|耗尽)", r"oom|memory|heap|内存"),
    _premise("a panic", "panic", r"\bpanic", r"panic"),
    _premise("a segmentation fault", "段错误", r"segfault|segmentation|段错误", r"segfault|segmentation|sigsegv|signal 11"),
    _premise("missing permissions", "权限问题", r"permission|没?权限|forbidden", r"permission|denied|forbidden|eacces|not permitted|ownership|modes|unauthori"),
    _premise("a full disk", "磁盘写满", r"disk (is )?full|no space|磁盘.{0,2}满|写不进", r"no space|enospc|disk full|100 ?%|quota|free limit"),
    _premise("a time-out", "超时", r"time(d|s)?[- ]?out|超时", r"time(d|s)?[- ]?out|deadline|etimedout|timed|slow|超时|took"),
    _premise("a refused connection", "连接被拒绝", r"\brefused?\b|拒绝", r"refus|denied|reject|no server|111"),
    _premise("a port that is taken", "端口被占用", r"占.{0,4}端口|端口.{0,4}占|port.{0,14}(taken|in use|occupied)|holds the port", r"in use|eaddrinuse|taken|bind|could not listen|失败"),
    _premise("a certificate", "证书", r"certificate|\bcert\b|证书", r"certificate|ssl|tls|x509|证书"),
)  # fmt: skip
_SERVICES = {
    "postgres": r"postgres|psycopg|\bpg_", "mysql": r"mysql|mariadb", "mariadb": r"mysql|mariadb", "redis": r"redis|valkey",
    "nginx": r"nginx", "apache": r"apache|httpd|AH0\d", "haproxy": r"haproxy", "uvicorn": r"uvicorn", "gunicorn": r"gunicorn",
    "celery": r"celery", "docker": r"docker|containerd", "dockerd": r"dockerd", "rabbitmq": r"rabbit|amqp", "kafka": r"kafka",
    "mongodb": r"mongo", "elasticsearch": r"elastic", "memcached": r"memcache", "php": r"php", "sshd": r"sshd|ssh",
}  # fmt: skip


def unfounded(asked: Question) -> str:
    """One line that names what no line of the logs speaks of; empty when nothing was taken for granted wrongly."""
    wanted = [(item.name.get(asked.language), item.held) for item in PREMISES if item.asked.search(asked.text)]
    low = asked.text.lower()
    wanted += [
        (name, re.compile(form, re.IGNORECASE))
        for name, form in _SERVICES.items()
        if re.search(rf"(?<![a-z]){name}(?![a-z])", low)
    ]
    if not wanted or not asked.sources or not quick(asked.sources):
        return ""
    known = " ".join(known_words(asked))
    open_ones = {name: form for name, form in wanted if not form.search(known)}

    def sees(text: str) -> bool:
        for name in [name for name, form in open_ones.items() if form.search(text)]:
            del open_ones[name]
        return False

    if open_ones:
        look(asked.sources, lambda event: sees(event.evidence.text))
    if not open_ones:
        return ""
    names = (", " if asked.language == "en" else "、").join(open_ones)
    return phrase("unfounded", asked.language, what=names)


def known_words(asked: Question) -> list[str]:
    """Formats, entries and findings of the report in words: nginx's own log never says `nginx`, a segfault not `crash`."""
    names = [name for source in asked.report.sources for name, _ in source.formats]
    names += [source.name for source in asked.report.sources]
    names += [
        word
        for finding in asked.report.findings
        if finding.observed
        for word in (
            finding.entry,
            finding.title.en,
            finding.title.zh,
            *asked.knowledge.entries[finding.entry].keywords,
        )
    ]
    return names + [template.text for template in asked.report.templates]
