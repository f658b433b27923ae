from __future__ import annotations

import pytest

from assistant.events.severity import guess, guess_kernel
from assistant.model import Severity


@pytest.mark.parametrize(
    "text",
    [
        "Accepted publickey for deploy from 192.0.2.4", "0 errors, 0 warnings", "no error found", "GET /error.html 200", "level=info msg=ok",
        "errors=0", "Started Error Reporting Service.", "Failover complete", "terror", "session opened for user err",
    ],
)  # fmt: skip
def test_quiet(text):
    assert guess(text) is Severity.INFO


@pytest.mark.parametrize(
    "text",
    [
        "ERROR database is locked", "[error] no space", 'level=error msg="x"', '{"level":"fatal"}', "myapp: failed to open /x", "panic: x",
        "ValueError: bad", "java.lang.NullPointerException: x", "error: cannot find", "CRITICAL: disk", "Segmentation fault (core dumped)",
        "Unable to connect", "bash: foo: command not found",
    ],
)  # fmt: skip
def test_errors(text):
    assert guess(text) is Severity.ERROR


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("EXT4-fs error (device sda1): x", Severity.ERROR),
        ("BUG: soft lockup", Severity.ERROR),
        ("eth0: link becomes ready", Severity.INFO),
        ("debugging enabled", Severity.INFO),
    ],
)
def test_kernel(text, severity):
    assert guess_kernel(text) is severity
