"""What an import makes of each question, of the source or of what is there."""

from collections.abc import Callable
from dataclasses import dataclass

from .found import FoundQuestion
from .matching import Known, Match

Gone = Callable[[Known, str], str]
"""Why a question, with its date of issue, that the source lacks is kept; empty: it has vanished."""
Moved = Callable[[Known], str]
"""Key of the question of another edition that a question is in the source now; empty for none."""


@dataclass(frozen=True)
class Pairing:
    """A question of the source, and which one it is.

    Args:
        id: last part of its key.
        known: the question that is there; None for a new one.
        match: how it was found again.
    """

    found: FoundQuestion
    id: str
    known: Known | None = None
    match: Match | None = None

    @property
    def revised(self) -> bool:
        """Its text is another than it was."""
        return self.known is not None and self.known.digests[0] != self.found.digest


@dataclass(frozen=True)
class Missing:
    """A question that is there, and that the source lacks.

    Args:
        kept: why it stays as it was all the same; empty: it has vanished.
        moved: key of the question that the source has in its place, in another edition; empty for
            none.
    """

    known: Known
    kept: str
    moved: str = ""
