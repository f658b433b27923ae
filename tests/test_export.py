"""`--format json` against the schema that ships in the package."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from seed import after, knowledge, report_of

import assistant.answer
from assistant.answer import explain
from assistant.answer.export import to_json

SCHEMA = json.loads((Path(assistant.answer.__file__).parent / "report.schema.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("turn", [1, 2, 3])
def test_the_seed_fits_the_schema(turn, language):
    report = after(turn)
    printed = json.loads(
        json.dumps(to_json(report, knowledge(), language, explain(report, knowledge(), language)), ensure_ascii=False)
    )
    jsonschema.Draft202012Validator(SCHEMA).validate(printed)
    assert printed["verdict"] == report.verdict
    assert all(item["evidence"] for item in printed["findings"] if item["observed"])


@pytest.mark.parametrize("text", ["", "hello", "2026/03/02 10:11:12 [notice] 1#1: start worker process 3"])
def test_small_inputs_fit_the_schema(text):
    report = report_of(text)
    jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(json.dumps(to_json(report, knowledge(), "en"))))


def test_the_schema_refuses_what_it_does_not_know():
    printed = to_json(after(1), knowledge(), "en")
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**printed, "verdict": "surely"}, SCHEMA)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**printed, "extra": 1}, SCHEMA)


def test_the_same_input_gives_the_same_bytes():
    from seed import log  # noqa: PLC0415

    texts = [log(1), log(2), log(3)]
    first, second = (json.dumps(to_json(report_of(*texts), knowledge(), "zh"), ensure_ascii=False) for _ in range(2))
    assert first == second
