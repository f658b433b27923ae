"""The failures that people name as causes, in the words in which they name them.

A concept is a way of speaking (`memory leak`, `网络问题`), the entries that it means, and the facts that settle it without
any entry: those that refute it and those that bear it out. An entry that is named by its own title needs no row here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from assistant.i18n import Text


@dataclass(frozen=True, slots=True)
class Concept:
    """`entries` is matched against entry ids; `refuted` and `stated` are kinds of facts."""

    name: str
    pattern: str
    entries: str = ""
    refuted: tuple[str, ...] = ()
    stated: tuple[str, ...] = ()
    special: bool = False  # narrower than another concept whose words it shares: it is looked for first
    because: Text | None = None  # why it is refuted, where the refuting fact does not say it by itself


CONCEPTS: tuple[Concept, ...] = (
    Concept("all is well", r"\b(?:everything|all|it|the (?:system|service|server|logs?)) (?:is|was|looks?|are|runs?) (?:perfectly |completely |totally )?(?:fine|ok(?:ay)?|normal|healthy|good|well)\b|\bno (?:problems?|errors?|issues?|failures?) (?:were |was |are |is )?(?:found|detected|at all|here|seen)|\bnothing (?:is |was )?wrong\b|\bno cause for (?:concern|alarm)|\bnothing to worry|\bnothing (?:needs|has) to be done|\bno action (?:is )?(?:needed|required)|\ball (?:good|clear|green)\b|\b(?:works?|working|operat\w+|running|functioning) (?:fine|well|normally|properly|perfectly|as expected)\b|(?:一切|全部|系统|服务|都)(?:运行)?正常|(?:运行|运转|工作)(?:状态)?(?:良好|正常)|状态良好|(?:服务|系统|进程)[^，。；]{0,4}(?:好好的|很好|没问题)|(?:无|不)需要?(?:担心|处理|任何)|不(?:用|必)担心|没什么问题|(?:^|[，。；、 ]|系统|服务|日志|一切|整体|目前|看起来|看上去|这里)(?:里|中|上)?(?:都|并|也)?没有(?:任何|发现)?(?:任何)?(?:问题|异常|故障)|无(?:任何)?(?:异常|故障)", special=True),
    Concept("time limit too short", r"time-?outs?[^.,;]{0,24}(?:too (?:short|low|small)|set too)|(?:too short|too low) (?:a )?time-?out|超时(?:时间|设置)?[^，。；]{0,8}(?:过短|太短|偏短|不够|过小|太小)|(?:默认)?\d+ ?秒?可能过短|过短的超时", refuted=("upstream.no_timeout",), special=True),
    Concept("worker timeout", r"\bworkers? time-?outs?\b|WORKER TIMEOUT|worker ?(?:被)?超时", r"gunicorn/worker-timeout|celery/time-limit", special=True),
    Concept("limit of a container", r"(?:container|cgroup|pod|unit|docker)(?:'s)? (?:own )?(?:memory )?limits? (?:was|is|were|has been|had been) (?:hit|reached|exceeded)|(?:hit|hits|reach(?:ed|es)?|exceed(?:ed|s)?|went over|over) (?:its|the|a) (?:container|cgroup|pod|docker|memory)(?:'s)? ?(?:memory )?limit|limits? of (?:the|a|its) (?:container|cgroup|pod|unit)\b[^.,;]{0,24}\b(?:hit|reached|exceeded)|CONSTRAINT_MEMCG|(?:触(?:到|及|发)(?:的是)?|超(?:过|出)了?|达到了?|碰到)[^，。；]{0,10}(?:容器|内存|cgroup)[^，。；]{0,6}(?:上限|限制)|(?:容器|内存)[^，。；]{0,20}(?:触(?:到|及)|超(?:过|出)了?|达到了?|碰到)[^，。；]{0,8}(?:上限|限制)|容器[^，。；]{0,6}(?:上限|限制)被(?:触发|触及|突破|打满|耗尽)|容器(?:的)?内存(?:上限|限制)(?:不足|过低|太低|太小|过小)", r"oom-kill-cgroup|systemd/unit-oom|php/memory-limit|redis/maxmemory|node/heap|rabbitmq/memory", refuted=("oom.scope_global", "oom.scope_host"), special=True),
    Concept("out of memory", r"\bout of memory\b|\bOOM\b|\boom[ -]?kill\w*|\bmemory (?:was |is )?(?:ran out|exhausted|shortage|exhaustion|pressure)|\bran out of memory|(?:not enough|insufficient|lack of|too little) memory|\bmemory (?:was|is|got|has been) (?:used up|depleted|full)|\bused up (?:all|the) (?:of the )?memory|\bexhausted (?:its|the|all) memory|内存(?:用光|爆满|爆了|占满|打满|吃满|撑爆)|内存(?:不足|耗尽|用完|用尽|不够|溢出|压力)", r"oom|memory-error|heap|memory-limit|low-memory|native-memory|earlyoom|metaspace|memory-alarm|compiler-killed|evicted|circuit-breaker|maxmemory|memory-growth|native-thread"),
    Concept("memory leak", r"\b(?:memory )?leak(?:s|ed|ing)?\b|内存泄[漏露]|泄[漏露]", r"app/memory-growth|java/heap-space|node/heap-out-of-memory|gc-thrashing", refuted=()),
    Concept("segmentation fault", r"\bseg(?:mentation)? ?faults?\b|\bSIGSEGV\b|段错误", r"segfault|crashed|general-protection|exited-on-signal|child-died", stated=("container.exit_segfault",)),
    Concept("crash", r"\bcrash(?:es|ed|ing)?\b|\bcore dumped\b|\b(?:terminated|ended|exited|quit) (?:abnormally|unexpectedly)|崩溃|异常(?:退出|终止)|意外退出|闪退|宕掉", r"segfault|general-protection|crash|process-died|panic|exception|uncaught|unhandled|child-died|killed|oom-kill|exited|heap|boot-failed|unit-failed|application-error|service-stopped|python|already-running|start-failed"),
    Concept("defect in the application", r"\bbugs?\b|\b(?:code|programming|application|software) (?:error|defect|fault)s?\b|代码(?:问题|缺陷|错误|有误)|程序(?:问题|缺陷|错误)|应用(?:缺陷|错误)", r"exception|uncaught|unhandled|segfault|panic|recursion|python|general-protection"),
    Concept("exception", r"\b(?:unhandled|uncaught) (?:exception|error|rejection)s?|未捕获(?:的)?(?:异常|错误)|抛出(?:了)?异常", r"exception|uncaught|unhandled|panic|python"),
    Concept("reload", r"\breloaded\b|\b(?:a|the|config(?:uration)?) reload\b|配置(?:的)?重载|重载了|被重载|发生(?:了)?重载|热加载了?配置|重新加载了配置", r"nginx/reloaded|apache/life|haproxy/life|gunicorn/life|unit-started", refuted=("nginx.restart",), stated=("nginx.reload",)),
    Concept("not started", r"\b(?:was|is|has|were) (?:not|never) (?:been )?(?:started|running|up|listening)|\b(?:not|nothing) listen(?:s|ing)\b|\b(?:failed|fails|unable) to (?:start|bind|listen)|\bdid not start|(?:进程|服务|应用|程序)?(?:未|没有?)(?:正常)?(?:启动|运行|监听|起来)|启动失败|监听失败|绑定失败", r"not-listening|upstream-refused|app/stopped|in-use|taken|boot-failed|start-failed|bind|listens|already-running|unit-failed|dependency-refused|daemon-down|socket-missing|backend-refused|connection-refused|max-map-count|config-invalid|php/not", refuted=("upstream.accepted",)),
    Concept("port is taken", r"\bport (?:conflict|collision|is (?:already )?(?:taken|in use|occupied|used))|address (?:is )?already in use|EADDRINUSE|端口(?:冲突|被占用|被占|占用)|地址已被占用", r"in-use|taken|already-running", refuted=("upstream.accepted",)),
    Concept("wrong address", r"\bwrong (?:port|address|ip|host)\b|\bincorrect (?:port|address|ip)\b|错误(?:的)?(?:IP|端口|地址|ip)|(?:端口|地址)(?:写错|配错|错误|不对)", r"listens-elsewhere|bind-address-missing|host-not-found|invalid-header", refuted=("upstream.accepted",)),
    Concept("refused", r"\bconnections? (?:was |were |is |being )?refused|\brefus(?:es|ed|ing) (?:the |all |any )?connections?|ECONNREFUSED|连接[^，。；]{0,4}被[^，。；]{0,4}拒绝?|被(?:对方|对端|上游|后端)拒绝|拒绝(?:了)?连接", r"refused|connect-failed|denied|not-listening|broker|daemon-down|forbidden|not-allowed|protected-mode|relay|unreachable", refuted=("upstream.no_refused",)),
    Concept("time-out", r"\btim(?:ed|es|ing)[ -]?out\b|\btime-?outs?\b|\btook too long to (?:answer|respond|reply)|\bdid not (?:answer|respond|reply) in time|\b(?:too slow|slow) to (?:answer|respond)|超时|没有?及时(?:响应|应答|回应)|响应(?:太慢|过慢)", r"timeout|time-limit|lock-wait|slow|nvme|stall|hung|too-busy|unreachable|children-busy", refuted=("upstream.no_timeout",)),
    Concept("protocol family", r"\bIPv[46](?: or IPv[46]| and IPv[46])? (?:problem|issue|misconfiguration|failure)s?|(?:与|和)?网络协议(?:问题|有关)|IPv[46](?:/IPv[46])?(?:协议|配置)?(?:问题|故障|异常)", refuted=("upstream.order_varies", "upstream.one_name"), special=True),
    Concept("network", r"\bnetwork(?:ing)?(?: configuration| connectivity| connection)? (?:problem|issue|failure|fault|outage|error|instability|partition|interruption)s?|\bpackets? (?:loss|drops?|were dropped|were lost)|\bfirewalls?\b|\b(?:switch|router|cable|routing|link) (?:failure|problem|fault|error|down)|网络(?:配置|连接)?(?:问题|故障|不稳定|抖动|中断|不通|波动|异常|错误)|丢包|防火墙|断网|网线|(?:交换机|路由器?|链路)(?:故障|问题|中断)", r"link-down|unreachable|conntrack|connect-timeout|syn-flood|dns/|no-local-ports", refuted=("upstream.is_local", "upstream.accepted")),
    Concept("name resolution", r"\bDNS (?:\w+ )?(?:failure|problem|error|lookup|resolution|issue|server|outage|query|time-?out|is|was|did|does|misconfig\w*)s?\b|DNS ?(?:解析|故障|问题|失败|异常|配置|错误|服务)|\bname (?:resolution|lookup|server)s?|\bresolvers?\b|\b(?:not|un)[ -]?resolv(?:e|ed|able)|\bresolv(?:e|ed|ing) (?:the |its |a )?(?:host|domain )?names?|域名(?:解析|服务器?|查询)|解析(?:失败|不了|不到|错误)", r"dns|resolve|host-not-found|git/host|host-unknown"),
    Concept("certificate", r"\b(?:certificates?|certs?|TLS|SSL)\b[^.,;]{0,30}\b(?:expir\w*|invalid|fail\w*|wrong|untrusted|problem|error|missing|mismatch\w*|ran out|run out|runs out|lapsed|out ?dated|too old|no longer valid|not valid|overdue|not (?:been )?renewed)|\b(?:expired|invalid|wrong|missing|self-signed|lapsed|outdated|old) (?:TLS |SSL )?cert(?:ificate)?s?|\b(?:validity|expiry) of (?:the|its) (?:TLS |SSL )?certificate|证书[^，。；]{0,8}(?:过期|到期|失效|无效|错误|失败|问题|缺失|不匹配|不受信任|未续|没有?续|有效期)|(?:过期|失效|到期)的证书", r"tls|certificate|certbot|handshake|curl|self-signed"),
    Concept("disk full", r"\b(?:disk|file ?system|volume|partition)s? (?:is |was |were |has )?(?:full|filled|out of space)|\b(?:full|filled) (?:disk|file ?system|volume|partition)s?\b|\bno (?:free )?(?:disk )?(?:space|room) (?:left|any ?more|remaining)|\b(?:ran|run|runs) out of (?:disk )?space|\bout of (?:disk|space|storage)|\bspace (?:ran|run) out|\bstorage (?:is |was )?(?:full|exhausted)|\b(?:insufficient|low|lack of) disk space|ENOSPC|(?:磁盘|硬盘|文件系统|分区)(?:空间)?(?:已?满|不足|写满|用尽|耗尽|占满)|(?<!堆)(?<!内存)空间不足|没有(?:剩余)?空间|存储(?:空间)?(?:已?满|耗尽|不足)|写满", r"disk-full|no-space|inodes|flood-stage|space-exceeded|disk-alarm|snapshot-failed|evicted", stated=("disk.full", "inodes.full", "redis.write_failed")),
    Concept("permissions", r"\bpermissions? (?:denied|problem|issue|error|missing)|\b(?:lack of|missing|wrong|insufficient|no) permissions?|EACCES|\baccess (?:is |was |were )?denied|\bnot (?:allowed|permitted) to|权限(?:不足|不够|问题|错误|被拒)|没有?权限|无权|拒绝访问|访问被拒", r"permission|forbidden|denied|access|not-allowed|selinux|apparmor|bad-permissions"),
    Concept("database", r"\b(?:databases?|DB)\b[^.,;]{0,20}\b(?:down|gone|dead|stopped|unavailable|unreachable|overload\w*|failed|crashed|slow)|\bdatabase (?:problem|failure|outage|issue|connection (?:failure|problem|time-?out))s?|数据库(?:服务)?(?:故障|宕机|不可用|连接(?:失败|超时)|问题|挂|异常|过载)", r"postgresql/|mysql/|mongodb/|redis/|dependency|pool|database|elasticsearch/|connection-refused", special=True),
    Concept("something it depends on", r"\bdependenc(?:y|ies)\b[^.,;]{0,20}(?:fail|down|unavailable|refus)\w*|依赖(?:的)?(?:服务|组件)?(?:故障|不可用|失败|异常|超时)", r"dependency|broker|database|pool|connection-refused|gem|module|redis/|postgresql/|mysql/|stopped|dns"),
    Concept("connections used up", r"\b(?:connection )?pool (?:is |was )?(?:exhausted|used up|full)|\btoo many connections|\bout of connections|连接池(?:耗尽|用尽|已?满|不足)|连接数(?:用尽|过多|耗尽|超|已?满|不足)", r"pool|too-many-connections|worker-connections|conntrack|no-local-ports|limit-conn|max-startups|backlog|workers-exhausted|children-busy|no-server"),
    Concept("deadlock", r"\bdead-?lock(?:s|ed)?\b|\b(?:locked|blocked) each other|死锁|互相(?:等待|锁住)", r"deadlock|go/panic"),
    Concept("lock", r"\block (?:wait|contention|time-?out)s?|\bwait(?:s|ed|ing)? (?:too long )?for (?:a |the )?(?:row )?lock|锁等待|锁竞争|等待(?:行)?锁", r"lock"),
    Concept("slow query", r"\bslow (?:quer(?:y|ies)|statements?|SQL)|慢(?:查询|SQL)", r"slow-query|lock-wait"),
    Concept("CPU", r"\b(?:CPU|processor)\b[^.,;，。；]{0,14}(?:overload|exhaust|saturat|too high|at 100|pegged|starv)\w*|\bhigh (?:CPU|load)\b|\bload (?:is |was )?too high|CPU ?(?:使用率|占用)?(?:过高|耗尽|不足|打满|飙高|跑满)|负载(?:过高|太高|飙升)", r"soft-lockup|rcu-stall|thermal|too-busy|hung"),
    Concept("graphics card", r"\bGPUs?\b[^.,;，。；]{0,16}(?:fail|error|hang|hung|fault|out of)\w*|GPU[^，。；]{0,8}(?:故障|挂起|错误|不足)|显存(?:不足|溢出|耗尽)|CUDA out of memory", r"nvidia|gpu"),
    Concept("hardware", r"\bhardware (?:fault|failure|error|problem|defect)s?|\bdisk (?:failure|error|fault)s?|\b(?:bad|broken|failing|dying|defective|faulty|damaged) (?:disk|drive|sector|RAM|DIMM|SSD|CPU|power supply|hardware|memory(?: modules?| sticks?)?)s?|\b(?:memory (?:modules?|sticks?)|DIMMs?|RAM|disks?|drives?|SSDs?|power supply|mainboard|hardware)\b[^.,;]{0,24}\b(?:defective|faulty|broken|damaged|dying|failing|failed|worn)|\bI/O errors?|硬件(?:故障|错误|损坏|问题)|(?:磁盘|硬盘)(?:故障|损坏|坏道|错误)|内存条|(?:内存(?:模块|条)|硬盘|主板|电源|硬件|SSD)[^，。；]{0,8}(?:故障|损坏|坏了|坏|有问题|老化|缺陷)", r"hardware-error|io-error|ata-error|nvme|ext4|read-only|link-down|thermal|slow-disk"),
    Concept("attack", r"\b(?:under )?attack(?:s|ed|er|ers)?\b|\bD?DoS\b|\bbrute.?forc\w*|\b(?:guess(?:ed|ing)?|trying) (?:the |many |all )?passwords?|\bpassword (?:guessing|spraying)|\bcredential stuffing|\bbreak-?ins?\b|\bbroke into\b|\bbotnets?\b|\bintru(?:sion|der)s?|\bhack(?:ed|er|ers|ing)\b|\bmalware\b|\bcompromised\b|攻击|入侵|(?:暴力)?破解|爆破|撞库|猜(?:测)?(?:解)?密码|试密码|黑客|木马|挖矿", r"syn-flood|strangers|password-failures|login-failed|scanner|limit-req|auth-failed"),
    Concept("configuration", r"\bmis-?configur\w+|\bconfig(?:uration)? (?:error|mistake|problem|issue|is wrong|is invalid)s?|\b(?:wrong|bad|invalid|broken|faulty) (?:config(?:uration)?|settings?)|\b(?:wrongly|incorrectly|badly) (?:configured|set)|\btypos? in the config\w*|(?:配置|参数|设置)(?:错误|有误|问题|不当|写错|不对|失误)|配错", r"config|listens-elsewhere|server-name|redirect-cycle|directive|certificate|bind|host-not-found|conflict|settings|broken-file|zone", refuted=()),
    Concept("deployment", r"\b(?:caused by|because of|due to|after|since) (?:a |the |an )?(?:recent |new |bad |faulty )?(?:deploy(?:ment)?|release|upgrade|update|rollout)\b|(?:由于|因为|因)[^，。；]{0,8}(?:发布|升级|部署|上线|更新)", r"deploy"),
    Concept("several backends", r"\b(?:several|multiple|different|two|both|many) (?:upstream )?(?:backends?|upstream servers?|upstream services?)\b|(?:多个|两个|不同的?|几个)(?:后端|上游(?:服务器?|实例)?)(?!地址|尝试|请求)", refuted=("upstream.one_name",), special=True),
    Concept("other workers", r"\b(?:switch\w*|tr(?:y|ied|ies|ying)|fail\w* over|mov\w+)\b[^.;]{0,60}\b(?:other|another|next) (?:nginx )?workers?|(?:切换|尝试|换)[^，。；]{0,40}(?:其他|别的|另一个|其它)(?:的)? ?worker", refuted=("upstream.request",), special=True, because=Text("each request stayed with the worker that took it", "每个请求始终由接下它的那个 worker 处理")),
    Concept("permanent outage", r"\b(?:completely|totally|permanently|entirely|fully) (?:unavailable|down|dead|crashed|broken|offline|unreachable|failed)|\b(?:complete|total|permanent) (?:outage|failure|crash)|(?:已经?)?完全(?:不可用|崩溃|宕机|挂|停止|瘫痪|无法(?:提供|响应))|彻底(?:崩溃|不可用|挂|宕)|一直(?:不可用|宕机|挂着)", refuted=("upstream.intermittent", "container.restarted", "join.restarted_after_kill"), special=True),
    Concept("errors stopped the proxy", r"\b(?:errors?|failures?|this|which|these|it)\b[^.]{0,60}\b(?:caus|led|lead|forc|trigger|result|ma)\w*[^.]{0,30}\bnginx\b[^.]{0,24}(?:restart|shut|stop|crash|exit)|(?:错误|失败|问题|异常|故障)[^。]{0,40}(?:导致|引起|造成|触发|引发|使)了?[^。，]{0,6}(?:nginx|Nginx|NGINX)[^。，]{0,6}(?:重启|关闭|停止|崩溃|退出)", refuted=("nginx.stop_after_errors", "nginx.stop_by_init"), special=True),
    Concept("crash loop", r"\bcrash ?loop\w*|\brestart(?:s|ed|ing)? (?:again and again|repeatedly|over and over|in a loop|constantly)|(?:反复|不断|循环|频繁)(?:地)?(?:重启|崩溃)", r"crash-loop|start-limit|container/restarted", refuted=("join.restarted_after_kill",), special=True),
    Concept("rate limit", r"\brate.?limit(?:s|ed|ing)?\b|\bthrottl\w+|限流|限速", r"limit-req|limit-conn|thermal|max-startups"),
    Concept("login", r"\b(?:wrong|bad|invalid|incorrect) (?:password|credentials?)|\b(?:authentication|login) (?:failure|failed|error|problem)s?|密码错误|(?:认证|登录|鉴权)失败", r"auth|password|denied|login|strangers|not-allowed|pull-denied|no-access|key"),
    Concept("open files", r"\btoo many (?:open )?files|\b(?:out of|no free|no more) file (?:descriptors?|handles?)|EMFILE|(?:文件)?(?:句柄|描述符)[^，。；]{0,4}(?:耗尽|用尽|不足|用完|过多)", r"too-many|rlimit"),
    Concept("process limit", r"\b(?:pids?|process|thread|task)s? limit\b|\btoo many (?:processes|threads)|(?:进程|线程)数?(?:达到|超过|到)?[^，。；]{0,4}(?:上限|限制)", r"fork|native-thread|too-many"),
    Concept("missing module", r"\b(?:module|package|library|gem|dependency) (?:is |was )?(?:not found|missing|not installed)|\bmissing (?:module|package|library|gem|dependency|file)|缺少(?:模块|依赖|文件|包|库)|找不到(?:模块|包|库)", r"module|missing|not-found|gem|header|link|pip|npm|apt|command|script"),
    Concept("clock", r"\bclock (?:skew|drift|jump|is wrong)\w*|\b(?:clock|system time|time) (?:of [\w ]{1,20} )?(?:is|was|runs?) (?:off|wrong|skewed|behind|ahead|fast)|(?:时钟|系统时间)[^，。；]{0,4}(?:不同步|漂移|跳变|错误|不对|不准)", r"clock"),
    Concept("kernel defect", r"\bkernel (?:bug|panic|defect)s?\b|内核(?:缺陷|恐慌|崩溃)", r"kernel/(?:soft|rcu|hung|general)"),
)  # fmt: skip


@cache
def compiled() -> tuple[tuple[Concept, re.Pattern[str], re.Pattern[str] | None], ...]:
    """Each concept with its patterns, narrow ones first."""
    ordered = sorted(CONCEPTS, key=lambda concept: not concept.special)
    return tuple(
        (concept, re.compile(concept.pattern, re.IGNORECASE), re.compile(concept.entries) if concept.entries else None)
        for concept in ordered
    )


def spoken(text: str) -> Iterator[tuple[int, int, Concept]]:
    """The concepts that a text speaks of, each once, with their places; words of a narrow one belong to it alone."""
    taken: list[tuple[int, int]] = []
    for concept, pattern, _ in compiled():
        for match in pattern.finditer(text):
            if not any(first < match.end() and match.start() < last for first, last in taken):
                taken.append(match.span())
                yield match.start(), match.end(), concept
                break


def concepts_in(text: str) -> set[str]:
    """The names of the concepts that a text speaks of."""
    return {concept.name for _, _, concept in spoken(text)}
