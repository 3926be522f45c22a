"""The workers of one process that speak with another engine: so many at once, kept and renewed."""

import contextlib
from collections.abc import Iterator
from queue import Empty, LifoQueue

from ..config import Settings
from ..errors import TooBusy
from .remote_conversation import Conversation
from .remote_parent import Parent
from .turns import Turns

PATIENCE_SECONDS = 0.75
"""How long a question waits for a worker before the answer is TooBusy."""


class Pool:
    """Lends workers, from many threads.

    Args:
        most: at once.
    """

    def __init__(self, settings: Settings, most: int) -> None:
        self._settings = settings
        self._parent = Parent(settings)
        self._turns = Turns(most)
        self._idle: LifoQueue[Conversation] = LifoQueue()
        self._closed = False

    @contextlib.contextmanager
    def worker(self, patience: float = PATIENCE_SECONDS) -> Iterator[Conversation]:
        """A worker for one request; it goes back if it may be used again.

        Args:
            patience: seconds to wait for one.

        Raises:
            TooBusy: none is free in time.
            WorkerLost: none can be started.
        """
        if not self._turns.take(patience):
            raise TooBusy
        try:
            worker = self._take()
            try:
                yield worker
            finally:
                if worker.fit and not self._closed:
                    self._idle.put(worker)
                else:
                    worker.close()
        finally:
            self._turns.give_back()

    def _take(self) -> Conversation:
        """An idle worker that still lives, else a new one."""
        while True:
            try:
                worker = self._idle.get_nowait()
            except Empty:
                return Conversation(*self._parent.new_worker(), self._settings)
            if worker.lives():
                return worker
            worker.close()

    def close(self) -> None:
        """End the workers and their parent. May be called twice."""
        self._closed = True
        while not self._idle.empty():
            self._idle.get_nowait().close()
        self._parent.stop()
