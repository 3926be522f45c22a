"""Names: the closed namespace of our terms, and the IRIs of things under a base."""

from dataclasses import dataclass

from rdflib import Namespace, URIRef
from rdflib.namespace import DefinedNamespace


class ARI(DefinedNamespace):
    """The terms of the ontology; a misspelt one raises AttributeError."""

    _fail = True
    _NS = Namespace("https://w3id.org/ari/def#")

    AreasOfResearchInterest: URIRef
    EnablingPriority: URIRef
    Mission: URIRef
    OperationalPriority: URIRef
    Priority: URIRef
    QuestionPair: URIRef
    ResearchQuestion: URIRef
    StrategicGoal: URIRef
    Strategy: URIRef
    Theme: URIRef
    Value: URIRef
    Vision: URIRef

    certainty: URIRef
    contributesToGoal: URIRef
    decisionStatus: URIRef
    editedEdition: URIRef
    followsStrategy: URIRef
    formerStatementSha256: URIRef
    hasDecision: URIRef
    labelIsSummary: URIRef
    latestDecision: URIRef
    objectEdition: URIRef
    objectQuestion: URIRef
    objectSha256: URIRef
    position: URIRef
    questionStatus: URIRef
    quotedProperty: URIRef
    reasonTag: URIRef
    reviewedByPerson: URIRef
    sha256: URIRef
    statementSha256: URIRef
    statementText: URIRef
    statusWhenMade: URIRef
    subjectQuestion: URIRef
    subjectSha256: URIRef
    supportsGoal: URIRef
    underPriority: URIRef
    underTheme: URIRef


DEFAULT_BASE = "https://w3id.org/ari/"
ONTOLOGY = URIRef("https://w3id.org/ari/def")
SHAPES = Namespace("https://w3id.org/ari/shapes#")
OA = Namespace("http://www.w3.org/ns/oa#")
PAV = Namespace("http://purl.org/pav/")
SEMAPV = Namespace("https://w3id.org/semapv/vocab/")
SSSOM = Namespace("https://w3id.org/sssom/")

CC_BY = URIRef("https://creativecommons.org/licenses/by/4.0/")
OGL = URIRef("http://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/")

LICENCES = {
    str(CC_BY): "Creative Commons Attribution 4.0 International",
    str(OGL): "Open Government Licence v3.0",
}
"""Names of the licences, by IRI."""

PREFIXES = {
    "ari": str(ARI._NS),
    "arish": str(SHAPES),
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "oa": str(OA),
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "pav": str(PAV),
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "semapv": str(SEMAPV),
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "sssom": str(SSSOM),
    "vann": "http://purl.org/vocab/vann/",
    "void": "http://rdfs.org/ns/void#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
"""Prefixes of every serialisation and of the editor."""


@dataclass(frozen=True)
class Names:
    """The IRIs of things under a base IRI that ends in a slash."""

    base: str = DEFAULT_BASE

    def thing(self, kind: str, key: str) -> URIRef:
        """`{base}id/{kind}/{key}`."""
        return URIRef(f"{self.base}id/{kind}/{key}")

    def graph(self, name: str) -> URIRef:
        """A named graph of the dataset."""
        return self.thing("graph", name)

    def document(self, kind: str, key: str) -> URIRef:
        """The document about a thing (`{base}doc/…`)."""
        return URIRef(f"{self.base}doc/{kind}/{key}")

    @property
    def dataset(self) -> URIRef:
        """The whole dataset."""
        return self.thing("dataset", "ari-graph")
