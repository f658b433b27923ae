"""Events to facts: one module per subject."""
