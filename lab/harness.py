"""Starts real services on loopback, for as long as one scenario lasts, and keeps what they printed.

A scenario is a function that takes a `Lab`; it starts services, injects one fault, and names the logs to keep:

    @scenario("redis-maxmemory")
    def redis_maxmemory(lab: Lab) -> None:
        port = lab.port()
        lab.start("redis", "redis-server", "--port", port, "--maxmemory", "2mb", ready=port)
        lab.run("redis-cli", "-p", port, "debug", "populate", "100000")
        lab.keep("redis.log", lab.output("redis"))

The truth about it is `lab/cases/<name>/truth.toml`, written by hand.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

SCENARIOS: dict[str, Callable[[Lab], None]] = {}
HOST = "web1"  # stands for the name of the machine on which the lab ran
WAIT = 30.0  # seconds for a service to listen, or to say what it should


class Missing(Exception):
    """A program that this scenario needs is not installed."""


class Failed(Exception):
    """A service did not do what the scenario is about."""


def scenario(name: str) -> Callable[[Callable[[Lab], None]], Callable[[Lab], None]]:
    """Register the function that makes the case `name`."""

    def register(function: Callable[[Lab], None]) -> Callable[[Lab], None]:
        if name in SCENARIOS:
            raise ValueError(f"two scenarios make {name}")
        SCENARIOS[name] = function
        return function

    return register


@dataclass(slots=True)
class Lab:
    """One scenario's services, folder and logs. `root` is its folder; in kept logs it reads `/srv/lab`."""

    name: str
    root: Path
    kept: dict[str, str] = field(default_factory=dict)
    _running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _taken: set[int] = field(default_factory=set)

    def port(self) -> int:
        """A free port on loopback."""
        while True:
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                number = int(free.getsockname()[1])
            if number not in self._taken:
                self._taken.add(number)
                return number

    def write(self, name: str, text: str, *, mode: int = 0o644) -> Path:
        """A file in the scenario's folder: a configuration, a program."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        path.chmod(mode)
        return path

    def start(
        self, name: str, *command: object, ready: int | str | None = None, env: Mapping[str, str] | None = None,
        user: str | None = None, cwd: Path | None = None,
    ) -> subprocess.Popen[bytes]:  # fmt: skip
        """Start a service in the foreground; its output goes to `output(name)`.

        `ready` is a port that must accept connections, or a string that its output must hold. Raises Missing when the
        program is not installed, Failed when it does not get ready.
        """
        words = [str(word) for word in command]
        if shutil.which(words[0], path=_PATH) is None:
            raise Missing(words[0])
        with (self.root / f"{name}.out").open("ab") as out:
            process = subprocess.Popen(
                words, stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, cwd=cwd or self.root,
                env={**os.environ, "PATH": _PATH, "LC_ALL": "C.UTF-8", **(env or {})}, start_new_session=True, user=user,
            )  # fmt: skip
        self._running[name] = process
        if isinstance(ready, int):
            self.wait_port(ready, process)
        elif isinstance(ready, str):
            self.wait_for(name, ready)
        return process

    def run(
        self, *command: object, env: Mapping[str, str] | None = None, timeout: float = 60.0, stdin: str = ""
    ) -> str:
        """Run a command to its end; returns both outputs, whatever its exit status."""
        words = [str(word) for word in command]
        if shutil.which(words[0], path=_PATH) is None:
            raise Missing(words[0])
        done = subprocess.run(
            words, capture_output=True, text=True, cwd=self.root, timeout=timeout, check=False, input=stdin,
            env={**os.environ, "PATH": _PATH, "LC_ALL": "C.UTF-8", **(env or {})},
        )  # fmt: skip
        return done.stdout + done.stderr

    def output(self, name: str) -> str:
        """What a service printed so far."""
        return (self.root / f"{name}.out").read_text(encoding="utf-8", errors="replace")

    def read(self, name: str) -> str:
        """A file that a service wrote."""
        return (self.root / name).read_text(encoding="utf-8", errors="replace")

    def wait_port(self, port: int, process: subprocess.Popen[bytes] | None = None) -> None:
        """Wait until something listens on a port."""
        end = time.monotonic() + WAIT
        while time.monotonic() < end:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                return
            if process is not None and process.poll() is not None:
                raise Failed(f"{self.name}: exited with {process.returncode} instead of listening on {port}")
            time.sleep(0.1)
        raise Failed(f"{self.name}: nothing listens on {port}")

    def wait_for(self, name: str, text: str, *, file: str | None = None) -> None:
        """Wait until a service's output, or a file of it, holds a text."""
        end = time.monotonic() + WAIT
        while time.monotonic() < end:
            with suppress(FileNotFoundError):
                if text in (self.read(file) if file else self.output(name)):
                    return
            time.sleep(0.1)
        raise Failed(f"{self.name}: {name} never said {text!r}")

    def get(self, port: int, path: str = "/", *, timeout: float = 10.0, host: str = "shop.example") -> int:
        """One HTTP request to loopback; returns its status, 0 when there was none."""
        with suppress(OSError, ValueError, IndexError), socket.create_connection(("127.0.0.1", port), timeout) as peer:
            peer.settimeout(timeout)
            peer.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
            answer = b""
            while chunk := peer.recv(65536):
                answer += chunk
            return int(answer.split(b" ", 2)[1])
        return 0

    def stop(self, name: str, number: signal.Signals = signal.SIGTERM, timeout: float = 20.0) -> int:
        """Send a signal to a service and wait for its end; returns its exit status."""
        process = self._running.pop(name)
        process.send_signal(number)
        return process.wait(timeout)

    def keep(self, name: str, text: str) -> None:
        """Keep a log for the case; the machine's name and the scenario's folder are replaced."""
        for own in {socket.gethostname(), socket.getfqdn()} - {"localhost", ""}:
            # as a word of its own: a machine may be called `vm`, and `total-vm` or `vm.overcommit_memory` are none
            text = re.sub(rf"(?<![\w.-]){re.escape(own)}(?![\w.-])", HOST, text)
        release = os.uname().release
        text = text.replace(str(self.root), "/srv/lab").replace(release, release.partition("-")[0])
        self.kept[name] = text if text.endswith("\n") or not text else text + "\n"

    def close(self) -> None:
        """End everything that this scenario started, with its children."""
        for process in self._running.values():
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGTERM)
        for process in self._running.values():
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait(5)
        self._running.clear()


_PATH = os.environ.get("PATH", "") + ":/usr/local/sbin:/usr/sbin:/sbin"
