"""The shapes graph, held to the terms of its vocabularies and to queries that parse."""

import re
from collections.abc import Iterable
from difflib import get_close_matches
from importlib.resources.abc import Traversable

import pyoxigraph as ox
from rdflib import Graph, URIRef
from rdflib.namespace import DCTERMS, PROV, SH, SKOS, DefinedNamespace
from rdflib.term import Node

from .. import resources
from ..errors import SourceError
from ..vocab import ARI, PREFIXES
from .nodes import short
from .userfiles import parse_user_data

CLOSED: dict[str, type[DefinedNamespace]] = {
    "ari": ARI,
    "dcterms": DCTERMS,
    "prov": PROV,
    "sh": SH,
    "skos": SKOS,
}
"""Namespaces whose terms are all known, so that a misspelt one can be told."""


def shapes_files() -> list[Traversable]:
    """The shapes of the package, by name, without their examples."""
    return resources.listing("shapes", suffix=".ttl")


def load_shapes(files: Iterable[Traversable] | None = None) -> Graph:
    """The shapes graph; `files` are Turtle files, by default those of the package.

    Raises:
        SourceError: a file or one of its SPARQL queries does not parse, or it uses a term that its
            vocabulary does not have.
    """
    shapes = Graph()
    for prefix, namespace in PREFIXES.items():
        shapes.bind(prefix, namespace)
    for file in shapes_files() if files is None else files:
        shapes += _shapes_of(f"shapes/{file.name}", file.read_bytes())
    _refuse_broken_queries(shapes)
    return shapes


def _shapes_of(name: str, data: bytes) -> Graph:
    shapes = parse_user_data(name, data, ox.RdfFormat.TURTLE)
    text = data.decode()
    for prefix, term in sorted(_terms(shapes)):
        if term not in CLOSED[prefix]:
            _refuse_misspelt_term(name, text, prefix, term)
    return shapes


def _terms(shapes: Graph) -> set[tuple[str, str]]:
    """Prefix and local name of each term from a closed namespace, in triples and in queries."""
    iris = {node for triple in shapes for node in triple if isinstance(node, URIRef)}
    named = {
        (prefix, iri.removeprefix(PREFIXES[prefix]))
        for iri in iris
        for prefix in CLOSED
        if iri.startswith(PREFIXES[prefix]) and iri != PREFIXES[prefix]
    }
    pattern = re.compile(rf"\b({'|'.join(CLOSED)}):([A-Za-z]\w*)")
    for query in shapes.objects(None, SH.select):
        named.update(pattern.findall(str(query)))
    return named


def _refuse_misspelt_term(file: str, text: str, prefix: str, term: str) -> None:
    used = re.compile(rf"\b{prefix}:{re.escape(term)}\b|{re.escape(PREFIXES[prefix] + term)}\b")
    lines = (n for n, line in enumerate(text.splitlines(), start=1) if used.search(line))
    nearest = get_close_matches(term, CLOSED[prefix].__annotations__, n=1, cutoff=0)
    raise SourceError(
        file,
        next(lines, None),
        f"there is no term {prefix}:{term}.",
        remedy=f"Did you mean {prefix}:{nearest[0]}?",
    )


def _refuse_broken_queries(shapes: Graph) -> None:
    store = ox.Store()
    for constraint, query in shapes.subject_objects(SH.select):
        rule = shapes.value(None, SH.sparql, constraint)
        try:
            store.query(_with_prefixes(shapes, constraint) + str(query))
        except SyntaxError as error:
            raise SourceError(
                "shapes", None, f"the query of {short(str(rule))} does not parse: {error}"
            ) from error


def _with_prefixes(shapes: Graph, constraint: Node) -> str:
    declared = (
        (shapes.value(entry, SH.prefix), shapes.value(entry, SH.namespace))
        for ontology in shapes.objects(constraint, SH.prefixes)
        for entry in shapes.objects(ontology, SH.declare)
    )
    return "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in declared)
