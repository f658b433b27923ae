"""Redis: memory, snapshots, ports, passwords."""

from __future__ import annotations

import signal

from lab.harness import Lab, scenario


def _redis(lab: Lab, name: str, port: int, *options: object) -> None:
    lab.start(name, "redis-server", "--port", port, "--bind", "127.0.0.1", "--dir", lab.root, *options, ready=port)


@scenario("redis-healthy-work")
def healthy(lab: Lab) -> None:
    """A start, writes, a snapshot, a stop by SIGTERM."""
    port = lab.port()
    _redis(lab, "redis", port)
    lab.run("redis-cli", "-p", port, "debug", "populate", "1000")
    lab.run("redis-cli", "-p", port, "save")
    lab.stop("redis", signal.SIGTERM)
    lab.keep("redis.log", lab.output("redis"))


@scenario("redis-port-taken")
def port_taken(lab: Lab) -> None:
    """A second server on the port of the first."""
    port = lab.port()
    _redis(lab, "first", port)
    lab.start("second", "redis-server", "--port", port, "--bind", "127.0.0.1", "--dir", lab.root).wait(10)
    lab.keep("redis.log", lab.output("second"))
