"""What must not leave the machine: one named detector per kind of value, tried in the order of the table.

A detector finds its value in the group `value` of its pattern. `anchors` are strings of which one must be in the text
for the pattern to be worth trying; `check` looks at what a pattern cannot say. A new kind is one more row.
"""
# ruff: noqa: E501 - one detector is one row of the table

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from assistant.intake.lazily import lazily


@dataclass(frozen=True, slots=True)
class Detector:
    """One kind of value. `fold`: upper and lower case are the same (anchors are then in lower case)."""

    name: str
    token: str
    pattern: str
    anchors: tuple[str, ...] = ()
    fold: bool = False
    check: Callable[[re.Match[str]], bool] | None = None

    def accepts(self, match: re.Match[str]) -> bool:
        """Whether what the pattern found is such a value."""
        return self.check is None or self.check(match)


_MASK = lazily(
    r"[x*•.#_-]+|\d{1,3}|<[^<>]*>?|\[[A-Za-z _*-]*\]?|【.*|\(?null\)?|nil|none|true|false|yes|no|undefined|redacted|masked|hidden"
    r"|filtered|removed|\$(?:\{?\w+.*)?|%[sdvr]|\{\{.*|\{\w*\}|empty|missing|required|invalid|expired|incorrect|wrong|not",
    re.IGNORECASE,
)
_UNIT_SUFFIXES = frozenset(
    ["service", "socket", "timer", "mount", "automount", "target", "slice", "scope", "device", "path", "swap"]
)
_COMMON_USERS = frozenset(
    [
        "app",
        "default",
        "docker",
        "git",
        "jenkins",
        "jovyan",
        "node",
        "public",
        "runner",
        "shared",
        "ubuntu",
        "user",
        "username",
        "vagrant",
        "www-data",
        "ec2-user",
        "centos",
        "debian",
        "admin",
        "root",
        "deploy",
        "⟨",
    ]
)
_PRODUCT = lazily(r"(?:^|[\s\"'(;,])[A-Z][A-Za-z]*/$")
_VERSION_WORD = lazily(r"(?:version|release|build|ver|v|rev)[\s:=\"']{0,3}$|==\s?$|[\w]-$", re.IGNORECASE)
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def _is_secret(match: re.Match[str]) -> bool:
    return _MASK().fullmatch(match["value"].strip("\"'")) is None


def _looks_random(match: re.Match[str]) -> bool:
    """For keys that are also plain words (`token: x`): a value with letters and digits that no prose has."""
    value = match["value"]
    mixed = any(char.isdigit() for char in value) and any(char.isalpha() for char in value)
    return _is_secret(match) and mixed and len(value) >= 8  # noqa: PLR2004 - shorter is an id or a code


def _before(match: re.Match[str], length: int = 24) -> str:
    start = match.start("value")
    return match.string[max(0, start - length) : start]


def _is_ipv4(match: re.Match[str]) -> bool:
    octets = [int(part) for part in match["value"].split(".")]
    if max(octets) > 255 or octets[0] in {0, 127, 255}:  # noqa: PLR2004 - unspecified, loopback, netmask or broadcast
        return False
    before = _before(match)
    return _PRODUCT().search(before) is None and _VERSION_WORD().search(before) is None


def _is_ipv6(match: re.Match[str]) -> bool:
    value = match["value"]
    if value.count(":") < 2 or not any(char.isdigit() for char in value):  # noqa: PLR2004
        return False
    import ipaddress  # noqa: PLC0415 - 5 ms that only text with candidates pays for

    try:
        address = ipaddress.IPv6Address(value)
    except ValueError:
        return False
    mapped = address.ipv4_mapped
    return not (address.is_loopback or address.is_unspecified or (mapped is not None and mapped.is_loopback))


def _is_person(match: re.Match[str]) -> bool:
    name, _, domain = match["value"].rpartition("@")
    return name.lower() != "git" and domain.rpartition(".")[2].lower() not in _UNIT_SUFFIXES


def _is_user(match: re.Match[str]) -> bool:
    return match["value"].lower() not in _COMMON_USERS and _is_secret(match)


def _is_mac(match: re.Match[str]) -> bool:
    digits = set(re.sub(r"[:-]", "", match["value"].lower()))
    return digits not in ({"0"}, {"f"})


def _is_resident_id(match: re.Match[str]) -> bool:
    """The check digit of GB 11643-1999."""
    value = match["value"].upper()
    total = sum(int(digit) * weight for digit, weight in zip(value[:17], _ID_WEIGHTS, strict=True))
    return "10X98765432"[total % 11] == value[17]


