"""What is masked and what is not: quiet cases first, then people, machines and clouds, then the checklist of formats."""

from __future__ import annotations

import random
import time

import pytest
import secret_formats
from hypothesis import given
from hypothesis import strategies as st

from assistant.intake.detectors import DETECTORS, SECRETS
from assistant.intake.detectors.entropy import is_random
from assistant.intake.detectors.keys import Strength, strength
from assistant.intake.redact import GONE, Redactor, without_secrets

QUIET = [
    # hashes, builds, requests, objects: they mean something in a log, and nothing outside
    "container 4bcff63911fcb4448bd4fdacec207030997caf25e9bea4045fa6c8c44de311d1 exited", "commit 5843d8475120241667a7ce0f8a1abb6c9b43a273", "request_id=7f3c9a4b2d1e4f5a8b6c7d8e9f0a1b2c",
    "java.lang.Object@1b6d3586", 'Go build ID "d4kXwqPQ3mLz0aB7Yt2e/Jr5vN8cUoI1hG6fSxTz9/abc"', "BuildID[sha1]=97f2b1a8b1c7a4f9d7e2", "SHA256:nThbg6kXUpJWGl7E1IGOCspRomTxdCARLviKw6E5SY8", "integrity sha512-AbCdEf0123456789ghIJkl+/MNopQRstUVwxYZ0123456789==",
    "pod web-7c79c4bf97-x2kq9 uid 0f4e3a6c-2f6b-4a57-9d0d-8d2c0f1e7a11", "systemd-private-0b7c4d6e8f9a4b5c8d7e6f5a4b3c2d1e-nginx.service-aBcDeF", "_ZN4core3fmt9Formatter3pad17h0123456789abcdefE", "server_uid vIfmJEDFYDe9po8I0fmksOgqQ5Q= as process 17457",
    "AbstractBeanFactoryAwareAdvisingPostProcessorConfiguration2Impl", "org.springframework.boot.autoconfigure.Http2ServerCustomizerConfiguration", "x86_64-unknown-linux-gnu-gcc-12-base", "innodb_buffer_pool_size_max=8388608m", "0xffffffff81a00148 RIP: 0033:0x7f1f2c0d3b5a",
    # names that are no host names
    "app.py line 3 in java.lang.String containerd.service libc.so.6 asyncio.base_events", "self.app config.dev os.name event.id this.name manage.py", "upstream localhost:8000 example.com www.example.org nginx.org docs.python.org", "System.IO.FileNotFoundException System.Net.Http ASP.NET Socket.IO",
    "pulling docker.io/library/nginx:1.25 and registry.k8s.io/pause:3.9 quay.io/x/y", "go: github.com/gin-gonic/gin@v1.9.1 golang.org/x/net", "node.kubernetes.io/not-ready:NoSchedule app.kubernetes.io/name=web", "/etc/rc.local /etc/fail2ban/jail.local in-addr.arpa", "net.ipv4.ip_forward = 1 vm.overcommit_memory",
    "redis://cache:6379/0 postgres://db:5432/x http://backend:8080/ amqp://rabbitmq:5672", "Server: nginx/1.22.1", "host=db port=5432 host=localhost", "kernel: Linux version 6.1.0-18-amd64 (debian-kernel@lists.debian.org)", "fatal: unable to access 'https://github.com/x/y.git/'", "curl: (6) Could not resolve host: api",
    # names that are nobody's
    "user=root user=www-data user 'postgres'@'localhost' for user root", "/home/ubuntu/app /home/runner/work", "Started User Manager for UID 1000. user.slice user@1000.service", "sudo: pam_unix(sudo:session): session opened for user root(uid=0)", "drwxr-xr-x 2 root root 4096 Nov 24 10:00 log", "www-data 1234  0.1  2.0 123456 7890 ? S 10:00 0:01 nginx",
    "Accepted publickey for root from 127.0.0.1 port 22", "the user agent for user input was empty",
    # numbers
    "size=4503599627370496 offset 9007199254740992 ts=1715471528123456 at 1715471528123456789", "lsn 0/16B3748 xid 4012888888881881x", "2026-11-24 10:00:00.123456 took 123-45 ms", "+0800 +08:00 +1.5% @@ -1,5 +12345678,9 @@", "v2024-01-0010 build 20240110-1234567", "inode=4111111111111111",
    # keys that hold no secret
    "max_tokens=4096 token_type=bearer cache_key=user:1234:profile primary key (id) sort_key=a1b2c3d4e5f6a7b8c9", "ssl_certificate_key /etc/nginx/ssl/site.key; ssl_certificate_key=/etc/ssl/a.key", "password_file=/run/secrets/db PASSWORD: /run/secrets/db", "secret: [REDACTED] token=*** password: 【已脱敏】 key=x.x.x.x",
    "Invalid password: try again later", 'password authentication failed for user "postgres"', "unexpected token: '}' near position 12345678", "Authorization: failed", "the session expired after 30m; keepalive_timeout 65s; pass=12 fail=3", "auth: module loaded; key: exchange; token: refreshed", "monkey=banana1234567 hotkey: F12",
    "signature algorithm: sha256WithRSAEncryption", "SIGNATURE_DOES_NOT_MATCH code=403", "error code=ECONNREFUSED1234 state=running exit code=137 SQLSTATE=28P01 errno=111",
    # masked by somebody
    "client: 【已脱敏ip地址】, server: ***, host: x.x.x.x", "password=<hidden> api_key=${API_KEY} token={{ token }} secret=%s key=null", "Authorization: Bearer ***", "user=[FILTERED] email=<redacted>",
    # addresses that are everybody's
    "169.254.169.254 127.0.0.53 0.0.0.0/0 255.255.255.0 ::1 [::]:80 ::ffff:127.0.0.1", "at 10:20:30.123 12:34 1:2:3 a::b std::vec::Vec",
]  # fmt: skip

