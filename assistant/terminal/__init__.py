"""The chat in a terminal. The only package that imports prompt_toolkit."""
