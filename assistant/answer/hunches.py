"""Is it X? A guess is met with the finding, the facts or the lines that speak for or against it, never with a guess."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.answer import head
from assistant.answer.cite import cite, cited
from assistant.answer.focus import main, mentions, named_finding
from assistant.answer.head import phrase
from assistant.answer.honest import gap_of, no_sign, not_said
from assistant.answer.phrases import PHRASES
from assistant.answer.premises import known_words
from assistant.answer.records import quick
from assistant.answer.story import bullets, say
from assistant.answer.topics import topics_of
from assistant.answer.values import spoken_of
from assistant.i18n import Text
from assistant.model import Finding, Severity, Status

if TYPE_CHECKING:
    from assistant.answer.followup import Question

_KILLED = re.compile(r"kill|\boom|\bdied?\b|\bdead\b|crash|杀|挂|死", re.IGNORECASE)
_DOWN = re.compile(
    r"\b(down|up|dead|running|started|alive|offline|reachable)\b|没?启动|没?起来|挂了|在运行|停了|宕|没跑",
    re.IGNORECASE,
)
_STOP = frozenset(["is", "it", "the", "a", "an", "was", "were", "are", "isn't", "wasn't", "that", "this", "and", "but", "so", "ok", "not", "no", "of", "to", "in", "on", "for", "right", "maybe", "problem", "issue", "cause", "caused", "by", "because", "due", "have", "has", "something", "with", "related", "could", "be", "did", "does", "do", "its", "it's", "that's", "must", "fault", "broken", "wrong", "really", "because", "why", "itself", "maybe", "perhaps", "then", "there", "out", "down", "full"])  # fmt: skip
_TIME = re.compile(r"(?<![\d:])\d{1,2}:\d{2}(?::\d{2})?(?![\d:])")
_WORD = re.compile(r"[A-Za-z_][\w.-]{2,40}")


def hunch(asked: Question) -> list[str] | None:
    """The answer to a guess."""
    return _killed(asked) or _known(asked) or _facts(asked) or not_said(asked) or _conceivable(asked) or _unknown(asked)


def _killed(asked: Question) -> list[str] | None:
    """`was X killed?` where X is a program that the logs name: the kernel's own line says who was."""
    if not _KILLED.search(asked.text):
        return None
    kills = asked.report.facts_of("oom.kill")
    if not kills:
        return None
    victims = {str(fact.attributes.get("process.name", "")).lower() for fact in kills}
    low = asked.text.lower()
    if any(name and name in low for name in victims):
        return None
    others = {name for name in _programs(asked) if name not in victims and mentions(low, name)}
    if not others:
        return None
    no = PHRASES["hunch_no"].get(asked.language)
    return [f"{no} {say(fact, asked.language)}" for fact in kills[:3]]


def _programs(asked: Question) -> set[str]:
    """Programs that stand in the session's lines: in memory tables, and as services."""
    names = {
        str(value).lower()
        for fact in asked.report.facts
        for name, value in fact.attributes.items()
        if name in ("process.name", "service", "service.name")
    }
    for fact in asked.report.facts:
        for item in fact.evidence[:400]:
            names |= {
                match[1].lower()
                for match in re.finditer(r"\] +\d+ +\d+(?: +-?\d+){4,10} +([\w./:-]{3,16})$", item.text)
            }
    low = asked.text.lower()
    if "docker" in low:
        names |= {"dockerd", "docker-proxy"}
    return names


def _known(asked: Question) -> list[str] | None:
    """A finding of this report has that name."""
    found = _meant(asked)
    if found is None or _only_a_service(asked, found):
        return None
    if found.status is Status.RULED_OUT:
        no = PHRASES["hunch_no"].get(asked.language)
        return [f"{no} {cited(text.get(asked.language), found.evidence)}" for text in found.because] or None
    if any(
        topic.name in ("earlier", "timeout", "port", "swap", "after-restart") for topic in topics_of(asked.text)
    ) and (rows := _facts(asked)):
        return rows
    if not found.observed or not _is_that(asked, found):
        return None
    said = head.headline(found, asked.knowledge, asked.language)
    name = {Status.CONFIRMED: "hunch_yes", Status.LIKELY: "hunch_likely"}.get(found.status, "hunch_open")
    begun = _at_a_time(asked, found) or PHRASES[name].get(asked.language)
    rows = [f"{begun} {said} {cite(found.evidence)}"]
    if found.entry in asked.report.root_causes:
        rows += [line for line in head.coverage(asked.report, asked.language) if line]
    root = main(asked)
    if root is not None and root.entry != found.entry and root.entry in asked.report.root_causes:
        rows.append(
            "- "
            + phrase("instead", asked.language, said=head.headline(root, asked.knowledge, asked.language))
            + " "
            + cite(root.evidence)
        )
    return rows + _topic_rows(asked)[:3]


