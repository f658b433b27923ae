"""How people ask and what programs print: the word lists behind `prose`, in both languages.

Compiled when first used: a run that reads files never needs them.
"""

from __future__ import annotations

import functools
import re

from assistant.intake.lazily import lazily


@functools.cache
def strong_question() -> re.Pattern[str]:
    """Lines that ask, whatever else is in them: the asking word leads, or the question mark ends it."""
    return re.compile(
        r"^(?:(?:so|and|but|ok|okay|hi|hello|hey|hmm|also|then|now|well)[,!.]?\s+){0,2}"
        r"(?:why|wh?y\s+is|what(?:'?s|\s+(?:is|are|does|do|did|was|were|happen\w*|about|if|should|can|could|caused?|went))"
        r"|how\s+(?:do|does|did|can|could|should|to|come|is|are|many|much|often|long|about)"
        r"|(?:when|where|who|which)\s+(?:is|are|was|were|does|do|did|one|of|line|process|container|service|request)\b.*\?\s*$"
        r"|(?:can|could|would|will)\s+(?:you|u|i|we|it|this|that|someone|anyone|somebody|anybody)\b"
        r"|(?:do|does|did|is|are|was|were|has|have|had|should|shall|may|might)\s+[^:=]{2,200}\?\s*$"
        r"|(?:please|pls|plz|plese|pleas|kindly)\s+(?:help|explain|tell|analy[sz]e|look|advise|assist|see|take|check\s+(?:this|these|the\s+log)|have\s+a|find|diagnose|investigate)"
        r"|(?:explain|analy[sz]e|summari[sz]e|diagnose|interpret)\s+(?:this|these|the|it|that|what|why)\b"
        r"|any\s+(?:idea|ideas|clue|help|thoughts|suggestions?)\b)",
        re.IGNORECASE,
    )


@functools.cache
def english_cue() -> re.Pattern[str]:
    """Words of somebody who asks or addresses a person, in English, common misspellings included."""
    return re.compile(
        r"\?\s*$|\?\s+[A-Za-z]|\b(?:pl[sz]|please|plese|pleas|help\s+(?:me|us|needed|please|with)|helpp?$|hlep)\b"
        r"|^(?:why|wh?y|what|wat|wut|how|hw|explain|describe|tell|show|look|hi|hello|hey|thanks?|thx|ty|tia|dear|here)\b"
        r"|\b(?:i|i'm|im|i've|ive|my|we|we're|our|me|us|you|your|u)\b"
        r"|\b(?:this|these|that|those|following|above|below)\s+(?:log|logs|error|errors|line|lines|happen\w*|mean\w*|output|paste|message|messages|trace|dump|again|one|is|are)\b"
        r"|\b(?:the|some|my)\s+(?:log|logs|error\s+log|output|dump|trace)\s*(?:is|are|below|above|says?|shows?|:|$)"
        r"|\b(?:any\s+ideas?|what'?s|whats|wats|dunno|idk|fyi|btw|gives?\s+me|getting|keeps?\s+\w+ing|got\s+(?:this|these|a|an)|see\s+(?:below|above))\b"
        r"|\bnext\s+(?:one|log|part)\b|\b(?:more|in)\s+(?:detail|details|english|chinese)\b|^and\s+(?:this|these|that|now)\b",
        re.IGNORECASE,
    )


TALK = frozenset(
    [
        "a",
        "am",
        "and",
        "are",
        "because",
        "been",
        "but",
        "can",
        "did",
        "do",
        "does",
        "dont",
        "from",
        "get",
        "gets",
        "getting",
        "gives",
        "go",
        "going",
        "got",
        "had",
        "has",
        "have",
        "help",
        "how",
        "i",
        "if",
        "is",
        "it",
        "its",
        "just",
        "mean",
        "means",
        "me",
        "my",
        "now",
        "of",
        "ok",
        "our",
        "please",
        "so",
        "still",
        "that",
        "the",
        "then",
        "there",
        "these",
        "they",
        "thing",
        "think",
        "this",
        "those",
        "to",
        "too",
        "us",
        "was",
        "we",
        "what",
        "when",
        "where",
        "which",
        "who",
        "why",
        "will",
        "with",
        "would",
        "wrong",
        "yes",
        "you",
        "your",
        "again",
        "thanks",
    ]
)


