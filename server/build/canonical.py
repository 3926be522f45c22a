"""Graphs of rdflib in canonical form (W3C RDF Dataset Canonicalization, RDFC-1.0)."""

from collections.abc import Iterable, Mapping

import pyoxigraph as ox
from rdflib import Graph, URIRef

from .nodes import native
from .rdfc import lines, sha256

__all__ = ["dataset_lines", "graph_lines", "lines", "quads", "sha256"]


def quads(graph: Graph, name: URIRef | None = None) -> Iterable[ox.Quad]:
    """The statements of a graph, in a named graph or in the default graph."""
    place = ox.NamedNode(str(name)) if name is not None else ox.DefaultGraph()
    for triple in graph:
        subject, predicate, value = map(native, triple)
        assert not isinstance(subject, ox.Literal)  # noqa: S101 - RDF 1.1, 3.1
        assert isinstance(predicate, ox.NamedNode)  # noqa: S101 - RDF 1.1, 3.1
        yield ox.Quad(subject, predicate, value, place)


def dataset_lines(graphs: Mapping[URIRef, Graph]) -> bytes:
    """The canonical form of named graphs together."""
    return lines(quad for name, graph in graphs.items() for quad in quads(graph, name))


def graph_lines(graph: Graph) -> bytes:
    """The canonical form of one graph, taken as a dataset of its own: N-Triples."""
    return lines(quads(graph))
