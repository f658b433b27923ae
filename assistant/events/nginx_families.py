"""Which part of nginx a message comes from, by its words: for messages that no entry knows on its own.

The rules are tried in order, the most telling words first. They were drawn from the 1,396 distinct message formats at
level notice and above in the source of nginx 1.31.5, and hold for other versions and for modules that speak alike.
"""

from __future__ import annotations

from functools import lru_cache

from assistant.intake.lazily import lazily

_RULES = (
    ("dns", lazily(
        r"could not be resolved|\bDNS\b|resolver|resolving|host not found|RR class|bad name server|"
        r"no (?:SRV|PTR|name) (?:type|in)|wrong ident")),
    ("quic", lazily(r"(?i)\bquic\b|http3|\bh3\b|QPACK|\bstream frame|\bkey phase")),
    ("http2", lazily(
        r"(?i)http2|\bh2\b|output on closed stream|requested control frame|receive buffer overrun|"
        r"too long response (?:header|trailer)|pushed?_promise")),
    ("tls", lazily(
        r"SSL|ssl_|TLS|OCSP|X509|PEM_|\bEVP_|\bBIO_|HMAC|OPENSSL|ENGINE_|OSSL|certificate|RSA|\bDH\b|\bEC(?:DH)?_|"
        r"session ticket|ASN1|sk_\w+\(|\bstapling\b|\bcipher|ALPN|i2d_|d2i_|\bECH\b|OpenSSL")),
    ("cache", lazily(
        r"(?i)\bcache\b|cached|could not allocate node|open file cache|stalled cache|keys.zone|\bproxy_cache|"
        r"inactive cache")),
    ("upstream", lazily(
        r"upstream|FastCGI|uwsgi|\bSCGI\b|scgi|gRPC|grpc|memcached|proxied|peers?\b|\bproxy_pass|balancer|sticky|"
        r"key is not set|invalid header in response|early hints")),
    ("limits", lazily(
        r"worker_connections|RLIMIT_NOFILE|limiting (?:requests|connections)|delaying request|accept4?\(\) failed|"
        r"no more than \d+ processes|Too many open files|open file resource|more than (?:255|65535) bytes|file descriptors")),
    ("listen", lazily(
        r"\bbind\(|\blisten\b|listen\(|\blisteners?\b|listening|setsockopt\((?:SO_REUSE|IP_|IPV6_|TCP_DEFER|TCP_FASTOPEN|TCP_KEEP|SO_ACCEPTFILTER|SO_SETFIB|TCP_NODELAY|SO_RCVBUF|SO_SNDBUF|SO_KEEPALIVE)|"
        r"getsockopt\(|inherited (?:socket|address)|invalid socket number|unsupported family|transparent proxying|SO_TYPE")),
    ("access", lazily(
        r"access forbidden|password|\"? is forbidden|was not found in|user \"|auth(?:_| )|unauthorized|crypt|"
        r"directory index|realm|credentials|jwt|secure.?link")),
    ("modules", lazily(
        r"(?i)\bSSI\b|ssi |\"(?:wait|set|if|else|endif|include|config|encmsg|expr)\"|xslt|libxslt|xml|gd\w* ?\(|\bgd\b|image|\bperl\b|"
        r"mp4|moov|atom|flv|gzip|deflate|gunzip|zlib|charset|iconv|\bsub filter|addition|geoip|\bscript\b|\bmap\b|slice|rewrite|"
        r"internal redirect|subrequest|header already sent|header filter|buffer filter|random index|autoindex|userid|"
        r"\bDAV\b|COPY|MOVE|MKCOL|\"Destination\"|\"Depth\"|njs|lua|range|split_clients|postpone|body filter|output chain|"
        r"ftyp|stsd|stts|ctts|stsc|stsz|stco|co64|chunk|offset|sample|trak|mdat")),
    ("client", lazily(
        r"client (?:sent|intended|prematurely|timed|closed)|too large (?:body|request)|PROXY protocol|broken header|"
        r"request (?:line|URI|header)|plain HTTP|invalid (?:host|URI|method|Range)|\bchunked\b|multipart|large header|"
        r"pipelined|client|\bPUT\b|proxy protocol|http header|header line|upgrade")),
    ("memory", lazily(
        r"malloc|memalign|mmap|munmap|slab|shared memory|shared zone|\bshm|zone \"|\bmutex|semaphore|sem_|shmtx|spinlock|"
        r"preallocated|no memory|allocat|pthread_|thread|ENOMEM|zero size buf|negative size buf|\bMAP_ANON")),
    ("process", lazily(
        r"worker process|cache manager|exited|signal|SIG[A-Z0-9]{2,}|fork\(|waitpid|setuid|setgid|initgroups|spawn|execve|"
        r"reconfiguring|shutting down|exiting|gracefully|binary|sigsuspend|setrlimit|setpriority|daemon|start(?:ing)? |"
        r"PID|pid file|privileges|capset|prctl|worker_cpu|sched_setaffinity|cpuset|reopening|process|"
        r"setproctitle|chroot|sigaction|kill\(|master")),
    ("files", lazily(
        r"open\(|opendir|stat\(|\brename|unlink|mkdir|rmdir|chmod|chown|read\(|write\(|pread|pwrite|fcntl|ftruncate|"
        r"sendfile|fadvise|directio|close\(\)|\bfile\b|directory|utimes|realpath|glob\(|closedir|readdir|lstat|\blog\b|"
        r"truncated|dup2|temp(?:orary)? file|syslog|link\(|logging")),
    ("sockets", lazily(
        r"epoll|kqueue|kevent|poll\(|select\(|eventport|port_\w+\(|devpoll|/dev/poll|WSA|ioctl|recv|send\(|sendmsg|"
        r"writev|readv|connect\(|socket|aio|io_(?:setup|submit|getevents|destroy)|eventfd|setitimer|timer|iocp|IOCP|"
        r"AcceptEx|overlapped|accept|events?\b|connection|getsockname|getpeername|channel|timed out|BPF|bpf|setsockopt")),
    ("config", lazily(
        r"directive|invalid (?:number|value|parameter|option|name|condition|regex|variable)|duplicate|unknown|"
        r"must (?:be|have|not)|cannot be|is (?:not supported|deprecated|required|too|already|ignored|specified)|"
        r"parameter|variable|no \S+ (?:is|are) defined|configuration|conflicting|regex|pcre|unexpected|"
        r"hash|server name|block|\"?\S+\" (?:is|may|can)|build_names|bucket|argument|option|types|could not build|"
        r"path name|stream pass|in pass|no port")),
)  # fmt: skip
_CONFIG_PLACE = lazily(r" in \S{1,4000}:\d{1,9}$")
OTHER = "core"
_TRAFFIC = lazily(
    r"^(?:recv|recvfrom|send|sendto|readv|writev|connect|sendfile|setsockopt|getsockopt|shutdown)\b|connection|peer"
)
FAMILIES = (*(name for name, _ in _RULES), OTHER)


@lru_cache(maxsize=2048)  # a log says the same few things again and again
def family(message: str, level: str, action: str = "") -> str:
    """The family of one message, without its errno and context.

    What names a line of the configuration is about the configuration, whatever module says it. A bare system call is
    told by what nginx was doing (`action`).
    """
    if _CONFIG_PLACE().search(message) and level in ("emerg", "warn", "notice"):
        return "config"
    found = next((name for name, pattern in _RULES if pattern().search(message)), OTHER)
    if found != "sockets" or not _TRAFFIC().search(message):
        return found
    if "SSL" in action:
        return "tls"
    if "upstream" in action or action.startswith("proxying"):
        return "upstream"
    if "quic" in action:
        return "quic"
    return "client" if "client" in action or action == "keepalive" else found
