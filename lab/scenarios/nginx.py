"""nginx in front of something, or alone: what goes wrong with it and around it."""

from __future__ import annotations

import signal
import socket
import threading
import time
from pathlib import Path

from lab.harness import Lab, scenario

_MAIN = """
daemon off; worker_processes {workers}; pid {root}/nginx.pid; error_log {root}/error.log {level};{extra}
events {{ worker_connections {connections}; }}
http {{
  access_log {root}/access.log;
  client_body_temp_path {root}/t1; proxy_temp_path {root}/t2; fastcgi_temp_path {root}/t3; uwsgi_temp_path {root}/t4;
  scgi_temp_path {root}/t5;
{http}
}}
"""


def configure(lab: Lab, http: str, *, level: str = "notice", extra: str = "", connections: int = 128) -> Path:
    """A configuration with the given http block."""
    lab.root.chmod(0o777)
    text = _MAIN.format(root=lab.root, http=http, level=level, extra=extra, connections=connections, workers=1)
    return lab.write("nginx.conf", text)


def start(lab: Lab, config: Path, port: int | None) -> None:
    """Nginx in the foreground."""
    lab.start("nginx", "nginx", "-e", lab.root / "error.log", "-c", config, ready=port)


def errors(lab: Lab) -> str:
    """The error log without its notices."""
    return "".join(line + "\n" for line in lab.read("error.log").splitlines() if "[notice]" not in line)


def _silent(seconds: float = 8.0) -> int:
    """A server that accepts connections and never answers."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    threading.Timer(seconds, listener.close).start()
    return int(listener.getsockname()[1])


@scenario("nginx-healthy-life")
def healthy(lab: Lab) -> None:
    """Start, requests, a reload, a rotation, a graceful stop."""
    port = lab.port()
    lab.write("www/index.html", "hello\n")
    config = configure(lab, f"server {{ listen 127.0.0.1:{port}; server_name shop.example; root {lab.root}/www; }}")
    start(lab, config, port)
    for _ in range(5):
        lab.get(port)
    pid = lab.read("nginx.pid").strip()
    for number in ("HUP", "USR1", "QUIT"):
        lab.run("kill", f"-{number}", pid)
        time.sleep(0.7)
    lab.keep("error.log", lab.read("error.log"))
    lab.keep("access.log", lab.read("access.log"))


@scenario("nginx-healthy-scanner")
def scanner(lab: Lab) -> None:
    """Strangers ask for what is not there: 404s in both logs, and nothing is wrong."""
    port = lab.port()
    lab.write("www/index.html", "hello\n")
    config = configure(lab, f"server {{ listen 127.0.0.1:{port}; server_name shop.example; root {lab.root}/www; }}")
    start(lab, config, port)
    lab.get(port)
    for path in (
        "/wp-login.php",
        "/.env",
        "/phpmyadmin/",
        "/admin/config.php",
        "/.git/config",
        "/robots.txt",
        "/cgi-bin/x",
    ):
        lab.get(port, path)
    lab.keep("error.log", errors(lab))
    lab.keep("access.log", lab.read("access.log"))


@scenario("nginx-upstream-slow")
def slow(lab: Lab) -> None:
    """The application accepts the request and does not answer within proxy_read_timeout."""
    port, app = lab.port(), _silent()
    config = configure(
        lab,
        f"proxy_read_timeout 2s; server {{ listen 127.0.0.1:{port}; server_name shop.example; location / {{ proxy_pass http://127.0.0.1:{app}; }} }}",
    )
    start(lab, config, port)
    for path in ("/report", "/export"):
        lab.get(port, path)
    lab.keep("error.log", errors(lab))


@scenario("nginx-upstream-down")
def down(lab: Lab) -> None:
    """Nothing listens on the upstream's port; only nginx's log is there."""
    port, app = lab.port(), lab.port()
    config = configure(
        lab,
        f"server {{ listen 127.0.0.1:{port}; server_name shop.example; location / {{ proxy_pass http://127.0.0.1:{app}; }} }}",
    )
    start(lab, config, port)
    for path in ("/", "/cart", "/"):
        lab.get(port, path)
    lab.keep("error.log", errors(lab))


@scenario("nginx-port-taken")
def port_taken(lab: Lab) -> None:
    """Another nginx holds the port."""
    port = lab.port()
    first = configure(lab, f"server {{ listen 127.0.0.1:{port}; }}")
    start(lab, first, port)
    lab.keep(
        "nginx.log",
        lab.run(
            "nginx",
            "-e",
            "stderr",
            "-c",
            lab.write(
                "second.conf",
                first.read_text()
                .replace("nginx.pid", "2.pid")
                .replace(f"error_log {lab.root}/error.log", "error_log stderr"),
            ),
            timeout=30,
        ),
    )


@scenario("nginx-config-typo")
def typo(lab: Lab) -> None:
    """A directive is misspelt; nginx -t says where."""
    config = configure(lab, "server { listen 127.0.0.1:8999; proxy_pas http://127.0.0.1:9000; }")
    lab.keep("nginx-t.txt", "$ nginx -t\n" + lab.run("nginx", "-t", "-e", "stderr", "-c", config))


@scenario("nginx-certificate-missing")
def certificate_missing(lab: Lab) -> None:
    """The certificate's file is not there."""
    config = configure(
        lab,
        f"server {{ listen 127.0.0.1:8999 ssl; ssl_certificate {lab.root}/shop.pem; ssl_certificate_key {lab.root}/shop.key; }}",
    )
    lab.keep("nginx-t.txt", "$ nginx -t\n" + lab.run("nginx", "-t", "-e", "stderr", "-c", config))


