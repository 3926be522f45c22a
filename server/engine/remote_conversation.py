"""What is said to one worker that speaks with another engine, and what it answers."""

import contextlib
import json
import logging
import os
import signal
import socket
import time
from collections.abc import Sequence
from typing import Any

from .. import calls
from ..config import Settings
from ..errors import AriError, EngineFault, LimitReached, WorkerLost
from . import limits, wire
from .connection import MEMORY_WORDS, STACK_WORDS
from .spool import Content, Gathering

_log = logging.getLogger(__name__)

LOOK_SECONDS = 120.0
"""How long looking at the engine may take: it counts all triples."""
_GRACE_SECONDS = 0.5
_CLOSE_ENOUGH_SECONDS = 0.05


class Conversation:
    """A connection to one worker; closing it, or its deadline, ends the worker.

    Args:
        process: a pidfd of the worker.
        log: a file in which it says why it dies.
    """

    def __init__(
        self, connection: socket.socket, process: int, log: int, settings: Settings
    ) -> None:
        self._connection = connection
        self._process = process
        self._sends = self._left = False
        self._log = log
        self._settings = settings
        self._reader = wire.Reader(connection)
        self.fit = True

    def lives(self) -> bool:
        """Whether nothing has come from it, not even its end, since its last answer."""
        self._connection.setblocking(False)
        try:
            self._connection.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False

    def talk(
        self, request: dict[str, Any], documents: Sequence[bytes] = ()
    ) -> tuple[dict[str, Any], Content]:
        """The outcome of one request and its body.

        Raises:
            LimitReached, TooComplex, WorkerLost: the worker was ended.
        """
        self.fit = False
        seconds = float(request["seconds"])
        started = time.monotonic()
        body = Gathering()
        try:
            self._send(request, documents, seconds)
            outcome = self._receive(body, started + seconds + _GRACE_SECONDS)
        except (OSError, EOFError):
            if self._left:
                raise calls.has_gone() from None
            late = time.monotonic() - started > seconds - _CLOSE_ENOUGH_SECONDS
            raise self._why_it_ended(request, late=late) from None
        # After a refusal, a part of the engine's answer may still be under way to it.
        self.fit = "error" not in outcome and "limit" not in outcome
        return outcome, body.whole()

    def _send(self, request: dict[str, Any], documents: Sequence[bytes], seconds: float) -> None:
        self._connection.settimeout(seconds)
        self._connection.sendall(wire.record(request))
        for document in documents:
            if document:
                self._connection.sendall(wire.frame(wire.CHUNK, document))
            self._connection.sendall(wire.frame(wire.CHUNK, b""))

    def _receive(self, body: Gathering, until: float) -> dict[str, Any]:
        while True:
            left = until - time.monotonic()
            if left <= 0:
                raise TimeoutError
            self._connection.settimeout(left)
            kind, payload = self._reader.frame()
            if kind == wire.RECORD:
                outcome: dict[str, Any] = json.loads(payload)
                if "sends" not in outcome:
                    return outcome
                self._sends = outcome["sends"]
                if self._left and not self._sends:
                    self._kill()
            else:
                body.append(payload)

    def leave(self) -> bool:
        """End the worker as its client has gone; whether it was ended.

        While a write goes to the engine it is not, as half of one must not arrive; then it is as
        soon as all is sent.
        """
        self._left = True
        if self._sends:
            return False
        self.fit = False
        self._kill()
        return True

    def _kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._process, signal.SIGKILL)

    def _why_it_ended(self, request: dict[str, Any], *, late: bool) -> AriError:
        said = os.pread(self._log, 1 << 16, 0).decode(errors="replace")
        if any(words in said for words in MEMORY_WORDS):
            return limits.OF_QUERIES.memory(self._settings)
        if any(words in said for words in STACK_WORDS):
            return limits.OF_QUERIES.depth(self._settings)
        if not late:
            _log.error("a worker ended: %s", said.strip() or "killed from outside")
            return WorkerLost("The process that waited for this answer ended before it came.")
        if request["op"] in ("update", "store"):
            return _unconfirmed(self._settings)
        if request["op"] == "look":
            return _uncounted()
        return limits.OF_QUERIES.time(self._settings)

    def close(self) -> None:
        """Let it end."""
        self._connection.close()
        os.close(self._process)
        os.close(self._log)


def _uncounted() -> EngineFault:
    return EngineFault(
        f"The engine behind this service did not count its triples within {LOOK_SECONDS:g} s."
    )


def _unconfirmed(settings: Settings) -> LimitReached:
    seconds = settings.query_seconds
    return LimitReached(
        "ARI_QUERY_SECONDS",
        seconds,
        "seconds",
        f"The engine behind this service did not confirm the write within {seconds:g} s; it may "
        "or may not be done.",
        "Look whether it is done before you send it again; write in parts, or, on your own "
        "server, raise ARI_QUERY_SECONDS.",
    )
