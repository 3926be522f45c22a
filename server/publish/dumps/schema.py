"""The files that say what the data may say: ontology, shapes and context."""

from collections.abc import Iterator

import pyoxigraph as ox
from rdflib import Graph

from ...build import canonical, terms
from ...build.shapes import load_shapes
from ...errors import SourceError
from .. import layout
from ..draft import Draft, File
from .turtle import turtle


def schema(draft: Draft) -> Iterator[File]:
    """The ontology with its alignments, the shapes, each as one file, and the JSON-LD context.

    Raises:
        SourceError: a file of them can't be read.
    """
    yield layout.ONTOLOGY, as_turtle(terms.load(draft.sources.turtle("ontology")))
    yield layout.SHAPES, as_turtle(load_shapes(draft.sources.shape_files))
    yield layout.CONTEXT, context(draft)


def context(draft: Draft) -> bytes:
    """The JSON-LD context of the sources.

    Raises:
        SourceError: there is none.
    """
    try:
        return draft.sources.ontology.joinpath(layout.CONTEXT).read_bytes()
    except FileNotFoundError as error:
        raise SourceError(f"ontology/{layout.CONTEXT}", None, "The file is missing.") from error


def as_turtle(graph: Graph) -> bytes:
    """A graph in Turtle, in one order whatever the labels of its blank nodes were."""
    lines = canonical.graph_lines(graph)
    return turtle(quad.triple for quad in ox.parse(lines, format=ox.RdfFormat.N_QUADS))
