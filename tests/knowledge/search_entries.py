"""A small knowledge base in both languages, for tests of the search and of the model's context."""

from __future__ import annotations

from assistant.i18n import Text
from assistant.knowledge.entry import Entry, Knowledge, Signal
from assistant.model import Severity


def entry(
    name: str, en: str, zh: str, message: str = "", keywords: str = "", body_en: str = "", body_zh: str = ""
) -> Entry:
    return Entry(
        id=name,
        path=f"{name}.md",
        severity=Severity.ERROR,
        title=Text(en, zh),
        signals=(Signal(event=name.split("/", maxsplit=1)[0], messages=(message,)),) if message else (),
        keywords=tuple(keywords.split(",")) if keywords else (),
        body={
            "en": {
                "What it means": body_en or f"{en}. Check the service and its logs.",
                "Fix": "Find the cause first.",
            },
            "zh": {"含义": body_zh or f"{zh}。请检查服务和日志。", "解决": "先找到原因。"},
        },
    )


ENTRIES = (
    entry(
        "nginx/upstream-closed-early",
        "The upstream closed the connection before sending a response header",
        "上游在发送响应头之前关闭了连接",
        "upstream prematurely closed connection while reading response header from upstream",
        "502,bad gateway,网关错误",
        "The client gets 502. Nothing timed out.",
        "客户端得到 502。没有超时。",
    ),
    entry(
        "nginx/upstream-timeout",
        "The upstream did not answer in time",
        "上游响应超时",
        "upstream timed out (110: Connection timed out) while reading response header from upstream",
        "504,gateway timeout,网关超时",
    ),
    entry(
        "nginx/upstream-refused",
        "The upstream refused the connection",
        "上游拒绝连接",
        "connect() failed (111: Connection refused) while connecting to upstream",
        "502,connection refused",
    ),
    entry(
        "nginx/body-too-large",
        "The request body is larger than allowed",
        "请求体超过上限",
        "client intended to send too large body",
        "413,client_max_body_size,上传失败",
    ),
    entry(
        "kernel/oom-kill",
        "The kernel killed a process because memory ran out",
        "内存耗尽，内核杀死了进程",
        "Out of memory: Killed process <pid> (<name>)",
        "oom,out of memory,oom killer,内存不足,爆内存",
        "An OOM kill is a SIGKILL.",
        "OOM killer 会发出 SIGKILL。",
    ),
    entry(
        "kernel/oom-cgroup",
        "A container reached its memory limit",
        "容器达到内存上限",
        "Memory cgroup out of memory: Killed process",
        "oom,137,OOMKilled,memory limit",
    ),
    entry(
        "kernel/segfault",
        "A process crashed with a segmentation fault",
        "进程因段错误崩溃",
        "<name>[<pid>]: segfault at",
        "segfault,SIGSEGV,core dump",
    ),
    entry(
        "kernel/disk-io",
        "The disk returned I/O errors",
        "磁盘读写出错",
        "blk_update_request: I/O error",
        "io error,坏盘,硬盘坏了",
    ),
    entry(
        "os/disk-full",
        "The file system is full",
        "磁盘空间已满",
        "No space left on device",
        "ENOSPC,disk full,磁盘满了,写满",
    ),
    entry(
        "os/too-many-open-files",
        "The process ran out of file descriptors",
        "文件句柄耗尽",
        "Too many open files",
        "EMFILE,ulimit,nofile,fd 泄漏,打开文件数",
    ),
    entry(
        "os/clock-skew",
        "The clocks of two hosts differ",
        "主机时间不同步",
        "clock skew detected",
        "ntp,chrony,时钟",
    ),
    entry(
        "k8s/image-pull",
        "The image cannot be pulled",
        "镜像拉取失败",
        "Back-off pulling image",
        "ImagePullBackOff,ErrImagePull,拉不到镜像",
    ),
    entry(
        "k8s/crash-loop",
        "The container crashes again and again after it starts",
        "容器反复崩溃重启",
        "Back-off restarting failed container",
        "CrashLoopBackOff,重启循环",
    ),
    entry(
        "postgres/too-many-connections",
        "PostgreSQL has no connection slots left",
        "PostgreSQL 连接数用尽",
        "FATAL: sorry, too many clients already",
        "max_connections,连接池,连接数满",
    ),
    entry(
        "mysql/access-denied",
        "MySQL rejects the user or password",
        "MySQL 用户名或密码错误",
        "Access denied for user",
        "1045,密码不对,登录失败",
    ),
    entry(
        "redis/maxmemory",
        "Redis refuses writes: the memory limit is reached",
        "Redis 内存达到上限，拒绝写入",
        "OOM command not allowed when used memory > 'maxmemory'",
        "maxmemory,eviction",
    ),
    entry("tls/expired", "The certificate has expired", "证书已过期", "certificate has expired", "x509,ssl,https,TLS"),
    entry(
        "dns/not-found",
        "The host name does not resolve",
        "域名解析失败",
        "Name or service not known",
        "nxdomain,resolv.conf",
    ),
    entry(
        "java/heap-space",
        "The Java heap is exhausted",
        "Java 堆内存溢出",
        "java.lang.OutOfMemoryError: Java heap space",
        "OutOfMemoryError,Xmx,jvm,内存溢出",
    ),
    entry(
        "gunicorn/worker-timeout",
        "The gunicorn master killed a silent worker",
        "gunicorn 主进程杀死了无响应的 worker",
        "[CRITICAL] WORKER TIMEOUT (pid:<pid>)",
        "gunicorn,worker timeout,工作进程超时",
    ),
    entry(
        "python/module-not-found",
        "A Python module is not installed",
        "缺少 Python 模块",
        "ModuleNotFoundError: No module named",
        "ImportError,pip",
    ),
    entry(
        "ssh/auth-failed", "SSH logins fail", "SSH 登录失败", "Failed password for <user>", "brute force,暴力破解,sshd"
    ),
)

KNOWLEDGE = Knowledge({item.id: item for item in ENTRIES}, digest="test")
