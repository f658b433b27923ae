"""Where a setting comes from, and what is said of a wrong one."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.config import DEFAULT_MODEL, Fallback, ModelSettings, load_settings
from assistant.errors import ConfigurationError


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "config" / "assistant").mkdir(parents=True)
    return {
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "HOME": str(tmp_path),
    }


def write(home: dict[str, str], text: str) -> Path:
    path = Path(home["XDG_CONFIG_HOME"]) / "assistant" / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_nothing_configured_is_offline_by_itself(home):
    settings = load_settings({}, home)
    assert settings.offline
    assert not settings.asked_offline
    assert settings.model == ModelSettings(DEFAULT_MODEL)
    assert settings.data_folder == Path(home["XDG_DATA_HOME"]) / "assistant"


@pytest.mark.parametrize("variable", ["OPENAI_API_KEY", "OPENAI_BASE_URL"])
def test_a_key_or_a_server_is_enough_to_be_online(home, variable):
    assert not load_settings({}, home | {variable: "http://127.0.0.1:1/v1"}).offline
    assert load_settings({"offline": True}, home | {variable: "http://127.0.0.1:1/v1"}).asked_offline


def test_flag_over_environment_over_file(home):
    path = write(home, '[model]\nname = "file"\ntimeout = 5\nmax_tokens = 10\n')
    environment = home | {"ASSISTANT_MODEL": "variable", "ASSISTANT_TIMEOUT": "7"}
    settings = load_settings({"model_name": "flag"}, environment)
    assert (settings.model.model, settings.model.timeout, settings.model.max_tokens) == ("flag", 7.0, 10)
    assert settings.origins == {
        "model.name": "--model",
        "model.timeout": "ASSISTANT_TIMEOUT",
        "model.max_tokens": str(path),
    }


def test_an_empty_variable_is_not_set(home):
    assert load_settings({}, home | {"OPENAI_API_KEY": "", "ASSISTANT_LANG": ""}).offline


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('lnag = "zh"', "lnag: no such key (did you mean lang?)"),
        ('[model]\nbase_ulr = "x"', "model.base_ulr: no such key (did you mean model.base_url?)"),
        ('lang = "fr"', "lang: 'fr' is none of auto, zh, en"),
        ('offline = "maybe"', "offline: true or false is expected"),
        ("[model]\ntimeout = true", "model.timeout: a number is expected"),
        ("[model]\ntimeout = -1", "model.timeout: a number over 0 is expected"),
        ("[model]\nmax_tokens = inf", "model.max_tokens: a number is expected"),
        ("[model]\nname = 3", "model.name: text is expected"),
        ('[model]\nbase_url = "localhost:8000"', "model.base_url: an address that starts with http"),
        ('[model]\nfallbacks = {a = "x"}', "model.fallbacks: a list of texts is expected"),
        ('[model]\nfallback = "x"', "model.fallback: tables are expected"),
        ('[[model.fallback]]\nname = "x"\nbase_ulr = "y"', "base_ulr: no such key (did you mean base_url?)"),
        ('[[model.fallback]]\nbase_url = "http://x.test"', "model.fallback: each needs a name"),
        ('[[model.fallback]]\nname = "x"\nbase_url = "x"', "an address that starts with http"),
        ('knowledge = ["/no/such"]', "knowledge: /no/such is not a folder"),
        ("lang = ", "config.toml: Invalid value"),
    ],
)
def test_a_wrong_file_is_named_with_its_key(home, monkeypatch, text, said):
    monkeypatch.setenv("LC_ALL", "C")
    path = write(home, text)
    with pytest.raises(ConfigurationError) as caught:
        load_settings({}, home)
    assert said in str(caught.value)
    assert str(path) in str(caught.value)
    assert caught.value.exit_code == 3


def test_a_wrong_variable_is_named(home):
    with pytest.raises(ConfigurationError, match="ASSISTANT_OFFLINE: true or false"):
        load_settings({}, home | {"ASSISTANT_OFFLINE": "perhaps"})


def test_a_folder_in_the_place_of_the_file(home):
    (Path(home["XDG_CONFIG_HOME"]) / "assistant" / "config.toml").mkdir()
    with pytest.raises(ConfigurationError, match="cannot read"):
        load_settings({}, home)


def test_own_entries_are_always_read(home, tmp_path):
    own = Path(home["XDG_CONFIG_HOME"]) / "assistant" / "knowledge"
    own.mkdir()
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert load_settings({}, home).knowledge == (own,)
    both = load_settings({}, home | {"ASSISTANT_KNOWLEDGE": f"{tmp_path / 'a'}:{tmp_path / 'b'}"}).knowledge
    assert both == (own, tmp_path / "a", tmp_path / "b")
    assert load_settings({"knowledge": [str(tmp_path / "a")]}, home).knowledge == (own, tmp_path / "a")


def test_a_relative_xdg_folder_is_ignored(tmp_path):
    settings = load_settings({}, {"XDG_DATA_HOME": "data", "HOME": str(tmp_path)})
    assert settings.data_folder == tmp_path / ".local" / "share" / "assistant"


def test_the_key_is_in_no_repr(home):
    settings = load_settings({}, home | {"OPENAI_API_KEY": "sk-secret"})
    assert settings.model.api_key == "sk-secret"
    assert "sk-secret" not in repr(settings)


def test_a_required_model_needs_a_way_to_reach_one(home):
    with pytest.raises(ConfigurationError, match="OPENAI_API_KEY"):
        load_settings({"require_model": True}, home)
    with pytest.raises(ConfigurationError, match="exclude"):
        load_settings({"require_model": True, "offline": True}, home | {"OPENAI_API_KEY": "k"})


def test_fallbacks_elsewhere(home):
    write(
        home,
        '[[model.fallback]]\nname = "ollama:qwen3"\n[[model.fallback]]\nname = "big"\nbase_url = "http://b.test/v1/"\napi_key = "k2"\n',
    )
    settings = load_settings({}, home | {"OPENAI_API_KEY": "k1"})
    assert settings.model.elsewhere == (Fallback("ollama:qwen3"), Fallback("big", "http://b.test/v1", "k2"))
    assert "k2" not in repr(settings)
    assert settings.model.fallbacks == ()


def test_a_provider_with_settings_of_its_own_is_a_way_to_reach_a_model(home):
    settings = load_settings({"model_name": "ollama:qwen3"}, home)
    assert (settings.offline, settings.model.provider) == (False, "ollama")
    assert load_settings({"model_name": "qwen3:4b"}, home).offline
    assert load_settings({"model_name": "ollama:qwen3", "require_model": True}, home).require_model


def test_a_key_goes_to_nobody_but_whom_it_is_for(home):
    environment = home | {"OPENAI_API_KEY": "k", "OPENAI_BASE_URL": "http://a.test/v1"}
    settings = load_settings({"model_name": "anthropic:claude-sonnet-4-5"}, environment)
    assert (settings.model.api_key, settings.model.base_url) == ("", "")
    assert "model.api_key" not in settings.origins
    settings = load_settings({"model_name": "ollama:qwen3", "model_base_url": "http://b.test"}, environment)
    assert (settings.model.api_key, settings.model.base_url) == ("", "http://b.test")
    path = write(home, '[model]\nname = "anthropic:claude-sonnet-4-5"\napi_key = "mine"\n')
    settings = load_settings({}, environment)
    assert (settings.model.api_key, settings.model.base_url) == ("mine", "")
    assert settings.origins["model.api_key"] == str(path)
    assert load_settings({"model_name": "ollama:qwen3"}, environment).model.api_key == ""


def test_the_documented_file_is_valid(home, tmp_path):
    import assistant.config  # noqa: PLC0415 - its docstring is the documentation

    example = (assistant.config.__doc__ or "").split("```toml\n")[1].split("```")[0]
    write(home, example.replace("~/runbooks", str(tmp_path)))
    assert load_settings({}, home).model.fallbacks == ("gpt-4.1-nano",)
