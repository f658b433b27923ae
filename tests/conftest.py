"""What all tests share: their own folders for caches and data, and helpers beside the tests."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# A loaded machine is slow at making examples, and at running them; neither is a fault of what is tested.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

# A run in the background of a shell begins with interrupts ignored, and its children inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(autouse=True, scope="session")
def _own_folders(tmp_path_factory: pytest.TempPathFactory):
    """No test reads or writes the user's sessions, settings or caches."""
    with pytest.MonkeyPatch.context() as patch:
        base = tmp_path_factory.mktemp("xdg")
        for name in ("DATA", "CONFIG", "CACHE", "STATE"):
            patch.setenv(f"XDG_{name}_HOME", str(base / name.lower()))
        for name in (
            "OPENAI_API_KEY",
            "OPENAI_BASE_URL",
            "ASSISTANT_MODEL",
            "ASSISTANT_LANG",
            "ASSISTANT_OFFLINE",
            "CHROMA_HOST",
        ):
            patch.delenv(name, raising=False)
        yield
