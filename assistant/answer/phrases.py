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
    "hunch_time_open": Text("For {time} that is not proven. What is proven:", "{time} 的那次没有证实；已证实："),
    "hunch_time_likely": Text("For {time} very likely, not proven:", "{time} 的那次很可能是，尚未证实："),
    "hunch_open": Text("Possible, not proven:", "有可能，未证实："),
    "cannot": Text(
        "The logs do not say that, as far as the rules can read them: they cannot answer this question from these lines.",
        "就规则所能读到的，日志里没有说明这一点：规则无法从这些日志回答这个问题。",
    ),
    "nothing_pasted": Text("No log has been pasted yet.", "还没有粘贴任何日志。"),
    "nearest": Text("The nearest entries:", "最接近的条目："),
    "ask_like": Text(
        "You can ask: why, when, which lines, how to confirm, how to fix, will a remedy help, is it X, what does a word mean.",
        "可以这样问：为什么、什么时候、依据哪几行、怎么确认、怎么解决、某办法有没有用、是不是某原因、某个词什么意思。",
    ),
    "selected": Text("**{n|n:record}** of {looked} that were read:", "读到的 {looked} 条记录中有 **{n}** 条："),
    "more_selected": Text("… {n} more; the last one:", "…… 另有 {n} 条；最后一条："),
    "none_selected": Text(
        "No line like that: {lines|n:line} were read, {looked|n:record} understood, and none of them is one.",
        "没有这样的行：读了 {lines} 行，认出 {looked} 条记录，没有一条符合。",
    ),
    "fewer_selected": Text("There are only {n} of them:", "只有 {n} 条："),
    "nothing_before": Text("nothing stands before it in {name}", "{name} 里它之前没有内容"),
    "at_time": Text("at {time}", "时间 {time}"),
    "line_count": Text("{n|n:line}", "{n} 行"),
    "seen_times": Text("{title}: seen {n|n:time}", "{title}：出现 {n} 次"),
    "from_to": Text("from {first} to {last}", "从 {first} 到 {last}"),
    "no_rhythm": Text("too few with a time to tell a rhythm", "带时间的太少，看不出规律"),
    "rhythm": Text("over {span}; between two of them {least} to {most}", "跨度 {span}；相邻两次相隔 {least} 到 {most}"),
    "first_at": Text("first seen at {time}", "最早出现在 {time}"),
    "last_at": Text("last seen at {time}", "最后出现在 {time}"),
    "lasted": Text("{span} from the first to the last of {n}", "{n} 次，从第一次到最后一次 {span}"),
    "once": Text("seen once; how long it lasted, these lines do not say", "只出现一次；持续多久，这些日志没有说明"),
    "outside": Text("what was before and after these logs, they do not say", "这些日志之前和之后的情况，日志里没有"),
    "no_time": Text(
        "the lines carry no time: when it was, they do not say", "这些行没有时间：什么时候发生的，日志里没有说明"
    ),
    "process_columns": Text(
        "| process | pid | resident | virtual | oom_score_adj | line |",
        "| 进程 | pid | 常驻内存 | 虚拟内存 | oom_score_adj | 行 |",
    ),
    "pages_assumed": Text(
        "(pages of 4 KiB; virtual is address space, not use)", "（按 4 KiB 一页；虚拟内存是地址空间，不是占用）"
    ),
    "times_as_much": Text(
        "{more} ({pid}) holds {times} times as much as {less} ({other}).",
        "{more}（{pid}）的常驻内存是 {less}（{other}）的 {times} 倍。",
    ),
    "minute_held": Text(
        "{n|n:record} in that minute, {errors} at error level", "该分钟 {n} 条记录，其中错误级 {errors} 条"
    ),
    "source_held": Text("{n|n:line}, {errors|n:record} at error level,", "{n} 行，错误级 {errors} 条，"),
    "again": Text(
        "Nothing in these logs says that its cause was removed: as long as it is there, it can happen again.",
        "日志里没有任何内容说明原因已消除：只要原因还在，就可能再次发生。",
    ),
    "again_unproven": Text(
        "the cause is not proven yet, so neither is what would prevent it", "原因尚未证实，所以怎样才能避免也尚未证实"
    ),
    "prevents": Text("what prevents it:", "能避免它的做法："),
    "restart_safe": Text(
        "The logs do not say what a restart would interrupt. It ends what the process is doing and wipes what is only in its memory; it does not remove the cause:",
        "重启会打断什么，日志里没有说明。重启会中断进程正在做的事，也会丢掉只在内存里的状态；它不会消除原因：",
    ),
    "restart_cause": Text("the cause as far as known: {title}", "目前所知的原因：{title}"),
    "file_named": Text("the log names", "日志点名的文件："),
    "boss_nothing": Text("- Nothing wrong was found in {n|n:line} of logs.", "- 在 {n} 行日志里没有发现问题。"),
    "boss_effect": Text("What users saw: {title}, {n|n:time}.", "表现：{title}，{n} 次。"),
    "boss_effect_timed": Text(
        "What happened: {title}, {n|n:time}, {first} to {last}.", "表现：{title}，{n} 次，{first} 至 {last}。"
    ),
    "boss_confirmed": Text("Proven cause:", "已证实的原因："),
    "boss_likely": Text("Likely cause, not proven yet:", "很可能的原因（尚未证实）："),
    "boss_possible": Text("The cause is not known yet; what is seen:", "原因尚未查明，目前看到的是："),
    "boss_next": Text("Next: {what}.", "下一步：{what}。"),
    "not_said": Text(
        "These logs do not say: none of the {lines|n:line} that were read holds that.",
        "日志里没有说明：读到的 {lines} 行里没有这项信息。",
    ),
    "not_said_more": Text(
        "More than that the logs do not say: none of the {lines|n:line} that were read holds it.",
        "除此之外日志里没有说明：读到的 {lines} 行里没有这项信息。",
    ),
    "unfounded": Text(
        "Not in these logs: no line speaks of {what}. What they do hold:",
        "这些日志里没有“{what}”：没有一行提到。日志里有的内容：",
    ),
    "would_say": Text("What would tell ({purpose}):", "可以这样查（{purpose}）："),
    "no_sign": Text(
        "Nothing in these logs points to {what}: no line of {lines} speaks of it.",
        "日志里没有任何迹象指向“{what}”：{lines} 行里没有一行提到。",
    ),
    "instead": Text("What they do say: {said}", "日志说明的情况：{said}"),
    "hunch_refuted": Text("No, not as far as these logs show.", "不是，至少这些日志不支持。"),
    "more_values": Text("{n} more", "另有 {n} 个"),
    "speak_of_it": Text("{n|n:line} that {n|w:speaks/speak} of it:", "提到它的有 {n} 行："),
    "not_told": Text("The logs do not say that in so many words.", "日志里没有说明这一点。"),
    "state_known": Text(
        "What the logs say of that, up to their last line:", "到日志最后一行为止，日志里关于它的内容："
    ),
    "graph_not_proven": Text("not proven for {n} of them", "其中 {n} 次未证实"),
    "graph_open": Text("Could have caused it, not proven:", "可能的原因，未证实："),
    "graph_refuted": Text("Ruled out:", "已排除："),
    "chart_errors": Text("{n|n:error}", "错误 {n} 条"),
    "bars_head": Text("Resident memory by process (pages of 4 KiB):", "各进程常驻内存（按 4 KiB 一页）："),
    "bars_killed": Text("killed", "被杀"),
    "bars_more": Text("{n} more processes hold {size} MiB together", "另有 {n} 个进程共占 {size} MiB"),
    "page_chart": Text("Records over time", "记录随时间的分布"),
    "page_graph": Text("Chain of causes", "因果链"),
    "page_memory": Text("Memory by process", "各进程内存"),
    "report_title": Text("Incident report", "故障报告"),
    "report_summary": Text("Summary", "概要"),
    "report_chain": Text("Chain of causes", "因果链"),
    "report_times": Text("Timeline", "时间线"),
    "report_memory": Text("Memory", "内存"),
    "report_evidence": Text("Evidence", "证据"),
    "report_actions": Text("What to do", "处理办法"),
    "report_open": Text("What is still open", "尚未查明的"),
    "report_notes": Text("Notes", "备注"),
    "report_clocks": Text(
        "these times are read from different clocks: only where the text says so is their order proven",
        "这些时间来自不同的时钟：只有文字说明了的先后才是证实的",
    ),
    "why_not_proven": Text("not proven:", "未证实："),
    "report_lines": Text("The lines that are cited", "引用的日志行"),
    "report_sources": Text("Logs", "日志"),
    "report_source_columns": Text("| # | name | lines | time | SHA-256 |", "| # | 名称 | 行数 | 时间 | SHA-256 |"),
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
