"""Cases that were written after the entries, run once, and never tuned on."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import threading
import time
from pathlib import Path

from lab.environment import program
from lab.harness import Lab, Missing, scenario
from lab.scenarios.nginx import configure, errors, start

_NOBODY = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")


def _postgres(name: str) -> str:
    for place in (f"/usr/lib/postgresql/15/bin/{name}", f"/usr/local/bin/{name}", shutil.which(name) or ""):
        if place and os.access(place, os.X_OK):
            return place
    raise Missing(name)


def _cluster(lab: Lab, port: int, *settings: str, ready: str | None = "ready to accept connections") -> Path:
    data = lab.root / "pg"
    data.mkdir()
    lab.root.chmod(0o777)
    os.chown(data, 65534, 65534)
    lab.run(*_NOBODY, _postgres("initdb"), "-D", data, "-A", "trust", "-U", "shop", "--locale=C", "-E", "UTF8")
    _serve(lab, data, port, *settings, ready=ready)
    return data


def _serve(lab: Lab, data: Path, port: int, *settings: str, name: str = "postgresql", ready: str | None = None) -> None:
    words = [
        word
        for item in ("listen_addresses=127.0.0.1", f"unix_socket_directories={data}", *settings)
        for word in ("-c", item)
    ]
    lab.start(name, *_NOBODY, _postgres("postgres"), "-D", data, "-p", port, *words, ready=ready)


def _sql(lab: Lab, port: int, statement: str, user: str = "shop", database: str = "postgres") -> str:
    return lab.run(_postgres("psql"), "-h", "127.0.0.1", "-p", port, "-U", user, "-d", database, "-c", statement)


@scenario("unseen-postgresql-deadlock")
def deadlock(lab: Lab) -> None:
    """Two sessions take two rows in opposite order."""
    port = lab.port()
    _cluster(lab, port)
    _sql(lab, port, "create table stock (id int primary key, n int); insert into stock values (1, 1), (2, 2)")
    statements = (
        "begin; update stock set n = 0 where id = {}; select pg_sleep(0.7); update stock set n = 0 where id = {}; commit",
    )
    threads = [
        threading.Thread(target=_sql, args=(lab, port, statements[0].format(*pair))) for pair in ((1, 2), (2, 1))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lab.keep("postgresql.log", lab.output("postgresql"))


@scenario("unseen-postgresql-second-server")
def second_server(lab: Lab) -> None:
    """A second server on the data directory of the first."""
    port = lab.port()
    data = _cluster(lab, port)
    _serve(lab, data, lab.port(), name="second")
    lab.wait_for("second", "lock file")
    lab.keep("postgresql.log", lab.output("second"))


@scenario("unseen-postgresql-backend-killed")
def backend_killed(lab: Lab) -> None:
    """Somebody kills a backend with -9: the server ends all sessions and recovers."""
    port = lab.port()
    _cluster(lab, port)
    thread = threading.Thread(target=_sql, args=(lab, port, "select pg_sleep(20)"))
    thread.start()
    time.sleep(1)
    pid = re.findall(r"\d+", _sql(lab, port, "select pid from pg_stat_activity where query like 'select pg_sleep%'"))[0]
    lab.run("kill", "-9", pid)
    lab.wait_for("postgresql", "all server processes terminated")
    time.sleep(1.5)
    thread.join()
    lab.keep("postgresql.log", lab.output("postgresql"))


@scenario("unseen-postgresql-wrong-database")
def wrong_database(lab: Lab) -> None:
    """A client asks for a database that does not exist."""
    port = lab.port()
    _cluster(lab, port)
    for _ in range(2):
        _sql(lab, port, "select 1", database="shopp")
    lab.keep("postgresql.log", lab.output("postgresql"))


@scenario("unseen-healthy-postgresql")
def healthy_postgresql(lab: Lab) -> None:
    """Start, work, a reload, a fast stop."""
    port = lab.port()
    _cluster(lab, port)
    _sql(lab, port, "create table stock (id int primary key)")
    _sql(lab, port, "select pg_reload_conf()")
    time.sleep(0.5)
    lab.stop("postgresql", signal.SIGINT)
    lab.keep("postgresql.log", lab.output("postgresql"))


def _mariadb(lab: Lab, port: int, *options: object) -> None:
    data = lab.root / "my"
    lab.root.chmod(0o777)
    data.mkdir()
    shutil.chown(data, "mysql", "mysql")
    lab.run(
        "mariadb-install-db",
        "--no-defaults",
        f"--datadir={data}",
        "--user=mysql",
        "--skip-test-db",
        "--auth-root-authentication-method=normal",
        timeout=120,
    )
    lab.start(
        "mariadb",
        "mariadbd",
        "--no-defaults",
        f"--datadir={data}",
        "--user=mysql",
        f"--port={port}",
        "--bind-address=127.0.0.1",
        f"--socket={lab.root}/my.sock",
        *options,
        ready="ready for connections",
    )


@scenario("unseen-mariadb-wrong-password")
def mariadb_password(lab: Lab) -> None:
    """A client with a wrong password."""
    port = lab.port()
    _mariadb(lab, port, "--log-warnings=2")
    for _ in range(3):
        lab.run("mariadb", "-h", "127.0.0.1", "-P", port, "-u", "shop", "-pwrong", "-e", "select 1")
    lab.keep("mariadb.log", lab.output("mariadb"))


@scenario("unseen-healthy-mariadb")
def healthy_mariadb(lab: Lab) -> None:
    """Start, work, stop."""
    port = lab.port()
    _mariadb(lab, port)
    lab.run("mariadb", "-h", "127.0.0.1", "-P", port, "-u", "root", "-e", "create database shop")
    lab.stop("mariadb")
    lab.keep("mariadb.log", lab.output("mariadb"))


@scenario("unseen-redis-maxmemory")
def redis_memory(lab: Lab) -> None:
    """Redis is full and may evict nothing; the client is told so."""
    port = lab.port()
    lab.start(
        "redis", "redis-server", "--port", port, "--bind", "127.0.0.1", "--save", "", "--maxmemory", "2mb", ready=port
    )
    value = "x" * 100_000
    said = "".join(lab.run("redis-cli", "-p", port, "set", f"key{number}", value) for number in range(30))
    lab.keep("redis-cli.txt", "\n".join(line for line in said.splitlines() if line != "OK")[:1500])


@scenario("unseen-redis-stopped-behind-app")
def redis_stopped(lab: Lab) -> None:
    """Redis is stopped; the application's workers fail to connect."""
    port = lab.port()
    lab.start("redis", "redis-server", "--port", port, "--bind", "127.0.0.1", "--save", "", ready=port)
    lab.write(
        "app.py",
        f"import logging, redis\nlogging.basicConfig(format='%(asctime)s %(levelname)s %(name)s %(message)s')\nr = redis.Redis(port={port})\nfor n in range(2):\n    try:\n        r.get('a')\n    except redis.ConnectionError as e:\n        logging.getLogger('shop').exception('cart of visitor %s', n)\n",
    )
    lab.stop("redis")
    lab.keep("app.log", lab.run(program("python"), lab.root / "app.py"))
    lab.keep("redis.log", lab.output("redis"))


