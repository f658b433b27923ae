"""What a session keeps for its way to a model: the tokens of masked values, and the mark of the next question.

One token for one value in all questions of a session, so that a model may refer to what was said before. The mark
that fences data in a prompt is drawn before it is used, so that what `/redact` shows is what is sent, to the byte. It
is used for one question only, because an answer may have shown it to whoever writes the next log line.
"""

from __future__ import annotations

import secrets

from assistant.intake.redact import Redactor


class Outbox:
    """Kept in memory only: on the disk, the tokens would stand beside their values."""

    def __init__(self) -> None:
        self.redactor = Redactor()
        self._nonce = secrets.token_hex(8)

    @property
    def nonce(self) -> str:
        """The mark that the next question will use."""
        return self._nonce

    def take(self) -> str:
        """The mark, which is used now; the next question gets another."""
        nonce, self._nonce = self._nonce, secrets.token_hex(8)
        return nonce
