"""Canonical N-Quads and the hashes of graphs (W3C RDF Dataset Canonicalization, RDFC-1.0)."""

import hashlib
from collections.abc import Iterable, Mapping

import pyoxigraph as ox
from rdflib import Graph, URIRef

from .nodes import native


def quads(graph: Graph, name: URIRef | None = None) -> Iterable[ox.Quad]:
    """The statements of a graph, in a named graph or in the default graph."""
    place = ox.NamedNode(str(name)) if name is not None else ox.DefaultGraph()
    for triple in graph:
        subject, predicate, value = map(native, triple)
        assert not isinstance(subject, ox.Literal)  # noqa: S101 - RDF 1.1, 3.1
        assert isinstance(predicate, ox.NamedNode)  # noqa: S101 - RDF 1.1, 3.1
        yield ox.Quad(subject, predicate, value, place)


def lines(statements: Iterable[ox.Quad]) -> bytes:
    """The canonical form (RDFC-1.0, 5): N-Quads in code point order, blank nodes `c14n0`, ….

    SHA-256 over these bytes is the hash of the dataset.
    """
    dataset = ox.Dataset(statements)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    text = ox.serialize(dataset, format=ox.RdfFormat.N_QUADS)
    assert text is not None  # noqa: S101 - with no output given, the text is returned
    return b"".join(sorted(text.splitlines(keepends=True)))


def dataset_lines(graphs: Mapping[URIRef, Graph]) -> bytes:
    """The canonical form of named graphs together."""
    return lines(quad for name, graph in graphs.items() for quad in quads(graph, name))


def graph_lines(graph: Graph) -> bytes:
    """The canonical form of one graph, taken as a dataset of its own: N-Triples."""
    return lines(quads(graph))


def sha256(data: bytes) -> str:
    """SHA-256 as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()