@scenario("nginx-static-forbidden")
def forbidden(lab: Lab) -> None:
    """The worker may not enter the folder of the site."""
    port = lab.port()
    lab.write("www/index.html", "hello\n")
    (lab.root / "www").chmod(0o700)
    config = configure(lab, f"server {{ listen 127.0.0.1:{port}; server_name shop.example; root {lab.root}/www; }}")
    start(lab, config, port)
    lab.get(port, "/index.html")
    lab.get(port, "/")
    lab.keep("error.log", errors(lab))


@scenario("nginx-too-many-files")
def files(lab: Lab) -> None:
    """The limit of open files is reached while clients hold connections."""
    port = lab.port()
    lab.write("www/index.html", "hello\n")
    config = configure(
        lab,
        f"server {{ listen 127.0.0.1:{port}; root {lab.root}/www; }}",
        extra=" worker_rlimit_nofile 14;",
        connections=64,
    )
    start(lab, config, port)
    held = [socket.create_connection(("127.0.0.1", port)) for _ in range(12)]
    time.sleep(1)
    for peer in held:
        peer.close()
    lab.keep("error.log", "\n".join(errors(lab).splitlines()[:30]))


@scenario("nginx-worker-connections")
def connections(lab: Lab) -> None:
    """All connections of the worker are in use."""
    port, app = lab.port(), _silent()
    config = configure(
        lab, f"server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass http://127.0.0.1:{app}; }} }}", connections=8
    )
    start(lab, config, port)
    held = []
    for _ in range(12):
        peer = socket.create_connection(("127.0.0.1", port))
        peer.sendall(b"GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n")
        held.append(peer)
    time.sleep(1.5)
    for peer in held:
        peer.close()
    lab.keep("error.log", "\n".join(errors(lab).splitlines()[:30]))


@scenario("nginx-body-too-large")
def body(lab: Lab) -> None:
    """An upload over client_max_body_size."""
    port = lab.port()
    config = configure(
        lab,
        f"client_max_body_size 1k; server {{ listen 127.0.0.1:{port}; server_name shop.example; location / {{ proxy_pass http://127.0.0.1:9; }} }}",
    )
    start(lab, config, port)
    with socket.create_connection(("127.0.0.1", port)) as peer:
        peer.sendall(b"POST /upload HTTP/1.1\r\nHost: shop.example\r\nContent-Length: 731000\r\n\r\n")
        peer.recv(200)
    lab.keep("error.log", errors(lab))


@scenario("nginx-host-not-found")
def host_not_found(lab: Lab) -> None:
    """The upstream's name does not resolve when nginx starts."""
    config = configure(lab, "server { listen 127.0.0.1:8999; location / { proxy_pass http://backend.invalid:9000; } }")
    lab.keep("nginx.log", lab.run("nginx", "-e", "stderr", "-c", config))


@scenario("nginx-clients-leave")
def clients_leave(lab: Lab) -> None:
    """Clients hang up before the slow application answers: information, no fault of nginx or the application."""
    port, app = lab.port(), _silent()
    config = configure(
        lab,
        f"server {{ listen 127.0.0.1:{port}; server_name shop.example; location / {{ proxy_pass http://127.0.0.1:{app}; }} }}",
        level="info",
    )
    start(lab, config, port)
    for path in ("/search?q=a", "/search?q=b"):
        with socket.create_connection(("127.0.0.1", port)) as peer:
            peer.sendall(f"GET {path} HTTP/1.1\r\nHost: shop.example\r\n\r\n".encode())
            time.sleep(0.3)
    time.sleep(0.5)
    lab.stop("nginx", signal.SIGQUIT)
    lab.keep("error.log", errors(lab))
