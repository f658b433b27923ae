"""How surely a sentence says what it says: as a fact, as likely, as conceivable, as denied, or as something to look at.

The words of the clause decide; where they are silent, the headings and the lines above do (`Possible causes`, `由日志排除的`).
"""

from __future__ import annotations

import re
from enum import StrEnum

from assistant.grounding.passages import Passage
from assistant.intake.lazily import lazily


class Stance(StrEnum):
    """What a writer claims about something."""

    ASSERTED = "asserted"
    LIKELY = "likely"
    POSSIBLE = "possible"
    DENIED = "denied"
    ASKED = "asked"  # a question, a condition, something to check: claims nothing


_CLAUSE = lazily(r"[，,；;：。！？!?]|:(?!\d)|\s[-–—]\s|\bbut\b|\bbecause\b|\bsince\b|\bso\b|而是|但是?|因为|所以|→")
_DENIED = lazily(
    r"\b(?:not|no|never|none|nothing|neither|nor|without|isn't|wasn't|aren't|weren't|doesn't|didn't|hasn't|cannot|can't|rules? out|ruled out|"
    r"excluded?|unrelated|no longer|instead of|rather than|nobody|no one|hardly)\b|(?<!有)没有|并非|不是|不会|不属于|未见|未发现|未出现|没(?=[发出有])|排除|无关|并无|而非|从未",
    re.IGNORECASE,
)
_DENIED_AFTER = lazily(r"\b(?:is|are|was|were|has been) (?:ruled out|excluded|not|refuted|unlikely)\b|\b(?:ruled out|does not|did not|never)\b|可(?:以)?排除|已?排除|不是一回事|两回事|无关|不成立|没有发生|未发生|不是原因|不可能", re.IGNORECASE)  # fmt: skip
_REPORTS = lazily(
    r"(?<!check)(?<!verify)(?<!confirm)(?<!ensure)(?<!sure) that\b|\b(?:shows?|showed|found|reveal(?:s|ed)?|says|indicates?d?|proves?)\b"
    r"|\b(?:we|you|i|one|they) (?:can |could |clearly |also )*(?:see|find|observe|know)\b|发现|显示|可知|看到|看出|表明|得知|知道|明白|证明",
    re.IGNORECASE,
)
_FOR_EXAMPLE = lazily(r"(?:\b(?:e\.g\.|for example|such as)|比如|例如)[\s`,，:：]*$", re.IGNORECASE)
_LOOK_UP = lazily(
    r"[\s*_`\d.)-]*(?:(?:then|also|first|next|now|please|and|to)\s+)*(?:compare|search|grep|count|measure|test|identify|trace)\s",
    re.IGNORECASE,
)
_WHETHER = lazily(r"有没有|是否|是不是|\bwhether\b", re.IGNORECASE)
_LIKELY = lazily(r"\b(?:most |very |quite )?(?:likely|probabl[ey])\b|\bpresumably\b|\bsuggests?\b|\bpoints? to\b|很可能|多半|极可能|大概率|更像", re.IGNORECASE)  # fmt: skip
_POSSIBLE = lazily(
    r"\b(?:may|might|could|can|possibl[ey]|perhaps|maybe|conceivabl[ey]|candidates?|suspect\w*|unproven|not proven|unclear|unknown|hypothes\w+|potential\w*|typically|usually|commonly|often|generally|e\.g\.|for example|such as|would)\b"
    r"|可能|也许|或许|疑似|推测|猜测|候选|怀疑|未证实|尚未|不确定|未知|例如|比如|诸如|假设|通常|一般|常用",
    re.IGNORECASE,
)
_ASKED = lazily(
    r"\?|？|\b(?:if|whether|when|unless|check|verify|confirm|look|see|find out|make sure|ask|inspect|monitor|review|examine|investigate|watch|rule out|consider)\b"
    r"|如果|若|是否|有没有|是不是|对比|比较一下|搜索?|查一?[查下]|[上用再去` ]\s?查(?!到|出|询)|检查|确认|查看|验证|排查|看看|看一?下|关注|监控|分析一下|核对|应当?看|需要?(?:看|查|确认|结合)|避免|防止",
    re.IGNORECASE,
)
_HEAD_DENIED = lazily(r"ruled out|excluded|not the cause|排除", re.IGNORECASE)
_HEAD_USELESS = lazily(r"(?:does|do|will|would) not help|doesn't help|not (?:effective|useful)|ineffective|useless|harmful|no effect|changes? nothing|won't help|would not help|avoid|don't|没有?用|不会?起作用|无济于事|救不了|没有?效果|无效|有害|不要|别做|不起作用|没有帮助|没有?意义|毫无意义|没帮助|帮不上忙|no point|pointless|治不了|治标|不建议|不可取|别用|不能解决|解决不了|not recommended|not advis", re.IGNORECASE)  # fmt: skip
_HEAD_POSSIBLE = lazily(r"possible|potential|candidate|hypothes|common (?:root )?causes|may have|could have|still (?:missing|unknown|open)|not (?:known|proven)|unknown|可能|常见|候选|猜测|还不知道|还缺|未知|待确认|尚未", re.IGNORECASE)  # fmt: skip
_HEAD_ADVICE = lazily(r"what to do|\bfix|remed|solution|next step|recommend|suggest|action|mitigat|verify|verification|prevent|optimi|how to|workaround|troubleshoot|investigat|怎么办|解决|修复|建议|措施|步骤|优化|处理|排查|验证|方案|预防|缓解|下一步|监控|告警|容错|限制|增加|检查", re.IGNORECASE)  # fmt: skip

