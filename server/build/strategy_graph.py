"""The graph of a strategy: names only."""

from rdflib import Literal, URIRef
from rdflib.namespace import DCTERMS, PROV, RDF, RDFS, SKOS

from ..vocab import ARI
from . import provenance
from .records import AimRecord, SourceRecord, StrategyRecord
from .relation import Relation
from .writer import Writer, english, position, year

AIM_CLASSES = {
    "goal": ARI.StrategicGoal,
    "mission": ARI.Mission,
    "value": ARI.Value,
    "vision": ARI.Vision,
}


class StrategyWriter(Writer):
    """Writes a strategy with its goals, mission, vision and values."""

    def __init__(self, relation: Relation, record: StrategyRecord) -> None:
        self.record = record
        self.read_from = relation.names.thing("source", record.key)
        account = provenance.of_strategy(record.key, record.title, self.read_from)
        super().__init__(relation, account)
        self.scheme = self.placed("strategy", record.key, record.origin)

    def write(self) -> None:
        """Add the strategy, its pages and its aims."""
        record = self.record
        self.say(
            self.scheme,
            (RDF.type, ARI.Strategy),
            (DCTERMS.title, english(record.title)),
            (SKOS.prefLabel, english(record.title)),
            (SKOS.altLabel, english(record.short_name)),
            (DCTERMS.identifier, Literal(record.key)),
            (DCTERMS.publisher, self.thing("organisation", record.publisher)),
            (DCTERMS.issued, year(record.issued)),
            (DCTERMS.source, self.read_from),
        )
        if record.note:
            self.say(self.scheme, (SKOS.editorialNote, english(record.note)))
        self.say(self.scheme, *((RDFS.seeAlso, URIRef(page)) for page in record.see_also))
        self._pages()
        for aim in record.aims:
            self._aim(aim)

    def _pages(self) -> None:
        source = SourceRecord(self.record.key, self.record.title, self.record.publisher)
        iri = self.source(source, self.record.origin)
        for page, seen in self.record.pages:
            self.say(iri, (PROV.wasDerivedFrom, URIRef(page)))
            self.say(URIRef(page), (DCTERMS.description, english(seen)))

    def _aim(self, aim: AimRecord) -> None:
        iri = self.placed(aim.kind, aim.key, aim.origin)
        self.say(
            iri,
            (RDF.type, AIM_CLASSES[aim.kind]),
            (SKOS.prefLabel, english(aim.name)),
            (DCTERMS.identifier, Literal(aim.key)),
            (SKOS.inScheme, self.scheme),
            *((SKOS.altLabel, english(name)) for name in aim.alternatives),
        )
        if aim.position:
            self.say(iri, (ARI.position, position(aim.position)))
        if aim.kind == "goal":
            self.say(iri, (SKOS.topConceptOf, self.scheme))
