"""`reply`: a question after the first answer, by rules alone.

The question's form chooses a way to answer (will it help? is it X? what does X mean? when? how do I fix it? …); its words
choose the facts. What the rules cannot answer they say, and show the nearest entries instead.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.answer import replies
from assistant.i18n import Language
from assistant.knowledge.entry import Knowledge
from assistant.model import Answer, Report, Source


@dataclass(frozen=True, slots=True)
class Question:
    """A question with everything it can be answered from."""

    text: str
    report: Report
    knowledge: Knowledge
    language: Language
    previous: Report | None
    sources: Sequence[Source]


Way = Callable[[Question], list[str] | None]


def _re(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


# Tried in order; a way may decline (None), then the next form that fits is tried.
FORMS: tuple[tuple[re.Pattern[str], Way], ...] = (
    (_re(r"^(上述|以上|这段|这些|这个|下面)?(日志|log)?.{0,6}(说明|表示|代表|意味着)(了)?(什么|啥)|^这段呢|^what (do|does) (this|these|the) (log|logs|lines?)? ?(mean|say)|^explain( this| it)?[.?!]*$|^(and )?(what about )?(this|that|these)( one| part| log| lines?)?[.?! ]*$|^那?(这|那)(段|个|些)?(日志)?(呢|怎么样)?[？?。 ]*$|^解释(一下)?[。？]*$"), replies.whole),
    (_re(r"\[?\b\d+:\d+\b\]?|\blines? ?\d+|第 ?\d+ ?行"), replies.lines),
    (_re(r"what changed|anything new|what('s| is) (new|different)|(有)?什么(变化|不同|改变)|改变了什么|变了什么|有何变化"), replies.changed),
    (_re(r"\b(will|would|does|do|should|can|could)\b.{0,60}\b(help|fix|solve|cure|work|enough)|\bshould (i|we)\b|is it safe|safe to|有(没有)?用(吗|么|嘛)?|管用|能解决|能不能解决|可以解决|行不行|行吗|有帮助|要不要|该不该|安全吗|可以.{0,12}吗|能.{0,12}吗"), replies.remedy),
    (_re(r"what (is|are|does)\b.{0,60}(mean|\?|$)|meaning of|define|(是|指)(什么|啥)(意思)?|什么意思|啥意思|含义"), replies.term),
    (_re(r"(how|where).{0,24}(confirm|prove|verify|check|make sure|be sure|find out)|how do you know|证实|确认|验证|怎么(查|确定|判断|知道)|如何(查|确定|判断)"), replies.confirm),
    (_re(r"(how|what).{0,30}(fix|solve|repair|prevent|do now|do about|should i do|can i do)|remedy|solution|mitigat|怎么(办|修|解决|处理|避免|防止)|如何(解决|修复|处理|避免)|修复|治本|解决方案|怎么搞"), replies.fix),
    (_re(r"still (missing|unknown|open|unproven)|what.{0,12}missing|not (sure|certain|proven)|what else.{0,12}need|还(缺|差|不知道|需要)什么|缺什么|未知|不确定|哪些.{0,6}没有?(证实|确定)|还要(看|贴)什么|下一步"), replies.missing),
    (_re(r"evidence|proof|which lines|show me|证据|依据|哪几?行|凭什么|根据什么"), replies.evidence),
    (_re(r"\bwhen\b|timeline|what time|since when|in what order|sequence|什么时候|何时|几点|时间线|时间顺序|先后|顺序|经过|从什么时候"), replies.timeline),
    (_re(r"^(and |but |so )?(which|who|whose|how (much|many|long|often|big|large))\b|哪(个|些|台|一)|谁|多少|多大|多久|多长|几(次|个|台)"), replies.facts),
    (_re(r"^(and |but |so |ok |hm+,? )?(is|isn't|was|wasn't|could|couldn't|are|aren't|did|does)\b|why not|why (isn't|is it not)|是不是|为什么不是|怎么不是|会不会是|不是.{0,12}吗|是.{0,14}(吗|问题|导致|引起)|难道|应该是|对吧|right\?"), replies.hunch),
    (_re(r"root cause|\bwhy\b|what (caused|happened|went wrong)|reason|根因|根本原因|原因|为什么|为何|怎么回事|发生了什么|咋回事"), replies.cause),
    (_re(r"summar|tl;?dr|short version|总结|概括|一句话|简单说"), replies.cause),
)  # fmt: skip


def reply(
    question: str,
    report: Report,
    knowledge: Knowledge,
    language: Language,
    *,
    previous: Report | None = None,
    sources: Sequence[Source] = (),
) -> Answer:
    """The answer to a follow-up question, in `language`. Without any log in the session, terms are still explained."""
    asked = Question(question.strip(), report, knowledge, language, previous, sources)
    if not report.sources:
        lines = replies.term(asked) or replies.nearest(asked, nothing_pasted=True)
        return Answer("\n".join(lines) + "\n", language, "follow-up")
    for pattern, way in FORMS:
        if pattern.search(asked.text):
            answer = way(asked)
            if answer:
                return Answer("\n".join(answer).strip() + "\n", language, "follow-up")
    for way in (replies.facts, replies.term, replies.entry):
        answer = way(asked)
        if answer:
            return Answer("\n".join(answer).strip() + "\n", language, "follow-up")
    return Answer("\n".join(replies.nearest(asked)).strip() + "\n", language, "unknown")
