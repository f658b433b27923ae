"""What names a person: user names, e-mail addresses, telephone numbers, and numbers of documents and accounts.

Names of system accounts (`root`, `www-data`, `postgres`) name nobody and stay. Numbers are only taken with a check digit
or in a form that nothing else has, because a log is full of numbers that a diagnosis needs.
"""

from __future__ import annotations

from collections.abc import Iterator

from assistant.intake.detectors.base import Detector, Function, Span, View, is_masked, looks_random, words
from assistant.intake.lazily import lazily

_UNIT_SUFFIXES = words("service socket timer mount automount target slice scope device path swap")
COMMON_USERS = words(
    "root admin administrator system daemon bin sys sync games man lp mail news uucp proxy backup list irc "
    "gnats nobody nogroup sshd ntp chrony polkitd dbus messagebus avahi colord rtkit usbmux syslog rsyslog "
    "_apt uuidd tcpdump landscape pollinate www-data www nginx apache apache2 httpd http tomcat jetty php-fpm "
    "mysql mariadb postgres postgresql redis mongodb mongo rabbitmq elasticsearch kibana logstash kafka "
    "zookeeper cassandra influxdb prometheus grafana consul vault etcd nomad haproxy varnish squid memcache "
    "memcached postfix dovecot exim named bind unbound ldap openldap docker containerd podman kubernetes kube "
    "jenkins git gitlab gitlab-runner gitea runner ubuntu debian centos fedora rocky almalinux ec2-user "
    "azureuser opc vagrant pi core alpine arch jovyan node python java ruby php app apps application web "
    "webapp worker service svc api backend frontend celery gunicorn uvicorn airflow superuser sa dba monitor "
    "monitoring exporter replication repl replicator backup_user test unauthenticated unconnected connecting "
    "tester testuser guest anonymous anon default public shared user users username user1 deploy deployer dev "
    "developer ops operator unknown none null nil empty invalid self me host localhost sudo su cron crond "
    "kernel systemd systemd-network systemd-resolve systemd-timesync nfsnobody rpc rpcuser ftp ftpuser _chrony "
    "_rpc nscd tss zabbix nagios sonar nexus"
)
_PROSE = words(
    "a an the and or not is was are has had can for from to by in on at of with id ids name names agent agents "
    "input data authentication auth unauthorized authorized error request requests session sessions space mode "
    "defined specified does must cannot process processes code lookup account accounts password permission "
    "permissions group groups tried"
)


def _is_person(view: View, start: int, end: int) -> bool:
    name, _, domain = view.text[start:end].rpartition("@")
    last = domain.rpartition(".")[2].lower()
    return name.lower() != "git" and last not in _UNIT_SUFFIXES and not _is_documentation(domain, name)


def _is_documentation(domain: str, name: str) -> bool:
    if domain.lower().startswith(("lists.", "bugs.", "vger.")):  # of a product, not of a person
        return True
    if domain.lower() in {"openssh.com", "libssh.org", "lysator.liu.se"}:  # names of SSH's algorithms
        return True
    return name.lower() in {"info", "user", "you", "someone", "noreply"} and domain.lower() in {
        "example.com",
        "example.org",
    }


def is_user(view: View, start: int, end: int) -> bool:
    """As a check: the name of somebody, and of no account of the system."""
    name = view.low[start:end]
    known = name in COMMON_USERS or name.split("\\")[-1] in COMMON_USERS or name in _PROSE
    return not known and any(char.isalpha() for char in name) and not is_masked(name)


def _is_phone(view: View, start: int, end: int) -> bool:
    """ITU-T E.164: at most fifteen digits with the country's; written without blanks it must be at least ten."""
    value, last = view.text[start:end], view.before(start, 1)
    if last.isalnum() or last in {"_", "+", ".", ":", "-"}:
        return False
    digits = sum(char.isdigit() for char in value)
    return (8 if digits + 1 < len(value) else 10) <= digits <= 15  # noqa: PLR2004


_UUID_TAIL = lazily(r"-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![\w-])")
_UUID_OWNER = lazily(
    r"(?:user|session|tenant|customer|account|client|member|person|patient|org|organization|owner|subscriber|device|profile"
    r"|principal|identity|directory)s?(?:[_-]?(?:id|uuid|guid|sid))?\\{0,3}[\"']?[ ]?[:=/][ ]?\\{0,3}[\"']?[0-9a-f]{8}$"
)


def _keyed_uuids(view: View) -> Iterator[Span]:
    """UUIDs whose key says that they are somebody's; all others name requests, pods and volumes."""
    for match in _UUID_TAIL().finditer(view.low):
        start = match.start() - 8
        if start >= 0 and _UUID_OWNER().search(view.low, max(0, start - 40), match.start()):
            yield start, match.end(), "id"


