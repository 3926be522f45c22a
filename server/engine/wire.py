"""Frames between a worker and its client: a byte for the type, four for the length, then the rest.

Records are JSON and bodies are raw bytes, so nothing that arrives is ever executed or unpickled.
"""

import json
import socket
import struct
from typing import Any

RECORD = b"R"
CHUNK = b"C"
_HEAD = struct.Struct("!cI")
READ = 1 << 16
"""Bytes that are read at once. More is taken from the kernel and given back each time, which costs
more than all else that reading a question takes."""


def record(value: dict[str, Any]) -> bytes:
    """A record as a frame."""
    return frame(RECORD, json.dumps(value).encode("ascii"))


def record_of(payload: bytes) -> dict[str, Any]:
    """What a frame of a record holds."""
    value: dict[str, Any] = json.loads(payload.decode("ascii"))
    return value


def frame(kind: bytes, payload: bytes) -> bytes:
    """One frame; a payload has at most 4 GiB."""
    return _HEAD.pack(kind, len(payload)) + payload


class Reader:
    """Frames of a socket, as they come."""

    def __init__(self, connection: socket.socket, pending: bytes = b"") -> None:
        self._connection = connection
        self._pending = bytearray(pending)

    def feed(self, data: bytes) -> None:
        """Take what has been read from the socket otherwise."""
        self._pending += data

    def whole_frame(self) -> tuple[bytes, bytes] | None:
        """The next frame, if the whole of it is here."""
        if len(self._pending) < _HEAD.size:
            return None
        kind, length = _HEAD.unpack_from(self._pending)
        if len(self._pending) < _HEAD.size + length:
            return None
        return kind, self._take(_HEAD.size + length)[_HEAD.size :]

    def frame(self) -> tuple[bytes, bytes]:
        """The next frame: its type and its payload.

        Raises:
            EOFError: the other side is gone.
            TimeoutError: the socket's own timeout passed without a byte.
        """
        kind, length = _HEAD.unpack(self._take(_HEAD.size))
        return kind, self._take(length)

    def record(self) -> dict[str, Any]:
        """The next frame, which must be a record.

        Raises:
            EOFError: the other side is gone, or sent something else.
        """
        kind, payload = self.frame()
        if kind != RECORD:
            raise EOFError("a record was due")
        return record_of(payload)

    def document(self) -> bytes:
        """The chunks up to an empty one.

        Raises:
            EOFError: the other side is gone, or sent something else.
        """
        pieces: list[bytes] = []
        while True:
            kind, payload = self.frame()
            if kind != CHUNK:
                raise EOFError("a chunk was due")
            if not payload:
                return b"".join(pieces)
            pieces.append(payload)

    def _take(self, size: int) -> bytes:
        while len(self._pending) < size:
            data = self._connection.recv(READ)
            if not data:
                raise EOFError("the other side is gone")
            self._pending += data
        taken = bytes(self._pending[:size])
        del self._pending[:size]
        return taken
