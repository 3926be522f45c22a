"""The graph of the mappings: each record a statement about a statement, each pair its history.

The form is that of SSSOM/RDF: a record is an `owl:Axiom`, named, in a `sssom:MappingSet`. Beside
them stand the pairs, which the standard lacks, and the links that hold.
"""

from collections.abc import Iterable, Iterator
from itertools import pairwise

from rdflib import Literal, URIRef
from rdflib.namespace import DCTERMS, FOAF, OWL, RDF, RDFS, SKOS, XSD
from rdflib.term import Node

from ..vocab import ARI, PAV, SEMAPV, SSSOM
from . import provenance
from .mapping_format import CURIE_MAP
from .mapping_history import Pair, histories
from .mapping_records import SUPERSEDED, Agent, MappingFile, MappingRecord
from .relation import Relation
from .writer import Writer, english


class MappingWriter(Writer):
    """Writes the mapping sets, their records, the pairs and the links that hold."""

    def __init__(self, relation: Relation, files: tuple[MappingFile, ...]) -> None:
        self.files = files
        self.pairs = histories(files)
        editions = {key for f in files for key in (f.header.subject, f.header.object)}
        graphs = [relation.names.graph(key) for key in sorted(editions)]
        newest = (pair.newest for pair in self.pairs.values())
        unreviewed = not all(record.reviewer.label for record in newest)
        super().__init__(relation, provenance.of_mappings(graphs, unreviewed=unreviewed))

    def write(self) -> None:
        """Add everything."""
        self._sets()
        for pair in self.pairs.values():
            self._pair(pair)
            for record in pair.records:
                self._record(record)
            self._succession(pair)
            self._link(pair.newest)
        self._people()

    def _sets(self) -> None:
        """Each set as its first file describes it, with the records of all its files."""
        first = {file.header.key: file for file in reversed(self.files)}
        for file in first.values():
            self._set(file)
        for file in self.files:
            iri = self.thing("mapping-set", file.header.key)
            self.say(iri, *((SSSOM.mappings, self.thing("mapping", r.key)) for r in file.records))

    def _set(self, file: MappingFile) -> None:
        header = file.header
        iri = self.placed("mapping-set", header.key, file.origin)
        self.say(
            iri,
            (RDF.type, SSSOM.MappingSet),
            (DCTERMS.identifier, Literal(header.key)),
            (DCTERMS.title, english(header.title)),
            (DCTERMS.description, english(header.description)),
            (DCTERMS.license, URIRef(header.licence)),
            (SSSOM.subject_source, self.thing("ari", header.subject)),
            (SSSOM.object_source, self.thing("ari", header.object)),
            *((SSSOM.creator_label, Literal(name)) for name in header.creators),
        )
        if header.version:
            self.say(iri, (OWL.versionInfo, Literal(header.version)))

    def _pair(self, pair: Pair) -> None:
        newest = pair.newest
        self.say(
            self.placed("mapping", pair.key, newest.origin),
            (RDF.type, ARI.QuestionPair),
            (RDFS.label, english(_name(newest))),
            (ARI.subjectQuestion, self.thing("question", newest.subject)),
            self._other(newest),
            (ARI.latestDecision, self.thing("mapping", newest.key)),
            *((ARI.hasDecision, self.thing("mapping", record.key)) for record in pair.records),
        )

    def _other(self, record: MappingRecord) -> tuple[URIRef, Node]:
        if record.gap:
            return ARI.objectEdition, self.thing("ari", record.edition)
        return ARI.objectQuestion, self.thing("question", record.object)

    def _record(self, record: MappingRecord) -> None:
        iri = self.placed("mapping", record.key, record.origin)
        target = SSSOM.NoTermFound if record.gap else self.thing("question", record.object)
        self.say(
            iri,
            (RDF.type, OWL.Axiom),
            (OWL.annotatedSource, self.thing("question", record.subject)),
            (OWL.annotatedProperty, SKOS[record.predicate]),
            (OWL.annotatedTarget, target),
            (SSSOM.object_source, self.thing("ari", record.edition)),
            (SSSOM.mapping_justification, SEMAPV[record.justification]),
            (SSSOM.confidence, Literal(record.confidence, datatype=XSD.double)),
            (DCTERMS.created, Literal(record.date, datatype=XSD.date)),
            (RDFS.comment, english(record.comment)),
            *self._agents(record),
            *_extensions(record),
        )
        if record.negated:
            self.say(iri, (SSSOM.predicate_modifier, SSSOM.NegatedPredicate))

    def _agents(self, record: MappingRecord) -> Iterator[tuple[URIRef, Node]]:
        yield SSSOM.author_label, Literal(record.author.label)
        if record.author.identifier:
            yield PAV.authoredBy, self._person(record.author)
        if record.reviewer.label:
            yield SSSOM.reviewer_label, Literal(record.reviewer.label)
        if record.reviewer.identifier:
            yield SSSOM.reviewer_id, self._person(record.reviewer)

    def _succession(self, pair: Pair) -> None:
        """The newest record has its own status; those before it were superseded, each by the next.

        What a record said of itself when it was made is kept, if its file still has it.
        """
        self._status(pair.newest, pair.newest.status)
        for record, following in pairwise(pair.records):
            self._status(record, SUPERSEDED)
            iri = self.thing("mapping", record.key)
            if record.status != SUPERSEDED:
                self.say(iri, (ARI.statusWhenMade, Literal(record.status)))
            self.say(iri, (DCTERMS.isReplacedBy, self.thing("mapping", following.key)))

    def _status(self, record: MappingRecord, status: str) -> None:
        self.say(self.thing("mapping", record.key), (ARI.decisionStatus, Literal(status)))

    def _link(self, newest: MappingRecord) -> None:
        """The link itself; none for what is negated, and none to sssom:NoTermFound."""
        if newest.links:
            target = self.thing("question", newest.object)
            self.say(self.thing("question", newest.subject), (SKOS[newest.predicate], target))

    def _people(self) -> None:
        records = [record for pair in self.pairs.values() for record in pair.records]
        for agent in {a for r in records for a in (r.author, r.reviewer) if a.identifier}:
            iri = self._person(agent)
            self.say(iri, (RDF.type, FOAF.Person), (FOAF.name, Literal(agent.label)))

    def _person(self, agent: Agent) -> URIRef:
        prefix, _, name = agent.identifier.partition(":")
        if prefix == "person":
            return self.thing("person", name)
        return URIRef(f"{CURIE_MAP[prefix]}{name}")


def _extensions(record: MappingRecord) -> Iterator[tuple[URIRef, Node]]:
    values = {
        ARI.reasonTag: record.tag,
        ARI.subjectSha256: record.subject_sha256,
        ARI.objectSha256: record.object_sha256,
    }
    return ((term, Literal(value)) for term, value in values.items() if value)


def _name(record: MappingRecord) -> str:
    if record.gap:
        return f"{record.subject_label} | no counterpart in {record.edition}"
    return f"{record.subject_label} | {record.object_label}"


def write_mappings(relation: Relation, files: Iterable[MappingFile]) -> None:
    """Add the graph of the mappings, if there are any."""
    found = tuple(files)
    if found:
        MappingWriter(relation, found).write()
