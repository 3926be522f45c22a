"""What the graph of every edition says, whatever the edition is made of."""

from collections.abc import Callable

from rdflib import Literal, URIRef
from rdflib.namespace import DCTERMS, RDF, SKOS

from ..vocab import ARI
from .provenance import Account
from .records import EditionRecord
from .relation import Relation
from .writer import Writer, english, year


class EditionWriter(Writer):
    """Writes the graph of one edition.

    Args:
        accounted: the account of a graph by key and label of its edition and IRI of its source.
    """

    def __init__(
        self,
        relation: Relation,
        record: EditionRecord,
        accounted: Callable[[str, str, URIRef], Account],
    ) -> None:
        self.record = record
        self.read_from = relation.names.thing("source", record.source.key)
        super().__init__(relation, accounted(record.key, record.label, self.read_from))
        self.scheme = self.placed("ari", record.key, record.origin)

    def edition(self, licence: URIRef) -> None:
        """Describe the edition; the licence is that of its texts."""
        record = self.record
        self.say(
            self.scheme,
            (RDF.type, ARI.AreasOfResearchInterest),
            (DCTERMS.title, english(record.title)),
            (SKOS.prefLabel, english(record.label)),
            (DCTERMS.identifier, Literal(record.key)),
            (DCTERMS.publisher, self.thing("organisation", record.publisher)),
            (DCTERMS.issued, year(record.issued)),
            (DCTERMS.license, licence),
            (ARI.editedEdition, Literal(record.edited)),
            (DCTERMS.source, self.read_from),
        )
        if record.strategy:
            self.say(self.scheme, (ARI.followsStrategy, self.thing("strategy", record.strategy)))