_PROPOSED = lazily(r"\b(?:should|try|recommend\w*|suggest\w*|consider|you (?:can|could|may)|(?:may|can|could) (?:use|run|set|add|try|raise|increase|disable|enable|restart)|(?:may|can|could) (?:\w+ )?be (?:\w+ly )?(?:delet|remov|rais|increas|restart|disabl|clear|dropp|chang|lower|reduc|kill|skipp|ignor)ed|please|need to|have to|must|would help|will help)\b|建议|可以|可尝试|应该|应当|需要|不妨|考虑", re.IGNORECASE)  # fmt: skip
_OFFERS = lazily(
    r"^[\s*_`\d.)-]*(?:(?:then|also|first|next|now|finally|urgently|immediately|再|先|立即|紧急|马上|然后|同时|最后)[\s，,]*)?(?:increas\w+|rais\w+|extend\w*|set(?:ting)?|add(?:ing)?|enabl\w+|restart\w*|reboot\w*|us(?:e|ing)|configur\w+|adjust\w*|tun(?:e|ing)|limit\w*|free(?:ing)?|clear\w*|"
    r"drop\w*|flush\w*|try|should|recommend\w*|run|apply|scale|allow|give|correct|get|fix|replace|renew|remove|delete|update|upgrade|install|reduce|lower|keep|move|make|create|change|switch|stop|start|kill|double|bump|reload|wrap|split|cap|put|turn|disable|drain|lift|more|longer|higher)\b(?!\s?[:：])|^[\s*_`\d.)-]*(?:再|先|立即|紧急|马上|然后|同时|最后)?(?:增加|调大|调高|提高|延长|设置|添加|启用|重启|使用(?!率|量|了)|配置(?!错误|有误|问题|不当|文件)|调整|限制|释放|清理|尝试|建议|可以|应该|"
    r"把|将|改|换|关闭|关掉|停用|禁用|删除|移除|腾|减少|降低|缩小|升级|安装|更新|替换|优化|扩大|加大|增大|多开|放宽|改为|执行|运行(?!时|中))(?!\s?[:：])",
    re.IGNORECASE,
)


def stance(text: str, start: int, end: int, passage: Passage) -> Stance:
    """The stance of a sentence towards what it names at [start, end)."""
    part, offset = clause(text, start, end)
    before, after = part[: start - offset], part[end - offset :]
    if _WHETHER().search(part):
        return Stance.ASKED
    if _DENIED().search(before) or _DENIED_AFTER().search(after[:40]):
        return Stance.DENIED
    if ((_ASKED().search(part) or _LOOK_UP().match(part)) and not reports(before)) or text.rstrip().endswith(
        ("?", "？")
    ):
        return Stance.ASKED
    if "→" in text[end:] + text[:start] and "`" in text[: max(text.find("→"), 0)]:
        return Stance.ASKED  # what a command may show, and what that would mean
    so_far = text[:end] + part  # a hedge holds for all that a sentence lists after it
    if _LIKELY().search(so_far):
        return Stance.LIKELY
    if _POSSIBLE().search(so_far):
        return Stance.POSSIBLE
    return _from_above(text, passage)


def _from_above(text: str, passage: Passage) -> Stance:
    """What the rest of the sentence, then the headings and lines above, make of it."""
    above = [*passage.above[-2:], *passage.headings[-1:]]
    if any(_HEAD_DENIED().search(line[:80]) for line in passage.headings[-1:]):
        return Stance.DENIED
    if re.match(r"(?:if|when)\b|如果|若|假如", text, re.IGNORECASE):
        return Stance.ASKED
    if any(_HEAD_POSSIBLE().search(line[-120:]) for line in above):
        return Stance.POSSIBLE
    return Stance.ASSERTED


def is_advice(passage: Passage) -> bool:
    """Whether a passage stands where things to do are told."""
    return any(_HEAD_ADVICE().search(line) for line in passage.headings[-1:])


def offers(text: str) -> bool:
    """Whether a sentence proposes to do something: it says so, or it begins with the doing."""
    return bool(_PROPOSED().search(text) or _OFFERS().search(text))


def is_warning(text: str, passage: Passage) -> bool:
    """Whether a passage warns of what it names, or tells what does not help."""
    near = (*passage.headings[-2:], *passage.above[-1:])
    return bool(_HEAD_USELESS().search(text)) or any(_HEAD_USELESS().search(line[:100]) for line in near)


def reports(text: str) -> bool:
    """Whether a text goes on to say what was seen: `the check shows …`, `you can see that …`. That asks for nothing."""
    return _REPORTS().search(text) is not None


def is_example(text: str, start: int) -> bool:
    """Whether what begins at `start` is named as an example: `a file such as /etc/hosts`."""
    return _FOR_EXAMPLE().search(text[:start]) is not None


def clause(text: str, start: int, end: int) -> tuple[str, int]:
    """The clause around a place, and where it begins."""
    begin = 0
    stop = len(text)
    for match in _CLAUSE().finditer(text):
        if match.end() <= start:
            begin = match.end()
        elif match.start() >= end:
            stop = match.start()
            break
    return text[begin:stop], begin
