"""The embedded engine: pyoxigraph in worker processes that can be killed.

Any number of processes can hold an `EmbeddedEngine` on the address of one `keeper.Nursery`; each
keeps a few warm workers.
"""

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .. import calls
from ..config import Settings
from ..errors import ReadOnly, TooBusy, WorkerLost
from . import limits, published, wire
from .connection import WorkerConnection, connect
from .interface import Answer, Change, Changed, Question
from .keeper import Nursery
from .pending import AT_ONCE_SECONDS, MOST_BYTES, Pending, answer_of
from .turns import Turns

PATIENCE_SECONDS = 0.75
"""How long a question waits for a worker before the answer is TooBusy."""
WRITER_PATIENCE_SECONDS = 5.0
"""How long a write waits for those before it until it is TooBusy."""
RESTART_SECONDS = 5.0
"""How long a question waits for a nursery that is being restarted."""


class EmbeddedEngine:
    """A client of a nursery; its methods may be called from many threads.

    Args:
        address: of the nursery.
        settings: limits of time, rows and bytes, and the number of workers.
        workers: at most so many at once; None: the setting.
    """

    def __init__(self, address: str, settings: Settings, *, workers: int | None = None) -> None:
        self._address = address
        self._settings = settings
        self._most = workers or settings.workers
        self._said: dict[str, Any] | None = None
        self._published = published.Published(address)
        self._begin()

    def _begin(self) -> None:
        self._owner = os.getpid()
        self._turns = Turns(self._most)
        # The one that worked last is asked first: the processor still knows it.
        self._idle: list[WorkerConnection] = []
        self._closed = False

    @property
    def revision(self) -> str:
        return str(self._now()["revision"])

    @property
    def graphs(self) -> dict[str, int]:
        return dict(self._now()["graphs"])

    @property
    def protection(self) -> str:
        """What keeps the workers from the network: `namespace`, `seccomp` or `none`."""
        return str(self._hello()["protection"])

    def ask(self, question: Question) -> Answer:
        """See `interface.Engine.ask`.

        Raises:
            TooComplex: the engine's stack did not suffice.
            WorkerLost: the worker was ended from outside.
        """
        return self._answer(_request(question, self._settings))

    def begin(self, question: Question) -> Pending | None:
        """See `pending.Prompt.begin`."""
        frame = wire.record(_request(question, self._settings))
        if len(frame) > MOST_BYTES or self._owner != os.getpid() or not self._turns.take_free():
            return None
        worker = self._idle_one()
        if worker is None:
            self._turns.give_back()
            return None
        if not worker.put(frame):
            self._give_back(worker)
            return None
        return Pending(worker, self._settings, self._give_back)

    def graph(self, name: str | None, format: str) -> Answer:
        """See `interface.Engine.graph`."""
        return self._answer({"graph": name, "format": format} | _limits(self._settings))

    def change(self, change: Change) -> Changed:
        """See `interface.Engine.change`.

        Raises:
            ReadOnly: the data is a build or a release, which nobody changes.
            EnvironmentFault: the disk does not take it.
            WorkerLost: the process was ended from outside; if that was at the very end, the write
                may be done all the same.
        """
        documents = [(change.body, change.format), *change.others] if change.format else []
        request = _change_request(change, [form for _, form in documents], self._settings)
        with contextlib.closing(self._writer()) as worker, calls.ends(worker.leave):
            outcome = worker.change(request, [body for body, _ in documents], self._settings)
        if "created" not in outcome:
            raise limits.OF_WRITES.error(outcome, self._settings)
        return Changed(**{key: outcome[key] for key in ("revision", "created", "added", "removed")})

    def _writer(self) -> WorkerConnection:
        if self._now() and not os.path.exists(published.door(self._address)):
            raise ReadOnly("This data can't be written to.")
        try:
            return connect(published.door(self._address), WRITER_PATIENCE_SECONDS)
        except TimeoutError as error:
            raise TooBusy from error

    def _answer(self, request: dict[str, Any]) -> Answer:
        started = time.monotonic()
        try:
            answer = self._attempt(request)
        except WorkerLost:
            # A restart of the nursery takes idle workers with it: one more try finds a new one.
            if time.monotonic() - started > AT_ONCE_SECONDS:
                raise
            answer = self._attempt(request)
        return answer

    def _attempt(self, request: dict[str, Any]) -> Answer:
        with self._worker() as worker, calls.ends(worker.leave):
            outcome, body = worker.ask(request, self._settings)
            return answer_of(outcome, body, worker, self._settings)

    def _now(self) -> dict[str, Any]:
        """The published revision and graphs; while there are none, those of a worker."""
        return self._published.read() or self._hello()

    def _hello(self) -> dict[str, Any]:
        """What the last worker said of itself: kept, as it must be known when none is free."""
        if self._said is None:
            with self._worker() as worker:
                self._said = worker.hello
        return self._said

    def close(self) -> None:
        """End this client's workers. May be called twice."""
        self._closed = True
        while self._idle:
            self._idle.pop().close()

    @contextlib.contextmanager
    def _worker(self) -> Iterator[WorkerConnection]:
        """A worker for one question; it goes back if it may be used again."""
        if self._owner != os.getpid():
            # A fork of the web server must not speak over the connections of the first.
            self._begin()
        if not self._turns.take(PATIENCE_SECONDS):
            raise TooBusy
        try:
            worker = self._take()
        except BaseException:
            self._turns.give_back()
            raise
        try:
            yield worker
        finally:
            self._give_back(worker)

    def _take(self) -> WorkerConnection:
        return self._idle_one() or self._new_worker()

    def _idle_one(self) -> WorkerConnection | None:
        """An idle worker that still lives and has the present data."""
        revision = self._published.read().get("revision")
        while self._idle:
            with contextlib.suppress(IndexError):
                worker = self._idle.pop()
                if worker.hello["revision"] == revision and worker.lives():
                    return worker
                worker.close()
        return None

    def _give_back(self, worker: WorkerConnection) -> None:
        """End a turn: the worker waits for the next one if it may be used again."""
        try:
            if worker.fit and not self._closed:
                self._idle.append(worker)
            else:
                worker.close()
        finally:
            self._turns.give_back()

    def _new_worker(self) -> WorkerConnection:
        try:
            return connect(self._address, RESTART_SECONDS)
        except TimeoutError as error:
            raise WorkerLost("The query engine does not answer.", 5) from error


