"""All entries of the shipped knowledge base and of the user's folders, compiled once.

Reading hundreds of Markdown files takes longer than an answer should, so the parsed entries are kept in the cache
folder, under a key of every file's path, size and time of change. A cache that cannot be read or written is no error.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from assistant import __version__
from assistant.errors import ConfigurationError, KnowledgeError
from assistant.knowledge.entry import Entry, Knowledge

SHAPE = 9  # of the pickled values; raised when `Entry` changes


class _Entries(Mapping[str, Entry]):
    """The entries of a cache, each unpickled when it is first asked for: a log touches a dozen of hundreds."""

    def __init__(self, kept: dict[str, bytes]) -> None:
        self._kept = kept
        self._ready: dict[str, Entry] = {}

    def __getitem__(self, name: str) -> Entry:
        entry = self._ready.get(name)
        if entry is None:
            # the file was checked before it was read, see _read_cache
            entry = self._ready[name] = pickle.loads(self._kept[name])  # noqa: S301
        return entry

    def __iter__(self) -> Iterator[str]:
        return iter(self._kept)

    def __len__(self) -> int:
        return len(self._kept)

    def __contains__(self, name: object) -> bool:
        return name in self._kept


def shipped_folder() -> Path:
    """The knowledge base that comes with the program: inside the package, or beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "data" / "knowledge"
    return inside if inside.is_dir() else package.parent / "knowledge"


def load(folders: Sequence[Path] = ()) -> Knowledge:
    """Load everything. Invalid entries are left out and named in `problems`; the others still load.

    A folder that does not exist raises ConfigurationError. An entry of a later folder replaces one of the same id.
    """
    places = (shipped_folder(), *folders)
    for folder in folders:
        if not folder.is_dir():
            raise ConfigurationError(f"knowledge folder {folder} does not exist")
    found = [(place, path) for place in places for path in _files(place)]
    key = _key(found)
    cached = _read_cache(key)
    if cached is not None:
        return cached
    knowledge = _parse_all(found)
    _write_cache(key, knowledge)
    return knowledge


def _files(folder: Path) -> Iterator[Path]:
    for root, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            if name.endswith(".md") and name != "README.md":
                yield Path(root) / name


def entry_id(folder: Path, path: Path) -> str:
    """`nginx/upstream-closed-early` for `nginx/upstream-closed-early.md`."""
    return path.relative_to(folder).with_suffix("").as_posix()


def _parse_all(found: list[tuple[Path, Path]]) -> Knowledge:
    # YAML is only needed when the cache is stale
    from assistant.knowledge.filing import file_signals  # noqa: PLC0415
    from assistant.knowledge.parse import parse_entry  # noqa: PLC0415
    from assistant.knowledge.runbook import is_runbook, name_of, parse_runbook  # noqa: PLC0415

    entries: dict[str, Entry] = {}
    problems: list[str] = []
    digest = sha256()
    for folder, path in found:
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            problems.append(f"{path}:1: cannot be read: {error}")
            continue
        digest.update(f"{entry_id(folder, path)}\0{text}\0".encode())
        try:
            name = entry_id(folder, path)
            if folder != shipped_folder() and is_runbook(text):
                entry = parse_runbook(text, str(path), name_of(path, name))
            else:
                entry = parse_entry(text, str(path), name)
        except KnowledgeError as error:
            problems.append(str(error))
            continue
        entries[entry.id] = entry
    return Knowledge(entries, tuple(problems), digest.hexdigest(), file_signals(entries.values()))


def _key(found: list[tuple[Path, Path]]) -> str:
    digest = sha256(f"{__version__} {SHAPE}".encode())
    for _, path in found:
        status = path.stat()
        digest.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\0".encode())
    return digest.hexdigest()[:32]


def _cache_file(key: str) -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "assistant" / f"knowledge-{key}.pickle"


def _read_cache(key: str) -> Knowledge | None:
    path = _cache_file(key)
    try:
        status = path.stat()
        # a pickle can run code: only our own file, that nobody else may write, is read
        if status.st_uid != os.getuid() or status.st_mode & 0o022:
            return None
        value = pickle.loads(path.read_bytes())  # noqa: S301 - checked above
        return Knowledge(_Entries(value["entries"]), value["problems"], value["digest"], value["filing"])
    except Exception:  # noqa: BLE001 - whatever is wrong with a cache, it is only a cache
        return None


def _write_cache(key: str, knowledge: Knowledge) -> None:
    path = _cache_file(key)
    draft = path.with_suffix(f".{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        for old in path.parent.glob("knowledge-*.pickle"):
            old.unlink(missing_ok=True)
        draft.touch(mode=0o600)
        entries = {name: pickle.dumps(entry, protocol=5) for name, entry in knowledge.entries.items()}
        kept = {**{name: getattr(knowledge, name) for name in ("problems", "digest", "filing")}, "entries": entries}
        draft.write_bytes(pickle.dumps(kept, protocol=5))
        draft.replace(path)
    except OSError:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
