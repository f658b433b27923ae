"""Services at ordinary work: nothing is wrong, and nothing must be said to be."""

from __future__ import annotations

import time

from lab.environment import program
from lab.harness import Lab, scenario
from lab.scenarios.nginx import configure, start


@scenario("memcached-healthy-verbose")
def memcached(lab: Lab) -> None:
    """Memcached -vv at work."""
    port = lab.port()
    lab.start("memcached", "memcached", "-u", "nobody", "-l", "127.0.0.1", "-p", port, "-vv", ready=port)
    lab.get(port, "/")
    lab.stop("memcached")
    lab.keep("memcached.log", "\n".join(lab.output("memcached").splitlines()[-25:]))


@scenario("gunicorn-healthy-reload")
def gunicorn(lab: Lab) -> None:
    """Gunicorn is reloaded by SIGHUP: workers are exchanged, nobody is refused."""
    lab.write("shop.py", "def app(environ, start_response):\n    start_response('200 OK', [])\n    return [b'ok']\n")
    port = lab.port()
    process = lab.start("gunicorn", program("gunicorn"), "shop:app", "-b", f"127.0.0.1:{port}", "-w", 2, ready=port)
    lab.get(port)
    lab.run("kill", "-HUP", process.pid)
    time.sleep(2)
    lab.get(port)
    lab.keep("gunicorn.log", lab.output("gunicorn"))


@scenario("nginx-uvicorn-healthy")
def pair(lab: Lab) -> None:
    """Nginx in front of uvicorn: both logs of a good day."""
    lab.write(
        "shop.py",
        "async def app(scope, receive, send):\n    if scope['type'] == 'http':\n"
        "        await send({'type': 'http.response.start', 'status': 200, 'headers': []})\n"
        "        await send({'type': 'http.response.body', 'body': b'ok'})\n",
    )
    app, port = lab.port(), lab.port()
    lab.start("uvicorn", program("uvicorn"), "shop:app", "--port", app, "--host", "127.0.0.1", ready=app)
    http = f"server {{ listen 127.0.0.1:{port}; server_name shop.example; location / {{ proxy_pass http://127.0.0.1:{app}; }} }}"
    start(lab, configure(lab, http), port)
    for path in ("/", "/cart", "/"):
        lab.get(port, path)
    lab.keep("nginx-error.log", lab.read("error.log"))
    lab.keep("access.log", lab.read("access.log"))
    lab.keep("uvicorn.log", lab.output("uvicorn"))


@scenario("java-healthy-logging")
def java(lab: Lab) -> None:
    """A Java program that logs with java.util.logging, and ends."""
    lab.write(
        "Shop.java",
        "import java.util.logging.*; public class Shop { public static void main(String[] a) {"
        ' Logger log = Logger.getLogger("shop"); log.info("started"); log.info("order 7 shipped"); log.info("stopped"); } }\n',
    )
    lab.start("java", "java", lab.root / "Shop.java").wait(60)
    lab.keep("java.log", lab.output("java"))