def _at_a_time(asked: Question, found: Finding) -> str:
    """How an answer begins when the question is about one failure by its time: that a cause is proven says less of it."""
    match = _TIME.search(asked.text)
    if match is None or found.status is not Status.CONFIRMED:
        return ""
    links = [link for link in asked.report.links if link.cause == found.entry]
    covering = [link for link in links if any(match[0] in text.en for text, _ in link.covers)]
    if any(link.status is Status.CONFIRMED for link in covering):
        return ""
    if covering:
        return phrase("hunch_time_likely", asked.language, time=match[0])
    if any(match[0] in text.en for link in links for text, _ in link.not_proven):
        return phrase("hunch_time_open", asked.language, time=match[0])
    return ""


def _meant(asked: Question) -> Finding | None:
    """The finding that a guess names; of several the root cause, so that `was it killed?` meets who killed it."""
    found = named_finding(asked)
    if found is not None and found.observed:
        for entry in asked.report.root_causes:
            root = asked.report.finding(entry)
            if root is not None and root.observed and _names_in(asked, root) and _is_that(asked, root):
                return root
    return found


def _names_in(asked: Question, found: Finding) -> list[str]:
    """The names of a finding that stand in the question."""
    entry = asked.knowledge.entries[found.entry]
    names = (entry.title.get(asked.language), found.entry.rpartition("/")[2].replace("-", " "), *entry.keywords)
    return [word for word in names if mentions(asked.text, word)]


def _is_that(asked: Question, found: Finding) -> bool:
    """Whether a `Yes` is earned: all that the guess names is in the finding's own words or lines.

    A keyword alone is not enough: an entry lists words that it may be searched by, its possible causes among them.
    """
    if found.severity < Severity.WARN:
        return False  # the ordinary life of a service answers no guess
    own = " ".join(
        (
            found.title.en, found.title.zh, found.entry, head.headline(found, asked.knowledge, "en"),
            head.headline(found, asked.knowledge, "zh"), *(item.text for item in found.evidence[:4]),
        )
    ).lower()  # fmt: skip
    words = [word.lower() for word in _WORD.findall(asked.text) if word.lower() not in _STOP]
    if any(
        word not in own and word.rstrip("s") not in own and word.replace("-", "") not in own.replace(" ", "")
        for word in words
    ):
        return False
    if any(noun in asked.text and not form.search(own) for noun, form in _NOUNS.items()):
        return False
    held = set(_SAME.sub("不足", own))
    return bool(words) or any(
        name not in _WEAK and set(_SAME.sub("不足", name.lower())) <= held for name in _names_in(asked, found)
    )


_NOUNS = {
    "容器": re.compile(r"container|docker|cgroup|容器|pod"), "整机": re.compile(r"整机|global_oom|host"),
    "数据库": re.compile(r"postgres|mysql|mariadb|mongo|database|数据库"), "网络": re.compile(r"network|网络|route|link"),
    "磁盘": re.compile(r"disk|磁盘|space|enospc|file system|文件系统"), "证书": re.compile(r"certificate|证书|ssl|tls"),
    "密码": re.compile(r"password|密码|auth"), "防火墙": re.compile(r"firewall|防火墙|nft|iptables"), "权限": re.compile(r"permission|权限|denied|eacces"),
}  # fmt: skip
_SAME = re.compile("耗尽|不够|用完|用尽|溢出|占满")  # several words for one thing
_WEAK = frozenset(
    (
        "被杀",
        "启动",
        "停止",
        "失败",
        "重启",
        "错误",
        "异常",
        "内存",
        "端口",
        "连接",
        "退出",
        "崩溃",
        "日志",
        "服务",
        "上游",
        "请求",
    )
)


