"""What is made from the dataset once for each revision, and kept until there is another."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from .. import calls
from ..protocol.service import Service

Made = TypeVar("Made")


class Latest(Generic[Made]):
    """A value of the present revision, made when it is first asked for.

    Args:
        make: gives the value; another request that needs it waits until it is there.
    """

    def __init__(self, service: Service, make: Callable[[Service], Made]) -> None:
        self._service = service
        self._make = make
        self._lock = threading.Lock()
        self._kept: tuple[str, Made] | None = None

    def get(self) -> Made:
        """The value at the engine's revision.

        Raises:
            LimitReached, TooBusy, EngineFault: while it is made, as for any question.
        """
        revision = self._service.engine.revision
        kept = self._kept
        if kept is None or kept[0] != revision:
            kept = self._made(revision)
        _note(kept[0])
        return kept[1]

    def _made(self, revision: str) -> tuple[str, Made]:
        with self._lock:
            if self._kept is None or self._kept[0] != revision:
                self._kept = revision, self._make(self._service)
            return self._kept


def _note(revision: str) -> None:
    """The answer of the call in hand comes from this revision."""
    call = calls.current()
    if call is not None:
        call.revisions.add(revision)
