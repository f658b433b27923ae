"""What the logs do not say: said so, with the command that would tell.

Each gap is a subject people ask about that logs seldom hold. Whether a line of this session does hold it is always looked
up first; only then the answer is that it does not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.answer import head
from assistant.answer.cite import cite
from assistant.answer.focus import main
from assistant.answer.head import phrase
from assistant.answer.premises import known_words
from assistant.answer.records import look, quick
from assistant.answer.story import bullets
from assistant.answer.topics import topics_of
from assistant.i18n import Text

if TYPE_CHECKING:
    from assistant.answer.followup import Question


@dataclass(frozen=True, slots=True)
class Gap:
    """A subject with the words that name it in a question and those that would stand in a log that holds it."""

    name: Text
    asked: re.Pattern[str]
    held: re.Pattern[str]
    run: str = ""
    purpose: Text | None = None
    strong: bool = False  # its words leave no doubt that this, and nothing else, is asked for


def _gap(
    en: str,
    zh: str,
    asked: str,
    held: str,
    run: str = "",
    purpose: tuple[str, str] | None = None,
    *,
    strong: bool = False,
) -> Gap:
    patterns = (re.compile(asked, re.IGNORECASE), re.compile(held, re.IGNORECASE))
    return Gap(Text(en, zh), *patterns, run, Text(*purpose) if purpose else None, strong)


GAPS: tuple[Gap, ...] = (
    _gap("DNS", "DNS", r"\bdns\b|name resolution|resolver|域名|解析", r"resolv|getaddrinfo|nxdomain|servfail|host not found|no such host|name or service", "getent hosts <name>", ("whether the name resolves", "域名能否解析")),
    _gap("the disk", "磁盘", r"\bdisk\b|\bhdd\b|\bssd\b|storage|inode|磁盘|硬盘|空间满|磁盘满", r"no space left|enospc|disk|read-only file system|i/o error|ext4|xfs", "df -h; df -i", ("free space and inodes", "剩余空间和 inode")),
    _gap("the CPU", "CPU", r"\bcpus?\b|load average|processor|负载|处理器|算力", r"load average|cpu\(s\)|soft lockup|%cpu", "uptime; top -bn1 | head -15", ("load and what uses the CPU now", "负载和当前占用 CPU 的进程"), strong=True),
    _gap("the network", "网络", r"\bnetwork|packet loss|\bswitch(es)?\b|\blan\b|网络|丢包|网线|交换机|网卡", r"network is unreachable|no route to host|link is down|timed out|unreachable|carrier", "ping -c 3 <host>; ss -s", ("whether the other side is reachable", "对端是否可达")),
    _gap("a firewall", "防火墙", r"firewall|iptables|nftables|security group|ufw|防火墙|安全组", r"iptables|nft|ufw|no route to host|filtered|\[ufw|blocked", "nft list ruleset", ("the rules", "规则")),
    _gap("who holds the port", "谁占着端口", r"\bwho (holds|has|uses|took|is using|owns|listens)|what('s| is) (using|holding|listening)|谁(占|在用|监听|用)|被谁占", r"pid=\d+|users:\(\(|LISTEN", "ss -ltnp", ("which process listens on which port", "哪个进程在监听哪个端口"), strong=True),
    _gap("a password", "密码", r"passwords?|credentials?|密码|口令|认证失败", r"password|authenticat|access denied|noauth|wrongpass|\b401\b"),
    _gap("the database", "数据库", r"\bdatabase\b|\bdb\b|postgres(ql)?|mysql|mariadb|mongo|数据库", r"postgres|mysql|mariadb|database|sqlstate|psycopg|mongo|sqlite|fatal: ", "journalctl -u <database> --since -1h", ("the database's own log", "数据库自己的日志")),
    _gap("Redis or a cache", "Redis 或缓存", r"\bredis\b|memcached?|\bcache\b|缓存", r"redis|memcache|:6379|cache", "redis-cli INFO", ("the state of Redis", "Redis 的状态")),
    _gap("a certificate", "证书", r"certificate|\bcert\b|\btls\b|\bssl\b|https|证书", r"certificate|ssl|tls|x509", "openssl s_client -connect <host>:443 </dev/null", ("the certificate that is served", "服务器发出的证书")),
    _gap("permissions", "权限", r"permission|selinux|apparmor|chmod|权限", r"permission denied|eacces|denied|not permitted|selinux|apparmor", "namei -l <path>", ("rights along the path", "路径各级权限")),
    _gap("an attack", "攻击", r"attack|ddos|dos\b|hack|intrud|breach|malware|攻击|入侵|黑客|被黑|扫描", r"invalid user|failed password|scanner|\.\./|/\.env|wp-login|syn flood|attack", "last -n 20", ("who logged in", "谁登录过")),
    _gap("a deployment or a change of code", "部署或代码改动", r"deploy|release[sd]?\b|rollout|commit|code change|new version|上线|发布|部署|代码改|改动|变更|谁改", r"deploy|release|rollout|version=|commit|git", "git log -5 --date=iso", ("what was changed last", "最近的改动"), strong=True),
    _gap("the version", "版本", r"\bversions?\b|which release|版本", r"\bversion\b|\bv\d+\.\d+\.|(start|run)\w* \w+ \d+\.\d+|nginx/\d", "<program> --version", ("the version that runs", "正在运行的版本"), strong=True),
    _gap("a person or user", "人或账号", r"\bwho (did|changed|deployed|ran|typed|logged|restarted|stopped|killed it|broke|touched|is on call|is responsible)|which (user|person|engineer|admin|employee|customer)|whose fault|\bname of the (user|admin)|谁(在)?(干|做|改|动|登录|执行|负责|值班|重启|操作|上线)|哪个(人|用户|同事|管理员|账号|客户)|是谁", r"user=|sudo|session opened|uid=[1-9]|accepted (password|publickey)|user \w", "last -n 20; journalctl _COMM=sudo --since -2h", ("who was logged in, and what was done with sudo", "谁登录过、用 sudo 做过什么"), strong=True),
    _gap("customers, or money lost", "客户或损失", r"customers?|revenue|money|cost us|how many users|users affected|lost orders|客户|用户受影响|多少(用户|人)|损失|多少钱|影响(了|面|范围)", r"customer|order_id|user_id", strong=True),
    _gap("other machines", "其他机器", r"other (hosts?|machines?|servers?|nodes?|pods?)|another (host|machine|server)|all (hosts|servers|nodes)|别的(机器|主机|服务器|节点)|其他(机器|主机|服务器|节点)|另一台|备机", r"$^", strong=True),
    _gap("what was before these logs", "这些日志之前的情况", r"yesterday|last (week|month|night|year)|\bhistory\b|previous (day|week|incident)|昨天|上周|上个?月|昨晚|去年|前几天|以前也|历史", r"$^", "journalctl --since -2d --until -1d", ("earlier logs, if they are kept", "更早的日志（如有保留）"), strong=True),
    _gap("what is now, after these logs", "现在（日志之后）的情况", r"right now|at the moment|currently|still (down|failing|broken|happening|up)|is it (up|down|fixed|ok|back)|recovered|now\?|现在(还|好|怎么样|恢复|正常)|恢复了|好了(吗|没)|还在(报|挂|继续)|修好", r"$^", "systemctl status <service>", ("its state now", "它现在的状态"), strong=True),
    _gap("the load of requests", "请求量", r"\bqps\b|\brps\b|traffic|throughput|requests per (second|minute)|concurren|并发|流量|请求量|吞吐", r'" [1-5]\d\d \d|requests/sec|rps', "wc -l <access log>", ("requests in the access log", "访问日志里的请求数"), strong=True),
    _gap("how long requests took", "请求耗时", r"latency|response time|how (slow|fast)|\bp9[59]\b|耗时|延迟|响应时间|多慢|多快", r"duration|took|request_time|elapsed|query time|ms\b|seconds"),
    _gap("a bug in the code", "代码缺陷", r"\bbugs?\b|code (problem|issue|error)|memory leak|bug|代码(有)?问题|代码缺陷|内存泄[漏露]", r"traceback|exception|panic|segfault|\.py\"|stack"),
    _gap("hardware", "硬件", r"hardware|\bram stick|\bdimm|power (cut|loss|outage)|temperature|硬件|断电|内存条|温度|机房", r"mce|edac|hardware error|machine check|thermal|i/o error", "journalctl -k -b | grep -iE 'mce|edac|hardware error'", ("hardware errors of this boot", "本次启动的硬件错误"), strong=True),
    _gap("backups, or lost data", "备份或数据丢失", r"backups?|data loss|lost data|corrupt|备份|丢(失)?数据|数据(丢|损坏)", r"corrupt|checksum|recovery|backup|lost"),
    _gap("the configuration", "配置", r"value of|set to|configured (to|as)|max_connections|配置(是|成|为)|设(置|成|为)了?多少", r"conf|config"),
)  # fmt: skip
_GUESS = re.compile(
    r"^(and |but |so |ok |hm+,? |maybe |perhaps )*(is|isn't|was|wasn't|could|couldn't|are|aren't|did|does|can|it's|its|that's|must be|has)\b|right\s*\?|是不是|是.{0,16}(吗|吧|问题|导致|引起|原因|造成)|会不会|难道|应该是|对吧|估计是|可能是|肯定是|因为|have to do with|(吗|吧|么)[？?]*$|related to|because of|caused by|due to|有关",
    re.IGNORECASE,
)


def gap_of(text: str) -> Gap | None:
    """The subject a question names, if it is one that logs seldom hold."""
    return next((gap for gap in GAPS if gap.asked.search(text)), None)


def surely_not_said(asked: Question) -> list[str] | None:
    """The same for subjects whose words are unmistakable; asked before the ways that look for values."""
    gap = gap_of(asked.text)
    return not_said(asked) if gap is not None and gap.strong else None


def not_said(asked: Question) -> list[str] | None:
    """The logs do not hold what was asked for; None when they may, or when no known subject was named."""
    gap = gap_of(asked.text)
    if gap is None or not asked.sources or not quick(asked.sources):
        return None
    found = look(asked.sources, lambda event: gap.held.search(event.evidence.text) is not None)
    language = asked.language
    known = " ".join(known_words(asked))
    if found.count or (not gap.strong and (gap.held.search(known) or gap.asked.search(known))):
        return None
    if _GUESS.search(asked.text) and not gap.strong:
        return no_sign(asked, gap.name, found.lines)
    near = facts_near(asked)[:2]
    rows = [*near, phrase("not_said_more" if near else "not_said", language, lines=found.lines)]
    if gap.run and gap.purpose:
        rows += ["- " + phrase("would_say", language, purpose=gap.purpose.get(language)), f"  `{gap.run}`"]
    return rows


def no_sign(asked: Question, what: Text, lines: int) -> list[str]:
    """A guess that nothing in the logs speaks for, and what they do speak for."""
    language = asked.language
    rows = [phrase("hunch_refuted", language) + " " + phrase("no_sign", language, what=what.get(language), lines=lines)]
    finding = main(asked)
    if finding is not None:
        said = head.headline(finding, asked.knowledge, language)
        rows.append("- " + phrase("instead", language, said=said) + " " + cite(finding.evidence))
    return rows


def facts_near(asked: Question) -> list[str]:
    """Facts on the subjects that the question names besides."""
    rows: list[str] = []
    for topic in topics_of(asked.text):
        rows += bullets(
            asked.report, topic.facts, asked.language, lambda fact: fact.subject in ("", "all") or "." in fact.kind
        )
    return list(dict.fromkeys(rows))
