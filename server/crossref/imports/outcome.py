"""What an import found in one edition, compared with what was there."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

KINDS = (
    "new",
    "revised",
    "returned",
    "moved",
    "vanished",
    "archived",
    "withdrawn",
    "unarchived",
    "duplicated",
    "kept",
    "unchanged",
)
"""What can be said of a question, in the order of the report."""


@dataclass(frozen=True)
class Entry:
    """What is said of one question.

    Args:
        kind: one of `KINDS`.
        key: of the question, with its edition.
        place: in the source; empty if it is not there.
        before: the former text, heading or status, where that is what changed.
        found_by: `identifier`, `hash` or `similarity`; empty if it was not found again.
        similarity: of the two texts, where that is what decided.
    """

    kind: str
    key: str
    text: str
    place: str = ""
    before: str = ""
    found_by: str = ""
    similarity: float | None = None
    detail: str = ""

    def under(self, key: str) -> "Entry":
        """The same, said of a question with this key."""
        return replace(self, key=key)

    def as_dict(self) -> dict[str, Any]:
        """What is not empty."""
        return {name: value for name, value in vars(self).items() if value and name != "kind"}


@dataclass(frozen=True)
class Refusal:
    """An edition of which nothing is kept, while others of the same source are.

    Args:
        edition: its key; its publisher and year where no key could be made.
    """

    edition: str
    reason: str
    remedy: str


@dataclass(frozen=True)
class Outcome:
    """What an import would make of one edition.

    Args:
        state: `new`, `known`, `described` (we describe it, texts come in) or `published` (it is
            ours from the document itself, and an import changes nothing).
        files: what is to be written, by name below the edition's folder; empty: nothing changes.
        changed: keys of questions whose text is another now.
        texts: how many questions have their text now.
        attached: how many of them had none before.
        follows: keys of the other editions that the source has questions of this one in now.
    """

    edition: str
    label: str
    state: str
    entries: tuple[Entry, ...]
    files: dict[str, bytes] = field(default_factory=dict)
    changed: frozenset[str] = frozenset()
    texts: int = 0
    attached: int = 0
    follows: frozenset[str] = frozenset()

    def of(self, kind: str) -> Iterator[Entry]:
        """The entries of one kind."""
        return (item for item in self.entries if item.kind == kind)

    def counts(self) -> dict[str, int]:
        """How many entries of each kind."""
        found = Counter(item.kind for item in self.entries)
        return {kind: found[kind] for kind in KINDS}

    def found_by(self) -> dict[str, int]:
        """How many questions were found again, and by what."""
        found = Counter(
            item.found_by for item in self.entries if item.kind in ("unchanged", "revised")
        )
        return {name: found[name] for name in ("identifier", "hash", "similarity")}
