"""The graph of the thesaurus, and of the topics of each question."""

from rdflib import Literal
from rdflib.namespace import DCTERMS, RDF, SKOS

from ..vocab import CC_BY
from . import provenance
from .provenance import PROJECT
from .records import Origin, Records, TopicRecord
from .relation import Relation
from .writer import Writer, english


class TopicWriter(Writer):
    """Writes the thesaurus, and what each question is about."""

    def __init__(self, relation: Relation, records: Records) -> None:
        self.records = records
        editions = [d.record.edition for d in records.documents]
        editions += [item.edition for item in records.statements]
        graphs = [relation.names.graph(item.key) for item in editions]
        super().__init__(relation, provenance.of_topics(graphs))
        self.scheme = self.placed("scheme", "topics", Origin("topics.csv", 1))

    def write(self) -> None:
        """Add the scheme, the topics and the assignments."""
        project = self.thing("organisation", PROJECT)
        self.say(
            self.scheme,
            (RDF.type, SKOS.ConceptScheme),
            (DCTERMS.title, english("Topics of policing research")),
            (SKOS.prefLabel, english("Topics of policing research")),
            (DCTERMS.identifier, Literal("topics")),
            (DCTERMS.publisher, project),
            (DCTERMS.creator, project),
            (DCTERMS.license, CC_BY),
        )
        for topic in self.records.topics:
            self._topic(topic)
        for item in self.records.assignments:
            question = self.thing("question", item.question)
            for slug in item.topics:
                self.say(question, (DCTERMS.subject, self.thing("topic", slug)))

    def _topic(self, topic: TopicRecord) -> None:
        iri = self.placed("topic", topic.slug, topic.origin)
        self.say(
            iri,
            (RDF.type, SKOS.Concept),
            (SKOS.prefLabel, english(topic.label)),
            (DCTERMS.identifier, Literal(topic.slug)),
            (SKOS.inScheme, self.scheme),
            *((SKOS.altLabel, english(label)) for label in topic.alternatives),
            *((SKOS.broader, self.thing("topic", slug)) for slug in topic.broader),
        )
        if topic.scope_note:
            self.say(iri, (SKOS.scopeNote, english(topic.scope_note)))
        if not topic.broader:
            self.say(iri, (SKOS.topConceptOf, self.scheme))
        for slug in topic.related:
            # The relation is symmetric: said once, from the first by name.
            first, second = sorted((topic.slug, slug))
            self.say(self.thing("topic", first), (SKOS.related, self.thing("topic", second)))
