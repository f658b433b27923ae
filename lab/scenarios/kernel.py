"""What the kernel does to services: memory limits, process limits, crashes. Needs root and cgroup v1 controllers."""

from __future__ import annotations

import re
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from lab.environment import program
from lab.harness import Failed, Lab, Missing, scenario

_CGROUPS = Path("/sys/fs/cgroup")
_STAMP = re.compile(r"^\[ *(\d+\.\d+)\]")
_NOISE = ("__vm_enough_memory", "kdamond", "virtio")

APP = """
import asyncio

async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    if scope["path"] == "/report":
        rows = []
        for _ in range(2000):
            rows.append(bytearray(b"x" * 1024 * 1024))
            await asyncio.sleep(0.001)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": b"ok"})
"""

WSGI = """
def app(environ, start_response):
    if environ["PATH_INFO"] == "/report":
        rows = [bytearray(b"x" * 1024 * 1024) for _ in range(2000)]
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"ok"]
"""

NGINX = """
daemon off; worker_processes 1; pid {root}/nginx.pid; error_log {root}/error.log notice;
events {{ worker_connections 128; }}
http {{
  access_log {root}/access.log;
  client_body_temp_path {root}/t1; proxy_temp_path {root}/t2; fastcgi_temp_path {root}/t3; uwsgi_temp_path {root}/t4;
  scgi_temp_path {root}/t5;
  server {{ listen 127.0.0.1:{port}; server_name shop.example; location / {{ proxy_pass http://127.0.0.1:{app}; }} }}
}}
"""


@contextmanager
def group(controller: str, name: str, **limits: object) -> Iterator[Path]:
    """A cgroup with limits (`memory_limit_in_bytes=…`); removed at the end."""
    folder = _CGROUPS / controller / name
    try:
        folder.mkdir(exist_ok=True)
        for limit, value in limits.items():
            (folder / limit.replace("_", ".", 1)).write_text(str(value))
    except OSError as error:
        raise Missing(f"the {controller} controller of cgroup v1") from error
    try:
        yield folder
    finally:
        for _ in range(50):
            with suppress(OSError):
                folder.rmdir()
                break
            time.sleep(0.1)


def within(folder: Path, *command: object) -> tuple[object, ...]:
    """The command, started inside a cgroup."""
    return ("sh", "-c", f'echo $$ > {folder}/cgroup.procs; exec "$@"', "sh", *command)


class KernelLog:
    """The kernel's lines from now on."""

    def __init__(self, lab: Lab) -> None:
        if shutil.which("dmesg") is None:
            raise Missing("dmesg")
        self._lab = lab
        self._start = self._newest()

    def _newest(self) -> float:
        stamps = [float(match[1]) for line in self._lab.run("dmesg").splitlines() if (match := _STAMP.match(line))]
        return stamps[-1] if stamps else 0.0

    def lines(self, *, wall: bool = False) -> str:
        """What was logged since, as `dmesg` or `dmesg -T` prints it."""
        plain = self._lab.run("dmesg").splitlines()
        shown = self._lab.run("dmesg", "-T").splitlines() if wall else plain
        kept = [
            line
            for line, stamped in zip(shown, plain, strict=True)
            if (match := _STAMP.match(stamped)) and float(match[1]) > self._start
            and not any(noise in line for noise in _NOISE)
        ]  # fmt: skip
        return "\n".join(kept)

    def wait_for(self, text: str) -> None:
        """Wait until the kernel says something."""
        end = time.monotonic() + 90  # reclaim at a limit may take its time before the kernel gives up
        while time.monotonic() < end:
            if text in self.lines():
                return
            time.sleep(0.2)
        raise Failed(f"the kernel never said {text!r}")


def _nginx(lab: Lab, app: int) -> int:
    port = lab.port()
    config = lab.write("nginx.conf", NGINX.format(root=lab.root, port=port, app=app))
    lab.root.chmod(0o777)
    lab.start("nginx", "nginx", "-e", lab.root / "error.log", "-c", config, ready=port)
    return port


