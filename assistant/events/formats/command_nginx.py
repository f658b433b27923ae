"""`nginx -T`: the whole configuration as nginx reads it; the directives that matter in an incident become events.

    # configuration file /etc/nginx/conf.d/shop.conf:
    upstream shop { server 127.0.0.1:8000; }

Source: src/core/nginx.c (ngx_dump_config). A configuration that was cut out without the line that names its file is not
recognised: nothing tells it from any other text.
"""

from __future__ import annotations

from assistant.events.record import Emit, Format, Record
from assistant.events.shell import output
from assistant.intake.lazily import lazily
from assistant.model import Value

_FILE = lazily(r"# configuration file (?P<path>/\S{1,250}):$")
_TEST = lazily(
    r"nginx: the configuration file \S{1,250} syntax is ok$|nginx: configuration file \S{1,250} test is successful$"
)
_LINE = lazily(
    r"\s{1,80}\S.*$|\s{0,80}(?:#.*|\}\s{0,4}(?:#.*)?|.{1,4000}[;{}]\s{0,4}(?:#.*)?|'.*|\"[^\"]*\"|[\w$./:*-]{1,400})$"
)
_DIRECTIVE = lazily(r"\s*(?P<name>[a-z_]{3,60})\s+(?P<value>[^;{}]{1,400}?)\s*;")
_BLOCK = lazily(r"\s*(?P<name>upstream|server|location|http|events|map|if|stream)\b\s*(?P<value>[^{;]{0,200}?)\s*\{")
WANTED = frozenset(
    [
        "proxy_pass",
        "fastcgi_pass",
        "uwsgi_pass",
        "grpc_pass",
        "listen",
        "server",
        "server_name",
        "proxy_connect_timeout",
        "proxy_read_timeout",
        "proxy_send_timeout",
        "proxy_buffer_size",
        "proxy_buffers",
        "proxy_buffering",
        "proxy_next_upstream",
        "fastcgi_read_timeout",
        "client_max_body_size",
        "client_body_timeout",
        "keepalive",
        "keepalive_timeout",
        "worker_processes",
        "worker_connections",
        "worker_rlimit_nofile",
        "limit_req",
        "limit_conn",
        "ssl_certificate",
        "ssl_certificate_key",
        "ssl_protocols",
        "error_log",
        "access_log",
        "resolver",
        "root",
    ]
)


class NginxConfigReader:
    """Claims the lines of the dump; remembers the file and the block they stand in."""

    def __init__(self) -> None:
        self._file = ""
        self._blocks: list[str] = []

    def read(self, record: Record, emit: Emit) -> bool:
        """Claim a line of the dump."""
        text = record.text
        if match := _FILE().match(text):
            self._file, self._blocks = match["path"], []
            return True
        if _TEST().match(text):
            return True
        if not self._file or _LINE().match(text) is None:
            self._file = ""
            return False
        if not text.lstrip().startswith("#"):
            self._directives(record, emit)
        return True

    def _directives(self, record: Record, emit: Emit) -> None:
        text = record.text
        if block := _BLOCK().match(text):
            self._blocks.append(f"{block['name']} {block['value']}".strip())
            text = text[block.end() :]
        for match in _DIRECTIVE().finditer(text):
            if match["name"] in WANTED and (match["name"] != "server" or self._within("upstream")):
                values: dict[str, Value] = {
                    "directive": match["name"], "value": match["value"], "file": self._file, "block": " > ".join(self._blocks[-3:]),
                }  # fmt: skip
                emit(output("command.nginx_config", record.evidence(), f"{match['name']} {match['value']}", values))
        for _ in range(text.count("}") - text.count("{")):
            if self._blocks:
                self._blocks.pop()

    def _within(self, name: str) -> bool:
        return bool(self._blocks) and self._blocks[-1].startswith(name)

    def close(self, emit: Emit) -> None:
        """Nothing is ever open."""


FORMAT = Format("command.nginx_config", 19, NginxConfigReader)
