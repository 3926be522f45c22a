"""Two libraries that read each dump back, so that none is kept that another can't read."""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pyoxigraph as ox
import rdflib
from rdflib import BNode, IdentifiedNode
from rdflib.graph import DATASET_DEFAULT_GRAPH_ID

from ...build.nodes import native
from ..dataset import Dataset

Reader = Callable[[bytes, str], Dataset]

_NATIVE = {
    "nt": ox.RdfFormat.N_TRIPLES,
    "ttl": ox.RdfFormat.TURTLE,
    "rdf": ox.RdfFormat.RDF_XML,
    "nq": ox.RdfFormat.N_QUADS,
    "trig": ox.RdfFormat.TRIG,
    "jsonld": ox.RdfFormat.JSON_LD,
}
_PORTABLE = {
    "nt": "nt11",
    "ttl": "turtle",
    "rdf": "xml",
    "nq": "nquads",
    "trig": "trig",
    "jsonld": "json-ld",
}


def by_pyoxigraph(data: bytes, form: str) -> Dataset:
    """The dataset that a document says, to pyoxigraph.

    Args:
        form: name of the format.

    Raises:
        SyntaxError: it does not parse.
    """
    return Dataset.parse(data, _NATIVE[form])


def by_rdflib(data: bytes, form: str) -> Dataset:
    """The dataset that a document says, to rdflib.

    Raises:
        Exception: it does not parse; rdflib's parsers share no class of errors.
    """
    found = rdflib.Dataset()
    with _as_written():
        found.parse(data=data, format=_PORTABLE[form])
    return Dataset.of(_quads(found))


@contextmanager
def _as_written() -> Iterator[None]:
    """Literals keep their form: rdflib would turn "01" into "1"."""
    before = rdflib.NORMALIZE_LITERALS
    rdflib.NORMALIZE_LITERALS = False
    try:
        # Its parsers of datasets use what it calls deprecated itself.
        with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
            yield
    finally:
        rdflib.NORMALIZE_LITERALS = before


def _quads(dataset: rdflib.Dataset) -> Iterator[ox.Quad]:
    for subject, predicate, value, name in dataset.quads():
        s: Any = native(subject)
        p: Any = native(predicate)
        yield ox.Quad(s, p, native(value), _graph(name))


def _graph(name: IdentifiedNode | None) -> ox.NamedNode | ox.BlankNode | ox.DefaultGraph:
    if name is None or name == DATASET_DEFAULT_GRAPH_ID:
        return ox.DefaultGraph()
    return ox.BlankNode(str(name)) if isinstance(name, BNode) else ox.NamedNode(str(name))


READERS: dict[str, Reader] = {"pyoxigraph": by_pyoxigraph, "rdflib": by_rdflib}
