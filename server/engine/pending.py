"""A question that a worker works on, for a client that does not wait for it in a thread."""

import time
from collections.abc import Callable
from typing import Any, Protocol

from ..config import Settings
from ..errors import AriError
from . import limits
from .connection import WorkerConnection
from .interface import Answer, Engine, Question
from .spool import Content, Gathering

AT_ONCE_SECONDS = 0.5
"""A worker that ends so early may have been ended with its nursery, whatever it was asked."""
MOST_BYTES = 64 * 1024
"""Of a question: what a socket that is empty takes at once."""


class Prompt(Engine, Protocol):
    """An engine that can be asked without a thread."""

    def begin(self, question: Question) -> "Pending | None":
        """Put a question to a worker that is free.

        None if there is none at hand, or the question is too long to be sent at once: then `ask`.
        """


class Pending:
    """One question and the worker that has it.

    Its owner calls `advance` whenever `descriptor` can be read, gives up after `seconds`, and calls
    `close` at the end, whatever happened. Nothing of it waits.

    Args:
        give_back: takes the worker once it is free again, or can't be used any more.
    """

    def __init__(
        self,
        worker: WorkerConnection,
        settings: Settings,
        give_back: Callable[[WorkerConnection], None],
    ) -> None:
        self.seconds = settings.query_seconds
        self.descriptor = worker.descriptor
        self._worker = worker
        self._settings = settings
        self._give_back = give_back
        self._began = time.monotonic()
        self._body = Gathering()

    @property
    def is_young(self) -> bool:
        """Whether it has lasted less than `AT_ONCE_SECONDS`."""
        return time.monotonic() - self._began < AT_ONCE_SECONDS

    def advance(self) -> Answer | None:
        """The answer, once the whole of it has come.

        Raises: as `Engine.ask`.
        """
        try:
            outcome = self._worker.come(self._body)
        except (OSError, EOFError):
            until = self._began + self.seconds
            raise self._worker.why_it_ended(until, self._settings, limits.OF_QUERIES) from None
        if outcome is None:
            return None
        return answer_of(outcome, self._body.whole(), self._worker, self._settings)

    def late(self) -> AriError:
        """What the client is told at the deadline; `close` ends the worker."""
        return limits.OF_QUERIES.time(self._settings)

    def close(self) -> None:
        """Give the worker back; if it still works, end it."""
        self._body.close()
        self._give_back(self._worker)


def answer_of(
    outcome: dict[str, Any], body: Content, worker: WorkerConnection, settings: Settings
) -> Answer:
    """The answer that a worker gave.

    Raises:
        AriError: it refused, or a limit was reached.
    """
    if "kind" not in outcome:
        raise limits.OF_QUERIES.error(outcome, settings)
    return Answer(
        outcome["kind"],
        outcome["format"],
        body,
        outcome["rows"],
        outcome["volatile"],
        worker.hello["revision"],
        outcome.get("digest", ""),
    )
