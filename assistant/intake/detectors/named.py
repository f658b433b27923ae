"""Secrets that are known by their name or their place: `password=…`, headers, cookies, URLs, options, PEM blocks."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.intake.detectors.base import (
    Detector,
    Function,
    Span,
    View,
    is_masked,
    is_mixed,
    is_path,
    looks_random,
    unmasked,
)
from assistant.intake.detectors.keys import Strength, strength
from assistant.intake.lazily import lazily

_NAME_LENGTH = 64  # characters that a name may have before its telling part
_LONG = 4000  # characters of one value
_STEMS = ("pass", "pwd", "secret", "token", "key", "cred", "sess", "sid", "sig", "auth", "cookie", "jwt", "srf", "connectionstring", "dsn", "salt", "psk", "webhook", "nonce", "pat", "otp", "cvv")  # fmt: skip
_STEM = rf"(?:{'|'.join(_STEMS)})"
# The name's telling part, the rest of the name, and what joins it to its value (also as \" in JSON inside JSON).
_JOINED = lazily(
    _STEM
    + r"[a-z0-9_.-]{0,40}(?:\\{0,3}[\"'`])?\]?[ \t]{0,4}(?::=|=>|->|[=:>,](?=[ \t\"'\\]|[^=:>,])|\bis\b)[ \t]{0,4}"
)
_VALUE_FIELD = lazily(
    r"value[\"']?[ \t]{0,2}[:=][ \t]{0,2}(?:[\"'](?P<quoted>[^\"'\r\n⟨⟩]{1,4000})[\"']|(?P<plain>[^\s\"',}⟨⟩]{1,4000}))"
)
_NAME_FIELD = lazily(
    r"(?:name|key)[\"']?[ \t]{0,2}[:=][ \t]{0,2}(?P<quote>[\"']?)(?P<name>[\w.-]{2,80})(?P=quote)[ \t]{0,2},?\s{0,40}[\"']?$"
)
_OPTION = lazily(r"(?<![\w-])--?(?P<name>[A-Za-z][\w.-]{2,60})[ \t]{1,2}[\"']?(?P<value>[^\s\"'⟨⟩-][^\s\"'⟨⟩]{0,4000})")
_PLAIN_OPTIONS = frozenset({"token", "pass", "auth", "key", "requirepass", "masterauth"})
_NAME = lazily(r"[\w.-]*$")
_QUOTE = lazily(r"(\\{0,3}[\"'`])")
_SCHEME = lazily(r"(?:bearer|basic|token|negotiate|apikey|api-key|bot|ntlm|key|jwt|glab|ssws|splunk)[ +]{1,2}(?=\S)")
_PARTS = lazily(r"(?:digest|aws4-hmac-sha256|hawk|oauth|signature)[ ]{1,2}(?=\S)")
_PLAIN = lazily(r"[^\s\"'`,;&<>()\[\]{}⟨⟩【】|\\]{1,4000}")
_COOKIES = lazily(r"[^\s\"'`;,⟨⟩=]{1,200}=[^\s\"'`;⟨⟩]{0,4000}(?:;[ ]?[^\s\"'`;,⟨⟩]{1,4200})*")
_ALONE = lazily(r"\s*(?:$|[,;}\])\r\n|&#<\"'`\\])")
_HEADERS = frozenset({"authorization", "cookie"})
_LEAST_WEAK, _LEAST_KEY = 8, 16  # characters


def _joined(view: View) -> Iterator[Span]:
    """`name=value` and its relatives, where the name is one of a secret."""
    done = 0
    for first, last in view.lines(_STEMS, fold=True):
        for match in _JOINED().finditer(view.low, first, last):
            if match.start() < done:
                continue
            span = _value_after(view, match.start(), match.end())
            if span is not None:
                done = span[1]
                if span[0] < done:
                    yield (*span, "secret")


def _value_after(view: View, start: int, end: int) -> tuple[int, int] | None:
    joined = view.text[start:end]
    head = _NAME().search(view.text, max(0, start - _NAME_LENGTH), start)
    stem = joined.rstrip(" \t")
    sign = "=" if stem.endswith(("=>", "->")) else stem[-1]
    name = (head[0] if head else "") + stem.rstrip(":=>,-").rstrip(" \t]\"'`\\")
    sure = strength(name)
    if sure is Strength.NONE:
        return None
    family = name.lower()
    if family.endswith("authorization"):
        return _header(view, end)
    if family.endswith(("cookie", "cookie2")):
        return _cookie(view, end)
    if sign in ",>" and not (sure is Strength.STRONG and (sign != "," or stem[-2:-1] in {'"', "'"})):
        return None  # `("password", "x")` and `<password>x`, but not `the token, x`
    return _value(view, end, sure, name.lower(), sign)


def _header(view: View, end: int) -> tuple[int, int] | None:
    """`Authorization: Bearer x`, in any dump: the credentials without their scheme."""
    quote = _QUOTE().match(view.text, end)
    at = quote.end() if quote else end
    if view.text.startswith("[", at):
        at += 1
        quote = _QUOTE().match(view.text, at)
        at = quote.end() if quote else at
    if parts := _PARTS().match(view.low, at):
        stop = _line_end(view.text, parts.end(), quote[1] if quote else "")
        return (parts.end(), stop) if stop > parts.end() else None
    scheme = _SCHEME().match(view.low, at)
    at = scheme.end() if scheme else at
    value = _PLAIN().match(view.text, at)
    if value is None:
        return None
    least = 1 if scheme else _LEAST_WEAK
    fits = len(value[0]) >= least and (scheme or is_mixed(value[0])) and not is_masked(value[0])
    return (at, value.end()) if fits else (value.end(), value.end())  # nothing: none of it is looked at again


def _cookie(view: View, end: int) -> tuple[int, int] | None:
    quote = _QUOTE().match(view.text, end)
    at = quote.end() if quote else end
    value = _COOKIES().match(view.text, at)
    return value.span() if value else None


def _line_end(text: str, start: int, quote: str) -> int:
    stops = [
        found
        for mark in ("\n", "\r", *((quote,) if quote else ()))
        if (found := text.find(mark, start, start + _LONG)) >= 0
    ]
    return min(stops, default=min(len(text), start + _LONG))


def _value(view: View, end: int, sure: Strength, name: str, sign: str) -> tuple[int, int] | None:
    text = view.text
    quote = _QUOTE().match(text, end)
    if quote:
        start = quote.end()
        stop = _closing(text, start, quote[1])
    else:
        plain = _PLAIN().match(text, end)
        if plain is None:
            return None
        start, stop = plain.span()
        if (
            sure is Strength.STRONG
            and sign == "="
            and text.startswith(("&", "(", "["), stop)
            and "?" not in text[max(0, start - 300) : start]
        ):
            stop = _shell_word(text, start)
    value = text[start:stop]
    if not value or is_masked(value) or is_path(value) or "://" in value[:12]:
        return None
    if sure is Strength.WEAK:
        least = _LEAST_KEY if name.endswith("key") else _LEAST_WEAK
        return (start, stop) if len(value) >= least and is_mixed(value) and not set(value) & set(":/ ") else None
    if sign == "," and not is_mixed(value):
        return None  # a list of words
    if not quote and sign == ":" and not is_mixed(value) and not _ALONE().match(text, stop):
        return None  # prose: `invalid password: try again`
    if sign == ">" and not text.startswith("</", stop):
        return None
    return start, stop


def _closing(text: str, start: int, quote: str) -> int:
    """Where a quoted value ends: at its closing quote, at the end of the line, or where nobody writes on."""
    stop = _line_end(text, start, quote)
    return stop if stop - start < _LONG else start


def _shell_word(text: str, start: int) -> int:
    stop = start
    while stop < len(text) and stop - start < 200 and not text[stop].isspace() and text[stop] not in "\"'`⟨⟩,;":  # noqa: PLR2004
        stop += 1
    return stop


def _options(view: View) -> Iterator[Span]:
    """`--api-key x`; with `=`, an option is a name like any other."""
    for first, last in view.lines(("--", "-pass", "-token", "-auth"), fold=True):
        for match in _OPTION().finditer(view.text, first, last):
            name, (start, end) = match["name"], match.span("value")
            if (strength(name) is Strength.STRONG or name.lower() in _PLAIN_OPTIONS) and unmasked(view, start, end):
                yield start, end, "secret"


def _pairs(view: View) -> Iterator[Span]:
    """`name: X_TOKEN` with `value: …` beside it, as in Kubernetes' manifests and HAR files."""
    for match in _VALUE_FIELD().finditer(view.low):
        field = _NAME_FIELD().search(view.low, max(0, match.start() - 160), match.start())
        if field is None:
            continue
        start, end = match.span("quoted" if match["quoted"] else "plain")
        name = view.text[field.start("name") : field.end("name")]
        sure = strength(name)
        if sure is Strength.NONE or not unmasked(view, start, end):
            continue
        if name.lower().endswith("authorization"):
            scheme = _SCHEME().match(view.low, start, end)
            start = scheme.end() if scheme else start
        if sure is Strength.STRONG or looks_random(view, start, end):
            yield start, end, "secret"


