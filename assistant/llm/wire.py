"""The connection below one question: it can be cut from any thread, and it ends by itself.

The library that reads an answer blocks in a system call. Cutting shuts the socket down, which wakes that call at once,
so that the server stops computing for nobody. Sockets are learned through the client's `trace` extension.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

CONNECT_TIMEOUT = 3.0  # seconds
_MAX_BYTES = 32 * 1024 * 1024  # of one response, whatever is in it
_LOCAL = ("localhost", "127.", "::1", "0.0.0.0")  # noqa: S104 - compared with, not bound to


class ResponseTooLong(Exception):
    """A response that does not end."""


class Wire:
    """The sockets of one question. `connected` is set once a server was reached."""

    def __init__(self) -> None:
        self.connected = threading.Event()
        self._over = threading.Event()
        self._sockets: list[socket.socket] = []
        self._lock = threading.Lock()

    @property
    def is_cut(self) -> bool:
        """Whether nobody waits for this answer any more."""
        return self._over.is_set()

    def cut(self) -> None:
        """Shut every socket down and end every wait; safe from any thread, and more than once."""
        with self._lock:
            self._over.set()
            for each in self._sockets:
                try:
                    socket.socket.shutdown(each, socket.SHUT_RDWR)  # below TLS: its own state belongs to the reader
                except OSError:
                    continue  # closed already
            self._sockets.clear()

    def wait(self, seconds: float) -> bool:
        """Sleep, but not longer than anybody waits; false when cut."""
        return not self._over.wait(seconds)

    def client(self, base_url: str, read_timeout: float) -> Any:
        """An HTTP client for the openai library whose connections this wire can cut.

        Raises:
            ImportError: openai is not installed, or the environment names a proxy of a kind that needs another package.
        """
        import openai  # noqa: PLC0415 - an extra

        host = urlsplit(base_url).hostname or ""
        return openai.DefaultHttpxClient(
            timeout=openai.Timeout(read_timeout, connect=CONNECT_TIMEOUT),
            follow_redirects=False,  # the key and the log would go to whatever host the answer names
            trust_env=not host.startswith(_LOCAL),  # a proxy for the outside cannot reach this machine's own servers
            event_hooks={"request": [self._watch], "response": [self._limit]},
        )

    def _watch(self, request: Any) -> None:
        request.extensions = {**request.extensions, "trace": self._trace}

    def _trace(self, name: str, info: Mapping[str, Any]) -> None:
        if not name.endswith((".connect_tcp.complete", ".start_tls.complete")):
            return
        with self._lock:
            self._sockets.append(info["return_value"].get_extra_info("socket"))
        if name.endswith(".connect_tcp.complete"):
            self.connected.set()
        if self.is_cut:
            self.cut()

    def _limit(self, response: Any) -> None:
        self.connected.set()
        response.stream = type(response)(200, content=_limited(response.stream)).stream


def _limited(stream: Iterable[bytes]) -> Iterator[bytes]:
    total = 0
    try:
        for chunk in stream:
            total += len(chunk)
            if total > _MAX_BYTES:
                raise ResponseTooLong
            yield chunk
    finally:
        close = getattr(stream, "close", None)
        if close:
            close()
