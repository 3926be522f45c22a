"""Validation outside a build: of a build that is there, and of a user's own files."""

from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
from rdflib import Graph

from ..errors import InputError
from ..vocab import DEFAULT_BASE, Names
from . import folder, graphs, tables, terms
from .findings import Finding
from .nodes import portable
from .records import Origin
from .shapes import load_shapes
from .sources import Sources
from .userfiles import Document, parse_user_file
from .validation import validate


def of_build(place: Path, sources: Sources) -> list[Finding]:
    """What the shapes say about a build; source lines are those of `sources`.

    Args:
        place: folder of a build.
        sources: those that the build was made of.

    Raises:
        SourceError: a source or a shape can't be read.
    """
    manifest = folder.read_manifest(place)
    if manifest is None:
        raise InputError(f"{place} is no build.", remedy="Make one with: ari build.")
    names = Names(str(manifest.get("base", DEFAULT_BASE)))
    ontology = terms.load(sources.turtle("ontology"))
    relation = graphs.relate(tables.read(sources), ontology, names)
    data = _asserted((place / folder.DATASET).read_bytes(), names)
    return validate(data, load_shapes(sources.shape_files), relation.origins)


def of_dataset(dataset: bytes, base: str, shapes: Graph) -> list[Finding]:
    """What shapes say about a dataset of ours, of which no sources are at hand.

    Args:
        dataset: N-Quads, our ontology among its graphs.
        base: base IRI of its things, ends in a slash.
    """
    return validate(_asserted(dataset, Names(base)), shapes, {})


def of_files(paths: Iterable[Path], sources: Sources) -> list[Finding]:
    """What the shapes say about files taken together, with our ontology beside them.

    Raises:
        InputError: a file can't be read or does not parse; says which, and where.
    """
    ontology = terms.load(sources.turtle("ontology"))
    return of_documents(map(parse_user_file, paths), ontology, load_shapes(sources.shape_files))


def of_documents(documents: Iterable[Document], ontology: Graph, shapes: Graph) -> list[Finding]:
    """What the shapes say about documents taken together, with the ontology, which grows by them.

    Nothing else is looked at: a thing that is described elsewhere is a finding that asks for its
    description.
    """
    origins: dict[str, Origin] = {}
    for document in documents:
        ontology += document.graph
        origins = document.origins | origins
    return validate(ontology, shapes, origins)


def _asserted(dataset: bytes, names: Names) -> Graph:
    """The merge of the graphs; of the inferred one only its account of itself, as in a build."""
    inferred, activity = str(names.graph("inferred")), str(names.thing("activity", "infer"))
    data = Graph()
    for quad in ox.parse(dataset, format=ox.RdfFormat.N_QUADS):
        graph, subject = (getattr(term, "value", "") for term in (quad.graph_name, quad.subject))
        if graph != inferred or subject in (inferred, activity):
            data.add((portable(quad.subject), portable(quad.predicate), portable(quad.object)))
    return data
