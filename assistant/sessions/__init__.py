"""Incidents on disk: sources, questions and answers in one SQLite file, safe against a kill at any moment.

`records` are the values, `store` keeps them, `schema` opens the file, `export` writes a session as a document. Nothing
is imported here, so that a command that keeps nothing does not load SQLite.
"""
