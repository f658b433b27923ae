"""Incidents: what the chat and the commands work on."""

from assistant.incident.engine import Engine
from assistant.incident.incident import Incident
from assistant.incident.reply import RULES, Reply

__all__ = ["RULES", "Engine", "Incident", "Reply"]
