"""Switches off everything in the libraries that would tell somebody else what this program does.

LangSmith uploads whole prompts when a variable in the user's environment says so, which people set for their own
projects and forget. The variables are overridden in this process, before the libraries read them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

_OFF = {
    "LANGSMITH_TRACING": "false",
    "LANGSMITH_TRACING_V2": "false",
    "LANGCHAIN_TRACING": "false",
    "LANGCHAIN_TRACING_V2": "false",
    "LANGGRAPH_CLI_NO_ANALYTICS": "1",
    "LANGSMITH_OTEL_ENABLED": "false",
    "LANGSMITH_OTEL_ONLY": "false",
    "OTEL_SDK_DISABLED": "true",
    "ANONYMIZED_TELEMETRY": "False",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
}
_UNSET = (
    "LANGSMITH_API_KEY",
    "LANGCHAIN_API_KEY",
    "LANGCHAIN_HANDLER",
    "LANGSMITH_GATEWAY",  # would route every prompt through a server of a third party
    "LANGSMITH_GATEWAY_API_KEY",
)


def silence() -> None:
    """Override the variables; safe to call again."""
    os.environ.update(_OFF)
    for name in _UNSET:
        os.environ.pop(name, None)


@contextmanager
def silent() -> Iterator[None]:
    """`silence`, and tracing off for this context as well, for what was imported before."""
    silence()
    with import_module("langsmith.run_helpers").tracing_context(enabled=False):
        yield
