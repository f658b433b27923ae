"""What can go wrong, and the exit code of each.

```
AssistantError            1   a fault of the program itself
├── UsageError            2   the command cannot be carried out as given
│   ├── UnreadableInput   2   a file or stream that cannot be read as text
│   └── SessionNotFound   2   no session of that name
├── ConfigurationError    3   a setting, a key or a knowledge folder that cannot be used
│   ├── KnowledgeError    3   an entry that is not valid (file, line, reason)
│   └── MissingExtra      3   an optional package is not installed (names the extra)
├── ModelError            4   the model did not answer (only fatal with --require-model)
└── IncomparableClocks    1   two times of different clocks were compared; always a fault in our own code
```
"""

from __future__ import annotations


class AssistantError(Exception):
    """Base of all errors that are reported in one line."""

    exit_code = 1


class UsageError(AssistantError):
    """The command cannot be carried out as given."""

    exit_code = 2


class UnreadableInput(UsageError):
    """A file or stream that cannot be read as text."""


class SessionNotFound(UsageError):
    """No session of that name."""


class ConfigurationError(AssistantError):
    """A setting, a key or a knowledge folder that cannot be used."""

    exit_code = 3


class KnowledgeError(ConfigurationError):
    """A knowledge entry that is not valid."""

    def __init__(self, path: str, line: int, reason: str) -> None:
        self.path, self.line, self.reason = path, line, reason
        super().__init__(f"{path}:{line}: {reason}")


class MissingExtra(ConfigurationError):
    """An optional package is not installed."""

    def __init__(self, extra: str, feature: str) -> None:
        self.extra = extra
        super().__init__(f"{feature} needs: pip install 'oncall-assistant[{extra}]'")


class ModelError(AssistantError):
    """The model did not answer; `reason` is one line for the user."""

    exit_code = 4


class IncomparableClocks(AssistantError, TypeError):
    """Two times that are read from different clocks were compared."""
