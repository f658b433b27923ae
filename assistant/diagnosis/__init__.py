"""Facts and entries to a report."""
