"""`dcat.ttl`: a release and each of its files as a catalogue (DCAT 3, DCAT-AP 3.0.1).

It alone tells sizes and checksums of files, so that `SHA256SUMS` and it cover each file twice. It
can't tell its own, nor those of what is written after it.
"""

from collections.abc import Mapping

import pyoxigraph as ox

from ...vocab import ONTOLOGY
from .. import layout
from ..facts import FileFacts, Release
from .about import AUTHOR, AUTHOR_NAME, EUROPEAN, KEYWORDS
from .distributions import Distributions, Told
from .statements import day, english

TAXONOMY = f"{EUROPEAN}data-theme"
THEMES = {"JUST": "Justice, legal system and public safety", "TECH": "Science and technology"}
STANDARDS = {
    "DCAT-AP 3.0.1": "https://semiceu.github.io/DCAT-AP/releases/3.0.1/",
    "ARI ontology": str(ONTOLOGY),
    "SPARQL 1.1 Protocol": "https://www.w3.org/TR/sparql11-protocol/",
}


def dcat(facts: Release, files: Mapping[str, FileFacts]) -> bytes:
    """The catalogue of one release, in Turtle.

    Args:
        files: those to list, by path.
    """
    said = _Catalogue(facts)
    said.catalogue()
    said.series()
    said.release()
    said.service()
    said.graphs()
    for path, file in files.items():
        said.file(path, file)
    said.kinds()
    return said.turtle(f"{facts.base}id/")


class _Catalogue(Distributions):
    """The catalogue of a release in the making."""

    def __init__(self, facts: Release) -> None:
        super().__init__(facts)
        self.iri = f"{facts.base}catalogue"
        self.endpoint = f"{facts.endpoint}#service"
        self.author = str(facts.names.thing("organisation", AUTHOR))
        self.pages = f"{facts.base}releases/"

    def catalogue(self) -> None:
        self.say(
            self.iri,
            ("rdf:type", "dcat:Catalog"),
            ("dcterms:title", english(f"Catalogue of the {self.facts.title}")),
            ("dcterms:description", english("Every release of the dataset, each with its files.")),
            ("foaf:homepage", self.facts.base),
            ("dcat:themeTaxonomy", TAXONOMY),
            ("dcat:dataset", self.facts.series),
            ("dcat:dataset", self.facts.iri),
            ("dcat:service", self.endpoint),
            ("dcterms:conformsTo", STANDARDS["DCAT-AP 3.0.1"]),
            ("dcterms:license", self.facts.licence),
            *self._common(),
        )

    def series(self) -> None:
        self.say(
            self.facts.series,
            ("rdf:type", "dcat:DatasetSeries"),
            ("rdf:type", "dcat:Dataset"),
            ("dcterms:title", english(self.facts.title)),
            ("dcterms:identifier", ox.Literal(layout.NAME)),
            ("dcat:hasVersion", self.facts.iri),
            ("dcat:landingPage", self.pages),
            *self._resource(),
        )

    def release(self) -> None:
        facts = self.facts
        self.say(
            facts.iri,
            ("rdf:type", "dcat:Dataset"),
            ("dcterms:title", english(f"{facts.title} {facts.version}")),
            ("dcterms:identifier", ox.Literal(facts.iri)),
            ("dcterms:issued", day(facts.date)),
            ("dcat:version", ox.Literal(facts.version)),
            ("dcat:isVersionOf", facts.series),
            ("dcat:inSeries", facts.series),
            ("dcat:landingPage", facts.address("")),
            ("dcterms:conformsTo", STANDARDS["ARI ontology"]),
            *self._resource(),
        )
        if facts.previous:
            before = str(facts.names.thing("release", facts.previous))
            self.say(facts.iri, ("dcat:previousVersion", before), ("dcat:prev", before))
        self.asked()

    def service(self) -> None:
        self.say(
            self.endpoint,
            ("rdf:type", "dcat:DataService"),
            ("dcterms:title", english(f"SPARQL endpoint of the {self.facts.title}")),
            ("dcat:endpointURL", self.facts.endpoint),
            ("dcat:endpointDescription", f"{self.facts.base}openapi.json"),
            ("dcat:servesDataset", self.facts.series),
            ("dcat:servesDataset", self.facts.iri),
            ("dcterms:conformsTo", STANDARDS["SPARQL 1.1 Protocol"]),
            *self._resource(),
        )

    def graphs(self) -> None:
        for graph in self.facts.graphs:
            self.say(self.facts.iri, ("dcterms:hasPart", graph.iri))
            self.say(graph.iri, ("rdf:type", "void:Dataset"))
            if graph.title:
                self.say(graph.iri, ("dcterms:title", english(graph.title)))
            if graph.licence:
                self.say(graph.iri, ("dcterms:license", graph.licence))

    def kinds(self) -> None:
        """What the things are that others describe: DCAT-AP asks for their classes."""
        facts = self.facts
        self.say(self.author, ("rdf:type", "foaf:Agent"), ("foaf:name", english(AUTHOR_NAME)))
        self.licences()
        self.say(
            self.rights,
            ("rdf:type", "dcterms:RightsStatement"),
            ("rdfs:label", english(facts.rights)),
        )
        self._labelled(f"{EUROPEAN}access-right/PUBLIC", "dcterms:RightsStatement", "public")
        self._labelled(f"{EUROPEAN}language/ENG", "dcterms:LinguisticSystem", "English")
        scheme = ("dcterms:title", english("Data themes of the European Union"))
        self.say(TAXONOMY, ("rdf:type", "skos:ConceptScheme"), scheme)
        for name, label in THEMES.items():
            self._labelled(f"{TAXONOMY}/{name}", "skos:Concept", label)
        for label, standard in STANDARDS.items():
            self.say(standard, ("rdf:type", "dcterms:Standard"), ("rdfs:label", english(label)))
        for page in (facts.base, self.pages, facts.address("")):
            self.say(page, ("rdf:type", "foaf:Document"))

    def _common(self) -> tuple[Told, ...]:
        """What is said of the catalogue and of each resource in it."""
        return (
            ("dcterms:publisher", self.author),
            ("dcterms:creator", self.author),
            ("dcterms:language", f"{EUROPEAN}language/ENG"),
            ("dcterms:modified", day(self.facts.date)),
        )

    def _resource(self) -> tuple[Told, ...]:
        """What is said of each resource in the catalogue."""
        return (
            *self._common(),
            ("dcterms:license", self.whole_licence),
            ("dcterms:description", english(self.facts.description)),
            ("dcterms:rights", self.rights),
            ("dcterms:accessRights", f"{EUROPEAN}access-right/PUBLIC"),
            *(("dcat:keyword", english(word)) for word in KEYWORDS),
            *(("dcat:theme", f"{TAXONOMY}/{name}") for name in THEMES),
        )

    def _labelled(self, thing: str, kind: str, label: str) -> None:
        self.say(thing, ("rdf:type", kind), ("skos:prefLabel", english(label)))
