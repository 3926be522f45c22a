"""A release in a tar or zip of others, unpacked so that nothing in it can reach elsewhere."""

import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ...errors import EnvironmentFault, InputError
from .flaws import shown
from .sums import LINE, MOST_FILES

MOST_FILE = 1 << 30
MOST_ALL = 4 << 30
"""Bytes of one file, and of all of them."""
MOST_RATIO = 1000
"""How many times its own size an archive may become."""
_SLACK = 64 << 20
_PIECE = 1 << 20


@dataclass(frozen=True)
class _Member:
    """An entry: its path, its size as told, whether it is a folder, and how it is read."""

    path: str
    size: int
    folder: bool
    plain: bool
    open: Callable[[], IO[bytes] | None]


def is_archive(path: Path) -> bool:
    """Whether a file is named as an archive that can be read."""
    return path.name.endswith((".tar", ".tar.gz", ".tgz", ".zip"))


def unpack(archive: Path, into: Path) -> Path:
    """Write the files of an archive below a folder, and give the folder of the release.

    Raises:
        InputError: it is no archive, it is cut off, or an entry is refused: says which and why.
        EnvironmentFault: it can't be read, or there is no space.
    """
    try:
        size = archive.stat().st_size
        members = _zipped if archive.name.endswith(".zip") else _tarred
        _Writer(into, min(MOST_ALL, size * MOST_RATIO + _SLACK)).write(members(archive))
    except (tarfile.TarError, zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise _refusal(f"it is damaged or no archive ({error})") from error
    except (NotImplementedError, RuntimeError) as error:
        raise _refusal(f"it is encrypted or packed in an unusual way ({error})") from error
    except OSError as error:
        words = f"{archive} can't be unpacked: {error.strerror or error}."
        raise EnvironmentFault(words) from error
    return _inner(into)


class _Writer:
    """Writes entries; counts what they really hold, whatever they say."""

    def __init__(self, into: Path, most: int) -> None:
        self._into, self._left = into, most
        self._seen: set[str] = set()

    def write(self, members: Iterator[_Member]) -> None:
        for number, member in enumerate(members):
            if number >= MOST_FILES:
                raise _refusal(f"it holds more than {MOST_FILES:,} entries")
            self._refuse(member)
            if not member.folder:
                self._copy(member)

    def _refuse(self, member: _Member) -> None:
        name = shown(member.path)
        if not member.folder and not member.plain:
            raise _refusal(f"{name} is a link, a device or encrypted")
        if not LINE.fullmatch(f"{'0' * 64}  {member.path}".encode("utf-8", "replace")):
            raise _refusal(f"no file of a release has the name {name}")
        if member.path in self._seen:
            raise _refusal(f"it holds {name} twice")
        if member.size > MOST_FILE:
            raise _refusal(f"{name} has {member.size:,} bytes")
        self._seen.add(member.path)

    def _copy(self, member: _Member) -> None:
        target = self._into / member.path
        source = member.open()
        if source is None:
            raise _refusal(f"{shown(member.path)} can't be read")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with source, target.open("xb") as file:
                while piece := source.read(_PIECE):
                    self._left -= len(piece)
                    if self._left < 0 or file.tell() + len(piece) > MOST_FILE:
                        raise _refusal(f"it becomes too large at {shown(member.path)}")
                    file.write(piece)
        except (FileExistsError, NotADirectoryError) as error:
            raise _refusal(f"{shown(member.path)} is a file and a folder") from error


class _Header(tarfile.TarInfo):
    """A header of a tar; tarfile would read what an extended one announces into memory at once."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> "_Header":
        """Part of TarInfo."""
        found = super().frombuf(buf, encoding, errors)
        if not found.isdir() and not found.isreg() and found.size > _PIECE:
            raise _refusal("it holds an extended header that is too large")
        return found


def _tarred(archive: Path) -> Iterator[_Member]:
    # Entry by entry: an archive of too many is never listed as a whole.
    with archive.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    with tarfile.open(archive, "r|gz" if packed else "r|", tarinfo=_Header) as source:
        for entry in source:
            path = entry.name.removeprefix("./").rstrip("/")
            if path == "." and entry.isdir():
                continue

            def opened(entry: tarfile.TarInfo = entry) -> IO[bytes] | None:
                return source.extractfile(entry)

            plain = entry.isreg() and not entry.issparse()
            yield _Member(path, entry.size, entry.isdir(), plain, opened)


def _zipped(archive: Path) -> Iterator[_Member]:
    with zipfile.ZipFile(archive) as source:
        for entry in source.infolist():

            def opened(entry: zipfile.ZipInfo = entry) -> IO[bytes]:
                return source.open(entry)

            kind = stat.S_IFMT(entry.external_attr >> 16)
            plain = kind in (0, stat.S_IFREG) and not entry.flag_bits & 1
            path = entry.orig_filename.rstrip("/")
            yield _Member(path, entry.file_size, entry.is_dir(), plain, opened)


def _inner(folder: Path) -> Path:
    """The release: the folder, or the one folder in it, as archives of a folder have."""
    found = list(folder.iterdir())
    return found[0] if len(found) == 1 and found[0].is_dir() else folder


def _refusal(why: str) -> InputError:
    return InputError(
        f"The archive is refused: {why}.",
        remedy="Nothing of it was kept. Get it again from where it was published.",
    )
