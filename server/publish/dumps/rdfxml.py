"""RDF/XML of our own writing: one element a thing, the same bytes from every library."""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from xml.sax.saxutils import escape, quoteattr

import pyoxigraph as ox

from ...engine.serialise import refuse_what_xml_lacks
from ...vocab import PREFIXES
from .terms import RDF, XSD
from .turtle import plain

_NAME = re.compile(r"[^\W\d][\w.-]*$")


def rdfxml(triples: Iterable[ox.Triple], prefixes: Mapping[str, str] = PREFIXES) -> bytes:
    """A graph in RDF/XML (RDF 1.1 XML Syntax).

    Args:
        triples: with the labels of blank nodes that they are to be ordered by.

    Raises:
        NotAcceptable: something in it can't be said in XML 1.0.
    """
    ordered = sorted(triples, key=str)
    refuse_what_xml_lacks(ordered)
    names = _Names(prefixes)
    body = "".join(
        f"  <rdf:Description {_about(subject)}>\n{''.join(_elements(group, names))}"
        "  </rdf:Description>\n"
        for subject, group in groupby(map(plain, ordered), key=lambda triple: triple[0])
    )
    declared = "".join(f"\n    xmlns:{p}={quoteattr(n)}" for p, n in names.declared())
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF{declared}>\n'
    return f"{head}{body}</rdf:RDF>\n".encode()


class _Names:
    """Qualified names; namespaces without a prefix of ours are numbered as they come."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self._known = {namespace: prefix for prefix, namespace in prefixes.items()}
        self._used = {RDF: "rdf"}

    def __call__(self, iri: str) -> str:
        local = _NAME.search(iri)
        assert local is not None  # noqa: S101 - refused before
        name = local[0]
        space = iri.removesuffix(name)
        prefix = self._known.get(space) or f"ns{len(self._used)}"
        return f"{self._used.setdefault(space, prefix)}:{name}"

    def declared(self) -> list[tuple[str, str]]:
        return sorted((prefix, space) for space, prefix in self._used.items())


def _about(subject: ox.NamedNode | ox.BlankNode) -> str:
    if isinstance(subject, ox.BlankNode):
        return f'rdf:nodeID="{subject.value}"'
    return f"rdf:about={quoteattr(subject.value)}"


def _elements(
    triples: Iterable[tuple[object, ox.NamedNode, ox.NamedNode | ox.BlankNode | ox.Literal]],
    names: _Names,
) -> Iterator[str]:
    for _, predicate, value in triples:
        name = names(predicate.value)
        if isinstance(value, ox.NamedNode):
            yield f"    <{name} rdf:resource={quoteattr(value.value)}/>\n"
        elif isinstance(value, ox.BlankNode):
            yield f'    <{name} rdf:nodeID="{value.value}"/>\n'
        else:
            yield f"    <{name}{_kind(value)}>{_text(value.value)}</{name}>\n"


def _kind(value: ox.Literal) -> str:
    if value.language:
        return f' xml:lang="{value.language}"'
    kind = value.datatype.value
    return "" if kind == f"{XSD}string" else f" rdf:datatype={quoteattr(kind)}"


def _text(text: str) -> str:
    # A reader of XML takes a bare carriage return for a line feed (XML 1.0, 2.11).
    return escape(text, {"\r": "&#13;"})
