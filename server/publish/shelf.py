"""The releases of a home as they are read again: what each says of itself, and its files."""

import hashlib
import logging
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from ..build import folder
from ..errors import EnvironmentFault, UnknownName
from ..protocol.past import Release
from . import layout

TOLD = ("version", "date", "previous", "iri", "base", "graphs")
"""What is read of a manifest, besides the dataset."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Shelved:
    """A release that is published.

    Args:
        place: its folder.
        manifest: what `manifest.json` says.
        sums: SHA-256 of each file, by path; of all but `SHA256SUMS`.
    """

    version: str
    place: Path
    manifest: dict[str, Any]
    sums: dict[str, str]

    @property
    def hash(self) -> str:
        """RDFC-1.0 SHA-256 of the dataset."""
        return str(self.manifest["dataset"]["hash"])

    @property
    def paths(self) -> list[str]:
        """Of all files, sorted as `SHA256SUMS` is; that one is the last."""
        return [*self.sums, layout.SUMS]

    def size(self, path: str) -> int:
        """Of a file, in bytes."""
        return (self.place / path).lstat().st_size

    def read(self, path: str) -> tuple[bytes, str]:
        """The bytes of a file and their SHA-256.

        Raises:
            UnknownName: the release has no such file.
            EnvironmentFault: the bytes are not those that were published.
        """
        if path not in self.sums and path != layout.SUMS:
            raise UnknownName(
                f"The release {self.version} has no file {path[:80]!r}.",
                remedy=f"Its files are listed at /releases/{self.version}/.",
            )
        data = self._bytes(path)
        found = hashlib.sha256(data).hexdigest()
        if found != self.sums.get(path, found):
            raise self._damaged(path)
        return data, found

    def _bytes(self, path: str) -> bytes:
        try:
            return _read_below(self.place, path)
        except OSError as error:
            raise self._damaged(path) from error

    def _damaged(self, path: str) -> EnvironmentFault:
        return EnvironmentFault(
            f"The release {self.version} is damaged: {path} is not what was published.",
            remedy=f"The operator sees what changed with: ari verify releases/{self.version}",
        )


def find(home: Path, version: str) -> Shelved:
    """The release of a version.

    Raises:
        UnknownName: there is none; names those that there are.
        EnvironmentFault: its manifest or its sums can't be read, or contradict each other.
    """
    return _read(layout.existing(home, version))


def asked(home: Path, version: str) -> Release:
    """The release of a version, as queries need it.

    Raises: as `find`.
    """
    found = find(home, version)
    base = str(found.manifest["base"])
    return Release(version, found.hash, base, found.place / layout.DATASET)


def newest_first(home: Path) -> list[Shelved]:
    """Every release that can be read, by version, the newest first."""
    return shelved(home)[0]


def shelved(home: Path) -> tuple[list[Shelved], list[str]]:
    """Every release that can be read, by version, the newest first; and the versions of those that
    can't, which the log tells."""
    sound: list[Shelved] = []
    damaged: list[str] = []
    for version in reversed(layout.versions(home)):
        try:
            sound.append(find(home, version))
        except EnvironmentFault as error:
            _log.error("%s", error)
            damaged.append(version)
    return sound, damaged


def read_if_whole(release: Shelved, path: str) -> bytes | None:
    """The bytes of a file; None if they are not those that were published, which the log tells."""
    try:
        return release.read(path)[0]
    except EnvironmentFault as error:
        _log.error("%s", error)
        return None


def _read(place: Path) -> Shelved:
    try:
        told = (place / layout.SUMS).stat()
        return _remembered(place, told.st_ino, told.st_mtime_ns)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EnvironmentFault(
            f"The release {place.name} is damaged: it can't be read.",
            remedy=f"The operator sees what changed with: ari verify releases/{place.name}",
        ) from error


@lru_cache(maxsize=64)
def _remembered(place: Path, inode: int, changed: int) -> Shelved:
    """A release never changes, so it is read once; another folder in its place is another one."""
    manifest = folder.read_manifest(place)
    sums = dict(_lines((place / layout.SUMS).read_text(encoding="utf-8")))
    if manifest is None or sums.get(layout.DATASET) != manifest["dataset"]["hash"]:
        raise ValueError(f"{layout.MANIFEST} and {layout.SUMS} do not tell of one dataset")
    if missing := {*TOLD} - {*manifest}:
        raise ValueError(f"{layout.MANIFEST} does not tell {', '.join(sorted(missing))}")
    return Shelved(place.name, place, manifest, sums)


def _lines(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        digest, _, path = line.partition("  ")
        if len(digest) != 64 or not path:
            raise ValueError(f"{layout.SUMS} has a line of another form")
        yield path, digest


def _read_below(place: Path, path: str) -> bytes:
    """A regular file below a folder, with no link followed on the way."""
    here = os.open(place, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        *folders, name = path.split("/")
        for step in folders:
            here = _stepped(here, step)
        return _read_regular(here, name)
    finally:
        os.close(here)


def _stepped(here: int, name: str) -> int:
    """A folder in a folder, which is closed."""
    below = os.open(
        _plain(name), os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=here
    )
    os.close(here)
    return below


def _read_regular(here: int, name: str) -> bytes:
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    with open(os.open(_plain(name), flags, dir_fd=here), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(f"{name} is no file")
        return file.read()


def _plain(name: str) -> str:
    if name in ("", ".", ".."):
        raise OSError(f"{name!r} leads elsewhere")
    return name
