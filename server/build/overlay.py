"""What an operator adds to the sources: imported editions, and decisions on mappings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import EnvironmentFault

FOLDERS = ("editions", "decisions")
"""Folders of a home; the files below them are named with the folder before them."""

_SUFFIXES = (".csv", ".toml", ".tsv")
_TRIES = 100


@dataclass(frozen=True)
class Overlay:
    """Files laid over the sources, by name: `editions/{edition}/…`, `decisions/…`."""

    files: Mapping[str, bytes] = field(default_factory=dict)

    @classmethod
    def of(cls, home: Path) -> "Overlay":
        """What stands below a home folder, read at once: an import may run beside.

        Raises:
            EnvironmentFault: it can't be read.
        """
        try:
            editions = [f for place in _folders(home / "editions") for f in _whole(place)]
            decisions = _files(home / "decisions")
        except OSError as error:
            detail = f"{error.filename} can't be read: {error.strerror}."
            raise EnvironmentFault(detail, remedy="Check its permissions.") from error
        found = [*editions, *decisions]
        return cls({path.relative_to(home).as_posix(): data for path, data in found})

    def holding(self, files: Mapping[str, bytes]) -> "Overlay":
        """The same with further files, or files that say something else."""
        return Overlay({**self.files, **files})

    def editions(self) -> list[str]:
        """The keys of the editions of which something stands here, by name."""
        names = (name.split("/") for name in self.files)
        return sorted({parts[1] for parts in names if parts[0] == "editions"})

    def decisions(self) -> list[str]:
        """The names of the files of decisions."""
        return sorted(name for name in self.files if name.startswith("decisions/"))


def _whole(folder: Path) -> list[tuple[Path, bytes]]:
    """The files of one edition; an import replaces its folder, so all come from the same one."""
    for _ in range(_TRIES):
        try:
            before = folder.stat().st_ino
            found = _files(folder)
            if folder.stat().st_ino == before:
                return found
        except FileNotFoundError:
            continue
    raise EnvironmentFault(f"{folder} changes while it is read.", remedy="Try again.")


def _folders(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.name[0] not in "._" and path.is_dir())


def _files(folder: Path) -> list[tuple[Path, bytes]]:
    if not folder.is_dir():
        return []
    found = sorted(path for path in folder.iterdir() if path.suffix in _SUFFIXES)
    return [(path, path.read_bytes()) for path in found if path.name[0] not in "._"]
