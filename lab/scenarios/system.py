"""The system's own services, as syslog prints them: sshd, sudo, cron, named, certificates."""

from __future__ import annotations

import getpass
import os
import re
import time
from pathlib import Path

from lab.harness import Lab, Missing, scenario

_SYSLOG = """
module(load="imuxsock" SysSock.Name="/dev/log")
template(name="old" type="string" string="%TIMESTAMP% %HOSTNAME% %syslogtag%%msg:::sp-if-no-1st-sp%%msg:::drop-last-lf%\\n")
*.* action(type="omfile" file="{root}/syslog" template="old")
"""


def _syslog(lab: Lab) -> None:
    """A syslog daemon that writes everything to the scenario's folder."""
    if os.geteuid() != 0:
        raise Missing("root, for /dev/log")
    config = lab.write("rsyslog.conf", _SYSLOG.format(root=lab.root))
    lab.start("rsyslogd", "rsyslogd", "-n", "-f", config, "-i", lab.root / "rsyslogd.pid")
    end = time.monotonic() + 10
    while not Path("/dev/log").exists() and time.monotonic() < end:
        time.sleep(0.1)
    lab.write("syslog", "")


def _kept(lab: Lab, programs: str) -> str:
    time.sleep(0.5)
    return "".join(
        line + "\n" for line in lab.read("syslog").splitlines() if re.search(rf" (?:{programs})(?:\[|:)", line)
    )


def _sshd(lab: Lab, *extra: str) -> int:
    port = lab.port()
    lab.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", lab.root / "host")
    Path("/run/sshd").mkdir(exist_ok=True)
    options = [f"HostKey={lab.root}/host", "ListenAddress=127.0.0.1", f"PidFile={lab.root}/sshd.pid", *extra]
    command: list[object] = ["/usr/sbin/sshd", "-D", "-f", "/dev/null", "-p", port]
    for option in options:
        command += ["-o", option]
    lab.start("sshd", *command, ready=port)
    return port


def _ssh(lab: Lab, port: int, user: str, *more: object) -> str:
    return lab.run(
        "ssh", "-p", port, "-o", "StrictHostKeyChecking=no", "-o", f"UserKnownHostsFile={lab.root}/known", "-o",
        "BatchMode=yes", *more, f"{user}@127.0.0.1", "true",
    )  # fmt: skip


@scenario("sshd-healthy-login")
def sshd_healthy(lab: Lab) -> None:
    """A start, a login by key, a stop."""
    _syslog(lab)
    lab.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", lab.root / "me")
    lab.write("keys", lab.read("me.pub"), mode=0o600)
    port = _sshd(lab, f"AuthorizedKeysFile={lab.root}/keys", "StrictModes=no", "PermitRootLogin=yes")
    _ssh(lab, port, getpass.getuser(), "-i", lab.root / "me")
    lab.stop("sshd")
    lab.keep("auth.log", _kept(lab, "sshd"))


