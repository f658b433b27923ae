"""Addresses and names of machines.

Masked: addresses but loopback, unspecified ones, netmasks and the metadata service that every cloud has at the same
place; hardware addresses; host names. A dotted name is a host name when it ends in a top-level domain that is no common
suffix of files and attributes, or in one that is used inside organisations (`.internal`, `.svc.cluster.local`). Names
of products and their documentation (`nginx.org`, `docker.io`) say nothing about who runs them and stay, and so do the
names that RFC 2606 and RFC 6761 reserve. A name without dots is one only where its place says so: in a syslog line, in
a URL, after `host=`; names of roles (`db`, `redis-2`) stay there too, unless the machine calls itself so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.intake.detectors.base import Detector, Function, Span, View, is_masked, words
from assistant.intake.lazily import lazily

_PRODUCT = lazily(r"(?:^|[\s\"'(;,])[A-Z][A-Za-z]*/$")
_VERSION_WORD = lazily(r"(?:version|release|build|ver|v|rev)[\s:=\"']{0,3}$|==\s?$|[\w]-$", re.IGNORECASE)
_KEPT_ADDRESSES = frozenset({"169.254.169.254"})


_OCTETS = lazily(r"\.\d{1,3}\.\d{1,3}\.\d{1,3}(?!\.?\d|[A-Za-z_])")
_OCTET_BEFORE = lazily(r"\d{1,3}$")


def _ipv4(view: View) -> Iterator[Span]:
    """Four numbers under 256 that are no version, loopback, netmask or unspecified address."""
    for match in _OCTETS().finditer(view.text):
        first = _OCTET_BEFORE().search(view.text, max(0, match.start() - 3), match.start())
        if first is not None and _is_ipv4(view, first.start(), match.end()):
            yield first.start(), match.end(), "ip"


def _is_ipv4(view: View, start: int, end: int) -> bool:
    octets = [int(part) for part in view.text[start:end].split(".")]
    if max(octets) > 255 or octets[0] in {0, 127, 255} or view.text[start:end] in _KEPT_ADDRESSES:  # noqa: PLR2004 - unspecified, loopback, netmask or broadcast
        return False
    before = view.before(start)
    if before[-1:].isalnum() or before[-1:] in {"_", "."}:
        return before.lower().endswith("::ffff:")
    return _PRODUCT().search(before) is None and _VERSION_WORD().search(before) is None


_COLONS = lazily(r":[0-9a-f]{0,4}:(?:[0-9a-f]{0,4}:){1,6}|::")
_HEX_BEFORE = lazily(r"(?<![\w:.])[0-9a-f]{0,4}$")
_HEX_AFTER = lazily(r"(?:[0-9a-f]{1,4}:)*(?:\d{1,3}(?:\.\d{1,3}){3}(?!\.?\d)|[0-9a-f]{1,4})?(?![\w:]|\.\d)")


def _ipv6(view: View) -> Iterator[Span]:
    """RFC 4291: found by its colons, of which there are seven or a pair."""
    low = view.low
    for match in _COLONS().finditer(low):
        before = _HEX_BEFORE().search(low, max(0, match.start() - 5), match.start())
        after = _HEX_AFTER().match(low, match.end(), match.end() + 48)
        if before and after and after.end() - before.start() <= 46 and _is_ipv6(low[before.start() : after.end()]):  # noqa: PLR2004 - INET6_ADDRSTRLEN
            yield before.start(), after.end(), "ip"


def _is_ipv6(value: str) -> bool:
    colons = value.count(":")
    if colons < 2 or (colons < 7 and "::" not in value) or "." in value or not any(char.isdigit() for char in value):  # noqa: PLR2004 - RFC 4291; what is mapped is told by its IPv4 part
        return False
    import ipaddress  # noqa: PLC0415 - 5 ms that only text with candidates pays for

    try:
        address = ipaddress.IPv6Address(value)
    except ValueError:
        return False
    return not (address.is_loopback or address.is_unspecified)


_HEX_PAIRS = lazily(r"(?P<sep>[:-])[0-9a-f]{2}(?:(?P=sep)[0-9a-f]{2}){4}(?![\w-]|:[0-9a-f])")


def _macs(view: View) -> Iterator[Span]:
    """Six pairs; not all zeros, and not the broadcast address."""
    low = view.low
    for match in _HEX_PAIRS().finditer(low):
        start = match.start() - 2
        pairs = low[start : match.end()]
        last = low[start - 1 : start] if start > 0 else ""
        if (
            start < 0
            or not all(char in "0123456789abcdef" for char in pairs[:2])
            or last.isalnum()
            or last in {"_", ":", ".", "-"}
        ):
            continue
        if set(pairs) - {":", "-"} not in ({"0"}, {"f"}):
            yield start, match.end(), "mac"


_DOMAINS = (
    "com|net|org|edu|gov|mil|int|biz|io|ai|xyz|top|site|online|shop|vip|club|wang|ltd|ink|icu|fun|tech|asia|mobi|eu|us|uk|de"
    "|fr|cn|jp|kr|tw|hk|sg|my|th|vn|ph|au|nz|ca|br|mx|ar|cl|es|pt|nl|se|no|fi|dk|pl|cz|ru|ua|tr|il|ae|za|ch|gr|hu|ro|ie"
    "|internal|local|localdomain|lan|intranet|corp|intra|private|arpa|consul|svc|cloud|dev|app|co|bank|中国|公司|网络"
)
_NEEDS_THREE = frozenset({"dev", "app", "cloud", "private", "local", "internal", "site", "top", "online", "my", "no", "co", "ai", "int", "pl", "es", "de", "us", "ca", "ar", "svc"})  # fmt: skip
_DOTTED = lazily(rf"\.(?:{_DOMAINS})(?![\w-]|\.[\w-]|\()")
_LABELS = lazily(r"(?:[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?\.){0,8}[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?$")
_CASES = lazily(r"[a-z0-9._-]+|[A-Z0-9._-]+|(?:[A-Z]?[a-z0-9_-]+\.)+[a-z]+")
_RESERVED = lazily(r"(?:.*\.)?(?:example\.(?:com|net|org|edu)|example|test|invalid|localhost|localhost\.localdomain)$")
_FILES = frozenset({"rc.local", "jail.local", "fail2ban.local", "java.net", "java.io", "system.io", "system.net", "asp.net", "vb.net", "ml.net", "socket.io", "in-addr.arpa", "ip6.arpa"})  # fmt: skip
# Whole names, and with a dot in front all names below one: what belongs to a product and not to who runs it.
_PUBLIC = words(
    "nginx.org nginx.com .nginx.org github.com .github.com raw.githubusercontent.com github.io gitlab.com "
    "docker.com .docker.com docker.io .docker.io quay.io gcr.io ghcr.io registry.k8s.io k8s.gcr.io k8s.io "
    ".k8s.io kubernetes.io .kubernetes.io pypi.org files.pythonhosted.org python.org .python.org npmjs.org "
    "npmjs.com registry.npmjs.org registry.npmmirror.com nodejs.org golang.org .golang.org go.dev pkg.go.dev "
    "proxy.golang.org crates.io .crates.io rust-lang.org .rust-lang.org docs.rs rubygems.org maven.org "
    "repo.maven.apache.org repo1.maven.org apache.org .apache.org kernel.org .kernel.org debian.org "
    ".debian.org ubuntu.com .ubuntu.com canonical.com redhat.com .redhat.com centos.org .centos.org "
    "fedoraproject.org .fedoraproject.org alpinelinux.org .alpinelinux.org archlinux.org opensuse.org "
    "freedesktop.org .freedesktop.org gnu.org .gnu.org systemd.io openssl.org .openssl.org openssh.com "
    "postgresql.org .postgresql.org mysql.com dev.mysql.com mariadb.com mariadb.org redis.io mongodb.com "
    "docs.mongodb.com dochub.mongodb.org elastic.co www.elastic.co rabbitmq.com .rabbitmq.com haproxy.org "
    ".haproxy.org haproxy.com letsencrypt.org .letsencrypt.org .api.letsencrypt.org certbot.eff.org eff.org "
    "isc.org .isc.org iana.org ietf.org w3.org .w3.org stackoverflow.com serverfault.com wikipedia.org "
    ".wikipedia.org google.com www.google.com microsoft.com learn.microsoft.com docs.microsoft.com aka.ms "
    "go.microsoft.com dot.net aws.amazon.com docs.aws.amazon.com openai.com api.openai.com anthropic.com "
    "api.anthropic.com uvicorn.org www.uvicorn.org gunicorn.org docs.gunicorn.org celeryq.dev docs.celeryq.dev "
    "djangoproject.com .djangoproject.com fastapi.tiangolo.com pydantic.dev errors.pydantic.dev sqlalche.me "
    "spring.io oracle.com docs.oracle.com openjdk.org .openjdk.org gradle.org .gradle.org php.net .php.net "
    "perl.org cpan.org metacpan.org bugs.launchpad.net launchpad.net help.ubuntu.com snapcraft.io flatpak.org "
    "envoyproxy.io .envoyproxy.io istio.io etcd.io containerd.io grpc.io prometheus.io grafana.com "
    "opencontainers.org kafka.apache.org memcached.org curl.se curl.haxx.se pool.ntp.org .pool.ntp.org ntp.org "
    ".ntp.org time.windows.com schemas.xmlsoap.org maxmind.com gopkg.in sigs.k8s.io google.golang.org "
    "kubernetes.default.svc kubernetes.default.svc.cluster.local cluster.local svc.cluster.local "
    "rfc-editor.org .rfc-editor.org postfix.org .postfix.org dovecot.org .dovecot.org openbsd.org .openbsd.org .readthedocs.io smartmontools.org .smartmontools.org .cloud-init.io .npmjs.com nvidia.com .nvidia.com lists.debian.org bugs.debian.org man7.org ec2.internal compute.internal metadata.google.internal "
    "host.docker.internal gateway.docker.internal hub.docker.com home.arpa"
)  # fmt: skip
_TRAILING = 250  # characters of the longest host name (RFC 1035, 2.3.4)


def is_public(name: str) -> bool:
    """Whether a name belongs to a product, to documentation or to nobody."""
    low = name.lower().rstrip(".")
    if low in _PUBLIC or low in _FILES or _RESERVED().match(low):
        return True
    rest = low
    while "." in rest:
        rest = rest.partition(".")[2]
        if f".{rest}" in _PUBLIC or (rest in _PUBLIC and low.startswith("www.")):
            return True
    return False


def _dotted(view: View) -> Iterator[Span]:
    """Host names by their last label."""
    text, low = view.text, view.low
    for match in _DOTTED().finditer(low):
        end = match.end()
        head = _LABELS().search(low, max(0, match.start() - _TRAILING), match.start())
        if head is None:
            continue
        start = head.start()
        if _is_host(text, start, end):
            yield start, end, "host"


def _is_host(text: str, start: int, end: int) -> bool:
    name, before, after = text[start:end], text[max(0, start - 24) : start], text[end : end + 3]
    last = before[-1:]
    placed = before.endswith(("://", "@")) or (after.startswith(":") and after[1:2].isdigit())
    if last and (last.isalnum() or last in "._$\\~-⟨") and not before.endswith(("\\n", "\\t", "\\r", "*.")):
        return False
    if last == "/" and not before.endswith("//") and not before.endswith(("live/", "archive/", "renewal/")):
        return False  # in a path
    labels = name.split(".")
    if not placed and len(labels) < 3 and labels[-1].lower() in _NEEDS_THREE:  # noqa: PLR2004 - `self.app`
        return False
    if after.startswith(("=", "[")) or (not placed and _CASES().fullmatch(name) is None):
        return False
    return not is_public(name) and any(char.isalpha() for char in labels[0] + labels[-1])


_ROLES = lazily(
    r"(?:(?:my|the|main|local|primary|replica|master|slave|prod|test|dev|staging|internal|public|default|docker|host)[-_]?)*"
    r"(?:localhost|ip6-localhost|app|api|web|www|backend|frontend|upstream|server|service|svc|proxy|gateway|nginx|apache|httpd|haproxy"
    r"|envoy|uvicorn|gunicorn|node|python|php|java|db|database|mysql|mariadb|postgres|postgresql|pg|sql|mongo|mongodb|redis|cache"
    r"|memcached?|rabbit|rabbitmq|mq|broker|kafka|zookeeper|etcd|consul|elastic|elasticsearch|es|opensearch|kibana|minio|s3|auth|mail"
    r"|smtp|dns|ns|ntp|ldap|vault|prometheus|grafana|loki|worker|queue|job|scheduler|client|primary|replica|master|slave|registry"
    r"|metadata|connecting|host|hostname|example|unknown|none|null|any|all|true|false|self|socket|unix|https?|tcp)(?:[-_]?\d{0,3}|[-_][a-z])?"
)
_MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_STAMP = rf"(?:(?:{_MONTHS}) [ \d]\d(?: \d{{4}})? \d\d:\d\d:\d\d(?:\.\d{{1,9}})?|\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d{{1,9}})?(?:Z|[+-]\d\d:?\d\d))"
_HOST_KEY = r"(?<![a-z{'])(?:hostname|host|nodename|node_name|rhost|server_name|machine|instance|_hostname|computer|computername|remote_host|server_host|db_host|fqdn)"
_HOST_WORDS = ("host", "nodename", "node_name", "server_name", "machine", "instance", "computer", "fqdn")
_NAME = r"(?P<value>[a-z][\w-]{1,62}(?:\.[\w-]{1,63}){0,8})"
_WHO = r"(?P<value>[A-Za-z0-9][\w.-]{0,252})"


def _is_other(view: View, start: int, end: int) -> bool:
    """A name in a URL or a field: no role, no product, no address, no number."""
    name = view.low[start:end]
    return _is_name(name) and _ROLES().fullmatch(name) is None and not is_public(name)


def _is_machine(view: View, start: int, end: int) -> bool:
    """The name that a machine gives itself in its log."""
    name = view.low[start:end]
    return _is_name(name) and name not in {"localhost", "host", "hostname", "kernel"} and not is_public(name)


def _is_name(name: str) -> bool:
    return any(char.isalpha() for char in name) and not is_masked(name) and not name.endswith((".sock", ".service"))


DETECTORS = (
    Detector("mac-chain", "mac", r"\bmac=(?P<value>(?:[0-9a-f]{2}:){6,19}[0-9a-f]{2})", ("mac=",), fold=True),
    Function("mac", _macs),
    Function("ipv4", _ipv4),
    Function("ipv6", _ipv6),
    Detector("syslog-host", "host", rf"\n(?:<\d{{1,3}}>)?(?:1 )?{_STAMP} {_WHO}(?= [\w./()@-]{{1,255}}(?:\[\d+\]|\([\w:-]+\))?(?:\[\d+\])?:|  ?[\w./-]+ [\w-]+ [\w-]+ (?:\[|-))", starts=True, check=_is_machine),
    Detector("url-host", "host", r"[a-z][a-z0-9+.-]{1,12}:\\?/\\?/(?:[^\s/@\"'<>⟨⟩]{0,200}@)?(?P<value>[a-z0-9][\w-]{0,62})(?=[:/\s\"'?#,;)\]\\]|$)", ("://", ":\\/"), fold=True, check=_is_other),
    Detector("server-name", "host", r", (?:server|host): \"?(?P<value>[a-z0-9][\w.-]{0,252})(?=\"?(?::\d|,|$|\s*\n|\"))", (", server: ", ", host: "), fold=True, check=_is_other),
    Detector("host-equals", "host", rf"{_HOST_KEY}[\"']?=[ ]?[\"']?{_NAME}(?=[\s\"',;&:)}}\]|]|$)", _HOST_WORDS, fold=True, check=_is_other),
    Detector("host-colon", "host", rf"{_HOST_KEY}[\"']?:[ ]?[\"']?{_NAME}(?=[\"',;&)}}\]|]|:\d|\s*(?:$|\n)|\s+[\w.]+[=:])", _HOST_WORDS, fold=True, check=_is_other),
    Detector("host-of-address", "host", r"(?<![\w.-])(?P<value>ip-\d{1,3}-\d{1,3}-\d{1,3}-\d{1,3})(?![\w-])", ("ip-",)),
    Detector("boot-host", "host", r"hostname set to <(?P<value>[\w.-]{1,250})>", ("ostname set to <",), fold=True, check=_is_machine),
    Function("dotted", _dotted),
)  # fmt: skip