# text, value, kind of its token
HIDDEN = [
    ("Nov 24 10:00:00 web1 sshd[1]: x", "web1", "host"), ("2026-11-24T10:00:00.123456+08:00 pay-prod-3 systemd[1]: x", "pay-prod-3", "host"), ("<34>1 2026-11-24T10:00:00Z edge7 app 12 ID47 - x", "edge7", "host"),
    (", server: shop.acme-corp.cn, request", "shop.acme-corp.cn", "host"), (', host: "pay.acme.io:8443"', "pay.acme.io", "host"), ('referrer: "https://intra.acme.com/a?b"', "intra.acme.com", "host"), ("dial tcp: lookup db.prod.acme.internal on 127.0.0.53:53", "db.prod.acme.internal", "host"),
    ("orders.payments.svc.cluster.local:8080", "orders.payments.svc.cluster.local", "host"), ("shop.abc123.eu-west-1.rds.amazonaws.com", "shop.abc123.eu-west-1.rds.amazonaws.com", "host"), ("http://acme-billing-01:8000/x", "acme-billing-01", "host"), ("hostname=acme-web-3 x", "acme-web-3", "host"),
    ("/etc/letsencrypt/live/shop.acme.cn/fullchain.pem", "shop.acme.cn", "host"), ("registry.acme.com:5000/app:1.2", "registry.acme.com", "host"), ("ip-10-0-3-17 kubelet", "ip-10-0-3-17", "host"), ("SHOP.ACME.COM", "SHOP.ACME.COM", "host"), ("alice@build9:~$ ls", "build9", "host"),
    ("10.0.0.0/8", "10.0.0.0", "ip"), ("[fe80::1ff:fe23:4567:890a%eth0]:443", "fe80::1ff:fe23:4567:890a", "ip"), ("2001:db8::1", "2001:db8::1", "ip"), ("SRC=203.0.113.9 DST=127.0.0.1", "203.0.113.9", "ip"),
    ("Accepted publickey for alice from 127.0.0.1 port 5", "alice", "user"), ("Failed password for invalid user bobby from 127.0.0.1", "bobby", "user"), ("pam_unix(sshd:session): session opened for user carol(uid=1001) by (uid=0)", "carol", "user"), ("sudo:    dave : TTY=pts/0 ; PWD=/ ; USER=root ;", "dave", "user"),
    ("New session 12 of user erin.", "erin.", "user"), ("user=frank,db=shop", "frank", "user"), ('{"username":"grace","ok":1}', "grace", "user"), ("'heidi'@'127.0.0.1'", "heidi", "user"), ('user "ivan": password mismatch', "ivan", "user"), ('127.0.0.1 - judy [24/Nov/2026:10:00:00 +0000] "GET /"', "judy", "user"),
    ("C:\\Users\\mallory\\x", "mallory", "user"), ("/Users/niaj/x", "niaj", "user"), ("uid=1001(olivia) gid=0(root)", "olivia", "user"), ("ssh -p 22 peggy@localhost", "peggy", "user"), ("postgresql://rupert@localhost/x", "rupert", "user"), ("-rw-r--r-- 1 sybil root 12 Nov 24 x", "sybil", "user"),
    ("trent    1234  0.1  2.0 123456 7890 ? S 10:00 0:01 x", "trent", "user"), ("用户名：王小明1 登录失败", "王小明1", "user"), ("from=<alice.b@acme.cn>", "alice.b@acme.cn", "email"), ("?mail=alice%40acme.cn&x", "alice%40acme.cn", "email"),
    ("call +1 (202) 555-0143 now", "+1 (202) 555-0143", "phone"), ("to +447911123456", "+447911123456", "phone"), ("tel 010-62345678", "010-62345678", "phone"), ('"mobile":"13912345678"', "13912345678", "phone"), ("0571-88156789-123", "0571-88156789-123", "phone"),
    ("ssn 219-09-9999 x", "219-09-9999", "id"), ("card 4111 1111 1111 1111", "4111 1111 1111 1111", "id"), ("pan=5500005555555559", "5500005555555559", "id"), ("DE89 3704 0044 0532 0130 00", "DE89 3704 0044 0532 0130 00", "id"), ("iban GB82WEST12345698765432", "GB82WEST12345698765432", "id"),
    ("user_id=0f4e3a6c-2f6b-4a57-9d0d-8d2c0f1e7a11", "0f4e3a6c-2f6b-4a57-9d0d-8d2c0f1e7a11", "id"), ('"tenantId": "0f4e3a6c-2f6b-4a57-9d0d-8d2c0f1e7a11"', "0f4e3a6c-2f6b-4a57-9d0d-8d2c0f1e7a11", "id"),
    ("arn:aws:s3:::acme-billing/x", "s3:::acme-billing/x", "cloud"), ("instance i-0abc123def4567890 failed", "i-0abc123def4567890", "cloud"), ("vol-0abc123def4567890", "vol-0abc123def4567890", "cloud"), ("account 123456789012", "123456789012", "cloud"), ("projects/acme-prod-1/zones/z", "acme-prod-1", "cloud"),
    ("/subscriptions/0f4e3a6c-2f6b-4a57-9d0d-8d2c0f1e7a11/x", "0f4e3a6c-2f6b-4a57-9d0d-8d2c0f1e7a11", "cloud"), ("/resourceGroups/acme-rg/x", "acme-rg", "cloud"), ("i-bp67acfmxazb4ph1a2b3", "i-bp67acfmxazb4ph1a2b3", "cloud"), ("ins-4f8k2p1q", "ins-4f8k2p1q", "cloud"), ("Serial Number: S3Z9NB0K123456", "S3Z9NB0K123456", "serial"),
    ("> Cookie: sid=abc123; csrf=xyz", "sid=abc123; csrf=xyz", "secret"), ("< Set-Cookie: sid=abc123; Path=/; HttpOnly", "sid=abc123; Path=/; HttpOnly", "secret"), ("mysql -u root -pT0psecret shop", "T0psecret", "secret"), ("curl -u robot:T0psecret http://localhost", "T0psecret", "secret"),
    ("IDENTIFIED BY 'T0psecret'", "T0psecret", "secret"), ("<password>T0psecret</password>", "T0psecret", "secret"), ('("password", "T0psecret")', "T0psecret", "secret"), ("- name: DB_PASSWORD\n  value: T0psecret", "T0psecret", "secret"), ('{"name":"Authorization","value":"Bearer T0psecret9"}', "T0psecret9", "secret"),
    ("requirepass T0psecret", "T0psecret", "secret"), ("我的密码是T0psecret吗", "T0psecret", "secret"), ("my password is T0psecret ok", "T0psecret", "secret"), ("machine x login y password T0psecret", "T0psecret", "secret"), ("//localhost/:_authToken=T0psecret", "T0psecret", "secret"),
]  # fmt: skip
KEY_NAMES = [
    ("password", 2), ("dbPassword", 2), ("DB_PASSWORD_OLD", 2), ("X-Api-Key", 2), ("aws_secret_access_key", 2), ("AccountKey", 2), ("sessionId", 2), ("session_token", 2), ("clientSecret", 2), ("APIKEY", 2), ("token", 1), ("key", 1),
    ("password_encryption", 0), ("max_tokens", 0), ("session_timeout", 0), ("primary_key", 0), ("cache_key", 0), ("secretName", 0), ("keyboard", 0), ("tokenizer", 0), ("passenger", 0), ("ssl_certificate_key", 0), ("signal", 0), ("author", 0), ("code", 0),
]  # fmt: skip