_LS = r"\n[dlbcps-][rwxsStT-]{9}[.+@]? +\d{1,6} "
_U = r"(?P<value>[a-z_][\w.$+-]{0,63})"
_PHONE_WORDS = ("phone", "mobile", "tel", "msisdn", "sms", "手机", "电话", "联系方式", "号码", "用户", "账号", "短信")

DETECTORS = (
    Detector("email", "email", r"(?<![\w.+-])(?P<value>[\w.+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24})(?![\w@-])", ("@",), check=_is_person),
    Detector("email-encoded", "email", r"(?<![\w.+-])(?P<value>[\w.+-]{1,64}%40(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24})(?![\w@-])", ("%40",), fold=True),
    Detector("home", "user", r"(?:/home/|/users/|/var/mail/|/var/spool/mail/|/crontabs/|\b[a-z]:\\{1,4}users\\{1,4})(?P<value>[^\s/\\:\"'<>⟨⟩【】*,;()\[\]]{1,64})", ("/home/", "/users/", "users\\", "/mail/", "/crontabs/"), fold=True, check=is_user),
    Detector("user-field", "user", r"(?<![a-z])(?:user|username|user_name|ruser|acct|logname|login|loginname|sudo_user|uname|auser|remote_user|usr|nickname|realname|sender_user)\\{0,3}[\"']?(?:=|:)\\{0,3}[ ]?\\{0,3}[\"'](?P<value>[\w.@+\\ -]{1,64})\\{0,3}[\"']", ("user", "acct", "login", "logname", "uname", "usr", "nickname", "realname"), fold=True, check=is_user),
    Detector("user-equals", "user", rf"(?<![a-z0-9.-])(?:user|username|user_name|ruser|acct|logname|login|sudo_user|auser|remote_user|uid)={_U}(?=[\s,;&|)\]\"'/]|$)", ("user", "acct", "login", "logname", "uid="), fold=True, check=is_user),
    Detector("ldap-user", "user", r"\b(?:uid|cn)=(?P<value>[\w.@+ -]{1,64}),(?=\s?(?:ou|dc|cn|o)=)", ("uid=", "cn="), fold=True, check=is_user),
    Detector("login-colon", "user", rf"(?<![a-z])(?:username|login|logname|nickname): {_U}(?=[\s,;]|$)", ("username: ", "login: ", "name: "), fold=True, check=is_user),
    Detector("user-quoted", "user", r"\b(?:user|role|account|login) [\"'`](?P<value>[\w.@$+\\-]{1,64})[\"'`]", ("user", "role", "account", "login"), fold=True, check=is_user),
    Detector("user-phrase", "user", rf"\b(?:(?:accepted|failed|postponed) [\w/-]{{1,40}} for (?:invalid user |illegal user )?|(?:invalid|illegal) user |for user |of user |by user |for (?:invalid )?user |disconnected from (?:authenticating |invalid )?user |closed by (?:authenticating |invalid )?user |connection reset by (?:authenticating |invalid )?user |new session \w{{1,12}} of user |removed session \w{{1,12}} of user |user for |session opened for user \S{{1,64}} by |as user |logged in as |su for )(?:user )?{_U}", ("user", "accepted", "failed", "postponed", "logged in", "su for"), fold=True, check=is_user),
    Detector("sudo", "user", rf"\bsudo(?:\[\d{{1,8}}\])?: {{1,20}}{_U}(?= : )", ("sudo",), fold=True, check=is_user),
    Detector("at-address", "user", rf"(?<![\w.+:/@-]){_U}@(?=\d{{1,3}}\.\d{{1,3}}\.\d{{1,3}}\.|\[|⟨)", ("@",), fold=True, check=is_user),
    Detector("ssh-user", "user", rf"\b(?:ssh|scp|sftp|rsync|mosh)(?: -\S{{1,40}}(?: \S{{1,80}})?){{0,6}} {_U}@", ("ssh", "scp", "sftp", "rsync", "mosh"), fold=True, check=is_user),
    Detector("ssh-host", "host", r"\b(?:ssh|scp|sftp|rsync|mosh)(?: -\S{1,40}(?: \S{1,80})?){0,6} [\w.-]{1,64}@(?P<value>[a-z][\w-]{1,62})(?=[:\s]|$)", ("ssh", "scp", "sftp", "rsync", "mosh"), fold=True, check=is_user),
    Detector("prompt-user", "user", rf"(?m)^\[?{_U}@[\w.-]{{1,64}}[: ][^\s\n$#]{{0,200}}\]?[$#](?= |$)", ("@",), fold=True, check=is_user),
    Detector("prompt-host", "host", r"(?m)^\[?[a-z_][\w.-]{0,31}@(?P<value>[a-z][\w.-]{1,63})[: ][^\s\n$#]{0,200}\]?[$#](?= |$)", ("@",), fold=True, check=is_user),
    Detector("mysql-user", "user", r"'(?P<value>[\w.+-]{1,64})'@'", ("'@'",), check=is_user),
    Detector("access-user", "user", r"(?m)^\S{1,250} - (?P<value>[\w.@+\\-]{2,64}) \[\d\d/[A-Z][a-z]{2}/", (" - ",), check=is_user),
    Detector("url-user", "user", rf"\b[a-z][a-z0-9+.-]{{1,20}}://{_U}(?=(?::[^\s/@]{{0,200}})?@)", ("://",), fold=True, check=is_user),
    Detector("id-user", "user", rf"\b(?:uid|gid|euid|groups)=\d{{1,10}}\({_U}\)", ("uid=", "gid="), fold=True, check=is_user),
    Detector("user-han", "user", r"(?:用户名|账号|登录名|姓名)\s?[:：=]\s?[\"']?(?P<value>[\w.@+-]{2,64})", ("用户名", "账号", "登录名", "姓名"), check=is_user),
    Detector("user-han-plain", "user", r"用户\s?[:：=]?\s?[\"'“]?(?P<value>[A-Za-z][A-Za-z0-9_.@+-]{2,63})", ("用户",), check=is_user),
    Function("keyed-uuid", _keyed_uuids),
    Detector("keyed-id", "id", r"(?<![a-z])(?:openid|unionid|idcard|id_card|passport(?:_no)?|identity_no|cert_no|bank_?card|card_no|card_?number|iban|ssn)\\{0,3}[\"']?[ ]?[:=][ ]?\\{0,3}[\"']?(?P<value>[a-z0-9_-]{8,40})", ("openid", "unionid", "card", "passport", "identity", "cert", "iban", "ssn"), fold=True, check=lambda view, start, end: any(c.isdigit() for c in view.text[start:end]) and not is_masked(view.text[start:end])),
    Detector("id-han", "id", r"(?:身份证号?码?|证件号码?|银行卡号?|护照号?码?)\s?[:：=]?\s?(?P<value>[A-Za-z0-9]{8,22})", ("身份证", "证件", "银行卡", "护照")),
    Detector("phone", "phone", r"(?P<value>\+[1-9]\d{0,2}(?:[ .-]?\(?\d{1,5}\)?){2,6})(?![\w:.]\d|\w|:\d)", ("+",), check=_is_phone),
    Detector("mobile-marked", "phone", r"(?:\+|00)86[- ]?(?P<value>1[3-9]\d[- ]?\d{4}[- ]?\d{4})(?!\d)", ("86",)),
    Detector("mobile", "phone", r"(?:phone|mobile|tel|msisdn|sms|手机|电话|联系方式|号码|用户|账号|短信)[^\d\n⟨⟩]{0,12}(?P<value>1[3-9]\d[- ]?\d{4}[- ]?\d{4})(?![\d.])", _PHONE_WORDS, fold=True),
    Detector("phone-keyed", "phone", r"(?:phone|mobile|tel|telephone|fax|手机|电话|传真)(?:_?(?:no|num|number|号码?))?\\{0,3}[\"']?\s?[:：=]\s?\\{0,3}[\"']?(?P<value>\+?[\d(][\d ()-]{6,18}\d)(?![\w.])", _PHONE_WORDS, fold=True),
    Detector("ps-user", "user", r"\n(?P<value>[a-z_][\w.+-]{0,31}) {1,12}\d{1,8} {1,6}\d{1,3}\.\d {1,6}\d{1,3}\.\d {1,12}\d+ {1,12}\d+ ", starts=True, check=is_user),
    Detector("ls-owner", "user", _LS + r"(?P<value>[a-z_][\w.-]{0,31}) ", starts=True, check=is_user),
    Detector("ls-group", "user", _LS + r"[\w.-]{1,32} +(?P<value>[a-z_][\w.-]{0,31}) ", starts=True, check=is_user),
    Detector("session-value", "secret", r"(?<![a-z])(?:session|sess|sid|connect\.sid|laravel_session|ci_session|_gitlab_session|asp\.net_sessionid|beaker\.session\.id)[\"']?[=:]\s?[\"']?(?P<value>[a-z0-9%._+/-]{16,400})", ("sess", "sid"), fold=True, check=looks_random),
)  # fmt: skip
