"""The severity of a line whose format has none of its own, from the words people write it with.

Better a line too many under "not explained" than an error that is passed over: a log with such a line is never called
healthy.
"""

from __future__ import annotations

from assistant.intake.lazily import lazily
from assistant.model import Severity

# Level words as loggers print them (upper case, or behind level=, or in brackets), and words that start a complaint.
_ERROR = lazily(
    r"\b(?:FATAL|CRITICAL|CRIT|EMERG|ALERT|PANIC|SEVERE|ERROR|ERR)\b|\b(?:[Ll]evel|[Ss]everity|lvl)[\"']?\s*[=:]\s*[\"']?"
    r"(?:[Ff]atal|[Cc]ritical|[Pp]anic|[Ee]rror|[Ee]rr|[Ss]evere)\b|"
    r"[\[(<](?:fatal|critical|crit|emerg|alert|panic|error|err|severe)[\])>]|"
    r"^(?:\S+: ){0,3}(?:[Ff]atal|[Ee]rror|[Pp]anic|[Ff]ailed|[Ff]ailure|"
    r"[Ee]xception|[Cc]annot|[Cc]ould not|[Uu]nable)\b|"
    r"\b[A-Z]\w*(?:Error|Exception)\b|\b(?:Segmentation fault|core dumped|Killed|command not found)\b"
)
# The kernel has no level words in its text.
_KERNEL = lazily(r"(?i)\b(?:oom|error|panic|oops|bug|corrupt\w*|lockup|hung|fatal|critical|i/o error|call trace)\b")


def guess(text: str) -> Severity:
    """ERROR when the line says so in the usual words, else INFO."""
    return Severity.ERROR if _ERROR().search(text[:400]) else Severity.INFO


def guess_kernel(text: str) -> Severity:
    """The same for the kernel's messages."""
    return Severity.ERROR if _KERNEL().search(text[:400]) else Severity.INFO
