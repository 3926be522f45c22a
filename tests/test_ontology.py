"""The ontology: complete, clear, within OWL 2 RL, consistent; and its JSON-LD context."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from graphlib import TopologicalSorter
from pathlib import Path

import owlrl
import pyoxigraph
import pytest
from rdflib import OWL, RDF, RDFS, SKOS, XSD, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.compare import to_isomorphic
from rdflib.namespace import DCTERMS, PROV
from rdflib.term import Node

from met_ari import resources
from met_ari.vocab import ARI, ONTOLOGY, PREFIXES
from tests import needs

ID = Namespace("https://w3id.org/ari/id/")
VANN = Namespace("http://purl.org/vocab/vann/")
FILES = ("ari.ttl", "alignments.ttl")
KINDS = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
GENUS = {
    OWL.ObjectProperty: ("relation that", "broader relation that"),
    OWL.DatatypeProperty: ("attribute that",),
    OWL.AnnotationProperty: ("annotation that",),
}
TURTLE_HEAD = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
TURTLE_HEAD += f"@prefix id: <{ID}> .\n"


def read(*names: str) -> Graph:
    graph = Graph()
    for name in names:
        graph.parse(data=resources.text("ontology", name), format="turtle")
    return graph


def turtle(text: str) -> Graph:
    return Graph().parse(data=TURTLE_HEAD + text, format="turtle")


@pytest.fixture(scope="module")
def ontology() -> Graph:
    return read(*FILES)


def kinds(graph: Graph, term: Node) -> set[Node]:
    return {kind for kind in graph.objects(term, RDF.type) if kind in KINDS}


def declared(graph: Graph) -> set[Node]:
    return {term for kind in KINDS for term in graph.subjects(RDF.type, kind)}


def ours(graph: Graph) -> list[URIRef]:
    return sorted(URIRef(t) for t in declared(graph) if str(t).startswith(str(ARI._NS)))


def one(graph: Graph, subject: Node, predicate: URIRef) -> str:
    """The single value, which is English; anything else fails the test."""
    values = list(graph.objects(subject, predicate))
    assert len(values) == 1, f"{subject} has {len(values)} of {predicate}"
    assert isinstance(values[0], Literal)
    assert values[0].language == "en", f"{predicate} of {subject} is not English"
    return str(values[0])


TERMS = ours(read(*FILES))
PROPERTIES = [t for t in TERMS if OWL.Class not in kinds(read(*FILES), t)]
CLASSES = [t for t in TERMS if t not in PROPERTIES]


def name(term: URIRef) -> str:
    return term.removeprefix(ARI._NS)


# The header


def test_header_says_what_the_ontology_is_whose_it_is_and_which_version(ontology: Graph) -> None:
    version = str(ontology.value(ONTOLOGY, OWL.versionInfo))
    assert ontology.value(ONTOLOGY, OWL.versionIRI) == URIRef(f"{ONTOLOGY}/{version}")
    assert ontology.value(ONTOLOGY, DCTERMS.creator) == ID["organisation/ari-graph"]
    assert ontology.value(ONTOLOGY, DCTERMS.publisher) == ID["organisation/ari-graph"]
    licence = URIRef("https://creativecommons.org/licenses/by/4.0/")
    assert ontology.value(ONTOLOGY, DCTERMS.license) == licence
    assert str(ontology.value(ONTOLOGY, VANN.preferredNamespacePrefix)) == "ari"
    assert str(ontology.value(ONTOLOGY, VANN.preferredNamespaceUri)) == str(ARI._NS)
    for predicate in (DCTERMS.title, DCTERMS.abstract, DCTERMS.description):
        assert one(ontology, ONTOLOGY, predicate)


def test_both_files_are_one_ontology(ontology: Graph) -> None:
    assert list(ontology.subjects(RDF.type, OWL.Ontology)) == [ONTOLOGY]


def test_header_says_that_nobody_has_endorsed_it(ontology: Graph) -> None:
    assert any("endorsed" in note for note in ontology.objects(ONTOLOGY, SKOS.scopeNote))


# The terms


def test_code_and_ontology_hold_the_same_terms() -> None:
    in_code = {n for n in ARI.__annotations__ if not n.startswith("_")}
    assert in_code == {name(term) for term in TERMS}


def test_every_term_of_ours_that_is_mentioned_is_declared(ontology: Graph) -> None:
    mentioned = {t for triple in ontology for t in triple if isinstance(t, URIRef)}
    assert {t for t in mentioned if t.startswith(str(ARI._NS))} == set(TERMS)


@pytest.mark.parametrize("term", TERMS, ids=name)
def test_term_has_label_definition_and_home(ontology: Graph, term: URIRef) -> None:
    assert one(ontology, term, RDFS.label)
    definition = one(ontology, term, SKOS.definition)
    assert not definition.endswith("."), "a definition is a phrase, not a sentence"
    assert list(ontology.objects(term, RDFS.isDefinedBy)) == [ONTOLOGY]


@pytest.mark.parametrize("term", CLASSES, ids=name)
def test_definition_of_a_class_opens_with_its_parent(ontology: Graph, term: URIRef) -> None:
    parents = set(ontology.objects(term, RDFS.subClassOf))
    parents = parents - {PROV.Entity} or parents
    openings = tuple(f"{one(ontology, parent, RDFS.label)} that " for parent in parents)
    assert one(ontology, term, SKOS.definition).startswith(openings)


@pytest.mark.parametrize("term", PROPERTIES, ids=name)
def test_definition_of_a_property_opens_with_its_kind(ontology: Graph, term: URIRef) -> None:
    (kind,) = kinds(ontology, term)
    assert one(ontology, term, SKOS.definition).startswith(GENUS[kind])


@pytest.mark.parametrize("term", PROPERTIES, ids=name)
def test_broader_relations_are_those_under_skos_broader(ontology: Graph, term: URIRef) -> None:
    says_so = one(ontology, term, SKOS.definition).startswith("broader relation")
    assert says_so == ((term, RDFS.subPropertyOf, SKOS.broader) in ontology)


def speaks_of(text: str, label: str) -> bool:
    return re.search(rf"\b{re.escape(label)}\b", text, re.IGNORECASE) is not None


def mentions(graph: Graph) -> dict[str, set[str]]:
    """For each label the labels that its definition mentions, the opening parent aside."""
    labels = {term: one(graph, term, RDFS.label) for term in ours(graph)}
    found = {}
    for term, label in labels.items():
        differentia = one(graph, term, SKOS.definition).partition(" that ")[2]
        found[label] = {other for other in labels.values() if speaks_of(differentia, other)}
    return found


def test_no_definition_leads_back_to_itself(ontology: Graph) -> None:
    assert list(TopologicalSorter(mentions(ontology)).static_order())


def test_the_check_for_circles_sees_through_another_term() -> None:
    circle = turtle(
        'ari:Theme a owl:Class ; rdfs:label "theme"@en ; skos:definition "c that a value has"@en .'
        'ari:Value a owl:Class ; rdfs:label "value"@en ; skos:definition "c that a theme has"@en .'
    )
    with pytest.raises(ValueError, match="cycle"):
        list(TopologicalSorter(mentions(circle)).static_order())


def test_every_declared_term_of_others_is_used(ontology: Graph) -> None:
    used = set()
    for subject, predicate, value in ontology:
        used |= {predicate, value}
        if predicate not in (RDF.type, RDFS.label):
            used.add(subject)
    assert declared(ontology) - set(TERMS) - used == set()


# OWL 2 RL (OWL 2 Profiles, section 4), by rules of our own: stricter than the profile, since
# neither file needs a class expression

CONSTRUCTS = {
    *KINDS,
    OWL.Ontology,
    OWL.versionIRI,
    OWL.versionInfo,
    OWL.priorVersion,
    OWL.deprecated,
    OWL.disjointWith,
    OWL.AllDisjointClasses,
    OWL.members,
    OWL.inverseOf,
    OWL.propertyChainAxiom,
    OWL.TransitiveProperty,
    OWL.SymmetricProperty,
}
"""All of OWL that the files may use."""

DATATYPES = {
    RDF.PlainLiteral,
    RDFS.Literal,
    XSD.anyURI,
    XSD.boolean,
    XSD.dateTime,
    XSD.dateTimeStamp,
    XSD.decimal,
    XSD.hexBinary,
    XSD.integer,
    XSD.nonNegativeInteger,
    XSD.positiveInteger,
    XSD.string,
}
"""Datatypes of OWL 2 RL (section 4.2) that a range may name."""

BUILT_IN = {RDF.type, RDF.first, RDF.rest, RDFS.label, RDFS.isDefinedBy, RDFS.seeAlso}
BUILT_IN |= {RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, RDFS.range}


def foreign_constructs(graph: Graph) -> list[str]:
    used = {term for triple in graph for term in triple if str(term).startswith(str(OWL))}
    return [f"{term} is not among the constructs in use" for term in used - CONSTRUCTS]


def ambiguous_terms(graph: Graph) -> list[str]:
    return [
        f"{term} is declared as {len(kinds(graph, term))} kinds"
        for term in declared(graph)
        if len(kinds(graph, term)) != 1
    ]


def undeclared_predicates(graph: Graph) -> list[str]:
    known = declared(graph) | CONSTRUCTS | BUILT_IN
    return [f"{p} is used, not declared" for p in set(graph.predicates()) if p not in known]


def listed(graph: Graph, predicate: URIRef) -> list[Node]:
    return [item for head in graph.objects(None, predicate) for item in Collection(graph, head)]


def things_where_a_class_stands(graph: Graph) -> list[Node]:
    found = listed(graph, OWL.members)
    for predicate in (RDFS.subClassOf, OWL.disjointWith):
        found += [t for pair in graph.subject_objects(predicate) for t in pair]
    found += graph.objects(None, RDFS.domain)
    for prop in graph.subjects(RDF.type, OWL.ObjectProperty):
        found += graph.objects(prop, RDFS.range)
    return found


def unnamed_classes(graph: Graph) -> list[str]:
    return [
        f"{term} stands where a named class is expected"
        for term in things_where_a_class_stands(graph)
        if (term, RDF.type, OWL.Class) not in graph
    ]


def things_where_an_object_property_stands(graph: Graph) -> list[Node]:
    found = listed(graph, OWL.propertyChainAxiom)
    found += [t for pair in graph.subject_objects(OWL.inverseOf) for t in pair]
    for kind in (OWL.TransitiveProperty, OWL.SymmetricProperty):
        found += graph.subjects(RDF.type, kind)
    return found


def wrong_properties(graph: Graph) -> list[str]:
    return [
        f"{term} stands where an object property is expected"
        for term in things_where_an_object_property_stands(graph)
        if (term, RDF.type, OWL.ObjectProperty) not in graph
    ]


def mixed_hierarchies(graph: Graph) -> list[str]:
    return [
        f"{lower} and {upper} are not of one kind"
        for lower, upper in graph.subject_objects(RDFS.subPropertyOf)
        if kinds(graph, lower) != kinds(graph, upper)
    ]


def wrong_datatypes(graph: Graph) -> list[str]:
    return [
        f"{prop} has the range {datatype}, no datatype of OWL 2 RL"
        for prop in graph.subjects(RDF.type, OWL.DatatypeProperty)
        for datatype in graph.objects(prop, RDFS.range)
        if datatype not in DATATYPES
    ]


Rule = Callable[[Graph], list[str]]

RULES: tuple[Rule, ...] = (
    foreign_constructs,
    ambiguous_terms,
    undeclared_predicates,
    unnamed_classes,
    wrong_properties,
    mixed_hierarchies,
    wrong_datatypes,
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
@pytest.mark.parametrize("names", [FILES, ("ari.ttl",)], ids=["both files", "ari.ttl alone"])
def test_ontology_is_within_owl_2_rl(names: tuple[str, ...], rule: Rule) -> None:
    assert rule(read(*names)) == []


OUTSIDE_RL = {
    "union as a parent": """ari:Theme rdfs:subClassOf
        [ a owl:Class ; owl:unionOf ( ari:Value ari:Vision ) ] .""",
    "union as a domain": """ari:underTheme rdfs:domain
        [ a owl:Class ; owl:unionOf ( ari:Theme ari:Priority ) ] .""",
    "existence as a parent": """ari:Theme rdfs:subClassOf
        [ a owl:Restriction ; owl:onProperty ari:underTheme ; owl:someValuesFrom ari:Theme ] .""",
    "exactly one": """ari:Theme rdfs:subClassOf
        [ a owl:Restriction ; owl:onProperty ari:position ; owl:cardinality 1 ] .""",
    "reflexive property": "ari:underTheme a owl:ReflexiveProperty .",
    "datatype outside RL": "ari:sha256 rdfs:range xsd:gYear .",
}
"""Each must be found by our own rules and, where ROBOT is at hand, be in its report."""

OUTSIDE_OURS = {
    "misspelt OWL": "ari:Theme owl:disjointwith ari:Value .",
    "two kinds": "ari:sha256 a owl:AnnotationProperty .",
    "undeclared predicate": 'ari:Theme skos:historyNote "x" .',
    "undeclared parent": "ari:Theme rdfs:subClassOf ari:Them .",
    "inverse of a datatype property": "ari:sha256 owl:inverseOf ari:underTheme .",
    "mixed hierarchy": "ari:sha256 rdfs:subPropertyOf ari:underTheme .",
}


@pytest.mark.parametrize("flaw", [*OUTSIDE_RL, *OUTSIDE_OURS])
def test_rules_find_the_flaw(ontology: Graph, flaw: str) -> None:
    flawed = ontology + turtle((OUTSIDE_RL | OUTSIDE_OURS)[flaw])
    assert [finding for rule in RULES for finding in rule(flawed)]


# OWL 2 RL, by ROBOT


def robot_classpath() -> str:
    """The jars that ROBOT_JAR names, or those that Maven fetched; skips when there are none."""
    if not shutil.which("java"):
        needs.missing("Java", "ROBOT needs it")
    default = Path(__file__).parent / "tools" / "owl-profile" / "target" / "dependency"
    place = Path(os.environ.get("ROBOT_JAR", default))
    if place.is_file():
        return str(place)
    if not any(place.glob("robot-command-*.jar")):
        needs.missing("ROBOT", "see tests/tools/owl-profile/README.md")
    return str(place / "*")


def robot_finds_rl(graph: Graph, folder: Path) -> tuple[bool, str]:
    """ROBOT's verdict on OWL 2 RL, and its report."""
    classpath = robot_classpath()
    (folder / "all.ttl").write_text(graph.serialize(format="turtle"), encoding="utf-8")
    command = ["java", "-cp", classpath, "org.obolibrary.robot.CommandLineInterface"]
    command += ["validate-profile", "--profile", "RL", "--input", "all.ttl", "--output", "report"]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )
    assert (folder / "report").exists(), done.stdout + done.stderr
    return done.returncode == 0, (folder / "report").read_text(encoding="utf-8")


