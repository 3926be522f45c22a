"""The build folder `{home}/build/{hash}/`: there as a whole, or not at all."""

import errno
import fcntl
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..errors import EnvironmentFault
from .rdfc import sha256

DATASET, FINDINGS, MANIFEST = "dataset.nq", "findings.json", "manifest.json"
FILES = (DATASET, FINDINGS, MANIFEST)
"""In the order of writing: a manifest vouches for the files before it."""

_HASH = re.compile(r"[0-9a-f]{64}")
_UNFINISHED = ".new-"
_FULL = (errno.ENOSPC, errno.EDQUOT)
_CLOSED = (errno.EACCES, errno.EPERM, errno.EROFS)


def builds_folder(home: Path) -> Path:
    """Where builds stand, one folder each, named by the hash of the dataset."""
    return home / "build"


def write(home: Path, name: str, files: Mapping[str, bytes]) -> tuple[Path, bool]:
    """Write a build, and nothing if it is there already.

    A new folder is filled and synced beside the others and then renamed; what a killed build left
    is cleared first. A folder that is there is mended file by file, each one by a rename.

    Args:
        name: SHA-256 of the dataset.
        files: the bytes of each of `FILES`.

    Returns:
        The folder, and whether it is new.

    Raises:
        EnvironmentFault: no space, a read-only disk, no permission; nothing half-written is left.
    """
    folder = builds_folder(home)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with alone(folder):
            _clear(folder)
            return folder / name, _put(folder, name, files)
    except OSError as error:
        raise fault(error, folder) from error


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One writer at a time; the lock goes with its process."""
    with (folder / ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _clear(folder: Path) -> None:
    for left in folder.glob(f"{_UNFINISHED}*"):
        shutil.rmtree(left)


def _put(folder: Path, name: str, files: Mapping[str, bytes]) -> bool:
    new = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=folder))
    try:
        for file in FILES:
            write_synced(new / file, files[file])
        sync(new)
        return _switch(new, folder / name)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _switch(new: Path, target: Path) -> bool:
    if not target.is_dir():
        # mkdtemp makes a private folder; a build is as open as the umask lets it be.
        new.chmod(0o777 & ~_umask())
        new.rename(target)
        sync(target.parent)
        return True
    _mend(new, target)
    # The newest build is the one made last, even if it was there before.
    os.utime(target)
    return False


def _mend(new: Path, target: Path) -> None:
    for file in FILES:
        if _read(target / file) != _read(new / file):
            (new / file).replace(target / file)
    sync(target)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def write_synced(path: Path, data: bytes) -> None:
    """Write a file and make its contents durable."""
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def sync(folder: Path) -> None:
    """Make names durable, not only contents (POSIX fsync of a folder)."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def fault(error: OSError, folder: Path, what: str = "The build") -> EnvironmentFault:
    """Why something can't be written, in words."""
    place = error.filename or folder
    if error.errno in _FULL:
        remedy = "Free some space, or set ARI_HOME to a folder on another disk."
        return EnvironmentFault(f"There is no space left to write in {folder}.", remedy=remedy)
    remedy = "Make it writable, or set ARI_HOME to a folder that is."
    why = "not writable" if error.errno in _CLOSED else (error.strerror or str(error))
    return EnvironmentFault(f"{what} can't be written: {place}: {why}.", remedy=remedy)


def json_bytes(value: Any) -> bytes:
    """JSON with sorted keys, the same on every machine."""
    text = json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True)
    return f"{text}\n".encode()


def find(home: Path, inputs: str) -> Path | None:
    """The whole build that was made of these inputs (`sources.inputs_digest`), if there is one."""
    for folder in builds(home):
        manifest = read_manifest(folder)
        if manifest is not None and manifest.get("inputs") == inputs and is_whole(folder):
            return folder
    return None


def newest(home: Path) -> Path | None:
    """The whole build that was made last."""
    by_age = sorted(builds(home), key=_made, reverse=True)
    return next((folder for folder in by_age if is_whole(folder)), None)


def builds(home: Path) -> list[Path]:
    """The folders that may be builds, by name; what is named otherwise is not ours."""
    try:
        found = [path for path in builds_folder(home).iterdir() if _HASH.fullmatch(path.name)]
    except OSError:
        return []
    return sorted(path for path in found if path.is_dir())


def is_whole(folder: Path) -> bool:
    """Whether the files are those that the build wrote: the name is the hash of the dataset."""
    manifest = read_manifest(folder)
    data, findings = _read(folder / DATASET), _read(folder / FINDINGS)
    if manifest is None or data is None or findings is None:
        return False
    return (sha256(data), sha256(findings)) == (folder.name, manifest.get("findings", ""))


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """The manifest of a build; None if there is none that can be read."""
    try:
        manifest = json.loads(_read(folder / MANIFEST) or b"null")
    except ValueError:
        return None
    return manifest if isinstance(manifest, dict) else None


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _made(folder: Path) -> tuple[int, str]:
    try:
        return folder.stat().st_mtime_ns, folder.name
    except OSError:
        return 0, folder.name
