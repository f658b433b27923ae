"""Apache, HAProxy and php-fpm: alone, and behind a proxy."""

from __future__ import annotations

import os
import socket
import threading
import time
from pathlib import Path

from lab.harness import Lab, Missing, scenario
from lab.scenarios.nginx import configure, errors, start

_APACHE = """
ServerRoot {root}
ServerName shop.example
Listen 127.0.0.1:{port}
PidFile {root}/httpd.pid
ErrorLog {root}/error.log
LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
LoadModule authz_host_module /usr/lib/apache2/modules/mod_authz_host.so
LoadModule dir_module /usr/lib/apache2/modules/mod_dir.so
LoadModule proxy_module /usr/lib/apache2/modules/mod_proxy.so
LoadModule proxy_http_module /usr/lib/apache2/modules/mod_proxy_http.so
LogFormat "%h %l %u %t \\"%r\\" %>s %b \\"%{{Referer}}i\\" \\"%{{User-Agent}}i\\"" combined
CustomLog {root}/access.log combined
User www-data
Group www-data
DocumentRoot {root}/www
<Directory {root}/www>
  Require all granted
</Directory>
{extra}
"""

_HAPROXY = """
global
  maxconn 64
defaults
  mode http
  log stdout format raw local0 info
  option httplog
  timeout connect 2s
  timeout client 5s
  timeout server 2s
frontend web
  bind 127.0.0.1:{port}
  default_backend shop
backend shop
{backend}
"""

_FPM = """
[global]
error_log = {root}/php-fpm.log
daemonize = no
[www]
user = www-data
group = www-data
listen = {root}/php.sock
listen.mode = {mode}
pm = dynamic
pm.start_servers = 1
pm.min_spare_servers = 1
pm.max_spare_servers = 1
pm.max_children = 1
request_terminate_timeout = {limit}
catch_workers_output = yes
"""


def _apache(lab: Lab, extra: str = "", *, ready: bool = True) -> int:
    port = lab.port()
    lab.root.chmod(0o777)
    lab.write("www/index.html", "hello\n")
    config = lab.write("httpd.conf", _APACHE.format(root=lab.root, port=port, extra=extra))
    lab.start("apache", "apache2", "-X" if not ready else "-DFOREGROUND", "-f", config, ready=port if ready else None)
    return port


def _apache_errors(lab: Lab) -> str:
    return "\n".join(line for line in lab.read("error.log").splitlines() if ":notice]" not in line)


@scenario("apache-healthy-life")
def apache_healthy(lab: Lab) -> None:
    """Start, requests, a graceful restart, a stop."""
    port = _apache(lab)
    for _ in range(3):
        lab.get(port)
    lab.run("kill", "-USR1", lab.read("httpd.pid").strip())
    time.sleep(1)
    lab.get(port)
    lab.stop("apache")
    lab.keep("error.log", lab.read("error.log"))
    lab.keep("access.log", lab.read("access.log"))


@scenario("apache-backend-refused")
def apache_refused(lab: Lab) -> None:
    """The backend of ProxyPass is down."""
    backend = lab.port()
    port = _apache(lab, f"ProxyPass / http://127.0.0.1:{backend}/")
    for path in ("/", "/cart"):
        lab.get(port, path)
    lab.keep("error.log", _apache_errors(lab))


@scenario("apache-port-taken")
def apache_port(lab: Lab) -> None:
    """A second Apache on the port of the first."""
    port = _apache(lab)
    config = lab.write(
        "second.conf",
        lab.read("httpd.conf").replace("httpd.pid", "2.pid").replace(f"{lab.root}/error.log", f"{lab.root}/second.log"),
    )
    lab.keep(
        "apache.log",
        lab.run("apache2", "-DFOREGROUND", "-f", config, timeout=20)
        + (lab.read("second.log") if (lab.root / "second.log").exists() else ""),
    )
    lab.get(port)


