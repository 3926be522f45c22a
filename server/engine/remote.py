"""Another SPARQL 1.1 engine behind our front.

Its answers are computed elsewhere, and checked, limited and written here: by worker processes
(`remote_worker`), as a text or an answer that kills its reader must kill nothing else. Each process
of the web server has its own, and starts them again when they are gone.
"""

import contextlib
import json
import logging
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from queue import Empty, LifoQueue
from typing import Any
from uuid import uuid4

from ..config import Settings
from ..errors import (
    AriError,
    EngineFault,
    EnvironmentFault,
    LimitReached,
    NotOffered,
    ReadOnly,
    TooBusy,
    UnknownGraph,
    UnknownName,
    WorkerLost,
)
from . import limits, wire
from .connection import MEMORY_WORDS, STACK_WORDS
from .interface import Answer, Change, Changed, Question
from .remote_connection import Access
from .remote_dataset import Dataset
from .turns import Turns

_log = logging.getLogger(__name__)

PATIENCE_SECONDS = 0.75
"""How long a question waits for a worker before the answer is TooBusy."""
FRESH_SECONDS = 30.0
"""How long what is known of the engine's graphs counts as fresh."""
LOOK_SECONDS = 120.0
"""How long looking at the engine may take: it counts all triples."""
_LOOK_AGAIN_SECONDS = 5.0
_AT_ONCE_SECONDS = 0.5
_START_SECONDS = 30.0
_GRACE_SECONDS = 0.5
_CLOSE_ENOUGH_SECONDS = 0.05


