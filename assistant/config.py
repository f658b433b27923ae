"""Settings: a flag over the environment over a TOML file over a default, each with where it came from.

```toml
# $XDG_CONFIG_HOME/assistant/config.toml
lang = "auto"                 # auto, zh, en
offline = false
format = "text"               # text, md, json, html
plain = false
redact = true
knowledge = ["~/runbooks"]    # <this folder>/knowledge is always read when it exists

[model]
name = "gpt-4.1-mini"
base_url = "http://127.0.0.1:8090/v1"
api_key = "…"                 # better in OPENAI_API_KEY
timeout = 60                  # seconds until the first words: more for a local model that loads or reads slowly
max_tokens = 2000             # of one answer
temperature = 0.0             # left to the server when not set
tools = true                  # follow-ups may look into the logs; false for models that are too slow or too small
fallbacks = ["gpt-4.1-nano"]  # at the same server

[[model.fallback]]            # elsewhere, asked after those
name = "ollama:qwen3"         # `provider:name` where langchain has a package for the provider
base_url = "http://127.0.0.1:11434"
api_key = "…"
```
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from assistant.errors import ConfigurationError
from assistant.i18n import Language, Text, locale_language

_NEAREST = Text(" (did you mean {}?)", "（是否想输入 {}？）")
DEFAULT_MODEL = "gpt-4.1-mini"
LANGS = ("auto", "zh", "en")
FORMATS = ("text", "md", "json", "html")
FAIL_ON = ("error", "critical")


# Providers that are asked in their own way, and the package that does it. All others are OpenAI-compatible servers.
PROVIDERS: Mapping[str, str] = {
    "anthropic": "langchain-anthropic",
    "bedrock": "langchain-aws",
    "bedrock_converse": "langchain-aws",
    "cohere": "langchain-cohere",
    "deepseek": "langchain-deepseek",
    "fireworks": "langchain-fireworks",
    "google_genai": "langchain-google-genai",
    "google_vertexai": "langchain-google-vertexai",
    "groq": "langchain-groq",
    "mistralai": "langchain-mistralai",
    "ollama": "langchain-ollama",
    "perplexity": "langchain-perplexity",
    "together": "langchain-together",
    "xai": "langchain-xai",
}


def provider_of(model: str) -> str:
    """The provider that a model's name begins with; empty for a name at an OpenAI-compatible server.

    >>> provider_of("ollama:qwen3:4b"), provider_of("qwen3:4b"), provider_of("gpt-4.1-mini")
    ('ollama', '', '')
    """
    prefix, colon, name = model.partition(":")
    return prefix if colon and name and prefix in PROVIDERS else ""


@dataclass(frozen=True, slots=True)
class Fallback:
    """A model somewhere else."""

    model: str
    base_url: str = ""
    api_key: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """How to reach a model. The key is in no repr, so that it is in no log and no traceback."""

    model: str = DEFAULT_MODEL
    base_url: str = ""
    api_key: str = field(default="", repr=False)
    timeout: float = 60.0  # seconds
    max_tokens: int = 2000
    temperature: float | None = None
    tools: bool = True
    fallbacks: tuple[str, ...] = ()
    elsewhere: tuple[Fallback, ...] = ()
    provider: str = ""  # whose address and key these are; empty for an OpenAI-compatible server

    @property
    def reachable(self) -> bool:
        """Whether there is any way to reach a model: a key, a server, or a provider with its own settings."""
        return bool(self.api_key or self.base_url or provider_of(self.model))


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that a command may depend on. `origins` says where each value that is not a default came from."""

    model: ModelSettings = field(default_factory=ModelSettings)
    lang: str = "auto"
    offline: bool = True
    asked_offline: bool = False  # false when offline only because neither a key nor a server is configured
    format: str = "text"
    plain: bool = False
    redact: bool = True
    require_model: bool = False
    fail_on: str = ""
    knowledge: tuple[Path, ...] = ()
    config_file: Path = Path("config.toml")
    data_folder: Path = Path()
    origins: Mapping[str, str] = field(default_factory=dict)

    @property
    def language(self) -> Language:
        """The language of everything that is no answer to a question."""
        return locale_language() if self.lang == "auto" else ("zh" if self.lang == "zh" else "en")


Reader = Callable[[object], object]


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("text is expected")  # noqa: TRY004 - one error for all kinds of wrong value
    return value.strip()


def _url(value: object) -> str:
    url = _text(value).rstrip("/")
    if not url.startswith(("http://", "https://")):
        raise ValueError("an address that starts with http:// or https:// is expected")
    return url


