"""PostgreSQL: full disks, a pool that is too large, a crash that it recovered from."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

from lab.harness import Failed, Lab, Missing, scenario

PYTHON = "/usr/bin/python3"  # with Debian's python3-psycopg2
AS = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
PREFIX = "log_line_prefix=%m [%p] %q%u@%d "
CLIENT = """
import psycopg2, sys, time, logging, threading
logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s %(message)s", level=logging.INFO)
log = logging.getLogger("shop")
def connect(): return psycopg2.connect(host="127.0.0.1", port=int(sys.argv[1]), user="nobody", dbname="postgres")
"""


def _program(name: str) -> str:
    for place in (shutil.which(name), f"/usr/lib/postgresql/15/bin/{name}"):
        if place and os.access(place, os.X_OK):
            return place
    raise Missing(name)


def _cluster(lab: Lab, folder: Path | None = None, *options: str) -> Path:
    """A data directory of the user nobody."""
    data = folder or lab.root / "data"
    data.mkdir(exist_ok=True)
    os.chown(data, 65534, 65534)
    said = lab.run(
        *AS, _program("initdb"), "-D", data, "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C", *options
    )
    if "Success" not in said:
        raise Failed(said)
    return data


def _start(lab: Lab, data: Path, port: int, *settings: str, name: str = "postgresql", ready: int | str | None = "database system is ready to accept") -> None:  # fmt: skip
    words = [
        word
        for setting in (PREFIX, "listen_addresses=127.0.0.1", f"unix_socket_directories={data}", *settings)
        for word in ("-c", setting)
    ]
    lab.start(name, _program("postgres"), "-D", data, "-p", port, *words, user="nobody", cwd=data, ready=ready)


def _sql(lab: Lab, port: int, *statements: str, user: str = "nobody", database: str = "postgres") -> str:
    words = [word for statement in statements for word in ("-c", statement)]
    return lab.run(_program("psql"), "-X", "-h", "127.0.0.1", "-p", port, "-U", user, "-d", database, *words)


def _client(lab: Lab, port: int, program: str, *, name: str = "app") -> subprocess.Popen[bytes]:
    path = lab.write(f"{name}.py", CLIENT + textwrap.dedent(program))
    return lab.start(name, PYTHON, path, port)


@contextlib.contextmanager
def _small(lab: Lab, size: str) -> Iterator[Path]:
    """A file system with little room."""
    folder = lab.root / "disk"
    folder.mkdir()
    if lab.run("mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder):
        raise Missing("mount -t tmpfs")
    try:
        yield folder
    finally:
        lab.close()
        lab.run("umount", "-l", folder)


@scenario("postgresql-healthy-work")
def healthy(lab: Lab) -> None:
    """A start, a table, a checkpoint, a stop while nobody works."""
    port = lab.port()
    data = _cluster(lab)
    _start(lab, data, port)
    _sql(
        lab,
        port,
        "CREATE TABLE orders (id int PRIMARY KEY)",
        "INSERT INTO orders SELECT generate_series(1, 1000)",
        "CHECKPOINT",
    )
    lab.stop("postgresql", signal.SIGINT)
    lab.keep("postgresql.log", lab.output("postgresql"))


@scenario("postgresql-healthy-recovery")
def recovery(lab: Lab) -> None:
    """The machine lost power: at the next start it recovers and works."""
    port = lab.port()
    data = _cluster(lab)
    _start(lab, data, port)
    _sql(lab, port, "CREATE TABLE orders (id int PRIMARY KEY)", "INSERT INTO orders SELECT generate_series(1, 1000)")
    process = lab._running.pop("postgresql")  # noqa: SLF001 - the whole group ends, as with the power
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(20)
    with contextlib.suppress(FileNotFoundError):
        (data / "postmaster.pid").unlink()
    _start(lab, data, port, name="again")
    lab.stop("again", signal.SIGINT)
    lab.keep("postgresql.log", lab.output("again"))


@scenario("postgresql-wal-full")
def wal_full(lab: Lab) -> None:
    """A replication slot without a consumer keeps the WAL until the disk is full: PANIC."""
    port = lab.port()
    with _small(lab, "90m") as disk:
        data = _cluster(lab, disk / "data", "--wal-segsize=1")
        _start(
            lab,
            data,
            port,
            "wal_level=replica",
            "max_wal_size=4MB",
            "min_wal_size=2MB",
            "autovacuum=off",
            "checkpoint_timeout=1h",
        )
        _sql(lab, port, "SELECT pg_create_physical_replication_slot('standby1', true)", "CREATE TABLE orders (t text)")
        for _ in range(60):
            _sql(
                lab,
                port,
                "BEGIN; TRUNCATE orders; INSERT INTO orders SELECT repeat('x', 1000) FROM generate_series(1, 2000); COMMIT",
            )
            if "No space left" in lab.output("postgresql"):
                break
        time.sleep(2)
        lab.keep("postgresql.log", lab.output("postgresql"))


@scenario("stack-postgresql-slots")
def slots(lab: Lab) -> None:
    """An application whose pool is larger than the server's slots: traceback in front, the server's log behind it."""
    port = lab.port()
    data = _cluster(lab)
    _start(lab, data, port, "max_connections=12")
    program = """
    kept = []
    for n in range(14):
        try:
            kept.append(connect())
            log.info("worker %d connected", n)
        except psycopg2.OperationalError:
            log.exception("worker %d has no connection", n)
    """
    _client(lab, port, program).wait(30)
    lab.keep("app.log", lab.output("app"))
    lab.keep("postgresql.log", lab.output("postgresql"))