def test_robot_finds_no_violation_of_owl_2_rl(ontology: Graph, tmp_path: Path) -> None:
    within, report = robot_finds_rl(ontology, tmp_path)
    assert within, report
    assert "[Ontology and imports closure in profile]" in report


def test_robot_would_find_violations(ontology: Graph, tmp_path: Path) -> None:
    within, report = robot_finds_rl(ontology + turtle("".join(OUTSIDE_RL.values())), tmp_path)
    assert not within
    assert "NOT in profile" in report
    for construct in ("UnionOf", "SomeValuesFrom", "ExactCardinality", "Reflexive", "gYear"):
        assert construct in report


# Meaning: what the closure adds, and what it refuses


def closure(ontology: Graph, text: str = "") -> Graph:
    graph = ontology + turtle(text)
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    return graph


def errors(graph: Graph) -> list[str]:
    """Messages of owlrl's error nodes."""
    return [str(o) for p, o in graph.predicate_objects() if str(p).endswith("agent-ont#error")]


def test_ontology_is_consistent(ontology: Graph) -> None:
    assert errors(closure(ontology)) == []


INCONSISTENT = {
    "priority and theme": "id:x a ari:Priority , ari:Theme .",
    "operational and enabling": "id:x a ari:OperationalPriority , ari:EnablingPriority .",
    "edition and strategy": "id:x a ari:AreasOfResearchInterest , ari:Strategy .",
    "question and edition": "id:x a ari:ResearchQuestion , ari:AreasOfResearchInterest .",
    "question under a theme by underPriority": "id:x ari:underPriority id:t . id:t a ari:Theme .",
    "priority supporting a question": "id:x ari:supportsGoal id:q . id:q a ari:ResearchQuestion .",
    "edition as parent": "id:x skos:broader id:e . id:e a ari:AreasOfResearchInterest .",
    "concept as scheme": "id:x skos:inScheme id:t . id:t a ari:Theme .",
}


