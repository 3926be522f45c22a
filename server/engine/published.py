"""What a nursery says to everybody: the present revision and graphs, in a small file.

A client that looks at it costs the nursery nothing, and one system call if nothing has changed.
"""

import json
import os
import threading
from collections.abc import Mapping
from typing import Any


def door(address: str) -> str:
    """The socket at which writers are let in, one after the other."""
    return f"{address}-writer"


def _file(address: str) -> str:
    return f"{address}-state"


def publish(address: str, revision: str, graphs: Mapping[str, int]) -> None:
    """Say what is served from now on.

    Raises:
        OSError: it can't be written.
    """
    new = f"{_file(address)}.new"
    with open(new, "w", encoding="ascii") as file:
        json.dump({"revision": revision, "graphs": dict(graphs)}, file)
    os.replace(new, _file(address))


def withdraw(address: str) -> None:
    """Remove the sockets, the file and their folder.

    Raises:
        OSError: one of them is gone already.
    """
    for path in (address, door(address), _file(address)):
        if os.path.exists(path):
            os.unlink(path)
    os.rmdir(os.path.dirname(address))


class Published:
    """A client's view of what is published; may be used from many threads."""

    def __init__(self, address: str) -> None:
        self._path = _file(address)
        self._lock = threading.Lock()
        self._seen: tuple[int, ...] = ()
        self._said: dict[str, Any] = {}

    def read(self) -> dict[str, Any]:
        """The present `revision` and `graphs`; empty while no nursery has published any."""
        try:
            seen = _identity(os.stat(self._path))
            if seen != self._seen:
                with self._lock, open(self._path, "rb") as file:
                    # The file may be another one by now: what is kept is what was read.
                    seen, said = _identity(os.fstat(file.fileno())), json.load(file)
                    self._said, self._seen = said, seen
        except FileNotFoundError:
            pass
        return self._said


def _identity(status: os.stat_result) -> tuple[int, ...]:
    return status.st_ino, status.st_mtime_ns, status.st_size
