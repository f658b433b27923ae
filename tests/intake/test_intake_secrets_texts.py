"""The project's own texts, prompts and entries, are no secrets: what a model is told about a log must arrive."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.intake.redact import Redactor

ROOT = Path(__file__).parents[2]
TEXTS = sorted([*(ROOT / "prompts").glob("*.md"), *(ROOT / "knowledge").rglob("*.md")])


@pytest.mark.parametrize("area", sorted({path.parent.name for path in TEXTS}))
def test_nothing_is_masked_but_sample_addresses(area):
    for path in (path for path in TEXTS if path.parent.name == area):
        text = path.read_text(encoding="utf-8").split("## Fires on")[0]
        redactor = Redactor()
        redactor.redact(text)
        masked = {token: value for token, value in redactor.values.items() if not value.startswith("192.0.2.")}
        assert not masked, path.name
