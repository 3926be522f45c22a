"""Backups: what can't be made again, in one file, and back from it."""
