"""A dataset at rest: canonical N-Quads, and what can be read off them."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import pyoxigraph as ox

from ..build import canonical


@dataclass(frozen=True)
class Dataset:
    """Named graphs.

    Args:
        lines: their canonical form (RDFC-1.0), N-Quads in code point order.
    """

    lines: bytes

    @classmethod
    def of(cls, quads: Iterable[ox.Quad]) -> "Dataset":
        """The dataset of these statements, whatever their order and labels."""
        return cls(canonical.lines(quads))

    @classmethod
    def parse(cls, data: bytes, form: ox.RdfFormat = ox.RdfFormat.N_QUADS) -> "Dataset":
        """The dataset that a document says.

        Raises:
            SyntaxError: it does not parse.
        """
        return cls.of(ox.parse(data, format=form))

    @property
    def hash(self) -> str:
        """SHA-256 of the canonical form, 64 lower-case hexadecimal digits."""
        return canonical.sha256(self.lines)

    @cached_property
    def quads(self) -> tuple[ox.Quad, ...]:
        """The statements in canonical order, blank nodes labelled `c14n0`, …."""
        return tuple(ox.parse(self.lines, format=ox.RdfFormat.N_QUADS))

    @cached_property
    def graphs(self) -> dict[str, tuple[ox.Triple, ...]]:
        """The named graphs by IRI, in order; the triples of each in canonical order."""
        found: dict[str, list[ox.Triple]] = {}
        for quad in self.quads:
            if isinstance(quad.graph_name, ox.NamedNode):
                found.setdefault(quad.graph_name.value, []).append(quad.triple)
        return {name: tuple(found[name]) for name in sorted(found)}

    @property
    def triples(self) -> tuple[ox.Triple, ...]:
        """The statements without their graphs, in order; a merge is made of them alone."""
        return tuple(quad.triple for quad in self.quads)

    @cached_property
    def merge(self) -> "Dataset":
        """All statements as one unnamed graph, a set."""
        return Dataset.of(ox.Quad(q.subject, q.predicate, q.object) for q in self.quads)

    def graph(self, iri: str) -> "Dataset":
        """One graph as a dataset of its own, unnamed: its hash is the hash of the graph."""
        triples = self.graphs.get(iri, ())
        return Dataset.of(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
