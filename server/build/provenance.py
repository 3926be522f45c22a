"""What each named graph says of itself: licence, rights, from what, by which activity."""

from collections.abc import Sequence
from dataclasses import dataclass

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, PROV, RDF, RDFS

from ..vocab import ARI, CC_BY, OGL, Names

PROJECT = "ari-graph"

OGL_RIGHTS = (
    "Contains public sector information licensed under the Open Government Licence v3.0. "
    "The licence is that of the ARI Database, which names no version of it. Only the interests "
    "and the names and descriptions of the priorities are given."
)
NAMES_ONLY_RIGHTS = (
    "Names only: the organisation's own site allows no re-use of its text without permission. "
    "CC BY 4.0 covers the record as a whole."
)
LABELS_RIGHTS = (
    "Identifiers, places, certainty and short labels are the project's own, under CC BY 4.0; the "
    "names of groups and themes are the publisher's. The official text of the statements is not "
    "given, only its digest."
)
DATASET_RIGHTS = (
    "Each graph carries its own licence. The Met's texts contain public sector information "
    "licensed under the Open Government Licence v3.0, on the ground of the ARI Database, which "
    "names no version of it; the introduction of the Met's document is not part of the data. The "
    "Home Office's statements are described, not quoted. Everything else is the project's own, "
    "under CC BY 4.0. Neither the Metropolitan Police Service nor the Home Office has endorsed "
    "this dataset."
)


@dataclass(frozen=True)
class Account:
    """How a named graph came about.

    Args:
        name: of the graph.
        title: of the graph, for the catalogue.
        activity: key of the activity that made it.
        did: label of the activity.
        how: description of the activity.
        used: what the activity used and the graph was derived from.
        licence: IRI of the licence of the graph.
        rights: note on who owns what; empty for none.
        unreviewed: the graph is the project's own reading, which no person has checked.
    """

    name: str
    title: str
    activity: str
    did: str
    how: str
    used: tuple[URIRef, ...] = ()
    licence: URIRef = CC_BY
    rights: str = ""
    unreviewed: bool = False


def state(account: Account, graph: Graph, names: Names) -> None:
    """Write what a graph says of itself into it."""
    iri, activity = names.graph(account.name), names.thing("activity", account.activity)
    project = names.thing("organisation", PROJECT)
    graph.add((iri, RDF.type, PROV.Entity))
    graph.add((iri, DCTERMS.license, account.licence))
    graph.add((iri, PROV.wasGeneratedBy, activity))
    graph.add((iri, PROV.wasAttributedTo, project))
    graph.add((activity, RDF.type, PROV.Activity))
    graph.add((activity, RDFS.label, Literal(account.did, lang="en")))
    graph.add((activity, DCTERMS.description, Literal(account.how, lang="en")))
    graph.add((activity, PROV.wasAssociatedWith, project))
    for used in account.used:
        graph.add((iri, PROV.wasDerivedFrom, used))
        graph.add((activity, PROV.used, used))
    if account.rights:
        graph.add((iri, DCTERMS.rights, Literal(account.rights, lang="en")))
    if account.unreviewed:
        graph.add((iri, ARI.reviewedByPerson, Literal(False)))


def of_document(key: str, label: str, source: URIRef) -> Account:
    """A graph that was read from a document as published."""
    return Account(
        name=key,
        title=label,
        activity=f"read-{key}",
        did=f"Reading of {label}",
        how="A program read the document as published, compared it with the edition record, and "
        "kept each text with its place in the file.",
        used=(source,),
        licence=OGL,
        rights=OGL_RIGHTS,
    )


def of_statements(key: str, label: str, source: URIRef) -> Account:
    """A graph of statements that are described, not quoted."""
    return Account(
        name=key,
        title=label,
        activity=f"record-{key}",
        did=f"Recording of {label}",
        how="The project recorded group, theme and order of each statement, inferred its theme "
        "from wording and order, and gave it a short label of its own.",
        used=(source,),
        rights=LABELS_RIGHTS,
        unreviewed=True,
    )


def of_strategy(key: str, title: str, source: URIRef) -> Account:
    """A graph of the names in a strategy."""
    return Account(
        name=key,
        title=title,
        activity=f"record-{key}",
        did=f"Recording of {title}",
        how="The project recorded the names of mission, vision, values and goals from public "
        "pages; nothing below the goals is known.",
        used=(source,),
        rights=NAMES_ONLY_RIGHTS,
    )


def of_topics(editions: Sequence[URIRef]) -> Account:
    """The thesaurus and its assignments."""
    return Account(
        name="topics",
        title="Thesaurus of topics, and the topics of each question",
        activity="classify-topics",
        did="Classification of questions by topic",
        how="The project wrote a thesaurus and chose the topics of each question: its own reading, "
        "not reviewed by a person.",
        used=tuple(editions),
        unreviewed=True,
    )


def of_mappings(editions: Sequence[URIRef], *, unreviewed: bool) -> Account:
    """Which questions of one edition answer those of another."""
    return Account(
        name="mappings",
        title="Counterparts of questions, pairs that were rejected, and gaps",
        activity="map-questions",
        did="Mapping of questions to their counterparts in other editions",
        how="The project read the questions of the editions side by side and recorded which answer "
        "each other, which only seem to, and which have no counterpart; people review the records, "
        "and what a person decided names that person.",
        used=tuple(editions),
        unreviewed=unreviewed,
    )


def of_revisions(editions: Sequence[URIRef]) -> Account:
    """What later editions continue of earlier ones."""
    return Account(
        name="revisions",
        title="Revisions: what later editions continue of earlier ones",
        activity="relate-editions",
        did="Comparison of later editions with earlier ones",
        how="The project compared each edition with the one that it replaces and recorded which "
        "priorities, themes and questions it continues; a program checked what was recorded "
        "against words and headings.",
        used=tuple(editions),
        unreviewed=True,
    )


def of_organisations(sources: Sequence[URIRef]) -> Account:
    """The organisations."""
    return Account(
        name="organisations",
        title="Organisations",
        activity="record-organisations",
        did="Recording of organisations",
        how="The project recorded the organisations that the sources name, with their public "
        "identifiers.",
        used=tuple(sources),
    )


def of_ontology(ontology: URIRef) -> Account:
    """The ontology and its alignments."""
    return Account(
        name="ontology",
        title="The ARI ontology with its alignments",
        activity="write-ontology",
        did="Writing of the ontology",
        how="The project wrote the ontology by hand and restated the few axioms of other "
        "vocabularies that it reasons with.",
        used=(ontology,),
    )


def of_inference(graphs: Sequence[URIRef]) -> Account:
    """What follows from the other graphs."""
    return Account(
        name="inferred",
        title="Statements that follow from the others",
        activity="infer",
        did="Inference",
        how="An OWL 2 RL reasoner computed what follows from the ontology and the statements; "
        "kept is what is new and about the resources of this dataset.",
        used=tuple(graphs),
    )


def of_catalogue(graphs: Sequence[URIRef]) -> Account:
    """The description of the dataset."""
    return Account(
        name="catalogue",
        title="Catalogue",
        activity="catalogue",
        did="Cataloguing",
        how="A program described the dataset and counted the statements of each graph.",
        used=tuple(graphs),
    )
