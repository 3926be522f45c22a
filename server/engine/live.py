"""The live store on disk: `{home}/live/`, a base in N-Quads and a log of the writes since.

`state.json` names the two files of the present generation. A write is durable once it stands in
the log, whole and synced; a new generation is made beside the old one and switched to by renaming
`state.json`. So at any moment there is the old or the new state, never something between.
"""

import contextlib
import errno
import fcntl
import hashlib
import json
import os
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from ..build.folder import DATASET, sync, write_synced
from ..errors import EnvironmentFault
from . import patch
from .patch import Transaction

STATE, LOCK = "state.json", "lock"
LOCK_SECONDS = 3.0
"""How long to wait for a server that is just ending."""
_PIECE = 1 << 20
_FULL = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True)
class State:
    """What `state.json` says.

    Args:
        build: the build that the store began as.
        generation: names the files: `base-{generation}.nq`, `log-{generation}.rdfp`.
        revision: of the base.
        sha256: of the bytes of the base.
        writes: done before the base was made.
        empty: named graphs of the base without a statement.
    """

    build: str
    generation: int
    revision: str
    sha256: str
    writes: int = 0
    empty: tuple[str, ...] = ()

    @property
    def base(self) -> str:
        return f"base-{self.generation}.nq"

    @property
    def log(self) -> str:
        return f"log-{self.generation}.rdfp"

    @property
    def text(self) -> str:
        """As it stands in the file."""
        return json.dumps(asdict(self), indent=2) + "\n"


@dataclass(frozen=True)
class Opened:
    """A live store whose lock is held.

    Args:
        folder: of the store.
        lock: descriptor of the lock; a process that inherits it holds the lock too.
        build: the build that the store began as.
        writes: that it holds.
    """

    folder: Path
    lock: int
    build: str
    writes: int


@contextlib.contextmanager
def opened(
    home: Path, build: Path, *, reset: bool = False, shared: bool = False
) -> Iterator[Opened]:
    """The live store of a home, alone or beside other readers, as long as the block lasts.

    It begins as `build`, and does so again with `reset`, or if it holds no writes.

    Args:
        shared: nothing will be written, so others may read it too.

    Raises:
        EnvironmentFault: another server holds it; it is damaged; no space, no permission.
    """
    folder = home / "live"
    with _told(folder):
        folder.mkdir(parents=True, exist_ok=True)
        lock, alone = _lock(folder, shared)
    try:
        with _told(folder):
            state = None if reset else read_state(folder)
            writes = 0 if state is None else state.writes + len(_recovered(folder, state))
            if state is None or (writes == 0 and state.build != build.name):
                if not alone:
                    raise _held(folder)
                state = _begin(folder, build)
            if alone:
                _clear(folder, state)
            if shared:
                fcntl.flock(lock, fcntl.LOCK_SH)
        yield Opened(folder, lock, state.build, writes)
    finally:
        os.close(lock)


def lock_alone(folder: Path) -> int:
    """Hold a store, so that no server can use it; gives the descriptor of its lock.

    Raises:
        EnvironmentFault: a server holds it; no permission.
    """
    with _told(folder):
        return _lock(folder, shared=False)[0]


def _lock(folder: Path, shared: bool) -> tuple[int, bool]:
    """The lock of the store, and whether nobody else has it."""
    until = time.monotonic() + LOCK_SECONDS
    lock = _open_lock(folder)
    while time.monotonic() < until:
        for kind in (fcntl.LOCK_EX, fcntl.LOCK_SH) if shared else (fcntl.LOCK_EX,):
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(lock, kind | fcntl.LOCK_NB)
                if _is_lock_of(folder, lock):
                    return lock, kind == fcntl.LOCK_EX
                # A restore has put another store in the place of the one that was locked.
                os.close(lock)
                lock = _open_lock(folder)
        time.sleep(0.05)
    os.close(lock)
    raise _held(folder)


def _open_lock(folder: Path) -> int:
    return os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _is_lock_of(folder: Path, lock: int) -> bool:
    try:
        return os.path.samestat(os.stat(folder / LOCK), os.fstat(lock))
    except FileNotFoundError:
        return False


def _held(folder: Path) -> EnvironmentFault:
    return EnvironmentFault(
        f"Another server holds the live store {folder}.",
        remedy="End it first, or set ARI_HOME to another folder.",
    )


def read_state(folder: Path) -> State | None:
    """What `state.json` says; None if there is none yet.

    Raises:
        EnvironmentFault: it can't be understood.
    """
    try:
        fields = json.loads((folder / STATE).read_bytes())
        return State(**{**fields, "empty": tuple(fields["empty"])})
    except FileNotFoundError:
        return None
    except (ValueError, TypeError, KeyError) as error:
        raise _damaged(folder / STATE, str(error)) from error


def read_base(folder: Path, state: State) -> bytes:
    """The base, in N-Quads.

    Raises:
        EnvironmentFault: it is not as it was written.
    """
    data = (folder / state.base).read_bytes()
    if hashlib.sha256(data).hexdigest() != state.sha256:
        raise _damaged(folder / state.base, "its bytes have changed")
    return data


