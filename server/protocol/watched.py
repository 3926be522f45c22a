"""An engine that notes in the call in hand what it was asked and what it answered from."""

import hashlib
from dataclasses import dataclass

from .. import calls
from ..engine.interface import Answer, Change, Changed, Engine, Question
from ..engine.pending import Pending


def digest(text: str) -> str:
    """Names a query or an update in logs: the beginning of the SHA-256 of its text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(frozen=True)
class Watched:
    """See `engine.interface.Engine` for everything here."""

    engine: Engine

    @property
    def revision(self) -> str:
        return self.engine.revision

    @property
    def graphs(self) -> dict[str, int]:
        return self.engine.graphs

    def ask(self, question: Question) -> Answer:
        _note_query(question.text)
        return _noted(self.engine.ask(question))

    def begin(self, question: Question) -> Pending | None:
        """See `engine.pending.Prompt`; None too where the engine can't be asked so."""
        begin = getattr(self.engine, "begin", None)
        return begin(question) if begin is not None else None

    def graph(self, name: str | None, format: str) -> Answer:
        return _noted(self.engine.graph(name, format))

    def change(self, change: Change) -> Changed:
        _note_query(change.text)
        return self.engine.change(change)

    def close(self) -> None:
        self.engine.close()


def _note_query(text: str) -> None:
    """The first query of a call names it; a page may ask more."""
    call = calls.current()
    if call is not None and text and not call.query:
        call.query = digest(text)


def _noted(answer: Answer) -> Answer:
    call = calls.current()
    if call is not None and answer.revision:
        call.revisions.add(answer.revision)
    return answer