def _request(question: Question, settings: Settings) -> dict[str, Any]:
    return {
        "text": question.text,
        "base": question.base_iri,
        "formats": question.formats,
        "default": question.default_graphs,
        "named": question.named_graphs,
        "digest": question.digest,
    } | _limits(settings)


def _change_request(change: Change, formats: list[str], settings: Settings) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "text": change.text,
        "base": change.base_iri,
        "using": change.using_graphs,
        "using_named": change.using_named_graphs,
        "graph": change.graph,
        "patch": change.patch,
        "formats": formats,
        "revision": change.revision,
        "things": settings.base_iri,
        "validate": settings.validate_seconds if settings.validate_writes else 0,
    } | _limits(settings)


def _limits(settings: Settings) -> dict[str, Any]:
    return {
        "seconds": settings.query_seconds,
        "rows": settings.max_rows,
        "bytes": settings.max_bytes,
    }


@contextlib.contextmanager
def open_engine(
    dataset: Path,
    revision: str,
    settings: Settings,
    *,
    workers: int | None = None,
    digest: str = "",
) -> Iterator[EmbeddedEngine]:
    """An engine over a dataset for one process; all its processes end with the block.

    Args:
        digest: SHA-256 that the file must have; empty: any.

    Raises:
        EnvironmentFault: the dataset can't be read or a process not be started.
    """
    with Nursery(dataset, revision, settings, digest=digest) as nursery:
        engine = EmbeddedEngine(nursery.address, settings, workers=workers)
        try:
            yield engine
        finally:
            engine.close()
