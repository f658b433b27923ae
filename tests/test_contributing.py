"""What CONTRIBUTING.md promises: a failure is one file, a format one module and its test, nothing else is touched."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.diagnosis.samples import check_all, fired
from assistant.events import formats, stream
from assistant.knowledge.load import load

ROOT = Path(__file__).parent.parent
_BLOCK = re.compile(r"<!-- test: (\S+) -->\n(`{3,})\w*\n(.*?)^\2$", re.MULTILINE | re.DOTALL)
BLOCKS = {match[1]: match[3] for match in _BLOCK.finditer((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))}
LINE = "frobd 2026-03-02 10:11:12 ERR 731 store /var/lib/frobd/a.store is locked by pid 812"


def test_the_examples_are_there_and_nowhere_else():
    assert sorted(BLOCKS) == [
        "assistant/events/formats/frobd.py", "knowledge/frobd/store-locked.md", "tests/events/test_events_frobd.py",
    ]  # fmt: skip
    assert not any((ROOT / name).exists() for name in BLOCKS)


@pytest.fixture
def with_the_format(tmp_path, monkeypatch):
    """The format's module, in a folder that the package also walks: nothing is registered anywhere."""
    (tmp_path / "formats").mkdir()
    (tmp_path / "formats" / "frobd.py").write_text(BLOCKS["assistant/events/formats/frobd.py"], encoding="utf-8")
    monkeypatch.setattr(formats, "__path__", [*formats.__path__, str(tmp_path / "formats")])
    stream.all_formats.cache_clear()
    yield
    stream.all_formats.cache_clear()
    sys.modules.pop("assistant.events.formats.frobd", None)


@pytest.mark.usefixtures("with_the_format")
def test_an_entry_is_one_file(tmp_path):
    path = tmp_path / "knowledge" / "frobd" / "store-locked.md"
    path.parent.mkdir(parents=True)
    path.write_text(BLOCKS["knowledge/frobd/store-locked.md"], encoding="utf-8")
    assert check_all([tmp_path / "knowledge"]) == []
    assert fired(LINE, load([tmp_path / "knowledge"])) == {"frobd/store-locked"}


@pytest.mark.usefixtures("with_the_format")
def test_a_format_is_one_module_and_its_test(tmp_path):
    names = [found.name for found in stream.all_formats()]
    assert "frobd" in names
    test = tmp_path / "test_events_frobd.py"
    test.write_text(
        f"import sys\nfrom assistant.events import formats\nformats.__path__.append({str(tmp_path / 'formats')!r})\n"
        + BLOCKS["tests/events/test_events_frobd.py"],
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", tmp_path, test],
        capture_output=True, text=True, check=False, cwd=tmp_path,
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'tests' / 'events'}", "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert "4 passed" in done.stdout


def test_without_the_format_the_line_is_no_event_of_it():
    assert "frobd" not in [found.name for found in stream.all_formats()]
