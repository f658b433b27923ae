"""One module for each group of commands: `run(arguments, settings)` returns the exit code. Imported when called."""
