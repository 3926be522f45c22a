"""Folders that change as a whole: a kill at any moment leaves the old one or the new one."""

import ctypes
import errno
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from ...build.folder import sync, write_synced
from ...errors import EnvironmentFault

_NEW, _OLD = ".new-", ".old-"
_RENAME_EXCHANGE = 2
_AT_FDCWD = -100
_UNSUPPORTED = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EXDEV)


@contextmanager
def alone(root: Path) -> Iterator[None]:
    """One import at a time writes below a folder; what a killed one left is cleared first.

    Raises:
        EnvironmentFault: it can't be made or locked.
    """
    try:
        root.mkdir(parents=True, exist_ok=True)
        lock = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise fault(error, root) from error
    try:
        # The folder itself is locked: a lock file would lie about in a checkout.
        fcntl.flock(lock, fcntl.LOCK_EX)
        _recover(root)
        yield
    finally:
        os.close(lock)


def _recover(root: Path) -> None:
    try:
        _clear(root)
    except OSError as error:
        raise fault(error, root) from error


def _clear(root: Path) -> None:
    for left in root.glob(f"{_OLD}*"):
        name = root / left.name.removeprefix(_OLD)
        if name.exists():
            shutil.rmtree(left)
        else:
            left.rename(name)
    for left in root.glob(f"{_NEW}*"):
        shutil.rmtree(left)


def put(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files into a folder, new or not, all at once; the other files in it stay.

    Raises:
        EnvironmentFault: no space, no permission; then nothing has changed.
    """
    try:
        new = Path(tempfile.mkdtemp(prefix=_NEW, dir=folder.parent))
        try:
            if folder.is_dir():
                shutil.copytree(folder, new, dirs_exist_ok=True)
            for name, data in files.items():
                write_synced(new / name, data)
            # mkdtemp makes a private folder; this one is as open as the one around it.
            new.chmod(folder.parent.stat().st_mode & 0o777)
            sync(new)
            _switch(new, folder)
        finally:
            shutil.rmtree(new, ignore_errors=True)
    except OSError as error:
        raise fault(error, folder) from error


def _switch(new: Path, folder: Path) -> None:
    if not folder.is_dir():
        new.rename(folder)
    elif not _exchange(new, folder):
        # The moment between the two is healed by the next import.
        old = folder.with_name(f"{_OLD}{folder.name}")
        folder.rename(old)
        new.rename(folder)
        shutil.rmtree(old)
    sync(folder.parent)


def _exchange(one: Path, other: Path) -> bool:
    """Let two folders change their names at once (renameat2); False where that can't be done."""
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    names = (os.fsencode(one), os.fsencode(other))
    if rename(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in _UNSUPPORTED:
        return False
    raise OSError(number, os.strerror(number), str(other))


def fault(error: OSError, place: Path) -> EnvironmentFault:
    """The error of a disk that is full, closed or broken."""
    remedy = "Make it writable and free some space, or name another folder by ARI_HOME or --data."
    return EnvironmentFault(
        f"{error.filename or place} can't be written: {error.strerror}.", remedy=remedy
    )
