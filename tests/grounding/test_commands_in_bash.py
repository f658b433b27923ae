"""What bash really runs is never called harmless: random texts, run by bash where only one program can be found."""

from __future__ import annotations

import random
import subprocess
from pathlib import Path

import pytest

from assistant.grounding.shell.commands import Kind, commands

BASH = Path("/bin/bash")
# No functions among them, so that no text can call itself without end.
PIECES = (
    "rm -rf x", "rm", "rm", "ls", "echo", "'", '"', "$(", ")", "`", "|", "&&", ";", "\n", " ", " ", "\\", "<<EOF\n", "\nEOF\n", "{", "}", "#",
    "bash -c ", "if true; then", "then", "fi", "[[", "]]", "x=rm", "x=1", ">", "out", "for i in rm;do ", "done", "$i", "$x", "${x}", "(", "case a in a)",
    ";;", "esac", "!", "time ", "eval ", "\t", "<<<", "&", "<", "<(", "$'", "\\x72m", "r", "m", "{rm,x}", "\\\n", "<p>", "<rm", "exec ", "command ",
    "\\r", "*", "$((", "))", "((", "<<-'E'\n", "E\n", 'r"m"', "\r",
)  # fmt: skip


@pytest.mark.skipif(not BASH.exists(), reason="needs bash")
def test_what_runs_is_not_harmless(tmp_path):
    marker, programs, folder = tmp_path / "marker", tmp_path / "bin", tmp_path / "folder"
    programs.mkdir()
    folder.mkdir()
    (programs / "rm").write_text(f"#!{BASH}\necho >> {marker}\n")
    (programs / "rm").chmod(0o755)
    chance = random.Random(7)  # noqa: S311 - the same texts each time
    ran = 0
    for _ in range(1500):
        text = "".join(chance.choice(PIECES) for _ in range(chance.randint(2, 7)))
        marker.unlink(missing_ok=True)
        subprocess.run(
            [BASH, "-c", text], env={"PATH": str(programs)}, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=20
        )  # fmt: skip
        if marker.exists():
            ran += 1
            assert any(each.kind is not Kind.SAFE for each in commands(text, "bash")), text
    assert ran > 20