def _only_a_service(asked: Question, found: Finding) -> bool:
    """Whether the question names no more than the program: `is it nginx?` is not answered by any failure of nginx."""
    entry = asked.knowledge.entries[found.entry]
    area = found.entry.split("/")[0]
    names = (entry.title.get(asked.language), found.entry.rpartition("/")[2].replace("-", " "), *entry.keywords)
    hits = [word for word in names if mentions(asked.text, word)]
    return bool(hits) and all(
        word.lower() in (area, "docker", "container", "容器", "kernel", "linux", "server", "服务器") for word in hits
    )


def _facts(asked: Question) -> list[str] | None:
    """Facts on the subject, with what the report says it is."""
    about = _topic_rows(asked)
    if not about:
        return None
    if any(topic.name == "earlier" for topic in topics_of(asked.text)):
        return [line for line in head.coverage(asked.report, asked.language) if line] + about
    return [*about, *_instead(asked)]


def _topic_rows(asked: Question) -> list[str]:
    for topic in topics_of(asked.text):
        rows = bullets(asked.report, topic.facts, asked.language, lambda _: True)
        if rows:
            return list(dict.fromkeys(rows))[:6]
    return []


def _instead(asked: Question) -> list[str]:
    root = main(asked)
    if root is None:
        return []
    said = head.headline(root, asked.knowledge, asked.language)
    return ["- " + phrase("instead", asked.language, said=said) + " " + cite(root.evidence)]


def _conceivable(asked: Question) -> list[str] | None:
    """A cause that could explain what was seen, and that nothing here proves."""
    open_ones = [item for item in asked.report.findings if not item.observed and item.status is Status.POSSIBLE]
    named = {item.entry: max((len(name.encode()) for name in _names_in(asked, item)), default=0) for item in open_ones}
    found = max(open_ones, key=lambda item: named[item.entry], default=None)
    if found is None or not named[found.entry] or _only_a_service(asked, found):
        return None
    tell = asked.knowledge.entries[found.entry].tell
    rows = [f"{PHRASES['hunch_open'].get(asked.language)} {found.title.get(asked.language)}"]
    if tell is not None:
        rows.append("- " + tell.get(asked.language))
    rows += _instead(asked)
    probe = next((item for item in asked.report.probes if found.entry in item.decides), None)
    return rows + (head.probe_lines(probe, asked.language, name="then_look") if probe else [])


def not_told(asked: Question) -> list[str]:
    """That the logs do not say it, and what they do say."""
    return [phrase("not_told", asked.language), *_instead(asked)]


def _unknown(asked: Question) -> list[str] | None:
    """A guess about something no entry and no fact speaks of: the lines that hold its words, or that none does."""
    if not asked.sources:
        return None
    if not quick(asked.sources):  # too large to be read for a guess
        return not_told(asked)
    words = [word for word in _WORD.findall(asked.text) if word.lower() not in _STOP]
    lines = sum(item.lines for item in asked.report.sources)
    # only what is surely in no line may be said to be in none: words of another language may stand there in English
    rows = spoken_of(asked, words) if words else []
    known = " ".join(known_words(asked)).lower()
    if (
        gap_of(asked.text) is not None
        or not words
        or rows
        or any(word.lower() in known for word in words)
        or any(spoken_of(asked, [word]) for word in words)
    ):
        return [phrase("not_told", asked.language), *rows, *_instead(asked)]
    said = " ".join(words)
    return no_sign(asked, Text(said, said), lines)


def state(asked: Question) -> list[str] | None:
    """`is PHP down?`: what the logs say of that service."""
    if not _DOWN.search(asked.text):
        return None
    rows = _topic_rows(asked)
    named = [
        item
        for item in asked.report.findings
        if item.observed
        and item.status in (Status.CONFIRMED, Status.LIKELY)
        and mentions(asked.text, item.entry.split("/")[0])
    ]
    rows += [f"- {head.headline(item, asked.knowledge, asked.language)} {cite(item.evidence)}" for item in named[:3]]
    if not rows:
        return None
    return [phrase("state_known", asked.language), *dict.fromkeys(rows), *[row for row in _instead(asked) if not named]]