@pytest.mark.parametrize("text", QUIET)
def test_what_says_nothing_about_anybody_stays(text):
    redactor = Redactor()
    assert redactor.redact(text) == text, dict(redactor.values)


@pytest.mark.parametrize(("text", "value", "kind"), HIDDEN)
def test_what_must_not_leave(text, value, kind):
    redactor = Redactor()
    redacted = redactor.redact(text)
    assert value not in redacted
    assert value in redactor.values.values()
    assert any(token.startswith(f"⟨{kind}-") for token in redactor.values), dict(redactor.values)
    assert redactor.restore(redacted) == text
    assert redactor.redact(redacted) == redacted


@pytest.mark.parametrize(("name", "sure"), KEY_NAMES)
def test_names_of_keys(name, sure):
    assert strength(name) is Strength(sure)


def test_a_host_and_its_url_have_one_token():
    redactor = Redactor()
    redacted = redactor.redact(
        "Nov 24 10:00:00 pay-3 nginx: proxy http://pay-3:8000/ for api.acme.cn via https://api.acme.cn/x"
    )
    assert redacted == "Nov 24 10:00:00 ⟨host-1⟩ nginx: proxy http://⟨host-1⟩:8000/ for ⟨host-2⟩ via https://⟨host-2⟩/x"
    assert redactor.redact("is pay-3 down? /var/lib/pay-3/x stays") == "is ⟨host-1⟩ down? /var/lib/pay-3/x stays"