@pytest.mark.parametrize("text", INCONSISTENT.values(), ids=INCONSISTENT.keys())
def test_closure_refuses(ontology: Graph, text: str) -> None:
    assert errors(closure(ontology, text))


SMALL_EDITION = """
    id:new a ari:AreasOfResearchInterest ; dcterms:replaces id:old ; ari:followsStrategy id:s .
    id:p a ari:EnablingPriority ; skos:topConceptOf id:new ; ari:supportsGoal id:g .
    id:q a ari:ResearchQuestion ; skos:inScheme id:new ; ari:underPriority id:p ; ari:position 1 ;
        ari:statementText "How?"@en ; prov:wasRevisionOf id:earlier .
    id:group a ari:Theme ; skos:topConceptOf id:new .
    id:theme a ari:Theme ; ari:underTheme id:group .
    id:organisation a org:FormalOrganization .
"""

ENTAILED = """
    id:q ari:contributesToGoal id:g ; skos:broader id:p ; skos:broaderTransitive id:p ;
        prov:wasDerivedFrom id:earlier ; a skos:Concept , prov:Entity .
    id:p a ari:Priority ; skos:inScheme id:new ; skos:narrower id:q .
    id:g a ari:StrategicGoal . id:s a ari:Strategy , skos:ConceptScheme .
    id:new skos:hasTopConcept id:p , id:group . id:old dcterms:isReplacedBy id:new .
    id:group skos:narrowerTransitive id:theme .
    id:organisation a foaf:Agent , prov:Agent .
"""


