"""`assistant config` and `assistant doctor`: what is configured, and whether it works."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterator
from importlib.util import find_spec
from urllib.parse import urlsplit, urlunsplit

from assistant.config import Fallback, Settings
from assistant.errors import AssistantError, ModelError
from assistant.i18n import Text
from assistant.incident import Engine
from assistant.incident.privacy import cleaner, keys_of
from assistant.plain import safe

Check = tuple[bool, str]

_BY_ITSELF = Text("true (no key and no server are configured)", "true（没有配置密钥或服务器）")
_KEY_SET = Text("set", "已设置")
_OFFLINE = Text("model: offline, the rules answer", "模型：离线，由规则回答")


def run(arguments: Namespace, settings: Settings) -> int:
    """Carry out one of the two."""
    return _doctor(settings) if arguments.command == "doctor" else _config(settings)


def _config(settings: Settings) -> int:
    language, model = settings.language, settings.model
    by_itself = settings.offline and not settings.asked_offline
    rows = {
        "config": str(settings.config_file),
        "data": str(settings.data_folder),
        "lang": settings.lang,
        "offline": _BY_ITSELF.get(language) if by_itself else str(settings.offline).lower(),
        "format": settings.format,
        "plain": str(settings.plain).lower(),
        "redact": str(settings.redact).lower(),
        "require_model": str(settings.require_model).lower(),
        "knowledge": ", ".join(map(str, settings.knowledge)) or "-",
        "model.name": model.model,
        "model.base_url": _without_password(model.base_url) or "-",
        "model.api_key": _KEY_SET.get(language) if model.api_key else "-",
        "model.timeout": f"{model.timeout:g} s",
        "model.max_tokens": str(model.max_tokens),
        "model.temperature": "-" if model.temperature is None else f"{model.temperature:g}",
        "model.tools": str(model.tools).lower(),
        "model.fallbacks": ", ".join(model.fallbacks) or "-",
        "model.fallback": ", ".join(_elsewhere(each) for each in model.elsewhere) or "-",
    }
    if settings.format == "json":
        from assistant.sessions.export import session_json  # noqa: PLC0415 - only for this format

        print(
            session_json({name: {"value": value, "from": settings.origins.get(name)} for name, value in rows.items()})
        )
        return 0
    for name, value in rows.items():
        origin = settings.origins.get(name)
        print(safe(f"{name:<18} {value}" + (f"   [{origin}]" if origin else "")))
    return 0


def _doctor(settings: Settings) -> int:
    code = 0
    for good, line in (*_local(settings), *_sessions(settings)):
        print(safe(f"{'ok  ' if good else 'FAIL'} {line}"), flush=True)
        code = code if good else 3
    clean = cleaner(keys_of(settings.model))
    for good, line in _model(settings):  # a server may say the key back
        print(safe(f"{'ok  ' if good else 'FAIL'} {clean(line)}"), flush=True)
        code = code if good else code or ModelError.exit_code
    return code


def _local(settings: Settings) -> Iterator[Check]:
    yield True, f"python {sys.version.split()[0]}, {sys.stdout.encoding}"
    yield True, f"config {settings.config_file}{'' if settings.config_file.exists() else ' (none)'}"
    if settings.config_file.exists() and settings.model.api_key and settings.config_file.stat().st_mode & 0o044:
        yield (
            settings.origins.get("model.api_key") != str(settings.config_file),
            "the file with the key is for you only",
        )
    try:
        knowledge = Engine().load(settings.knowledge)
    except AssistantError as problem:
        yield False, str(problem)
        return
    yield bool(knowledge.entries), f"knowledge: {len(knowledge.entries)} entries"
    for line in knowledge.problems:
        yield False, line


def _sessions(settings: Settings) -> Iterator[Check]:
    from assistant.sessions.records import StorageError  # noqa: PLC0415 - this command only
    from assistant.sessions.store import Store  # noqa: PLC0415 - as above

    try:
        with Store(settings.data_folder) as store:
            yield True, f"sessions: {len(store.sessions())} in {settings.data_folder}"
    except StorageError as problem:
        yield False, str(problem)


def _model(settings: Settings) -> Iterator[Check]:
    for extra, package in (("llm", "langchain_openai"), ("search", "chromadb")):
        state = "installed" if find_spec(package) else f"not installed (pip install 'oncall-assistant[{extra}]')"
        yield True, f"extra {extra}: {state}"
    if settings.offline:
        yield not settings.require_model, _OFFLINE.get(settings.language)
        return
    from assistant.llm import doctor  # noqa: PLC0415 - this command only

    try:
        yield from doctor(settings.model)
    except AssistantError as problem:
        yield False, str(problem)


def _elsewhere(fallback: Fallback) -> str:
    return " ".join(part for part in (fallback.model, _without_password(fallback.base_url)) if part)


def _without_password(address: str) -> str:
    parts = urlsplit(address)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