def test_a_secret_is_known_where_nothing_gives_it_away():
    redactor = Redactor()
    redactor.redact("DB_PASSWORD=correct-h0rse")
    assert redactor.redact("is correct-h0rse wrong?") == "is ⟨secret-1⟩ wrong?"
    redactor.redact("password=postgres")
    assert redactor.redact("the postgres process died") == "the postgres process died"


def test_nothing_is_left_of_a_cookie_around_a_token_in_it():
    form = "eyJ" + "hbGciOiJ" + "." + "eyJzdWIiOiIx" + "." + "c2ln"
    redacted = Redactor().redact(f"Cookie: sid=abcdef99; jwt={form}; theme=dark9\nnext")
    assert redacted == "Cookie: ⟨secret-1⟩\nnext"
    assert "abcdef99" not in Redactor().redact("Cookie: a=⟨ip-1⟩; sid=abcdef99")


@pytest.mark.parametrize("end", ["-----END RSA PRIVATE KEY-----", "", "\nNov 24 10:00:00 localhost app: next line"])
@pytest.mark.parametrize("newline", ["\n", "\\n", "\r\n"])
def test_keys_in_pem_whole_and_cut(newline, end):
    body = newline.join("".join(random.Random(line).choices(secret_formats._SETS["B"], k=64)) for line in range(5))  # noqa: S311 - no key
    head = "-----BEGIN RSA " + "PRIVATE KEY-----"
    text = f"loading {head}{newline}{body}{newline}{end}"
    redactor = Redactor()
    redacted = redactor.redact(text)
    assert not any(line[:20] in redacted for line in body.split(newline))
    assert redactor.restore(redacted) == text
    assert "next line" in redacted or "next line" not in text
    assert without_secrets(text).count("\n") == text.count("\n")