def test_closure_adds_what_the_terms_mean(ontology: Graph) -> None:
    graph = closure(ontology, SMALL_EDITION)
    assert errors(graph) == []
    assert set(turtle(ENTAILED)) - set(graph) == set()


def test_mapping_properties_bring_no_hierarchy(ontology: Graph) -> None:
    graph = closure(ontology, "id:q skos:broadMatch id:t ; skos:relatedMatch id:u .")
    assert (ID.q, SKOS.broader, ID.t) not in graph
    assert (ID.q, SKOS.related, ID.u) not in graph


@pytest.mark.parametrize(
    "text",
    [
        "id:q a ari:ResearchQuestion ; skos:inScheme id:e . id:e a ari:AreasOfResearchInterest .",
        "id:part skos:broader id:q ; a ari:ResearchQuestion . id:q a ari:ResearchQuestion .",
        "id:p a ari:Priority ; ari:underTheme id:t . id:q ari:underPriority id:p .",
        "id:objective a ari:StrategicGoal ; skos:broader id:goal . id:goal a ari:StrategicGoal .",
        "id:a ari:underTheme id:b . id:b ari:underTheme id:c . id:c ari:underTheme id:d .",
    ],
    ids=[
        "no headings",
        "part of a question",
        "priority under a theme",
        "objectives",
        "deep themes",
    ],
)
def test_editions_of_other_organisations_fit(ontology: Graph, text: str) -> None:
    assert errors(closure(ontology, text)) == []


