"""Which part of nginx a message comes from, by its words: for messages that no entry knows on its own.

The rules are tried in order, the most telling words first. They were drawn from the messages at level notice and above
in the source of nginx 1.31.5 and hold for other versions and for modules that speak alike. A rule is a set of whole
words and a list of phrases, not a regular expression: a set is looked up once, a phrase is found by the library's
substring search, and only the first characters of a message count, so that no line is slow.

Quoted text is what the message is about, a path, a name or a header, and says nothing of who speaks
(`open() "/var/cache/ssl/x" failed` is of files): it is taken out, except for the names of directives and headers.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from assistant.intake.lazily import lazily

_QUOTED = lazily(r'"[^"]*"')
_NAME = lazily(r'"(?:\$?[a-z0-9]{1,20}(?:_[a-z0-9]{1,20}){1,6}|[A-Z][a-z]{1,20}(?:-[A-Z][a-z]{1,20}){0,3})"')
_WORD = lazily(r"\w+")
_CONFIG_PLACE = lazily(r'[^\s"]{1,4000}:\d{1,9}')
# A call and the file that it was about: `open() "/x" failed`, `CreateFile() "C:\x" failed`.
_CALL_ON_FILE = lazily(r'(?!chdir|execve|dlopen)[A-Za-z]\w{1,30}\([^()"]{0,40}\) ""')
_PATH = lazily(r"(?<=[\s\"(])/[\w.-]{1,80}(?:/[\w.-]{0,80}){1,12}")
_BARE_CALL = lazily(
    r"(?:recv|recvfrom|send|sendto|readv|writev|connect|sendfile|sendfilev|WSARecv|WSASend)\((?!\) to syslog)|"
    r"bind\([^)]|(?:peer|connection) (?:closed|timed|reset)"
)
_SOCKET_OPTION = lazily(r"(?:setsockopt|getsockopt|shutdown)\(")
_HEAD = 240  # characters of a message that are looked at
_QUOTES = 12


class _Rule(NamedTuple):
    family: str
    words: frozenset[str]
    phrases: tuple[str, ...]


def _rule(family: str, words: str, *phrases: str) -> _Rule:
    return _Rule(family, frozenset(words.split()), phrases)


# What a message begins with, in lower case: whoever quotes others comes before any word of the quotation.
_STARTS = (
    ("upstream", ("fastcgi sent in stderr", "upstream sent", "upstream closed", "upstream prematurely", "upstream timed out")),
    ("access", ("modsecurity: access denied", "modsecurity: warning", "naxsi_", "access forbidden", "access denied")),
    ("modules", (
        "[lua]", "lua ", "failed to load the 'resty", "failed to run ", "content_by_lua", "access_by_lua", "js ", "js:", "js_", "njs ", "modsecurity", "gzip filter", "degradation", "brotli", "headers_more",
        "headers more", "[ngx_pagespeed", "pagespeed", "passenger", "[ n ", "[ e ", "[ w ", "geoip", "vts", "rtmp", "echo ", "zstd",
    )),
    ("client", ("client ",)),
    ("dns", ("host not found", "no resolver defined to resolve")),
)  # fmt: skip

# What proves itself nginx's own mistake (or that of a module inside it), not one of a person or a peer.
_INTERNAL = _rule(
    "internal", "overrun",
    "size buf", "bad buf in", "same buf", "duplicate last buf", "last buf in", "busy buffers after", "recycled buffer", "output chain is empty",
    "unknown variable index", "request count is zero", "request already closed", "non-active request", "connection already closed",
    "reference counter overflow", "header already sent", "left in connection", "negative request body", "body already in file",
    "still left in", "still is not empty", "postpone filter", "no buffer space in", "header to copy",
    "state buffer overflow", "length mismatch", "uninitialized connection", "invalid thread call", "still in progress", "page is already",
    "chunk is already", "pointer to", "unmatched call", "shared connection is busy", "is not in the list", "memcpy ", "already active",
)  # fmt: skip

_RULES = (
    _rule(
        "dns", "resolver resolving dns ptr rr srv",
        "could not be resolved", "host not found", "bad name server", "wrong ident",
        "resolved to invalid host name",
    ),
    _rule("access", "", "access forbidden", "access denied", "directory index of", "unauthorized", "password mismatch"),
    _rule("process", "exited respawn respawned"),
    _rule("listen", "", "getsockopt(so_", "setsockopt(so_reuseport", "bind()", "ip_bind_address_no_port"),
    _rule(
        "config", "", "incompatible with", "on this platform", "no addresses in pass", "pass cycle", 'in pass "', "is deprecated",
        "for ssl_verify_client", "_ssl_verify", "is not found in configuration", "events module found", 'events" section', 'no "" section',
        "invalid option", "requires parameter", "getpwnam", "getgrnam", "find named location", "no handler found", "_hash, you should",
        "could not build", "default path", "same name as", 'uninitialized "', 'unknown "" variable',
        "while previously it", 'thread pool "" not found', "thread pools", "invalid $", "pcre", "regex", "duplicate location",
        "server name", "cannot pass ", "port not found", "no port in", "where uri was rewritten",
        'option "" requires', "in command line", "could not be changed", "not equal to the number", 'environment variable ""', '_buffer_size" must', "configuration file",
    ),
    _rule(
        "tls", "crl dh rsa ech alpn ocsp x509 hmac openssl certificate certificates cipher ciphers handshake stapling asn1",
        "ssl", "tls", "certificate", "pem_", "evp_", "bio_", "engine_", "ossl", "rand_bytes", "obj_sn2nid", "session ticket", "i2d_", "d2i_", "ec_",
        "ecdh", "sk_", "ocsp", "asn1_", "x509_", "password is truncated", "allocate new session", "allocate new entry", "dh_", "rsa_", "hmac_", "bn_", "conf_modules",
        "curve", "sni ",
    ),
    _rule(
        "upstream", "memcached fastcgi uwsgi scgi grpc suwsgi grpcs",
        "upstream sent", "kevent() reported that", "http2 method", "http2 uri", "http2 host", "too long http2", "keepalive http2", "to proxy",
        "invalid url prefix", "invalid local address", "sticky", "live upstreams", "recently used session", "auth http server", "early hints",
        "gateway", "memcached_", "upstream timed out", "temporarily disabled",
    ),
    _rule(
        "quic", "http3 h3 bpf",
        "quic", "qpack", "http/3", "stream frame", "key phase", "dynamic table capacity", "create server stream", "send settings", "send goaway",
        "section acknowledgement", "stream cancellation", "insert count increment", "secret len", "server stream",
    ),
    _rule(
        "http2", "h2",
        "http2", "http/2", "closed stream", "requested control frame", "receive buffer overrun", "too long response header", "too long response trailer",
        "pushed", "push_promise",
    ),
    _rule("limits", "rlimit_nofile nofile rlimit_core",
        "worker_connections", "limiting requests", "limiting connections", "delaying request", "accept() failed", "accept4() failed", "no more than",
        "too many open files", "open file resource", "files are available", "maximum number of files", "queue overflow", "file descriptors",
        "more than 255", "more than 65535",
    ),
    _rule("files", "", "send() to syslog", "logging to syslog", "error log file", "temp file", "temporary file", "operation took too long",
        "is not found", "could not be created", "existence failed"),
    _rule("cache", "cache cached", "keys zone", "allocate node", "slab_alloc() failed: no memory in cache"),
    _rule("memory", "malloc memalign slab enomem semaphore mutex shmtx spinlock",
        "malloc(", "memalign", "mmap(", "munmap(", "shared memory", "shared zone", "shm", 'zone "', "temp_pool", "mutex", "sem_", "preallocated", "no memory", "_alloc(",
        "alloc() failed", "allocate", "degradation sbrk", "not enough memory", "mapviewoffile", "filemapping", "memory zone"),
    _rule("listen", "listen listener listeners listening",
        "bind(", "listen(", "listening", "setsockopt(so_", "setsockopt(ip_", "setsockopt(ipv6_", "setsockopt(tcp_", "getsockopt(", "inherited socket", "inherited address",
        "invalid socket number", "unsupported family", "transparent proxying", "deleting socket", "accept filter", "af_inet"),
    _rule("upstream", "upstream upstreams proxied peer peers balancer sticky proxying",
        "proxy_pass", "key is not set", "invalid header in response", "proxy_"),
    _rule("modules", "ssi xslt libxslt xml gd perl mp4 moov atom flv gzip gunzip deflate inflate charset iconv geo geoip stub script slice subrequest subrequests "
        "autoindex userid dav mkcol copy move collection collections delete njs lua ftyp stsd stts ctts stsc stsz stco co64 sample samples trak mdat imap map "
        "image webp jpeg png degradation rewritten rewrite redirect memc echo",
        "charset", "zero chunk", "gdimage", "xslt", "xml", "perl_", "eval_pv", "call_sv", "require_pv", "nginx.pm", "deflate", "inflate", "zlib", "sub filter",
        "internal redirection", "internally redirect", "named location", "header filter", "body filter", "random index", "chunk offset", "range in", "byterange", "split_clients",
        '"destination"', '"depth"', 'matches "', 'match "', "ssi ", "expression in", "_session_log", "start time", "_method",
        "same location", "not a directory collection", "image filter", "invalid variable name in", 'encoding "" in the', "command", 'block ""'),
    _rule("access", "password passwords auth realm credentials jwt crypt crypt_r unauthorized forbidden oidc",
        "crypt_r(", "crypt(", '" was not found in', 'user "', "auth_", "auth ", "secure link", "secure_link", "token"),
    _rule("client", "client multipart",
        "proxy protocol", "broken header", "too large body", "too large request", "request line", "request header", "request body", "plain http", "invalid host", "invalid uri",
        "unsafe uri", "zero length", "preread buffer", "header line", "large header", "pipelined", "chunked body", "invalid method", "upgrade in",
        "header is too large", "duplicate host", "invalid header line"),
    _rule("process", "fork exit exiting aborting execve waitpid respawn respawned spawning spawn daemon chroot chdir pid privileges master setsid setuid setgid initgroups capset prctl "
        "uname sysinfo sighup sigterm sigquit sigchld sigusr1 sigusr2 sigwinch sigalrm sigio sigsegv nginx osreldate os version",
        "worker process", "process ", "cache manager", "exited", "signal ", "sigaction", "sigprocmask", "sigsuspend", "setrlimit", "getrlimit", "setpriority", "reconfiguring",
        "shutting down", "gracefully", "new binary", "changing binary", "built by", "kern.", "sysctl", "worker_cpu", "sched_setaffinity", "cpuset", "reopening", "setproctitle", "kill(", "start example",
        "start worker", "start cache", "start new", "start privileged", "createprocess", "openevent", "gethostname", "getcwd", "socketpair"),
    _rule("sockets", "epoll kqueue kevent eventport devpoll iocp aio bpf socket sockets event events connection connections timer channel accept datagram",
        "poll", "select()", "fd_set", "port_get", "port_assoc", "port_diss", "port_create", "/dev/pool", "wsa", "ioctl", "recv", "send(", "sendto", "sendmsg", "writev", "readv", "connect(",
        "io_setup", "io_submit", "io_getevents", "io_destroy", "aio_", "eventfd", "setitimer", "timer_", "completionport", "completionstatus", "cancelio",
        "setevent", "createthread", "acceptex", "overlapped", "getsockname", "getpeername", "timed out", "setsockopt", "getsockopt", "shutdown()", "pthread_", "thread", "pipe()",
        "kern.ipc"),
    _rule("files", "file files directory log logs logging syslog glob utimes realpath pread pwrite stat fstat lstat fcntl open opendir rename unlink mkdir rmdir chmod chown "
        "ftruncate sendfile sendfilev directio dup2 link closedir readdir lseek write read close",
        "open(", "stat(", "read(", "write(", "fadvise", "truncated", "profilerstart", "dlclose", "dlsym", "createfile", "deletefile", "findfirst", "getfile", "setfile"),
    _rule("config", "directive duplicate unknown variable variables parameter configuration conflicting unexpected hash bucket argument option types deprecated unsupported missing",
        "invalid ", "must be", "must have", "must not", "cannot be", "not supported", "is required", "is too", "is already", "ignored", "is not specified", "not specified",
        "are defined", "is defined", '" is ', '" may ', "path name", 'no "" is', "no port", "not allowed", "no servers", "no events"),
)  # fmt: skip
OTHER = "core"
FAMILIES = tuple(dict.fromkeys((*(rule.family for rule in _RULES), _INTERNAL.family, OTHER)))


@lru_cache(maxsize=2048)  # a log says the same few things again and again
def family(message: str, level: str, action: str = "") -> str:
    """The family of one message, without its errno and context.

    What names a line of the configuration is about the configuration, whatever module says it. A bare system call is
    told by what nginx was doing (`action`).
    """
    lowered = message[:40].lower()
    for name, starts in _STARTS:
        if lowered.startswith(starts):
            return name
    in_config = level in ("emerg", "warn", "notice") and _names_a_line(message)
    text = _QUOTED().sub(_kept, message[: _HEAD * 3], _QUOTES)[:_HEAD]
    lowered = text.lower()
    if in_config:
        return "dns" if "host not found" in lowered else "config"
    if level == "emerg" and lowered.startswith(("socket() ", "ioctl(fionbio) ", "close() socket")):
        return "listen"  # at run time the same calls are not fatal
    if _CALL_ON_FILE().match(text):
        return "files"
    lowered = _PATH().sub(" ", lowered)  # a folder may be called /srv or /ssl
    words = frozenset(_WORD().findall(lowered))
    if level in ("alert", "crit", "error") and _holds(_INTERNAL, lowered, words):
        return _INTERNAL.family
    doing = _doing(action)
    if doing and "ssl" not in lowered:
        if _BARE_CALL().match(text):
            return doing
        # an option cannot be set any more when the peer is gone; anything else is of the system
        if _SOCKET_OPTION().match(text) and (doing == "upstream" or level in ("error", "info")):
            return doing
    return next((rule.family for rule in _RULES if _holds(rule, lowered, words)), OTHER)


def _names_a_line(message: str) -> bool:
    at = message.rfind(" in ")
    return at >= 0 and _CONFIG_PLACE().fullmatch(message, at + 4) is not None


def _holds(rule: _Rule, text: str, words: frozenset[str]) -> bool:
    if not rule.words.isdisjoint(words):
        return True
    return any(phrase in text for phrase in rule.phrases)


def _kept(quoted: re.Match[str]) -> str:
    text = quoted[0]
    return text if _NAME().fullmatch(text) else '""'


def _doing(action: str) -> str:
    if "SSL" in action:
        return "tls"
    if "upstream" in action or action.startswith("proxying"):
        return "upstream"
    if "quic" in action:
        return "quic"
    if "HTTP/2" in action:
        return "http2"
    return "client" if "client" in action or action == "keepalive" else ""
