"""An engine that notes in the call in hand what it was asked and what it answered from."""

import hashlib
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Protocol

from .. import calls
from ..engine.interface import Answer, Change, Changed, Engine, Question
from ..engine.pending import Pending
from .cache import State


def digest(text: str) -> str:
    """Names a query or an update in logs: the beginning of the SHA-256 of its text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


class Beside(Protocol):
    """What is served beside the data of an engine."""

    @property
    def state(self) -> Callable[[], Hashable]:
        """Tells its state."""

    def close(self) -> None:
        """Give back processes and files."""


@dataclass(frozen=True)
class Watched:
    """See `engine.interface.Engine` for everything here.

    Args:
        past: the releases beside its data, which are closed with it.
    """

    engine: Engine
    past: Beside | None = None

    @property
    def revision(self) -> str:
        return self.engine.revision

    @property
    def state(self) -> State:
        """All that decides what is answered, besides the request."""
        return self.engine.revision, self.past.state() if self.past is not None else None

    @property
    def graphs(self) -> dict[str, int]:
        return self.engine.graphs

    def ask(self, question: Question) -> Answer:
        note_query(question.text)
        return _noted(self.engine.ask(question))

    def begin(self, question: Question) -> Pending | None:
        """See `engine.pending.Prompt`; None too where the engine can't be asked so."""
        begin = getattr(self.engine, "begin", None)
        return begin(question) if begin is not None else None

    def graph(self, name: str | None, format: str) -> Answer:
        return _noted(self.engine.graph(name, format))

    def change(self, change: Change) -> Changed:
        note_query(change.text)
        return self.engine.change(change)

    def close(self) -> None:
        if self.past is not None:
            self.past.close()
        self.engine.close()


def note_query(text: str) -> None:
    """The first query of a call names it; a page may ask more."""
    call = calls.current()
    if call is not None and text and not call.query:
        call.query = digest(text)


def _noted(answer: Answer) -> Answer:
    call = calls.current()
    if call is not None and answer.revision:
        call.revisions.add(answer.revision)
    return answer