# The JSON-LD context


def context() -> dict[str, object]:
    found = json.loads(resources.text("ontology", "context.jsonld"))["@context"]
    assert isinstance(found, dict)
    return found


def entry(term: str) -> tuple[str, object]:
    """The IRI (prefix expanded) and the coercion of a short name."""
    found = context()[term]
    compact = found["@id"] if isinstance(found, dict) else found
    prefix, _, local = compact.partition(":")
    return f"{context()[prefix]}{local}", found.get("@type") if isinstance(found, dict) else None


@pytest.mark.parametrize("term", TERMS, ids=name)
def test_context_names_and_types_the_term(ontology: Graph, term: URIRef) -> None:
    iri, coercion = entry(name(term))
    assert iri == str(term)
    datatype = ontology.value(term, RDFS.range)
    if OWL.ObjectProperty in kinds(ontology, term):
        assert coercion == "@id"
    elif datatype in (XSD.positiveInteger, XSD.boolean):
        assert coercion == f"xsd:{datatype.removeprefix(str(XSD))}"


def test_context_prefixes_are_those_of_the_service() -> None:
    prefixes = {k: v for k, v in context().items() if str(v).endswith(("#", "/"))}
    assert prefixes.items() <= PREFIXES.items()


DOCUMENT = {
    "@graph": [
        {
            "id": str(ID["question/x-1-2"]),
            "type": "ResearchQuestion",
            "prefLabel": "Kites",
            "statementText": {"@value": "Barcutiaid", "@language": "cy"},
            "position": 2,
            "labelIsSummary": False,
            "statementSha256": "ab",
            "underPriority": str(ID["priority/x-1"]),
            "subject": [str(ID["topic/kites"]), str(ID["topic/wind"])],
            "wasQuotedFrom": str(ID["quote/x-1-2"]),
        },
        {
            "id": str(ID["quote/x-1-2"]),
            "type": "SpecificResource",
            "quotedProperty": ["prefLabel", "statementText"],
            "hasSelector": {"id": str(ID["selector/x"]), "exact": "Kites", "start": 0, "end": 5},
        },
        {"id": str(ID["ari/x"]), "type": "AreasOfResearchInterest", "issued": "2019"},
    ]
}