_NAMED = (
    r"(?<![\w.-])(?:[\w.-]{0,40}?(?:password|passwd|passphrase|secret(?:[_-]?key)?|token|api[_-]?key|access[_-]?key(?:[_-]?id)?"
    r"|private[_-]?key|credentials?|session[_-]?(?:id|key))|(?:[\w.-]{0,40}?[_.-])?(?:pass|pwd|signature|sig))"
)
_VALUE = r"(?P<value>[^\s\"',;&<>()\[\]{}⟨⟩【】|\\]+)"
_OCTET = r"\d{1,3}"

DETECTORS: tuple[Detector, ...] = (
    Detector(
        "pem", "secret",
        r"-----BEGIN [A-Z0-9 ]{1,40}-----(?P<value>[\s\S]{1,20000}?)(?:-----END [A-Z0-9 ]{1,40}-----|(?=\n[^\n]*[ :\[])|\Z)",
        ("-----BEGIN ",),
    ),
    Detector("jwt", "secret", r"\b(?P<value>eyJ[\w-]{8,}\.eyJ[\w-]{4,}\.[\w-]*)", ("eyJ",)),
    Detector("aws", "secret", r"\b(?P<value>(?:AKIA|ASIA|AROA|AIDA|ABIA|ACCA)[A-Z0-9]{16})\b", ("AKIA", "ASIA", "AROA", "AIDA", "ABIA", "ACCA")),
    Detector("github", "secret", r"\b(?P<value>gh[pousr]_\w{20,255}|github_pat_\w{20,255})", ("gh", "github_pat_")),
    Detector("gitlab", "secret", r"\b(?P<value>gl(?:pat|dt|rt|cbt|ptt|ft|soat|agent|imt)-[\w.-]{20,300})", ("gl",)),
    Detector("slack", "secret", r"\b(?P<value>xox[abeoprs]-[\w-]{10,250}|xapp-\d-[\w-]{10,250})", ("xox", "xapp-")),
    Detector("slack-hook", "secret", r"hooks\.slack\.com/(?:services|workflows)/(?P<value>[\w/+-]{20,200})", ("hooks.slack",)),
    Detector("openai", "secret", r"(?<![\w-])(?P<value>sk-(?:[a-z]{2,10}-){0,3}[\w-]{16,250})", ("sk-",), check=_looks_random),
    Detector("stripe", "secret", r"\b(?P<value>(?:sk|pk|rk)_(?:live|test)_\w{10,250}|whsec_\w{16,250})", ("_live_", "_test_", "whsec_")),
    Detector("google", "secret", r"\b(?P<value>AIza[\w-]{35,60}|ya29\.[\w-]{20,400}|GOCSPX-[\w-]{20,64})", ("AIza", "ya29.", "GOCSPX-")),
    Detector("npm", "secret", r"\b(?P<value>npm_[A-Za-z0-9]{30,64})\b", ("npm_",)),
    Detector("pypi", "secret", r"\b(?P<value>pypi-[\w-]{16,400})", ("pypi-",), check=_looks_random),
    Detector("huggingface", "secret", r"\b(?P<value>hf_[A-Za-z0-9]{20,64})\b", ("hf_",)),
    Detector("digitalocean", "secret", r"\b(?P<value>do[opr]_v1_[0-9a-f]{40,80})", ("_v1_",)),
    Detector("alibaba", "secret", r"\b(?P<value>LTAI[A-Za-z0-9]{12,30})\b", ("LTAI",)),
    Detector("tencent", "secret", r"\b(?P<value>AKID[A-Za-z0-9]{13,48})\b", ("AKID",)),
    Detector("sendgrid", "secret", r"\b(?P<value>SG\.[\w-]{16,64}\.[\w-]{16,64})", ("SG.",)),
    Detector("telegram", "secret", r"(?<!\d)(?P<value>\d{8,10}:AA[\w-]{30,40})", (":AA",)),
    Detector("url-password", "secret", r"\b[a-z][a-z0-9+.-]{1,20}://[^\s/@:\"'<>]{0,100}:(?P<value>[^\s/@\"'<>]{1,200}|[^\s@\"'<>]{1,200})@", ("://",), fold=True, check=_is_secret),
    Detector("dsn-password", "secret", r"\b[\w.-]{1,60}:(?P<value>[^\s@:/\"']{1,100})@(?:tcp|unix)\(", ("@tcp(", "@unix("), fold=True, check=_is_secret),
    Detector(
        "authorization", "secret",
        r"\b(?:proxy-)?authorization[\"']?\s{0,2}[:=]\s{0,2}[\"']?(?:bearer|basic|token|negotiate|apikey|api-key)\s{1,2}(?P<value>[^\s\"',;⟨⟩]{1,4000})",
        ("authorization",), fold=True, check=_is_secret,
    ),
    Detector(
        "authorization-parts", "secret",
        r"\b(?:proxy-)?authorization[\"']?\s{0,2}[:=]\s{0,2}[\"']?(?:digest|aws4-hmac-sha256|hawk|oauth)\s{1,2}(?P<value>[^\r\n⟨⟩]{1,4000})",
        ("authorization",), fold=True,
    ),
    Detector(
        "authorization-bare", "secret",
        r"\b(?:proxy-)?authorization[\"']?\s{0,2}[:=]\s{0,2}[\"']?(?P<value>[^\s\"',;⟨⟩]{8,4000})",
        ("authorization",), fold=True, check=_looks_random,
    ),
    Detector("bearer", "secret", r"\bbearer\s{1,2}(?P<value>[\w.~+/-]{16,3000}=*)", ("bearer",), fold=True, check=_looks_random),
    Detector("cookie", "secret", r"\b(?:set-)?cookie2?[\"']?\s{0,2}[:=]\s{0,2}[\"']?(?P<value>[^\s\"'⟨⟩=]{1,200}=[^\"'\r\n⟨⟩]{1,4000})", ("cookie",), fold=True),
    Detector("secret-quoted", "secret", _NAMED + r"\\?[\"']?\s{0,2}(?:=|:|=>)\s{0,2}(?P<quote>\\?[\"'])(?P<value>[^\"'\r\n⟨⟩\\]{1,1000})(?P=quote)", ("pass", "pwd", "secret", "token", "key", "sess", "cred", "sig"), fold=True, check=_is_secret),
    Detector("secret-equals", "secret", _NAMED + r"=" + _VALUE, ("pass", "pwd", "secret", "token", "key", "sess", "cred", "sig"), fold=True, check=_is_secret),
    Detector("secret-option", "secret", r"--(?:password|passwd|token|api-key|secret|access-token)\s{1,2}" + _VALUE, ("--",), fold=True, check=_is_secret),
    Detector("password-colon", "secret", r"(?:^|[\s{,\"'_.-])(?:password|passwd|passphrase|pwd)\s?:\s{1,3}" + _VALUE + r"(?=\s*(?:$|[,}\n]))", ("pass", "pwd"), fold=True, check=_is_secret),
    Detector("key-colon", "secret", r"\b(?:x-)?(?:[\w-]{0,20}[_-])?(?:token|api[_-]?key|secret|access[_-]?key)\s?:\s{0,3}" + _VALUE, ("token", "key", "secret"), fold=True, check=_looks_random),
    Detector("password-han", "secret", r"(?:密码|口令|密钥)\s?(?:[:：=]|是|为)\s?(?P<value>[!-~]{3,100})", ("密码", "口令", "密钥"), check=_is_secret),
    Detector("email", "email", r"(?<![\w.+-])(?P<value>[\w.+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24})(?![\w@-])", ("@",), check=_is_person),
    Detector("mac-chain", "mac", r"\bMAC=(?P<value>(?:[0-9a-f]{2}:){6,19}[0-9a-f]{2})", ("mac=",), fold=True),
    Detector("mac", "mac", r"(?<![\w:.-])(?P<value>[0-9a-f]{2}(?P<sep>[:-])(?:[0-9a-f]{2}(?P=sep)){4}[0-9a-f]{2})(?![\w-]|:[0-9a-f])", (":", "-"), fold=True, check=_is_mac),
    Detector("ipv4", "ip", rf"(?<![\w.])(?P<value>{_OCTET}\.{_OCTET}\.{_OCTET}\.{_OCTET})(?!\.?\d|[A-Za-z_])", (".",), check=_is_ipv4),
    Detector("ipv4-mapped", "ip", rf"(?<![\w:.])::ffff:(?P<value>{_OCTET}(?:\.{_OCTET}){{3}})(?!\.?\d)", ("::ffff:",), fold=True, check=_is_ipv4),
    Detector("ipv6", "ip", r"(?<![\w:.])(?P<value>[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7})(?![\w:]|\.\d)", (":",), fold=True, check=_is_ipv6),
    Detector("home", "user", r"(?:/home/|/Users/|\b[A-Za-z]:\\{1,2}Users\\{1,2})(?P<value>[^\s/\\:\"'<>⟨⟩【】*,;)]{1,64})", ("/home/", "/Users/", "Users\\"), check=_is_user),
    Detector("resident-id", "id", r"(?<![\w.])(?P<value>[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx])(?!\w)", check=_is_resident_id),
    Detector("mobile-marked", "phone", r"\+86[- ]?(?P<value>1[3-9]\d[- ]?\d{4}[- ]?\d{4})(?!\d)", ("+86",)),
    Detector(
        "mobile", "phone",
        r"(?:phone|mobile|tel|msisdn|sms|手机|电话|联系方式|号码|用户|账号|短信)[^\d\n⟨⟩]{0,12}(?P<value>1[3-9]\d[- ]?\d{4}[- ]?\d{4})(?![\d.])",
        ("phone", "mobile", "tel", "msisdn", "sms", "手机", "电话", "联系方式", "号码", "用户", "账号", "短信"), fold=True,
    ),
)  # fmt: skip
