"""The state of a folder, looked at so seldom that knowing it costs next to nothing."""

import os
from collections.abc import Hashable
from pathlib import Path
from time import monotonic

EVERY_SECONDS = 0.01
"""How old what is known may be: less than a command that changes the folder takes to end."""


class Glance:
    """What tells one state of a folder's entries from another.

    Entries that come, go or change their name change it; what is below them does not.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = os.fsencode(folder)
        self._next = 0.0
        self._seen: Hashable = None

    def state(self) -> Hashable:
        """The state, at most `EVERY_SECONDS` old; None: there is no such folder."""
        now = monotonic()
        if now >= self._next:
            self._seen = self._look()
            self._next = now + EVERY_SECONDS
        return self._seen

    def _look(self) -> Hashable:
        try:
            found = os.stat(self._folder)
        except OSError:
            return None
        return found.st_dev, found.st_ino, found.st_mtime_ns, found.st_nlink
