"""The mocked API of tests/llm, for attacks."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from obedient import model_api

api = model_api.api
