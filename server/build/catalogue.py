"""The catalogue: the graph that describes the dataset and counts the statements of every graph."""

from rdflib import Literal
from rdflib.namespace import DCAT, DCTERMS, RDF, VOID

from ..vocab import CC_BY
from . import provenance
from .provenance import DATASET_RIGHTS, PROJECT
from .relation import Relation
from .writer import Writer, english

DESCRIPTION = (
    "An open knowledge graph of policing Areas of Research Interest: what the Metropolitan Police "
    "Service and the Home Office ask researchers, the priorities, themes and strategic goals the "
    "questions stand under, their topics, which of them answer each other and why, and the place in "
    "the source that each text was taken from."
)


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

    def _counts(self) -> None:
        counts = {name: len(self.relation.graphs[name]) for name in self.others}
        # The catalogue's own count and the total are statements of it too.
        counts["catalogue"] = len(self.graph) + len(counts) + 2
        for name, count in counts.items():
            self.say(self.names.graph(name), (VOID.triples, Literal(count)))
        self.say(self.names.dataset, (VOID.triples, Literal(sum(counts.values()))))
