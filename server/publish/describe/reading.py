"""A description, read back one value at a time."""

from collections.abc import Iterable

import pyoxigraph as ox

from ...errors import Unfaithful
from .statements import Subject, Value, iri

Node = ox.NamedNode | ox.BlankNode


class Said:
    """The statements of a description, by subject and property.

    Args:
        what: the description, for messages.
    """

    def __init__(self, triples: Iterable[ox.Triple], what: str) -> None:
        self.what = what
        self.triples = list(triples)
        self._values: dict[tuple[object, str], list[Value]] = {}
        for triple in self.triples:
            if not isinstance(triple.object, ox.Triple):
                place = triple.subject, triple.predicate.value
                self._values.setdefault(place, []).append(triple.object)

    @classmethod
    def turtle(cls, data: bytes, what: str) -> "Said":
        """What a document says; its blank nodes are those of no other (RDF 1.1, 4.1).

        Raises:
            SyntaxError: it does not parse.
        """
        quads = ox.parse(data, format=ox.RdfFormat.TURTLE, rename_blank_nodes=True)
        return cls((quad.triple for quad in quads), what)

    def subjects(self, term: str, value: str = "") -> list[Node]:
        """What has a property, in order.

        Args:
            value: IRI that the property must have; empty: any value.
        """
        predicate, wanted = iri(term).value, iri(value) if value else None
        found = {
            subject
            for (subject, named), values in self._values.items()
            if named == predicate and (wanted is None or wanted in values)
        }
        return sorted((s for s in found if isinstance(s, Node)), key=str)

    def nodes(self, subject: Subject, term: str) -> list[Value]:
        """The values of a property, as terms of RDF."""
        node = iri(subject) if isinstance(subject, str) else subject
        return self._values.get((node, iri(term).value), [])

    def values(self, subject: Subject, term: str) -> list[str]:
        """The values of a property, in order."""
        return sorted(node.value for node in self.nodes(subject, term))

    def one(self, subject: Subject, term: str) -> str:
        """The one value of a property.

        Raises:
            Unfaithful: it has none or several.
        """
        found = self.nodes(subject, term)
        if len(found) != 1:
            told = f"{self.what} says {len(found) or 'no'} {term} of {subject}; there must be one."
            raise Unfaithful(told)
        return found[0].value

    def one_if_any(self, subject: Subject, *path: str) -> str:
        """The one value at the end of a path of properties, each of the one value before it.

        Empty if there is none, or more than one on the way.
        """
        node: Value | Subject = subject
        for term in path:
            found = [] if isinstance(node, ox.Literal) else self.nodes(node, term)
            if len(found) != 1:
                return ""
            (node,) = found
        return node if isinstance(node, str) else node.value
