"""The ontology as a graph, held to the terms that it declares."""

from collections.abc import Mapping

from pyoxigraph import RdfFormat
from rdflib import Graph, URIRef
from rdflib.namespace import OWL, RDF

from ..vocab import ARI, ONTOLOGY
from .faults import Fault, refuse, suggestion
from .userfiles import parse_user_data

_NAMESPACE = str(ARI._NS)
_DECLARATIONS = (
    OWL.AnnotationProperty,
    OWL.Class,
    OWL.DatatypeProperty,
    OWL.ObjectProperty,
)


def load(files: Mapping[str, bytes]) -> Graph:
    """The ontology of Turtle files by name.

    Raises:
        SourceError: a file does not parse, or uses a term of ours that none declares; says where.
    """
    ontology = Graph()
    for name, data in files.items():
        for triple in parse_user_data(name, data, RdfFormat.TURTLE):
            ontology.add(triple)
    known = {str(term) for kind in _DECLARATIONS for term in ontology.subjects(RDF.type, kind)}
    names = {term.removeprefix(_NAMESPACE) for term in known if term.startswith(_NAMESPACE)}
    refuse(sorted(_unknown(name, files, names) for name in _used(ontology) - names))
    return ontology


def version(ontology: Graph) -> str:
    """`owl:versionInfo` of the ontology, empty if it has none."""
    return str(ontology.value(ONTOLOGY, OWL.versionInfo) or "")


def _used(ontology: Graph) -> set[str]:
    nodes = {node for triple in ontology for node in triple if isinstance(node, URIRef)}
    return {node.removeprefix(_NAMESPACE) for node in nodes if node.startswith(_NAMESPACE)}


def _unknown(name: str, files: Mapping[str, bytes], names: set[str]) -> Fault:
    file, line = _place(name, files)
    return Fault(file, line, f"There is no term ari:{name}.{suggestion(name, names)}")


def _place(name: str, files: Mapping[str, bytes]) -> tuple[str, int]:
    for file, data in files.items():
        for number, line in enumerate(data.decode().splitlines(), 1):
            if f"ari:{name}" in line or f"{_NAMESPACE}{name}" in line:
                return file, number
    return next(iter(files)), 0