@scenario("memory-limit-uvicorn")
def memory_limit_uvicorn(lab: Lab) -> None:
    """A request makes uvicorn grow over the memory limit of its cgroup; nginx sees the connection end."""
    lab.write("shop.py", APP)
    app = lab.port()
    with group("memory", "shop", memory_limit_in_bytes=96 * 1024 * 1024) as folder:
        kernel = KernelLog(lab)
        command = within(folder, program("uvicorn"), "shop:app", "--port", app, "--host", "127.0.0.1")
        lab.start("uvicorn", *command, ready=app)
        port = _nginx(lab, app)
        lab.get(port, "/")
        lab.get(port, "/report")
        kernel.wait_for("Killed process")
        lab.keep("nginx-error.log", "".join(_without_notices(lab.read("error.log"))))
        lab.keep("dmesg.log", kernel.lines(wall=True))
        lab.close()


@scenario("memory-limit-uvicorn-nginx-only")
def memory_limit_nginx_only(lab: Lab) -> None:
    """The same, but only nginx's log is pasted: nothing in it says why the application died."""
    lab.write("shop.py", APP)
    app = lab.port()
    with group("memory", "shop", memory_limit_in_bytes=96 * 1024 * 1024) as folder:
        kernel = KernelLog(lab)
        command = within(folder, program("uvicorn"), "shop:app", "--port", app, "--host", "127.0.0.1")
        lab.start("uvicorn", *command, ready=app)
        port = _nginx(lab, app)
        lab.get(port, "/report")
        kernel.wait_for("Killed process")
        lab.get(port, "/")
        lab.keep("nginx-error.log", "".join(_without_notices(lab.read("error.log"))))
        lab.close()


def _without_notices(log: str) -> list[str]:
    return [line + "\n" for line in log.splitlines() if "[notice]" not in line]


@scenario("memory-limit-gunicorn")
def memory_limit_gunicorn(lab: Lab) -> None:
    """A worker of gunicorn is killed at the memory limit; the master starts another."""
    lab.write("shop.py", WSGI)
    app = lab.port()
    with group("memory", "shop-workers", memory_limit_in_bytes=128 * 1024 * 1024) as folder:
        kernel = KernelLog(lab)
        command = within(folder, program("gunicorn"), "shop:app", "-b", f"127.0.0.1:{app}", "-w", 2)
        lab.start("gunicorn", *command, ready=app)
        lab.get(app, "/report")
        kernel.wait_for("Killed process")
        lab.wait_for("gunicorn", "SIGKILL")
        lab.keep("gunicorn.log", lab.output("gunicorn"))
        lab.keep("dmesg.log", kernel.lines())
        lab.close()


@scenario("worker-killed-by-hand")
def worker_killed_by_hand(lab: Lab) -> None:
    """Somebody kills a worker with kill -9: gunicorn asks "Perhaps out of memory?", and it was not."""
    lab.write("shop.py", WSGI)
    app = lab.port()
    lab.start("gunicorn", program("gunicorn"), "shop:app", "-b", f"127.0.0.1:{app}", "-w", 2, ready=app)
    lab.get(app, "/")
    worker = re.findall(r"Booting worker with pid: (\d+)", lab.output("gunicorn"))[0]
    lab.run("kill", "-9", worker)
    lab.wait_for("gunicorn", "SIGKILL")
    lab.keep("gunicorn.log", lab.output("gunicorn"))


@scenario("memory-limit-redis")
def memory_limit_redis(lab: Lab) -> None:
    """Redis has no maxmemory and reaches the limit of its cgroup."""
    port = lab.port()
    with group("memory", "cache", memory_limit_in_bytes=48 * 1024 * 1024) as folder:
        kernel = KernelLog(lab)
        command = within(
            folder,
            "redis-server",
            "--port",
            port,
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--dir",
            lab.root,
            "--enable-debug-command",
            "yes",
        )
        lab.start("redis", *command, ready=port)
        lab.start("client", "redis-cli", "-p", port, "debug", "populate", 2_000_000, "key", 100)
        kernel.wait_for("Killed process")
        lab.keep("redis.log", lab.output("redis"))
        lab.keep("dmesg.log", kernel.lines())
        lab.close()


