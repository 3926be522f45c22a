"""One archive: a tar of plain files (POSIX.1-1988, ustar) that ends in the checksums of them all.

The same files give the same bytes: no times, no owners, names in order. Nothing but that form is
read back, byte for byte: no links, no devices, no extended headers, no name that leads elsewhere,
and no file that is longer than the archive itself.
"""

import errno
import hashlib
import os
import re
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from ..errors import EnvironmentFault, InputError

SUMS = "SHA256SUMS"
"""The last file, in the form of sha256sum(1)."""
MOST_FILES = 100_000
_BLOCK = tarfile.BLOCKSIZE
_END = b"\0" * (2 * _BLOCK)
_PIECE = 1 << 20
_STEP = r"[A-Za-z0-9_][A-Za-z0-9_.+-]*"
_NAME = re.compile(rf"{_STEP}(/{_STEP}){{0,15}}")
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@contextmanager
def told(place: Path) -> Iterator[None]:
    """What a disk refuses, in words.

    Raises:
        EnvironmentFault: no space, no permission, no such folder.
    """
    try:
        yield
    except OSError as error:
        where = error.filename or place
        if error.errno in _FULL:
            remedy = "Free some space, or use a folder on another disk."
            raise EnvironmentFault(f"There is no space left for {where}.", remedy=remedy) from error
        raise EnvironmentFault(f"{where}: {error.strerror or error}.") from error


# Writing


class Writer:
    """Writes an archive, file by file."""

    def __init__(self, target: IO[bytes]) -> None:
        self._target = target
        self._sums: list[str] = []

    def add(self, name: str, source: IO[bytes], size: int) -> None:
        """Add the next `size` bytes of a file.

        Raises:
            InputError: an archive can't hold a file of this name or size; the file has shrunk.
            OSError: the archive can't be written.
        """
        digest = hashlib.sha256()
        self._target.write(_head(name, size))
        left = size
        while left:
            piece = source.read(min(left, _PIECE))
            if not piece:
                raise InputError(f"{name} became shorter while it was read.", remedy="Try again.")
            digest.update(piece)
            self._target.write(piece)
            left -= len(piece)
        self._target.write(_padding(size))
        self._sums.append(f"{digest.hexdigest()}  {name}\n")

    def end(self) -> None:
        """Add the checksums, and nothing after them."""
        text = "".join(self._sums).encode()
        self._target.write(_head(SUMS, len(text)) + text + _padding(len(text)) + _END)


def _head(name: str, size: int) -> bytes:
    if not _NAME.fullmatch(name):
        raise InputError(f"A file of the name {name} can't be kept in a backup.")
    head = tarfile.TarInfo(name)
    head.size = size
    try:
        return head.tobuf(tarfile.USTAR_FORMAT, "ascii", "strict")
    except ValueError as error:
        raise InputError(f"{name} can't be kept in a backup: {error}.") from error


def _padding(size: int) -> bytes:
    return b"\0" * (-size % _BLOCK)


# Reading


def unpack(archive: Path, into: Path) -> set[str]:
    """Write the files of an archive into a folder, and give their names.

    Every file is synced. They are to be trusted only once this returns.

    Raises:
        InputError: it is no archive of ours, it is cut off, or a file is not as it was kept.
        EnvironmentFault: it can't be read, or the files can't be written.
    """
    with told(archive), archive.open("rb") as source:
        return _Reader(source, archive).unpack(into)


class _Reader:
    def __init__(self, source: IO[bytes], archive: Path) -> None:
        self._source, self._archive = source, archive
        self._left = os.fstat(source.fileno()).st_size

    def unpack(self, into: Path) -> set[str]:
        found: dict[str, str] = {}
        name, size = self._head()
        while name != SUMS:
            if name in found or len(found) == MOST_FILES:
                raise self._refusal(f"it holds {name} twice, or too many files")
            found[name] = self._write(into / name, size)
            name, size = self._head()
        sums = b"".join(self._content(size))
        if self._take(len(_END)) != _END or self._left:
            raise self._refusal("it goes on after its checksums")
        self._compare(found, sums.decode("ascii", "replace"))
        return set(found)

    def _compare(self, found: dict[str, str], sums: str) -> None:
        known = sums.splitlines()
        for name, digest in found.items():
            if f"{digest}  {name}" not in known:
                raise self._refusal(f"{name} is not as it was kept")
        if sums != "".join(f"{digest}  {name}\n" for name, digest in found.items()):
            raise self._refusal("files that it names are missing")

    def _head(self) -> tuple[str, int]:
        block = self._take(_BLOCK)
        try:
            head = tarfile.TarInfo.frombuf(block, "ascii", "strict")
            if not head.isreg():
                raise self._refusal(f"{head.name!r} is no plain file")
            if not _NAME.fullmatch(head.name):
                raise self._refusal(f"no backup holds a file of the name {head.name!r}")
            # Whatever else a header may say, this is all that ours do.
            if head.size > self._left:
                raise self._refusal(f"it ends before {head.name!r} does")
            if _head(head.name, head.size) != block:
                raise self._refusal(f"it says of {head.name!r} what no backup does")
        except (tarfile.HeaderError, UnicodeDecodeError) as error:
            raise self._refusal(f"what should begin a file does not: {error}") from error
        return head.name, head.size

    def _write(self, path: Path, size: int) -> str:
        digest = hashlib.sha256()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            file = path.open("xb")
        except (FileExistsError, NotADirectoryError) as error:
            raise self._refusal("a file stands where a folder should") from error
        with file:
            for piece in self._content(size):
                digest.update(piece)
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        return digest.hexdigest()

    def _content(self, size: int) -> Iterator[bytes]:
        left = size
        while left:
            piece = self._take(min(left, _PIECE))
            left -= len(piece)
            yield piece
        if self._take(len(_padding(size))).strip(b"\0"):
            raise self._refusal("something stands between its files")

    def _take(self, size: int) -> bytes:
        data = self._source.read(size)
        if len(data) < size:
            raise self._refusal("it ends before its checksums do")
        self._left -= size
        return data

    def _refusal(self, why: str) -> InputError:
        return InputError(
            f"{self._archive} is no whole backup: {why}.",
            remedy="Nothing was changed. Take another backup, or copy this one again.",
        )
