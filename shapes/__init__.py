"""SHACL shapes, one file per concern."""
