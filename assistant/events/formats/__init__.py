"""One module per log format, found by walking this package."""
