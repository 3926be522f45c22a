"""The import of real Areas of Research Interest: read, matched, checked, and only then kept."""
