"""Python services: uvicorn, gunicorn and Celery at work, stopped, and with faults. Packages come from PyPI, of fixed versions."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from lab.harness import Lab, Missing, scenario

VENV = Path(__file__).resolve().parents[2] / "build" / "lab-venv"
PACKAGES = ("gunicorn==23.0.0", "uvicorn==0.38.0", "celery==5.5.3", "redis==5.2.1")
APP = "async def app(scope, receive, send):\n    if scope['type'] != 'http':\n        return\n    await send({'type': 'http.response.start', 'status': 200, 'headers': []})\n    await send({'type': 'http.response.body', 'body': b'ok'})\n"
WSGI = "import time\n\ndef app(environ, start):\n    if environ['PATH_INFO'] == '/report':\n        time.sleep(60)\n    start('200 OK', [])\n    return [b'ok']\n"
TASKS = (
    "import os, signal, sys\nfrom celery import Celery\n\nurl = 'redis://127.0.0.1:%s/0' % os.environ['BROKER']\napp = Celery('shop', broker=url, backend=url)\n\n"
    "@app.task\ndef ok():\n    return 1\n\n@app.task\ndef die():\n    os.kill(os.getpid(), signal.SIGKILL)\n"
)


def program(name: str) -> Path:
    """A program of the lab's virtual environment, which is made when it is not there."""
    if not (VENV / "bin" / "celery").exists():
        commands = ([sys.executable, "-m", "venv", str(VENV)], [str(VENV / "bin" / "pip"), "install", "-q", *PACKAGES])
        for command in commands:
            if subprocess.run(command, check=False, capture_output=True).returncode:
                raise Missing(name)
    return VENV / "bin" / name


def keep(lab: Lab, name: str) -> None:
    """Keep a service's output; the virtual environment reads `/srv/venv`."""
    base = (VENV / "bin" / "python").resolve().parents[1]
    text = lab.output(name).replace(str(VENV), "/srv/venv").replace(str(base), "/usr/local")
    lab.keep("app.log", text)


@scenario("uvicorn-healthy-work")
def uvicorn_healthy(lab: Lab) -> None:
    """A start, requests, a stop by SIGTERM."""
    port = lab.port()
    lab.write("shop.py", APP)
    lab.start("app", program("uvicorn"), "shop:app", "--port", port, ready=port)
    for path in ("/", "/cart", "/health"):
        lab.get(port, path)
    lab.stop("app")
    keep(lab, "app")


@scenario("uvicorn-port-taken")
def uvicorn_port(lab: Lab) -> None:
    """A second server on the port of the first."""
    port = lab.port()
    lab.write("shop.py", APP)
    lab.start("first", program("uvicorn"), "shop:app", "--port", port, ready=port)
    lab.start("app", program("uvicorn"), "shop:app", "--port", port).wait(20)
    keep(lab, "app")


@scenario("gunicorn-healthy-work")
def gunicorn_healthy(lab: Lab) -> None:
    """A start with two workers, requests, a stop by SIGTERM."""
    port = lab.port()
    lab.write("shop.py", WSGI)
    lab.start("app", program("gunicorn"), "-w", "2", "-b", f"127.0.0.1:{port}", "shop:app", ready=port)
    lab.wait_for("app", "Booting worker")
    lab.get(port, "/cart")
    lab.stop("app")
    keep(lab, "app")


@scenario("gunicorn-worker-timeout")
def gunicorn_timeout(lab: Lab) -> None:
    """A request that takes longer than the worker may."""
    port = lab.port()
    lab.write("shop.py", WSGI)
    lab.start("app", program("gunicorn"), "-t", "2", "-b", f"127.0.0.1:{port}", "shop:app", ready=port)
    lab.get(port, "/report")
    lab.wait_for("app", "WORKER TIMEOUT")
    lab.stop("app")
    keep(lab, "app")


@scenario("gunicorn-module-missing")
def gunicorn_import(lab: Lab) -> None:
    """The application imports a package that is not installed."""
    lab.write("shop.py", "import stripe_client\n\napp = None\n")
    lab.start("app", program("gunicorn"), "-b", f"127.0.0.1:{lab.port()}", "shop:app").wait(20)
    keep(lab, "app")


@scenario("celery-worker-killed")
def celery_killed(lab: Lab) -> None:
    """A task's process is ended by SIGKILL."""
    port = lab.port()
    lab.write("tasks.py", TASKS)
    lab.start("redis", "redis-server", "--port", port, "--bind", "127.0.0.1", "--save", "", ready=port)
    env = {"BROKER": str(port), "PYTHONPATH": str(lab.root), "PYTHONWARNINGS": "ignore"}
    lab.start("app", program("celery"), "-A", "tasks", "worker", "-c", "1", "-l", "INFO", ready="ready.", env=env)
    lab.run(program("python"), "-c", "import tasks; tasks.ok.delay(); tasks.die.delay()", env=env)
    lab.wait_for("app", "Worker exited prematurely")
    lab.stop("app")
    keep(lab, "app")
