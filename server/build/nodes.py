"""Terms of RDF: in rdflib, in pyoxigraph, and in words."""

from typing import Any

import pyoxigraph as ox
from rdflib import BNode, IdentifiedNode, Literal, URIRef
from rdflib.term import Node
from rdflib.util import from_n3

from ..vocab import PREFIXES


def native(node: Node) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    """The same term in pyoxigraph, with the lexical form as it is."""
    if isinstance(node, URIRef):
        return ox.NamedNode(str(node))
    if isinstance(node, BNode):
        return ox.BlankNode(str(node))
    assert isinstance(node, Literal)  # noqa: S101 - rdflib graphs hold nothing else
    datatype = ox.NamedNode(str(node.datatype)) if node.datatype else None
    return ox.Literal(str(node), datatype=datatype, language=node.language)


def portable(term: Any) -> IdentifiedNode | Literal:
    """The same term in rdflib, with the lexical form as it is."""
    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    if term.language:
        return Literal(term.value, lang=term.language)
    plain = term.datatype.value == f"{PREFIXES['xsd']}string"
    # Normalising would turn "01" into "1" and so report what is not in the data.
    return Literal(
        term.value, datatype=None if plain else URIRef(term.datatype.value), normalize=False
    )


def word(node: Node) -> str:
    """A term as a finding holds it: an IRI as it is, all else in N-Triples."""
    return str(node) if isinstance(node, URIRef) else node.n3()


def from_word(text: str) -> Node:
    """The term that `word` wrote."""
    if text.startswith("_:"):
        return BNode(text[2:])
    literal = from_n3(text) if text.startswith('"') else None
    return literal if isinstance(literal, Literal) else URIRef(text)


def curie(iri: str) -> str:
    """An IRI with one of our prefixes, or as it is."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri


def short(iri: str) -> str:
    """An IRI as short as it can be told: with a prefix, or what follows `/id/`."""
    prefixed = curie(iri)
    return prefixed if prefixed != iri else iri.rpartition("/id/")[2] or iri