def test_identifiers_do_not_look_random():
    chance = random.Random(4)  # noqa: S311 - reproducible
    hashes = ["".join(chance.choices("0123456789abcdef", k=size)) for size in (32, 40, 64) for _ in range(200)]
    assert not any(is_random(each) for each in hashes)
    letters = secret_formats._SETS["B"]
    taken = sum(is_random("".join(chance.choices(letters, k=40))) for _ in range(500))
    assert taken >= 480


@pytest.fixture(scope="module")
def checklist():
    return [case for seed in (1, 2, 3) for case in secret_formats.cases(seed)]


def test_the_checklist_of_formats(checklist):
    missed = []
    for case in checklist:
        redactor = Redactor()
        redacted = redactor.redact(case.line)
        assert redactor.restore(redacted) == case.line
        if secret_formats.left_over(case, redacted):
            missed.append(f"{case.rule}/{case.context}")
    formats = len(secret_formats.FORMS) + len(secret_formats.KEYED)
    recall = 1 - len(missed) / len(checklist)
    print(f"{formats} formats, {len(checklist)} lines, recall {recall:.2%}, missed: {sorted(missed)}")
    assert formats >= 150
    assert recall >= 0.99


def test_secrets_of_the_checklist_do_not_stay_on_the_disk(checklist):
    missed = [case for case in checklist if secret_formats.left_over(case, without_secrets(case.line))]
    assert len(missed) <= len(checklist) // 100


def test_known_secrets_are_removed_wherever_they_stand():
    assert without_secrets("401 for key abc-not-random", ["abc-not-random"]) == f"401 for key {GONE}"
    assert without_secrets(f"password={GONE}") == f"password={GONE}"
    assert without_secrets("nothing here", [""]) == "nothing here"


@given(st.text(alphabet="abK1=:/@.\"'\\ \n⟨⟩-{}[]&?;_+", max_size=200))
def test_any_text_comes_back(text):
    redactor = Redactor()
    assert redactor.restore(redactor.redact(text)) == text


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        ".",
        ":",
        "-----BEGIN ",
        "=",
        "password=",
        "authorization:",
        "a.com",
        "-----BEGIN PRIVATE KEY-----\n",
        "1 ",
        "⟨ip-1",
    ],
)
def test_a_line_of_a_megabyte_takes_linear_time(piece):
    def cost(size):
        text = (piece * (size // len(piece) + 1))[:size]
        started = time.process_time()
        Redactor().redact(text)
        return time.process_time() - started

    cost(10_000)
    small, large = cost(100_000), cost(1_000_000)
    assert large < 40 * max(small, 0.05)


def test_finders_have_names_of_their_own():
    assert len({finder.name for finder in DETECTORS}) == len(DETECTORS)
    assert set(SECRETS) < set(DETECTORS)
