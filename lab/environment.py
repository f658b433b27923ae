"""The Python packages that scenarios run: a virtual environment of their own, made once under build/."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from lab.harness import Missing

VENV = Path(__file__).resolve().parent.parent / "build" / "lab-venv"
PACKAGES = (
    "uvicorn==0.38.0", "gunicorn==23.0.0", "flask==3.1.2", "django==5.2.8", "celery==5.5.3", "redis==5.2.1",
    "psycopg[binary]==3.2.12", "sqlalchemy==2.0.44", "pymysql==1.1.2",
)  # fmt: skip


def program(name: str) -> Path:
    """A program of the environment (`python`, `uvicorn`, `gunicorn` …). Raises Missing when it cannot be installed."""
    path = VENV / "bin" / name
    if not path.exists():
        python = VENV / "bin" / "python"
        made = python.exists() or subprocess.run([sys.executable, "-m", "venv", VENV], check=False).returncode == 0
        command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PACKAGES]
        if not made or subprocess.run(command, check=False).returncode != 0 or not path.exists():
            raise Missing(name)
    return path
