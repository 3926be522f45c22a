"""Another SPARQL 1.1 engine behind our front.

Its answers are computed elsewhere, and checked, limited and written here: by worker processes
(`remote_worker`), as a text or an answer that kills its reader must kill nothing else. Each process
of the web server has its own, and starts them again when they are gone.
"""

import logging
import threading
import time
from typing import Any
from uuid import uuid4

from .. import calls
from ..config import Settings
from ..errors import (
    AriError,
    EngineFault,
    EnvironmentFault,
    LimitReached,
    NotOffered,
    UnknownGraph,
    UnknownName,
    WorkerLost,
)
from . import limits, remote_change
from .interface import Answer, Change, Changed, Question
from .remote_conversation import LOOK_SECONDS
from .remote_dataset import Dataset
from .remote_pool import Pool

_log = logging.getLogger(__name__)

FRESH_SECONDS = 30.0
"""How long what is known of the engine's graphs counts as fresh."""
_LOOK_AGAIN_SECONDS = 5.0
_AT_ONCE_SECONDS = 0.5


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
        self._pool = Pool(settings, workers or settings.workers)
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
        remote_change.must_be_offered(change, self._settings)
        before = self.look(after_a_write=True)
        if change.kind == "delete" and change.graph is not None:
            remote_change.must_exist(change.graph, before)
        with self._pool.worker() as worker, calls.ends(worker.leave):
            outcome, _ = worker.talk(*remote_change.request(change, before, self._settings))
        self._raise_if_refused(outcome)
        # Should this look be ended, the next who asks starts another.
        self._known_since = float("-inf")
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
        with self._pool.worker(LOOK_SECONDS) as worker, calls.ends(worker.leave):
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
        self._pool.close()

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
        with self._pool.worker() as worker, calls.ends(worker.leave):
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
