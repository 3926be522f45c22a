"""What is different between two datasets, as records: one for each thing that a reader knows."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

Kind = Literal["edition", "priority", "goal", "theme", "question", "topic", "mapping"]
KINDS: tuple[Kind, ...] = get_args(Kind)
"""In the order of telling; a mapping is a pair of questions and what was decided on it."""

What = Literal[
    "added",
    "reworded",
    "quoted",
    "relabelled",
    "moved",
    "reordered",
    "reclassified",
    "re-linked",
    "archived",
    "withdrawn",
    "vanished",
    "asked again",
    "proposed",
    "accepted",
    "rejected",
    "re-opened",
    "corrected",
    "dropped",
    "kept",
]
WHATS: tuple[What, ...] = get_args(What)
"""What may happen to a thing, in the order of telling: `quoted`, its official words are given for
the first time, or no longer; `kept`, a later edition takes it over as it was."""


@dataclass(frozen=True)
class Change:
    """One thing that happened to one thing.

    Args:
        key: of the thing, such as `met-2019-4-2`.
        iri: of the thing; of one that was dropped too.
        label: its name; of a pair, the names of both questions.
        group: name of the edition, strategy or scheme that it stands in; empty for none.
        aspect: what of it has changed, in words, such as `description`; empty if the kind of
            change says it.
        before, after: its text, place or value; empty where it has none.
        earlier: keys of what it continues in an earlier edition.
        reason: why, as the data says; empty if it does not.
    """

    kind: Kind
    what: What
    key: str
    iri: str
    label: str
    group: str = ""
    aspect: str = ""
    before: str = ""
    after: str = ""
    earlier: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class Others:
    """Statements of one graph that changed and that no `Change` tells of.

    Args:
        graph: IRI; empty: the unnamed graph.
    """

    graph: str
    removed: int
    added: int


@dataclass(frozen=True)
class Side:
    """One of the two datasets that are compared.

    Args:
        name: by which the reader knows it: a version, or what was asked for.
        hash: RDFC-1.0 SHA-256 of the dataset.
        statements: that it holds.
    """

    name: str
    hash: str
    statements: int


@dataclass(frozen=True)
class Changes:
    """All that is different.

    Args:
        removed, added: statements of the patch, which is the whole truth.
        changes: by kind, in the order of keys.
        others: by graph; with the statements that the changes tell of they make up the patch.
    """

    old: Side
    new: Side
    removed: int
    added: int
    changes: tuple[Change, ...]
    others: tuple[Others, ...]

    @property
    def same(self) -> bool:
        """The two datasets are one and the same."""
        return self.old.hash == self.new.hash

    @property
    def counts(self) -> Mapping[tuple[Kind, What], int]:
        """How often what happened to things of each kind, in the order of telling."""
        found = Counter((change.kind, change.what) for change in self.changes)
        return {(k, w): found[k, w] for k in KINDS for w in WHATS if (k, w) in found}
