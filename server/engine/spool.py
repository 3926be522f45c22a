"""Bodies of answers: small ones in memory, large ones in a file without a name."""

import io
import os
import tempfile
import weakref
from collections.abc import Iterator

from ..errors import EnvironmentFault

IN_MEMORY = 1024 * 1024
"""Bytes of a body that are held in memory; beyond, all of it goes to a file."""
PIECE = 256 * 1024
"""Bytes that are read at once."""


class Spool:
    """A body in a file without a name, which is gone with the last who holds it.

    Raises:
        OSError: there is no folder for temporary files.
    """

    def __init__(self) -> None:
        with tempfile.TemporaryFile(buffering=0) as file:
            self._descriptor = os.dup(file.fileno())
        self._size = 0
        self._end = weakref.finalize(self, os.close, self._descriptor)

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[bytes]:
        for start in range(0, self._size, PIECE):
            yield self.read(start, PIECE)

    def append(self, piece: bytes) -> None:
        """Add to its end.

        Raises:
            OSError: the disk takes no more.
        """
        rest = memoryview(piece)
        while rest:
            rest = rest[os.write(self._descriptor, rest) :]
        self._size += len(piece)

    def read(self, start: int, size: int) -> bytes:
        """So many bytes from a place on; fewer at the end only."""
        return os.pread(self._descriptor, size, start)

    def file(self) -> io.BufferedReader:
        """A file to read it from, from its beginning on; at most one at a time."""
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        return os.fdopen(os.dup(self._descriptor), "rb")

    def close(self) -> None:
        """Give the file back. May be called twice."""
        # A number of a closed file may soon be another file's.
        self._descriptor = -1
        self._end()


Content = bytes | Spool
"""A whole body."""


class Gathering:
    """A body that comes in pieces."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._size = 0
        self._spool: Spool | None = None

    def append(self, piece: bytes) -> None:
        """Add a piece.

        Raises:
            EnvironmentFault: the folder for temporary files takes no more.
        """
        self._size += len(piece)
        self._pieces.append(piece)
        if self._size > IN_MEMORY:
            self._write_down()

    def whole(self) -> Content:
        """All of it; the gathering has nothing any more."""
        spool, self._spool = self._spool, None
        if spool is not None:
            return spool
        body = b"".join(self._pieces)
        self._pieces.clear()
        return body

    def close(self) -> None:
        """Drop what has come. May be called twice, and after `whole`."""
        self._pieces.clear()
        if self._spool is not None:
            self._spool.close()
            self._spool = None

    def _write_down(self) -> None:
        try:
            if self._spool is None:
                self._spool = Spool()
            for piece in self._pieces:
                self._spool.append(piece)
        except OSError as error:
            self.close()
            raise EnvironmentFault(
                f"A large answer can't be kept on its way: {error.strerror or error}.",
                remedy="The operator frees space for temporary files, or sets TMPDIR to a folder "
                "on a disk that has some.",
            ) from error
        self._pieces.clear()


def pieces_of(body: Content) -> Iterator[bytes | memoryview]:
    """A body in pieces."""
    if isinstance(body, Spool):
        yield from body
        return
    view = memoryview(body)
    for start in range(0, len(view), PIECE):
        yield view[start : start + PIECE]


def bytes_of(body: Content) -> bytes:
    """A body in memory."""
    return body if isinstance(body, bytes) else b"".join(body)
