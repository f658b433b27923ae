"""Questions as people type them at three in the morning: slips in the words that route a question are put right.

Only words that choose a way to answer are touched, and only where nothing else in the session has that name: `uvicron`
stays what it is.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from difflib import get_close_matches

_WORDS = (
    "which", "what", "when", "where", "why", "who", "many", "often", "long", "since", "happened", "before", "after", "between",
    "during", "compare", "difference", "show", "only", "errors", "error", "warnings", "warning", "lines", "around", "again",
    "safe", "restart", "restarted", "confirm", "fix", "permanently", "config", "setting", "mean", "means", "explain",
    "summarise", "summarize", "summary", "boss", "manager", "translate", "english", "chinese", "timeout", "memory", "process",
    "killed", "died", "cause", "caused", "reason", "failed", "failure", "failures", "requests", "request", "count", "times",
    "first", "last", "second", "evidence", "proof", "missing", "database", "network", "disk", "should", "would", "because",
    "started", "stopped", "version", "user", "container", "kernel", "server", "upstream", "problem", "something", "still",
    "changed", "timeline", "duration", "frequency", "prevent", "solve", "command", "exactly", "happen", "really", "there",
    "their", "these", "those", "about", "does", "port", "address", "certificate", "password", "permission", "crashed", "crash",
)  # fmt: skip
_SHORT = {
    "wen": "when", "wher": "where", "y": "why", "wat": "what", "wht": "what", "hw": "how", "cuz": "because", "pls": "please",
    "plz": "please", "u": "you", "r": "are", "whats": "what is", "wheres": "where is", "whos": "who is", "whys": "why is",
    "hows": "how is", "isnt": "isn't", "wasnt": "wasn't", "dont": "don't", "doesnt": "doesn't", "didnt": "didn't",
    "howmany": "how many", "howlong": "how long", "howoften": "how often", "wtf": "what", "cfg": "config", "conf": "config",
    "msg": "message", "mem": "memory", "db": "database", "proc": "process", "procs": "processes", "req": "request",
    "reqs": "requests", "err": "error", "errs": "errors", "tho": "though", "b4": "before",
}  # fmt: skip
_CHINESE = {
    "内村": "内存", "重起": "重启", "从启": "重启", "超市": "超时", "进城": "进程", "近程": "进程", "日至": "日志", "曰志": "日志",
    "端囗": "端口", "原应": "原因", "圆因": "原因", "连结": "连接", "什麽": "什么", "怎麽": "怎么", "甚么": "什么", "神马": "什么",
    "咋么": "怎么", "肿么": "怎么", "为啥": "为什么", "咋办": "怎么办", "咋回事": "怎么回事", "啥时候": "什么时候", "几时": "什么时候",
    "恢服": "恢复", "证剧": "证据", "总揭": "总结", "缩结": "总结", "解绝": "解决", "配制": "配置", "帐号": "账号", "磁碟": "磁盘",
}  # fmt: skip
_WORD = re.compile(r"[\w'./:@-]*[A-Za-z'][\w'./:@-]*|[^A-Za-z']+", re.ASCII)
_LEAVE = frozenset({"three", "form", "forms", "liens", "thing", "things", "either"})  # words that others are made of
_SHORTEST = 4  # letters of a word that may be a slip
_CLOSE = 0.8


def mended(question: str, names: Collection[str] = ()) -> str:
    """The question with slips put right; `names` are words of the session, which are no slips."""
    for wrong, right in _CHINESE.items():
        question = question.replace(wrong, right)
    known = {name.lower() for name in names}
    return "".join(_mended_word(word, known) for word in _WORD.findall(question))


def _mended_word(word: str, known: set[str]) -> str:
    mark = word[len(word.rstrip(".:")) :]
    word = word[: len(word) - len(mark)]
    return _right(word, known) + mark


def _right(word: str, known: set[str]) -> str:
    """One word without what stands behind it; names with digits or signs in them are never touched."""
    low = word.lower()
    if low in known or low in _WORDS or low in _LEAVE or not low[:1].isalpha():
        return word
    if low in _SHORT:
        return _SHORT[low]
    if len(low) < _SHORTEST or not low.isalpha() or word[1:] != low[1:]:
        return word
    swapped = next((known for known in _WORDS if sorted(known) == sorted(low) and known[0] == low[0]), None)
    if swapped:
        return swapped  # the same letters in another order: `wehn`, `memroy`
    near = get_close_matches(low, _WORDS, n=1, cutoff=_CLOSE)
    # one letter more or less: `happend`
    if near and near[0][0] == low[0] and abs(len(near[0]) - len(low)) <= 1:
        return near[0]
    return word
