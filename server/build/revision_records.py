"""What a later edition continues of an earlier one, as records."""

from dataclasses import dataclass
from typing import Literal, get_args

from .records import Origin

RevisionKind = Literal["ari", "priority", "theme", "question"]
REVISION_KINDS: tuple[RevisionKind, ...] = get_args(RevisionKind)
"""Kinds of things that can continue another; the first is an edition."""

REPLACES, SAME, REWORDED, MOVED = "replaces", "same", "reworded", "moved"


@dataclass(frozen=True)
class RevisionRecord:
    """A thing of a later edition continues one of an earlier edition.

    Args:
        kind: of both.
        later, earlier: their keys.
        how: `replaces` for an edition, else `same`, or one or both of `reworded` and `moved`.
    """

    kind: str
    later: str
    earlier: str
    how: tuple[str, ...]
    origin: Origin

    @property
    def is_of_editions(self) -> bool:
        """It says that one edition replaces another."""
        return self.kind == REVISION_KINDS[0]
