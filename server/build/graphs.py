"""From records to graphs: each part of the records has its writer."""

from rdflib import Graph

from ..vocab import ONTOLOGY, Names
from . import provenance
from .catalogue import CatalogueWriter
from .document_graph import DocumentWriter
from .imported_graph import ImportedWriter
from .mapping_graph import write_mappings
from .organisation_graph import OrganisationWriter
from .records import Records
from .relation import Relation
from .revision_graph import write_revisions
from .statement_graph import StatementWriter
from .strategy_graph import StrategyWriter
from .topic_graph import TopicWriter


def relate(records: Records, ontology: Graph, names: Names) -> Relation:
    """All graphs but the inferred one and the catalogue."""
    relation = Relation(names)
    relate_ontology(relation, ontology)
    for document in records.documents:
        DocumentWriter(relation, document).write()
    for strategy in records.strategies:
        StrategyWriter(relation, strategy).write()
    texts = {item.edition: item for item in records.texts}
    for edition in records.statements:
        StatementWriter(relation, edition, texts.get(edition.edition.key)).write()
    for imported in records.imported:
        ImportedWriter(relation, imported).write()
    TopicWriter(relation, records).write()
    write_mappings(relation, records.mappings)
    write_revisions(relation, records)
    OrganisationWriter(relation, records).write()
    return relation


def relate_ontology(relation: Relation, ontology: Graph) -> None:
    """Add the graph of the ontology."""
    graph = relation.open(provenance.of_ontology(ONTOLOGY))
    for triple in ontology:
        graph.add(triple)


def catalogue(relation: Relation) -> None:
    """Add the graph that describes the dataset and counts the statements of every graph."""
    CatalogueWriter(relation).write()
