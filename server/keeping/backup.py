"""A backup of a home folder: all that can't be made again, while the server goes on.

The live store is taken as it is durable at one moment: every write that was acknowledged before the
backup began is in it, and none without those before it. Builds are left out, as `ari build` makes
them from the same sources.
"""

import contextlib
import io
import json
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from .. import __version__
from ..build.folder import sync
from ..engine import live, patch
from ..engine.live import State
from ..errors import EnvironmentFault, InputError
from .archive import Writer, told

LIVE = "live"
FOLDERS = ("decisions", "editions", LIVE, "releases")
"""What is kept of a home folder, in order."""
ABOUT = "backup.json"
FORMAT = 1
_TRIES = 20


@dataclass(frozen=True)
class About:
    """What a backup says of itself.

    Args:
        format: of the archive.
        software: version that made it.
        revision: of the live store; empty if there is none.
        writes: that the live store holds.
    """

    format: int
    software: str
    revision: str
    writes: int

    @property
    def text(self) -> bytes:
        return (json.dumps(vars(self), indent=2) + "\n").encode()


@dataclass(frozen=True)
class _Store:
    """A live store at one moment; its files are open."""

    state: State
    base: IO[bytes]
    log: bytes
    revision: str
    writes: int


def back_up(home: Path, target: Path) -> About:
    """Write a backup, whole or not at all.

    Raises:
        InputError: the target is there already; there is nothing to keep; a name, a link or
            something else that an archive can't hold.
        EnvironmentFault: no space, no permission; the live store is damaged.
    """
    if target.exists():
        raise InputError(f"{target} is there already.", remedy="Name a file that is not.")
    with told(target), _new_file(target) as file, contextlib.ExitStack() as stack:
        store = _store(home / LIVE, stack)
        revision, writes = (store.revision, store.writes) if store else ("", 0)
        about = About(FORMAT, __version__, revision, writes)
        writer = Writer(file)
        names = [name for folder in FOLDERS for name in _files(home, folder, store)]
        if not names:
            raise InputError(f"There is nothing in {home} that a backup would keep.")
        _add(writer, ABOUT, about.text)
        for name in names:
            _add_file(writer, home, name, store)
        writer.end()
    return about


def _files(home: Path, folder: str, store: _Store | None) -> list[str]:
    if folder == LIVE:
        of_store = (store.state.base, store.state.log, live.STATE) if store else ()
        return [f"{LIVE}/{name}" for name in of_store]
    return sorted(_below(home, home / folder))


def _below(home: Path, folder: Path) -> Iterator[str]:
    """The files below a folder; what begins with a dot is the unfinished work of a command."""
    if not folder.is_dir():
        return
    for path in folder.iterdir():
        if path.name.startswith("."):
            continue
        if path.is_symlink() or not (path.is_dir() or path.is_file()):
            raise InputError(
                f"{path} is neither a file nor a folder, so a backup can't keep it.",
                remedy="Put the file itself there.",
            )
        if path.is_dir():
            yield from _below(home, path)
        else:
            yield path.relative_to(home).as_posix()


def _add_file(writer: Writer, home: Path, name: str, store: _Store | None) -> None:
    if store and name == f"{LIVE}/{live.STATE}":
        _add(writer, name, store.state.text.encode())
    elif store and name == f"{LIVE}/{store.state.log}":
        _add(writer, name, store.log)
    elif store and name == f"{LIVE}/{store.state.base}":
        writer.add(name, store.base, os.fstat(store.base.fileno()).st_size)
    else:
        with (home / name).open("rb") as file:
            writer.add(name, file, os.fstat(file.fileno()).st_size)


def _add(writer: Writer, name: str, data: bytes) -> None:
    writer.add(name, io.BytesIO(data), len(data))


def _store(folder: Path, stack: contextlib.ExitStack) -> _Store | None:
    """The live store as it is durable now; None if there is none."""
    for _ in range(_TRIES):
        state = live.read_state(folder)
        if state is None:
            return None
        # A server that begins a new generation removes the files of the old one.
        with contextlib.suppress(FileNotFoundError):
            base = stack.enter_context((folder / state.base).open("rb"))
            log = _durable_log(folder / state.log)
            found = list(patch.read(log, state.revision))
            whole = found[-1][1] if found else 0
            revision = found[-1][0].revision if found else state.revision
            return _Store(state, base, log[:whole], revision, state.writes + len(found))
    raise EnvironmentFault(f"The live store {folder} names files that are not there.")


def _durable_log(path: Path) -> bytes:
    """The bytes of a log, once they would survive a power cut.

    A server that fails to make a write durable cuts it off again and does not acknowledge it: so
    what was read counts only as far as it is still there after a sync.
    """
    with path.open("rb") as log:
        data = log.read()
        os.fsync(log.fileno())
        return data[: os.fstat(log.fileno()).st_size]


@contextlib.contextmanager
def _new_file(target: Path) -> Iterator[IO[bytes]]:
    """A file that appears under its name once it is whole and synced."""
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}-", dir=target.parent)
    try:
        with open(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.rename(name, target)
    except BaseException:
        os.unlink(name)
        raise
    sync(target.parent)
