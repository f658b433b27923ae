"""More cases that were written after the entries, run once, and never tuned on: stacks, TLS, DNS, Ruby, quiet services."""

from __future__ import annotations

import signal
import time

from lab.environment import VENV, program
from lab.harness import Lab, scenario
from lab.scenarios.nginx import configure, errors, start
from lab.scenarios.unseen import _mariadb


def _shown(text: str) -> str:
    """The virtual environment reads `/srv/venv`, the interpreter's folder `/usr/local`."""
    base = (VENV / "bin" / "python").resolve().parents[1]
    return text.replace(str(VENV), "/srv/venv").replace(str(base), "/usr/local")


def _proxy(lab: Lab, port: int, backend: int) -> None:
    block = f"server {{ listen 127.0.0.1:{port}; server_name shop.example; location / {{ proxy_pass http://127.0.0.1:{backend}; }} }}"
    start(lab, configure(lab, block), port)


@scenario("unseen-stack-gunicorn-import")
def gunicorn_import(lab: Lab) -> None:
    """Nginx has no upstream because gunicorn's application cannot be imported."""
    port, backend = lab.port(), lab.port()
    lab.write("shop.py", "import stripe_sdk\n\ndef app(environ, start):\n    return []\n")
    _proxy(lab, port, backend)
    lab.start(
        "app", program("gunicorn"), "-b", f"127.0.0.1:{backend}", "shop:app", ready="Reason: Worker failed to boot"
    )
    for path in ("/", "/cart"):
        lab.get(port, path)
    lab.keep("nginx-error.log", errors(lab))
    lab.keep("gunicorn.log", _shown(lab.output("app")))


@scenario("unseen-stack-mariadb-stopped")
def mariadb_stopped(lab: Lab) -> None:
    """Somebody stops MariaDB; the application is refused."""
    port = lab.port()
    _mariadb(lab, port)
    code = (
        "import logging, sys, time\nimport pymysql\n"
        "logging.basicConfig(format='%(asctime)s %(levelname)s %(name)s %(message)s', level='INFO')\nlog = logging.getLogger('shop')\n"
        f"for n in range(6):\n    try:\n        pymysql.connect(host='127.0.0.1', port={port}, user='root', password='').close()\n"
        "        log.info('order %d stored', n)\n    except pymysql.Error:\n        log.exception('order %d not stored', n)\n    time.sleep(0.7)\n"
    )
    lab.write("app.py", code)
    lab.start("app", program("python"), "app.py", ready="order 1 stored")
    lab.stop("mariadb", signal.SIGTERM, 60)
    lab.wait_for("app", "order 5 not stored")
    lab.keep("app.log", _shown(lab.output("app")))
    lab.keep("mariadb.log", lab.output("mariadb"))


@scenario("unseen-python-dns")
def python_dns(lab: Lab) -> None:
    """A service calls another by a name that does not exist."""
    code = "import urllib.request\n\nurllib.request.urlopen('http://stock.invalid:8080/items', timeout=5)\n"
    lab.write("app.py", code)
    lab.keep("app.log", _shown(lab.run(program("python"), "app.py")))


@scenario("unseen-python-disk-full")
def python_disk_full(lab: Lab) -> None:
    """A service writes to a file system of 64 KiB until it is full."""
    folder = lab.root / "small"
    folder.mkdir()
    lab.run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder)
    try:
        code = (
            "import logging\nlogging.basicConfig(format='%(asctime)s %(levelname)s %(message)s', level='INFO')\n"
            "logging.info('export started')\nfor n in range(100):\n    with open('small/%d.csv' % n, 'w') as file:\n        file.write('x' * 4096)\n"
        )
        lab.write("app.py", code)
        lab.keep("app.log", _shown(lab.run(program("python"), "app.py")))
    finally:
        lab.run("umount", folder)


@scenario("unseen-redis-no-password")
def redis_no_password(lab: Lab) -> None:
    """A Celery worker without the broker's password."""
    port = lab.port()
    lab.start("redis", "redis-server", "--port", port, "--bind", "127.0.0.1", "--requirepass", "secret", ready=port)
    lab.write(
        "tasks.py",
        f"from celery import Celery\n\napp = Celery('shop', broker='redis://127.0.0.1:{port}/0')\n\n@app.task\ndef ok():\n    return 1\n",
    )
    lab.start("worker", program("celery"), "-A", "tasks", "worker", "-c", "1", "-l", "info")
    time.sleep(8)
    lab.keep("worker.log", _shown(lab.output("worker")))


