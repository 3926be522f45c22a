"""Large data: a state of a live store as a RocksDB folder, `{home}/live/.disk/{revision}-{mode}/`.

Whoever writes to such a folder is a process of its own, which ends with it: an open RocksDB has
threads, and the nursery must have none. A folder is made under another name, synced, and renamed,
so it is there as a whole or not at all; it can always be made again from the base and the log.
Who uses one holds a shared lock on it, which forks inherit: what nobody holds may be removed.
"""

import contextlib
import fcntl
import json
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, parse

from ..build.folder import sync, write_synced
from . import isolation
from .patch import Transaction
from .snapshot import UNNAMED, Snapshot

FOLDER = ".disk"
"""Backups leave out names that begin with a dot."""
_DATA, _ABOUT, _NEW = "data", "about.json", ".new-"


@dataclass(frozen=True)
class About:
    """What a snapshot is beside its statements; see there."""

    graphs: dict[str, int]
    union: bool
    disjoint: bool
    merged: bool

    def snapshot(self, store: Store, *, fixed: bool = False) -> Snapshot:
        return Snapshot(store, **asdict(self), fixed=fixed)


class OnDisk:
    """A state that is kept on disk; the nursery holds it, workers open it after the fork.

    Args:
        folder: a whole one.

    Raises:
        OSError: it is not there, or can't be read.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = _hold(folder)
        self._about = About(**json.loads((folder / _ABOUT).read_bytes()))

    @property
    def graphs(self) -> dict[str, int]:
        """The named graphs and the number of triples in each."""
        return self._about.graphs

    def opened(self) -> Snapshot:
        """For a reader. Call it in a process that does not fork any more."""
        store = Store.read_only(str(self.folder / _DATA))
        return self._about.snapshot(store, fixed=True)

    def own(self) -> Snapshot:
        """For a writer: a copy that it may use up, by links, so it takes milliseconds.

        Call it as `opened`; `clear` removes the copy once the process has ended.
        """
        folder = Path(tempfile.mkdtemp(prefix=_NEW, dir=self.folder.parent))
        # Held until the process ends.
        _hold(folder)
        return self._about.snapshot(_copy(self.folder, folder))

    def apply(self, transaction: Transaction) -> "OnDisk":
        """The state after a write; this one may still be read by those who do.

        Raises:
            OSError: it can't be written; this one stays.
        """
        place = _place(self.folder.parent, transaction.revision, union=self._about.union)
        return self.after([transaction], place)

    def after(self, log: Iterable[Transaction], place: Path) -> "OnDisk":
        """As `apply`, for several writes: the folder of the last."""
        made = _made(place, lambda new: _after(log, self._about.snapshot(_copy(self.folder, new))))
        self.close()
        return made

    def close(self) -> None:
        """Let go of it; forks that have it keep it."""
        os.close(self._lock)


def load(
    home: Path,
    base: Path,
    base_revision: str,
    log: Sequence[Transaction],
    *,
    union: bool,
    empty: Iterable[str] = (),
) -> OnDisk:
    """The state that a base and the writes since amount to.

    What is there already is taken, the newest state of this history first.

    Args:
        home: the folder of the live store.
        base: N-Quads, with named graphs without a statement in `empty`.
        union: as for `snapshot.load`.

    Raises:
        OSError: no space, no permission.
        SyntaxError: the base can't be read.
    """
    folder = home / FOLDER
    folder.mkdir(exist_ok=True)
    revisions = [base_revision, *(transaction.revision for transaction in log)]
    places = [_place(folder, revision, union=union) for revision in revisions]
    newest = max((number for number, place in enumerate(places) if place.is_dir()), default=-1)
    if newest == len(log):
        held = OnDisk(places[-1])
    elif newest < 0:
        filled = partial(_filled, base=base, union=union, empty=empty)
        held = _made(places[-1], lambda new: _after(log, filled(new)))
    else:
        older = OnDisk(places[newest])
        held = older.after(log[newest:], places[-1])
    return held


def clear(home: Path) -> None:
    """Remove what nobody uses: older states, and what a crash has left."""
    for folder in (home / FOLDER).glob("*-*"):
        with contextlib.suppress(OSError):
            lock = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder)
            finally:
                os.close(lock)


def _place(folder: Path, revision: str, *, union: bool) -> Path:
    return folder / f"{revision}-{'union' if union else 'strict'}"


def _after(log: Iterable[Transaction], snapshot: Snapshot) -> Snapshot:
    for transaction in log:
        snapshot = snapshot.apply(transaction)
    return snapshot


def _hold(folder: Path) -> int:
    """A descriptor with a shared lock on a folder that is there."""
    lock = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(lock, fcntl.LOCK_SH)
        if not os.path.samestat(os.stat(folder), os.fstat(lock)):
            raise FileNotFoundError(folder)
    except BaseException:
        os.close(lock)
        raise
    return lock


def _copy(folder: Path, target: Path) -> Store:
    Store.read_only(str(folder / _DATA)).backup(str(target / _DATA))
    return Store(str(target / _DATA))


# In a process of its own


def _made(place: Path, make: Callable[[Path], Snapshot]) -> OnDisk:
    """Have a folder made, and open it.

    Raises:
        OSError, SyntaxError: it could not be.
    """
    ours, theirs = os.pipe()
    parent = os.getpid()
    if os.fork() == 0:
        _tell(theirs, lambda: _make(parent, place, make))
    os.close(theirs)
    with open(ours, "rb") as pipe:
        said = json.loads(pipe.read() or b'["OSError", "the process that writes it was ended"]')
    if said:
        kind = {"SyntaxError": SyntaxError, "MemoryError": MemoryError}.get(said[0], OSError)
        raise kind(f"{place.parent}: {said[1]}")
    return OnDisk(place)


def _tell(pipe: int, act: Callable[[], None]) -> None:
    """Do it and say what came of it; never returns."""
    said: Any = []
    try:
        act()
    except (OSError, SyntaxError, MemoryError, ValueError, RuntimeError) as error:
        said = [type(error).__name__, str(error)]
    finally:
        with contextlib.suppress(OSError):
            os.write(pipe, json.dumps(said).encode()[: 1 << 15])
        os._exit(0)


def _make(parent: int, place: Path, make: Callable[[Path], Snapshot]) -> None:
    isolation.die_with_parent(parent)
    folder = Path(tempfile.mkdtemp(prefix=_NEW, dir=place.parent))
    lock = _hold(folder)
    made = make(folder)
    made.store.flush()
    about = About(made.graphs, made.union, made.disjoint, made.merged)
    # It must be closed before anybody opens it.
    del made.store
    write_synced(folder / _ABOUT, json.dumps(asdict(about)).encode())
    sync(folder / _DATA)
    sync(folder)
    try:
        folder.rename(place)
    except OSError:
        # Another server has made the same in the meantime.
        if not place.is_dir():
            raise
    sync(place.parent)
    os.close(lock)


def _filled(folder: Path, *, base: Path, union: bool, empty: Iterable[str]) -> Snapshot:
    """The default graph of a union is the merge from the beginning: a set, as keys are."""
    store = Store(str(folder / _DATA))
    sizes: Counter[str] = Counter(dict.fromkeys(empty, 0))
    known: set[int] = set()
    with base.open("rb") as source:
        quads = parse(source, format=RdfFormat.N_QUADS)
        noted = _noted(quads, known, sizes)
        store.bulk_extend(_with_merge(noted) if union else noted)
    for name in empty:
        store.add_graph(NamedNode(name))
    store.optimize()
    disjoint = len(known) == sizes.pop("")
    return About(dict(sorted(sizes.items())), union, disjoint, union).snapshot(store)


def _noted(quads: Iterable[Quad], known: set[int], sizes: Counter[str]) -> Iterator[Quad]:
    for quad in quads:
        known.add(hash(quad.triple))
        sizes[""] += 1
        if isinstance(quad.graph_name, NamedNode):
            sizes[quad.graph_name.value] += 1
        yield quad


def _with_merge(quads: Iterable[Quad]) -> Iterator[Quad]:
    for quad in quads:
        s, p, o, graph = quad
        yield Quad(s, p, o)
        yield Quad(s, p, o, UNNAMED) if isinstance(graph, DefaultGraph) else quad