_PEM = lazily(
    r"-----BEGIN [A-Z0-9 ]{0,40}?(?:PRIVATE KEY(?: BLOCK)?|PGP MESSAGE|(?:NEW |TRUSTED |X509 )?CERTIFICATE(?: REQUEST)?)-----"
)
_PEM_LINE = lazily(
    r"(?:\\r|\\n|[ \t\r\n]|^)*(?:[A-Za-z0-9+/=]+|(?:Proc-Type|DEK-Info|Version|Comment|Hash)\\?: ?[^\r\n\\]{0,100}|=[A-Za-z0-9+/]{4})(?=\\|\s|$|[\"',;<}\])\-])"
)
_PEM_MOST = 20_000  # characters; a key of 16,384 bits has 12,800


def _pem(view: View) -> Iterator[Span]:
    r"""The body of a key or a certificate, which names its owner; also one that was cut off, or that stands on one line with `\\n` in it."""
    at = view.text.find("-----BEGIN ")
    while at >= 0:
        begin = _PEM().match(view.text, at)
        at += 11
        if begin is not None:
            at = start = begin.end()
            while at - start < _PEM_MOST and (line := _PEM_LINE().match(view.text, at)):
                at = line.end()
            if at > start:
                yield start, at, "secret"
        at = view.text.find("-----BEGIN ", at)


