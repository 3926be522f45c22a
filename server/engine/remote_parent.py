"""The parent process of the workers that speak with another engine, seen from our side."""

import logging
import os
import socket
import subprocess
import sys
import threading
from dataclasses import asdict

from ..config import Settings
from ..errors import WorkerLost
from . import wire
from .remote_connection import Access

_log = logging.getLogger(__name__)

_START_SECONDS = 30.0


class Parent:
    """The parent process of the workers, started when the first is needed and again if it dies."""

    def __init__(self, settings: Settings) -> None:
        access = Access(
            settings.engine,
            settings.engine_update,
            settings.engine_store,
            settings.engine_user,
            settings.engine_password,
        )
        self._setup = {"access": asdict(access), "memory_mb": settings.query_memory_mb}
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    def new_worker(self) -> tuple[socket.socket, int, int]:
        """A connection to a new worker, its process, and a file in which it says why it dies.

        Raises:
            WorkerLost: none can be started.
        """
        with self._lock:
            for _ in range(2):
                try:
                    return self._fork(self._control or self._start())
                except OSError as error:
                    _log.warning("workers for the engine are started again: %s", error)
                    self._end()
        raise WorkerLost("The processes that speak with the engine can't be started.", 5)

    def stop(self) -> None:
        """End it. May be called twice."""
        with self._lock:
            self._end()

    def _fork(self, control: socket.socket) -> tuple[socket.socket, int, int]:
        ours, theirs = socket.socketpair()
        log = os.memfd_create("worker-stderr")
        with theirs:
            try:
                socket.send_fds(control, [b"w"], [theirs.fileno(), log])
                theirs.close()
                return ours, _process_at(ours), log
            except BaseException:
                ours.close()
                os.close(log)
                raise

    def _start(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own module, our own interpreter
                [sys.executable, "-P", "-m", f"{__package__}.remote_worker"],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                start_new_session=True,
            )
        self._control = ours
        ours.settimeout(_START_SECONDS)
        ours.sendall(wire.record(self._setup))
        if not ours.recv(1):
            raise OSError("the process ended while it started")
        return ours

    def _end(self) -> None:
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._control = self._process = None


def _process_at(connection: socket.socket) -> int:
    """The pidfd with which a new worker begins."""
    connection.settimeout(_START_SECONDS)
    _, descriptors, _, _ = socket.recv_fds(connection, 1, 1, socket.MSG_CMSG_CLOEXEC)
    if not descriptors:
        raise OSError("the worker ended before it began")
    return descriptors[0]
