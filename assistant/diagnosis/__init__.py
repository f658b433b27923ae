"""Facts and entries to a report."""

from assistant.diagnosis.analyse import analyse

__all__ = ["analyse"]
