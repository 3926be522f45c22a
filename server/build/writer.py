"""The writer of one named graph: how things are named, placed and described."""

from collections.abc import Iterator

from rdflib import Literal, URIRef
from rdflib.namespace import DCTERMS, FOAF, PROV, RDF, SKOS, XSD
from rdflib.term import Node

from ..vocab import ARI
from .provenance import Account
from .records import Origin, SourceRecord
from .relation import Relation


class Writer:
    """Adds statements to a new graph; a kind and key name a thing."""

    def __init__(self, relation: Relation, account: Account) -> None:
        self.relation = relation
        self.names = relation.names
        self.account = account
        self.graph = relation.open(account)

    def thing(self, kind: str, key: str) -> URIRef:
        """`{base}id/{kind}/{key}`."""
        return self.names.thing(kind, key)

    def placed(self, kind: str, key: str, origin: Origin) -> URIRef:
        """The same, for a thing that a line of a source file gives."""
        return self.relation.place(self.thing(kind, key), origin)

    def say(self, subject: URIRef, *statements: tuple[URIRef, Node]) -> None:
        """Add statements about one thing."""
        for predicate, value in statements:
            self.graph.add((subject, predicate, value))

    def source(
        self,
        record: SourceRecord,
        origin: Origin,
        sha256: str = "",
        media_type: str = "text/plain",
    ) -> URIRef:
        """Describe a source; `sha256` is that of the bytes that were read, if they are known."""
        iri = self.placed("source", record.key, origin)
        self.say(iri, (RDF.type, PROV.Entity), (RDF.type, FOAF.Document))
        self.say(iri, (DCTERMS.title, english(record.title)), *self._source_facts(record))
        if sha256:
            self.say(iri, (ARI.sha256, Literal(sha256)), (DCTERMS.format, Literal(media_type)))
        return iri

    def _source_facts(self, record: SourceRecord) -> Iterator[tuple[URIRef, Node]]:
        if record.publisher:
            yield DCTERMS.publisher, self.thing("organisation", record.publisher)
        if record.licence:
            yield DCTERMS.license, URIRef(record.licence)
        if record.description:
            yield DCTERMS.description, english(record.description)
        if record.rights:
            yield DCTERMS.rights, english(record.rights)
        if record.note:
            yield SKOS.editorialNote, english(record.note)
        for key in record.derived_from:
            yield PROV.wasDerivedFrom, self.thing("source", key)
        for page in record.pages:
            yield FOAF.page, URIRef(page)


def english(text: str) -> Literal:
    """A text in English."""
    return Literal(text, lang="en")


def position(value: int) -> Literal:
    """A place in an order, from 1."""
    return Literal(value, datatype=XSD.positiveInteger)


def year(value: str) -> Literal:
    """A year of four digits."""
    return Literal(value, datatype=XSD.gYear)