@functools.cache
def chinese_cue() -> re.Pattern[str]:
    """The same in Chinese."""
    return re.compile(
        r"什么|甚么|为何|为啥|怎么|怎样|如何|咋|啥|吗|呢|嘛|么[？?]?$|吧[？?。]?$|哪|几次|几个|多少|多久|是否|是不是|有没有|能不能|可不可以|要不要|会不会"
        r"|帮(?:我|忙|看|分析|查|一下|着)|请(?:问|教|帮|分析|解释|看|说明|给|告诉|大家|各位|你)|看看|看下|看一下|瞧瞧|求助|求解|求教|急|救命"
        r"|分析(?:一下|下|这|以下|如下|上|日志)|解释(?:一下|下|这)|说明(?:一下|下|了)|排查一下|总结(?:一下|下)|翻译"
        r"|(?:上述|上面|以上|下面|以下|如下|这段|这些|这个|这是|这份|这条|这里|刚才|刚刚|那段|那个|那条|前面|后面).{0,12}(?:日志|报错|错误|信息|内容|输出|情况|问题|log)"
        r"|日志(?:如下|是|说|在|里|显示)|报错(?:如下|了|信息|是)|^(?:这段|这个|这些|还有|继续|接着|然后|再看|另外|那这个|这是)|^(?:原因|根因|结论|详细|具体|简单|中文|英文|用[中英]文|下一步|建议|方案|解决)|我(?:的|们|这|在|用|是|有|想|刚|已经|看)|你(?:看|好|觉得)|大佬|老师|谢谢|多谢|您好"
    )


@functools.cache
def chinese_end() -> re.Pattern[str]:
    """How a Chinese question ends."""
    return re.compile(
        r"(?:吗|呢|么|什么(?:意思|原因|问题|情况|事|了)?|怎么(?:回事|办|了|解决|处理)|为什么\S{0,12}|如何\S{0,8}|啥(?:意思|原因)?|哪\S{0,6})[？?。!！]*$|[？?]$"
    )


@functools.cache
def known_output() -> re.Pattern[str]:
    """What programs print that reads like a sentence, a request or a question."""
    return re.compile(
        r"\[[yYnN]/[yYnN]\]|\(y(?:es)?/n(?:o)?\b|\byes/no\b|^Do you want to (?:continue|proceed)|^Overwrite\b|^Proceed\b"
        r"|^(?:Is|Are) (?:the|another|it|your|there (?:a|an|another)) [^?]*(?:running|listening|accepting|locked|installed|reachable|correct)\b[^?]*\?"
        r"|\bdid you (?:mean|forget|specify)\b|^Did you mean this|- did you |^You have (?:new )?mail|^You need to\b|^What went wrong:|^Is another process\b|^How to fix:|\bIs the docker daemon running\b|^Perhaps you\b|^(?:maybe )?you (?:may|might|need|should|must|can|have)\b"
        r"|^(?:Killed|Aborted|Terminated|Hangup|Bus error|Segmentation fault|Illegal instruction|Floating point exception|Trace/breakpoint trap|Stopped)\b"
        r"|^(?:Out of memory|Connection (?:refused|reset|closed|timed out)|Access denied|Permission denied|Operation not permitted|Broken pipe|Disk quota)|^\[ {0,2}(?:OK|FAILED|DEPEND|WARN|INFO|TIME|SKIP)|^Job for \S+ (?:failed|canceled)|^See [\"'`]|^\* |\(core dumped\)|: command not found|: not found$|^(?:zsh|bash|sh|fish|-bash|ksh)\b.{0,80}: "
        r"|^请(?:检查|确认|稍后|重试|联系|重新|先|勿|使用|运行|尝试)"
        r"|^Please (?:check|try|run|make|ensure|refer|visit|contact|report|use|install|specify|set|verify|restart|read|consult|provide|upgrade|update|file|note|consider|wait|retry)\b"
        r"|^(?:Run|Try|Use|See|Hint|Note|Tip|Usage|Caused|Error|Warning|Info|Fatal|fatal|error|warning|E|W|N|hint|note|usage|ERROR|WARNING)\b\s?:|^(?:Run|Try) ['\"`]"
        r"|\bexit(?:ed)?(?: with)? (?:code|status)\b|\bErrno \d|\berrno[ =:]\d|^make(?:\[\d+\])?: |^curl: \(\d|^ssh: |^Error response from daemon"
    )


PROMPT = lazily(
    r"^(?:[\w.-]+@[\w.-]+[: ][^$#%>]{0,80}[$#%>](?:\s|$)|\[[\w.-]+@[^\]]{1,80}\][$#%]|[$#%❯➜»] \S|(?:mysql|postgres|sqlite|redis[^>]*|>>>|In \[\d+\]:?|PS [A-Z]:[^>]*)>? ?>)"
)
MARKS = lazily(
    r"\[(?:error|warn|warning|notice|info|debug|crit|emerg|alert|fatal)\b|\b[a-z_.]{2,30}=[^\s=?]+.*\b[a-z_.]{2,30}=\S"
    r"|\b\d+#\d+:|0x[0-9a-f]{4,}|\b\w+\.(?:py|java|go|js|ts|rb|c|cc|cpp|rs|php):\d+|\S\s{3,}\S.*\S\s{2,}\S|^[{}\[\]();]+,?$"
    r"|^\"[\w.-]+\"\s*:|^<\?xml|^</?\w+[^>]*>$|^[-=*_#~+]{4,}$|^\|.*\|$|\b(?:GET|POST|PUT|DELETE|HEAD|PATCH|OPTIONS) /\S* HTTP/|^[●○×✔✘✓✗]|^\s*\^+\s*$|^--+ "
)
