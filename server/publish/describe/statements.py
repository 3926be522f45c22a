"""Statements of a description, gathered one thing at a time, and written in one order."""

from collections.abc import Iterable, Iterator
from datetime import date

import pyoxigraph as ox

from ...build import canonical
from ...vocab import PREFIXES
from ..dumps.turtle import turtle

VOCABULARIES = PREFIXES | {
    "adms": "http://www.w3.org/ns/adms#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
}
"""Prefixes of descriptions: those of the data, and what only catalogues speak of."""

Subject = str | ox.NamedNode | ox.BlankNode
Value = ox.NamedNode | ox.BlankNode | ox.Literal


class Statements:
    """A graph that grows; what is said twice counts once."""

    def __init__(self, triples: Iterable[ox.Triple] = ()) -> None:
        self._triples = dict.fromkeys(triples)

    @classmethod
    def read(cls, data: bytes) -> "Statements":
        """What a document in Turtle says.

        Raises:
            SyntaxError: it does not parse.
        """
        return cls(quad.triple for quad in ox.parse(data, format=ox.RdfFormat.TURTLE))

    def __iter__(self) -> Iterator[ox.Triple]:
        return iter(self._triples)

    def say(self, subject: Subject, *said: tuple[str, str | Value]) -> None:
        """Add statements about one thing.

        Args:
            subject: its IRI or node.
            said: property and value; a text is an IRI, whole or with a prefix of `VOCABULARIES`.
        """
        node = iri(subject) if isinstance(subject, str) else subject
        for term, value in said:
            plain = iri(value) if isinstance(value, str) else value
            self._triples[ox.Triple(node, iri(term), plain)] = None

    def part(self, *said: tuple[str, str | Value]) -> ox.BlankNode:
        """A thing without a name of its own, and what is said about it."""
        node = ox.BlankNode()
        self.say(node, *said)
        return node

    def ordered(self) -> tuple[ox.Triple, ...]:
        """The statements in canonical order, their blank nodes labelled by what they say."""
        lines = canonical.lines(ox.Quad(t.subject, t.predicate, t.object) for t in self)
        return tuple(quad.triple for quad in ox.parse(lines, format=ox.RdfFormat.N_QUADS))

    def turtle(self, base: str) -> bytes:
        """The same in Turtle, the same bytes for the same statements."""
        return turtle(self.ordered(), base, VOCABULARIES)


def iri(name: str) -> ox.NamedNode:
    """An IRI, given whole or with a prefix."""
    prefix, colon, local = name.partition(":")
    known = VOCABULARIES.get(prefix) if colon and not local.startswith("//") else None
    return ox.NamedNode(known + local if known else name)


def english(text: str) -> ox.Literal:
    """A text in English."""
    return ox.Literal(text, language="en")


def typed(value: object, datatype: str) -> ox.Literal:
    """A literal of a datatype of XML Schema, by its local name."""
    return ox.Literal(str(value), datatype=iri(f"xsd:{datatype}"))


def number(count: int) -> ox.Literal:
    """A count."""
    return typed(count, "integer")


def day(value: date) -> ox.Literal:
    """A date."""
    return typed(value.isoformat(), "date")
