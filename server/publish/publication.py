"""The folder of a release: there as a whole, or not at all."""

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..build.folder import alone, fault, sync, write_synced
from ..errors import InputError
from . import layout
from .facts import FileFacts


class Publication:
    """A release folder that is being filled, out of sight.

    Args:
        folder: where the files go for now.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files: dict[str, FileFacts] = {}

    def add(self, path: str, data: bytes) -> None:
        """Write a file.

        Args:
            path: inside the release, parts divided by `/`.

        Raises:
            OSError: it can't be written.
            ValueError: a file of that name is there already, which is a fault of ours.
        """
        if path in self.files:
            raise ValueError(f"two parts of the release write {path}")
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        write_synced(target, data)
        digest = hashlib.sha256(data).hexdigest()
        self.files[path] = FileFacts(len(data), digest, *layout.media_type(path))

    def sync(self) -> None:
        """Make the names of all files durable; their contents are already."""
        for folder, _, _ in os.walk(self.folder):
            sync(Path(folder))


@contextmanager
def published(home: Path, version: str) -> Iterator[Publication]:
    """A folder to fill, which becomes the release when the block ends without an error.

    One writer at a time. What a killed writer left is cleared first.

    Raises:
        InputError: there is such a release already.
        EnvironmentFault: no space, a read-only disk, no permission; nothing is left then.
    """
    target = layout.release_folder(home, version)
    shelf = target.parent
    try:
        shelf.mkdir(parents=True, exist_ok=True)
        with alone(shelf):
            refuse_existing(home, version)
            _clear(shelf)
            with _part(shelf / f".{version}.{os.getpid()}.part") as part:
                yield part
                part.sync()
                part.folder.rename(target)
                sync(shelf)
    except OSError as error:
        raise fault(error, shelf, "The release") from error


def refuse_existing(home: Path, version: str) -> None:
    """Refuse a version that is there: what was published never changes.

    Raises:
        InputError: it is, or its name can't be one.
    """
    if layout.release_folder(home, version).exists():
        raise InputError(
            f"There is a release {version} already, and a release never changes.",
            remedy="Give the next version.",
            extra={"releases": layout.versions(home)},
        )


def _clear(shelf: Path) -> None:
    for left in shelf.glob(".*.part"):
        shutil.rmtree(left)


@contextmanager
def _part(folder: Path) -> Iterator[Publication]:
    folder.mkdir()
    try:
        yield Publication(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
