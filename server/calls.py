"""The call in hand: what its work notes of itself, and how it ends when the client has gone.

Whoever runs a call enters it with `during`; what works for it on the same thread finds it without
being handed it, however deep it stands.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from .errors import WorkerLost


@dataclass
class Call:
    """One request while it is worked on.

    Args:
        query: names the query that was asked, as `queries.digest` of its text; empty: none yet.
        refusal: slug of the problem that it ended in; empty: none.
        limit: the setting whose limit was reached.
        revisions: of the data that its answers came from.
    """

    query: str = ""
    refusal: str = ""
    limit: str = ""
    revisions: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._left = self._ended = False
        self._stop: Callable[[], object] | None = None

    @property
    def left(self) -> bool:
        """Whether the client has gone."""
        return self._left

    @property
    def ended(self) -> bool:
        """Whether work was ended because the client has gone."""
        return self._ended

    def leave(self) -> None:
        """The client has gone: end what is worked on for it, now and later."""
        with self._lock:
            self._left = True
            if self._stop is not None:
                self._ended = self._stop() is not False

    @contextmanager
    def _ended_by(self, stop: Callable[[], object]) -> Iterator[None]:
        with self._lock:
            _refuse_if(self._left)
            self._stop = stop
        try:
            yield
        finally:
            # Under the lock, so that `stop` never meets a worker that has another call by now.
            with self._lock:
                self._stop = None
        _refuse_if(self._ended)


def _refuse_if(gone: bool) -> None:
    if gone:
        raise has_gone()


def has_gone() -> WorkerLost:
    """Why work has ended whose client has gone."""
    return WorkerLost("The client has gone, so the work for it was ended.")


_thread = threading.local()


@contextmanager
def during(call: Call) -> Iterator[None]:
    """Make it the call in hand of this thread."""
    _thread.call = call
    try:
        yield
    finally:
        _thread.call = None


def current() -> Call | None:
    """The call in hand of this thread; None outside of any, as on the command line."""
    return getattr(_thread, "call", None)


@contextmanager
def ends(stop: Callable[[], object]) -> Iterator[None]:
    """While the block runs, `stop` is called as soon as the client goes.

    Args:
        stop: may be called from another thread, at any moment of the block, at most once. False:
            the work is past ending, goes on, and counts.

    Raises:
        WorkerLost: the client has gone, before or during the block.
    """
    call = current()
    if call is None:
        yield
        return
    with call._ended_by(stop):
        yield
