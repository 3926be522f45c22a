"""The graph of the organisations."""

from rdflib import Literal, URIRef
from rdflib.namespace import DCTERMS, FOAF, ORG, RDF, RDFS, SKOS

from . import provenance
from .records import OrganisationRecord, Records
from .relation import Relation
from .writer import Writer, english


class OrganisationWriter(Writer):
    """Writes the organisations that the sources name."""

    def __init__(self, relation: Relation, records: Records) -> None:
        self.records = records
        read = [d.record.edition.key for d in records.documents]
        read += [item.edition.key for item in records.statements]
        read += [item.edition.key for item in records.imported]
        read += [item.key for item in records.strategies]
        sources = [relation.names.thing("source", key) for key in read]
        super().__init__(relation, provenance.of_organisations(sources))

    def write(self) -> None:
        """Add every organisation."""
        for record in self.records.organisations:
            self._organisation(record)

    def _organisation(self, record: OrganisationRecord) -> None:
        iri = self.placed("organisation", record.key, record.origin)
        self.say(
            iri,
            (RDF.type, ORG.FormalOrganization if record.formal else ORG.Organization),
            (FOAF.name, english(record.name)),
            (SKOS.prefLabel, english(record.name)),
            (DCTERMS.identifier, Literal(record.key)),
            *((SKOS.altLabel, english(name)) for name in record.alternatives),
        )
        if record.home_page:
            self.say(iri, (FOAF.homepage, URIRef(record.home_page)))
        if record.ror:
            self.say(iri, (RDFS.seeAlso, URIRef(record.ror)))
