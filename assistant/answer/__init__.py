"""A report put into words."""
