"""Writes the README's session anew from what the program prints: the first screens of the seed incident.

python docs/readme_session.py
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def session(language: str) -> str:
    """The demonstration without what follows the first screen of each answer."""
    command = [sys.executable, "-m", "assistant", "demo", "--lang", language]
    printed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    answers = [
        re.split(r"^## ", answer, maxsplit=1, flags=re.MULTILINE)[0].strip() for answer in printed.split("\n---\n")
    ]
    return "\n\n…\n\n".join(answers) + "\n\n…"


def main() -> None:
    """Replace both sessions in the README."""
    path = ROOT / "README.md"
    text = path.read_text(encoding="utf-8")
    for language in ("en", "zh"):
        fenced = f"~~~~markdown\n{session(language)}\n~~~~"
        start, end = f"<!-- session:{language} -->", f"<!-- /session:{language} -->"
        before, _, rest = text.partition(start)
        text = f"{before}{start}\n{fenced}\n{end}{rest.partition(end)[2]}"
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
