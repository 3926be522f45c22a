"""The web processes: started together, replaced when one dies, and ended together."""

import contextlib
import gc
import logging
import multiprocessing
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import wait
from multiprocessing.context import SpawnProcess

from uvicorn import Config, Server

from .engine import isolation

PAUSE_SECONDS = 0.5
"""Between the end of a process and the start of the next: one that can't start must not be all
that the machine does."""

COLLECT_AFTER = (20_000, 50, 100)
"""New objects, and collections of the younger generations, until a generation is collected."""

_log = logging.getLogger(__name__)

Make = Callable[[], Config]
"""Makes what one process serves, in that process."""


class Processes:
    """Processes that serve on one socket.

    Args:
        make: can be pickled.
        listener: bound; nobody listens on it yet.
        seconds: that a process may take to answer the requests in hand when it is ended.
    """

    def __init__(self, make: Make, listener: socket.socket, count: int, seconds: float) -> None:
        # A fork of a process with threads may hang: they start afresh.
        self._context = multiprocessing.get_context("spawn")
        self._make = make
        self._listener = listener
        self._count = count
        self._seconds = seconds
        self._running: dict[int, SpawnProcess] = {}

    def run(self) -> None:
        """Keep them running until INT or TERM; then take no more connections, and end them."""
        with _told_of_signals() as told:
            for _ in range(self._count):
                self._start()
            while told not in (ready := wait([*self._running, told])):
                for sentinel in self._running.keys() & set(ready):
                    status = self._running.pop(sentinel).exitcode
                    _log.error("a web process ended (status %s) and is replaced", status)
                    wait([told], PAUSE_SECONDS)
                    self._start()
            self._end()

    def _start(self) -> None:
        process = self._context.Process(
            target=_serve, args=(self._make, self._listener, os.getpid()), name="web"
        )
        process.start()
        self._running[process.sentinel] = process

    def _end(self) -> None:
        # While anybody holds the socket, the kernel takes connections on for it.
        self._listener.close()
        for process in self._running.values():
            process.terminate()
        until = time.monotonic() + self._seconds
        for process in self._running.values():
            process.join(max(0.0, until - time.monotonic()))
            process.kill()
            process.join()


@contextlib.contextmanager
def _told_of_signals() -> Iterator[socket.socket]:
    """What can be read as soon as INT or TERM has come."""
    told, tell = socket.socketpair()
    before = {}
    with told, tell:
        tell.setblocking(False)
        descriptor = signal.set_wakeup_fd(tell.fileno())
        for sign in (signal.SIGINT, signal.SIGTERM):
            before[sign] = signal.signal(sign, lambda *_: None)
        try:
            yield told
        finally:
            for sign, handler in before.items():
                signal.signal(sign, handler)
            signal.set_wakeup_fd(descriptor)


def _serve(make: Make, listener: socket.socket, parent: int) -> None:
    """Be a web process until INT or TERM; ends with its parent, however that ends."""
    isolation.die_with_parent(parent)
    server = Server(make())
    # What is loaded now stays, and requests leave no cycles behind: looking through everything
    # that is kept would stop the process for a tenth of a second, again and again.
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)
    with contextlib.suppress(KeyboardInterrupt):
        server.run([listener])