EXPANDED = """
    <https://w3id.org/ari/id/question/x-1-2> a ari:ResearchQuestion ; skos:prefLabel "Kites"@en ;
        ari:statementText "Barcutiaid"@cy ; ari:position "2"^^xsd:positiveInteger ;
        ari:labelIsSummary false ; ari:statementSha256 "ab" ;
        ari:underPriority <https://w3id.org/ari/id/priority/x-1> ;
        dcterms:subject <https://w3id.org/ari/id/topic/kites> ,
            <https://w3id.org/ari/id/topic/wind> ;
        prov:wasQuotedFrom <https://w3id.org/ari/id/quote/x-1-2> .
    <https://w3id.org/ari/id/quote/x-1-2> a oa:SpecificResource ;
        ari:quotedProperty skos:prefLabel , ari:statementText ;
        oa:hasSelector <https://w3id.org/ari/id/selector/x> .
    <https://w3id.org/ari/id/selector/x> oa:exact "Kites" ;
        oa:start "0"^^xsd:nonNegativeInteger ; oa:end "5"^^xsd:nonNegativeInteger .
    <https://w3id.org/ari/id/ari/x> a ari:AreasOfResearchInterest ;
        dcterms:issued "2019"^^xsd:gYear .
"""


def by_rdflib(text: str) -> Graph:
    return Graph().parse(data=text, format="json-ld")


def by_pyoxigraph(text: str) -> Graph:
    quads = pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.JSON_LD)
    triples = b"".join(f"{quad.triple} .\n".encode() for quad in quads)
    return Graph().parse(data=triples, format="nt")


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
@pytest.mark.parametrize("parse", [by_rdflib, by_pyoxigraph])
def test_context_gives_the_triples_that_are_meant(parse: Callable[[str], Graph]) -> None:
    text = json.dumps({"@context": context(), **DOCUMENT})
    assert to_isomorphic(parse(text)) == to_isomorphic(turtle(EXPANDED))
