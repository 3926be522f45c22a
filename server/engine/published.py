"""What a nursery says to everybody: the present revision and graphs, in a small file.

Beside it stands a number that grows with each state. Clients map it into their memory, so looking
whether anything has changed costs the nursery nothing and them no system call.
"""

import contextlib
import json
import mmap
import os
import threading
from collections.abc import Mapping
from typing import Any

_NUMBER_BYTES = 8


def door(address: str) -> str:
    """The socket at which writers are let in, one after the other."""
    return f"{address}-writer"


def _file(address: str) -> str:
    return f"{address}-state"


def _number(address: str) -> str:
    return f"{address}-number"


def publish(address: str, revision: str, graphs: Mapping[str, int]) -> None:
    """Say what is served from now on; whoever looks afterwards sees it.

    Raises:
        OSError: it can't be written.
    """
    new = f"{_file(address)}.new"
    with open(new, "w", encoding="ascii") as file:
        json.dump({"revision": revision, "graphs": dict(graphs)}, file)
    os.replace(new, _file(address))
    _count(_number(address))


def _count(path: str) -> None:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        os.ftruncate(descriptor, _NUMBER_BYTES)
        with mmap.mmap(descriptor, _NUMBER_BYTES) as page, memoryview(page).cast("Q") as number:
            number[0] += 1
    finally:
        os.close(descriptor)


def withdraw(address: str) -> None:
    """Remove the sockets, the files and their folder.

    Raises:
        OSError: one of them is gone already.
    """
    for path in (address, door(address), _file(address), _number(address)):
        if os.path.exists(path):
            os.unlink(path)
    os.rmdir(os.path.dirname(address))


class Published:
    """A client's view of what is published; may be used from many threads."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._lock = threading.Lock()
        self._number: memoryview | None = None
        self._seen = 0
        self._said: dict[str, Any] = {}

    def read(self) -> dict[str, Any]:
        """The present `revision` and `graphs`; empty while no nursery has published any."""
        number = self._number or self._mapped()
        if number is not None and number[0] != self._seen:
            # A nursery that has ended took its file along.
            with self._lock, contextlib.suppress(FileNotFoundError):
                # Taken before the file is read: a state that comes meanwhile is read again.
                seen = number[0]
                try:
                    with open(_file(self._address), "rb") as file:
                        self._said = json.load(file)
                except FileNotFoundError:
                    # The service ends, and what was said last holds until then.
                    return self._said
                self._seen = seen
        return self._said

    def _mapped(self) -> memoryview | None:
        try:
            with open(_number(self._address), "rb") as file:
                page = mmap.mmap(file.fileno(), _NUMBER_BYTES, prot=mmap.PROT_READ)
        except (FileNotFoundError, ValueError):
            # None is there yet, or it has just been made and is still empty.
            return None
        self._number = memoryview(page).cast("Q")
        return self._number
