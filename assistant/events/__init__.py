"""Lines to events."""
