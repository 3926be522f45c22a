"""Engines over datasets that never change: started at the first question, a few at a time."""

import contextlib
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path

from ..config import Settings
from ..errors import NotReady, TooBusy
from .embedded import EmbeddedEngine
from .keeper import Nursery


class Standing:
    """The engines of one process; its methods may be called from many threads.

    Each takes the memory of its dataset, so there are at most `settings.releases_loaded`. One more
    takes the place of the idle one that was asked longest ago, which is ended first.

    Args:
        settings: of the engines.
        workers: of each engine.
    """

    def __init__(self, settings: Settings, workers: int) -> None:
        self._settings = settings
        self._workers = workers
        self._turns = threading.Condition()
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._closed = False

    @contextlib.contextmanager
    def engine(self, dataset: Path, digest: str) -> Iterator[EmbeddedEngine]:
        """The engine over a file in N-Quads, which stays while the block runs.

        Args:
            digest: SHA-256 of the file, and the revision of its data.

        Raises:
            TooBusy: no place came free in time.
            NotReady: the process ends.
            EnvironmentFault: the file can't be read or has another digest.
        """
        kept = self._enter(dataset, digest)
        try:
            yield kept.engine()
        finally:
            self._leave(kept)

    def close(self) -> None:
        """End all engines; afterwards there are none. May be called twice."""
        with self._turns:
            self._closed = True
            while self._kept:
                self._kept.popitem()[1].close()
            self._turns.notify_all()

    def __len__(self) -> int:
        return len(self._kept)

    def _enter(self, dataset: Path, digest: str) -> "_Kept":
        until = time.monotonic() + self._settings.query_seconds
        with self._turns:
            while not self._closed:
                kept = self._kept.get(digest) or self._new(dataset, digest)
                if kept is not None:
                    kept.users += 1
                    self._kept.move_to_end(digest)
                    return kept
                if not self._turns.wait(until - time.monotonic()):
                    raise TooBusy
        raise NotReady

    def _new(self, dataset: Path, digest: str) -> "_Kept | None":
        """A new place, if there is room or an idle one gives way."""
        if len(self._kept) >= self._settings.releases_loaded:
            idle = next((key for key, kept in self._kept.items() if not kept.users), None)
            if idle is None:
                return None
            self._kept.pop(idle).close()
        self._kept[digest] = _Kept(dataset, digest, self._settings, self._workers)
        return self._kept[digest]

    def _leave(self, kept: "_Kept") -> None:
        with self._turns:
            kept.users -= 1
            if not kept.users and not kept.runs:
                self._kept.pop(kept.digest, None)
            self._turns.notify_all()


class _Kept:
    """One engine, started by the first who needs it while others who need it wait."""

    def __init__(self, dataset: Path, digest: str, settings: Settings, workers: int) -> None:
        self.users = 0
        self.digest = digest
        self._make = threading.Lock()
        self._settings = settings
        self._workers = workers
        self._dataset = dataset
        self._running: tuple[EmbeddedEngine, Nursery] | None = None
        self._closed = False

    @property
    def runs(self) -> bool:
        """Whether it was started."""
        return self._running is not None

    def engine(self) -> EmbeddedEngine:
        with self._make:
            if self._closed:
                raise NotReady
            if self._running is None:
                nursery = Nursery(self._dataset, self.digest, self._settings, digest=self.digest)
                nursery.start()
                engine = EmbeddedEngine(nursery.address, self._settings, workers=self._workers)
                self._running = engine, nursery
            return self._running[0]

    def close(self) -> None:
        with self._make:
            self._closed = True
            if self._running is not None:
                engine, nursery = self._running
                engine.close()
                nursery.stop()
