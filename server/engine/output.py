"""The body of an answer, on its way from a worker to its client."""

import socket

from . import wire
from .outcome import OverLimit

_PIECE = 1 << 18


class Output:
    """Sends a body in pieces and stops as soon as it is over a limit.

    Args:
        rows, size: at most, in rows or triples and in bytes.
    """

    def __init__(self, connection: socket.socket, rows: int, size: int) -> None:
        self._connection = connection
        self._most_rows = rows
        self._most_bytes = size
        self._written = 0
        self._held: list[bytes] = []
        self._held_bytes = 0

    def count(self, rows: int) -> None:
        """Take note of how many rows there are now.

        Raises:
            OverLimit: too many.
        """
        if rows > self._most_rows:
            raise OverLimit("rows")

    def write(self, data: bytes) -> None:
        """Send, now or with what follows.

        Raises:
            OverLimit: the body gets too large.
        """
        self._written += len(data)
        if self._written > self._most_bytes:
            raise OverLimit("bytes")
        self._held.append(data)
        self._held_bytes += len(data)
        if self._held_bytes >= _PIECE:
            self.flush()

    def end(self, frame: bytes) -> None:
        """Send what is held, and a frame after it."""
        if self._held:
            frame = wire.frame(wire.CHUNK, b"".join(self._held)) + frame
            self._held.clear()
            self._held_bytes = 0
        self._connection.sendall(frame)

    def flush(self) -> None:
        """Send what is held."""
        self.end(b"")

    def drop(self) -> None:
        """Send nothing of what is held: there is no answer."""
        self._held.clear()