def _boolean(value: object) -> bool:
    if isinstance(value, bool):
        return value
    known = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    if not isinstance(value, str) or value.strip().lower() not in known:
        raise ValueError("true or false is expected")
    return known[value.strip().lower()]


def _number(*, over: float, whole: bool = False) -> Reader:
    def read(value: object) -> float | int:
        if isinstance(value, bool) or not isinstance(value, (int, float, str)):
            raise ValueError("a number is expected")  # noqa: TRY004 - as above
        try:
            number = int(str(value)) if whole else float(value)
        except ValueError:
            raise ValueError("a number is expected") from None
        if not over < number < float("inf"):
            raise ValueError(f"a number over {over:g} is expected")
        return number

    return read


def _choice(*allowed: str) -> Reader:
    def read(value: object) -> str:
        if value not in allowed:
            raise ValueError(f"{value!r} is none of {', '.join(allowed)}" + nearest(str(value), allowed))
        return str(value)

    return read


def _names(value: object) -> tuple[str, ...]:
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, (list, tuple)) or not all(isinstance(part, (str, Path)) for part in parts):
        raise ValueError("a list of texts is expected")
    return tuple(str(part).strip() for part in parts if str(part).strip())


def _folders(value: object) -> tuple[Path, ...]:
    parts = _names(value.split(os.pathsep) if isinstance(value, str) else value)
    folders = tuple(Path(part).expanduser() for part in parts)
    for folder in folders:
        if not folder.is_dir():
            raise ValueError(f"{folder} is not a folder")
    return folders


def _tables(value: object) -> tuple[Fallback, ...]:
    if not isinstance(value, (list, tuple)) or not all(isinstance(each, dict) for each in value):
        raise ValueError("tables are expected: [[model.fallback]]")
    return tuple(_fallback(each) for each in value)


def _fallback(table: Mapping[str, object]) -> Fallback:
    known = ("name", "base_url", "api_key")
    for key in table:
        if key not in known:
            raise ValueError(f"{key}: no such key{nearest(key, known)}")
    name = _text(table.get("name", ""))
    if not name:
        raise ValueError("each needs a name")
    return Fallback(name, _url(table["base_url"]) if "base_url" in table else "", _text(table.get("api_key", "")))


@dataclass(frozen=True, slots=True)
class _Option:
    read: Reader
    variable: str = ""


# The name is the key of the TOML file; a flag has the same name with `_` for `.`.
_OPTIONS: Mapping[str, _Option] = {
    "lang": _Option(_choice(*LANGS), "ASSISTANT_LANG"),
    "offline": _Option(_boolean, "ASSISTANT_OFFLINE"),
    "format": _Option(_choice(*FORMATS), "ASSISTANT_FORMAT"),
    "plain": _Option(_boolean, "ASSISTANT_PLAIN"),
    "redact": _Option(_boolean, "ASSISTANT_REDACT"),
    "require_model": _Option(_boolean, "ASSISTANT_REQUIRE_MODEL"),
    "fail_on": _Option(_choice(*FAIL_ON), "ASSISTANT_FAIL_ON"),
    "knowledge": _Option(_folders, "ASSISTANT_KNOWLEDGE"),
    "model.name": _Option(_text, "ASSISTANT_MODEL"),
    "model.base_url": _Option(_url, "OPENAI_BASE_URL"),
    "model.api_key": _Option(_text, "OPENAI_API_KEY"),
    "model.timeout": _Option(_number(over=0), "ASSISTANT_TIMEOUT"),
    "model.max_tokens": _Option(_number(over=0, whole=True), "ASSISTANT_MAX_TOKENS"),
    "model.temperature": _Option(_number(over=-0.001), "ASSISTANT_TEMPERATURE"),
    "model.tools": _Option(_boolean, "ASSISTANT_TOOLS"),
    "model.fallbacks": _Option(_names, "ASSISTANT_FALLBACKS"),
    "model.fallback": _Option(_tables),
}
_FLAGS = {"model.name": "--model", "redact": "--no-redact"}  # where the flag is not named as the key