@scenario("apache-config-typo")
def apache_typo(lab: Lab) -> None:
    """A directive is misspelt; apachectl -t says where."""
    lab.write("www/index.html", "hello\n")
    config = lab.write(
        "httpd.conf", _APACHE.format(root=lab.root, port=lab.port(), extra="ProxyPas / http://127.0.0.1:9000/")
    )
    lab.keep("apache.log", lab.run("apache2", "-t", "-f", config))


@scenario("apache-denied")
def apache_denied(lab: Lab) -> None:
    """A rule of the configuration denies a folder."""
    lab.write("www/admin/index.html", "x\n")
    port = _apache(lab, f"<Directory {lab.root}/www/admin>\nRequire ip 192.0.2.0/24\n</Directory>")
    lab.get(port, "/admin/index.html")
    lab.keep("error.log", _apache_errors(lab))


@scenario("apache-too-busy")
def apache_busy(lab: Lab) -> None:
    """All workers are in use."""
    port = _apache(
        lab,
        "StartServers 1\nServerLimit 1\nThreadsPerChild 2\nMaxRequestWorkers 2\nMinSpareThreads 1\nMaxSpareThreads 2\nTimeout 8",
    )
    held = []
    for _ in range(6):
        peer = socket.create_connection(("127.0.0.1", port))
        peer.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nX: ")
        held.append(peer)
    lab.wait_for("apache", "AH00484", file="error.log")
    for peer in held:
        peer.close()
    lab.keep("error.log", lab.read("error.log"))


def _haproxy(lab: Lab, backend: str) -> int:
    port = lab.port()
    config = lab.write("haproxy.cfg", _HAPROXY.format(port=port, backend=backend))
    lab.start("haproxy", "haproxy", "-db", "-f", config, ready=port)
    return port


def _answering() -> int:
    """A server that answers every request."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(16)

    def serve() -> None:
        while True:
            try:
                peer, _ = listener.accept()
            except OSError:
                return
            with peer:
                peer.recv(4096)
                peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")

    threading.Thread(target=serve, daemon=True).start()
    threading.Timer(15, listener.close).start()
    return int(listener.getsockname()[1])


@scenario("haproxy-healthy-traffic")
def haproxy_healthy(lab: Lab) -> None:
    """Requests to a server that is up."""
    port = _haproxy(lab, f"  server app1 127.0.0.1:{_answering()} check inter 500ms")
    for path in ("/", "/cart", "/health"):
        lab.get(port, path)
    lab.keep("haproxy.log", lab.output("haproxy"))


@scenario("haproxy-server-down")
def haproxy_down(lab: Lab) -> None:
    """The only server of the backend does not listen: health checks fail, clients get 503."""
    port = _haproxy(lab, f"  server app1 127.0.0.1:{lab.port()} check inter 300ms fall 2")
    lab.wait_for("haproxy", "has no server available")
    for path in ("/", "/cart"):
        lab.get(port, path)
    lab.keep("haproxy.log", lab.output("haproxy"))


@scenario("haproxy-server-slow")
def haproxy_slow(lab: Lab) -> None:
    """The server accepts and does not answer within timeout server (sH)."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    port = _haproxy(lab, f"  server app1 127.0.0.1:{listener.getsockname()[1]}")
    for path in ("/report", "/export"):
        lab.get(port, path)
    time.sleep(0.3)
    listener.close()
    lab.keep("haproxy.log", lab.output("haproxy"))


@scenario("haproxy-config-error")
def haproxy_config(lab: Lab) -> None:
    """A keyword is misspelt."""
    config = lab.write("haproxy.cfg", _HAPROXY.format(port=lab.port(), backend="  servr app1 127.0.0.1:9000"))
    lab.keep("haproxy.log", lab.run("haproxy", "-c", "-f", config))


