"""The account of a patch: each of its statements is told of by a change, or counted."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable

import pyoxigraph as ox
from rdflib.namespace import OWL, PROV

from ...engine.patch import Transaction
from ...vocab import OA
from .changes import Change, Others
from .things import Things, is_inferred

Row = tuple[bool, ox.Quad]
"""A statement of a patch, and whether it is added."""


class Telling:
    """What is told so far, and the statements that nothing has told of."""

    def __init__(self, old: Things, new: Things, transaction: Transaction) -> None:
        self.old, self.new = old, new
        self.changes: list[Change] = []
        self._left: set[Row] = {
            (added, quad)
            for added, lines in ((False, transaction.removed), (True, transaction.added))
            for quad in ox.parse(b"".join(lines), format=ox.RdfFormat.N_QUADS)
        }
        self._about: dict[str, list[Row]] = defaultdict(list)
        for row in self._left:
            if isinstance(subject := row[1].subject, ox.NamedNode) and not is_inferred(row[1]):
                self._about[subject.value].append(row)

    @property
    def touched(self) -> list[str]:
        """The things that the patch says something about, in order."""
        return sorted(self._about)

    def tell(self, change: Change) -> None:
        """Add a change."""
        self.changes.append(change)

    def explain(self, iri: str, properties: Collection[str] | None = None) -> None:
        """Count the statements about a thing as told of; None: those of any property."""
        self._left.difference_update(
            row
            for row in self._about.get(iri, ())
            if properties is None or row[1].predicate.value in properties
        )

    def explain_link(self, subject: str, value: str, properties: Collection[str]) -> None:
        """Count the statements that link two things by one of these properties as told of."""
        self._left.difference_update(
            row
            for row in self._about.get(subject, ())
            if row[1].predicate.value in properties and getattr(row[1].object, "value", "") == value
        )

    def explain_belongings(self, iri: str) -> None:
        """Count what only serves a thing as told of: its quotes, and how sure it is."""
        for things in (self.old, self.new):
            for quote in things.all(iri, PROV.wasQuotedFrom):
                self._explain_each([quote, *things.all(quote, OA.hasSelector)])
            self._explain_each(things.of(iri, OWL.annotatedSource))

    def _explain_each(self, iris: Iterable[str]) -> None:
        for iri in iris:
            self.explain(iri)

    def others(self) -> tuple[Others, ...]:
        """What is left, by graph."""
        counts = Counter(
            (getattr(quad.graph_name, "value", ""), added) for added, quad in self._left
        )
        graphs = sorted({graph for graph, _ in counts})
        return tuple(Others(g, counts[g, False], counts[g, True]) for g in graphs)
