"""A graph that stays where it is, in a pyoxigraph store, for what rdflib's users only read."""

from collections.abc import Callable, Generator
from typing import Any

import pyoxigraph as ox
from rdflib import Graph
from rdflib.paths import Path

from .answering import AnsweringGraph
from .nodes import native, portable

Name = ox.NamedNode | ox.DefaultGraph | None
Restore = Callable[[ox.Triple], ox.Triple]


class StoredGraph(AnsweringGraph):
    """A graph of a store, for reading; queries see it as their default graph.

    Args:
        name: of the graph; None: all graphs together, of which no two share a statement.
        restore: gives a triple as it was stated, where the store keeps it otherwise.
        size: about how many triples there are; validators ask again and again.
    """

    def __init__(self, engine: ox.Store, name: Name, restore: Restore, size: int) -> None:
        Graph.__init__(self, bind_namespaces="none")
        self._engine, self._name = engine, name
        self._restore, self._size = restore, size

    def triples(self, triple: Any) -> Generator[Any, None, None]:
        """The triples of a pattern, in which None stands for anything."""
        if isinstance(triple[1], Path):
            yield from super().triples(triple)
            return
        subject, predicate, value = (native(n) if n is not None else None for n in triple)
        if isinstance(subject, ox.Literal) or isinstance(predicate, ox.BlankNode | ox.Literal):
            return
        for quad in self._engine.quads_for_pattern(subject, predicate, value, self._name):
            found = self._restore(quad.triple)
            yield portable(found.subject), portable(found.predicate), portable(found.object)

    def __len__(self) -> int:
        return self._size
