"""RabbitMQ: alarms, names and ports."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import textwrap
from dataclasses import dataclass
from pathlib import Path

from lab.harness import Lab, Missing, scenario

SERVER = "/usr/lib/rabbitmq/bin/rabbitmq-server"
CONTROL = "/usr/lib/rabbitmq/bin/rabbitmqctl"
PYTHON = "/usr/bin/python3"  # with Debian's python3-pika
CLIENT = """
import pika, sys, time, logging, traceback
logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s %(message)s", level=logging.INFO)
logging.getLogger("pika").setLevel(logging.CRITICAL)
log = logging.getLogger("orders")
def connect(password="guest", heartbeat=None, blocked=None):
    return pika.BlockingConnection(pika.ConnectionParameters("127.0.0.1", int(sys.argv[1]), "/", pika.PlainCredentials("guest", password),
        heartbeat=heartbeat, blocked_connection_timeout=blocked, client_properties={"connection_name": "orders"}))
"""


@dataclass
class Node:
    """One broker: its environment, port and folder."""

    lab: Lab
    name: str
    port: int
    home: Path
    env: dict[str, str]

    def ctl(self, *words: object) -> str:
        """Run rabbitmqctl against it."""
        return self.lab.run(CONTROL, "-n", self.env["RABBITMQ_NODENAME"], *words, env=self.env)

    def wait(self, text: str) -> None:
        """Wait until its log says so."""
        self.lab.wait_for(self.name, text)

    def stop(self) -> None:
        """SIGTERM to the Erlang machine itself, as a service manager does."""
        os.kill(int((self.home / "pid").read_text()), signal.SIGTERM)
        self.wait("Message store for directory")
        process = self.lab._running.pop(self.name)  # noqa: SLF001 - the script ends with the machine that it started
        process.wait(30)


def _node(lab: Lab, name: str, *, port: int | None = None, dist: int | None = None, epmd: int | None = None,
          node: str = "rabbit@localhost", cookie: str = "lab", ready: str | None = "Server startup complete", config: str = "") -> Node:  # fmt: skip
    if not os.access(SERVER, os.X_OK):
        raise Missing(SERVER)
    home = lab.root / name
    home.mkdir()
    (home / ".erlang.cookie").write_text(cookie)
    (home / ".erlang.cookie").chmod(0o400)
    (home / "plugins").write_text("[].")
    (home / "rabbitmq.conf").write_text("log.console = true\nlog.console.level = info\nlog.file = false\n" + config)
    port, epmd = port or lab.port(), epmd or lab.port()
    if "epmd" not in lab._running:  # noqa: SLF001 - or the node starts one that outlives the scenario
        lab.start("epmd", "epmd", "-port", epmd, user="nobody", ready=epmd)
    env = {
        "HOME": str(home), "RABBITMQ_NODENAME": node, "RABBITMQ_NODE_PORT": str(port), "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
        "RABBITMQ_DIST_PORT": str(dist or lab.port()), "RABBITMQ_MNESIA_BASE": str(home / "mnesia"), "RABBITMQ_LOG_BASE": str(home / "log"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(home / "plugins"), "RABBITMQ_CONFIG_FILE": str(home / "rabbitmq.conf"),
        "ERL_EPMD_PORT": str(epmd), "RABBITMQ_PID_FILE": str(home / "pid"), "RABBITMQ_CONF_ENV_FILE": "/dev/null",
        "ERL_CRASH_DUMP_SECONDS": "0", "RABBITMQ_LOGS": "-",
    }  # fmt: skip
    for path in (home, *home.rglob("*")):
        os.chown(path, 65534, 65534)
    lab.start(name, SERVER, env=env, user="nobody", cwd=home, ready=ready)
    return Node(lab, name, port, home, {**env, "RABBITMQ_CTL_ERL_ARGS": ""})


def _client(lab: Lab, node: Node, program: str, *, name: str = "app", wait: bool = True) -> subprocess.Popen[bytes]:
    """A program of ours with Debian's pika."""
    path = lab.write(f"{name}.py", CLIENT + textwrap.dedent(program))
    process = lab.start(name, PYTHON, path, node.port)
    if wait:
        process.wait(60)
    return process


def _log(lab: Lab, node: Node) -> str:
    """The log without the long list of boot steps and flags, as a reader of the last lines pastes it."""
    lines = lab.output(node.name).splitlines()
    return "\n".join(line for line in lines if "Feature flag" not in line and "Running boot step" not in line)


@scenario("rabbitmq-healthy-work")
def healthy(lab: Lab) -> None:
    """A start, messages, an orderly close and a stop."""
    node = _node(lab, "rabbit")
    program = """
    c = connect(); ch = c.channel(); ch.queue_declare("orders", durable=True)
    for n in range(20): ch.basic_publish("", "orders", b"%d" % n)
    while ch.basic_get("orders", auto_ack=True)[0]: pass
    c.close()
    """
    _client(lab, node, program)
    node.stop()
    lab.keep("rabbitmq.log", lab.output("rabbit"))


@scenario("rabbitmq-memory-alarm")
def memory(lab: Lab) -> None:
    """The watermark is set far too low: publishers are blocked, the application gives up."""
    node = _node(lab, "rabbit", config="vm_memory_high_watermark.absolute = 60MB\n")
    node.wait("memory resource limit alarm set")
    program = """
    c = connect(blocked=5); ch = c.channel(); ch.confirm_delivery(); ch.queue_declare("orders", durable=True)
    log.info("publishing")
    try:
        ch.basic_publish("", "orders", b"1")
    except Exception:
        log.exception("publish failed")
    """
    _client(lab, node, program)
    lab.keep("app.log", lab.output("app"))
    lab.keep("rabbitmq.log", _log(lab, node))


@scenario("rabbitmq-disk-alarm")
def disk(lab: Lab) -> None:
    """The disk has less room than disk_free_limit asks for."""
    node = _node(lab, "rabbit")
    node.ctl("set_disk_free_limit", 900 * 10**12)
    node.wait("disk resource limit alarm set")
    lab.keep("rabbitmq.log", _log(lab, node))


@scenario("rabbitmq-port-taken")
def port_taken(lab: Lab) -> None:
    """Another program listens on the AMQP port."""
    port = lab.port()
    with socket.create_server(("127.0.0.1", port)):
        _node(lab, "rabbit", port=port, ready="BOOT FAILED")
        lab._running["rabbit"].wait(60)  # noqa: SLF001
    lab.keep("rabbitmq.log", _log(lab, Node(lab, "rabbit", port, lab.root, {})))


@scenario("rabbitmq-name-taken")
def name_taken(lab: Lab) -> None:
    """A second start of a node that runs already."""
    epmd = lab.port()
    _node(lab, "first", epmd=epmd)
    _node(lab, "second", epmd=epmd, ready=None)
    lab._running["second"].wait(60)  # noqa: SLF001
    lab.keep("rabbitmq.log", lab.output("second"))
