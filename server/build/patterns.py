"""What keys and years look like."""

import re

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
EDITION = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*-[0-9]{4}")
"""Key of an edition or a strategy: a slug that ends in its year."""
THEME = re.compile(r"[a-z0-9]+([-.][a-z0-9]+)*")
"""Key of a theme in its edition: `1`, `1.6`."""
YEAR = re.compile(r"[0-9]{4}")
SHA256 = re.compile(r"[0-9a-f]{64}")
