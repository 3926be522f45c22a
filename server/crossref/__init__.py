"""Cross-referencing: what is asked, what is near it, and which question answers which."""
