"""From the published text to a checked build: read, relate, infer, validate, write."""