def count_base(folder: Path, state: State) -> int:
    """The number of statements of the base, of which little is in memory at a time.

    Raises:
        EnvironmentFault: it is not as it was written.
    """
    digest, lines = hashlib.sha256(), 0
    with (folder / state.base).open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
            lines += piece.count(b"\n")
    if digest.hexdigest() != state.sha256:
        raise _damaged(folder / state.base, "its bytes have changed")
    return lines


def _recovered(folder: Path, state: State) -> list[Transaction]:
    """The writes in the log; what a crash left of an unfinished one at its end is cut off.

    Raises:
        EnvironmentFault: whole writes follow one that can't be read, which no crash leaves.
    """
    path = folder / state.log
    data = path.read_bytes()
    found = list(patch.read(data, state.revision))
    whole = found[-1][1] if found else 0
    if data.count(b"\n" + patch.END, whole) > 1:
        raise _damaged(path, f"a write that begins at byte {whole} can't be read")
    if whole < len(data):
        with path.open("r+b") as file:
            file.truncate(whole)
            os.fsync(file.fileno())
    return [transaction for transaction, _ in found]


def _damaged(path: Path, why: str) -> EnvironmentFault:
    return EnvironmentFault(
        f"The live store is damaged: {path}: {why}.",
        remedy="Put back the folder from a backup, or begin again from the build: "
        "ari serve --reset.",
    )


# A new generation


def _begin(folder: Path, build: Path) -> State:
    """Begin as a build: its dataset is linked where the disk can do that, else copied."""
    data = (build / DATASET).read_bytes()
    taken = [int(path.stem.partition("-")[2]) for path in folder.glob("base-*.nq")]
    generation = max(taken, default=-1) + 1
    state = State(build.name, generation, build.name, hashlib.sha256(data).hexdigest())
    base = folder / state.base
    try:
        base.hardlink_to(build / DATASET)
    except OSError:
        write_synced(base, data)
    _switch(folder, state)
    return state


def compact(
    folder: Path, old: State, revision: str, writes: int, base: bytes, empty: tuple[str, ...]
) -> State:
    """Make a base that holds the writes, and an empty log, and switch to them.

    Raises:
        OSError: no space, no permission; the old generation stays.
    """
    digest = hashlib.sha256(base).hexdigest()
    state = State(old.build, old.generation + 1, revision, digest, writes, empty)
    write_synced(folder / state.base, base)
    _switch(folder, state)
    _clear(folder, state)
    return state


def _switch(folder: Path, state: State) -> None:
    write_synced(folder / state.log, b"")
    new = folder / f".{STATE}"
    write_synced(new, state.text.encode())
    sync(folder)
    new.replace(folder / STATE)
    sync(folder)


def _clear(folder: Path, state: State) -> None:
    """Remove what other generations left, once it is sure that this one stays."""
    kept = (STATE, LOCK, state.base, state.log)
    left = [path for path in folder.iterdir() if path.name not in kept]
    if left:
        sync(folder)
    for path in left:
        with contextlib.suppress(OSError):
            path.unlink()


class Log:
    """The log of the present generation, open for appending.

    Raises:
        EnvironmentFault: it is damaged.
        OSError: it can't be opened.
    """

    def __init__(self, folder: Path, state: State) -> None:
        self.held = _recovered(folder, state)
        self._descriptor = os.open(folder / state.log, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
        self._size = os.fstat(self._descriptor).st_size
        self.is_sound = True

    def append(self, text: bytes) -> None:
        """Add a transaction; when this returns, it survives a power cut.

        Raises:
            OSError: it can't be written; the log is as before. If it can't be made so,
                `is_sound` is False: only reading it again tells what it holds.
        """
        try:
            self._write(text)
            os.fsync(self._descriptor)
        except OSError:
            self._cut()
            raise
        self._size += len(text)

    def _write(self, text: bytes) -> None:
        rest = memoryview(text)
        while rest:
            rest = rest[os.write(self._descriptor, rest) :]

    def _cut(self) -> None:
        try:
            os.ftruncate(self._descriptor, self._size)
            os.fsync(self._descriptor)
        except OSError:
            self.is_sound = False

    def close(self) -> None:
        os.close(self._descriptor)


@contextlib.contextmanager
def _told(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise fault(error, folder) from error


def fault(error: OSError, folder: Path) -> EnvironmentFault:
    """Why the store can't be read or written, in words."""
    if error.errno in _FULL:
        remedy = "Free some space, or set ARI_HOME to a folder on another disk."
        return EnvironmentFault(f"There is no space left to write in {folder}.", remedy=remedy)
    place, why = error.filename or folder, error.strerror or str(error)
    remedy = "Make it writable, or set ARI_HOME to a folder that is."
    return EnvironmentFault(f"The live store can't be used: {place}: {why}.", remedy=remedy)