@scenario("unseen-gunicorn-timeout")
def gunicorn_timeout(lab: Lab) -> None:
    """A worker of gunicorn hangs behind nginx; the master ends it, and the client gets an error page of gunicorn."""
    lab.write(
        "shop.py",
        "import time\ndef app(environ, start_response):\n    if environ['PATH_INFO'] == '/report':\n        time.sleep(30)\n    start_response('200 OK', [])\n    return [b'ok']\n",
    )
    app, port = lab.port(), lab.port()
    lab.start("gunicorn", program("gunicorn"), "shop:app", "-b", f"127.0.0.1:{app}", "-t", 2, "-w", 1, ready=app)
    start(
        lab,
        configure(
            lab,
            f"server {{ listen 127.0.0.1:{port}; server_name shop.example; location / {{ proxy_pass http://127.0.0.1:{app}; }} }}",
        ),
        port,
    )
    lab.get(port, "/report")
    lab.wait_for("gunicorn", "WORKER TIMEOUT")
    time.sleep(1)
    lab.keep(
        "gunicorn.log",
        lab.output("gunicorn")
        .replace(str(program("python").parents[1]), "/srv/venv")
        .replace(str(program("python").resolve().parents[1]), "/usr/local"),
    )


@scenario("unseen-nginx-header-too-big")
def header(lab: Lab) -> None:
    """The application sends more header than proxy_buffer_size."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()

    def answer() -> None:
        peer, _ = listener.accept()
        with peer:
            peer.recv(4096)
            peer.sendall(b"HTTP/1.1 200 OK\r\nSet-Cookie: a=" + b"x" * 20_000 + b"\r\n\r\n")
            time.sleep(0.5)

    threading.Thread(target=answer, daemon=True).start()
    port = lab.port()
    start(
        lab,
        configure(
            lab,
            f"server {{ listen 127.0.0.1:{port}; server_name shop.example; location / {{ proxy_pass http://127.0.0.1:{listener.getsockname()[1]}; }} }}",
        ),
        port,
    )
    lab.get(port, "/login")
    time.sleep(0.5)
    listener.close()
    lab.keep("error.log", errors(lab))


@scenario("unseen-nginx-rate-limit")
def rate(lab: Lab) -> None:
    """limit_req refuses a client that asks too fast."""
    port = lab.port()
    lab.write("www/index.html", "hello\n")
    start(
        lab,
        configure(
            lab,
            f"limit_req_zone $binary_remote_addr zone=perip:1m rate=1r/s; server {{ listen 127.0.0.1:{port}; server_name shop.example; root {lab.root}/www; location / {{ limit_req zone=perip; }} }}",
        ),
        port,
    )
    for _ in range(6):
        lab.get(port)
    lab.keep("error.log", errors(lab))


@scenario("unseen-nginx-loop")
def loop(lab: Lab) -> None:
    """An error page that is missing itself: the rewrite goes round."""
    port = lab.port()
    start(
        lab,
        configure(
            lab,
            f"server {{ listen 127.0.0.1:{port}; server_name shop.example; root {lab.root}/none; location / {{ try_files $uri /index.php; }} }}",
        ),
        port,
    )
    lab.get(port, "/a")
    lab.keep("error.log", errors(lab))


@scenario("unseen-node-unhandled")
def node(lab: Lab) -> None:
    """A promise is rejected, and nobody handles it."""
    lab.write("shop.js", "async function price(order) { return order.items[0].price; }\nprice({});\n")
    lab.start("node", "node", lab.root / "shop.js").wait(20)
    lab.keep("node.log", lab.output("node"))


@scenario("unseen-java-heap")
def java(lab: Lab) -> None:
    """A Java program fills its heap."""
    lab.write(
        "Shop.java",
        "import java.util.*; public class Shop { static List<byte[]> kept = new ArrayList<>(); static void load() { while (true) kept.add(new byte[1 << 20]); } public static void main(String[] a) { load(); } }\n",
    )
    lab.start("java", "java", "-Xmx64m", lab.root / "Shop.java").wait(60)
    lab.keep("java.log", lab.output("java"))


@scenario("unseen-healthy-node")
def healthy_node(lab: Lab) -> None:
    """A Node.js server that logs JSON lines, and is stopped."""
    port = lab.port()
    lab.write(
        "shop.js",
        f"const http = require('http'); const log = (msg, x) => console.log(JSON.stringify({{level: 30, time: Date.now(), pid: process.pid, msg, ...x}}));\nconst s = http.createServer((q, r) => {{ log('request', {{method: q.method, url: q.url, status: 200}}); r.end('ok'); }});\ns.listen({port}, '127.0.0.1', () => log('listening on port {port}')); process.on('SIGTERM', () => {{ log('SIGTERM, closing'); s.close(() => process.exit(0)); }});\n",
    )
    lab.start("node", "node", lab.root / "shop.js", ready=port)
    for path in ("/", "/cart"):
        lab.get(port, path)
    lab.stop("node")
    lab.keep("node.log", lab.output("node"))


@scenario("unseen-memcached-port-taken")
def memcached(lab: Lab) -> None:
    """A second memcached on the port of the first."""
    port = lab.port()
    lab.start("first", "memcached", "-u", "nobody", "-l", "127.0.0.1", "-p", port, ready=port)
    lab.start("second", "memcached", "-u", "nobody", "-l", "127.0.0.1", "-p", port).wait(10)
    lab.keep("memcached.log", lab.output("second"))


@scenario("unseen-python-import-behind-nginx")
def import_error(lab: Lab) -> None:
    """The application does not start because a module is missing; nginx is refused."""
    app, port = lab.port(), lab.port()
    lab.write("shop.py", "import stripe_client\n\nasync def app(scope, receive, send):\n    pass\n")
    lab.start("uvicorn", program("uvicorn"), "shop:app", "--port", app, "--host", "127.0.0.1").wait(20)
    start(
        lab,
        configure(
            lab,
            f"server {{ listen 127.0.0.1:{port}; server_name shop.example; location / {{ proxy_pass http://127.0.0.1:{app}; }} }}",
        ),
        port,
    )
    lab.get(port, "/")
    lab.keep("nginx-error.log", errors(lab))
    lab.keep(
        "uvicorn.log",
        lab.output("uvicorn")
        .replace(str(program("python").parents[1]), "/srv/venv")
        .replace(str(program("python").resolve().parents[1]), "/usr/local"),
    )