@scenario("unseen-ruby-gem-missing")
def ruby_gem(lab: Lab) -> None:
    """A Ruby program needs a gem that is not installed."""
    lab.write("app.rb", "require 'logger'\nLogger.new($stderr).info('starting')\nrequire 'sequel_orders'\n")
    lab.keep("app.log", lab.run("ruby", "app.rb"))


@scenario("unseen-tls-expired")
def tls_expired(lab: Lab) -> None:
    """Openssl looks at a server whose certificate has ended."""
    port = lab.port()
    make = (
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-keyout",
        "key.pem",
        "-out",
        "cert.pem",
        "-days",
        "30",
    )
    lab.run("faketime", "2026-01-01", *make, "-subj", "/CN=shop.example")
    lab.start(
        "tls",
        "openssl",
        "s_server",
        "-accept",
        f"127.0.0.1:{port}",
        "-key",
        "key.pem",
        "-cert",
        "cert.pem",
        "-www",
        ready=port,
    )
    text = lab.run("openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-servername", "shop.example")
    lab.keep("openssl.txt", text)


@scenario("unseen-node-promise")
def node_promise(lab: Lab) -> None:
    """A Node.js service dies of a rejection that nobody handles, behind nginx."""
    port, backend = lab.port(), lab.port()
    code = (
        "const http = require('http');\nasync function stock(id) { if (id === '7') throw new Error('stock of 7 is unknown'); return 3; }\n"
        f"http.createServer((req, res) => {{ stock(req.url.slice(1)).then(n => res.end(String(n))); }}).listen({backend}, '127.0.0.1', () => console.log('listening on {backend}'));\n"
    )
    lab.write("app.js", code)
    lab.start("app", "node", "app.js", ready=backend)
    _proxy(lab, port, backend)
    for path in ("/1", "/7", "/2"):
        lab.get(port, path)
    lab.keep("nginx-error.log", errors(lab))
    lab.keep("app.log", lab.output("app"))


@scenario("unseen-healthy-haproxy")
def healthy_haproxy(lab: Lab) -> None:
    """HAProxy before a server, requests, a soft stop."""
    port, backend = lab.port(), lab.port()
    lab.start("web", program("python"), "-m", "http.server", str(backend), "--bind", "127.0.0.1", ready=backend)
    text = f"global\n  log stdout format raw local0\ndefaults\n  mode http\n  log global\n  option httplog\n  timeout connect 2s\n  timeout client 5s\n  timeout server 5s\nfrontend web\n  bind 127.0.0.1:{port}\n  default_backend shop\nbackend shop\n  server app1 127.0.0.1:{backend} check\n"
    lab.start("haproxy", "haproxy", "-f", lab.write("haproxy.cfg", text), ready=port)
    time.sleep(1)
    for path in ("/", "/app.py", "/nothing"):
        lab.get(port, path)
    lab.stop("haproxy", signal.SIGUSR1)
    lab.keep("haproxy.log", lab.output("haproxy"))


@scenario("unseen-healthy-python-retries")
def healthy_retries(lab: Lab) -> None:
    """A worker whose first tries fail and whose retries succeed, with warnings about old functions."""
    code = (
        "import logging, warnings\nlogging.basicConfig(format='%(asctime)s %(levelname)s %(name)s %(message)s', level='INFO')\nlog = logging.getLogger('shop.jobs')\n"
        "warnings.warn('the old form of send() will go away', DeprecationWarning)\nwarnings.warn('cache is cold', UserWarning)\n"
        "for n in range(5):\n    log.info('job %d started', n)\n    if n % 2:\n        log.warning('job %d: answer took 1.4 s, trying again', n)\n    log.info('job %d done, 0 errors', n)\n"
        "log.info('shutdown complete, 5 jobs, 0 failed')\n"
    )
    lab.write("jobs.py", code)
    lab.keep("app.log", _shown(lab.run(program("python"), "jobs.py")))
