"""A connection to one worker process, with the means to end it."""

import contextlib
import logging
import os
import signal
import socket
import time
from collections.abc import Iterable
from typing import Any

from .. import calls
from ..config import Settings
from ..errors import AriError, WorkerLost
from . import limits, wire
from .limits import Limits
from .spool import Content, Gathering

_log = logging.getLogger(__name__)

COMMIT_SECONDS = 60.0
"""How long a write that is being made durable may take: a disk may be slow."""
MEMORY_WORDS = ("memory allocation of", "capacity overflow", "bad_alloc", "MemoryError")
STACK_WORDS = ("Segmentation fault", "overflowed its stack")
"""In what Rust, C++ and Python's fault handler say when a process ends in native code."""


def connect(address: str, seconds: float) -> "WorkerConnection":
    """A new worker.

    Raises:
        TimeoutError: it was not let in within so many seconds.
        WorkerLost: the nursery does not answer.
    """
    until = time.monotonic() + seconds
    pause = 0.01
    while True:
        try:
            return WorkerConnection(address, until)
        except TimeoutError:
            raise
        except (OSError, EOFError) as error:
            if time.monotonic() + pause > until:
                raise WorkerLost("The query engine is being restarted.", 5) from error
        time.sleep(pause)
        pause = min(pause * 2, 0.25)


class WorkerConnection:
    """A connection to one worker process, with the means to end it."""

    def __init__(self, address: str, until: float) -> None:
        self._process = self._log = -1
        self._commits = self._left = False
        self._socket = socket.socket(socket.AF_UNIX)
        try:
            self._socket.settimeout(max(0.05, until - time.monotonic()))
            self._socket.connect(address)
            data, descriptors, _, _ = socket.recv_fds(
                self._socket, 1 << 16, 2, socket.MSG_CMSG_CLOEXEC
            )
            if len(descriptors) != 2:
                raise EOFError("no worker")
            self._process, self._log = descriptors
            self._reader = wire.Reader(self._socket, data)
            self.hello = self._reader.record()
        except BaseException:
            self.close()
            raise
        self.fit = True

    def lives(self) -> bool:
        """Whether nothing has come from it, not even its end, since its last answer."""
        self._must_not_wait()
        try:
            self._socket.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False

    @property
    def descriptor(self) -> int:
        """What becomes readable when something comes from it."""
        return self._socket.fileno()

    def put(self, frame: bytes) -> bool:
        """Send a request without waiting; False: it did not go, and the worker is of no use."""
        self.fit = False
        self._must_not_wait()
        try:
            return self._socket.send(frame) == len(frame)
        except OSError:
            return False

    def _must_not_wait(self) -> None:
        # Saying so takes a system call, even where it is so already.
        if self._socket.gettimeout() != 0:
            self._socket.setblocking(False)

    def come(self, body: Gathering) -> dict[str, Any] | None:
        """Take what has come after `put`; the outcome, once it is here.

        Args:
            body: its pieces are added to it.

        Raises:
            EOFError, OSError: the worker has ended.
            EnvironmentFault: there is no room for the body.
        """
        try:
            data = self._socket.recv(wire.READ)
        except BlockingIOError:
            return None
        if not data:
            raise EOFError("the worker is gone")
        self._reader.feed(data)
        while (frame := self._reader.whole_frame()) is not None:
            kind, payload = frame
            if kind == wire.RECORD:
                outcome = wire.record_of(payload)
                self.fit = outcome["fit"]
                return outcome
            body.append(payload)
        return None

    def ask(
        self,
        request: dict[str, Any],
        settings: Settings,
        documents: Iterable[bytes] = (),
        kind: Limits = limits.OF_QUERIES,
    ) -> tuple[dict[str, Any], Content]:
        """The outcome of one request and its body.

        Raises:
            LimitReached, TooComplex, WorkerLost: the worker was ended.
        """
        self.fit = False
        until = time.monotonic() + kind.seconds(settings)
        body = Gathering()
        try:
            self._send(request, until, documents)
            outcome = self._receive(body, until)
        except TimeoutError:
            self.kill()
            raise kind.time(settings) from None
        except (OSError, EOFError):
            raise self.why_it_ended(until, settings, kind) from None
        self.fit = outcome["fit"]
        return outcome, body.whole()

    def change(
        self, request: dict[str, Any], documents: list[bytes], settings: Settings
    ) -> dict[str, Any]:
        """The outcome of one write. Each of its phases has a deadline.

        Raises:
            LimitReached, TooComplex, WorkerLost: the worker was ended.
        """
        self.fit = False
        phase = "evaluate"
        until = time.monotonic() + settings.query_seconds
        try:
            self._send(request, until, documents)
            while "phase" in (outcome := self._receive(Gathering(), until)):
                phase = outcome["phase"]
                self._commits = phase == "commit"
                until = time.monotonic() + _seconds(phase, settings)
        except TimeoutError:
            self.kill()
            raise _late(phase, settings) from None
        except (OSError, EOFError):
            raise self.why_it_ended(until, settings, limits.OF_WRITES) from None
        return outcome

    def _send(self, request: dict[str, Any], until: float, documents: Iterable[bytes] = ()) -> None:
        self._socket.settimeout(max(0.001, until - time.monotonic()))
        self._socket.sendall(wire.record(request))
        for document in documents:
            # An empty chunk ends a document, so an empty document is that alone.
            if document:
                self._socket.sendall(wire.frame(wire.CHUNK, document))
            self._socket.sendall(wire.frame(wire.CHUNK, b""))

    def _receive(self, body: Gathering, until: float) -> dict[str, Any]:
        while True:
            left = until - time.monotonic()
            if left <= 0:
                raise TimeoutError
            self._socket.settimeout(left)
            kind, payload = self._reader.frame()
            if kind == wire.RECORD:
                return wire.record_of(payload)
            body.append(payload)

    def why_it_ended(self, until: float, settings: Settings, kind: Limits) -> AriError:
        """What its client is told after it ended.

        Args:
            until: the deadline, by `time.monotonic`.
        """
        if self._left:
            return calls.has_gone()
        said = os.pread(self._log, 1 << 16, 0).decode(errors="replace")
        if any(words in said for words in MEMORY_WORDS):
            return kind.memory(settings)
        if any(words in said for words in STACK_WORDS):
            return kind.depth(settings)
        if time.monotonic() >= until:
            return kind.time(settings)
        _log.error("a query worker ended: %s", said.strip() or "killed from outside")
        return WorkerLost("The process that computed this answer ended before it was complete.")

    def kill(self) -> None:
        """End the process; the pidfd makes sure that it is no other."""
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._process, signal.SIGKILL)

    def leave(self) -> bool:
        """End the process, but not a write that is being made durable; whether it was ended."""
        if self._commits:
            return False
        self._left, self.fit = True, False
        self.kill()
        return True

    def close(self) -> None:
        """End the process, whatever it does, and give back what belongs to it here."""
        if self._process >= 0:
            self.kill()
        self._socket.close()
        for descriptor in (self._process, self._log):
            if descriptor >= 0:
                os.close(descriptor)
        self._process = self._log = -1


def _seconds(phase: str, settings: Settings) -> float:
    return settings.validate_seconds if phase == "validate" else COMMIT_SECONDS


def _late(phase: str, settings: Settings) -> AriError:
    if phase == "validate":
        return limits.validation_time(settings)
    if phase == "commit":
        return WorkerLost("The disk is slow: this write may or may not be done.", 5)
    return limits.OF_WRITES.time(settings)
