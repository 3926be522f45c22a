"""The graph of an edition that was read from a document: each text with its place in the file."""

from rdflib import Literal, URIRef
from rdflib.namespace import DCTERMS, PROV, RDF, SKOS, XSD

from ..vocab import ARI, OA, OGL
from . import provenance
from .edition_graph import EditionWriter
from .records import DocumentEdition, Origin, PriorityText, Span
from .relation import Relation
from .writer import english, position


class DocumentWriter(EditionWriter):
    """Writes priorities, questions, and a quote for each of their texts."""

    def __init__(self, relation: Relation, document: DocumentEdition) -> None:
        super().__init__(relation, document.record.edition, provenance.of_document)
        self.document = document

    def write(self) -> None:
        """Add the edition and all that stands in it."""
        self.edition(OGL)
        read, *behind = self.record.sources
        self.source(read, Origin(read.file, 1), self.document.sha256)
        for source in behind:
            self.source(source, self.record.origin)
        for priority in self.document.priorities:
            self._priority(priority)

    def _read(self, kind: str, key: str, span: Span) -> URIRef:
        return self.placed(kind, key, Origin(self.record.source.file, span.line))

    def _priority(self, priority: PriorityText) -> None:
        record = priority.record
        iri = self._read("priority", record.key, priority.name)
        enabling = record.kind == "enabling"
        self.say(
            iri,
            (RDF.type, ARI.EnablingPriority if enabling else ARI.OperationalPriority),
            (SKOS.prefLabel, english(priority.name.text)),
            (SKOS.definition, english(priority.description.text)),
            (ARI.position, position(record.position)),
            (DCTERMS.identifier, Literal(record.key)),
            (SKOS.inScheme, self.scheme),
            (SKOS.topConceptOf, self.scheme),
        )
        if record.goal:
            self.say(iri, (ARI.supportsGoal, self.thing("goal", record.goal)))
        self._quote(iri, record.key, priority.name, SKOS.prefLabel)
        self._quote(iri, f"{record.key}-definition", priority.description, SKOS.definition)
        for number, span in enumerate(priority.interests, 1):
            self._question(iri, f"{record.key}-{number}", number, span)

    def _question(self, priority: URIRef, key: str, number: int, span: Span) -> None:
        iri = self._read("question", key, span)
        self.say(
            iri,
            (RDF.type, ARI.ResearchQuestion),
            (SKOS.prefLabel, english(span.text)),
            (ARI.statementText, english(span.text)),
            (DCTERMS.identifier, Literal(key)),
            (SKOS.inScheme, self.scheme),
            (ARI.underPriority, priority),
            (ARI.position, position(number)),
        )
        self._quote(iri, key, span, SKOS.prefLabel, ARI.statementText)

    def _quote(self, thing: URIRef, key: str, span: Span, *quoted: URIRef) -> None:
        """Where the text of some properties stands, by its words and by its offsets.

        Web Annotation Data Model, 4.2.4 and 4.2.5.
        """
        quote = self._read("quote", key, span)
        words = self._read("selector", f"{key}-text", span)
        offsets = self._read("selector", f"{key}-position", span)
        self.say(thing, (PROV.wasQuotedFrom, quote))
        self.say(quote, (RDF.type, OA.SpecificResource), (OA.hasSource, self.read_from))
        self.say(quote, (OA.hasSelector, words), (OA.hasSelector, offsets))
        self.say(quote, *((ARI.quotedProperty, term) for term in quoted))
        self.say(words, (RDF.type, OA.TextQuoteSelector), (OA.exact, Literal(span.text)))
        if span.prefix:
            self.say(words, (OA.prefix, Literal(span.prefix)))
        self.say(
            offsets,
            (RDF.type, OA.TextPositionSelector),
            (OA.start, Literal(span.start, datatype=XSD.nonNegativeInteger)),
            (OA.end, Literal(span.end, datatype=XSD.nonNegativeInteger)),
        )
