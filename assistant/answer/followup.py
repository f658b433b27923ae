"""`reply`: a question after the first answer, by rules alone.

The question's form chooses a way to answer (will it help? is it X? what does X mean? when? how do I fix it? …); its words
choose the facts. What the rules cannot answer they say, and show the nearest entries instead.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.answer import advice, comparing, counting, honest, hunches, looking, premises, replies, returning, values
from assistant.answer.spelling import mended
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
    before: str = ""  # the question before this one, which `it` may refer to


Way = Callable[[Question], list[str] | None]


def _re(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


# Tried in order; a way may decline (None), then the next form that fits is tried.
FORMS: tuple[tuple[re.Pattern[str], Way], ...] = (
    (_re(r"^(上述|以上|这段|这些|这个|下面)?(日志|log)?.{0,6}(说明|表示|代表|意味着)(了)?(什么|啥)|^这段呢|^what (do|does) (this|these|the) (log|logs|lines?)? ?(mean|say)|^explain( this| it)?[.?!]*$|^(and )?(what about )?(this|that|these)( one| part| log| lines?)?[.?! ]*$|^那?(这|那)(段|个|些)?(日志)?(呢|怎么样)?[？?。 ]*$|^解释(一下)?[。？]*$"), replies.whole),
    (_re(r"\btranslat|(in|into|to) (english|chinese)\b|翻译|用(中文|英文|英语)(说|讲|回答|再)?|(中文|英文)版"), advice.translate),
    (_re(r"\b(boss|manager|ceo|management|stakeholders?|non.?technical|executive|layman|plain words|status update)\b|领导|老板|汇报|非技术|通俗|大白话|对外|通报"), advice.boss),
    (_re(r"summar|tl;?dr|short version|in (one|a few|two) (sentence|word|line)s?|in short|总结|概括|[一两二三几]句话|说清楚|简单说|简要|说重点|长话短说"), advice.boss),
    (_re(r"^(show|what('s| is| was)|which|print)?.{0,30}(around|surrounding|context|nearby|neighbou?r)|(lines?|happened|happening|logged|events?|anything|going on|stood|there) .{0,20}(right |just |shortly )?(before|after|around)\b|what .{0,24}(led (up )?to|preceded|came (right |just )?(before|after)|(right |just )before|(right |just )after)|上下文|前后(的|几)?|附近|(之前|以前|前面|前|后|之后|以后|后面|后来|接着|随后)(都)?(发生|出现|有|还有|做|打印|记录|报)|发生(之)?前|(之前|之后|后面|前面)(是|的)?(什么|哪些|几行|日志)"), looking.neighbourhood),
    (_re(r"\[?\b\d+:\d+(?!:?\d)\b\]|\blines? ?#?\d+|第 ?\d+ ?(行|条日志)|^\[?\d+:\d+(-\d+)?\]?\??$"), replies.lines),
    (_re(r"^\W*(what('s| is)|errno|error code|exit ?(code|status)|signal|http|code|status|状态码|退出码|错误码|错误号|信号)?\W*[A-Z0-9]{1,5}(\W|是|什么|啥|意思|错误|码)*$"), replies.term),
    (_re(r"what changed|anything new|what('s| is) (new|different)|(有)?什么(变化|不同|改变)|改变了什么|变了什么|有何变化"), replies.changed),
    (_re(r"compar|difference between|\bvs\.?\b|versus|比较|对比|区别|相比|比.{1,16}(大|多|高|少|小)(多少|几倍)?|哪个(更|最)(大|多|高)|which .{0,20}(more|most|larger|largest|bigger|biggest)|(largest|biggest|top) (process|memory|consumer)"), comparing.compare),
    (_re(r"^(did|has|have|is|was|were|and did|when did)\b.{0,40}\b(came? back|come back|restarted?|recover(ed)?|(up|running|alive) again)\b(?!.{0,12}\b(help|fix|solve|again)\b)|(容器|服务|进程|应用|nginx|docker|pod|它)[^，。？?]{0,10}(重启|恢复|起来|拉起|活过来|重新启动)了?[^，。？?]{0,8}(吗|么|没有?|什么时候|何时)"), returning.came_back),
    (_re(r"(happen|occur|come|break|fail|crash|die|killed?)s? ?(back )?again|recur|come back|next time|keep happening|再(次)?(发生|出现|挂|崩|来|犯|被杀)|还会(再)?|会不会再|复发|重现|下次"), advice.again),
    (_re(r"is it safe|safe to|安全吗|能不能重启|可以重启|要不要重启|能重启|重启(行|可以|能行)|should (i|we) (restart|reboot)|(can|may) (i|we) (restart|reboot)"), advice.safe),
    (_re(r"still (missing|unknown|open|unproven)|what.{0,12}missing|not (sure|certain|proven)|what (else|more).{0,16}need|next step|what('s| is)? next|what (do|should) i (run|paste|look)|which command|还(缺|差|不知道|需要)什么|缺什么|未知|不确定|哪些.{0,6}没有?(证实|确定)|还要(看|贴)什么|下一步|接下来|该(查|看)(什么|啥|哪)|贴(什么|啥)|(跑|执行|用)(什么|哪个|哪条)命令|什么命令"), replies.missing),
    (_re(r"\b(will|would|does|do|should|can|could)\b.{0,60}\b(help|fix|solve|cure|work|enough)|\b(should|can|may|could|shall) (i|we)\b|is it safe|safe to|how about|what about|what if (i|we)|有(没有)?用(吗|么|嘛)?|管用|能解决|能不能解决|可以解决|行不行|行吗|有帮助|要不要|该不该|安全吗|可以.{0,12}吗|能.{0,12}吗|怎么样\?|怎么样？"), replies.remedy),
    (_re(r"(which|what|where).{0,24}(config|setting|directive|parameter|option|knob)|(config|setting)s? (line|file|to change)|(哪|什么)(一)?(行|个|些|项)?.{0,4}(配置|参数|设置|选项|指令)|配置(在哪|文件|哪行|怎么改)|改(哪|什么)(里|个|些)?"), advice.settings),
    (_re(r"what (is|are|does|do)\b.{0,60}(mean|\?|$)|what's\b|meaning of|define|(是|指)(个)?(什么|啥)(意思|东西|玩意|错误|状态|码|信号|问题码)?[？? ]*$|什么意思|啥意思|含义"), replies.term),
    (_re(r"(how|where).{0,24}(confirm|prove|verify|check|make sure|be sure|find out)|how do (you|we) know|are you sure|how (sure|certain|confident)|有(多大)?把握|多确定|证实|确认|验证|怎么(查|确定|判断|知道)|如何(查|确定|判断)|确定吗|你确定|靠谱吗"), replies.confirm),
    (_re(r"for good|permanent|long.?term|once and for all|never again|prevent|avoid|lasting|real fix|proper(ly)? fix|彻底|根治|治本|长期|永久|长远|一劳永逸|杜绝|避免|防止|预防"), advice.lasting),
    (_re(r"(how|what).{0,30}(fix|solve|repair|do now|do about|should i do|can i do|get it (back|working)|recover)|\bfix(es)?\b|remedy|solution|mitigat|now what|what now|怎么(办|修|解决|处理|恢复|弄|搞|改)|如何(解决|修复|处理|恢复)|修复|解决方案|解决办法"), replies.fix),
    (_re(r"(看看|给我看|贴出|列出|show).{0,16}(那|这)?(几|些)?(行|lines?)[？?。]*$|那(几|些)行"), looking.lines_of),
    (_re(r"how often|frequen|every (few|how)|how regular|频率|频繁|多久一次|隔多久|每(隔)?(多久|几分钟)|经常|有规律"), counting.frequency),
    (_re(r"how many|how much times|\bcount\b|number of|多少(次|个|条|行|回|遍|请求|错误|失败)|几(次|个|条|行|回|遍)|次数|统计"), counting.count),
    (_re(r"\b(the |that )?(first|second|third|fourth|last|latest|1st|2nd|3rd|4th) (error|failure|warning|one|line|record|request|5\d\d|4\d\d|entry|crash|kill|time)|第[一二三四](个|条|次)|最后(一)?(个|条|次)|最早的?(一)?(个|条|次|错误)|最近一次"), looking.nth),
    (_re(r"since when|^for how long|when did it (start|begin|first)|how long (did|has|was|were|does|is) (it|this|that|the (outage|incident|problem|failure|errors?))|first (seen|time|occur|appear|happen)|last (seen|time)|how long .{0,20}(last|take|outage|down)|duration|until when|从什么时候(开始)?|什么时候(开始|结束|停止|最后|第一次)|何时开始|最早|最后一次|持续(了)?(多久|多长)|多长时间|(挂|断|停|影响|故障)了?多久|多久了"), counting.since),
    (_re(r"evidence|proof|which lines|prove it|证据|依据|哪几?行|凭什么|根据什么|拿什么证明"), replies.evidence),
    (_re(r"\bwhen\b|timeline|what time|since when|in what order|sequence|which came first|what happened first|什么时候|何时|几点|时间线|时间顺序|先后|顺序|经过|从什么时候"), counting.when),
    (_re(r"^(only|just|show|list|filter|grep|give me|find|display|print|see|any|are there|is there|get)\b|^(只|仅|列出|显示|过滤|筛选|找出?|查(找|看)?|看看?|给我|有没有|有哪些?)|(lines?|errors?|warnings?|requests?|records?|entries|logs?) (with|from|after|before|between|of|since|at|containing|for|in)\b|的(日志|错误|行|请求|记录|警告)[？?吗 ]*$"), looking.filtered),
    (_re(r"."), honest.surely_not_said),
    (_re(r"^(and |but |so )?(which|who|whose|how (much|many|long|often|big|large))\b|哪(个|些|台|一)|谁|多少|多大|多久|多长|几(次|个|台)"), replies.facts),
    (_re(r"^(and |but |so )?(which|who|whose|how (much|many|long|often|big|large))\b|哪(个|些|台|一)|谁|多少|多大|多久|多长|几(次|个|台)"), values.values),
    (_re(r"^(and |but |so |ok |hm+,? |maybe |surely )*(is|isn't|was|wasn't|could|couldn't|are|aren't|did|does|has|it's|its|that's|must be|can)\b|why not|why (isn't|is it not)|not the\b|^not\b|为什么不是|怎么不是|是不是|会不会是|不是.{0,12}(吗|吧)|是.{0,16}(吗|吧|问题|导致|引起|造成)|难道|应该是|估计是|肯定是|对吧|right ?\?|related to|have to do with|because of|caused by|due to|\bmaybe\b|perhaps|possibly|跟.{0,12}有关|和.{0,12}有关|^.{2,16}(吗|吧|么)[？?]*$"), hunches.state),
    (_re(r"^(and |but |so |ok |hm+,? |maybe |surely )*(is|isn't|was|wasn't|could|couldn't|are|aren't|did|does|has|it's|its|that's|must be|can)\b|why not|why (isn't|is it not)|not the\b|^not\b|为什么不是|怎么不是|是不是|会不会是|不是.{0,12}(吗|吧)|是.{0,16}(吗|吧|问题|导致|引起|造成)|难道|应该是|估计是|肯定是|对吧|right ?\?|related to|have to do with|because of|caused by|due to|跟.{0,12}有关|和.{0,12}有关|^.{2,16}(吗|吧|么)[？?]*$"), hunches.hunch),
    (_re(r"root cause|\bwhy\b|what (caused|happened|went wrong|broke)|what('s| is) (wrong|going on|the (problem|matter|issue|cause|reason))|reason|\bcause|根因|根本原因|原因|为什么|为何|怎么回事|怎么(来|引起|造成|产生|发生)的|发生了什么|咋回事|出了什么(事|问题)|什么问题|啥问题|怎么了"), replies.cause),
)  # fmt: skip


# Tried when no form fits, or none had anything to say.
LAST: tuple[Way, ...] = (
    values.values, looking.some, replies.facts, replies.term, honest.not_said, replies.entry, looking.by_words,
)  # fmt: skip
# Ways whose answer would let a wrong premise stand: `why was it killed` where nothing was.
TAKES_FOR_GRANTED = frozenset(
    {
        looking.neighbourhood, looking.lines_of, looking.nth, counting.count, counting.frequency, counting.since, counting.when,
        replies.cause, replies.confirm, replies.evidence, replies.facts, values.values, advice.settings, advice.again, advice.lasting,
        replies.fix,
    }
)  # fmt: skip


def reply(
    question: str,
    report: Report,
    knowledge: Knowledge,
    language: Language,
    *,
    previous: Report | None = None,
    sources: Sequence[Source] = (),
    before: str = "",
) -> Answer:
    """The answer to a follow-up question, in `language`. Without any log in the session, terms are still explained."""
    text = mended(question.strip(), _names(report))
    asked = Question(text, report, knowledge, language, previous, sources, before)
    if not report.sources:
        lines = replies.term(asked) or replies.nearest(asked, nothing_pasted=True)
        return Answer("\n".join(lines) + "\n", language, "follow-up")
    found = _answer(asked)
    if found is None:
        return Answer("\n".join(replies.nearest(asked)).strip() + "\n", language, "unknown")
    return Answer("\n".join(found).strip() + "\n", language, "follow-up")


def _answer(asked: Question) -> list[str] | None:
    """The first way that has something to say; what the question takes for granted wrongly is said before it."""
    ways = [way for pattern, way in FORMS if pattern.search(asked.text)]
    for way in (*ways, *LAST):
        answer = way(asked)
        if answer:
            doubt = premises.unfounded(asked) if way in TAKES_FOR_GRANTED else ""
            return [doubt, "", *answer] if doubt else answer
    return replies.cause(asked) if asked.report.verdict == "none" and ways else None


def _names(report: Report) -> set[str]:
    """Words that the session's facts use: names of programs and files are no slips of the pen."""
    return {
        word
        for fact in report.facts
        for value in fact.attributes.values()
        if isinstance(value, str)
        for word in re.findall(r"[A-Za-z]{4,40}", value)
    }
