"""The words of the answer that come from no entry and no fact, in both languages."""

from __future__ import annotations

from assistant.i18n import Language, Text

PHRASES = {
    "confirmed": Text("Root cause confirmed: {headline}.", "根因已证实：{headline}。"),
    "confirmed_now": Text("Root cause now confirmed: {headline}.", "根因现已证实：{headline}。"),
    "confirmed_more": Text("Also confirmed: {headline}.", "另外证实：{headline}。"),
    "likely": Text("{headline}.", "{headline}。"),
    "likely_cause": Text(
        "Most likely: {title}. **What caused that is not proven yet**; what could have:",
        "最可能：{title}。**它的原因尚未证实**；可能是：",
    ),
    "likely_confirmed": Text(
        "**{title}** is proven; that it explains the other failures here is not.",
        "**{title}** 已证实；但它是否就是这里其他故障的原因，尚未证实。",
    ),
    "likely_alone": Text("**Likely, not proven.**", "**很可能，尚未证实。**"),
    "possible": Text(
        "**The cause cannot be told from this yet**; what could have caused it:", "**仅凭这些还无法判断原因**；可能是："
    ),
    "no_cause": Text("**The cause cannot be told from this.**", "**仅凭这些还无法判断原因。**"),
    "none": Text("**Nothing wrong found.**", "**没有发现问题。**"),
    "none_looked": Text(
        "Looked at {lines|n:line} ({formats}): no error that an entry knows, and none that is unexplained.",
        "看了 {lines} 行（{formats}）：没有已知的错误，也没有无法解释的错误。",
    ),
    "unknown": Text("**I cannot tell from this.**", "**仅凭这些无法判断。**"),
    "unknown_entry": Text(
        "No entry matches what was found in {lines|n:line}.", "{lines} 行里找到的内容没有匹配的条目。"
    ),
    "unknown_format": Text(
        "No entry matches. Of {lines|n:line}, {unread} {unread|w:is/are} in a form that I do not know; they are counted below, by shape.",
        "没有匹配的条目。共 {lines} 行，其中 {unread} 行的格式我不认识；下面按形状计数。",
    ),
    "unknown_errors": Text(
        "{count|n:record} at error level that no entry explains, the first ones:",
        "有 {count} 条错误级别的记录没有条目能解释，最前面的是：",
    ),
    "empty": Text(
        "There is no log in this: paste log lines, or ask a question about what is here.",
        "这里没有日志内容：请粘贴日志行，或者就已有内容提问。",
    ),
    "changed": Text("What changed with the last paste", "这次粘贴改变了什么"),
    "now_confirmed": Text("now confirmed: {title}", "现已证实：{title}"),
    "now_seen": Text("new: {title}", "新出现：{title}"),
    "now_ruled_out": Text("now ruled out: {title}", "现已排除：{title}"),
    "nothing_new": Text("The last paste changed nothing in the diagnosis.", "这次粘贴没有改变诊断。"),
    "all_repeated": Text("Its lines were all here already.", "其中的行此前都已在这里。"),
    "still_open": Text("Still {verdict}: {title}.", "仍然是“{verdict}”：{title}。"),
    "covers": Text("**How far it explains**", "**能解释到哪里**"),
    "covers_likely": Text("very likely the failure of {times}", "{times} 的失败：很可能"),
    "covers_title": Text("very likely “{title}”", "很可能解释了“{title}”"),
    "covers_confirmed": Text("the failure of {times} (the clocks agree)", "{times} 的失败：时间吻合，已证实"),
    "covers_all": Text("all {n} failures here", "这里的全部 {n} 次失败"),
    "covers_not": Text("**not proven** for {times}", "{times} 的失败：**未证实**"),
    "covers_possible": Text(
        "that it explains {title} is possible, not proven: nothing here says that both are of the same host and time",
        "它能否解释“{title}”只是可能，未证实：没有证据说明两者是同一主机、同一时间",
    ),
    "first_look": Text("**Look at this first** ({purpose}; {risk}):", "**先看这一条**（{purpose}；{risk}）："),
    "then_look": Text(
        "**This tells most now** ({purpose}; {risk}):", "**现在最有用的是这一条**（{purpose}；{risk}）："
    ),
    "also_look": Text("{purpose} ({risk}):", "{purpose}（{risk}）："),
    "first_do": Text("**Do now:** {brief}.", "**现在先做：** {brief}。"),
    "paste_back": Text("Paste its output here.", "把输出贴进来即可。"),
    "read-only": Text("read-only", "只读"),
    "changes state": Text("changes the system", "会改动系统"),
    "destroys data": Text("destroys data", "会毁掉数据"),
    "story": Text("What happened", "发生了什么"),
    "excluded": Text("Ruled out by the log", "由日志排除的"),
    "causes": Text("Possible causes", "可能的原因"),
    "fixes": Text("What to do", "怎么办"),
    "lasting": Text("lasting", "长期"),
    "now": Text("now", "现在"),
    "check": Text("check: `{run}`", "检查：`{run}`"),
    "save_first": Text("save first: {what}", "先保存：{what}"),
    "useless": Text("What does not help", "没有用或有害的做法"),
    "harmful_mark": Text(" (harmful)", "（有害）"),
    "verify": Text("How to verify", "怎么验证"),
    "missing": Text("What is still unknown", "还不知道的"),
    "also": Text("**Also in the logs:**", "**日志里还有：**"),
    "unread": Text("{n|n:line} in no known format, by shape:", "格式不认识的 {n} 行，按形状："),
    "rare": Text("shapes that came only once:", "只出现过一次的："),
    "more_shapes": Text("{n|n:line} more in shapes that are not shown here", "另有 {n} 行是这里没有列出的形状"),
    "burst": Text("{n} of {of} within one minute from {at}", "{of} 行中有 {n} 行集中在 {at} 起的一分钟内"),
    "two_clocks": Text(
        "these times are read from different clocks and cannot be ordered against each other, except:",
        "这些时间来自不同的时钟，彼此不能直接比较先后，除非：",
    ),
    "no_line": Text("Source {source} has no line {line}.", "第 {source} 段没有第 {line} 行。"),
    "fix_unproven": Text(
        "The cause is not proven yet, so only this is certain; first find out:",
        "原因尚未证实，下面只有这些是确定的；先查明原因：",
    ),
    "nothing_missing": Text("Nothing that the rules would ask for.", "规则没有要补问的。"),
    "only_one": Text("There is only one paste so far.", "目前只贴过一段。"),
    "no_help": Text("No. {name} does not help here: ", "没有用。{name}："),
    "no_harm": Text("No, it does harm. {name}: ", "不要，有害。{name}："),
    "yes_help": Text("Yes: ", "有用："),
    "risk": Text("risk: {risk}", "风险：{risk}"),
    "remedy_unknown": Text(
        "The rules know nothing of that remedy for this incident. What they know:",
        "规则里没有关于这个办法的内容。已知的是：",
    ),
    "hunch_no": Text("No:", "不是："),
    "hunch_yes": Text("Yes:", "是："),
    "hunch_likely": Text("Likely, not proven:", "很可能，尚未证实："),
    "hunch_open": Text("Possible, not proven:", "有可能，未证实："),
    "cannot": Text("The rules cannot answer this question from these logs.", "规则无法从这些日志回答这个问题。"),
    "nothing_pasted": Text("No log has been pasted yet.", "还没有粘贴任何日志。"),
    "nearest": Text("The nearest entries:", "最接近的条目："),
    "ask_like": Text(
        "You can ask: why, when, which lines, how to confirm, how to fix, will a remedy help, is it X, what does a word mean.",
        "可以这样问：为什么、什么时候、依据哪几行、怎么确认、怎么解决、某办法有没有用、是不是某原因、某个词什么意思。",
    ),
    "time": Text("time", "时间"),
    "request": Text("request", "请求"),
    "attempt": Text("attempt {n}", "第 {n} 次"),
    "no_second": Text(
        "no second try: {method} is not repeated", "没有第 2 次：{method} 不是幂等请求，nginx 默认不重发"
    ),
    "more_requests": Text("and {n} more requests", "另有 {n} 个请求"),
    "closed": Text("closed early", "提前关闭"),
    "reset": Text("reset (104)", "被重置(104)"),
    "refused": Text("refused (111)", "被拒绝(111)"),
    "timeout": Text("timed out (110)", "超时(110)"),
    "unreachable": Text("unreachable", "不可达"),
    "no_live": Text("no live upstream", "没有可用上游"),
    "bad_response": Text("bad response", "响应无效"),
    "tls": Text("TLS failed", "TLS 失败"),
    "other": Text("failed", "失败"),
    "status_confirmed": Text("confirmed", "已证实"),
    "status_likely": Text("likely", "很可能"),
    "status_possible": Text("possible", "可能"),
    "status_ruled_out": Text("ruled out", "已排除"),
    "status_none": Text("nothing wrong", "没有问题"),
    "status_unknown": Text("unknown", "未知"),
}


def verdict_in_words(verdict: str, language: Language) -> str:
    """A verdict (`confirmed` … `unknown`) as a person says it; empty when there is none."""
    found = PHRASES.get(f"status_{verdict}")
    return found.get(language) if found else verdict
