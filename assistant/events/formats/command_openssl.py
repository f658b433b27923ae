"""What `openssl s_client`, `openssl x509` and `openssl verify` print about a server's certificate.

`verify error:num=10:certificate has expired` · `Verify return code: 10 (certificate has expired)`
`notAfter=Jan 31 00:00:00 2025 GMT` · `connect:errno=111` · `40…:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:…`

Source: apps/s_client.c, apps/lib/s_cb.c, apps/x509.c, ERR_print_errors of OpenSSL 1.1 and 3. One `command.openssl` an answer
that means something; the certificate itself and the session are passed over.
"""

from __future__ import annotations

from assistant.clock import LocalTime, ZonedTime
from assistant.events import stamps
from assistant.events.record import Emit, Format, Record
from assistant.intake.lazily import lazily
from assistant.model import Event, Severity, Value

_VERIFY = lazily(
    r"(?:verify error:num=(?P<num>\d{1,3}):(?P<why>.{1,120})|error (?P<code>\d{1,3}) at (?P<depth>\d{1,2}) depth lookup: ?(?P<what>.{1,120}))$"
)
_RESULT = lazily(r" {0,8}Verify return code: (?P<num>\d{1,3}) \((?P<why>[^)]{1,120})\)$")
_ERRNO = lazily(r"(?:connect|getservbyname|BIO_lookup_ex|read|write|socket): ?errno ?= ?(?P<errno>\d{1,3})$")
_QUEUE = lazily(
    r"[0-9A-F]{8,20}:error:(?P<code>[0-9A-F]{8}):(?P<lib>[^:]{1,60}):(?P<function>[^:]{0,60}):(?P<reason>[^:]{1,120}):.*$"
)
_DATES = lazily(r"(?P<which>notBefore|notAfter) ?= ?(?P<time>[A-Z][a-z]{2} {1,2}\d{1,2} \d\d:\d\d:\d\d \d{4}) GMT$")
_CONNECTED = lazily(r"CONNECTED\([0-9A-F]{8}\)$")
_NAME = lazily(r"(?:subject|issuer) ?= ?(?P<name>.{1,300})$")
_OURS = lazily(
    r"(?:---|verify return:\d|depth=\d{1,2} .{1,300}|Certificate chain| {1,3}\d{1,2} s:.{1,300}|   i:.{1,300}|   [av]:.{1,200}|Server certificate|"
    r"no peer certificate available|No client certificate CA names sent|Acceptable client certificate CA names|Peer signing digest: .{1,40}|Peer signature type: .{1,40}|"
    r"Server Temp Key: .{1,60}|Peer Temp Key: .{1,60}|SSL handshake has read .{1,60}|Verification(?:: OK| error: .{1,120})|(?:New|Reused), .{1,80}|Protocol: TLS.{1,10}|Server public key is .{1,20}|"
    r"(?:This TLS version forbids|Secure) [Rr]enegotiation.{0,40}|Compression: .{1,20}|Expansion: .{1,20}|No ALPN negotiated|ALPN protocol: .{1,20}|Early data was .{1,30}|"
    r"SSL-Session:|    (?:Protocol|Cipher|Session-ID|Session-ID-ctx|Resumption PSK|Master-Key|PSK identity|PSK identity hint|SRP username|Start Time|Timeout|Extended master secret|Max Early Data|TLS session ticket.{0,40}).{0,200}|"
    r"    \d{4} - [0-9a-f -]{20,60}.{0,40}|DONE|read R BLOCK|closed|Post-Handshake New Session Ticket arrived:|Connecting to .{1,80})$"
)
_PEM = lazily(r"[A-Za-z0-9+/]{1,76}={0,2}$")


class OpensslReader:
    """Claims the lines of an answer; a result says more than each verify error before it."""

    def __init__(self) -> None:
        self._running = False
        self._pem = False
        self._seen: set[str] = set()

    def read(self, record: Record, emit: Emit) -> bool:
        """Claim a line of an answer."""
        text = record.text
        if text.startswith("-----BEGIN CERTIFICATE-----"):
            self._pem = True
            return self._running
        if self._pem:
            self._pem = not text.startswith("-----END CERTIFICATE-----") and _PEM().match(text) is not None
            if self._running:
                return True
        if self._result(record, emit):
            self._running = True
            return True
        if _CONNECTED().match(text) or text in ("Certificate chain", "no peer certificate available"):
            self._running = True
            return True
        if self._running and (_OURS().match(text) or _NAME().match(text) or not text.strip()):
            return True
        if text.startswith(("depth=", "verify return:")) and _OURS().match(text):
            return True
        self._running = False
        return False

    def _result(self, record: Record, emit: Emit) -> bool:
        """An answer that means something: an error, a result, a date."""
        text = record.text
        if match := _VERIFY().match(text):
            number, why = int(match["num"] or match["code"]), (match["why"] or match["what"]).strip()
            self._emit(record, emit, why, Severity.ERROR, {"tls.verify_result": number})
        elif match := _RESULT().match(text):
            number = int(match["num"])
            self._emit(
                record, emit, match["why"], Severity.ERROR if number else Severity.INFO, {"tls.verify_result": number}
            )
        elif match := _QUEUE().match(text):
            attributes: dict[str, Value] = {"openssl.error": match["code"], "openssl.library": match["lib"]}
            self._emit(record, emit, match["reason"], Severity.ERROR, attributes)
        elif match := _ERRNO().match(text):
            self._emit(record, emit, text, Severity.ERROR, {"errno": int(match["errno"])})
        elif match := _DATES().match(text):
            found = stamps.read("Mon " + match["time"])
            attributes = {"tls.date": match["which"]}
            if found and isinstance(found[0], LocalTime):
                attributes["tls.time"] = ZonedTime(found[0].ns, 0).iso()
            self._emit(record, emit, text, Severity.INFO, attributes)
        else:
            return False
        return True

    def _emit(self, record: Record, emit: Emit, message: str, severity: Severity, attributes: dict[str, Value]) -> None:
        evidence, time = record.evidence(), record.envelope.time
        emit(Event("command.openssl", evidence, message, time, severity, "openssl", "", None, attributes))

    def close(self, emit: Emit) -> None:
        """Nothing is ever open."""


FORMAT = Format("command.openssl", 22, OpensslReader)
