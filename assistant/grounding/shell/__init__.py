"""Commands and configuration in a text: parsed by the grammar of bash, seen through their wrappers, and judged."""
