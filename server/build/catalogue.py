"""The catalogue: the graph that describes the dataset and counts the statements of every graph."""

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCAT, DCTERMS, OWL, RDF, VOID

from ..vocab import ARI, CC_BY, LICENCES, PREFIXES
from . import provenance
from .provenance import DATASET_RIGHTS, PROJECT
from .relation import Relation
from .writer import Writer, english

DESCRIPTION = (
    "An open knowledge graph of policing Areas of Research Interest: what the Metropolitan Police "
    "Service and the Home Office ask researchers, the priorities, themes and strategic goals the "
    "questions stand under, their topics, which of them answer each other and why, and the place "
    "in the source that each text was taken from."
)

VERSION = URIRef(f"{PREFIXES['dcat']}version")
"""rdflib's DCAT is that of version 2, which does not have it."""
VERSIONED = (
    (ARI.AreasOfResearchInterest, DCTERMS.issued),
    (ARI.Strategy, DCTERMS.issued),
    (OWL.Ontology, OWL.versionInfo),
)
"""What tells the version of a graph: a property of the one thing of a class in it."""


class CatalogueWriter(Writer):
    """Describes the dataset as a whole; to be made when all other graphs are complete."""

    def __init__(self, relation: Relation) -> None:
        self.others = list(relation.graphs)
        graphs = [relation.names.graph(name) for name in self.others]
        super().__init__(relation, provenance.of_catalogue(graphs))

    def write(self) -> None:
        """Add the dataset, each graph as a part of it, and the counts."""
        self._dataset()
        for name in self.relation.graphs:
            self._subset(name)
        for name in self.others:
            self._describe(self.names.graph(name), self.relation.graphs[name])
        self._licences()
        self._counts()

    def _dataset(self) -> None:
        project = self.thing("organisation", PROJECT)
        self.say(
            self.names.dataset,
            (RDF.type, DCAT.Dataset),
            (RDF.type, VOID.Dataset),
            (DCTERMS.title, english("ARI Graph")),
            (DCTERMS.description, english(DESCRIPTION)),
            (DCTERMS.identifier, Literal("ari-graph")),
            (DCTERMS.publisher, project),
            (DCTERMS.creator, project),
            (DCTERMS.license, CC_BY),
            (DCTERMS.rights, english(DATASET_RIGHTS)),
        )

    def _subset(self, name: str) -> None:
        iri = self.names.graph(name)
        self.say(self.names.dataset, (VOID.subset, iri))
        title = english(self.relation.accounts[name].title)
        self.say(iri, (RDF.type, VOID.Dataset), (DCTERMS.title, title))

    def _describe(self, iri: URIRef, graph: Graph) -> None:
        """Say how large a graph is, and which version, if what it is about has one."""
        self.say(
            iri,
            (VOID.distinctSubjects, Literal(len(set(graph.subjects())))),
            (VOID.distinctObjects, Literal(len(set(graph.objects())))),
            (VOID.properties, Literal(len(set(graph.predicates())))),
            (VOID.classes, Literal(len(set(graph.objects(None, RDF.type))))),
        )
        versions = _versions(graph)
        if len(versions) == 1:
            self.say(iri, (VERSION, Literal(versions.pop())))

    def _licences(self) -> None:
        """Name the licences of the graphs; which graph has which, each graph says itself."""
        used = {str(account.licence) for account in self.relation.accounts.values()}
        for licence in sorted(used & LICENCES.keys()):
            title = english(LICENCES[licence])
            self.say(URIRef(licence), (RDF.type, DCTERMS.LicenseDocument), (DCTERMS.title, title))

    def _counts(self) -> None:
        counts = {name: len(self.relation.graphs[name]) for name in self.others}
        # The catalogue's own count and the total are statements of it too.
        counts["catalogue"] = len(self.graph) + len(counts) + 2
        for name, count in counts.items():
            self.say(self.names.graph(name), (VOID.triples, Literal(count)))
        self.say(self.names.dataset, (VOID.triples, Literal(sum(counts.values()))))


def _versions(graph: Graph) -> set[str]:
    return {
        str(version)
        for kind, told in VERSIONED
        for thing in graph.subjects(RDF.type, kind)
        for version in graph.objects(thing, told)
    }