def _php(lab: Lab, *, mode: str = "0666", limit: str = "0") -> int:
    if os.geteuid() != 0:
        raise Missing("root, for php-fpm's user")
    lab.root.chmod(0o777)
    (lab.root / "www").mkdir(exist_ok=True)
    lab.write("www/index.php", "<?php echo 'ok';\n")
    lab.write("www/slow.php", "<?php sleep(6); echo 'ok';\n")
    lab.write(
        "www/big.php",
        "<?php ini_set('memory_limit', '16M'); $a = []; while (true) { $a[] = str_repeat('x', 1 << 20); }\n",
    )
    lab.write(
        "www/broken.php",
        "<?php function f($x) { return $x->name; } throw new RuntimeException('no stock for order 7');\n",
    )
    config = lab.write("fpm.conf", _FPM.format(root=lab.root, mode=mode, limit=limit))
    lab.start("fpm", "php-fpm8.2", "-F", "-y", config)
    end = time.monotonic() + 10
    while not Path(lab.root / "php.sock").exists() and time.monotonic() < end:
        time.sleep(0.1)
    return _php_front(lab)


def _php_front(lab: Lab) -> int:
    port = lab.port()
    http = (
        f"server {{ listen 127.0.0.1:{port}; server_name shop.example; root {lab.root}/www; fastcgi_read_timeout 3s; "
        f"location ~ \\.php$ {{ include /etc/nginx/fastcgi_params; fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name; "
        f"fastcgi_pass unix:{lab.root}/php.sock; }} }}"
    )
    start(lab, configure(lab, http), port)
    return port


@scenario("php-healthy-work")
def php_healthy(lab: Lab) -> None:
    """php-fpm behind nginx: start, requests, stop."""
    port = _php(lab)
    for _ in range(3):
        lab.get(port, "/index.php")
    lab.stop("fpm")
    lab.keep("php-fpm.log", lab.read("php-fpm.log"))


@scenario("php-memory-limit")
def php_memory(lab: Lab) -> None:
    """A script over memory_limit: nginx's error log carries PHP's message."""
    port = _php(lab)
    lab.get(port, "/big.php")
    lab.keep("nginx-error.log", errors(lab))


@scenario("php-uncaught-exception")
def php_exception(lab: Lab) -> None:
    """A script throws, and nobody catches it."""
    port = _php(lab)
    lab.get(port, "/broken.php")
    lab.keep("nginx-error.log", errors(lab))


@scenario("php-all-children-busy")
def php_busy(lab: Lab) -> None:
    """One child, several slow requests: nginx waits in vain, php-fpm says why."""
    port = _php(lab)
    threads = [threading.Thread(target=lab.get, args=(port, "/slow.php")) for _ in range(3)]
    for thread in threads:
        thread.start()
        time.sleep(0.2)
    for thread in threads:
        thread.join()
    time.sleep(1)
    lab.keep("nginx-error.log", errors(lab))
    lab.keep("php-fpm.log", lab.read("php-fpm.log"))


@scenario("php-script-terminated")
def php_terminated(lab: Lab) -> None:
    """request_terminate_timeout ends a slow script: nginx sees the connection end."""
    port = _php(lab, limit="1s")
    lab.get(port, "/slow.php")
    time.sleep(1)
    lab.keep("nginx-error.log", errors(lab))
    lab.keep("php-fpm.log", lab.read("php-fpm.log"))


@scenario("php-socket-forbidden")
def php_forbidden(lab: Lab) -> None:
    """Nginx' user may not open php-fpm's socket."""
    port = _php(lab, mode="0600")
    (lab.root / "php.sock").chmod(0o600)
    os.chown(lab.root / "php.sock", 0, 0)
    lab.get(port, "/index.php")
    lab.keep("nginx-error.log", errors(lab))


@scenario("php-not-running")
def php_down(lab: Lab) -> None:
    """php-fpm is not there: its socket does not exist."""
    (lab.root / "www").mkdir()
    lab.write("www/index.php", "<?php echo 'ok';\n")
    port = _php_front(lab)
    lab.get(port, "/index.php")
    lab.keep("nginx-error.log", errors(lab))
