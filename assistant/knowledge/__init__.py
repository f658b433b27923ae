"""The knowledge base: one failure, one Markdown file."""
