"""What the name of a value says about it: whether `x` in `x=…` holds a secret.

A name is taken apart into words (`dbPassword`, `X-Api-Key`, `aws_secret_access_key`), and its last words decide: a
`password` is a secret, a `password_encryption` and a `session_timeout` are none. Names that are also plain words
(`token: x`, `key=x`) are weak: their value must look like a key as well.
"""

from __future__ import annotations

import enum
import functools

from assistant.intake.detectors.base import words
from assistant.intake.lazily import lazily


class Strength(enum.IntEnum):
    """How surely a name holds a secret."""

    NONE = 0
    WEAK = 1  # only with a value that looks random
    STRONG = 2


_WORDS = lazily(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_FILLERS = words(
    "value val old new current previous confirm confirmation repeat again plain plaintext clear raw text "
    "string str header hash prod dev test staging live sandbox id"
)
_NO_IDS = frozenset({"key", "secret", "access", "session", "sess", "token", "sid"})
_SECRETS = words(
    "password passwords passwd passphrase passcode pwd secret secrets apikey accesskey secretkey privatekey "
    "accountkey authtoken accesstoken refreshtoken idtoken sessionid sessid sessiontoken jsessionid phpsessid "
    "credential credentials authorization cookie setcookie signature csrftoken xsrftoken connectionstring "
    "userpass dbpass pat psk otp cvv cvc bearer appsecret sharedaccesskey sharedaccesssignature accesskeyid "
    "clientsecret masterkey keybase"
)
_WEAK = words(
    "token tokens key pass sig auth sid session sess nonce code salt pin jwt csrf xsrf dsn creds cred hmac webhook"
)
_KEY_OWNERS = words(
    "api access private secret account auth encryption signing master shared storage license licence app "
    "application service subscription consumer client admin webhook hmac session server deploy write read "
    "ingest ingestion insert integration sdk jwt ssh aes crypt crypto decrypt decryption signature user "
    "license dsa ecdsa project environment org organization personal publishable live test ticket root unlock "
    "management query func function global"
)
_KEY_SUBJECTS = words(
    "primary foreign cache partition sort routing row object lock public unique idempotency composite index "
    "range hash redis map dict json sort group message dedup dedupe etag distribution shard duplicate registry "
    "up down arrow host certificate missing invalid bucket config metric label entry no the this each"
)
_TOKEN_KINDS = words(
    "unexpected next current syntax max min input invalid cancellation stop start end lexer bos eos pad"
)
_ENDINGS = ("password", "passwd", "passphrase", "secret", "apikey", "accesskey", "secretkey", "authtoken", "accesstoken", "sessionid", "sessid", "credentials")  # fmt: skip
_NUMBERED = frozenset({"code", "pin", "otp", "cvv", "cvc"})


@functools.lru_cache(maxsize=4096)
def strength(name: str) -> Strength:
    """How surely a name holds a secret; `name` as it was written, case and all."""
    parts = [word.lower() for word in _WORDS().findall(name)]
    while parts and parts[-1].isdigit():
        parts.pop()
    while (
        len(parts) > 1
        and parts[-1] in _FILLERS
        and "".join(parts[-2:]) not in _SECRETS
        and (parts[-1] != "id" or parts[-2] in _NO_IDS)
    ):
        parts.pop()
    if not parts:
        return Strength.NONE
    last, before = parts[-1], parts[-2] if len(parts) > 1 else ""
    joined = before + last
    if last.startswith("no"):  # NOPASSWD
        return Strength.NONE
    if last == "key":
        return _key(before)
    if last in _SECRETS or joined in _SECRETS or last.endswith(_ENDINGS):
        return Strength.STRONG
    if last in {"token", "tokens"}:
        return (
            Strength.NONE
            if before in _TOKEN_KINDS or (last == "tokens" and before)
            else Strength.STRONG
            if before
            else Strength.WEAK
        )
    if last.endswith("token"):
        return Strength.STRONG
    if last in {"sig", "sid", "jwt", "pass"} and before and before not in {"by", "first", "second", "one"}:
        return Strength.STRONG
    return Strength.WEAK if last in _WEAK and last not in _NUMBERED else Strength.NONE


def _key(before: str) -> Strength:
    if before in _KEY_OWNERS:
        return Strength.STRONG
    return Strength.NONE if before in _KEY_SUBJECTS else Strength.WEAK
