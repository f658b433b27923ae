"""Clients that agreed on nothing with sshd: which setting it is about, and which of what they offered could be allowed.

`Unable to negotiate with 192.0.2.7 port 57102: no matching key exchange method found. Their offer: diffie-hellman-group1-sha1,ext-info-c`

Source: ssherr.c (the texts), kex.c (kex_choose_conf), packet.c (sshpkt_vfatal) of OpenSSH. The algorithms are those that kex.c,
sshkey.c, cipher.c and mac.c implement, without ssh-dss, which OpenSSH 10.0 took out; what myproposal.h of OpenSSH 9.2, the
defaults, leaves out is held for weak. `ext-info-…` and `kex-strict-…` stand among the key exchange methods and are none
(RFC 8308, section 2.1; OpenSSH's file PROTOCOL).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from assistant.facts.builder import spread, stated
from assistant.i18n import Text
from assistant.intake.lazily import lazily
from assistant.model import Event, Fact, Value

MAX_KEPT = 40  # different offers
MAX_LINES = 40  # of one offer
_NO_MATCH = lazily(
    r"Unable to negotiate with (?P<address>\S{1,100}) port \d{1,5}: no matching (?P<what>[A-Za-z ]{3,40}) found\. "
    r"Their offer: (?P<offer>\S{1,4000})"
)
_MARKS = ("ext-info-", "kex-strict-")
# by what has no match: the setting, its sound algorithms (those that only new versions have come last), its weak ones
_SETTINGS: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "key exchange method": (
        "KexAlgorithms",
        (
            "curve25519-sha256", "curve25519-sha256@libssh.org", "ecdh-sha2-nistp256", "ecdh-sha2-nistp384",
            "ecdh-sha2-nistp521", "diffie-hellman-group16-sha512", "diffie-hellman-group18-sha512",
            "diffie-hellman-group-exchange-sha256", "diffie-hellman-group14-sha256", "sntrup761x25519-sha512@openssh.com",
            "sntrup761x25519-sha512", "mlkem768x25519-sha256",
        ),
        ("diffie-hellman-group14-sha1", "diffie-hellman-group-exchange-sha1", "diffie-hellman-group1-sha1"),
    ),
    "host key type": (
        "HostKeyAlgorithms",
        (
            "ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "rsa-sha2-512",
            "rsa-sha2-256",
        ),
        ("ssh-rsa",),
    ),
    "cipher": (
        "Ciphers",
        (
            "chacha20-poly1305@openssh.com", "aes256-gcm@openssh.com", "aes128-gcm@openssh.com", "aes256-ctr", "aes192-ctr",
            "aes128-ctr",
        ),
        ("aes256-cbc", "aes192-cbc", "aes128-cbc", "3des-cbc"),
    ),
    "MAC": (
        "MACs",
        (
            "hmac-sha2-512-etm@openssh.com", "hmac-sha2-256-etm@openssh.com", "umac-128-etm@openssh.com", "hmac-sha2-512",
            "hmac-sha2-256", "umac-128@openssh.com", "umac-64-etm@openssh.com", "hmac-sha1-etm@openssh.com",
            "umac-64@openssh.com", "hmac-sha1",
        ),
        (
            "hmac-sha1-96-etm@openssh.com", "hmac-md5-etm@openssh.com", "hmac-md5-96-etm@openssh.com", "hmac-sha1-96",
            "hmac-md5", "hmac-md5-96",
        ),
    ),
}  # fmt: skip


class SshdBuilder:
    """Concludes `sshd.no_match`."""

    kinds = frozenset({"syslog"})

    def __init__(self) -> None:
        self._offers: dict[tuple[str, str], list[tuple[str, Event]]] = {}
        self._counts: dict[tuple[str, str], int] = {}

    def add(self, event: Event) -> None:
        """Take a record of a client that had nothing in common with this sshd."""
        if event.service != "sshd" or "Their offer: " not in event.message:
            return
        match = _NO_MATCH().search(event.message)
        if match is None:
            return
        key = match["what"], match["offer"]
        if key in self._offers or len(self._offers) < MAX_KEPT:
            self._take(key, [(match["address"], event)], 1)

    def _take(self, key: tuple[str, str], records: list[tuple[str, Event]], number: int) -> None:
        self._offers[key] = [*self._offers.get(key, []), *records][:MAX_LINES]
        self._counts[key] = self._counts.get(key, 0) + number

    def merge(self, other: Self) -> None:
        """Take over a later source."""
        for key, records in other._offers.items():
            self._take(key, records, other._counts[key])

    def conclude(self) -> Iterable[Fact]:
        """One fact per offer."""
        for (what, offered), records in self._offers.items():
            offer = tuple(name for name in offered.split(",") if name and not name.startswith(_MARKS))
            addresses = tuple(dict.fromkeys(address for address, _ in records))
            yield stated(
                "sshd.no_match", spread([event.evidence for _, event in records]), f"{what}:{offered}"[:200], what=what,
                offer=offer or None, address=addresses[0], addresses=addresses[:8], count=self._counts[what, offered],
                **_allowable(what, offer),
            )  # fmt: skip


def _allowable(what: str, offer: tuple[str, ...]) -> dict[str, Value]:
    """The setting, and the one of the offer that is best to allow; nothing where OpenSSH has none of them."""
    directive, good, weak = _SETTINGS.get(what, ("", (), ()))
    best = next((name for name in (*good, *weak) if name in offer), None)
    return {} if best is None else {"directive": directive, "algorithm": best, "weak": best in weak}


BUILDER = SshdBuilder
SENTENCES = {
    "sshd.no_match": Text(
        "{addresses} and sshd have no {what} in common: the client offers {offer}",
        "{addresses} 与 sshd 没有共同的 {what}：客户端提供 {offer}",
    ),
}
