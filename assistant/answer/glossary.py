"""What a word in a log means: errno, signals, exit codes, and the terms of nginx, the kernel and containers."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.i18n import Text


@dataclass(frozen=True, slots=True)
class Term:
    """A term with the words it goes by. The first name is shown."""

    names: tuple[str, ...]
    meaning: Text

    def pattern(self) -> re.Pattern[str]:
        """Any of its names as a whole word, whatever the case."""
        names = "|".join(re.escape(name) for name in sorted(self.names, key=len, reverse=True))
        return re.compile(rf"(?<![A-Za-z0-9_])(?:{names})(?![A-Za-z0-9_])", re.IGNORECASE)


def _term(names: str, en: str, zh: str) -> Term:
    return Term(tuple(names.split("|")), Text(en, zh))


TERMS: tuple[Term, ...] = (
    _term("502|bad gateway", "502 Bad Gateway: nginx got no valid answer from the upstream (refused, closed, reset, invalid header).", "502 Bad Gateway：nginx 没有从上游得到有效应答（被拒绝、被关闭、被重置或响应头无效）。"),
    _term("504|gateway timeout|gateway time-out", "504 Gateway Timeout: the upstream accepted the request but did not answer within the time-out.", "504 Gateway Timeout：上游接受了请求，但没有在超时时间内应答。"),
    _term("503|service unavailable", "503 Service Unavailable: refused for now, for example by limit_req, limit_conn or the application itself.", "503 Service Unavailable：暂时拒绝，例如被 limit_req、limit_conn 限制，或应用自己返回。"),
    _term("499", "499: the client closed the connection before nginx could answer (nginx's own code, never sent).", "499：客户端在 nginx 应答之前断开（nginx 自己的代码，不会发出去）。"),
    _term("413", "413: the request body is larger than client_max_body_size.", "413：请求体超过 client_max_body_size。"),
    _term("104|econnreset|connection reset by peer|connection reset", "104 ECONNRESET: the peer answered with a TCP RST. It had accepted the connection; it died with unread data, closed an idle connection, or a proxy in between had no backend.", "104 ECONNRESET：对端回了 TCP RST。连接曾被接受；之后对端带着未读数据死亡、关闭了空闲连接，或中间的代理没有后端。"),
    _term("111|econnrefused|connection refused", "111 ECONNREFUSED: nothing listens on that address and port.", "111 ECONNREFUSED：该地址和端口上没有程序在监听。"),
    _term("110|etimedout|connection timed out|timed out", "110 ETIMEDOUT: no answer in time. While connecting: packets are dropped. While reading: the service is slow or stuck.", "110 ETIMEDOUT：在限定时间内没有应答。连接阶段：包被丢弃；读取阶段：服务太慢或卡住。"),
    _term("113|ehostunreach|no route to host", "113 EHOSTUNREACH: no route to the host, or a firewall rejects.", "113 EHOSTUNREACH：没有到该主机的路由，或被防火墙拒绝。"),
    _term("98|eaddrinuse|address already in use", "98 EADDRINUSE: another socket already listens on this address and port.", "98 EADDRINUSE：这个地址和端口已有程序监听。"),
    _term("99|eaddrnotavail|cannot assign requested address", "99 EADDRNOTAVAIL: for connect, local ports are used up; for bind, the address is not on this host.", "99 EADDRNOTAVAIL：connect 时表示本地端口用尽；bind 时表示地址不在本机。"),
    _term("24|emfile|too many open files", "24 EMFILE: the process reached its limit of open files (RLIMIT_NOFILE).", "24 EMFILE：进程打开的文件数达到上限(RLIMIT_NOFILE)。"),
    _term("13|eacces|permission denied", "13 EACCES: file or socket permissions, or SELinux/AppArmor, forbid it.", "13 EACCES：文件或套接字权限、SELinux/AppArmor 不允许。"),
    _term("28|enospc|no space left on device", "28 ENOSPC: no free blocks (`df -h`) or no free inodes (`df -i`).", "28 ENOSPC：没有空闲块(`df -h`)或没有空闲 inode(`df -i`)。"),
    _term("12|enomem|cannot allocate memory", "12 ENOMEM: an allocation was refused; nobody was killed for it.", "12 ENOMEM：内存申请被拒绝；并没有因此杀进程。"),
    _term("sigkill|signal 9|kill -9", "SIGKILL (9): ends a process at once; it cannot be caught, so the process writes no last line. The OOM killer uses it.", "SIGKILL(9)：立即结束进程，无法捕获，所以进程来不及写最后一行日志。OOM killer 用的就是它。"),
    _term("sigterm|signal 15", "SIGTERM (15): a request to end; a fast stop for nginx.", "SIGTERM(15)：请求结束；对 nginx 是快速停止。"),
    _term("sigquit|signal 3", "SIGQUIT (3): for nginx a graceful stop: workers finish their requests first.", "SIGQUIT(3)：对 nginx 是平滑停止，worker 先处理完手上的请求。"),
    _term("sighup|signal 1", "SIGHUP (1): for nginx a reload; the master's pid stays the same.", "SIGHUP(1)：对 nginx 是重载配置，主进程号不变。"),
    _term("sigsegv|signal 11|segfault|segmentation fault", "SIGSEGV (11): invalid memory access; a bug in native code (or bad memory).", "SIGSEGV(11)：非法内存访问；原生代码有错（或内存硬件有问题）。"),
    _term("137|exit code 137", "Exit code 137 = 128 + 9: ended by SIGKILL, by the OOM killer or by somebody (docker stop sends it after 10 s).", "退出码 137 = 128 + 9：被 SIGKILL 结束，可能是 OOM killer，也可能是人为（docker stop 10 秒后也会发）。"),
    _term("139|exit code 139", "Exit code 139 = 128 + 11: segmentation fault.", "退出码 139 = 128 + 11：段错误。"),
    _term("143|exit code 143", "Exit code 143 = 128 + 15: ended by SIGTERM, usually an ordinary stop.", "退出码 143 = 128 + 15：被 SIGTERM 结束，通常是正常停止。"),
    _term("oom killer|oom-killer|oom|out of memory", "OOM killer: when the kernel cannot reclaim memory any more, it kills the process with the most points (memory use shifted by oom_score_adj).", "OOM killer：内核回收不出内存时，杀死得分最高的进程（按内存用量，再经 oom_score_adj 调整）。"),
    _term("oom_score_adj", "oom_score_adj (−1000 … 1000) shifts a process's points; −1000 means never kill, 0 is the default.", "oom_score_adj（−1000 … 1000）调整进程得分；−1000 表示永不杀，0 为默认。"),
    _term("badness|points|oom score", "Badness points: resident + swapped + page-table pages, plus oom_score_adj/1000 of all memory. The highest is killed.", "得分(badness)：常驻页 + 换出页 + 页表页，再加 oom_score_adj/1000 × 总内存。最高者被杀。"),
    _term("total_vm|total-vm|virtual memory|vsz|虚拟内存", "total_vm: virtual size in pages, address space and not memory in use; total-vm is the same in kB.", "total_vm：虚拟内存大小（单位：页），是地址空间，不是实际占用；total-vm 是同一个值(kB)。"),
    _term("rss|resident|常驻内存|常驻", "rss: resident pages, the memory a process really holds (shared pages counted for each).", "rss：常驻页数，进程真正占用的内存（共享页会各算一份）。"),
    _term("anon-rss|anonymous|匿名页|匿名内存", "anon-rss: resident memory without a file behind it (heap, stack); it can only go to swap, it is no cache.", "anon-rss：没有文件对应的常驻内存（堆、栈）；只能换出到 swap，不是缓存。"),
    _term("swapents", "swapents: pages of a process that are in swap.", "swapents：进程被换出到 swap 的页数。"),
    _term("pgtables|pgtables_bytes|page table|页表", "pgtables: memory of a process's page tables.", "pgtables：进程页表占用的内存。"),
    _term("constraint_none|global_oom|整机内存不足", "CONSTRAINT_NONE with global_oom: the whole host ran out, not a container's limit.", "CONSTRAINT_NONE 与 global_oom：整台主机内存耗尽，不是容器上限。"),
    _term("constraint_memcg|oom_memcg|memcg", "CONSTRAINT_MEMCG: the limit of the cgroup named by oom_memcg was hit.", "CONSTRAINT_MEMCG：触到了 oom_memcg 所指 cgroup 的上限。"),
    _term("cgroup|task_memcg", "cgroup: a group of processes with common limits; a container has one. task_memcg names the victim's.", "cgroup：有共同限制的一组进程，容器就是一个；task_memcg 是被杀进程所在的 cgroup。"),
    _term("cpuset", "cpuset in an oom-kill line belongs to the task whose allocation failed, not to the victim.", "oom-kill 行里的 cpuset 属于申请内存失败的任务，不是被杀的进程。"),
    _term("docker-proxy|userland proxy", "docker-proxy: Docker's process for one published port and address family; it accepts connections even while the container's service is gone.", "docker-proxy：Docker 为每个发布端口和地址族起的代理进程；容器里的服务不在时它仍会接受连接。"),
    _term("veth|bridge", "veth: the two ends of a container's network cable; one is eth0 in the container, the other a port of the bridge.", "veth：容器网线的两端，一端是容器里的 eth0，另一端是网桥上的端口。"),
    _term("max_fails|fail_timeout|temporarily disabled", 'max_fails/fail_timeout: after 1 failure (default) a worker skips an address for 10 s (default); logged as "temporarily disabled" when the group has two or more addresses.', "max_fails/fail_timeout：默认失败 1 次，该 worker 就在 10 秒内跳过该地址；同组有两个以上地址时打印 temporarily disabled。"),
    _term("no live upstreams", "no live upstreams: every address of the group is disabled for now, so nginx answers 502 without trying.", "no live upstreams：组里所有地址都被暂时停用，nginx 不再尝试，直接 502。"),
    _term("prematurely closed|premature close|upstream prematurely closed connection|提前关闭|过早关闭", "upstream prematurely closed connection: the upstream accepted, then closed (FIN) before a response header was complete.", "upstream prematurely closed connection：上游接受连接后，在响应头完整之前就关闭(FIN)。"),
    _term("proxy_next_upstream|next upstream", "proxy_next_upstream: when nginx tries the next address (default: error and timeout); a POST that was sent is not repeated.", "proxy_next_upstream：何时换下一个地址（默认 error 和 timeout）；已发出的 POST 不会重发。"),
    _term("proxy_read_timeout", "proxy_read_timeout: how long nginx waits between two reads from the upstream (60 s); it matters only when a 110 timeout is logged.", "proxy_read_timeout：nginx 两次读取上游之间最多等多久（默认 60 秒）；只有日志出现 110 超时才与它有关。"),
    _term("idempotent|non_idempotent|幂等", "Idempotent: may be repeated without another effect (GET). nginx does not repeat POST, LOCK, PATCH by default.", "幂等：重复执行没有额外影响（如 GET）。nginx 默认不重发 POST、LOCK、PATCH。"),
    _term("fin", "FIN: a side closes its half of a TCP connection in the ordinary way, also when its process ends.", "FIN：TCP 一方正常关闭，进程结束时内核也会发。"),
    _term("rst", "RST: a TCP connection is thrown away at once.", "RST：TCP 连接被立即丢弃。"),
    _term("master process|master", "nginx master: reads the configuration and starts workers; a new pid means a restart, the same pid a reload.", "nginx 主进程：读配置、启动 worker；进程号变了是重启，不变是重载。"),
    _term("worker process|worker", "nginx worker: the process that handles connections.", "nginx worker：处理连接的进程。"),
    _term("upstream|上游", "Upstream: the service nginx passes requests to.", "上游：nginx 把请求转给的后端服务。"),
    _term("dmesg", "dmesg prints the kernel's ring buffer; -T turns seconds since boot into wall-clock times (wrong after suspend).", "dmesg 打印内核环形缓冲区；-T 把开机秒数换算成时间（休眠过的机器会不准）。"),
    _term("oom_reaper", "oom_reaper: the kernel thread that frees a victim's memory; the sizes it prints are what remains.", "oom_reaper：回收被杀进程内存的内核线程；它打印的是剩余大小。"),
    _term("swap|交换分区", "Swap: disk space for memory pages that are not in use; it turns a kill into slowness.", "swap：磁盘上存放暂时不用的内存页的空间；它能把“被杀”变成“变慢”。"),
)  # fmt: skip


def find_terms(question: str) -> list[Term]:
    """The terms that a question names, longest name first."""
    found = []
    for term in TERMS:
        match = term.pattern().search(question)
        if match:
            found.append((len(match[0]), term))
    return [term for _, term in sorted(found, key=lambda pair: -pair[0])]