@scenario("sshd-healthy-scanner")
def sshd_scanner(lab: Lab) -> None:
    """Strangers try names and hang up: every server on the internet has this; nobody got in."""
    _syslog(lab)
    port = _sshd(lab)
    for user in ("admin", "test", "oracle", "postgres", "root"):
        _ssh(lab, port, user)
    for text in (b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01", b""):
        import socket  # noqa: PLC0415 - here only

        with socket.create_connection(("127.0.0.1", port), 5) as peer:
            peer.sendall(text)
            time.sleep(0.2)
    lab.keep("auth.log", _kept(lab, "sshd"))


@scenario("sshd-port-taken")
def sshd_port_taken(lab: Lab) -> None:
    """A second sshd on the port of the first."""
    _syslog(lab)
    port = _sshd(lab)
    lab.run(
        "/usr/sbin/sshd",
        "-D",
        "-f",
        "/dev/null",
        "-p",
        port,
        "-o",
        f"HostKey={lab.root}/host",
        "-o",
        "ListenAddress=127.0.0.1",
        timeout=10,
    )
    lab.keep("auth.log", _kept(lab, "sshd"))


@scenario("sshd-no-common-algorithm")
def sshd_algorithms(lab: Lab) -> None:
    """A client that only knows old key exchanges."""
    _syslog(lab)
    port = _sshd(lab)
    _ssh(lab, port, getpass.getuser(), "-o", "KexAlgorithms=diffie-hellman-group1-sha1")
    lab.keep("auth.log", _kept(lab, "sshd"))


@scenario("sshd-key-permissions")
def sshd_permissions(lab: Lab) -> None:
    """A key that would be accepted, in a folder that others may write: sshd ignores it."""
    _syslog(lab)
    lab.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", lab.root / "me")
    folder = lab.root / "home"
    folder.mkdir()
    lab.write("home/keys", lab.read("me.pub"), mode=0o600)
    folder.chmod(0o777)
    port = _sshd(lab, f"AuthorizedKeysFile={lab.root}/home/keys", "PermitRootLogin=yes")
    _ssh(lab, port, getpass.getuser(), "-i", lab.root / "me")
    lab.keep("auth.log", _kept(lab, "sshd"))


@scenario("cron-broken-file")
def cron_broken(lab: Lab) -> None:
    """A file in /etc/cron.d with a wrong minute: cron leaves the whole file out."""
    _syslog(lab)
    file = Path("/etc/cron.d/lab-broken")
    file.write_text("61 * * * * root /usr/local/bin/report\n", encoding="utf-8")
    try:
        lab.start("cron", "cron", "-f")
        time.sleep(3)
    finally:
        file.unlink()
    lab.keep("cron.log", _kept(lab, "cron|CRON|/usr/sbin/cron"))


@scenario("named-zone-broken")
def named_zone(lab: Lab) -> None:
    """A zone file with a syntax error: named starts, and does not serve that zone."""
    port = lab.port()
    lab.write(
        "db.shop",
        "$TTL 60\n@ IN SOA ns.shop.example. root.shop.example. 1 60 60 60 60\n@ IN NS ns\nns IN A 192.0.2.300\n",
    )
    config = lab.write(
        "named.conf",
        f'options {{ directory "{lab.root}"; listen-on port {port} {{ 127.0.0.1; }}; listen-on-v6 {{ none; }}; recursion no; '
        f'pid-file "{lab.root}/named.pid"; session-keyfile "{lab.root}/session.key"; dnssec-validation no; }};\n'
        f'controls {{ }};\nzone "shop.example" {{ type primary; file "db.shop"; }};\n',
    )
    lab.start("named", "named", "-g", "-c", config, "-n", 1)
    lab.wait_for("named", "running")
    lab.keep("named.log", "\n".join(lab.output("named").splitlines()[-14:]))
    lab.keep(
        "dig.txt",
        f"$ dig @127.0.0.1 -p {port} shop.example A\n" + lab.run("dig", "@127.0.0.1", "-p", port, "shop.example", "A"),
    )


@scenario("named-healthy-start")
def named_healthy(lab: Lab) -> None:
    """Named with one zone, a query, a stop."""
    port = lab.port()
    lab.write(
        "db.shop",
        "$TTL 60\n@ IN SOA ns.shop.example. root.shop.example. 1 60 60 60 60\n@ IN NS ns\nns IN A 192.0.2.30\n",
    )
    config = lab.write(
        "named.conf",
        f'options {{ directory "{lab.root}"; listen-on port {port} {{ 127.0.0.1; }}; listen-on-v6 {{ none; }}; recursion no; '
        f'pid-file "{lab.root}/named.pid"; session-keyfile "{lab.root}/session.key"; dnssec-validation no; }};\n'
        f'controls {{ }};\nzone "shop.example" {{ type primary; file "db.shop"; }};\n',
    )
    lab.start("named", "named", "-g", "-c", config, "-n", 1)
    lab.wait_for("named", "running")
    lab.run("dig", "@127.0.0.1", "-p", port, "shop.example", "NS")
    lab.stop("named")
    lab.keep("named.log", lab.output("named"))


def _certificate(lab: Lab, name: str, *, days: int, host: str) -> None:
    lab.run(
        "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", lab.root / f"{name}.key", "-out",
        lab.root / f"{name}.pem", "-subj", f"/CN={host}", "-addext", f"subjectAltName=DNS:{host}", "-days", days,
    )  # fmt: skip


@scenario("curl-wrong-host-name")
def curl_wrong_host(lab: Lab) -> None:
    """A certificate for another name."""
    port = lab.port()
    _certificate(lab, "shop", days=30, host="shop.example")
    lab.start(
        "server",
        "openssl",
        "s_server",
        "-accept",
        f"127.0.0.1:{port}",
        "-cert",
        lab.root / "shop.pem",
        "-key",
        lab.root / "shop.key",
        "-www",
        ready=port,
    )
    url = f"https://api.example:{port}/"
    lab.keep(
        "curl.txt",
        f"$ curl -v {url}\n"
        + lab.run("curl", "-sSv", "--cacert", lab.root / "shop.pem", "--resolve", f"api.example:{port}:127.0.0.1", url),
    )


@scenario("curl-self-signed")
def curl_self_signed(lab: Lab) -> None:
    """A certificate that nobody signed."""
    port = lab.port()
    _certificate(lab, "shop", days=30, host="shop.example")
    lab.start(
        "server",
        "openssl",
        "s_server",
        "-accept",
        f"127.0.0.1:{port}",
        "-cert",
        lab.root / "shop.pem",
        "-key",
        lab.root / "shop.key",
        "-www",
        ready=port,
    )
    url = f"https://shop.example:{port}/"
    lab.keep(
        "curl.txt", f"$ curl -v {url}\n" + lab.run("curl", "-sSv", "--resolve", f"shop.example:{port}:127.0.0.1", url)
    )