_USERINFO = (
    r"\b[a-z][a-z0-9+.-]{1,20}:\\?/\\?/[^\s/@:\"'<>⟨⟩]{0,100}:(?P<value>[^\s/@\"'<>⟨⟩]{1,200}|[^\s@\"'<>⟨⟩]{1,200})@"
)

DETECTORS = (
    Function("pem", _pem),
    Detector("putty", "secret", r"Private-Lines: \d{1,3}\r?\n(?P<value>(?:[A-Za-z0-9+/=]{1,76}\r?\n?){1,400})", ("Private-Lines",), whole=True),
    Detector("url-password", "secret", _USERINFO, ("://", ":\\/"), fold=True, check=unmasked),
    Detector("url-token", "secret", r"\bhttps?://(?P<value>[a-z0-9_-]{20,200})@", ("://",), fold=True, check=looks_random),
    Detector("dsn-password", "secret", r"\b[\w.-]{1,60}:(?P<value>[^\s@:/\"'⟨⟩]{1,100})@(?:tcp|unix|udp)\(", ("@tcp(", "@unix(", "@udp("), fold=True, check=unmasked),
    Detector("oracle-password", "secret", r"\b(?:jdbc:oracle:thin:|sqlplus )[\w.$-]{1,60}/(?P<value>[^\s@/\"'⟨⟩]{1,100})@", ("oracle", "sqlplus"), fold=True, check=unmasked),
    Function("named", _joined),
    Function("name-and-value", _pairs),
    Detector("said", "secret", r"\b(?:password|passwd|passphrase|secret|key|token) (?:is|was) [\"'`]?(?P<value>[^\s\"'`⟨⟩,;]{6,400})", (" is ", " was "), fold=True, check=looks_random),
    Detector("bearer", "secret", r"\bbearer[ :\t]{1,2}(?P<value>[\w.~+/-]{16,3000}=*)", ("bearer",), fold=True, check=looks_random),
    Detector("basic", "secret", r"\bbasic (?P<value>[a-z0-9+/]{12,1000}={1,2})", ("basic ",), fold=True),
    Function("option", _options),
    Detector("user-option", "secret", r"\bcurl\b[^\n]{0,300}?\s(?:-u|--user|--proxy-user|-U)[ =]?[\"']?[^\s:\"'⟨⟩]{0,80}:(?P<value>[^\s\"'⟨⟩]{1,200})", ("curl",), check=unmasked),
    Detector("short-option", "secret", r"\b(?:mysql|mysqldump|mysqladmin|mariadb|mysqlsh|sshpass)\b[^\n]{0,200}?\s-p ?(?P<value>[^\s\"'⟨⟩-][^\s\"'⟨⟩]{2,100})", ("mysql", "mariadb", "sshpass"), check=unmasked),
    Detector("redis-option", "secret", r"\bredis-cli\b[^\n]{0,200}?\s-a (?P<value>[^\s\"'⟨⟩]{1,100})", ("redis-cli",), check=unmasked),
    Detector("redis-auth", "secret", r"\"auth\" (?:\"[^\"\n]{1,60}\" )?\"(?P<value>[^\"\n⟨⟩]{1,200})\"", ('"auth"',), fold=True, check=unmasked),
    Detector("requirepass", "secret", r"\b(?:requirepass|masterauth)[ \t]{1,4}\"?(?P<value>[^\s\"⟨⟩]{1,200})", ("requirepass", "masterauth"), fold=True, check=unmasked),
    Detector("identified-by", "secret", r"\b(?:identified (?:with [\w\"'`]{1,60} )?by|password)(?: |\()[ ]{0,1}['\"](?P<value>[^'\"\n⟨⟩]{1,200})['\"]", ("identified", "password"), fold=True, check=unmasked),
    Detector("netrc", "secret", r"\blogin \S{1,80} {1,8}password (?P<value>[^\s⟨⟩]{1,200})", ("login ",), check=unmasked),
    Detector("registry-auth", "secret", r":_(?:auth|authtoken|password)[ ]{0,2}=[ ]{0,2}(?P<value>[^\s\"'⟨⟩$]{6,400})", (":_",), fold=True, check=unmasked),
    Detector("xml-value", "secret", r"\bkey=\"[^\"\n]{0,40}(?:password|secret|token|key)\" value=\"(?P<value>[^\"\n⟨⟩]{1,400})\"", ("value=",), fold=True, check=unmasked),
    Detector("sas", "secret", r"[?&]sig=(?P<value>[a-z0-9%+/=]{20,120})", ("sig=",), fold=True),
    Detector("url-code", "secret", r"[?&](?:code|state|ticket|sso|otp|signature|x-amz-signature|x-amz-credential|x-amz-security-token|x-goog-signature|x-goog-credential|ossaccesskeyid|access_token|auth|k|key|apikey|appid|app_id|client_id)=(?P<value>[\w%+/=.~-]{16,4000})", ("?", "&"), fold=True, check=looks_random),
    Detector("han", "secret", r"(?:密码|口令|密钥|秘钥|令牌|凭证)(?:为空)?\s?(?:[:：=]|是|为|=>)\s?[\"'“]?(?P<value>[!#-&(-:<-~]{3,200})", ("密码", "口令", "密钥", "秘钥", "令牌", "凭证"), check=unmasked),
)  # fmt: skip