class RemoteEngine:
    """A client of another engine; its methods may be called from many threads.

    Args:
        settings: `engine…` say where it is; limits of time, rows and bytes, number of workers.
        workers: at most so many at once; None: the setting.
        holds: what the engine holds, as `look` gave it to another process.
    """

    def __init__(
        self, settings: Settings, *, workers: int | None = None, holds: Dataset | None = None
    ) -> None:
        self._settings = settings
        self._parent = _Parent(settings)
        self._turns = Turns(workers or settings.workers)
        self._idle: LifoQueue[_Worker] = LifoQueue()
        self._closed = False
        self._known = holds
        self._known_since = time.monotonic()
        self._looking = threading.Lock()

    @property
    def revision(self) -> str:
        """The operator's name for the state of the data; without it, never twice the same.

        Whoever else writes to the engine does not tell us, so a state that has no name can't be
        told from the one before.
        """
        return self._settings.engine_revision or f"unknown-{uuid4().hex}"

    @property
    def graphs(self) -> dict[str, int]:
        return dict(self._holds().graphs)

    def ask(self, question: Question) -> Answer:
        """See `interface.Engine.ask`.

        Raises:
            EngineFault: the engine can't be reached, fails, or answers what is no answer.
            NotOffered: the engine has no default graph as the setting asks for.
            TooComplex: our parser's stack did not suffice.
        """
        request = {
            "op": "ask",
            "text": question.text,
            "base": question.base_iri,
            "formats": question.formats,
            "default": question.default_graphs,
            "named": question.named_graphs,
            "default_graph": self._settings.default_graph,
        }
        return self._answer(request)

    def graph(self, name: str | None, format: str) -> Answer:
        """See `interface.Engine.graph`.

        Raises:
            EngineFault: as for `ask`.
            NotOffered: the engine does not show its unnamed graph alone.
        """
        return self._answer({"op": "graph", "graph": name, "format": format})

    def change(self, change: Change) -> Changed:
        """See `interface.Engine.change`.

        Of another engine is only known how large its graphs are, so `added` and `removed` are the
        growth or the loss of all together.

        Raises:
            ReadOnly: the operator has named the state of the data, or wants writes validated.
            NotOffered: a condition on the revision, or a PATCH; or no address is known.
            EngineFault: as for `ask`.
        """
        self._must_be_writable(change)
        before = self.look(after_a_write=True)
        if change.kind == "delete" and change.graph is not None:
            _must_exist(change.graph, before)
        with self._worker() as worker:
            outcome, _ = worker.talk(*_write(change, before, self._settings))
        self._raise_if_refused(outcome)
        after = self.look(after_a_write=True)
        created = change.graph is not None and change.graph not in before.graphs
        growth = sum(after.graphs.values()) - sum(before.graphs.values())
        return Changed(self.revision, created, max(0, growth), max(0, -growth))

    def look(self, *, after_a_write: bool = False) -> Dataset:
        """What the engine holds now.

        Args:
            after_a_write: all is looked at again only where sizes have changed.

        Raises:
            EngineFault, LimitReached: the engine does not tell.
        """
        known = self._known.as_record() if self._known and after_a_write else None
        request = {"op": "look", "known": known, "rows": self._settings.max_rows}
        with self._worker(LOOK_SECONDS) as worker:
            outcome, _ = worker.talk(request | {"seconds": LOOK_SECONDS})
        self._raise_if_refused(outcome)
        self._known = Dataset(**outcome["dataset"])
        self._known_since = time.monotonic()
        return self._known

    def must_suit(self) -> Dataset:
        """Look at the engine and see whether it has the default graph that is wanted.

        Raises:
            EnvironmentFault: it has not, or can't be reached; with the setting to change.
        """
        try:
            found = self.look()
            found.default(self._settings.default_graph)
        except (EngineFault, LimitReached, NotOffered, WorkerLost) as error:
            raise EnvironmentFault(error.detail, remedy=error.remedy) from error
        return found

    def close(self) -> None:
        """End the workers and their parent. May be called twice."""
        self._closed = True
        while not self._idle.empty():
            self._idle.get_nowait().close()
        self._parent.stop()

    def _answer(self, request: dict[str, Any]) -> Answer:
        started = time.monotonic()
        try:
            return self._attempt(request)
        except WorkerLost:
            # The end of the parent takes idle workers with it: one more try finds a new one.
            if time.monotonic() - started > _AT_ONCE_SECONDS:
                raise
        except (UnknownGraph, UnknownName):
            # Somebody may have made the graph since.
            if time.monotonic() - self._known_since < _LOOK_AGAIN_SECONDS:
                raise
            self.look(after_a_write=True)
        return self._attempt(request)

    def _attempt(self, request: dict[str, Any]) -> Answer:
        limited = {
            "seconds": self._settings.query_seconds,
            "rows": self._settings.max_rows,
            "bytes": self._settings.max_bytes,
            "dataset": self._holds().as_record(),
        }
        revision = self.revision
        with self._worker() as worker:
            outcome, body = worker.talk(request | limited)
        self._raise_if_refused(outcome)
        volatile = outcome["volatile"] or not self._settings.engine_revision
        kind, form, rows = outcome["kind"], outcome["format"], outcome["rows"]
        return Answer(kind, form, body, rows, volatile, revision)

    def _raise_if_refused(self, outcome: dict[str, Any]) -> None:
        if "error" in outcome or "limit" in outcome:
            raise limits.OF_QUERIES.error(outcome, self._settings)

    def _holds(self) -> Dataset:
        """What the engine holds, as far as is known; looked at again behind the scenes."""
        if self._known is None:
            with self._looking:
                return self._known or self.look()
        stale = time.monotonic() - self._known_since > FRESH_SECONDS
        if stale and self._looking.acquire(blocking=False):
            threading.Thread(target=self._look_again, name="look", daemon=True).start()
        return self._known

    def _look_again(self) -> None:
        try:
            self.look(after_a_write=True)
        except AriError as error:
            _log.warning("%s", error)
            self._known_since = time.monotonic()
        finally:
            self._looking.release()

    def _must_be_writable(self, change: Change) -> None:
        own = self._settings
        if own.engine_revision:
            raise ReadOnly(
                "The operator has named the state of this data, so it does not change.",
                remedy="To write, leave ARI_ENGINE_REVISION empty.",
            )
        if own.validate_writes:
            raise ReadOnly(
                "Writes are to be checked by the shapes, which is not possible in another engine.",
                remedy="To write unchecked, set ARI_VALIDATE_WRITES=0.",
            )
        if change.revision:
            raise NotOffered(
                "Another engine does not say what state its data is in, so a write can't depend "
                "on it.",
                remedy="Leave out If-Match and If-None-Match.",
            )
        if change.patch:
            raise NotOffered(
                "Another engine can't keep an update within one graph.",
                remedy="Send the update to /update, with WITH and the graph's name.",
            )

    @contextlib.contextmanager
    def _worker(self, patience: float = PATIENCE_SECONDS) -> Iterator["_Worker"]:
        """A worker for one request; it goes back if it may be used again."""
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

    def _take(self) -> "_Worker":
        """An idle worker that still lives, else a new one."""
        while True:
            try:
                worker = self._idle.get_nowait()
            except Empty:
                return _Worker(*self._parent.new_worker(), self._settings)
            if worker.lives():
                return worker
            worker.close()