def load_settings(flags: Mapping[str, object] | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """Read all settings. Names of `flags` are those of the TOML file with `_` for `.`; None means not given.

    Raises:
        ConfigurationError: a value of the wrong kind or an unknown key, with the file (or flag, or variable) and key.
    """
    flags, environ = flags or {}, os.environ if environ is None else environ
    config_file = _folder(environ, "XDG_CONFIG_HOME", ".config") / "config.toml"
    written = _read_file(config_file)
    values: dict[str, object] = {}
    origins: dict[str, str] = {}
    for name, option in _OPTIONS.items():
        flag = name.replace(".", "_")
        for given, origin in (
            (flags.get(flag), _FLAGS.get(name) or f"--{flag.removeprefix('model_').replace('_', '-')}"),
            ((environ.get(option.variable) if option.variable else None) or None, option.variable),
            (written.get(name), str(config_file)),
        ):
            if given is not None and not _for_another(name, origin, values, origins):
                values[name], origins[name] = _value(option, given, name, origin), origin
                break
    return _settings(values, origins, config_file, _folder(environ, "XDG_DATA_HOME", ".local/share"))


def _for_another(name: str, origin: str, values: Mapping[str, object], origins: Mapping[str, str]) -> bool:
    """Whether an address or a key was not meant for the provider that the model's name begins with.

    It was when it was given beside the name, or by a flag. A key goes to no third party.
    """
    if name not in {"model.base_url", "model.api_key"} or not provider_of(str(values.get("model.name", ""))):
        return False
    return not origin.startswith("--") and origin != origins.get("model.name")


def nearest(word: str, known: tuple[str, ...] | list[str]) -> str:
    """` (did you mean …?)` with the nearest known word, or nothing."""
    from difflib import get_close_matches  # noqa: PLC0415 - only needed on the way to an error

    close = get_close_matches(word, known, n=1, cutoff=0.5)
    return _NEAREST.get(locale_language()).format(close[0]) if close else ""


def _settings(values: Mapping[str, object], origins: Mapping[str, str], config_file: Path, data: Path) -> Settings:
    model = {key.removeprefix("model."): value for key, value in values.items() if key.startswith("model.")}
    plain: dict[str, object] = {key: value for key, value in values.items() if not key.startswith("model.")}
    if "name" in model:
        model["model"] = model.pop("name") or DEFAULT_MODEL
    if "fallback" in model:
        model["elsewhere"] = model.pop("fallback")
    model["provider"] = provider_of(str(model.get("model", "")))
    own = config_file.parent / "knowledge"
    folders = plain.pop("knowledge", ())
    asked = bool(plain.pop("offline", False))
    if plain.get("require_model") and asked:
        raise ConfigurationError("--require-model and --offline exclude each other")
    way = ModelSettings(**model)  # type: ignore[arg-type]  # each value was read by the option of its name
    if plain.get("require_model") and not way.reachable:
        raise ConfigurationError("--require-model needs OPENAI_API_KEY, or --base-url for a server of your own")
    return Settings(
        model=way,
        offline=asked or not way.reachable,
        asked_offline=asked,
        knowledge=(*((own,) if own.is_dir() else ()), *folders),  # type: ignore[misc]
        config_file=config_file,
        data_folder=data,
        origins=origins,
        **plain,  # type: ignore[arg-type]
    )


def _value(option: _Option, given: object, name: str, origin: str) -> object:
    try:
        return option.read(given)
    except ValueError as problem:
        where = origin if origin.startswith("--") or origin.isupper() else f"{origin}: {name}"
        raise ConfigurationError(f"{where}: {problem}") from None


def _read_file(path: Path) -> dict[str, object]:
    """The keys of a TOML file, with tables as dotted names."""
    try:
        raw = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as problem:
        raise ConfigurationError(f"cannot read {path}: {problem.strerror}") from None
    import tomllib  # noqa: PLC0415 - most people have no such file

    try:
        document = tomllib.loads(raw.decode())
    except ValueError as problem:  # TOMLDecodeError and UnicodeDecodeError
        raise ConfigurationError(f"{path}: {problem}") from None
    found: dict[str, object] = {}
    for key, value in document.items():
        if isinstance(value, dict):
            found.update({f"{key}.{inner}": what for inner, what in value.items()})
        else:
            found[key] = value
    for name in found:
        if name not in _OPTIONS:
            raise ConfigurationError(f"{path}: {name}: no such key{nearest(name, list(_OPTIONS))}")
    return found


def _folder(environ: Mapping[str, str], variable: str, default: str) -> Path:
    """A folder of the XDG base directory specification, which says that a relative value is to be ignored."""
    given = environ.get(variable, "")
    if given.startswith("/"):
        return Path(given) / "assistant"
    home = environ.get("HOME") or os.path.expanduser("~")  # noqa: PTH111 - Path.home() raises where there is none
    return Path(home) / default / "assistant"