@scenario("memory-limit-java-heap")
def memory_limit_java_heap(lab: Lab) -> None:
    """A Java heap without a limit of its own that fits the machine and not the cgroup (-Xmx over the limit)."""
    lab.write(
        "Shop.java",
        "import java.util.*; public class Shop { public static void main(String[] a) throws Exception {"
        " List<byte[]> kept = new ArrayList<>(); while (true) { byte[] b = new byte[1 << 20]; Arrays.fill(b, (byte) 1);"
        " kept.add(b); } } }\n",
    )
    with group("memory", "shop-java", memory_limit_in_bytes=200 * 1024 * 1024) as folder:
        kernel = KernelLog(lab)
        lab.start("java", *within(folder, "java", "-Xmx1g", lab.root / "Shop.java"))
        kernel.wait_for("Killed process")
        lab.keep("dmesg.log", kernel.lines(wall=True))
        lab.close()


@scenario("process-limit-fork")
def process_limit_fork(lab: Lab) -> None:
    """The pids limit of a cgroup is reached: the shell cannot fork, and the kernel says which cgroup."""
    lab.write("job.sh", "for i in $(seq 60); do sleep 3 & done; wait\n")
    with group("pids", "jobs", pids_max=12) as folder:
        kernel = KernelLog(lab)
        lab.start("job", *within(folder, "bash", lab.root / "job.sh"))
        kernel.wait_for("fork rejected")
        lab.wait_for("job", "Resource temporarily unavailable")
        lab.keep("dmesg.log", kernel.lines())
        lab.keep("job.log", lab.output("job"))
        lab.close()


@scenario("segfault-behind-nginx")
def segfault_behind_nginx(lab: Lab) -> None:
    """A native crash while a request is answered: nginx sees the connection end, the kernel logs the segfault."""
    lab.write("shop.py", APP.replace("rows = []", "import ctypes; ctypes.string_at(0)"))
    app = lab.port()
    kernel = KernelLog(lab)
    lab.start("uvicorn", program("uvicorn"), "shop:app", "--port", app, "--host", "127.0.0.1", ready=app)
    port = _nginx(lab, app)
    lab.get(port, "/report")
    kernel.wait_for("segfault at")
    lab.keep("nginx-error.log", "".join(_without_notices(lab.read("error.log"))))
    lab.keep("dmesg.log", kernel.lines(wall=True))


@scenario("kernel-healthy-bridge")
def healthy_bridge(lab: Lab) -> None:
    """A virtual network card is added to a bridge and taken away again, as starting a container does."""
    kernel = KernelLog(lab)
    lab.run("ip", "link", "add", "labbr0", "type", "bridge")
    lab.run("ip", "link", "add", "veth0a", "type", "veth", "peer", "name", "veth0b")
    for command in (("veth0a", "master", "labbr0"), ("veth0a", "up"), ("veth0b", "up"), ("labbr0", "up")):
        lab.run("ip", "link", "set", *command)
    time.sleep(1)
    lab.run("ip", "link", "del", "veth0a")
    lab.run("ip", "link", "del", "labbr0")
    time.sleep(0.5)
    if "labbr0" not in kernel.lines():
        raise Missing("bridges in this kernel")
    lab.keep("dmesg.log", kernel.lines())


@scenario("uvicorn-stopped-by-operator")
def stopped_by_operator(lab: Lab) -> None:
    """An operator restarts the application: nginx is refused for a second, and both say so."""
    lab.write("shop.py", APP)
    app = lab.port()
    command = (program("uvicorn"), "shop:app", "--port", app, "--host", "127.0.0.1")
    lab.start("uvicorn", *command, ready=app)
    port = _nginx(lab, app)
    lab.get(port, "/")
    lab.stop("uvicorn", signal.SIGTERM)
    lab.get(port, "/")
    lab.get(port, "/cart")
    lab.keep("nginx-error.log", "".join(_without_notices(lab.read("error.log"))))
    lab.keep("uvicorn.log", lab.output("uvicorn"))
