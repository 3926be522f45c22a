"""`void.ttl`: what the dataset holds, how much of it, and where it is (VoID, W3C Note 2011).

Every number is counted from the dataset itself.
"""

import pyoxigraph as ox

from ...vocab import Names
from .. import layout
from ..dataset import Dataset
from ..facts import Release
from ..tables.csv_files import natural
from .about import AUTHOR
from .counts import Counts, Link, counted, links, vocabularies
from .notes import COUNTED
from .statements import Statements, day, english, iri, number

FORMATS = ("JSON-LD", "N-Quads", "N-Triples", "RDF_XML", "TriG", "Turtle")
"""Names of the formats of the dumps below `http://www.w3.org/ns/formats/`."""


def void(facts: Release, dataset: Dataset) -> bytes:
    """The description of a release, in Turtle.

    Args:
        dataset: what it publishes.
    """
    said = numbers(dataset, facts.iri, facts.names)
    _document(said, facts)
    _release(said, facts, dataset)
    for graph in facts.graphs:
        told = (("dcterms:title", english(graph.title)), ("dcterms:license", graph.licence))
        said.say(graph.iri, *((term, value) for term, value in told if value))
    return said.turtle(f"{facts.base}id/")


def _document(said: Statements, facts: Release) -> None:
    said.say(
        facts.address(layout.VOID),
        ("rdf:type", "void:DatasetDescription"),
        ("dcterms:title", english(f"Description of {facts.title} {facts.version}")),
        ("dcterms:creator", str(facts.names.thing("organisation", AUTHOR))),
        ("foaf:primaryTopic", facts.iri),
    )


def _release(said: Statements, facts: Release, dataset: Dataset) -> None:
    said.say(
        facts.iri,
        ("dcterms:title", english(f"{facts.title} {facts.version}")),
        ("dcterms:description", english(facts.description)),
        *(("dcterms:license", licence) for licence in facts.licences),
        ("dcterms:rights", english(facts.rights)),
        ("dcterms:publisher", str(facts.names.thing("organisation", AUTHOR))),
        ("dcterms:issued", day(facts.date)),
        ("dcterms:modified", day(facts.date)),
        ("dcat:version", ox.Literal(facts.version)),
        ("foaf:homepage", facts.address("")),
        ("void:uriSpace", ox.Literal(f"{facts.base}id/")),
        ("void:sparqlEndpoint", facts.endpoint),
    )
    said.say(facts.address(""), ("rdf:type", "foaf:Document"))
    dumps = sorted((layout.TRIPLES | layout.QUADS).values())
    for path in (*dumps, *(f"{path}.gz" for path in dumps)):
        said.say(facts.iri, ("void:dataDump", facts.address(path)))
    for name in FORMATS:
        said.say(facts.iri, ("void:feature", f"http://www.w3.org/ns/formats/{name}"))
    for example in _examples(dataset):
        said.say(facts.iri, ("void:exampleResource", example))


def _examples(dataset: Dataset) -> list[str]:
    """The first thing of each type that a reader looks for."""
    found: dict[str, list[str]] = {}
    for quad in dataset.quads:
        if quad.predicate == iri("rdf:type") and isinstance(quad.subject, ox.NamedNode):
            found.setdefault(str(quad.object), []).append(quad.subject.value)
    things = (found.get(str(iri(kind)), []) for kind in COUNTED)
    return sorted(min(names, key=natural) for names in things if names)


def numbers(dataset: Dataset, release: str, names: Names) -> Statements:
    """Everything in the description of a release that is counted."""
    space = f"{names.base}id/"
    said = Statements()
    whole = counted((quad.triple for quad in dataset.merge.quads), space)
    _sizes(said, release, whole)
    _partitions(said, release, whole)
    for namespace in vocabularies(whole):
        said.say(release, ("void:vocabulary", namespace))
    for name, triples in dataset.graphs.items():
        said.say(release, ("void:subset", name))
        _sizes(said, name, counted(triples, space))
    for link, count in links(dataset, str(names.graph("inferred"))).items():
        said.say(release, ("void:subset", _linkset(said, link, count)))
    return said


def _sizes(said: Statements, thing: str, counts: Counts) -> None:
    said.say(
        thing,
        ("rdf:type", "void:Dataset"),
        ("void:triples", number(counts.triples)),
        ("void:distinctSubjects", number(counts.subjects)),
        ("void:distinctObjects", number(counts.objects)),
        ("void:entities", number(counts.entities)),
        ("void:classes", number(len(counts.classes))),
        ("void:properties", number(len(counts.properties))),
    )


def _partitions(said: Statements, release: str, counts: Counts) -> None:
    for name, things in counts.classes.items():
        part = said.part(("void:class", name), ("void:entities", number(things)))
        said.say(release, ("void:classPartition", part))
    for name, use in counts.properties.items():
        part = said.part(
            ("void:property", name),
            ("void:triples", number(use.triples)),
            ("void:distinctSubjects", number(use.subjects)),
            ("void:distinctObjects", number(use.objects)),
        )
        said.say(release, ("void:propertyPartition", part))


def _linkset(said: Statements, link: Link, count: int) -> ox.BlankNode:
    here, term, there = link
    return said.part(
        ("rdf:type", "void:Linkset"),
        ("void:subjectsTarget", here),
        ("void:linkPredicate", term),
        ("void:objectsTarget", there),
        ("void:triples", number(count)),
    )
