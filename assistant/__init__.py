"""Explain logs: facts with their lines, causes with their certainty, in Chinese and English."""

__version__ = "0.1.0"
