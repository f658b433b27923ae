"""Node.js: a full heap, a taken port, a missing module, a database that is not there."""

from __future__ import annotations

from lab.harness import Lab, scenario

SERVER = """
const http = require("http");
const server = http.createServer((request, response) => response.end("ok"));
server.listen(Number(process.argv[2]), "127.0.0.1", () => console.log("listening on " + process.argv[2]));
"""


@scenario("node-port-taken")
def port_taken(lab: Lab) -> None:
    """A second server on the port of the first."""
    port = lab.port()
    program = lab.write("server.js", SERVER)
    lab.start("first", "node", program, port, ready=port)
    lab.start("second", "node", program, port).wait(20)
    lab.keep("app.log", lab.output("second"))


@scenario("node-heap-full")
def heap_full(lab: Lab) -> None:
    """A cache without a bound, under a heap limit of 30 MB."""
    program = lab.write("cache.js", "const kept = [];\nfor (;;) kept.push(new Array(1000).fill(Math.random()));\n")
    lab.start("app", "node", "--max-old-space-size=30", program).wait(60)
    lab.keep("app.log", lab.output("app"))


@scenario("node-module-missing")
def module_missing(lab: Lab) -> None:
    """A package that was never installed."""
    program = lab.write("server.js", 'const express = require("express");\nexpress().listen(3000);\n')
    lab.start("app", "node", program).wait(20)
    lab.keep("app.log", lab.output("app"))


@scenario("node-dependency-refused")
def dependency_refused(lab: Lab) -> None:
    """A client of a port where nothing listens, asked three times."""
    text = (
        'const net = require("net");\nlet left = 3;\nfunction ask() {\n'
        '  net.connect(Number(process.argv[2]), "127.0.0.1").on("error", (error) => {\n'
        '    console.error("orders: database", error);\n    if (--left) setTimeout(ask, 100);\n  });\n}\nask();\n'
    )
    lab.start("app", "node", lab.write("orders.js", text), lab.port()).wait(20)
    lab.keep("app.log", lab.output("app"))