def _write(
    change: Change, holds: Dataset, settings: Settings
) -> tuple[dict[str, Any], Sequence[bytes]]:
    """A change as a request to a worker, with its documents."""
    documents = [(change.body, change.format), *change.others] if change.format else []
    request = {
        "op": "update" if change.kind == "update" else "store",
        "kind": change.kind,
        "text": change.text,
        "base": change.base_iri,
        "using": change.using_graphs,
        "using_named": change.using_named_graphs,
        "graph": change.graph,
        "documents": [form for _, form in documents],
        "dataset": holds.as_record(),
        "seconds": settings.query_seconds,
    }
    return request, [body for body, _ in documents]


def _must_exist(graph: str, holds: Dataset) -> None:
    if graph not in holds.graphs:
        raise UnknownName(f"There is no graph <{graph}> here.")


class _Parent:
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

    def new_worker(self) -> tuple[socket.socket, int]:
        """A connection to a new worker, and a file in which it says why it dies.

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

    def _fork(self, control: socket.socket) -> tuple[socket.socket, int]:
        ours, theirs = socket.socketpair()
        log = os.memfd_create("worker-stderr")
        with theirs:
            try:
                socket.send_fds(control, [b"w"], [theirs.fileno(), log])
            except BaseException:
                ours.close()
                os.close(log)
                raise
        return ours, log

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


class _Worker:
    """A connection to one worker; closing it, or its deadline, ends the worker."""

    def __init__(self, connection: socket.socket, log: int, settings: Settings) -> None:
        self._connection = connection
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
    ) -> tuple[dict[str, Any], bytes]:
        """The outcome of one request and its body.

        Raises:
            LimitReached, TooComplex, WorkerLost: the worker was ended.
        """
        self.fit = False
        seconds = float(request["seconds"])
        started = time.monotonic()
        body: list[bytes] = []
        try:
            self._send(request, documents, seconds)
            outcome = self._receive(body, started + seconds + _GRACE_SECONDS)
        except (OSError, EOFError):
            late = time.monotonic() - started > seconds - _CLOSE_ENOUGH_SECONDS
            raise self._why_it_ended(request, late=late) from None
        # After a refusal, a part of the engine's answer may still be under way to it.
        self.fit = "error" not in outcome and "limit" not in outcome
        return outcome, b"".join(body)

    def _send(self, request: dict[str, Any], documents: Sequence[bytes], seconds: float) -> None:
        self._connection.settimeout(seconds)
        self._connection.sendall(wire.record(request))
        for document in documents:
            if document:
                self._connection.sendall(wire.frame(wire.CHUNK, document))
            self._connection.sendall(wire.frame(wire.CHUNK, b""))

    def _receive(self, body: list[bytes], until: float) -> dict[str, Any]:
        while True:
            left = until - time.monotonic()
            if left <= 0:
                raise TimeoutError
            self._connection.settimeout(left)
            kind, payload = self._reader.frame()
            if kind == wire.RECORD:
                outcome: dict[str, Any] = json.loads(payload)
                return outcome
            body.append(payload)

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
